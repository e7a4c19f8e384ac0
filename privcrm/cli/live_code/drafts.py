"""From options to what a code is to be, anew or changed; what was not given stays as it is."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from privcrm.cli.live_code.options import OF_GROUPS, OF_STAFF, given, refuse_foreign

if TYPE_CHECKING:
    from privcrm.models.codes import GroupLiveCode, Seat, StaffLiveCode

Readers = Mapping[str, tuple[str, Callable[[Any], Any] | None]]
"""Field of the model by option, and what makes its value of the option's."""

_POLICY: Final = {
    **{name: name for name in ("prefix", "first_number", "listed", "margin", "soft_full", "low_water")},
    "within": "new_group_within",
}
_CAPACITY: Final = ("scan_cap", "hard_cap")

BY_HAND: Final = "set by hand"
"""The source of bounds of which nobody said where they are from."""


def staff_code(key: str, seats: "tuple[Seat, ...]", wanted: Mapping[str, Any]) -> "StaffLiveCode":
    """Return a new code that leads to employees.

    Raises ``InputError``, and a usage error for options of the other kind.
    """
    from privcrm.models.codes import StaffLiveCode

    return StaffLiveCode(key, seats, **_staff_fields(wanted))


def group_code(key: str, group_ids: tuple[str, ...], wanted: Mapping[str, Any]) -> "GroupLiveCode":
    """Return a new code that leads to groups. Raises as ``staff_code`` does."""
    from privcrm.models import GroupId
    from privcrm.models.codes import GroupLiveCode

    groups = tuple(map(GroupId, group_ids))
    return GroupLiveCode(key, groups, **_group_fields(GroupLiveCode(key, groups), wanted))


def changed_staff_code(code: "StaffLiveCode", seats: "tuple[Seat, ...]", wanted: Mapping[str, Any]) -> "StaffLiveCode":
    """Return a code with these seats, and with what was given in place of what was. Raises as ``staff_code`` does."""
    from attrs import evolve

    return evolve(code, seats=seats, **_staff_fields(wanted))


def changed_group_code(code: "GroupLiveCode", wanted: Mapping[str, Any]) -> "GroupLiveCode":
    """Return a code with what was given in place of what was. Raises as ``staff_code`` does."""
    from attrs import evolve

    return evolve(code, **_group_fields(code, wanted))


def _staff_fields(wanted: Mapping[str, Any]) -> dict[str, Any]:
    from privcrm.models import Content
    from privcrm.models.codes import OnEmpty, Routing, SpecialDay

    options = given(wanted)
    refuse_foreign(options, OF_GROUPS, "employees")

    def special_days(days: tuple[str, ...]) -> tuple[SpecialDay, ...]:
        return tuple(SpecialDay(day) for day in days)

    def skip_confirmation(confirm: bool) -> bool:
        return not confirm

    readers: Readers = {
        "routing": ("routing", Routing),
        "on_empty": ("on_empty", OnEmpty),
        "tags": ("entry_tags", tuple),
        "welcome": ("welcome", Content),
        "closed_on": ("special_days", special_days),
        "confirm": ("skip_confirmation", skip_confirmation),
        **{name: (name, None) for name in ("name", "note", "zone", "redirect_to", "pool", "remark", "sticky_days")},
    }
    fields = _read(readers, options)
    if fields.get("on_empty", OnEmpty.REDIRECT) is not OnEmpty.REDIRECT:
        fields.setdefault("redirect_to", "")
    return fields


def _group_fields(code: "GroupLiveCode", wanted: Mapping[str, Any]) -> dict[str, Any]:
    from privcrm.models import StaffId
    from privcrm.models.codes import BurstPolicy, LaunchGate, OnFull, Spread

    options = given(wanted)
    refuse_foreign(options, OF_STAFF, "groups")

    def burst(most: int) -> BurstPolicy:
        return BurstPolicy(code.burst.window, most)

    def gate(least: int) -> LaunchGate:
        return LaunchGate(least, max(least, code.gate.lively))

    readers: Readers = {
        "on_full": ("on_full", OnFull),
        "spread": ("spread", Spread),
        "owner": ("owner_id", StaffId),
        "burst": ("burst", burst),
        "min_start": ("gate", gate),
        **{name: (name, None) for name in ("name", "note", "zone", "redirect_to", "staff_code")},
    }
    fields = _read(readers, options)
    if fields.get("on_full", OnFull.REDIRECT) is not OnFull.REDIRECT:
        fields.setdefault("redirect_to", "")
    return fields | _overflow(code, options) | _capacity(code, options)


def _read(readers: Readers, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a model that options are meant for; what has no reader is taken as it is."""
    known = {name: readers[name] for name in options if name in readers}
    return {field: read(options[name]) if read else options[name] for name, (field, read) in known.items()}


def _overflow(code: "GroupLiveCode", options: Mapping[str, Any]) -> dict[str, Any]:
    from attrs import evolve

    from privcrm.models.codes import OverflowStrategy

    fields = {field: options[name] for name, field in _POLICY.items() if name in options}
    if "strategy" in options:
        fields["strategy"] = OverflowStrategy(options["strategy"])
    return {"overflow": evolve(code.overflow, **fields)} if fields else {}


def _capacity(code: "GroupLiveCode", options: Mapping[str, Any]) -> dict[str, Any]:
    from attrs import evolve

    fields = {name: options[name] for name in _CAPACITY if name in options}
    if not fields:
        return {}
    if "hard_cap" not in fields:  # a small cap of scans says nothing of how many a group holds
        fields["hard_cap"] = max(code.capacity.hard_cap, fields["scan_cap"])
    return {"capacity": evolve(code.capacity, source=BY_HAND, **fields)}
