"""Figures of the memory provider: a day is counted as soon as it is over."""

from collections.abc import Iterable, Sequence
from itertools import islice

from attrs import asdict

from privcrm.clock import VENDOR_TIME, Clock
from privcrm.errors import InputError, InvalidArgument, NotFound
from privcrm.models import GroupFigures, Page, Pages, StaffFigures, StaffId
from privcrm.provider.capabilities import Capabilities
from privcrm.provider.limits import LimitTable
from privcrm.provider.ports import StatisticsPort
from privcrm.sandbox import world as simulated
from privcrm.sandbox.world import figures as book
from privcrm.testing.memory.door import NAME, Call, Door

_DAY = 86_400
_AHEAD = int(VENDOR_TIME.utcoffset(None).total_seconds())


class MemoryStatistics(StatisticsPort):
    """Counts what happened in the company; how much people wrote is invented from the seed."""

    def __init__(self, door: Door, capabilities: Capabilities, limits: LimitTable, clock: Clock) -> None:
        super().__init__(NAME, capabilities)
        self._door = door
        self._limits = limits
        self._clock = clock

    def staff(self, staff_id: str, first_day: int, last_day: int) -> tuple[StaffFigures, ...]:
        """Return the days of one employee, also of one who left."""
        days = self._days(first_day, last_day)
        with self._door.reading("statistics.staff") as call:
            staff = call.world.staff.find(staff_id)
            if staff is None:
                raise call.refuse(NotFound, "unknown_staff", "no employee has this id")
            return tuple(_staff_row(call, [staff], day) for day in days)

    def departments(self, department_ids: Sequence[str], first_day: int, last_day: int) -> tuple[StaffFigures, ...]:
        """Return the days of everybody in some departments together."""
        self._check_ids("department_ids", department_ids, self._limits["statistics.ids"].value)
        days = self._days(first_day, last_day)
        with self._door.reading("statistics.departments") as call:
            known = {str(node.number): node.number for node in call.world.staff.departments}
            if not known.keys() >= set(department_ids):
                raise call.refuse(NotFound, "unknown_department", "no department has this id")
            below = {number for one in department_ids for number in call.world.staff.subtree(known[one])}
            people = [staff for staff in call.world.staff if staff.department in below]
            return tuple(_staff_row(call, people, day) for day in days)

    def groups_by_owner(
        self, owner_ids: Sequence[str], first_day: int, last_day: int, cursor: str = ""
    ) -> Pages[GroupFigures]:
        """List one row for each owner who has groups; the cursor is the place in the list of owners."""
        self._check_ids("owner_ids", owner_ids)
        days, wanted = self._days(first_day, last_day), tuple(owner_ids)
        return Pages(lambda place: self._owners_at(wanted, days, place), cursor)

    def groups_by_day(self, owner_ids: Sequence[str], first_day: int, last_day: int) -> tuple[GroupFigures, ...]:
        """Return the days of all groups of these owners together."""
        self._check_ids("owner_ids", owner_ids, self._limits["statistics.ids"].value)
        days = self._days(first_day, last_day)
        with self._door.reading("statistics.groups_by_day") as call:
            groups = [group for owner_id in dict.fromkeys(owner_ids) for group in _groups(call, owner_id)]
            return tuple(
                _group_row(None, day.begin, row) for day, row in zip(days, _daily(call, groups, days), strict=True)
            )

    def _owners_at(self, owner_ids: Sequence[str], days: Sequence[book.Day], cursor: str) -> Page[GroupFigures]:
        size = self._limits["statistics.page"].value
        with self._door.reading("statistics.groups_by_owner") as call:
            if not (cursor or "0").isdecimal():
                raise call.refuse(InvalidArgument, "bad_cursor", "the cursor belongs to another listing")
            start = int(cursor or 0)
            owners = list(islice(owner_ids, start, start + size))
            owned = ((owner_id, _groups(call, owner_id)) for owner_id in owners)
            found = tuple(
                _group_row(StaffId(owner_id), None, _summed(_daily(call, groups, days)))
                for owner_id, groups in owned
                if groups
            )
        return Page(found, str(start + size) if start + size < len(owner_ids) else "")

    def _check_ids(self, field: str, given: Sequence[str], most: int | None = None) -> None:
        if not given or not all(given):
            raise InputError(f"{field} is empty, or holds an empty id")
        if most is not None and len(given) > most:
            raise InputError(f"{field} holds {len(given):,} ids, allowed are {most:,}")

    def _days(self, first_day: int, last_day: int) -> list[book.Day]:
        """Return the days asked for; raises ``InputError`` for days of which there are no figures."""
        first, last, today = (_midnight(second) for second in (first_day, last_day, self._clock.time()))
        if first > last:
            raise InputError("first_day is after last_day")
        if last >= today:
            raise InputError("last_day is not over yet: figures go up to yesterday")
        span, age = self._limits["statistics.span"].value, self._limits["statistics.age"].value
        if last - first >= span * _DAY:
            raise InputError(f"first_day to last_day are more than {span} days")
        if today - first > age * _DAY:
            raise InputError(f"first_day is more than {age} days ago")
        return [book.Day(begin) for begin in range(first, last + 1, _DAY)]


def _midnight(second: float) -> int:
    """Return the midnight in UTC+8 at or before a second."""
    return (int(second) + _AHEAD) // _DAY * _DAY - _AHEAD


def _staff_row(call: Call, people: Iterable[simulated.Staff], day: book.Day) -> StaffFigures:
    figures = book.total(book.ContactFigures, (_of_staff(call, staff, day) for staff in people))
    return StaffFigures(
        day=day.begin,
        chats=figures.chats,
        messages=figures.messages,
        requests_sent=figures.requests,
        members_added=figures.new,
        members_lost=figures.losses,
        reply_share=figures.answered / figures.chats if figures.chats else None,
        reply_minutes=figures.minutes / figures.chats if figures.chats else None,
        raw=asdict(figures),
    )


def _of_staff(call: Call, staff: simulated.Staff, day: book.Day) -> book.ContactFigures:
    worked = staff.can_contact or (staff.state is simulated.StaffState.LEFT and day.end <= (staff.left_at or 0))
    talks = worked and any(True for _ in call.world.follows.of_staff(staff.number))
    return call.world.figures.of_staff(staff.number, day, talks=talks)


def _groups(call: Call, owner_id: str) -> list[simulated.Group]:
    owner, groups = call.world.staff.find(owner_id), call.world.groups
    return [groups[n] for n in range(len(groups)) if owner is not None and groups.owner(n) == owner.number]


def _daily(call: Call, groups: Sequence[simulated.Group], days: Sequence[book.Day]) -> list[book.GroupFigures]:
    """Return the figures of some groups together, day by day."""
    rows = [call.world.figures.of_group(group, days) for group in groups]
    return [book.total(book.GroupFigures, (row[place] for row in rows)) for place in range(len(days))]


def _summed(days: Sequence[book.GroupFigures]) -> book.GroupFigures:
    """Return some days as one: what was new adds up, what there was in all is the last day's."""
    last = days[-1]
    return book.GroupFigures(
        sum(day.new_groups for day in days),
        last.groups,
        last.groups_with_messages,
        sum(day.new_members for day in days),
        last.members,
        last.members_with_messages,
        last.messages,
    )


def _group_row(owner_id: StaffId | None, day: int | None, figures: book.GroupFigures) -> GroupFigures:
    return GroupFigures(
        owner_id=owner_id,
        day=day,
        groups=figures.groups,
        groups_created=figures.new_groups,
        groups_active=figures.groups_with_messages,
        members=figures.members,
        members_joined=figures.new_members,
        members_active=figures.members_with_messages,
        messages=figures.messages,
        raw=asdict(figures),
    )
