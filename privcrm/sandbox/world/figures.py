"""What happened on which day, for statistics: what people did here, and invented chatter around it.

Adds, losses and who left a group are kept as they happen. How much people wrote is derived from the seed, so that a day
that has passed always reads the same. Of what the seed made happen before the company began, only groups are counted.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import TypeVar

import attrs

from privcrm.sandbox.world.chance import Stream
from privcrm.sandbox.world.groups import Group

_MOST_CHATS, _MOST_LINES, _MOST_REQUESTS = 24, 9, 3
_SLOWEST = 45
_SILENT_IN, _MOST_A_DAY = 8, 40
_DAY = 86_400


@attrs.frozen
class Day:
    """A day, from its first second to the first of the next (unix seconds)."""

    begin: int

    @property
    def end(self) -> int:
        """The first second of the next day."""
        return self.begin + _DAY


@attrs.frozen
class ContactFigures:
    """An employee's day with customers."""

    chats: int = 0
    messages: int = 0
    answered: float = 0.0
    """Percent of the chats that were answered on the same day, summed over the chats."""
    minutes: int = 0
    """Minutes until the first answer, summed over chats."""
    losses: int = 0
    requests: int = 0
    new: int = 0


@attrs.frozen
class GroupFigures:
    """Groups on a day: what was new, and what there was in all when it ended."""

    new_groups: int = 0
    groups: int = 0
    groups_with_messages: int = 0
    new_members: int = 0
    members: int = 0
    members_with_messages: int = 0
    messages: int = 0


F = TypeVar("F", ContactFigures, GroupFigures)


class FigureBook:
    """What happened and when."""

    def __init__(self, seed: int) -> None:
        self._chatter = Stream(seed, "chatter of staff")
        self._group_chatter = Stream(seed, "chatter of groups")
        self._added: dict[int, list[int]] = {}
        self._lost: dict[int, list[int]] = {}
        self._gone: dict[int, list[tuple[int, int]]] = {}

    def note_add(self, staff: int, at: int) -> None:
        """Note that a member added an employee."""
        self._added.setdefault(staff, []).append(at)

    def note_loss(self, staff: int, at: int) -> None:
        """Note that a member deleted an employee."""
        self._lost.setdefault(staff, []).append(at)

    def note_gone(self, group: int, joined_at: int, at: int) -> None:
        """Note that a member who had joined at some time left a group."""
        self._gone.setdefault(group, []).append((joined_at, at))

    def of_staff(self, staff: int, day: Day, *, talks: bool) -> ContactFigures:
        """Return an employee's day; *talks* tells whether he had anybody to write to."""
        new, losses = (_within(book.get(staff, []), day) for book in (self._added, self._lost))
        if not talks:
            return ContactFigures(losses=losses, new=new)
        luck = self._chatter(staff * 100_000 + day.begin // _DAY)
        chats = luck % _MOST_CHATS
        return ContactFigures(
            chats=chats,
            messages=chats * (1 + (luck >> 8) % _MOST_LINES),
            answered=chats * (5000 + (luck >> 16) % 5001) / 100,
            minutes=chats * (1 + (luck >> 32) % _SLOWEST),
            losses=losses,
            requests=(luck >> 48) % _MOST_REQUESTS,
            new=new,
        )

    def of_group(self, group: Group, days: Sequence[Day]) -> list[GroupFigures]:
        """Return a group's figures day by day; nothing before it was made and after it was dismissed."""
        gone = self._gone.get(group.number, [])
        joined = sorted([*(person.joined_at for person in group.people), *(began for began, _ in gone)])
        left = sorted(ended for _, ended in gone)
        return [self._group_day(group, day, joined, left) for day in days]

    def _group_day(self, group: Group, day: Day, joined: Sequence[int], left: Sequence[int]) -> GroupFigures:
        if group.created_at >= day.end or (group.dismissed_at is not None and group.dismissed_at < day.end):
            return GroupFigures()
        members = bisect_left(joined, day.end) - bisect_left(left, day.end)
        luck = self._group_chatter(group.number)
        lively = luck % _SILENT_IN != 0
        age = 1 + max(0, day.begin - group.created_at) // _DAY
        return GroupFigures(
            new_groups=int(day.begin <= group.created_at),
            groups=1,
            groups_with_messages=int(lively),
            new_members=_within(joined, day),
            members=members,
            members_with_messages=members * min(90, 10 + age) // 100 if lively else 0,
            messages=age * (1 + (luck >> 8) % _MOST_A_DAY) if lively else 0,
        )


def _within(times: Sequence[int], day: Day) -> int:
    return bisect_left(times, day.end) - bisect_left(times, day.begin)


def total(kind: type[F], figures: Iterable[F]) -> F:
    """Return all figures together; nothing at all gives zeros."""
    return kind(*(sum(column) for column in zip(*(attrs.astuple(one) for one in figures), strict=True)))
