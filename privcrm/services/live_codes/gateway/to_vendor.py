"""Group codes with one code of the vendor, which leads to whichever of its groups has room."""

from collections.abc import Sequence
from typing import Final

from privcrm.models.codes import GroupLiveCode, OverflowStrategy
from privcrm.services.live_codes.gateway.asked import Asked
from privcrm.services.live_codes.gateway.at_code import AtCode
from privcrm.services.live_codes.gateway.hall import Sent
from privcrm.services.live_codes.gateway.in_vain import InVain
from privcrm.services.live_codes.gateway.turned_away import no_room
from privcrm.services.live_codes.gateway.visits import Picture
from privcrm.store.live_codes.reservations import part_target

__all__ = ["lead_to_vendor"]

_TARGET: Final = part_target(0)


def lead_to_vendor(code: AtCode, asked: Sequence[Asked], spec: GroupLiveCode) -> None:
    """Show the vendor's code; he chooses, so that nothing is reserved."""
    picture = code.picture_of(0)
    full_at = _full_since(code)
    if picture is None:
        code.prepare(asked)
    elif full_at is None:
        _show(code, asked, picture)
    elif spec.overflow.strategy is OverflowStrategy.NATIVE:
        _show_while_full(code, asked, spec, picture, full_at)
    else:
        no_room(code, asked, spec, "no_room")


def _full_since(code: AtCode) -> float | None:
    """Return since when all groups are full (unix seconds), None where one has room or there never was any."""
    rooms = code.means.tables.open_rooms
    return None if rooms.any(code.connection, code.number) else rooms.full_since(code.connection, code.number)


def _show_while_full(
    code: AtCode, asked: Sequence[Asked], spec: GroupLiveCode, picture: Picture, full_at: float
) -> None:
    """Show the code of a vendor who opens the next group when somebody scans, until he did not for several."""
    reservations = code.means.tables.reservations
    figures = reservations.figures_of(code.connection, code.number, [_TARGET]).get(_TARGET)
    in_vain = InVain.since(figures.recent if figures else "", full_at, code.now)
    if in_vain.says_late(code.now, spec.overflow.new_group_within):
        no_room(code, asked, spec, "no_room")
        return
    _show(code, asked, picture)
    shown = in_vain.shown([each.visit for each in asked], code.now)
    if not code.looks and shown != in_vain:
        reservations.note_recent(code.connection, code.number, {_TARGET: shown.to_text()})


def _show(code: AtCode, asked: Sequence[Asked], picture: Picture) -> None:
    for each in asked:
        code.show(each, Sent(_TARGET, "vendor_chooses"), picture, left=None)
    if not code.looks:
        code.means.tables.reservations.hand_out(code.connection, code.number, {_TARGET: len(asked)})
