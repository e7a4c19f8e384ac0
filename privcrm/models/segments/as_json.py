"""Expressions as what JSON can hold: ``{"all": [{"has_tag": {"tag": "VIP"}}, {"not": {"in_any_group": {}}}]}``.

Reading and writing go to any depth; Python's own ``json`` module does not: it gives up below a thousand levels. What is
nested deeper is kept as text.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, TypeGuard

from attrs import frozen

from privcrm.errors import InputError
from privcrm.models.fields import came
from privcrm.models.segments.combining import And, Condition, Not, Or, fold
from privcrm.models.segments.values import WrongValue, as_day
from privcrm.models.segments.vocabulary import NAMES, Form, did_you_mean, form_of, given
from privcrm.models.segments.walk import joined

__all__ = ["from_json", "to_json"]

_SEVERAL: Final[Mapping[str, type[And | Or]]] = {"all": And, "any": Or}
_FORMS: Final = {form.snake: form for form in NAMES.values()}
_KEYS: Final = (*_SEVERAL, "not", *_FORMS)
_LONGEST_PATH: Final = 200


def to_json(condition: Condition) -> dict[str, Any]:
    """Return an expression as dicts, lists, texts and numbers; ``from_json`` reads them back as the same."""
    return fold(condition, _leaf, _combination)


def from_json(value: Any) -> Condition:
    """Return the condition that was read from JSON; raises ``InputError`` that names the path of what is wrong."""
    results: list[Condition] = []
    todo: list[_Place | _Join] = [_Place(None, "$", value)]
    while todo:
        step = todo.pop()
        if isinstance(step, _Join):
            start = len(results) - step.count
            parts = results[start:]
            results[start:] = [Not(parts[0]) if step.kind is Not else joined(step.kind, parts)]
        else:
            key, below = _only_key(step)
            if key in _FORMS:
                results.append(_made(_FORMS[key], below))
            else:
                parts_of = [below] if key == "not" else _listed(below)
                todo.append(_Join(_SEVERAL.get(key, Not), len(parts_of)))
                todo.extend(reversed(parts_of))
    return results[0]


@frozen
class _Place:
    """A value and where it stands; the path is put together only for an error."""

    above: "_Place | None"
    step: str
    value: Any

    def wrong(self, said: str) -> InputError:
        """Return the error for what stands here."""
        steps: list[str] = []
        place: _Place | None = self
        while place is not None:
            steps.append(place.step)
            place = place.above
        path = "".join(reversed(steps))
        shown = path if len(path) <= _LONGEST_PATH else f"$…{path[-_LONGEST_PATH:]}"
        return InputError(f"{shown}: {said}")


@frozen
class _Join:
    """Put the last ``count`` results together."""

    kind: Any
    count: int


def _leaf(condition: Condition) -> dict[str, Any]:
    return {form_of(condition).snake: {name: _plain(name, value) for name, value in given(condition).items()}}


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat() if name == "day" else {"date": value.isoformat()}
    return str(value) if isinstance(value, str) else value


def _combination(node: Condition, parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    if isinstance(node, Not):
        return {"not": parts[0]}
    return {"all" if isinstance(node, And) else "any": list(parts)}


def _object(place: _Place) -> dict[str, _Place] | None:
    """Return what stands below the keys of an object."""
    if not _is_object(place.value):
        return None
    return {str(key): _Place(place, f".{key}", each) for key, each in place.value.items()}


def _is_object(value: Any) -> TypeGuard[Mapping[Any, Any]]:
    return isinstance(value, Mapping)


def _is_list(value: Any) -> TypeGuard[Sequence[Any]]:
    return isinstance(value, list | tuple)


def _only_key(place: _Place) -> tuple[str, _Place]:
    found = _object(place)
    if found is None:
        raise place.wrong(f'expected an object such as {{"has_tag": …}}, {came(place.value)} was given')
    if len(found) != 1:
        raise place.wrong(f"expected one key, found {len(found)}: combine conditions with all, any, not")
    key, below = next(iter(found.items()))
    if key not in _KEYS:
        raise place.wrong(f"{key!r:.40} is no condition{did_you_mean(key, _KEYS)}")
    return key, below


def _listed(place: _Place) -> list[_Place]:
    if not _is_list(place.value):
        raise place.wrong(f"expected a list of conditions, {came(place.value)} was given")
    if not place.value:
        raise place.wrong("expected a list of conditions, an empty one was given")
    return [_Place(place, f"[{number}]", each) for number, each in enumerate(place.value)]


def _made(form: Form, place: _Place) -> Condition:
    found = _object(place)
    if found is None:
        raise place.wrong(f"expected an object, {came(place.value)} was given")
    for name in found:
        if name not in form.names:
            takes = ", ".join(form.names) or "nothing"
            raise place.wrong(f"{name!r:.40} is not known, it takes {takes}{did_you_mean(name, form.names)}")
    missing = [name for name in form.required if name not in found]
    if missing:
        raise place.wrong(f"{', '.join(missing)} is missing")
    try:
        return form.kind(**{name: _read(each) for name, each in found.items()})
    except WrongValue as error:
        raise found.get(error.field, place).wrong(str(error)) from None


def _read(place: _Place) -> Any:
    found = _object(place)
    if found is None:
        return place.value
    day: Any = as_day(found["date"].value) if found.keys() == {"date"} else None
    if not isinstance(day, date):
        raise place.wrong('expected {"date": "2026-01-31"}, another object was given')
    return day
