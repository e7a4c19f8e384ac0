"""The tables that group codes work on, and how a code's row and what it is to be are read together."""

from collections.abc import Callable
from functools import lru_cache

from attrs import frozen

from privcrm.models.codes import GroupLiveCode
from privcrm.services.live_codes.book import CodeBook
from privcrm.services.live_codes.groups.neighbours import NextGroups
from privcrm.services.live_codes.specs import load_group_code
from privcrm.store.database import Connection
from privcrm.store.live_codes.codes import CodeKind, CodeLife, CodeRow
from privcrm.store.live_codes.group_images import GroupImages
from privcrm.store.live_codes.group_names import GroupNames
from privcrm.store.live_codes.groups import Rooms
from privcrm.store.live_codes.joins import Joins
from privcrm.store.live_codes.reservations import Reservations
from privcrm.store.staff_tasks import StaffTasks

__all__ = ["GroupShelf", "Kept"]


@frozen
class Kept:
    """A group code as it stands in the store, and what it is to be."""

    row: CodeRow
    code: GroupLiveCode

    @property
    def number(self) -> int:
        """The code's number."""
        return self.row.number


# Every event of a group asks for its code; the text of a spec always means the same.
_loaded = lru_cache(maxsize=256)(load_group_code)


class GroupShelf:
    """What every part of group codes reads and writes."""

    def __init__(self, book: CodeBook, tasks: StaffTasks, overflow: Callable[[], NextGroups]) -> None:
        """``overflow`` is asked for on first use: it has use for group codes itself."""
        self._overflow = overflow
        self.book = book
        self.database = book.database
        self.clock = book.clock
        self.tasks = tasks
        self.rooms = Rooms(book.database)
        self.names = GroupNames(book.database)
        self.joins = Joins(book.database)
        self.images = GroupImages(book.database)
        self.reservations = Reservations(book.database)

    @property
    def overflow(self) -> NextGroups:
        """Who opens the next groups."""
        return self._overflow()

    def of_key(self, connection: Connection, key: str) -> Kept:
        """Return a group code by its key. Raises ``InputError`` where there is none."""
        row = self.book.known(connection, key, CodeKind.GROUP)
        return Kept(row, _loaded(row.spec))

    def of_number(self, connection: Connection, number: int) -> Kept | None:
        """Return a group code by its number; None for one that is deleted, or leads to staff."""
        row = self.book.rows.of_number(connection, number)
        if row is None or row.kind is not CodeKind.GROUP or row.life is CodeLife.DELETED:
            return None
        return Kept(row, _loaded(row.spec))

    def read(self, key: str) -> Kept:
        """Return a group code by its key, in a connection of its own. Raises ``InputError``."""
        with self.database.connect() as connection:
            return self.of_key(connection, key)
