"""The names that conditions go by in text and in JSON."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Final

from attrs import NOTHING, fields, frozen

from privcrm.models.segments import conditions
from privcrm.models.segments.conditions import Condition

__all__ = ["CHINESE", "KEYWORDS", "NAMES", "Form", "did_you_mean", "form_of", "given"]

CHINESE: Final[Mapping[str, type[Condition]]] = {
    "有标签": conditions.HasTag,
    "有标签组": conditions.HasAnyTagOf,
    "在群": conditions.InGroup,
    "在任一群": conditions.InAnyGroup,
    "在群标签": conditions.InGroupTagged,
    "员工": conditions.FollowedBy,
    "门店": conditions.InShop,
    "区域": conditions.InRegion,
    "在人群": conditions.InSegment,
    "渠道": conditions.FromChannel,
    "添加于天内": conditions.AddedWithin,
    "添加于之后": conditions.AddedAfter,
    "添加于之前": conditions.AddedBefore,
    "删除了员工": conditions.DeletedStaff,
    "仅在群": conditions.GroupOnly,
    "事实": conditions.HasFact,
}
KEYWORDS: Final[Mapping[str, str]] = {"员工": "staff"}
"""Chinese for the names of values."""


@frozen
class Form:
    """How a condition is written: its names, and what it takes."""

    kind: type[Condition]
    name: str
    snake: str
    in_order: tuple[str, ...]
    names: tuple[str, ...]
    required: tuple[str, ...]


def _form(kind: type[Condition]) -> Form:
    taken: Any = fields(kind)  # type: ignore[arg-type]
    return Form(
        kind,
        kind.__name__,
        re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind.__name__).lower(),
        tuple(each.name for each in taken if not each.kw_only),
        tuple(each.name for each in taken),
        tuple(each.name for each in taken if each.default is NOTHING),
    )


_FORMS: Final[Mapping[type[Condition], Form]] = {kind: _form(kind) for kind in CHINESE.values()}
NAMES: Final[Mapping[str, Form]] = {
    **{form.name: form for form in _FORMS.values()},
    **{form.snake: form for form in _FORMS.values()},
    **{name: _FORMS[kind] for name, kind in CHINESE.items()},
}


def form_of(condition: Condition) -> Form:
    """Return how this condition is written."""
    return _FORMS[type(condition)]


def given(condition: Condition) -> dict[str, Any]:
    """Return what a clause holds by name, without what it would hold anyway."""
    taken: Any = fields(type(condition))  # type: ignore[arg-type]
    values = ((each, getattr(condition, each.name)) for each in taken)
    return {each.name: value for each, value in values if value != each.default}


def did_you_mean(wanted: str, names: Mapping[str, Any] | tuple[str, ...]) -> str:
    """Return a hint at the name that looks most like the wanted one; empty if none does."""
    in_small = {name.casefold(): name for name in names}
    near = get_close_matches(wanted.casefold(), in_small, n=1)
    return f"; did you mean {in_small[near[0]]}?" if near else ""
