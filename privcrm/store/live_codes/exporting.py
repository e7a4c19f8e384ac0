"""Every code that was ever made at the vendor: its lists forget some, and an id that is lost is a code that is lost."""

from collections.abc import Generator
from typing import Final

from attrs import frozen

from privcrm.store.database import Database, in_pages

__all__ = ["ExportedCode", "exported_codes"]

PAGE: Final = 500


@frozen
class ExportedCode:
    """One code at the vendor, and the company's code that it belongs to.

    ``kind`` is ``contact`` or ``group``; ``code_life`` says where the company's code stands, ``life`` the vendor's.
    """

    key: str
    name: str
    number: int
    part: int
    kind: str
    vendor_id: str
    state: str
    qr_url: str
    life: str
    code_life: str
    created_at: float


def exported_codes(database: Database) -> Generator[ExportedCode]:
    """Yield them by number and part, deleted ones too; those of which no id is known are left out."""
    rows = in_pages(
        database,
        "SELECT v.code, v.part, c.key, c.name, v.kind, v.vendor_id, v.state, v.qr_url, v.life, c.life, c.created_at"
        " FROM privcrm_vendor_code v JOIN privcrm_live_code c ON c.company = v.company AND c.number = v.code"
        " WHERE v.company = ? AND v.vendor_id <> '' AND (v.code, v.part) > (?, ?) ORDER BY v.code, v.part LIMIT ?",
        (database.company,),
        (-1, -1),
        PAGE,
    )
    return (
        ExportedCode(key, name, number, part, kind, vendor_id, state, qr_url, life, code_life, created_at)
        for number, part, key, name, kind, vendor_id, state, qr_url, life, code_life, created_at in rows
    )
