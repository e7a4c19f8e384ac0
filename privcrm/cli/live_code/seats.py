"""Employees behind a code as a command line names them: ``ID;weight=3;cap=50;hours=1-5@09:00-18:00;tier=1``."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from privcrm.errors import InputError

if TYPE_CHECKING:
    from privcrm.models.codes import Seat, StaffLiveCode, Window

SEAT_HELP: Final = "weight, cap, total, hours, tier, ramp, offline"
_MOST_DAYS: Final = 7
# As input methods for Chinese write them.
_PLAIN: Final = str.maketrans("；，：＝", ";,:=")


def named_seats(text: str) -> "list[Seat]":
    """Return seats from ``A,B:3``: ids, each with its weight where it is not 1. Raises ``InputError``."""
    return [_named_seat(each) for each in _parts(text, ",")]


def seat_of(text: str) -> "Seat":
    """Return a seat from ``ID;weight=3;cap=50;…``. Raises ``InputError``.

    ``hours`` are windows separated by commas, each with the days on which it holds where these are not all:
    ``1-5@09:00-18:00,6+7@22:00-02:00``. ``ramp`` is the day on which a new account began.
    """
    from privcrm.models import StaffId
    from privcrm.models.codes import Seat

    staff_id, _, settings = text.translate(_PLAIN).partition(";")
    fields: dict[str, Any] = {}
    for each in _parts(settings, ";"):
        name, _, value = (part.strip() for part in each.partition("="))
        if name not in _READERS:
            raise InputError(f"{text!r}: {name!r} is unknown; there are {SEAT_HELP}")
        field, read = _READERS[name]
        fields[field] = read(value, text)
    return Seat(StaffId(staff_id.strip()), **fields)


def with_seats(seats: "Iterable[Seat]", given: "Iterable[Seat]") -> "tuple[Seat, ...]":
    """Return seats with those given in the places of their employees, or behind."""
    from privcrm.models import staff_key

    found = {staff_key(each.staff_id): each for each in seats}
    return tuple((found | {staff_key(each.staff_id): each for each in given}).values())


def without_seats(code: "StaffLiveCode", staff_ids: "Iterable[str]") -> "tuple[Seat, ...]":
    """Return the seats of a code less those of some employees. Raises ``InputError`` for who has none."""
    from privcrm.models import staff_key

    gone = {staff_key(each) for each in staff_ids}
    _refuse_unknown(code.seats, gone, code.key)
    return tuple(each for each in code.seats if staff_key(each.staff_id) not in gone)


def switched(
    seats: "tuple[Seat, ...]", *, online: "Iterable[str]", offline: "Iterable[str]", key: str
) -> "tuple[Seat, ...]":
    """Return seats, some of them put to work or taken out for now. Raises ``InputError`` for who has none."""
    from attrs import evolve

    from privcrm.models import staff_key

    wanted = {staff_key(each): True for each in online} | {staff_key(each): False for each in offline}
    _refuse_unknown(seats, wanted, key)
    return tuple(evolve(each, online=wanted.get(staff_key(each.staff_id), each.online)) for each in seats)


def weights_are_idle(code: "StaffLiveCode") -> bool:
    """Tell whether a code has weights that the vendor cannot keep, because it draws evenly from all who work."""
    from privcrm.models.codes import Routing

    working = [each for each in code.seats if each.tier == 0 and each.online]
    differ = len({each.weight for each in working}) > 1
    return differ and code.routing is Routing.PUSH and len(working) <= code.pool


def _refuse_unknown(seats: "Iterable[Seat]", staff_keys: "Iterable[str]", key: str) -> None:
    from privcrm.models import staff_key

    unknown = sorted(set(staff_keys) - {staff_key(each.staff_id) for each in seats})
    if unknown:
        raise InputError(f"live code {key!r} has no seat of {unknown[0]!r}: see privcrm live-code show {key}")


def _named_seat(text: str) -> "Seat":
    from privcrm.models import StaffId
    from privcrm.models.codes import Seat

    staff_id, colon, weight = (part.strip() for part in text.partition(":"))
    return Seat(StaffId(staff_id), weight=_number(weight, text) if colon else 1)


def _windows(value: str, text: str) -> "tuple[Window, ...]":
    return tuple(_window(each, text) for each in _parts(value, ","))


def _window(value: str, text: str) -> "Window":
    from privcrm.models.codes import Window

    days, at, hours = value.rpartition("@")
    start, dash, end = (part.strip() for part in hours.partition("-"))
    if not dash:
        raise InputError(f"{text!r}: hours are written as 09:00-18:00, or 1-5@09:00-18:00")
    return Window(start, end, _days(days, text)) if at else Window(start, end)


def _days(value: str, text: str) -> tuple[int, ...]:
    days: list[int] = []
    for part in value.split("+"):
        first, dash, last = part.partition("-")
        begin = _number(first, text)
        # No day lies beyond, so that a slip of the pen makes no long list.
        days += range(begin, min(_number(last, text), _MOST_DAYS) + 1) if dash else [begin]
    return tuple(days)


def _ramp(value: str, text: str) -> object:
    from privcrm.models.codes import Ramp

    del text
    return Ramp(value)


def _number(value: str, text: str) -> int:
    if not value.strip().isdecimal():
        raise InputError(f"{text!r}: {value!r} is no whole number")
    return int(value)


def _offline(value: str, text: str) -> bool:
    if value:
        raise InputError(f"{text!r}: offline takes no value")
    return False


_READERS: Final[Mapping[str, tuple[str, Callable[[str, str], object]]]] = {
    "weight": ("weight", _number),
    "cap": ("daily_cap", _number),
    "total": ("total_cap", _number),
    "hours": ("windows", _windows),
    "tier": ("tier", _number),
    "ramp": ("ramp", _ramp),
    "offline": ("online", _offline),
}


def _parts(text: str, mark: str) -> list[str]:
    return [part.strip() for part in text.translate(_PLAIN).split(mark) if part.strip()]
