"""One call from parameters to answer: guards, pace, token, wire, verdict, repetition.

The order matters. A guard is asked before anything is spent, and again right before each sending: a token, a place in
the queue or a slot may have been waited for, and the kill switch thrown meanwhile. The token is taken before the place
in the queue, and joined to the request at the last line, in a frame that never raises (see ``session``).
"""

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import urlencode, urlsplit

from attrs import evolve

from privcrm.errors import (
    AnswerLost,
    NotSent,
    OutcomeUnknown,
    ProviderError,
    RateLimited,
    Refused,
    TokenRejected,
    UnsupportedCapability,
)
from privcrm.forks import reset_in_children
from privcrm.provider import CallRecord, Endpoint, Intent, LimitTable, ProviderContext, Repeat, Token
from privcrm.provider.quiet import check_calls
from privcrm.shield import without_frames
from privcrm.transport import jsonio
from privcrm.transport.budgets import Budget, Budgets, record_of
from privcrm.transport.failure import Failure
from privcrm.transport.files import Blob, File, blob_of, form_of, range_header, seconds_for
from privcrm.transport.params import Params
from privcrm.transport.retry import Patience, repeated
from privcrm.transport.session import MAX_REPLY_BYTES, Fault, HttpSession, Reply
from privcrm.transport.skew import Skew
from privcrm.transport.tokens import TokenSource

_log = logging.getLogger(__name__)

T = TypeVar("T")

_REFUSAL = 64 * 1024
"""Bytes that are read in any case: in place of a small part a refusal in JSON may come."""
_LONGEST_PAUSE = 86400.0
"""Seconds; whoever asks for more is not believed: a gateway must not close a company for good."""
_NO_ENTRY = "a proxy or firewall on the way may have refused it: check PRIVCRM_PROXY and what the network lets out"


class Dialect(Protocol):
    """What differs between vendors; each adapter brings one."""

    name: str

    def authorize(self, target: str, token: str) -> tuple[str, Mapping[str, str]]:
        """Return path and query, and additional headers, for a request with that token."""
        ...

    def judge(self, endpoint: Endpoint, answer: Mapping[str, Any], attempt: int) -> Failure | None:
        """Return None if the vendor's answer is a success. Texts in a ``Failure`` are redacted by the adapter."""
        ...


class _Call(Generic[T]):
    """One call on its way; shows nothing of what it carries. ``read`` makes of a reply what the caller gets."""

    __slots__ = (
        "attempt",
        "body",
        "budget",
        "endpoint",
        "failed",
        "headers",
        "most",
        "params",
        "patience",
        "priority",
        "read",
        "record",
        "renewed",
        "target",
        "tokens",
    )

    def __init__(
        self,
        endpoint: Endpoint,
        params: Params,
        tokens: TokenSource | None,
        budget: Budget,
        seconds: float,
        *,
        read: Callable[["_Call[T]", Reply], T | Failure],
        priority: bool,
        file: File | None = None,
    ) -> None:
        self.endpoint = endpoint
        self.params = params
        self.tokens = tokens
        self.budget = budget
        self.read = read
        self.priority = priority
        self.attempt = 0
        self.failed: list[ProviderError] = []
        self.renewed = False
        self.record = record_of(endpoint, params) if endpoint.record else None
        self.headers: Mapping[str, str] = {}
        self.most = MAX_REPLY_BYTES
        self.target = endpoint.path
        self.body: bytes | None = None
        if endpoint.method == "GET" or file is not None:
            query = urlencode({name: value for name, value in params.items() if value is not None}, doseq=True)
            self.target = f"{endpoint.path}?{query}" if query else endpoint.path
        else:
            self.body = jsonio.dumps(params.values_by_name)
        if file is not None:
            self.body, content_type = form_of(file)
            self.headers = {"Content-Type": content_type}
            seconds += seconds_for(len(self.body))
        self.patience = Patience(seconds)


class Transport:
    """Calls endpoints of one vendor for one company; safe to share between threads, survives a fork.

    ``base_url`` is scheme, host and port. ``limits`` is the table that the endpoints' rows name. ``skew`` is how far
    the vendor's clock is from ours, as its own answers tell: what a proxy says in its place does not count.
    """

    def __init__(
        self, dialect: Dialect, context: ProviderContext, *, base_url: str, company: str, limits: LimitTable
    ) -> None:
        self._dialect = dialect
        self._context = context
        self._guards = context.guards
        self._on_call = context.on_call
        self._timeout = context.timeout
        self._company = company
        self._limits = limits
        self._session = HttpSession(base_url, proxy=context.proxy, ca_bundle=context.ca_bundle)
        self.host = urlsplit(self._session.base_url).netloc
        self.skew = Skew(context.clock)
        self._budgets = self._make_budgets()
        reset_in_children(self)

    def call(
        self,
        endpoint: Endpoint,
        params: Params,
        *,
        tokens: TokenSource | None = None,
        intent: Intent | None = None,
        priority: bool = False,
        file: File | None = None,
    ) -> dict[str, Any]:
        """Call an endpoint and return the vendor's answer.

        ``priority`` goes ahead of bulk calls that wait for the same endpoint. With a ``file`` the parameters go into
        the query and the file into the body, as a form; the deadline grows with its size. Raises ``WriteForbidden``,
        ``QuotaExhausted``, ``InputError`` before sending, and the ``ProviderError`` that fits afterwards: with an
        ``intent``, a lost answer of a call that is not safe to repeat is ``OutcomeUnknown``.
        """
        self._admit(endpoint, params)
        call = _Call(
            endpoint,
            params,
            tokens,
            self._budgets.of(endpoint),
            self._timeout,
            read=self._answer,
            priority=priority,
            file=file,
        )
        if call.record is None:
            return self._carry_out(call, intent)
        # Held over all attempts: were a newer write to slip in between, the late repeat of this one would undo it.
        lock = self._budgets.records.take(call.record)
        try:
            return self._carry_out(call, intent)
        finally:
            self._budgets.records.give(call.record, lock)

    def download(
        self,
        endpoint: Endpoint,
        params: Params,
        *,
        most: int,
        first: int | None = None,
        tokens: TokenSource | None = None,
        priority: bool = False,
        target: str = "",
    ) -> Blob:
        """Call an endpoint that answers with a file of at most ``most`` bytes (64 KiB if that is less).

        ``target`` is path and query of an address that the vendor made up itself, in place of the endpoint's.

        With ``first`` only that part of it is asked for: up to ``most`` bytes from there on; a server may send the
        whole file all the same, see ``Blob.first`` and ``Blob.total``. Raises what ``call`` raises; an answer in JSON
        is the vendor's refusal.
        """
        self._admit(endpoint, params)
        seconds = self._timeout + seconds_for(most)
        call = _Call(endpoint, params, tokens, self._budgets.of(endpoint), seconds, read=self._blob, priority=priority)
        call.most = max(most, _REFUSAL)
        call.target = target or call.target
        call.headers = {"Accept": "*/*", **({} if first is None else range_header(first, most))}
        return self._carry_out(call, None)

    def close(self) -> None:
        """Close all connections, and put this provider's limits on nobody any longer."""
        self._session.close()
        self._budgets.close()

    def reset(self) -> None:
        """Start with new connections and budgets of its own: a forked child shares neither with its parent."""
        self._session.reset()
        self._budgets = self._make_budgets()

    def bare(self, endpoint: Endpoint) -> Reply | None:
        """Send one request without token, pace and repetition; return what came, if anything: for diagnosis only."""
        reply = self._session.exchange(endpoint.method, endpoint.path, {}, None, timeout=self._timeout)
        if not isinstance(reply, Reply):
            return None
        if reply.status < 300 and _json_in(reply) is not None:  # noqa: PLR2004 - HTTP
            self.skew.note(reply.headers.get("Date", ""))
        return reply

    def _make_budgets(self) -> Budgets:
        return Budgets(self._dialect.name, self.host, self._company, self._context, self._limits)

    def _admit(self, endpoint: Endpoint, params: Params) -> None:
        check_calls(endpoint.name)
        if endpoint.replaced_by:
            reason = "the vendor has replaced this endpoint"
            raise UnsupportedCapability(self._dialect.name, endpoint.name, reason, endpoint.replaced_by)
        self._ask_guards(endpoint, params)

    def _ask_guards(self, endpoint: Endpoint, params: Params) -> None:
        if self._guards and endpoint.writes:
            for guard in self._guards:
                guard.check(endpoint, params)

    def _carry_out(self, call: _Call[T], intent: Intent | None) -> T:
        outcome = self._attempt(call)
        if isinstance(outcome, Failure):
            outcome = repeated(
                outcome,
                lambda: self._attempt(call),
                endpoint=call.endpoint,
                patience=call.patience,
                clock=self._context.clock,
                random=self._context.random,
            )
            if isinstance(outcome, Failure):
                raise _final(outcome.error, call.endpoint, intent)
        return outcome

    def _attempt(self, call: _Call[T]) -> T | Failure:
        """Make one attempt. Raises only what was decided on our side; what the vendor does comes back as a value."""
        call.attempt += 1
        token = call.tokens.get() if call.tokens is not None else None
        waited = call.budget.enter(priority=call.priority)
        congested = False
        try:
            self._ask_guards(call.endpoint, call.params)
            outcome = self._send(call, token, waited)
            if isinstance(outcome, Failure):
                congested = outcome.congested
                outcome.error.earlier = tuple(call.failed)
                call.failed.append(outcome.error)
                outcome = self._draw_consequences(call, token, outcome)
            elif token is not None and call.tokens is not None:
                call.tokens.accept(token)
            return outcome
        finally:
            call.budget.leave(congested=congested)

    def _send(self, call: _Call[T], token: Token | None, waited: float) -> T | Failure:
        endpoint = call.endpoint
        started = time.perf_counter()
        reply = self._exchange(call, token)
        if isinstance(reply, BaseException):
            raise reply
        outcome = self._faulty(call, reply) if isinstance(reply, Fault) else call.read(call, reply)
        code = outcome.error.code if isinstance(outcome, Failure) else 0
        if isinstance(reply, Reply) and code is not None:
            self.skew.note(reply.headers.get("Date", ""))
        duration = time.perf_counter() - started
        call.patience.spend(duration)
        if self._on_call is not None:
            self._observe(
                CallRecord(self._dialect.name, self._company, endpoint.name, call.attempt, code, duration, waited)
            )
        return outcome

    def _exchange(self, call: _Call[Any], token: Token | None) -> Reply | Fault | BaseException:
        """Join token and target, and send. Never raises: an interruption comes back as a value, without its frames."""
        try:
            target: str = call.target
            headers = call.headers
            if token is not None:
                target, added = self._dialect.authorize(target, token.value)
                headers = {**headers, **added} if headers else added
            return self._session.exchange(
                call.endpoint.method,
                target,
                headers,
                call.body,
                timeout=call.patience.left,
                fresh=call.endpoint.repeat is not Repeat.SAFE,
                most=call.most,
            )
        except BaseException as error:  # noqa: BLE001 - raised by the caller, which does not know the token
            return without_frames(error)

    def _observe(self, record: CallRecord) -> None:
        """Tell the observer; what it raises must not make a call that was sent look as if it had failed."""
        try:
            if self._on_call is not None:
                self._on_call(record)
        except Exception as error:  # noqa: BLE001
            _log.warning("on_call raised %s for %s", type(error).__name__, record.operation)

    def _answer(self, call: _Call[dict[str, Any]], reply: Reply) -> dict[str, Any] | Failure:
        answer = _json_in(reply)
        if answer is not None and reply.status < 300:  # noqa: PLR2004 - HTTP
            return self._dialect.judge(call.endpoint, answer, call.attempt) or answer
        return self._bad_status(call, reply, answer)

    def _blob(self, call: _Call[Blob], reply: Reply) -> Blob | Failure:
        blob = blob_of(reply.headers, reply.body, reply.status) if reply.status < 300 else None  # noqa: PLR2004
        if blob is not None:
            return blob
        answer = _json_in(reply)
        verdict = self._dialect.judge(call.endpoint, answer, call.attempt) if answer is not None else None
        if reply.status < 300:  # noqa: PLR2004
            return verdict or Failure(AnswerLost("the answer is no file", **self._where(call, reply.status)))
        return self._bad_status(call, reply, answer)

    def _bad_status(self, call: _Call[Any], reply: Reply, answer: dict[str, Any] | None) -> Failure:
        """Make sense of a reply that HTTP calls an error, or that is no JSON."""
        status = reply.status
        verdict = self._dialect.judge(call.endpoint, answer, call.attempt) if answer is not None else None
        if verdict is not None and status < 500 and not _is_silent(verdict.error):  # noqa: PLR2004
            return verdict
        context = self._where(call, status)
        pause = _retry_after(reply.headers)
        if status == 429:  # noqa: PLR2004
            retry_at = self._context.clock.time() + pause if pause else None
            return Failure(RateLimited("too many requests", retry_at=retry_at, **context))
        if 300 <= status < 400:  # noqa: PLR2004
            message = "answered with a redirect, which is not followed because it would give the token away"
            return Failure(
                AnswerLost(message, advice="check base URL, proxy and captive portals", **context), final=True
            )
        if 400 <= status < 500:  # noqa: PLR2004
            message = "refused by the server or a proxy before the vendor's own code"
            advice = _NO_ENTRY if status in (401, 403, 407) else ""
            return Failure(Refused(message, advice=advice, **context))
        what = "the server failed" if status >= 500 else "the answer is no JSON object"  # noqa: PLR2004
        return Failure(AnswerLost(what, **context), pause=pause)

    def _faulty(self, call: _Call[Any], fault: Fault) -> Failure:
        kind = AnswerLost if fault.sent else NotSent
        return Failure(kind(fault.detail, **self._where(call, None)), final=fault.final)

    def _where(self, call: _Call[Any], status: int | None) -> dict[str, Any]:
        return {
            "provider": self._dialect.name,
            "operation": call.endpoint.name,
            "http_status": status,
            "attempt": call.attempt,
        }

    def _draw_consequences(self, call: _Call[Any], token: Token | None, failure: Failure) -> Failure:
        """Let a failed attempt be known to the calls that follow; the second token refused to one call is final."""
        error = failure.error
        if isinstance(error, RateLimited):
            error.retry_at = call.budget.close(error.retry_at or 0.0)
        elif isinstance(error, TokenRejected) and token is not None and call.tokens is not None:
            worth = call.tokens.reject(token)
            if call.renewed or not worth:
                return evolve(failure, final=True)
            call.renewed = True
        return failure


def _json_in(reply: Reply) -> dict[str, Any] | None:
    try:
        return jsonio.loads(reply.body)
    except ValueError:
        return None


def _is_silent(error: ProviderError) -> bool:
    """Whether the vendor itself has said nothing that could tell more than the status does."""
    return isinstance(error, AnswerLost) and error.code is None


def _final(error: ProviderError, endpoint: Endpoint, intent: Intent | None) -> ProviderError:
    """Return the error that the caller shall see."""
    if intent is None or endpoint.repeat is Repeat.SAFE or not isinstance(error, AnswerLost):
        return error
    context = {name: value for name, value in vars(error).items() if name not in ("message", "intent", "__notes__")}
    return OutcomeUnknown(error.message, intent=intent, **context)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    text = headers.get("Retry-After", "")
    return min(float(text), _LONGEST_PAUSE) if text.isascii() and text.isdigit() else None
