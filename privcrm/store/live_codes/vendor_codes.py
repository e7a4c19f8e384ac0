"""The vendor's codes behind ours: one for most, several for chains and for seats with codes of their own."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from attrs import frozen

from privcrm.store.database import Connection, Database, Row

__all__ = ["SET_ASIDE", "VendorCode", "VendorCodes", "VendorLife"]

SET_ASIDE: Final = 10_000_000
"""So much further on stands a code that ended when its part was given to another; and so on for the next."""

_COLUMNS: Final = "code, part, kind, vendor_id, state, qr_url, acked, acked_at, unsure, life"


class VendorLife(StrEnum):
    """Whether a vendor's code is being made, in use, being deleted, deleted, or one that nobody looks after."""

    MAKING = "making"
    OPEN = "open"
    ENDING = "ending"
    DELETED = "deleted"
    ORPHAN = "orphan"


@frozen
class VendorCode:
    """One code at the vendor. ``kind`` is ``contact`` or ``group``.

    ``acked`` is the JSON of what the vendor last said yes to, "" for nothing; ``unsure``: an answer was lost since, so
    it is read back before anything is written.
    """

    code: int
    part: int
    kind: str
    vendor_id: str = ""
    state: str = ""
    qr_url: str = ""
    acked: str = ""
    acked_at: float = 0.0
    unsure: bool = False
    life: VendorLife = VendorLife.MAKING


class VendorCodes:
    """The vendor's codes of a company, inside the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._company = database.company

    def put(self, connection: Connection, row: VendorCode) -> None:
        """Keep a vendor's code, in place of what was known of it."""
        connection.run(
            f"INSERT INTO privcrm_vendor_code (company, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (company, code, part) DO UPDATE SET kind = excluded.kind, vendor_id = excluded.vendor_id,"
            " state = excluded.state, qr_url = excluded.qr_url, acked = excluded.acked, acked_at = excluded.acked_at,"
            " unsure = excluded.unsure, life = excluded.life",
            *(self._company, row.code, row.part, row.kind, row.vendor_id, row.state, row.qr_url, row.acked),
            *(row.acked_at, int(row.unsure), row.life.value),
        )

    def get(self, connection: Connection, code: int, part: int = 0) -> VendorCode | None:
        """Return one of a code's, or None."""
        row = connection.one(
            f"SELECT {_COLUMNS} FROM privcrm_vendor_code WHERE company = ? AND code = ? AND part = ?",
            *(self._company, code, part),
        )
        return None if row is None else _vendor_code(row)

    def of_code(self, connection: Connection, code: int) -> Sequence[VendorCode]:
        """Return all of a code's, by part."""
        rows = connection.all(
            f"SELECT {_COLUMNS} FROM privcrm_vendor_code WHERE company = ? AND code = ? ORDER BY part",
            *(self._company, code),
        )
        return [_vendor_code(row) for row in rows]

    def of_vendor_id(self, connection: Connection, vendor_id: str) -> VendorCode | None:
        """Return the one with the vendor's id, or None."""
        row = connection.one(
            f"SELECT {_COLUMNS} FROM privcrm_vendor_code WHERE company = ? AND vendor_id = ?", self._company, vendor_id
        )
        return None if row is None else _vendor_code(row)

    def set_life(self, connection: Connection, vendor_id: str, life: VendorLife) -> None:
        """Keep where one stands, by the vendor's id."""
        connection.run(
            "UPDATE privcrm_vendor_code SET life = ? WHERE company = ? AND vendor_id = ?",
            *(life.value, self._company, vendor_id),
        )

    def free_place(self, connection: Connection, code: int, part: int) -> int:
        """Return the part to which one would be set aside."""
        place = part + SET_ASIDE
        while self.get(connection, code, place) is not None:
            place += SET_ASIDE
        return place

    def set_aside(self, connection: Connection, code: int, part: int) -> None:
        """Let another code have this part; the one that had it is kept, with its picture."""
        place = self.free_place(connection, code, part)
        for table in ("vendor_code", "code_picture"):
            connection.run(
                f"UPDATE privcrm_{table} SET part = ? WHERE company = ? AND code = ? AND part = ?",
                *(place, self._company, code, part),
            )

    def acknowledged(self, connection: Connection, code: int, part: int, acked: str, now: float) -> None:
        """Keep that the vendor said yes to a wish."""
        connection.run(
            "UPDATE privcrm_vendor_code SET acked = ?, acked_at = ?, unsure = 0"
            " WHERE company = ? AND code = ? AND part = ?",
            *(acked, now, self._company, code, part),
        )

    def shown_at(self, connection: Connection, code: int, part: int, qr_url: str) -> None:
        """Keep where the vendor shows a code's picture."""
        connection.run(
            "UPDATE privcrm_vendor_code SET qr_url = ? WHERE company = ? AND code = ? AND part = ?",
            *(qr_url, self._company, code, part),
        )

    def doubted(self, connection: Connection, code: int, part: int) -> None:
        """Keep that an answer was lost: what the vendor holds is to be read before it is written again."""
        connection.run(
            "UPDATE privcrm_vendor_code SET unsure = 1 WHERE company = ? AND code = ? AND part = ?",
            *(self._company, code, part),
        )


def _vendor_code(row: Row) -> VendorCode:
    code, part, kind, vendor_id, state, qr_url, acked, acked_at, unsure, life = row
    return VendorCode(
        code, part, kind, vendor_id, state, qr_url, acked, acked_at, unsure=bool(unsure), life=VendorLife(life)
    )
