"""Live codes as the store holds them: a spec without what has rows of its own."""

import json
from typing import Any, Final

from attrs import evolve

from privcrm.models import StaffId
from privcrm.models.codes import GroupLiveCode, Seat, StaffLiveCode
from privcrm.services.once.payloads import from_payload, to_payload

__all__ = ["dump_code", "dump_seat", "load_group_code", "load_seat", "load_staff_code"]

_NOBODY: Final = Seat(StaffId("-"))
"""Stands for the seats of a code, which have rows of their own: there a renamed employee keeps his."""


def dump_code(code: StaffLiveCode | GroupLiveCode) -> str:
    """Return a code as JSON; seats are left out."""
    spec = evolve(code, seats=(_NOBODY,)) if isinstance(code, StaffLiveCode) else code
    payload: dict[str, Any] = dict(to_payload(spec))
    payload.pop("seats", None)
    return json.dumps(payload, ensure_ascii=False, sort_keys=True)


def load_staff_code(spec: str, seats: tuple[Seat, ...]) -> StaffLiveCode:
    """Return a staff live code from JSON and its seats."""
    code = from_payload({**json.loads(spec), "seats": [to_payload(_NOBODY)]}, StaffLiveCode)
    return evolve(code, seats=seats)


def load_group_code(spec: str) -> GroupLiveCode:
    """Return a group live code from JSON."""
    return from_payload(json.loads(spec), GroupLiveCode)


def dump_seat(seat: Seat) -> str:
    """Return a seat as JSON; who it is stands in the row."""
    payload = dict(to_payload(seat))
    payload.pop("staff_id", None)
    return json.dumps(payload, ensure_ascii=False, sort_keys=True)


def load_seat(staff_id: str, spec: str) -> Seat:
    """Return a seat from its employee and JSON."""
    return from_payload({**json.loads(spec), "staff_id": staff_id}, Seat)
