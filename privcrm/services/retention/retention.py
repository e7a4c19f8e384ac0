"""The front: what ``crm.retention`` is."""

import logging
from collections.abc import Mapping
from typing import Final

from privcrm.errors import ConfigurationError
from privcrm.jobs.hours import Hours, Turn
from privcrm.jobs.timers import Timers
from privcrm.services.retention.members import MemberRemover
from privcrm.services.retention.purged import Purged, Report, RetentionProgress
from privcrm.store import Store
from privcrm.store.database import Row
from privcrm.store.mirror.forgetting import RelationRemover
from privcrm.store.purging import PlainRemover, Purging, Remover, Tell
from privcrm.store.retention import DAY, RULES, Rule
from privcrm.store.retention import ages as ages_with
from privcrm.store.timers import Timer

__all__ = ["Retention"]

log = logging.getLogger("privcrm.retention")

KIND: Final = "retention"
PURGED: Final = "purged"


class _TurnOver(Exception):
    """Ends a purge that goes on with the next turn, at a rule, behind a key."""

    def __init__(self, rule: str, after: Row) -> None:
        super().__init__(rule)
        self.place = {"rule": rule, "after": list(after)}


class Retention:
    """Deletes what is older than the rules of ``privcrm.store.retention`` say, safely beside all other work.

    What is deleted cannot be brought back, the audit apart, which stays. A purge that was killed is simply run again.
    The inbox of events is none of this: it is kept as ``WebhookPolicy.keep`` says.
    """

    def __init__(
        self, store: Store, timers: Timers | None = None, *, ages: Mapping[str, float | None] | None = None
    ) -> None:
        """``ages`` are days by rule in place of the defaults, 0 or None for ever; ``timers`` are wanted by ``every``.

        Raises ``InputError`` for a rule that there is not, and for what is no age.
        """
        self._store = store
        self._database = store.database
        self._clock = store.clock
        self._timers = timers
        self._purging = Purging(store.database)
        self.ages = ages_with(ages)
        """The age in days of each rule, None for "kept for ever"."""
        if timers is not None:
            timers.offer(KIND, self._fire)

    def purge(self, *, dry_run: bool = False, progress: Report | None = None, who: str = KIND) -> Purged:
        """Delete what is old, and return how much that was; with ``dry_run`` only count it.

        The counts go into the audit. Raises ``StoreError``.
        """
        rows: dict[str, int] = {}
        try:
            do = self._purging.count if dry_run else self._purging.apply
            for rule in self._rules():
                do(rule, self._before(rule), self._remover(rule), _counting(rule, rows, progress))
        finally:
            if not dry_run:
                self._note(rows, who)
        if not dry_run:
            self._mark()
        return Purged(rows, dry_run)

    def every(self, hours: float = 24.0, at: str = "04:00") -> None:
        """Let whoever runs the timers (``privcrm run``) purge this often, counted from a Beijing time of day.

        That is now, if the last purge was longer ago. It goes in short turns, so that other work is not kept waiting.
        Raises ``InputError`` for what is no schedule, ``ConfigurationError`` without timers.
        """
        if self._timers is None:
            raise ConfigurationError("a purge at hours of the day needs the timers of a CRM")
        due = Hours(hours, at).from_now(self._clock.time(), self._last())
        self._timers.set(KIND, "", due, {"hours": hours, "at": at})

    # -- one rule

    def _rules(self, first: str = "") -> list[Rule]:
        """Return the rules that have an age, from one on."""
        names = [rule.name for rule in RULES]
        start = names.index(first) if first in names else 0
        return [rule for rule in RULES[start:] if self.ages[rule.name] is not None]

    def _before(self, rule: Rule) -> float:
        return self._clock.time() - (self.ages[rule.name] or 0.0) * DAY

    def _remover(self, rule: Rule) -> Remover:
        match rule.table:
            case "member":
                return MemberRemover(self._database, rule)
            case "follow":
                return RelationRemover(self._database, rule)
            case _:
                return PlainRemover(self._database, rule)

    # -- by timer

    def _fire(self, timer: Timer) -> None:
        """Purge for a turn, from where the last one stopped."""
        if self._timers is None:
            return
        when = {"hours": timer.payload["hours"], "at": timer.payload["at"]}
        rows: dict[str, int] = {}
        try:
            self._turn(rows, str(timer.payload.get("rule", "")), tuple(timer.payload.get("after", ())))
        except _TurnOver as over:
            self._timers.set(KIND, "", self._clock.time(), {**when, **over.place})
        else:
            self._mark()
            self._timers.set(KIND, "", Hours(**when).after(self._clock.time()), when)
        finally:
            self._note(rows, KIND)

    def _turn(self, rows: dict[str, int], first: str, after: Row) -> None:
        """Apply the rules from one on, beginning behind a key. Raises ``_TurnOver``."""
        turn = Turn(self._clock)
        for rule in self._rules(first):
            count = _counting(rule, rows, None)

            def tell(more: int, place: Row, rule: Rule = rule, count: Tell = count) -> None:
                count(more, place)
                if turn.is_set():
                    raise _TurnOver(rule.name, place)

            behind = after if rule.name == first else None
            self._purging.apply(rule, self._before(rule), self._remover(rule), tell, behind)

    # -- what is remembered

    def _note(self, rows: Mapping[str, int], who: str) -> None:
        gone = {name: count for name, count in rows.items() if count}
        if gone:
            log.info("purged %d rows", sum(gone.values()))
            self._store.audit.add(who, "store.purged", rows=gone)

    def _mark(self) -> None:
        with self._database.transaction() as connection:
            connection.run(
                "INSERT INTO privcrm_known_mark (company, name, at) VALUES (?, ?, ?)"
                " ON CONFLICT (company, name) DO UPDATE SET at = excluded.at",
                *(self._database.company, PURGED, self._clock.time()),
            )

    def _last(self) -> float | None:
        with self._database.connect() as connection:
            row = connection.one(
                "SELECT at FROM privcrm_known_mark WHERE company = ? AND name = ?", self._database.company, PURGED
            )
        return None if row is None else float(row[0])


def _counting(rule: Rule, rows: dict[str, int], progress: Report | None) -> Tell:
    """Return what adds up the rows of a rule and reports them."""

    def tell(more: int, place: Row) -> None:
        del place
        rows[rule.name] += more
        if progress is not None:
            progress(RetentionProgress(rule.name, rows[rule.name]))

    rows[rule.name] = 0
    tell(0, rule.first)
    return tell
