"""Events as JSON: for those that no vendor told, and for programs that read our output."""

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, cast

import attrs

from privcrm.errors import StoreError
from privcrm.models import events
from privcrm.models.events import Event

__all__ = ["dump_event", "event_to_dict", "load_event"]

_RIGHTS = frozenset({"welcome_code", "welcome_codes", "chat_key"})
_LEFT_OUT = frozenset({"attempt", "key", "stale"})


def event_to_dict(event: Event) -> dict[str, Any]:
    """Return an event's class as ``event`` and its fields by name: plain values only.

    ``raw`` is left out, and so are codes by which whoever reads them could act in the company's name.
    """
    return {name: value for name, value in _fields_of(event).items() if name not in _RIGHTS}


def dump_event(event: Event) -> str:
    """Return the text of an event of our own making, under which the inbox keeps it."""
    fields = {name: value for name, value in _fields_of(event).items() if name not in _LEFT_OUT}
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def load_event(text: str) -> Event:
    """Return the event of such a text; one of a class that this release does not have raises ``StoreError``."""
    values = json.loads(text)
    name = values.pop("event")
    kind = getattr(events, name, None) if name in events.__all__ else None
    if not (isinstance(kind, type) and issubclass(kind, Event)):
        raise StoreError(f"the inbox holds an event called {name}, which this release does not know")
    known = {field.name: field for field in attrs.fields(kind)}
    return kind(**{name: _typed(known[name], value) for name, value in values.items() if name in known})


def _fields_of(event: Event) -> dict[str, Any]:
    fields = attrs.asdict(event, recurse=False, filter=lambda field, _: field.name != "raw")
    return {"event": type(event).__name__, **{name: _plain(value) for name, value in fields.items()}}


def _plain(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Mapping):
        return dict(cast("Mapping[str, Any]", value))
    return value if isinstance(value, str | int | float | None) else list(value)


def _typed(field: "attrs.Attribute[Any]", value: Any) -> Any:
    if isinstance(field.default, StrEnum):
        return type(field.default)(value)
    return tuple(value) if value.__class__ is list else value
