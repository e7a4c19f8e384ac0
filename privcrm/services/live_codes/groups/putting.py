"""Putting groups behind codes: each stands behind one at a time."""

from privcrm.services.files.sentences import say
from privcrm.services.live_codes.book import CodeBook
from privcrm.store.database import Connection
from privcrm.store.live_codes.groups import Room, Rooms

__all__ = ["put_behind"]


def put_behind(book: CodeBook, connection: Connection, room: Room) -> str:
    """Put a group behind its code, away from one that is deleted; return why that is not done, "" where it is."""
    rooms = Rooms(book.database)
    rooms.let_go(connection, room.group_id, room.added_at)
    if rooms.add(connection, room):
        return ""
    holder = rooms.of_group(connection, room.group_id)
    if holder is not None and holder.code == room.code:
        return say("it stands behind this code already")
    other = book.rows.of_number(connection, holder.code) if holder else None
    if other is None:
        return say("it stands behind another code")
    return say("it stands behind live code {key!r}", key=other.key)
