"""Decides what every visitor of a permanent link is shown; many visits are decided in one transaction."""

import logging
from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Final

from attrs import frozen

from privcrm.clock import Clock
from privcrm.errors import StoreError
from privcrm.events.group_commit import GroupCommit
from privcrm.services.live_codes.gateway.asked import ADMITTED, Asked
from privcrm.services.live_codes.gateway.at_code import Means
from privcrm.services.live_codes.gateway.deciding import Deciding
from privcrm.services.live_codes.gateway.known_links import FoundCode, KnownLinks
from privcrm.services.live_codes.gateway.memory import Memory, Owed
from privcrm.services.live_codes.gateway.newcomers import Newcomers
from privcrm.services.live_codes.gateway.ports import Shelf, StaffSide
from privcrm.services.live_codes.gateway.rule import Considered
from privcrm.services.live_codes.gateway.settings import GatewaySettings
from privcrm.services.live_codes.gateway.tables import GatewayTables
from privcrm.services.live_codes.gateway.telling import Tell, Telling
from privcrm.services.live_codes.gateway.visits import Decision, Page, Visit, Visitor
from privcrm.store.database import Connection, Database
from privcrm.store.live_codes.funnel import Step
from privcrm.store.live_codes.links import is_slug

__all__ = ["Desk", "Explanation"]

log = logging.getLogger("privcrm.gateway")

MOST_MOVES: Final = 4
"""Codes that one visit may be handed on by; more is a ring."""


@frozen
class Explanation:
    """Why a visitor would be shown what he would be shown now; nothing is reserved by asking.

    ``chance`` is the part of those on the way who are expected to come, ``considered`` what the rule made of each room;
    both are empty for codes whose vendor chooses.
    """

    decision: Decision
    chance: float = 0.0
    considered: tuple[Considered, ...] = ()


class Desk:
    """The decisions of one company's gateway; safe for threads, and for processes on one store.

    ``on_short`` is told the key of a code that needs another group, ``on_gathered`` that of a draft for which enough
    people would come: after the commit, in the thread of a visitor, so they had better be quick (set a timer). What
    they raise is logged.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        staff: StaffSide,
        shelf: Shelf,
        *,
        settings: GatewaySettings | None = None,
        rng: Random | None = None,
        on_short: Tell | None = None,
        on_gathered: Tell | None = None,
    ) -> None:
        self.settings = settings or GatewaySettings()
        self.tables = GatewayTables(database)
        self._database = database
        self._clock = clock
        self._newcomers = Newcomers(self.settings.newcomers)
        self._means = Means(self.tables, shelf, staff, self.settings, rng or Random(), self._newcomers)
        self._memory = Memory(clock, self.settings.memory_for)
        self._commit: GroupCommit[Asked] = GroupCommit(self._write, clock)
        self._links = KnownLinks()
        self._on_short = Telling(on_short, clock)
        self._on_gathered = Telling(on_gathered, clock)

    @property
    def company(self) -> str:
        """The company whose codes these are."""
        return self._database.company

    @property
    def is_well(self) -> bool:
        """Whether the store answered when it was last asked."""
        return not self._memory.has_failed

    # -- deciding

    def decide(self, visit: Visit) -> Decision:
        """Decide for a visitor and return when that is committed; never raises for what a visitor can bring about.

        While the store is out of reach the answer comes from memory, and at last is the page ``unavailable``.
        """
        if not is_slug(visit.slug):
            return Decision(Page.UNKNOWN)
        if not visit.visitor.is_newcomer:
            self._newcomers.forget(visit)
        if self._memory.is_out:
            return self._recall(visit)
        try:
            asked = self._asked(visit)
            if asked is None:
                return Decision(Page.UNKNOWN)
            self._commit.add(asked, self._clock.monotonic() + self.settings.patience)
        except StoreError as error:
            log.warning("the gateway goes on from memory: %s", error)
            self._memory.failed()
            return self._recall(visit)
        self._memory.answered()
        # Who is refused sees what others must not be shown; who holds nothing, what may be shown to nobody else.
        if not (asked.was_refused or asked.is_withheld or visit.commits):
            self._memory.remember(visit.slug, asked.remembered)
        return asked.decision or Decision(Page.UNAVAILABLE)

    def look(self, visit: Visit) -> Decision:
        """Return what a visitor would be shown now; nothing is written, and nothing known while the store is away."""
        if not is_slug(visit.slug):
            return Decision(Page.UNKNOWN)
        if self._memory.is_out:
            return _AWAY
        try:
            decision = self.explain(visit).decision
        except StoreError as error:
            log.warning("the gateway knows nothing at present: %s", error)
            self._memory.failed()
            return _AWAY
        self._memory.answered()
        return decision

    def explain(self, visit: Visit) -> Explanation:
        """Return what a visitor would be shown now and why; nothing is written. Raises ``StoreError``."""
        asked = self._asked(visit) if is_slug(visit.slug) else None
        if asked is None:
            return Explanation(Decision(Page.UNKNOWN))
        hall = None
        with self._database.snapshot() as connection:
            for _ in range(MOST_MOVES):
                self._enter(asked)
                deciding = self._deciding(connection, looks=True)
                deciding.run([asked])
                hall = deciding.outcome.hall or hall
                if asked.decision is not None:
                    break
        decision = asked.decision or _RING
        return Explanation(decision, hall.chance, tuple(hall.consider())) if hall else Explanation(decision)

    def _asked(self, visit: Visit) -> Asked | None:
        """Find the code of a link, and ask whether the visitor may come in."""
        found = self._found(visit.slug)
        if found is None:
            return None
        return Asked(visit, found.number, alternative=self._alternative(visit.visitor, found.key))

    def _enter(self, asked: Asked) -> None:
        """Ask whether a visitor may come in by the code that another one led him to; never inside a transaction."""
        if asked.enters:
            asked.enters = False
            asked.alternative = self._alternative(asked.visit.visitor, asked.key)

    def _recall(self, visit: Visit) -> Decision:
        """Return what was shown last, to whom may come in: where others are led instead cannot be looked up."""
        found = self._links.get(visit.slug)
        keys = [] if found is None else [found.key, self._memory.key_of(visit.slug) or found.key]
        for key in dict.fromkeys(keys):
            if self._alternative(visit.visitor, key) is not ADMITTED:
                return Decision(Page.REFUSED, key, why="not admitted", from_memory=True)
        return self._memory.recall(visit.slug)

    def _alternative(self, visitor: Visitor, key: str) -> str | None:
        try:
            admitted = self.settings.admit(visitor, key)
        except Exception as error:  # noqa: BLE001 - the application's own
            log.error("the admission to %s raised %s: the visitor is refused", key, type(error).__name__)  # noqa: TRY400
            admitted = False
        if admitted is True or admitted == key:
            return ADMITTED
        return admitted if isinstance(admitted, str) else ""

    def _found(self, slug: str) -> FoundCode | None:
        """Return the code of a link; links are for ever, so that it is looked up once."""
        found = self._links.get(slug)
        if found is None:
            with self._database.connect() as connection:
                number = self.tables.links.code_of(connection, slug)
                row = None if number is None else self.tables.rows.of_number(connection, number)
            found = None if row is None else FoundCode(row.number, row.key)
            if found is not None:
                self._links.put(slug, found)
        return found

    # -- one transaction for many

    def _write(self, asked: Sequence[Asked], patience: float) -> None:
        for each in asked:  # it may be the second time, after a transaction that failed
            each.decision = None
        for _ in range(MOST_MOVES):
            waiting = [each for each in asked if each.decision is None]
            if not waiting:
                break
            for each in waiting:
                self._enter(each)
            self._decide_all(waiting, patience)
        for each in asked:
            if each.decision is None:
                each.answer(_RING)

    def _decide_all(self, asked: Sequence[Asked], patience: float) -> None:
        owed = self._memory.take_owed()
        try:
            with self._database.transaction(patience=patience) as connection:
                deciding = self._deciding(connection)
                deciding.run(asked)
                self._count_owed(connection, owed)
        except BaseException:
            self._memory.give_back(owed)
            raise
        self._on_short(deciding.outcome.short)
        self._on_gathered(deciding.outcome.gathered)

    def _deciding(self, connection: Connection, *, looks: bool = False) -> Deciding:
        return Deciding(self._means, connection, self._clock.time(), looks)

    def _count_owed(self, connection: Connection, owed: Counter[Owed]) -> None:
        """Count what was shown from memory; who it was is not known, so that nothing is reserved."""
        if not owed:
            return
        steps = (Step.VIEWS, Step.SHOWN, Step.FROM_MEMORY)
        counts: Counter[tuple[int, str, Step]] = Counter()
        for each, count in owed.items():
            counts.update({(each.number, each.day, step): count for step in steps})
        self.tables.funnel.count(connection, counts)
        for each, count in sorted(owed.items(), key=lambda one: (one[0].number, one[0].target)):
            self.tables.reservations.hand_out(connection, each.number, {each.target: count})


_AWAY: Final = Decision(Page.UNAVAILABLE, why="store out of reach")
_RING: Final = Decision(Page.FULL, why="codes that lead to each other")
