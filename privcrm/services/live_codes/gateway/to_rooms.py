"""Group codes whose entries we resolve ourselves: pictures of groups, and chains of codes."""

from collections.abc import Sequence
from typing import Final

from privcrm.models.codes import GroupLiveCode, OverflowStrategy
from privcrm.services.live_codes.gateway.asked import Asked
from privcrm.services.live_codes.gateway.at_code import AtCode
from privcrm.services.live_codes.gateway.hall import Hall
from privcrm.services.live_codes.gateway.turned_away import no_room
from privcrm.services.live_codes.gateway.visits import Picture
from privcrm.store.live_codes.open_rooms import OpenRoom
from privcrm.store.live_codes.reservations import part_of

__all__ = ["CROWD_ALARM", "lead_to_rooms"]

CROWD_ALARM: Final = "crowd"


def lead_to_rooms(code: AtCode, asked: Sequence[Asked], spec: GroupLiveCode) -> None:
    """Choose a room for each visitor, and write it all at the end."""
    hall = code.outcome.hall = _hall(code, spec)
    hall.expect([each.visit.visitor for each in asked])
    pictures: dict[str, Picture | None] = {}
    for each in asked:
        sent = hall.send(each.visit)
        if not sent.target:
            no_room(code, [each], spec, sent.why)
            continue
        if sent.target not in pictures:
            pictures[sent.target] = _picture(code, sent.target)
        picture = pictures[sent.target]
        if picture is None:
            code.prepare([each])
        else:
            code.show(each, sent, picture, left=hall.left_in(sent.target))
    if not code.looks:
        hall.keep()
        _tell(code, spec, hall)


def _hall(code: AtCode, spec: GroupLiveCode) -> Hall:
    means = code.means
    return Hall(
        code.connection,
        spec,
        code.number,
        _pictured(code, spec),
        reservations=means.tables.reservations,
        visitors=means.tables.visitors,
        newcomers=means.newcomers,
        settings=means.settings,
        rng=means.rng,
        now=code.now,
        looks=code.looks,
    )


def _pictured(code: AtCode, spec: GroupLiveCode) -> Sequence[OpenRoom]:
    """Return the rooms that there is a picture of."""
    rooms = code.means.tables.open_rooms
    if spec.overflow.strategy is OverflowStrategy.IMAGES:
        return rooms.of_code(code.connection, code.number, pictured_at=code.now)
    found = rooms.of_code(code.connection, code.number)
    shown = {part: code.picture_of(part) is not None for part in {room.part for room in found}}
    return [room for room in found if shown[room.part]]


def _picture(code: AtCode, target: str) -> Picture | None:
    part = part_of(target)
    if part is not None:
        return code.picture_of(part)
    return code.means.shelf.of_group(code.connection, code.number, target, code.now)


def _tell(code: AtCode, spec: GroupLiveCode, hall: Hall) -> None:
    """Tell of what somebody has to know: the next room is needed, or more come at once than is wanted."""
    if hall.is_short:
        code.outcome.short.add(code.row.key)
    notes, burst = code.means.tables.notes, spec.burst
    if hall.is_burst:
        told = f"more than {burst.most_joins} came within {burst.window} seconds: they are being spread"
        notes.alarm(code.connection, code.number, CROWD_ALARM, told, code.now)
    else:
        notes.clear(code.connection, code.number, CROWD_ALARM)
