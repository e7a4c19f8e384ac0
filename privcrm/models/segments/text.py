"""Writing expressions as text, in the form that is also their Python."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any, Final

from privcrm.models.segments.combining import Condition, written
from privcrm.models.segments.tokens import quoted
from privcrm.models.segments.vocabulary import form_of, given

__all__ = ["to_text"]

_ID_OF: Final = {"tag": "tag_id", "group": "group_id"}


def to_text(condition: Condition, *, names: Mapping[str, str] | None = None, ids: bool = True) -> str:
    """Return an expression as text that ``parse`` reads back as the same, with no more parentheses than it needs.

    ``names`` holds what tags and tag groups are called now, by id: it wins over the name that was written. For people,
    ``ids=False`` leaves out what names stood for when they were looked up.
    """
    return written(condition, partial(_clause, names or {}, ids))


def _clause(names: Mapping[str, str], ids: bool, condition: Condition) -> str:
    return f"{form_of(condition).name}({', '.join(_arguments(names, ids, condition))})"


def _arguments(names: Mapping[str, str], ids: bool, condition: Condition) -> Iterator[str]:
    in_order = form_of(condition).in_order
    for name, value in given(condition).items():
        if name in in_order:
            stands_for: str = getattr(condition, _ID_OF.get(name, ""), "")
            shown = names.get(stands_for, value) if stands_for else value
            yield quoted(value.isoformat()) if name == "day" else _value(shown)
        elif ids or name not in _ID_OF.values():
            yield f"{name}={_value(value)}"


def _value(value: Any) -> str:
    if isinstance(value, str):
        return quoted(value)
    return f"date({value.year}, {value.month}, {value.day})" if isinstance(value, date) else repr(value)
