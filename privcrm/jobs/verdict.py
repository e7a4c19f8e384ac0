"""What an error raised by a handler means for its items and its job: one decision, no effects."""

from attrs import frozen

from privcrm.errors import (
    AnswerLost,
    ConfigurationError,
    CredentialRejected,
    NotSent,
    PermissionDenied,
    QuotaExhausted,
    RateLimited,
    Refused,
    TokenRejected,
    TooConcurrent,
    UnsupportedCapability,
    WriteForbidden,
)
from privcrm.jobs.model import Outcome
from privcrm.provider.endpoint import Repeat

__all__ = ["Again", "Finish", "Pause", "Settle", "Verdict", "Wait", "judge"]

RATE_WINDOW_SECONDS = 60.0  # the vendors count by the minute; used where an answer does not say when to come back


@frozen
class Finish:
    """Every item of the send ends like this."""

    outcome: Outcome
    surprising: bool = False


@frozen
class Wait:
    """The job waits until ``until`` (unix seconds); the send did not happen."""

    until: float
    reason: str


@frozen
class Pause:
    """A person has to mend something first; the send did not happen."""

    reason: str


@frozen
class Again:
    """Send again a little later; when that has been done often enough, ``last`` holds."""

    last: Finish | Pause


@frozen
class Settle:
    """It may have happened and must not be repeated: look it up."""

    surprising: bool = False


Verdict = Finish | Wait | Pause | Again | Settle

_SET_UP = (
    PermissionDenied,
    CredentialRejected,
    TokenRejected,
    ConfigurationError,
    WriteForbidden,
    UnsupportedCapability,
)


def judge(error: Exception, repeat: Repeat, now: float) -> Verdict:  # noqa: PLR0911 - a table
    """Return what follows from an error; ``now`` is unix seconds."""
    safe = repeat is Repeat.SAFE
    match error:
        case NotSent():
            return Again(Pause(f"unreachable: the provider cannot be reached: {error}"))
        case AnswerLost():
            return Again(Finish(Outcome.unknown(error.message, reason="no_answer"))) if safe else Settle()
        case TooConcurrent():
            return Again(Finish(Outcome.failed(error.code, error.message)))
        case RateLimited():
            return Wait(error.retry_at or now + RATE_WINDOW_SECONDS, f"rate_limited: {error}")
        case QuotaExhausted():
            return Wait(error.reset_at, f"quota: {error}")
        case _ if isinstance(error, _SET_UP):
            return Pause(f"refused: {error}")
        case Refused():
            return Finish(Outcome.failed(error.code, error.message))
        case _:
            # Only the class is told: the text of a stranger's exception may quote anything. What broke after an
            # unrepeatable call may have happened.
            if not safe:
                return Settle(surprising=True)
            return Finish(Outcome.failed("internal", type(error).__name__), surprising=True)
