"""What is kept of a reconciliation: outcomes, alarms that a person has to see to, and when it is tried again."""

import json
import logging
from typing import Final

from privcrm.errors import (
    AnswerLost,
    NotSent,
    QuotaExhausted,
    RateLimited,
    Refused,
    TooConcurrent,
    WriteForbidden,
)
from privcrm.models.codes import OnEmpty
from privcrm.services.live_codes.book import CodeBook
from privcrm.services.live_codes.staff.policy import PushPolicy
from privcrm.services.live_codes.staff.results import Alarms, Pushed
from privcrm.services.live_codes.staff.work import Work

__all__ = ["TRANSIENT", "Telling"]

TRANSIENT: Final = (AnswerLost, NotSent, RateLimited, TooConcurrent, QuotaExhausted, WriteForbidden)
"""What says nothing about the code itself; see ``Telling.failed``."""
REFUSED_SECONDS: Final = 3600.0
"""A refusal that is about no seat needs a person: until then it is tried again at this distance."""

_MEANWHILE: Final = {
    OnEmpty.KEEP_LAST: "the pool stays as it was",
    OnEmpty.BACKUP: "the last tier cannot stand in either",
    OnEmpty.REDIRECT: "the link shows another code",
    OnEmpty.CLOSED: "the link says that nobody is there",
}
"""What happens while nobody is free."""

log = logging.getLogger("privcrm.live_codes")


class Telling:
    """Notes what came of a reconciliation, in its work and in the store."""

    def __init__(self, book: CodeBook, policy: PushPolicy) -> None:
        self._book = book
        self._policy = policy

    def failed(self, work: Work, error: Exception) -> None:
        """Note why it could not be done now; what heals by itself is tried again."""
        match error:
            case AnswerLost():
                outcome, due = Pushed.UNKNOWN, self._book.clock.time() + self._policy.retry
            case WriteForbidden():
                outcome, due = Pushed.FORBIDDEN, self._book.clock.time() + REFUSED_SECONDS
                self.alarm(work, Alarms.REFUSED, f"not sent: {type(error).__name__}")
            case QuotaExhausted(reset_at=reset_at):
                outcome, due = Pushed.UNREACHABLE, reset_at
            case RateLimited(retry_at=float() as retry_at):
                outcome, due = Pushed.UNREACHABLE, retry_at
            case _:
                outcome, due = Pushed.UNREACHABLE, self._book.clock.time() + self._policy.retry
        work.outcomes.append(outcome)
        work.due.append(max(due, self._book.clock.time() + 1.0))
        log.warning("live code %s: %s (%s)", work.look.row.number, outcome.value, type(error).__name__)

    def refused(self, work: Work, refusal: Refused) -> None:
        """Note a refusal that is about no seat."""
        self.alarm(work, Alarms.REFUSED, f"{type(refusal).__name__} {refusal.code}")
        work.outcomes.append(Pushed.REFUSED)
        work.due.append(self._book.clock.time() + REFUSED_SECONDS)

    def gone(self, work: Work, vendor_id: str) -> None:
        """Note that the code itself is no longer there, which only a person can mend."""
        work.outcomes.append(Pushed.GONE)
        work.due.append(self._book.clock.time() + REFUSED_SECONDS)
        self.alarm(work, Alarms.GONE, f"the vendor has no code {vendor_id} any more")

    def free_or_not(self, work: Work) -> None:
        """Raise the alarm where nobody is free, end it where somebody is."""
        code, choice = work.look.code, work.look.choice
        if choice.stands_in:
            self.alarm(work, Alarms.NOBODY, "nobody is free: the last tier stands in")
        elif choice.empty:
            self.alarm(work, Alarms.NOBODY, f"nobody is free: {_MEANWHILE[code.on_empty]}")
        else:
            self._clear(work, Alarms.NOBODY)

    def end(self, work: Work, outcome: Pushed) -> None:
        """Raise or end the alarms that the outcome of it all decides."""
        barred = [verdict.staff_id for verdict in work.look.verdicts if verdict.told]
        if barred or work.dropped:
            names = sorted({*barred, *work.dropped})
            self.alarm(work, Alarms.BARRED, f"the vendor refuses {', '.join(names)}")
        else:
            self._clear(work, Alarms.BARRED)
        if outcome.is_good and outcome is not Pushed.DEFERRED:
            for kind in (Alarms.REFUSED, Alarms.BUDGET, Alarms.GONE):
                self._clear(work, kind)
        if work.drift:
            fields = "; ".join(f"{each.field}: {each.kept} became {each.found}" for each in work.drift)
            self.alarm(work, Alarms.DRIFT, f"changed at the vendor by somebody else: {fields}")
            self.decided(work, "drift", json.dumps([[d.field, d.kept, d.found] for d in work.drift]))
        elif work.force and outcome is Pushed.CONFIRMED:
            self._clear(work, Alarms.DRIFT)
            self._clear(work, Alarms.STRANGER)

    def alarm(self, work: Work, kind: str, told: str) -> None:
        """Raise an alarm of the code, or keep the one that stands."""
        with self._book.database.transaction() as connection:
            self._book.notes.alarm(connection, work.look.row.number, kind, told, self._book.clock.time())

    def decided(self, work: Work, what: str, why: str) -> None:
        """Keep a decision, and of what it was made."""
        with self._book.database.transaction() as connection:
            self._book.notes.decided(connection, work.look.row.number, what, why, self._book.clock.time())

    def _clear(self, work: Work, kind: str) -> None:
        with self._book.database.connect() as connection:
            stands = self._book.notes.stands(connection, work.look.row.number, kind)
        if stands:
            with self._book.database.transaction() as connection:
                self._book.notes.clear(connection, work.look.row.number, kind)
