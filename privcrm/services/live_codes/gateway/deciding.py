"""What many visits at once are answered, inside one transaction."""

import json
import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from random import Random
from typing import Final

from attrs import define, field, frozen

from privcrm.errors import PrivcrmError, StoreError
from privcrm.models.codes import GroupLiveCode, OnEmpty, OnFull, OverflowStrategy
from privcrm.models.codes.hours import local_date
from privcrm.services.live_codes.gateway.hall import Hall, Sent
from privcrm.services.live_codes.gateway.memory import Remembered
from privcrm.services.live_codes.gateway.newcomers import Newcomers
from privcrm.services.live_codes.gateway.ports import Shelf, StaffAnswer, StaffSide
from privcrm.services.live_codes.gateway.settings import GatewaySettings
from privcrm.services.live_codes.gateway.tables import GatewayTables
from privcrm.services.live_codes.gateway.visits import Decision, Page, Picture, Visit
from privcrm.services.live_codes.specs import load_group_code
from privcrm.store.database import Connection
from privcrm.store.live_codes.codes import CodeKind, CodeLife, CodeRow
from privcrm.store.live_codes.funnel import Step
from privcrm.store.live_codes.reservations import part_of, part_target

__all__ = ["ADMITTED", "CROWD_ALARM", "Asked", "Deciding", "Means"]

log = logging.getLogger("privcrm.gateway")

_UNREADABLE: Final = (PrivcrmError, ValueError, LookupError, TypeError, AttributeError, ExceptionGroup)
"""What a code raises that was written by somebody else, or by a later version."""
ADMITTED: Final = None
CROWD_ALARM: Final = "crowd"
GATE_SECONDS: Final = 3600.0
"""For so long a newcomer who signed up is one of those of his address."""
_SPECS_KEPT: Final = 2_048


@define(eq=False)
class Asked:
    """A visit on its way to a decision.

    It is at the code of ``number``, or of ``key`` where only that is known. ``alternative`` is ``ADMITTED``, or the key
    of the code that is shown to him instead, "" for none. ``was_refused``, at this code or one before; ``is_withheld``:
    he was shown a picture and holds no place. With ``enters``
    it was moved to a code whose admission is not asked yet. Once decided there is a ``decision``, and what of it may be
    remembered.
    """

    visit: Visit
    number: int = 0
    key: str = ""
    alternative: str | None = ADMITTED
    was_refused: bool = False
    is_withheld: bool = False
    enters: bool = False
    decision: Decision | None = None
    remembered: Remembered | None = None

    def answer(self, decision: Decision, remembered: Remembered | None = None) -> None:
        """Settle it."""
        self.decision, self.remembered = decision, remembered

    def move(self, key: str, *, enters: bool = True) -> None:
        """Have it decided anew, for another code, which may refuse him; not with ``enters`` off: he was sent there."""
        self.number, self.key, self.alternative, self.enters = 0, key, ADMITTED, enters


@frozen
class Means:
    """What every transaction decides with."""

    tables: GatewayTables
    shelf: Shelf
    staff: StaffSide
    settings: GatewaySettings
    rng: Random
    newcomers: Newcomers


@define(eq=False)
class Deciding:
    """Answers visits to any number of codes; one object serves one transaction.

    With ``looks`` nothing is written, counted or reserved. Afterwards ``short`` holds the keys of codes that need
    another group, ``gathered`` those of drafts for which enough people would come, and ``hall`` the last rooms looked
    at.
    """

    _means: Means
    _connection: Connection
    _now: float
    _looks: bool = False
    short: set[str] = field(factory=set[str])
    gathered: set[str] = field(factory=set[str])
    hall: Hall | None = None
    _counts: Counter[tuple[int, str, Step]] = field(factory=Counter[tuple[int, str, Step]])

    def run(self, asked: Sequence[Asked]) -> None:
        """Settle every visit, or move it on to another code."""
        at_code: dict[int, list[Asked]] = {}
        for each in asked:
            at_code.setdefault(each.number or self._number_of(each), []).append(each)
        for number, visits in sorted(at_code.items()):  # in one order: two processes must not wait for each other
            self._decide(number, visits)
        if not self._looks:
            self._means.tables.funnel.count(self._connection, self._counts)

    def _number_of(self, asked: Asked) -> int:
        row = self._means.tables.rows.get(self._connection, asked.key)
        return row.number if row else 0

    def _decide(self, number: int, asked: Sequence[Asked]) -> None:
        row = self._means.tables.rows.of_number(self._connection, number)
        if row is None or row.life is CodeLife.DELETED:
            # A code that others lead to may not be there yet.
            page = Page.ENDED if row else Page.PREPARING
            for each in asked:
                each.answer(Decision(page, each.key or (row.key if row else ""), row.name if row else ""))
            return
        try:
            _Code(self._means, self._connection, self._now, self._looks, self, row, self._counts).decide(asked)
        except StoreError:
            raise
        except _UNREADABLE as error:  # one code must not take the others with it; a driver's errors are none of these
            log.error("live code %s cannot be shown: %s", row.key, type(error).__name__)  # noqa: TRY400
            for each in asked:
                each.answer(Decision(Page.UNAVAILABLE, row.key, row.name))


@define(eq=False)
class _Code:
    """One code of them, with all who ask for it."""

    _means: Means
    _connection: Connection
    _now: float
    _looks: bool
    _all: Deciding
    _row: CodeRow
    _counts: Counter[tuple[int, str, Step]]
    _day: str = field(init=False, default="")

    def decide(self, asked: Sequence[Asked]) -> None:
        self._day = local_date(self._now, _zone_of(self._row.spec)).isoformat()
        self._count(Step.VIEWS, sum(not each.visit.commits for each in asked))
        admitted = [each for each in asked if each.alternative is ADMITTED and not self._has_no_gate(each)]
        for each in asked:
            if (alternative := each.alternative) is not None:
                self._refuse(each, alternative)
        if not admitted:
            return
        if self._row.life is CodeLife.WANTED:
            self._prepare(admitted)
        elif self._row.kind is CodeKind.STAFF:
            self._lead_to_staff(admitted)
        else:
            self._lead_to_groups(admitted, _group_code(self._row.spec))

    def _has_no_gate(self, asked: Asked) -> bool:
        """Answer somebody who says that he comes when there is nothing to wait for: he looks again, and is shown in."""
        if not asked.visit.commits or self._row.life is CodeLife.DRAFT:
            return False
        asked.answer(self._decision(Page.PREPARING, why="no gate"))
        return True

    # -- refusals and drafts

    def _refuse(self, asked: Asked, alternative: str) -> None:
        self._count(Step.REFUSED)
        asked.was_refused = True
        if alternative:
            asked.move(alternative, enters=False)
        else:
            asked.answer(self._decision(Page.REFUSED, why="not admitted"))

    def _prepare(self, asked: Iterable[Asked]) -> None:
        for each in asked:
            self._count(Step.GATED)
            each.answer(self._decision(Page.PREPARING, why="not published"))

    def _gate(self, asked: Sequence[Asked], wanted: int) -> None:
        """Say how many would come; who says that he will is counted once."""
        visitors, number = self._means.tables.visitors, self._row.number
        if not self._looks:
            for each in asked:
                self._sign_up(each.visit, wanted)
        committed = visitors.committed(self._connection, number)
        if committed >= wanted:
            self._all.gathered.add(self._row.key)
        for each in asked:
            visitor = each.visit.visitor
            said = not visitor.is_new and visitors.has_committed(self._connection, number, visitor.mark)
            self._count(Step.GATED, int(not each.visit.commits))
            each.answer(self._decision(Page.GATE, why="gate", committed=committed, wanted=wanted, has_committed=said))

    def _sign_up(self, visit: Visit, wanted: int) -> None:
        """Count who says that he comes; of too many newcomers of one address each when he looks again later."""
        visitors, number, mark = self._means.tables.visitors, self._row.number, visit.visitor.mark
        if visit.visitor.is_new:
            return
        if not visit.commits:
            is_counted = not visit.visitor.is_young and visitors.confirm(self._connection, number, mark, self._now)
            self._count(Step.COMMITTED, int(is_counted))
        elif self._means.newcomers.may_hold(visit, self._now, self._now + GATE_SECONDS, most=max(1, wanted // 2)):
            self._count(Step.COMMITTED, int(visitors.commit(self._connection, number, mark, self._now)))
        else:
            self._count(Step.WITHHELD, int(visitors.say(self._connection, number, mark, self._now)))

    # -- staff

    def _lead_to_staff(self, asked: Sequence[Asked]) -> None:
        if self._row.life is CodeLife.DRAFT:
            self._prepare(asked)
            return
        for each in asked:
            answer, holds = self._choose_staff(each.visit)
            picture = None if answer.part is None else self._picture_of(answer.part)
            if picture is not None:
                self._show(each, Sent(answer.target, answer.why, answer.repeats, holds), picture, left=answer.left)
            elif answer.part is not None:
                self._prepare([each])
            else:
                self._nobody(each, answer)

    def _choose_staff(self, visit: Visit) -> tuple[StaffAnswer, bool]:
        """Choose for a visitor, and say whether he holds his place."""
        staff, connection, row, now = self._means.staff, self._connection, self._row, self._now
        if self._looks:
            return staff.preview(connection, row, visit.visitor.mark, now), True
        seconds = staff.holds_for(row)
        if seconds and not self._means.newcomers.may_hold(visit, now, now + seconds):
            return staff.spread(connection, row, self._means.rng, now), False
        return staff.answer(connection, row, visit.visitor.mark, now), True

    def _nobody(self, asked: Asked, answer: StaffAnswer) -> None:
        self._count(Step.TURNED_AWAY)
        self._count(Step.NOBODY)
        if answer.on_empty is OnEmpty.REDIRECT:
            asked.move(answer.redirect_to)
        else:
            asked.answer(self._decision(Page.CLOSED, why=answer.why))

    # -- groups

    def _lead_to_groups(self, asked: Sequence[Asked], code: GroupLiveCode) -> None:
        if self._row.life is CodeLife.DRAFT:
            if code.gate.min_start:
                self._gate(asked, code.gate.min_start)
            else:
                self._prepare(asked)
            return
        if code.overflow.strategy is OverflowStrategy.STAFF_FIRST:
            for each in asked:
                self._count(Step.SHOWN)
                self._count(Step.VIA_STAFF)
                each.move(code.staff_code)
            return
        if code.overflow.strategy in (OverflowStrategy.CHAIN, OverflowStrategy.IMAGES):
            self._choose_rooms(asked, code)
        else:
            self._show_vendor_code(asked, code)

    def _show_vendor_code(self, asked: Sequence[Asked], code: GroupLiveCode) -> None:
        """Show the one code of the vendor, which leads to whichever of its groups has room."""
        picture = self._picture_of(0)
        if picture is None:
            self._prepare(asked)
        elif self._is_full(code):
            self._turn_away(asked, code, "no_room")
        else:
            for each in asked:
                self._show(each, Sent(part_target(0), "vendor_chooses"), picture, left=None)
            if not self._looks:
                self._means.tables.reservations.hand_out(
                    self._connection, self._row.number, {part_target(0): len(asked)}
                )

    def _is_full(self, code: GroupLiveCode) -> bool:
        """Tell whether the vendor would say "group full": all are, and the next one did not come in its time."""
        rooms, number = self._means.tables.open_rooms, self._row.number
        if rooms.any(self._connection, number):
            return False
        since = rooms.full_since(self._connection, number)
        waits = code.overflow.new_group_within if code.overflow.strategy is OverflowStrategy.NATIVE else 0
        return since is not None and self._now >= since + waits

    def _choose_rooms(self, asked: Sequence[Asked], code: GroupLiveCode) -> None:
        hall = self._hall(code)
        hall.expect([each.visit.visitor for each in asked])
        pictures: dict[str, Picture | None] = {}
        for each in asked:
            sent = hall.send(each.visit)
            if not sent.target:
                self._turn_away([each], code, sent.why)
                continue
            if sent.target not in pictures:
                pictures[sent.target] = self._picture(sent.target)
            picture = pictures[sent.target]
            if picture is None:
                self._prepare([each])
            else:
                self._show(each, sent, picture, left=hall.left_in(sent.target))
        self._finish(hall, code)

    def _hall(self, code: GroupLiveCode) -> Hall:
        """Return the rooms that there is a picture of."""
        tables, number = self._means.tables, self._row.number
        if code.overflow.strategy is OverflowStrategy.IMAGES:
            rooms = tables.open_rooms.of_code(self._connection, number, pictured_at=self._now)
        else:
            rooms = tables.open_rooms.of_code(self._connection, number)
            shown = {part: self._picture_of(part) is not None for part in {room.part for room in rooms}}
            rooms = [room for room in rooms if shown[room.part]]
        hall = self._all.hall = Hall(
            self._connection,
            code,
            self._row.number,
            rooms,
            reservations=tables.reservations,
            visitors=tables.visitors,
            newcomers=self._means.newcomers,
            settings=self._means.settings,
            rng=self._means.rng,
            now=self._now,
            looks=self._looks,
        )
        return hall

    def _finish(self, hall: Hall, code: GroupLiveCode) -> None:
        if self._looks:
            return
        hall.keep()
        if hall.is_short:
            self._all.short.add(self._row.key)
        notes, number = self._means.tables.notes, self._row.number
        if hall.is_burst:
            told = f"more than {code.burst.most_joins} came within {code.burst.window} seconds: they are being spread"
            notes.alarm(self._connection, number, CROWD_ALARM, told, self._now)
        else:
            notes.clear(self._connection, number, CROWD_ALARM)

    def _turn_away(self, asked: Sequence[Asked], code: GroupLiveCode, why: str) -> None:
        self._all.short.add(self._row.key)
        self._count(Step.TURNED_AWAY, len(asked))
        self._count(Step.NO_ROOM, len(asked))
        for each in asked:
            if code.on_full is OnFull.REDIRECT:
                each.move(code.redirect_to)
            else:
                page = Page.WAITING if code.on_full is OnFull.WAITING else Page.FULL
                each.answer(self._decision(page, why=why))

    # -- what all have in common

    def _show(self, asked: Asked, sent: Sent, picture: Picture, *, left: int | None) -> None:
        self._count(Step.SHOWN)
        self._count(Step.REPEATS, int(sent.repeats))
        self._count(Step.WITHHELD, int(not sent.holds))
        asked.is_withheld = not sent.holds
        decision = self._decision(Page.CODE, why=sent.why, target=sent.target, picture=picture)
        asked.answer(decision, Remembered(decision, self._row.number, self._day, left))

    def _picture(self, target: str) -> Picture | None:
        part = part_of(target)
        if part is not None:
            return self._picture_of(part)
        return self._means.shelf.of_group(self._connection, self._row.number, target, self._now)

    def _picture_of(self, part: int) -> Picture | None:
        return self._means.shelf.of_part(self._connection, self._row.number, part)

    def _decision(
        self,
        page: Page,
        *,
        why: str,
        target: str = "",
        picture: Picture | None = None,
        committed: int = 0,
        wanted: int = 0,
        has_committed: bool = False,
    ) -> Decision:
        row = self._row
        return Decision(page, row.key, row.name, row.kind.value, target, picture, why, committed, wanted, has_committed)

    def _count(self, step: Step, count: int = 1) -> None:
        if count:
            self._counts[self._row.number, self._day, step] += count


@lru_cache(maxsize=_SPECS_KEPT)
def _group_code(spec: str) -> GroupLiveCode:
    return load_group_code(spec)


@lru_cache(maxsize=_SPECS_KEPT)
def _zone_of(spec: str) -> str:
    zone: str = json.loads(spec).get("zone", "Asia/Shanghai")
    return zone
