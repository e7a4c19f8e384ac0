"""Every error that privcrm raises.

::

    PrivcrmError
    ├── ConfigurationError            wrong or missing set-up: nothing a skipped item could cure
    │   ├── UnknownProvider           no such provider is installed
    │   ├── MissingExtra              an optional package is not installed
    │   └── WrongApp                  no configured app may make this call
    ├── InputError                    the caller's file, row or argument is wrong; nothing was sent
    │   ├── CallbackRejected          a request that claims to be a callback and is none
    │   └── ExpressionError           the text of a segment cannot be read: see ``line`` and ``column``
    ├── UnsupportedCapability         the vendor cannot do this; nothing was sent
    ├── WriteForbidden                read-only mode, write scope or the kill switch; nothing was sent
    │   └── OutOfScope                this one record lies outside the write scope; others may lie inside
    ├── QuotaExhausted                our own ledger says the day or month is used up; nothing was sent
    ├── StoreError                    the database is newer, damaged or locked
    ├── JobError                      a job cannot do what was asked of it in its present state
    ├── CursorRepeated                a listing that would never end
    └── ProviderError                 a call to the vendor did not succeed
        ├── NotSent                   it never left: look-up, refused connection, TLS, or too late to begin
        ├── AnswerLost                it left, and no readable answer came: reset, 5xx, HTML, cut JSON, "system busy"
        ├── OutcomeUnknown            the same, for a call that must not be repeated: settle it by reading
        └── Refused                   the vendor answered no; the operation did not happen
            ├── CredentialRejected    the secret is wrong: repeating it bans the address
            ├── TokenRejected         the access token is not accepted
            ├── PermissionDenied      app, address, licence or visible range lacks the right: see ``scope``
            ├── InvalidArgument       the request is wrong
            ├── NotFound              object or relation does not exist (any more)
            ├── Conflict              exists already, runs already, done already
            ├── LimitReached          a capacity is full (not a frequency)
            ├── PreconditionFailed    the state of things does not allow it
            ├── RateLimited           too often: ``retry_at`` says when the window ends
            └── TooConcurrent         too many calls in flight, or two writers on one record

``ConfigurationError`` and ``WriteForbidden`` are deliberately no ``ProviderError``: a bulk job that skips what the
vendor refuses must not be able to skip a wrong secret or the kill switch. No text here ever holds a token, a secret,
a phone number or the text of a message.
"""

from collections.abc import Sequence
from typing import Any, Literal

__all__ = [
    "AnswerLost",
    "CallbackRejected",
    "ConfigurationError",
    "Conflict",
    "CredentialRejected",
    "CursorRepeated",
    "ExpressionError",
    "InputError",
    "InvalidArgument",
    "JobError",
    "LimitReached",
    "MissingExtra",
    "NotFound",
    "NotSent",
    "OutOfScope",
    "OutcomeUnknown",
    "PermissionDenied",
    "PreconditionFailed",
    "PrivcrmError",
    "ProviderError",
    "QuotaExhausted",
    "RateLimited",
    "Refused",
    "StoreError",
    "TokenRejected",
    "TooConcurrent",
    "UnknownProvider",
    "UnsupportedCapability",
    "WriteForbidden",
    "WrongApp",
]


class PrivcrmError(Exception):
    """The base of all of them."""


class ConfigurationError(PrivcrmError):
    """Something in the set-up is wrong or missing; the message names the setting and the cure."""


class UnknownProvider(ConfigurationError):
    """No provider of that name is installed; the message lists those that are and the nearest name."""


class MissingExtra(ConfigurationError, ImportError):
    """An optional package is not installed; the message holds the command that installs it."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(f"{package} is not installed; install it with: pip install 'privcrm[{extra}]'")
        self.package = package
        self.extra = extra

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.package, self.extra)


class WrongApp(ConfigurationError):
    """No configured app has the role that this call needs; the message says which, and where to set it."""


class InputError(PrivcrmError, ValueError):
    """What the caller gave is wrong; nothing was sent.

    ``problems`` holds one sentence for each thing found, each with file, row, field and cure where they apply.
    """

    def __init__(self, message: str, problems: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems) or (message,)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.args[0], self.problems)


class CallbackRejected(InputError):
    """A request that claims to be a callback is not: wrong signature, key, company or form. All answer alike.

    ``reason`` is one word for our own logs and never for the answer: ``form``, ``stale``, ``signature``, ``key``,
    ``receive_id``, ``content`` (a path that is no app's is counted as ``path``).
    """

    def __init__(self, reason: str) -> None:
        super().__init__("this is no callback of ours")
        self.reason = reason

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.reason,)


class ExpressionError(InputError):
    """The text of a segment cannot be read; ``line`` and ``column``, counted from 1, say where it is wrong.

    The message says what was found and what belongs there; below it stands the line with a mark under the place.
    """

    def __init__(self, message: str, *, line: int, column: int) -> None:
        super().__init__(message)
        self.line = line
        self.column = column

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.args, {"line": self.line, "column": self.column})


class UnsupportedCapability(PrivcrmError, NotImplementedError):
    """The vendor cannot do this, known before any network call; ``instead`` says what can be done."""

    def __init__(self, provider: str, capability: str, reason: str, instead: str = "") -> None:
        hint = f"; instead: {instead}" if instead else ""
        super().__init__(f"{provider} does not support {capability}: {reason}{hint}")
        self.provider = provider
        self.capability = capability
        self.reason = reason
        self.instead = instead

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.provider, self.capability, self.reason, self.instead)


class WriteForbidden(PrivcrmError):
    """A write was stopped on our side: read-only mode, outside the write scope, or the kill switch."""


class OutOfScope(WriteForbidden):
    """The write names something outside the write scope; a write that names what lies inside is let through."""


class QuotaExhausted(PrivcrmError):
    """Our ledger says that this day's or month's allowance is used up; ``reset_at`` is unix seconds."""

    def __init__(self, message: str, *, reset_at: float) -> None:
        super().__init__(message)
        self.reset_at = reset_at

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.args, {"reset_at": self.reset_at})


class StoreError(PrivcrmError):
    """The store cannot be used as it is; the message names the cure."""


class JobError(PrivcrmError):
    """A job cannot do what was asked in its present state; the message names both."""


class CursorRepeated(PrivcrmError):
    """The vendor handed out a cursor for the second time in one listing: going on would never end."""


class ProviderError(PrivcrmError):
    """A call to the vendor did not succeed.

    Printed in a fixed order: provider, operation, code, message, request id, HTTP status, attempt, advice.
    Picklable. ``message`` is the vendor's own text with secrets removed. ``earlier`` are the errors of the attempts
    before this one, oldest first: what is refused after a lost answer may have happened then.
    """

    def __init__(
        self,
        message: str,
        *,
        provider: str,
        operation: str,
        code: int | str | None = None,
        request_id: str | None = None,
        http_status: int | None = None,
        attempt: int = 1,
        advice: str = "",
        earlier: "Sequence[ProviderError]" = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.provider = provider
        self.operation = operation
        self.code = code
        self.request_id = request_id
        self.http_status = http_status
        self.attempt = attempt
        self.advice = advice
        self.earlier = tuple(earlier)

    def __str__(self) -> str:
        parts = [f"{self.provider} {self.operation}:"]
        if self.code is not None:
            parts.append(f"code {self.code},")
        parts.append(self.message)
        details = [
            f"{name} {value}"
            for name, value in (("request", self.request_id), ("http", self.http_status), ("attempt", self.attempt))
            if value is not None
        ]
        parts.append(f"({', '.join(details)})")
        if self.advice:
            parts.append(f"- {self.advice}")
        return " ".join(parts)

    def __reduce__(self) -> tuple[Any, ...]:
        state = {name: value for name, value in vars(self).items() if name not in ("message", "__notes__")}
        return _rebuild, (type(self), (self.message,), state)


def _rebuild(kind: type[Exception], args: tuple[Any, ...], state: dict[str, Any]) -> Exception:
    return kind(*args, **state)


class NotSent(ProviderError):
    """The request never left; always safe to repeat."""


class AnswerLost(ProviderError):
    """The request left and no readable answer came back: whether it happened is not known."""


class OutcomeUnknown(AnswerLost):
    """As ``AnswerLost``, for a call that must not be repeated; hand ``intent`` to the port's ``settle``."""

    def __init__(self, message: str, *, intent: Any, **context: Any) -> None:
        super().__init__(message, **context)
        self.intent = intent


class Refused(ProviderError):
    """The vendor answered no; the operation did not happen. Codes not known to us are plain ``Refused``."""


class CredentialRejected(Refused):
    """The secret is wrong, reset, or belongs to another company; trying again bans the address for an hour."""


class TokenRejected(Refused):
    """The access token is expired, revoked or malformed, and a fresh one was refused as well."""


class PermissionDenied(Refused):
    """App, address, licence or visible range lacks the right; ``advice`` names the console page.

    ``scope`` is ``"record"`` if it is about what this one call named, and ``"app"`` if every other call like it would
    be refused as well.
    """

    def __init__(self, message: str, *, scope: Literal["app", "record"] = "app", **context: Any) -> None:
        super().__init__(message, **context)
        self.scope = scope


class InvalidArgument(Refused):
    """The request is wrong and will stay wrong."""


class NotFound(Refused):
    """The object or relation does not exist (any more)."""


class Conflict(Refused):
    """It exists already, runs already or was done already: read the present state and go on from it."""


class LimitReached(Refused):
    """A capacity is full: tags of a company, tags of a member, seats, codes."""


class PreconditionFailed(Refused):
    """The state of things does not allow it now."""


class RateLimited(Refused):
    """Called too often; ``retry_at`` (unix seconds) says when the window ends."""

    def __init__(self, message: str, *, retry_at: float | None = None, **context: Any) -> None:
        super().__init__(message, **context)
        self.retry_at = retry_at


class TooConcurrent(Refused):
    """Too many calls in flight, or two writers on one record; repeat later and with fewer at a time."""
