"""What a caller may put into a model: checked when it is made, so that nothing wrong is sent or waits in a job."""

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from functools import partial
from types import NoneType, UnionType
from typing import Any, Final, TypeVar, Union, get_args, get_origin

from attrs import Attribute

from privcrm.errors import InputError
from privcrm.models.ids import DepartmentId, StrategyId

E = TypeVar("E", bound=StrEnum)

Reader = Callable[[str, Any], Any]
"""Takes the name of a field and what was given for it, and returns what the field holds."""

_NUMBERED: Final = (DepartmentId, StrategyId)
_SINGULAR: Final[dict[type, str]] = {str: "a text", bool: "True or False", int: "a whole number"}
_PLURAL: Final = {str: "texts"}
_CAME: Final[dict[type, str]] = {str: "a text", NoneType: "None", bool: "a bool", int: "an int", float: "a float"}


class NotChosen(tuple[Any, ...]):
    """The empty tuple of a selection that nobody made, which is told from one that turned out empty."""

    __slots__ = ()


EVERYBODY: Final[tuple[Any, ...]] = NotChosen()
"""The default of a selection that means everybody unless somebody is chosen; a given empty one is a mistake."""


def checked(model: type, fields: list["Attribute[Any]"]) -> list["Attribute[Any]"]:
    """Have a model read what it is given by the types of its fields: ``frozen(field_transformer=checked)``.

    Any iterable becomes the tuple that the field is; a text among texts only, never letter by letter. An enumeration
    takes the value of a member, and an id that vendors count in takes an int. All else raises ``InputError`` that
    names the field and what came, by its type. For what callers make: reading costs too much for decoding.
    """
    return [_checked(f"{model.__name__}.{field.name}", field) for field in fields]


def several(where: str, value: Any, noun: str = "ids") -> Iterable[Any]:
    """Return what can be gone through; a text is one thing and raises ``InputError``, as does what is no collection."""
    if isinstance(value, str | bytes) or not hasattr(value, "__iter__"):
        raise InputError(f"{where} takes several {noun}, {came(value)} was given: put one into a list")
    found: Iterable[Any] = value
    return found


def ids_in(where: str, value: Any) -> Iterator[str]:
    """Return the ids that were given; raises ``InputError`` as ``several`` does, and on its way for what is no text."""
    return (instance_of(str, f"{where}[{place}]", each) for place, each in enumerate(several(where, value)))


def instance_of(kind: Any, where: str, value: Any) -> Any:
    """Return a value of this type; another raises ``InputError``, as does a truth value where a number is meant."""
    if isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
        return value
    name = where.rpartition(".")[2]
    cure = f": give its {name}" if hasattr(value, name) else ""
    raise InputError(f"{where} takes {_wanted(kind)}, {came(value)} was given{cure}")


def choice_of(kind: type[E], where: str, value: Any) -> E:
    """Return the member of an enumeration that is given or named by its value; another raises ``InputError``."""
    if isinstance(value, str) and value in set(kind):
        return kind(value)
    given = "another text" if type(value) is str else came(value)
    raise InputError(f"{where} takes {_wanted(kind)}, {given} was given")


def came(value: object) -> str:
    """Return of what type a value is, in words."""
    return _CAME.get(type(value), f"a value of the type {type(value).__name__}")


def _checked(where: str, field: "Attribute[Any]") -> "Attribute[Any]":
    read = _reader(field.type)
    if isinstance(field.default, NotChosen):
        read = partial(_selection, read)

    def convert(value: Any) -> Any:
        return read(where, value)

    convert.__annotations__ = {"value": field.type}  # what signatures show
    return field.evolve(converter=convert)


def _reader(kind: Any) -> Reader:
    """Return how a field of this type is read."""
    plain = getattr(kind, "__supertype__", kind)
    args = get_args(kind)
    if get_origin(kind) in (Union, UnionType) and NoneType in args:
        return partial(_optional, _reader(next(each for each in args if each is not NoneType)))
    if get_origin(kind) in (tuple, frozenset):
        noun = _PLURAL.get(args[0], "ids" if hasattr(args[0], "__supertype__") else "entries")
        usual = getattr(args[0], "__supertype__", args[0])
        return partial(_collection, get_origin(kind), _reader(args[0]), usual=usual, noun=noun)
    if isinstance(plain, type) and issubclass(plain, StrEnum):
        return partial(choice_of, plain)
    return partial(_numbered if kind in _NUMBERED else instance_of, plain)


def _numbered(kind: Any, where: str, value: Any) -> Any:
    """Read an id that vendors count in: many keep it as a number."""
    return str(value) if type(value) is int else instance_of(kind, where, value)


def _optional(read: Reader, where: str, value: Any) -> Any:
    return None if value is None else read(where, value)


def _selection(read: Reader, where: str, value: Any) -> Any:
    if value is None or isinstance(value, NotChosen):
        return EVERYBODY
    chosen = read(where, value)
    if not chosen:
        raise InputError(f"{where} is empty: leave it out to mean everybody, or choose somebody")
    return chosen


def _collection(kind: Any, read: Reader, where: str, value: Any, *, usual: Any, noun: str) -> Any:
    given = tuple(several(where, value, noun))
    if set(map(type, given)) <= {usual}:  # just what is wanted: of thousands of ids none needs a look of its own
        return kind(given)
    return kind(read(f"{where}[{place}]", each) for place, each in enumerate(given))


def _wanted(kind: Any) -> str:
    if isinstance(kind, UnionType):
        return " or ".join(each.__name__ for each in get_args(kind))
    if issubclass(kind, StrEnum):
        return "one of " + ", ".join(repr(each.value) for each in kind)
    return _SINGULAR.get(kind, f"a value of the type {kind.__name__}")
