"""Rules that tag by themselves: when they apply, and what they put."""

import re
from collections.abc import Iterable
from typing import Any, Final

from attrs import Attribute, field, frozen

from privcrm.errors import InputError
from privcrm.models import events
from privcrm.models.segments import Comparison, Condition, FactValue, HasFact

__all__ = [
    "AddedBetween",
    "ChannelIs",
    "FactIs",
    "HappenedAtLeast",
    "JoinedGroup",
    "Matches",
    "RuleTag",
    "StateContains",
    "TagRule",
    "Trigger",
]

_CLOCK: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_DAY: Final = 86_400
_BEIJING: Final = 8 * 3600
_FIRST_WEEKDAY: Final = 3  # 1970-01-01 was a Thursday
_MOST_DAYS: Final = 366
_MOST_TIMES: Final = 1_000


def _given(instance: Any, attribute: "Attribute[str]", value: str) -> None:
    if not isinstance(value, str) or not value:  # pyright: ignore[reportUnnecessaryIsInstance] - callers need not be typed
        raise InputError(f"{type(instance).__name__}.{attribute.name} takes a text that is not empty")


def _numbers(given: Iterable[int]) -> tuple[int, ...]:
    return tuple(given)


@frozen
class StateContains:
    """The channel state by which member and employee met contains this keyword."""

    keyword: str = field(validator=_given)


@frozen
class ChannelIs:
    """Member and employee met by the code or link that carries exactly this state."""

    state: str = field(validator=_given)


@frozen
class JoinedGroup:
    """The member came into a group: this one, one that carries a group tag, or one whose name contains a text.

    Exactly one of the three is given; else ``InputError`` is raised.
    """

    group_id: str = ""
    tagged: str = ""
    name_contains: str = ""

    def __attrs_post_init__(self) -> None:
        if sum(map(bool, (self.group_id, self.tagged, self.name_contains))) != 1:
            raise InputError("JoinedGroup takes exactly one of group_id, tagged and name_contains")


@frozen
class AddedBetween:
    """The relation began in these hours of Beijing (UTC+8), on these weekdays.

    ``start`` is in, ``end`` is not; 22:00 to 06:00 goes across midnight and belongs to the day on which it began.
    ``weekdays`` count from 0 for Monday; none means all. Raises ``InputError``.
    """

    start: str
    end: str
    weekdays: tuple[int, ...] = field(default=(), converter=_numbers)

    def __attrs_post_init__(self) -> None:
        for name, text in (("start", self.start), ("end", self.end)):
            if not _CLOCK.fullmatch(text):
                raise InputError(f"AddedBetween.{name} takes a time such as 08:30")
        if self.start == self.end:
            raise InputError("AddedBetween.start and end are the same; leave the condition out for the whole day")
        if not set(self.weekdays) <= set(range(7)):
            raise InputError("AddedBetween.weekdays takes numbers from 0 (Monday) to 6 (Sunday)")

    def holds(self, at: int) -> bool:
        """Tell whether a moment (unix seconds) lies in these hours."""
        start, end = _seconds(self.start), _seconds(self.end)
        day, second = divmod(at + _BEIJING, _DAY)
        across = end < start
        if across and second < end:
            day -= 1
        elif not (start <= second < (_DAY if across else end)):
            return False
        return not self.weekdays or (day + _FIRST_WEEKDAY) % 7 in self.weekdays


@frozen
class FactIs:
    """A fact that the application knows of the member compares so; asked for when the rule is run."""

    name: str = field(validator=_given)
    comparison: Comparison = field(converter=Comparison)
    value: FactValue = field(repr=False)

    @property
    def condition(self) -> Condition:
        """The same as a segment."""
        return HasFact(self.name, self.comparison, self.value)


@frozen
class HappenedAtLeast:
    """Something of this class of events happened to the member so often within the last ``days`` days.

    Counted from when the rule was made; the same event that comes twice is counted once. Raises ``InputError``.
    """

    event: str
    times: int
    days: int = 30

    def __attrs_post_init__(self) -> None:
        kind = getattr(events, self.event, None) if self.event in events.__all__ else None
        if not (isinstance(kind, type) and issubclass(kind, events.Event)):
            raise InputError(f"HappenedAtLeast.event names no class of privcrm.events: {self.event!r}")
        if not 1 <= self.times <= _MOST_TIMES or not 1 <= self.days <= _MOST_DAYS:
            raise InputError(f"HappenedAtLeast takes 1 to {_MOST_TIMES:,} times within 1 to {_MOST_DAYS} days")

    @property
    def kind(self) -> type[events.Event]:
        """The class of the events that count."""
        found: type[events.Event] = getattr(events, self.event)
        return found


@frozen
class Matches:
    """The member is in this segment; asked for when the rule is run."""

    condition: Condition


Trigger = StateContains | ChannelIs | JoinedGroup | AddedBetween | FactIs | HappenedAtLeast | Matches


@frozen
class RuleTag:
    """A tag that a rule puts: its id counts, ``title`` (Group/Tag) is what it was called when the rule was made."""

    tag_id: str
    title: str


def _triggers(given: "Trigger | Iterable[Trigger]") -> tuple[Trigger, ...]:
    return (given,) if isinstance(given, Trigger) else tuple(given)


def _tags(given: Iterable[RuleTag]) -> tuple[RuleTag, ...]:
    return tuple(given)


@frozen
class TagRule:
    """A rule: where one of the triggers in ``when`` holds, the tags of ``add`` are put.

    A trigger about a relation tags that relation; one about a member tags every relation of the member that lives.
    ``state`` is ``active``, ``removing`` or ``removed``; ``frozen`` says why a rule does nothing at present.
    """

    name: str = field(validator=_given)
    when: tuple[Trigger, ...] = field(converter=_triggers)
    add: tuple[RuleTag, ...] = field(converter=_tags)
    id: str = ""
    state: str = "active"
    frozen: str = ""
    created_at: float = 0.0
    created_by: str = ""

    def __attrs_post_init__(self) -> None:
        if not self.when or not all(isinstance(each, Trigger) for each in self.when):  # pyright: ignore[reportUnnecessaryIsInstance] - callers need not be typed
            raise InputError("TagRule.when takes one trigger or several")
        if not self.add:
            raise InputError("TagRule.add takes at least one tag")


def _seconds(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60
