"""Listings by the vendor's cursor: what is asked for a page, and what comes of the answer."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from privcrm.models import Page
from privcrm_wecom.convert import values

T = TypeVar("T")


def page_params(asked: Mapping[str, Any], limit: int, cursor: str) -> dict[str, Any]:
    """Return the parameters of a page; the first one is asked for without a cursor."""
    return {**asked, "limit": limit} | ({"cursor": cursor} if cursor else {})


def page_of(answer: Mapping[str, Any], name: str, convert: Callable[[dict[str, Any]], T]) -> Page[T]:
    """Return the page whose rows stand under ``name``."""
    return Page(tuple(map(convert, values.rows(answer.get(name)))), values.text(answer.get("next_cursor")))
