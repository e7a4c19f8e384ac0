"""What can be asked of a member: conditions that combine with ``&``, ``|`` and ``~``.

A condition speaks of the member over any live relation, unless it is narrowed to one employee's with ``staff``. Days
are those of Beijing (UTC+8), as vendors count them.
"""

from datetime import date

from attrs import field, frozen

from privcrm.models.segments import values
from privcrm.models.segments.combining import And, Condition, Not, Or
from privcrm.models.segments.values import Comparison, FactValue, WrongValue

__all__ = [
    "AddedAfter",
    "AddedBefore",
    "AddedWithin",
    "And",
    "Comparison",
    "Condition",
    "DeletedStaff",
    "FactValue",
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
    "InSegment",
    "InShop",
    "Not",
    "Or",
]


@frozen
class HasTag(Condition):
    r"""The member carries a company tag: ``Tag``, ``Group/Tag`` (``\/`` for a slash in a name), or a tag's id.

    ``tag_id`` is what the name stood for when it was looked up: it counts, and the name is shown.
    """

    tag: str = field(validator=values.text)
    staff: str | None = field(default=None, validator=values.staff, kw_only=True)
    tag_id: str = field(default="", validator=values.text_or_empty, kw_only=True)


@frozen
class HasAnyTagOf(Condition):
    """The member carries a tag of this tag group, given by name or id; ``group_id`` is what the name stood for."""

    group: str = field(validator=values.text)
    staff: str | None = field(default=None, validator=values.staff, kw_only=True)
    group_id: str = field(default="", validator=values.text_or_empty, kw_only=True)


@frozen
class InGroup(Condition):
    """The member is in this customer group."""

    group_id: str = field(validator=values.text)


@frozen
class InAnyGroup(Condition):
    """The member is in a customer group."""


@frozen
class InGroupTagged(Condition):
    """The member is in a customer group that carries this group tag."""

    tag: str = field(validator=values.text)


@frozen
class FollowedBy(Condition):
    """The employee has the member."""

    staff: str = field(validator=values.text)


@frozen
class InShop(Condition):
    """An employee of the shop with this code has the member."""

    code: str = field(validator=values.text)


@frozen
class InRegion(Condition):
    """An employee of a shop of this region has the member."""

    region: str = field(validator=values.text)


@frozen
class InSegment(Condition):
    """The member is in the saved segment of this name: what it asks for stands here when the expression is used."""

    name: str = field(validator=values.text)


@frozen
class FromChannel(Condition):
    """The relation came about by the code or link that carries this state."""

    state: str = field(validator=values.text)
    staff: str | None = field(default=None, validator=values.staff, kw_only=True)


@frozen
class AddedWithin(Condition):
    """The relation began today or on one of the ``days`` days before."""

    days: int = field(validator=values.count)
    staff: str | None = field(default=None, validator=values.staff, kw_only=True)


@frozen
class AddedAfter(Condition):
    """The relation began on this day or later."""

    day: date = field(converter=values.as_day, validator=values.day)
    staff: str | None = field(default=None, validator=values.staff, kw_only=True)


@frozen
class AddedBefore(Condition):
    """The relation began before this day."""

    day: date = field(converter=values.as_day, validator=values.day)
    staff: str | None = field(default=None, validator=values.staff, kw_only=True)


@frozen
class DeletedStaff(Condition):
    """The member deleted an employee, or the one given, and has not come back to that one."""

    staff: str | None = field(default=None, validator=values.staff, kw_only=True)


@frozen
class GroupOnly(Condition):
    """The person is known from groups only, and no employee has them as a member."""


@frozen
class HasFact(Condition):
    """The application knows this fact of the member; with a comparison, its newest value compares like that.

    Numbers, dates and texts compare in their own order and only with their like; a fact of another type does not hold,
    not even as unequal.
    """

    name: str = field(validator=values.text)
    comparison: Comparison | None = field(default=None, converter=values.as_comparison, validator=values.comparison)
    value: FactValue | None = field(
        default=None, validator=values.fact_value, repr=False, eq=lambda given: (type(given), given)
    )

    def __attrs_post_init__(self) -> None:
        if (self.comparison is None) is not (self.value is None):
            raise WrongValue("HasFact takes a comparison and a value together, or neither", "comparison")
