"""Listings by the vendor's cursor: what is asked for a page, and what comes of the answer."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from privcrm.models import Page
from privcrm_wecom.convert import values

T = TypeVar("T")

_OF_COMPANY, _OF_EMPLOYEES, _OF_BOTH = 0, 1, 2


def page_params(asked: Mapping[str, Any], limit: int, cursor: str) -> dict[str, Any]:
    """Return the parameters of a page; the first one is asked for without a cursor."""
    return {**asked, "limit": limit} | ({"cursor": cursor} if cursor else {})


def created_between(after: int, before: int, creator_id: str | None, *, by_company: bool | None) -> dict[str, Any]:
    """Return the parameters that choose orders by when and by whom they were made, None for anybody."""
    made_by = _OF_BOTH if by_company is None else _OF_COMPANY if by_company else _OF_EMPLOYEES
    asked = {"start_time": after, "end_time": before, "filter_type": made_by}
    return asked | ({"creator": creator_id} if creator_id else {})


def page_of(answer: Mapping[str, Any], name: str, convert: Callable[[dict[str, Any]], T]) -> Page[T]:
    """Return the page whose rows stand under ``name``."""
    return Page(tuple(map(convert, values.rows(answer.get(name)))), values.text(answer.get("next_cursor")))
