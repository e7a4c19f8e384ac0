"""One call from parameters to answer: guards, pace, token, wire, verdict, repetition.

The order matters. A guard is asked before anything is spent, and again right before each sending: a token, a place in
the queue or a slot may have been waited for, and the kill switch thrown meanwhile. The token is taken before the place
in the queue, and joined to the request at the last line, in a frame that never raises (see ``session``).
"""

import logging
import time
from collections.abc import Mapping
from typing import Any, Protocol
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
from privcrm.shield import without_frames
from privcrm.transport import jsonio
from privcrm.transport.budgets import Budget, Budgets, record_of
from privcrm.transport.failure import Failure
from privcrm.transport.params import Params
from privcrm.transport.retry import Patience, repeated
from privcrm.transport.session import Fault, HttpSession, Reply
from privcrm.transport.tokens import TokenSource

_log = logging.getLogger(__name__)


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


class _Call:
    """One call on its way; shows nothing of what it carries."""

    __slots__ = (
        "attempt",
        "body",
        "budget",
        "endpoint",
        "params",
        "patience",
        "priority",
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
        priority: bool,
    ) -> None:
        self.endpoint = endpoint
        self.params = params
        self.tokens = tokens
        self.budget = budget
        self.priority = priority
        self.attempt = 0
        self.renewed = False
        self.patience = Patience(seconds)
        self.record = record_of(endpoint, params) if endpoint.record else None
        if endpoint.method == "GET":
            query = urlencode({name: value for name, value in params.items() if value is not None}, doseq=True)
            self.target = f"{endpoint.path}?{query}" if query else endpoint.path
            self.body = None
        else:
            self.target = endpoint.path
            self.body = jsonio.dumps(params.values_by_name)


class Transport:
    """Calls endpoints of one vendor for one company; safe to share between threads, survives a fork.

    ``base_url`` is scheme, host and port. ``limits`` is the table that the endpoints' rows name.
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
    ) -> dict[str, Any]:
        """Call an endpoint and return the vendor's answer.

        ``priority`` goes ahead of bulk calls that wait for the same endpoint. Raises ``WriteForbidden``,
        ``QuotaExhausted``, ``InputError`` before sending, and the ``ProviderError`` that fits afterwards: with an
        ``intent``, a lost answer of a call that is not safe to repeat is ``OutcomeUnknown``.
        """
        if endpoint.replaced_by:
            reason = "the vendor has replaced this endpoint"
            raise UnsupportedCapability(self._dialect.name, endpoint.name, reason, endpoint.replaced_by)
        self._ask_guards(endpoint, params)
        call = _Call(endpoint, params, tokens, self._budgets.of(endpoint), self._timeout, priority=priority)
        if call.record is None:
            return self._carry_out(call, intent)
        # Held over all attempts: were a newer write to slip in between, the late repeat of this one would undo it.
        lock = self._budgets.records.take(call.record)
        try:
            return self._carry_out(call, intent)
        finally:
            self._budgets.records.give(call.record, lock)

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
        return reply if isinstance(reply, Reply) else None

    def _make_budgets(self) -> Budgets:
        return Budgets(self._dialect.name, self.host, self._company, self._context, self._limits)

    def _ask_guards(self, endpoint: Endpoint, params: Params) -> None:
        if self._guards and endpoint.writes:
            for guard in self._guards:
                guard.check(endpoint, params)

    def _carry_out(self, call: _Call, intent: Intent | None) -> dict[str, Any]:
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

    def _attempt(self, call: _Call) -> dict[str, Any] | Failure:
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
                outcome = self._draw_consequences(call, token, outcome)
            elif token is not None and call.tokens is not None:
                call.tokens.accept(token)
            return outcome
        finally:
            call.budget.leave(congested=congested)

    def _send(self, call: _Call, token: Token | None, waited: float) -> dict[str, Any] | Failure:
        endpoint = call.endpoint
        started = time.perf_counter()
        reply = self._exchange(call, token)
        if isinstance(reply, BaseException):
            raise reply
        outcome = self._read(call, reply)
        duration = time.perf_counter() - started
        call.patience.spend(duration)
        if self._on_call is not None:
            code = outcome.error.code if isinstance(outcome, Failure) else 0
            self._observe(
                CallRecord(self._dialect.name, self._company, endpoint.name, call.attempt, code, duration, waited)
            )
        return outcome

    def _exchange(self, call: _Call, token: Token | None) -> Reply | Fault | BaseException:
        """Join token and target, and send. Never raises: an interruption comes back as a value, without its frames."""
        try:
            target: str = call.target
            headers: Mapping[str, str] = {}
            if token is not None:
                target, headers = self._dialect.authorize(target, token.value)
            return self._session.exchange(
                call.endpoint.method,
                target,
                headers,
                call.body,
                timeout=call.patience.left,
                fresh=call.endpoint.repeat is not Repeat.SAFE,
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

    def _read(self, call: _Call, reply: Reply | Fault) -> dict[str, Any] | Failure:
        if isinstance(reply, Fault):
            return self._faulty(call, reply)
        answer: dict[str, Any] | None
        try:
            answer = jsonio.loads(reply.body)
        except ValueError:
            answer = None
        if answer is not None and reply.status < 300:  # noqa: PLR2004 - HTTP
            return self._dialect.judge(call.endpoint, answer, call.attempt) or answer
        return self._bad_status(call, reply, answer)

    def _bad_status(self, call: _Call, reply: Reply, answer: dict[str, Any] | None) -> Failure:
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

    def _faulty(self, call: _Call, fault: Fault) -> Failure:
        kind = AnswerLost if fault.sent else NotSent
        return Failure(kind(fault.detail, **self._where(call, None)), final=fault.final)

    def _where(self, call: _Call, status: int | None) -> dict[str, Any]:
        return {
            "provider": self._dialect.name,
            "operation": call.endpoint.name,
            "http_status": status,
            "attempt": call.attempt,
        }

    def _draw_consequences(self, call: _Call, token: Token | None, failure: Failure) -> Failure:
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
