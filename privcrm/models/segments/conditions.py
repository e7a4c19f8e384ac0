"""What can be asked of a member: conditions that combine with ``&``, ``|`` and ``~``.

A condition speaks of the member over any live relation, unless it is narrowed to one employee's with ``staff``. Days
are those of Beijing (UTC+8), as vendors count them.
"""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Any

from attrs import field, frozen
from attrs.validators import ge, instance_of, min_len, optional

__all__ = [
    "AddedAfter",
    "AddedBefore",
    "AddedWithin",
    "And",
    "Comparison",
    "Condition",
    "DeletedStaff",
    "FollowedBy",
    "FromChannel",
    "GroupOnly",
    "HasAnyTagOf",
    "HasFact",
    "HasTag",
    "InAnyGroup",
    "InGroup",
    "InGroupTagged",
    "InRegion",
    "InShop",
    "Not",
    "Or",
]

_TEXT = [instance_of(str), min_len(1)]
_STAFF = optional(_TEXT)


class Condition:
    """One clause, or several put together."""

    def __and__(self, other: "Condition") -> "And":
        return And((*_parts(And, self), *_parts(And, other)))

    def __or__(self, other: "Condition") -> "Or":
        return Or((*_parts(Or, self), *_parts(Or, other)))

    def __invert__(self) -> "Condition":
        return self.part if isinstance(self, Not) else Not(self)

    def clauses(self) -> Iterator["Condition"]:
        """Yield the conditions that are no combination, in the order in which they are written."""
        yield self


def _parts(kind: "type[And | Or]", condition: Condition) -> tuple[Condition, ...]:
    return condition.parts if isinstance(condition, kind) else (condition,)


@frozen
class And(Condition):
    """All of them hold."""

    parts: tuple[Condition, ...] = field(validator=min_len(2))

    def clauses(self) -> Iterator[Condition]:
        """Yield the clauses of the parts."""
        for part in self.parts:
            yield from part.clauses()


@frozen
class Or(Condition):
    """At least one of them holds."""

    parts: tuple[Condition, ...] = field(validator=min_len(2))

    def clauses(self) -> Iterator[Condition]:
        """Yield the clauses of the parts."""
        for part in self.parts:
            yield from part.clauses()


@frozen
class Not(Condition):
    """It does not hold."""

    part: Condition

    def clauses(self) -> Iterator[Condition]:
        """Yield the clauses of what is denied."""
        yield from self.part.clauses()


@frozen
class HasTag(Condition):
    r"""The member carries a company tag: ``Tag``, ``Group/Tag`` (``\/`` for a slash in a name), or a tag's id.

    ``tag_id`` is what the name stood for when it was looked up: it counts, and the name is shown.
    """

    tag: str = field(validator=_TEXT)
    staff: str | None = field(default=None, validator=_STAFF, kw_only=True)
    tag_id: str = field(default="", kw_only=True)


@frozen
class HasAnyTagOf(Condition):
    """The member carries a tag of this tag group, given by name or id; ``group_id`` is what the name stood for."""

    group: str = field(validator=_TEXT)
    staff: str | None = field(default=None, validator=_STAFF, kw_only=True)
    group_id: str = field(default="", kw_only=True)


@frozen
class InGroup(Condition):
    """The member is in this customer group."""

    group_id: str = field(validator=_TEXT)


@frozen
class InAnyGroup(Condition):
    """The member is in a customer group."""


@frozen
class InGroupTagged(Condition):
    """The member is in a customer group that carries this group tag."""

    tag: str = field(validator=_TEXT)


@frozen
class FollowedBy(Condition):
    """The employee has the member."""

    staff: str = field(validator=_TEXT)


@frozen
class InShop(Condition):
    """An employee of the shop with this code has the member."""

    code: str = field(validator=_TEXT)


@frozen
class InRegion(Condition):
    """An employee of a shop of this region has the member."""

    region: str = field(validator=_TEXT)


@frozen
class FromChannel(Condition):
    """The relation came about by the code or link that carries this state."""

    state: str = field(validator=_TEXT)
    staff: str | None = field(default=None, validator=_STAFF, kw_only=True)


@frozen
class AddedWithin(Condition):
    """The relation began today or on one of the ``days`` days before."""

    days: int = field(validator=[instance_of(int), ge(0)])
    staff: str | None = field(default=None, validator=_STAFF, kw_only=True)


@frozen
class AddedAfter(Condition):
    """The relation began on this day or later."""

    day: date = field(validator=instance_of(date))
    staff: str | None = field(default=None, validator=_STAFF, kw_only=True)


@frozen
class AddedBefore(Condition):
    """The relation began before this day."""

    day: date = field(validator=instance_of(date))
    staff: str | None = field(default=None, validator=_STAFF, kw_only=True)


@frozen
class DeletedStaff(Condition):
    """The member deleted an employee, or the one given, and has not come back to that one."""

    staff: str | None = field(default=None, validator=_STAFF, kw_only=True)


@frozen
class GroupOnly(Condition):
    """The person is known from groups only, and no employee has them as a member."""


class Comparison(StrEnum):
    """How a fact is compared."""

    EQUAL = "="
    UNEQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="


FactValue = str | int | float | bool | date


@frozen
class HasFact(Condition):
    """The application knows this fact of the member; with a comparison, its newest value compares like that.

    Numbers, dates and texts compare in their own order and only with their like; a fact of another type does not hold,
    not even as unequal.
    """

    name: str = field(validator=_TEXT)
    comparison: Comparison | None = field(default=None, converter=lambda given: _comparison(given))
    value: FactValue | None = None

    def __attrs_post_init__(self) -> None:
        if (self.comparison is None) is not (self.value is None):
            raise ValueError("a comparison wants a value, and a value a comparison")


def _comparison(given: Any) -> Comparison | None:
    return None if given is None else Comparison(given)
