"""What a method of a port is given is held against the types that it names, before anything is sent.

A program that no type checker reads gives one text where several are meant, and each letter of it would go out as an
id; or a wrong word where one of a few is meant, and fails deep inside. Whoever calls learns the parameter's name, what
it takes, and the type of what came; never the value.
"""

import inspect
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from enum import Enum
from functools import cache, wraps
from types import NoneType, UnionType
from typing import Any, cast, get_args, get_origin

from attrs import frozen

from privcrm.errors import InputError
from privcrm.models.fields import came

Method = Callable[..., Any]

# Ids of which the vendor makes numbers, so that a number is as good as its text.
_NUMBERED = frozenset({"department_id", "department_ids", "root_id", "strategy_id", "source_app"})


@frozen
class Wrong:
    """Why a value is not taken: the end of a sentence that begins with the parameter's name."""

    reason: str


Rule = Callable[[Any], Any]
"""Returns the value to go on with, or ``Wrong``."""


class Given:
    """The arguments of one call, of which tracebacks with local values show nothing."""

    __slots__ = ("_values",)

    def __init__(self, args: Iterable[Any], kwargs: dict[str, Any]) -> None:
        self._values: dict[int | str, Any] = dict(enumerate(args))
        self._values.update(kwargs)

    def check(self, rules: Mapping[str, Rule]) -> None:
        """Refuse what a parameter does not take, and bring the rest into its type."""
        for place, (name, rule) in enumerate(rules.items()):
            for key in (place, name):
                if key in self._values:
                    taken = rule(self._values[key])
                    if isinstance(taken, Wrong):
                        raise InputError(f"{name} {taken.reason}")
                    self._values[key] = taken
                    del taken  # a text among the local values would show in a traceback

    @property
    def args(self) -> list[Any]:
        """What was given by position."""
        return [value for key, value in self._values.items() if isinstance(key, int)]

    @property
    def kwargs(self) -> dict[str, Any]:
        """What was given by name."""
        return {key: value for key, value in self._values.items() if isinstance(key, str)}


def checked(method: Method) -> Method:
    """Return a method that refuses arguments of wrong types with ``InputError``."""

    @wraps(method)
    def call(self: object, /, *args: Any, **kwargs: Any) -> Any:
        given = Given(args, kwargs)
        del args, kwargs
        given.check(_rules(method))
        return method(self, *given.args, **given.kwargs)

    return call


@cache
def _rules(method: Method) -> Mapping[str, Rule]:
    parameters = list(inspect.signature(method).parameters.values())[1:]
    return {one.name: _rule(one.annotation, numbered=one.name in _NUMBERED) for one in parameters}


def _rule(annotation: Any, *, numbered: bool) -> Rule:
    if isinstance(annotation, UnionType):
        (inner,) = (_rule(one, numbered=numbered) for one in get_args(annotation) if one is not NoneType)
        return lambda value: None if value is None else inner(value)
    wanted: Any = get_origin(annotation) or annotation
    if wanted in (Sequence, Collection):
        return lambda value: _several(value, wanted, numbered=numbered)
    if wanted is str and numbered:
        return lambda value: _text(_numeral(value))
    if wanted in _BASIC:
        return _BASIC[wanted]
    if issubclass(wanted, Enum):
        return lambda value: _choice(value, wanted)
    return lambda value: value if isinstance(value, wanted) else _not(f"a value of the type {wanted.__name__}", value)


def _not(expected: str, value: object) -> Wrong:
    return Wrong(f"takes {expected}, {came(value)} was given")


def _text(value: object) -> object:
    return value if isinstance(value, str) else _not("a text", value)


def _flag(value: object) -> object:
    return value if isinstance(value, bool) else _not("True or False", value)


def _whole(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return _not("unix seconds (an int)" if isinstance(value, date) else "a whole number", value)


def _seconds(value: object) -> object:
    fits = isinstance(value, int | float) and not isinstance(value, bool)
    return value if fits else _not("seconds (a number)", value)


def _bytes(value: object) -> object:
    if isinstance(value, bytearray):
        return bytes(value)
    return value if isinstance(value, bytes) else _not("the bytes of a file", value)


_BASIC: Mapping[type, Rule] = {str: _text, bool: _flag, int: _whole, float: _seconds, bytes: _bytes}


def _numeral(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _choice(value: object, choices: type[Enum]) -> object:
    try:
        return choices(value)
    except ValueError:
        return Wrong(f"takes one of {', '.join(repr(one.value) for one in choices)}")


def _several(value: object, wanted: Any, *, numbered: bool) -> object:
    kind = type(value)
    if issubclass(kind, str | bytes):
        return Wrong(f"takes several texts, {came(value)} was given: put one into a list")
    fits = issubclass(kind, wanted)
    if not fits and (issubclass(kind, Mapping) or not issubclass(kind, Iterable)):
        return _not("several texts", value)
    found = cast("Collection[object]", value)
    entries = found if fits else tuple(found)
    if numbered:
        entries = tuple(map(_numeral, entries))
    strange = {came(entry) for entry in entries if not isinstance(entry, str)}
    return Wrong(f"takes several texts, among them {' and '.join(sorted(strange))}") if strange else entries
