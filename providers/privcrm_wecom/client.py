"""Calls to WeCom: the right app, its token in the query, errcode to error."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from attrs import frozen

from privcrm.clock import Clock
from privcrm.errors import AnswerLost, NotSent, PermissionDenied, ProviderError, RateLimited
from privcrm.models import Download
from privcrm.provider import Endpoint, Intent, LimitTable, ProviderContext
from privcrm.transport import Blob, CachedTokens, Failure, File, Grant, Params, Transport, redact, token_key
from privcrm_wecom import errcodes
from privcrm_wecom.code_pictures import CodePictures
from privcrm_wecom.config import WeComApp, WeComConfig
from privcrm_wecom.endpoints.basics import GETTOKEN

_HINT = re.compile(r",?\s*hint:\s*\[?([0-9A-Za-z_]+)\]?")
_LONGEST_ERRMSG = 4096
_ADDRESS = re.compile(r"from ip:\s*([0-9A-Fa-f.:]+[0-9A-Fa-f])")


@frozen
class Greeting:
    """What the host tells anybody: its ``Date`` header, and the address that we call from as it sees it ("" if not)."""

    date: str
    address: str


class WeComDialect:
    """How WeCom takes tokens and tells errors."""

    name = "wecom"

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def authorize(self, target: str, token: str) -> tuple[str, Mapping[str, str]]:
        """Put the token into the query: WeCom takes it nowhere else."""
        return f"{target}{'&' if '?' in target else '?'}access_token={token}", {}

    def judge(self, endpoint: Endpoint, answer: Mapping[str, Any], attempt: int) -> Failure | None:
        """Return None if ``errcode`` is 0, or missing from what is plainly the vendor's answer; a failure otherwise.

        https://developer.work.weixin.qq.com/document/path/90664 : some endpoints leave the code out.
        """
        code = answer.get("errcode")
        if code == 0:
            return None
        if code is not None:
            failure = _failure(endpoint, code, str(answer.get("errmsg", "")), attempt)
            if failure is not None and isinstance(failure.error, RateLimited):
                failure.error.retry_at = errcodes.retry_at(endpoint.name, failure.error.code, self._clock.time())
            return failure
        return None if _is_vendors(endpoint, answer) else _not_vendors(endpoint, attempt)


def _is_vendors(endpoint: Endpoint, answer: Mapping[str, Any]) -> bool:
    """Tell an answer without a code from that of a gateway, which must not pass for a write that was done."""
    if "errmsg" in answer or any(name in answer for name in endpoint.answers):
        return True
    return not endpoint.known and endpoint.method == "GET"


def _not_vendors(endpoint: Endpoint, attempt: int) -> Failure:
    message = "the answer has neither an errcode nor what this endpoint answers, so it may not be WeCom's"
    return Failure(
        AnswerLost(
            message,
            provider=WeComDialect.name,
            operation=endpoint.name,
            attempt=attempt,
            advice="check base URL, proxy and gateways on the way",
        )
    )


def _failure(endpoint: Endpoint, raw_code: object, errmsg: str, attempt: int) -> Failure | None:
    try:
        code = int(str(raw_code))
    except ValueError:
        message = "the answer's errcode is no number"
        return Failure(AnswerLost(message, provider=WeComDialect.name, operation=endpoint.name, attempt=attempt))
    if code == 0:
        return None
    make = _error_of(endpoint.name, code)
    hint, address = _HINT.search(errmsg), _ADDRESS.search(errmsg)
    text = re.split(r",?\s*(?:hint:|from ip:|more info)", errmsg, maxsplit=1)[0]
    error = make(
        redact(text) or "no message",
        provider=WeComDialect.name,
        operation=endpoint.name,
        code=code,
        request_id=hint.group(1) if hint else None,
        attempt=attempt,
        advice=errcodes.advice_for(endpoint.name, code, address.group(1) if address else ""),
    )
    return Failure(error, congested=code == errcodes.TOO_MANY_IN_FLIGHT)


def _error_of(operation: str, code: int) -> Callable[..., ProviderError]:
    kind = errcodes.kind_of(operation, code)
    return partial(PermissionDenied, scope=errcodes.scope_of(code)) if kind is PermissionDenied else kind


class WeComClient:
    """Calls endpoints of one company with the app that may."""

    def __init__(self, config: WeComConfig, context: ProviderContext, limits: LimitTable) -> None:
        self.config = config
        self.clock = context.clock

        def transport(base_url: str) -> Transport:
            dialect = WeComDialect(context.clock)
            return Transport(dialect, context, base_url=base_url, company=config.corp_id, limits=limits)

        self._transport = transport(config.base_url)
        self._pictures = CodePictures(config.base_url, transport)
        self.host = self._transport.host
        self._tokens = {app.name: self._tokens_of(app, context) for app in config.apps}
        self._apps: dict[tuple[str, str], CachedTokens] = {}

    def call(
        self,
        endpoint: Endpoint,
        params: Mapping[str, Any],
        *,
        app: str = "",
        intent: Intent | None = None,
        priority: bool = False,
        file: File | None = None,
    ) -> dict[str, Any]:
        """Call an endpoint with the app that has its role, or with the app of that name; return the answer.

        No app with the role, or a named app without it, raises ``WrongApp`` before anything is sent. With a ``file``
        the parameters go into the query, and the file into the form that WeCom takes uploads in.
        """
        params = (
            params if isinstance(params, Params) else Params(params)
        )  # in place of the plain mapping, which would show in a traceback
        return self._transport.call(
            endpoint,
            params,
            tokens=self._tokens_for(endpoint, app),
            intent=intent,
            priority=priority,
            file=file,
        )

    def download(self, endpoint: Endpoint, params: Mapping[str, Any], *, most: int, first: int | None = None) -> Blob:
        """Return a file of at most ``most`` bytes, or with ``first`` so many bytes of it from there on."""
        params = params if isinstance(params, Params) else Params(params)
        return self._transport.download(endpoint, params, most=most, first=first, tokens=self._tokens_for(endpoint, ""))

    def picture(self, url: str) -> Download:
        """Return the picture of a code from the address that the vendor gave: without a token, from its own hosts."""
        return self._pictures.fetch(url)

    def probe(self, app: str) -> None:
        """Get a token of that app, fresh or kept; raises what the token call met."""
        self._tokens[app].get()

    def knock(self) -> Greeting | None:
        """Return what the host answers to a request without credentials, None if nothing does."""
        reply = self._transport.bare(GETTOKEN)
        if reply is None:
            return None
        address = _ADDRESS.search(reply.body[:_LONGEST_ERRMSG].decode("utf-8", "replace"))
        return Greeting(reply.headers.get("Date", ""), address.group(1) if address else "")

    def vendor_time(self, at: float) -> float:
        """Return what WeCom's clock shows when ours shows ``at``, in unix seconds: lists are cut by its clock.

        If no answer has told the time yet, asks for one that needs no token; none is ``NotSent``. An answer without a
        ``Date`` leaves the two clocks as one: something on the way has taken it out.
        """
        if self._transport.skew.seconds is None and self.knock() is None:
            message = "the vendor's time could not be asked for"
            raise NotSent(message, provider=WeComDialect.name, operation=GETTOKEN.name)
        return at + (self._transport.skew.seconds or 0.0)

    def close(self) -> None:
        """Close all connections."""
        self._transport.close()
        self._pictures.close()

    def _tokens_for(self, endpoint: Endpoint, named: str) -> CachedTokens | None:
        if not endpoint.role:
            return None
        if named and not endpoint.known:  # whoever names an app for what we do not know knows better
            return self._tokens[named]
        tokens = self._apps.get((endpoint.name, named))
        if tokens is None:
            app = self.config.app_for(endpoint.role, endpoint.name, named)
            tokens = self._apps[endpoint.name, named] = self._tokens[app.name]
        return tokens

    def _tokens_of(self, app: WeComApp, context: ProviderContext) -> CachedTokens:
        return CachedTokens(
            token_key(WeComDialect.name, self.config.corp_id, app.name, app.secret),
            lambda: self._fetch(app),
            store=context.tokens,
            breakers=context.breakers,
            clock=context.clock,
            random=context.random,
        )

    def _fetch(self, app: WeComApp) -> Grant:
        """Ask for a token. https://developer.work.weixin.qq.com/document/path/91039 ."""
        grant = _grant(
            self._transport.call(
                GETTOKEN, Params({"corpid": self.config.corp_id, "corpsecret": app.secret.reveal()}), priority=True
            )
        )
        if grant is None:
            message = "the token call answered without a token"
            raise AnswerLost(message, provider=WeComDialect.name, operation=GETTOKEN.name)
        return grant


def _grant(answer: Mapping[str, Any]) -> Grant | None:
    value, lifetime = answer.get("access_token"), answer.get("expires_in")
    if not isinstance(value, str) or not value:
        return None
    return Grant(value, lifetime if isinstance(lifetime, int | float) else 0.0)
