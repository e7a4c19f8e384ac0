"""What the vendor is to hold of a code, whole; and how that is compared with what it holds."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from attrs import evolve, frozen

from privcrm.models import ContactCodeSpec, StaffId, staff_key
from privcrm.models.codes import StaffLiveCode
from privcrm.services.once.payloads import from_payload, to_payload

__all__ = ["SEAT_PARTS", "Drift", "as_made", "drift_of", "dump_wish", "load_wish", "same_wish", "seat_part", "wish_for"]

SEAT_PARTS: Final = 1
"""With ``pull`` each seat has a vendor's code of its own; 0 is the one that all seats share with ``push``."""

_COMPARED: Final = ("staff_ids", "department_ids", "state", "note", "skip_confirmation")


@frozen
class Drift:
    """What somebody else changed about a code at the vendor, who does not tell who it was.

    ``field`` is that of ``ContactCodeSpec``; ``kept`` is what the vendor last said yes to, ``found`` what is there.
    """

    field: str
    kept: str
    found: str


def seat_part(staff: int) -> int:
    """Return the part of a seat's own code, by the employee's number."""
    return staff + SEAT_PARTS


def wish_for(code: StaffLiveCode, staff_ids: Iterable[StaffId], state: str) -> ContactCodeSpec:
    """Return the whole of what the vendor is to hold of a code that leads to these employees."""
    return ContactCodeSpec(
        staff_ids=tuple(staff_ids),
        state=state,
        note=code.note,
        skip_confirmation=code.skip_confirmation,
        exclusive=code.exclusive,
    )


def as_made(wish: ContactCodeSpec, held: ContactCodeSpec | None) -> ContactCodeSpec:
    """Return a wish with what cannot change any more, and what we have no say in, as the vendor holds it."""
    if held is None:
        return wish
    return evolve(wish, scene=held.scene, exclusive=held.exclusive, style=held.style)


def dump_wish(wish: ContactCodeSpec) -> str:
    """Return a wish as the JSON that stands in ``VendorCode.acked``; the order of employees does not show."""
    ordered = evolve(wish, staff_ids=tuple(sorted(wish.staff_ids, key=staff_key)))
    return json.dumps(to_payload(ordered), ensure_ascii=False, sort_keys=True)


def load_wish(acked: str) -> ContactCodeSpec | None:
    """Return what the vendor last said yes to, None for nothing, or for what another version wrote."""
    if not acked:
        return None
    try:
        return from_payload(json.loads(acked), ContactCodeSpec)
    except Exception:  # noqa: BLE001 - cattrs raises groups of anything; then it is pushed once more, which harms nobody
        return None


def same_wish(one: ContactCodeSpec | None, other: ContactCodeSpec) -> bool:
    """Tell whether two specs are alike in all that can change."""
    return one is not None and not _differences(one, other)


def drift_of(kept: ContactCodeSpec, found: ContactCodeSpec) -> Sequence[Drift]:
    """Return what differs at the vendor from what it last said yes to; a state that is not told is no difference."""
    found = evolve(found, state=found.state or kept.state)
    return [Drift(name, _told(getattr(kept, name)), _told(getattr(found, name))) for name in _differences(kept, found)]


def _differences(one: ContactCodeSpec, other: ContactCodeSpec) -> list[str]:
    return [name for name in _COMPARED if _comparable(getattr(one, name)) != _comparable(getattr(other, name))]


def _comparable(value: Any) -> object:
    return frozenset(map(staff_key, map(str, _several(value)))) if isinstance(value, tuple) else value


def _told(value: Any) -> str:
    return ", ".join(sorted(map(str, _several(value)))) if isinstance(value, tuple) else str(value)


def _several(value: Any) -> tuple[object, ...]:
    several: tuple[object, ...] = value
    return several
