"""Strategies (规则组): which administrators may do what for which employees."""

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from privcrm.models.fields import checked
from privcrm.models.ids import DepartmentId, StaffId, StrategyId


@frozen(slots=False, field_transformer=checked)
class StrategySpec:
    """Who administers whom.

    Administrators may do everything but what is ``denied`` (names of the vendor's privileges). A strategy below a
    ``parent_id`` covers a part of the parent's people and inherits what is denied there.
    """

    name: str
    admin_ids: tuple[StaffId, ...]
    staff_ids: tuple[StaffId, ...] = ()
    department_ids: tuple[DepartmentId, ...] = ()
    parent_id: StrategyId | None = None
    denied: frozenset[str] = frozenset()


@frozen(slots=False, field_transformer=checked)
class StrategyChange:
    """What to change about a strategy; None leaves a field alone, people are added and removed."""

    name: str | None = None
    admin_ids: tuple[StaffId, ...] | None = None
    denied: frozenset[str] | None = None
    add_staff_ids: tuple[StaffId, ...] = ()
    add_department_ids: tuple[DepartmentId, ...] = ()
    remove_staff_ids: tuple[StaffId, ...] = ()
    remove_department_ids: tuple[DepartmentId, ...] = ()


@frozen(slots=False)
class Strategy:
    """A strategy as the vendor keeps it; whom it covers is listed apart. ``created_at`` is unix seconds."""

    strategy_id: StrategyId
    name: str = ""
    parent_id: StrategyId | None = None
    admin_ids: tuple[StaffId, ...] = ()
    denied: frozenset[str] = frozenset()
    created_at: int | None = None
    raw: Mapping[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)


@frozen(slots=False)
class StrategyNode:
    """Somebody whom a strategy covers: an employee, or a department with all below it."""

    staff_id: StaffId | None = None
    department_id: DepartmentId | None = None
