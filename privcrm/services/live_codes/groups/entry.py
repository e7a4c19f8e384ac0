"""Where somebody is sent at this moment: for welcomes, and for whoever asks in place of the gateway."""

from collections.abc import Sequence
from enum import StrEnum

from attrs import field, frozen

from privcrm.models.codes import OnFull, OverflowStrategy, Spread
from privcrm.services.live_codes.groups.shelf import GroupShelf, Kept
from privcrm.store.database import Connection
from privcrm.store.live_codes.groups import Room
from privcrm.store.live_codes.vendor_codes import VendorCode, VendorLife

__all__ = ["Entries", "Entry", "EntryKind"]


class EntryKind(StrEnum):
    """What is to be shown: a vendor's code, a picture of a group, that somebody has his group already, or no room."""

    CODE = "code"
    IMAGE = "image"
    HOME = "home"
    NO_ROOM = "no_room"


@frozen
class Entry:
    """The entry of a group code at one moment.

    ``qr_url`` is the address of the vendor's picture; ``picture`` one that was uploaded. ``group_id`` is the group
    where it is known beforehand. Without room ``on_full`` says what to do, and ``redirect_to`` which code to show.
    """

    kind: EntryKind
    group_id: str = ""
    part: int = 0
    qr_url: str = ""
    picture: bytes = field(default=b"", repr=False)
    media_type: str = ""
    on_full: OnFull = OnFull.WAITING
    redirect_to: str = ""


class Entries:
    """Chooses them by who is inside; reservations of visitors are the gateway's."""

    def __init__(self, shelf: GroupShelf) -> None:
        self._shelf = shelf

    def now(self, kept: Kept, member_id: str = "") -> Entry:
        """Return the entry of this moment; with ``member_id`` whoever is in one of the groups is told so."""
        with self._shelf.database.connect() as connection:
            home = self._shelf.joins.group_with(connection, kept.number, member_id) if member_id else None
            if home is not None:
                return Entry(EntryKind.HOME, home)
            return self._by_code(connection, kept) or self._by_image(connection, kept) or _no_room(kept)

    def _by_code(self, connection: Connection, kept: Kept) -> Entry | None:
        """Return the vendor's code: the first one with room, or one of which the vendor opens groups."""
        if kept.code.overflow.strategy is OverflowStrategy.IMAGES:
            return None
        rooms = self._shelf.rooms.live(connection, kept.number)
        opens = self._shelf.overflow.opens_at_vendor(connection, kept.row, kept.code)
        codes = [
            code
            for code in self._shelf.book.vendor.of_code(connection, kept.number)
            if code.kind == "group" and code.life is VendorLife.OPEN and code.qr_url
        ]
        chosen = next((code for code in codes if _has_room(rooms, code)), codes[0] if opens and codes else None)
        return None if chosen is None else Entry(EntryKind.CODE, part=chosen.part, qr_url=chosen.qr_url)

    def _by_image(self, connection: Connection, kept: Kept) -> Entry | None:
        """Return a picture that is valid now, of a group with room."""
        if kept.code.overflow.strategy not in (OverflowStrategy.IMAGES, OverflowStrategy.STAFF_FIRST):
            return None
        now = self._shelf.clock.time()
        expiries = self._shelf.images.expiries(connection, kept.number)
        rooms = [
            room
            for room in self._shelf.rooms.live(connection, kept.number)
            if room.state.has_room and expiries.get(room.group_id, 0.0) > now
        ]
        if not rooms:
            return None
        image = self._shelf.images.get(connection, kept.number, _chosen(rooms, kept).group_id)
        if image is None:
            return None
        return Entry(EntryKind.IMAGE, image.group_id, picture=image.content, media_type=image.media_type)


def _has_room(rooms: Sequence[Room], code: VendorCode) -> bool:
    return any(room.part == code.part and room.state.has_room for room in rooms)


def _chosen(rooms: Sequence[Room], kept: Kept) -> Room:
    """Return the first group that keeps its last seats free, or the one with most of them."""
    margin = kept.code.overflow.margin
    if kept.code.spread is Spread.LEAST_FILLED:
        return max(rooms, key=lambda room: room.free)
    return next((room for room in rooms if room.free > margin), max(rooms, key=lambda room: room.free))


def _no_room(kept: Kept) -> Entry:
    return Entry(EntryKind.NO_ROOM, on_full=kept.code.on_full, redirect_to=kept.code.redirect_to)
