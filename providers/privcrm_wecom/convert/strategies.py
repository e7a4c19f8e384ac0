"""Strategies, for members and for moments."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from privcrm.models import DepartmentId, StaffId, Strategy, StrategyId, StrategyNode
from privcrm_wecom.convert.values import mapping, number, text, texts

_STAFF, _DEPARTMENT = 1, 2


def strategy(row: dict[str, Any]) -> Strategy:
    """Return a strategy; parent 0 is how the vendor says that there is none."""
    parent = text(row.get("parent_id"))
    return Strategy(
        strategy_id=StrategyId(text(row.get("strategy_id"))),
        name=text(row.get("strategy_name")),
        parent_id=StrategyId(parent) if parent not in ("", "0") else None,
        admin_ids=tuple(map(StaffId, texts(row.get("admin_list")))),
        denied=frozenset(name for name, granted in mapping(row.get("privilege")).items() if granted is False),
        created_at=number(row.get("create_time")),
        raw=row,
    )


def strategy_id(row: dict[str, Any]) -> StrategyId:
    """Return what a listing tells of a strategy."""
    return StrategyId(text(row.get("strategy_id")))


def node(row: dict[str, Any]) -> StrategyNode:
    """Return somebody whom a strategy covers."""
    staff_id, department_id = text(row.get("userid")), text(row.get("partyid"))
    return StrategyNode(
        StaffId(staff_id) if staff_id else None,
        DepartmentId(department_id) if department_id else None,
    )


def nodes(staff_ids: Sequence[str], departments: Iterable[int]) -> list[dict[str, Any]]:
    """Return people and departments as the vendor wants them."""
    return [
        *({"type": _STAFF, "userid": staff_id} for staff_id in staff_ids),
        *({"type": _DEPARTMENT, "partyid": department} for department in departments),
    ]


def privileges(names: Iterable[str], denied: frozenset[str]) -> Mapping[str, bool]:
    """Return the whole object: whatever is left out of it would be granted."""
    return {name: name not in denied for name in names}
