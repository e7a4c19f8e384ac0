"""From a row of a list of shops to the code that it asks for: a pure function of the row and what is known."""

from collections.abc import Callable, Mapping

from attrs import evolve

from privcrm.errors import InputError
from privcrm.models import Content, StaffId, staff_key
from privcrm.models.codes import Seat, StaffLiveCode
from privcrm.services.files.sentences import say
from privcrm.services.live_codes.shop_files.columns import ShopRow

__all__ = ["MakeCode", "code_of", "seats_of"]

MakeCode = Callable[[str, tuple[Seat, ...]], StaffLiveCode]
"""Makes a new code of a key and its seats, with all that the list does not tell."""
Shown = Callable[[str], StaffId]


def code_of(row: ShopRow, seats: tuple[Seat, ...], known: StaffLiveCode | None, make: MakeCode) -> StaffLiveCode:
    """Return the code that a row asks for, out of the one that is known, or a new one.

    A column that the list lacks leaves what is known; an empty cell takes it away. Raises ``InputError``.
    """
    code = make(row.key, seats) if known is None else evolve(known, seats=seats)
    if row.name is not None:
        code = evolve(code, name=row.name)
    if row.tags is not None:
        code = evolve(code, entry_tags=row.tags)
    if row.remark is not None:
        code = evolve(code, remark=row.remark)
    if row.welcome is not None:
        code = evolve(code, welcome=_welcome(row.welcome, code.welcome))
    return code


def seats_of(row: ShopRow, known: StaffLiveCode | None, shown: Shown) -> tuple[Seat, ...]:
    """Return the seats that a row asks for; those that stay keep their hours and whatever else the list does not tell.

    ``shown`` returns an employee's id as it is shown. Raises ``InputError`` for nobody, or for somebody named twice.
    """
    held = {staff_key(seat.staff_id): seat for seat in known.seats} if known else {}
    normal = [seat for seat in held.values() if seat.tier == 0]
    backup = [seat for seat in held.values() if seat.tier > 0]
    if row.staff is not None:
        normal = [_seat(staff_id, weight, held, 0, shown) for staff_id, weight in row.staff.items()]
    if row.backup is not None:
        backup = [_seat(staff_id, weight, held, 1, shown) for staff_id, weight in row.backup.items()]
    # Whom one column names does no longer do what he did before.
    if row.backup is None:
        backup = _without(backup, normal)
    if row.staff is None:
        normal = _without(normal, backup)
    seats = {staff_key(seat.staff_id): seat for seat in (*backup, *normal)}
    if len(seats) < len(normal) + len(backup):
        raise InputError(say("names an employee twice; a backup is nobody who works anyway"))
    if not seats:
        raise InputError(say("names no employee; fill in whom the code leads to"))
    found = tuple(seats[staff_key(seat.staff_id)] for seat in (*normal, *backup))
    return tuple(evolve(seat, daily_cap=row.daily_cap) for seat in found) if row.has_cap else found


def _without(seats: list[Seat], others: list[Seat]) -> list[Seat]:
    named = {staff_key(seat.staff_id) for seat in others}
    return [seat for seat in seats if staff_key(seat.staff_id) not in named]


def _seat(staff_id: str, weight: int, held: Mapping[str, Seat], tier: int, shown: Shown) -> Seat:
    found = shown(staff_id)
    before = held.get(staff_key(found), Seat(found))
    return evolve(before, weight=weight, tier=before.tier if tier and before.tier else tier)


def _welcome(text: str, before: Content | None) -> Content | None:
    """Return a welcome of another text; its attachments stay."""
    if before is not None and (before.attachments or text):
        return evolve(before, text=text)
    return Content(text) if text else None
