"""What bitmaps have to look at again.

A bitmap holds the members of whom one thing is true. Whoever changes what it is made from leaves a mark in the same
transaction: of this member, look again. A mark says neither in nor out, so marks may come twice and out of order;
whoever folds them into the bitmap asks the rows for the truth.
"""

from collections.abc import Iterable
from enum import IntEnum
from typing import Final

from privcrm.store.database import Connection, Database

__all__ = ["EVERYBODY", "Kind", "Mark", "Marks"]

EVERYBODY: Final = ""
"""The key of bitmaps of which there is one."""

BUILT: Final = "bitmaps"
"""The counter that stands at 1 from the moment on from which marks are needed."""

FEW: Final = 4
_PUT: Final = "INSERT INTO privcrm_bitmap_mark (company, kind, key, member)"
_PUT_ALL: Final = f"{_PUT} VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
_PUT_IF_WANTED: Final = (
    f"{_PUT} SELECT ?, ?, ?, ? FROM privcrm_counter WHERE company = ? AND name = ? AND value = 1 ON CONFLICT DO NOTHING"
)

Mark = tuple[int, str, int]
"""Kind, key and member's number."""


class Kind(IntEnum):
    """What a bitmap tells; beside each the text that is its key."""

    CUSTOMER = 0  # EVERYBODY: has a live follow
    TAG = 1  # number of the tag
    STAFF = 2  # number of the employee
    CHANNEL = 3  # state of the code or link
    DAY = 4  # number of the day on which a live follow began
    GROUP = 5  # id of the group
    ANY_GROUP = 6  # EVERYBODY
    DELETED_STAFF = 7  # EVERYBODY: deleted an employee, who was not added again


class Marks:
    """Leaves marks, once bitmaps were built; before that, building sees everything anyway."""

    def __init__(self, database: Database) -> None:
        self._company = database.company
        self._were_wanted = False  # and are from then on; a mark that nobody wants does no harm

    def put(self, connection: Connection, marks: Iterable[Mark]) -> None:
        """Mark memberships, inside the transaction that changes what they are made from."""
        # As plain numbers: SQLite's driver looks up how to take any other kind, each time.
        rows = [(self._company, int(kind), key, member) for kind, key, member in marks]
        if self._were_wanted:
            connection.run_many(_PUT_ALL, rows)
        elif connection.is_sqlite and len(rows) <= FEW:  # one statement for each; nobody else writes meanwhile
            told = connection.run_many(_PUT_IF_WANTED, [(*row, self._company, BUILT) for row in rows])
            self._were_wanted = told > 0
        elif rows and self.are_wanted(connection):
            connection.run_many(_PUT_ALL, rows)

    def are_wanted(self, connection: Connection) -> bool:
        """Tell whether bitmaps were built, and hold off who is about to begin until this transaction ends."""
        row = connection.one(
            "SELECT value FROM privcrm_counter WHERE company = ? AND name = ?"
            + ("" if connection.is_sqlite else " FOR SHARE"),
            self._company,
            BUILT,
        )
        if row is None:  # a row must be there to be held
            connection.run(
                "INSERT INTO privcrm_counter (company, name, value) VALUES (?, ?, 0) ON CONFLICT DO NOTHING",
                self._company,
                BUILT,
            )
            return False if connection.is_sqlite else self.are_wanted(connection)
        return bool(row[0])
