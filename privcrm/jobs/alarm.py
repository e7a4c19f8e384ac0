"""When a job that goes on would do more harm than one that stops."""

from collections.abc import Callable, Sequence

from privcrm.jobs.model import Outcome

__all__ = ["Alarm"]

SUSPICIOUS_SHARE = 0.2
SUSPICIOUS_FROM = 50
SURPRISES_IN_A_ROW = 5


class Alarm:
    """Watches the outcomes of one run. Counts begin anew when a person resumes the job."""

    def __init__(self, suspicious: Callable[[Outcome], bool]) -> None:
        self._suspicious = suspicious
        self._finished = 0
        self._suspects = 0
        self._surprises = 0

    def note(self, outcomes: Sequence[Outcome], *, surprising: bool) -> str:
        """Take outcomes in; return why the job should pause, or ""."""
        self._finished += len(outcomes)
        self._suspects += sum(map(self._suspicious, outcomes))
        self._surprises = self._surprises + 1 if surprising else 0
        if self._surprises >= SURPRISES_IN_A_ROW:
            return f"internal: the handler failed {self._surprises} times in a row"
        if self._finished >= SUSPICIOUS_FROM and self._suspects > SUSPICIOUS_SHARE * self._finished:
            return f"suspicious: {self._suspects} of {self._finished} items failed alike; is the input of another app?"
        return ""
