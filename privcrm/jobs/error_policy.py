"""What an error raised by a handler means for its items and its job, and when a job that goes on would do harm."""

from collections.abc import Callable, Sequence

from attrs import frozen

from privcrm.errors import (
    AnswerLost,
    ConfigurationError,
    CredentialRejected,
    JobError,
    NotSent,
    OutOfScope,
    PermissionDenied,
    ProviderError,
    QuotaExhausted,
    RateLimited,
    Refused,
    StoreError,
    TokenRejected,
    TooConcurrent,
    UnsupportedCapability,
    WriteForbidden,
)
from privcrm.jobs.model import Outcome
from privcrm.provider.endpoint import Repeat

__all__ = ["Again", "CircuitBreaker", "Decision", "Finish", "Pause", "Settle", "Wait", "judge", "told"]

RATE_WINDOW_SECONDS = 60.0  # the vendors count by the minute; used where an answer does not say when to come back
SHORTEST_WAIT_SECONDS = 1.0  # a time in the past would be met by trying again at once, for ever
SUSPICIOUS_SHARE = 0.2
SUSPICIOUS_FROM = 50
ALIKE_IN_A_ROW = 5
BROKEN = "internal: the handler failed"


@frozen
class Finish:
    """Every item of the send ends like this. ``alarming``: many in a row that say the same are no matter of items."""

    outcome: Outcome
    alarming: str = ""


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

    alarming: str = ""


Decision = Finish | Wait | Pause | Again | Settle

_SET_UP = (
    CredentialRejected,
    TokenRejected,
    ConfigurationError,
    UnsupportedCapability,
)


def judge(error: Exception, repeat: Repeat, now: float) -> Decision:  # noqa: PLR0911 - a table
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
            until = max(error.retry_at or now + RATE_WINDOW_SECONDS, now + SHORTEST_WAIT_SECONDS)
            return Wait(until, f"rate_limited: {error}")
        case QuotaExhausted():
            return Wait(max(error.reset_at, now + SHORTEST_WAIT_SECONDS), f"quota: {error}")
        case OutOfScope():
            return Finish(Outcome.skipped("out_of_scope", "outside the write scope"))
        case WriteForbidden():  # our own doing, such as `privcrm stop` while the call waited: not the vendor's
            return Pause(f"forbidden: {error}")
        case _ if isinstance(error, _SET_UP):
            return Pause(f"refused: {error}")
        case Refused():
            return _refused(error)
        case _:
            return _unexpected(error, repeat)


def told(error: ProviderError) -> str:
    """Return what an item's outcome tells people of an error: the vendor's words and our advice, never nothing."""
    return " - ".join(filter(None, (error.message, error.advice))) or type(error).__name__


def _refused(error: Refused) -> Decision:
    """Tell what is about one record from what would meet every other as well."""
    failed = Outcome.failed(error.code, told(error))
    match error:
        case PermissionDenied(scope="record"):
            return Finish(failed, alarming=f"refused: code {error.code} came")
        case PermissionDenied() | Refused(code=None):  # without a code it was a proxy that refused
            return Pause(f"refused: {error}")
        case _:
            return Finish(failed)


def _unexpected(error: Exception, repeat: Repeat) -> Decision:
    if repeat is not Repeat.SAFE:  # it may have happened before something broke
        return Settle(alarming=BROKEN)
    if isinstance(error, StoreError):
        return Pause(f"store: {error}")
    if isinstance(error, JobError):  # a handler that cannot go on before a person has looked
        return Pause(f"unfinished: {error}")
    # Only the class is told: the text of a stranger's exception may quote anything.
    return Finish(Outcome.failed("internal", type(error).__name__), alarming=BROKEN)


class CircuitBreaker:
    """Watches the outcomes of one run and says when to pause. Counts begin anew when a person resumes the job."""

    def __init__(self, suspicious: Callable[[Outcome], bool]) -> None:
        self._suspicious = suspicious
        self._finished = 0
        self._suspects = 0
        self._alarming = ""
        self._in_a_row = 0

    def note(self, outcomes: Sequence[Outcome], *, alarming: str) -> str:
        """Take the outcomes of a send in; return why the job should pause, or ""."""
        self._finished += len(outcomes)
        self._suspects += sum(map(self._suspicious, outcomes))
        self._in_a_row = self._in_a_row + 1 if alarming == self._alarming else 1
        self._alarming = alarming
        if alarming and self._in_a_row >= ALIKE_IN_A_ROW:
            return f"{alarming} {self._in_a_row} times in a row"
        if self._finished >= SUSPICIOUS_FROM and self._suspects > SUSPICIOUS_SHARE * self._finished:
            return f"suspicious: {self._suspects} of {self._finished} items failed alike; is the input of another app?"
        return ""
