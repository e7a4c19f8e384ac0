"""Deleting a code: at the vendor first, by the call of its kind; what could not be deleted is written down."""

import json
from collections.abc import Callable
from typing import Any

from attrs import evolve, frozen

from privcrm.errors import NotFound, ProviderError
from privcrm.services.live_codes.book import CodeBook
from privcrm.store.live_codes.codes import CodeLife, CodeRow
from privcrm.store.live_codes.vendor_codes import VendorCode, VendorLife

__all__ = ["CodeDeleted", "delete_code"]


@frozen
class CodeDeleted:
    """What became of a deleted code's vendor codes, by part.

    ``orphans`` could not be deleted: whoever scans them is led somewhere still, and they are deleted by hand, or by
    deleting the code again.
    """

    key: str
    deleted: tuple[int, ...] = ()
    orphans: tuple[int, ...] = ()


def delete_code(book: CodeBook, row: CodeRow, who: str) -> CodeDeleted:
    """Delete a code of either kind with all its vendor codes. One that the vendor refuses does not keep the others.

    What was deleted already stays so; orphans are tried again. Raises what is no answer of the vendor's for one code,
    such as ``WriteForbidden``.
    """
    with book.database.connect() as connection:
        codes = [each for each in book.vendor.of_code(connection, row.number) if each.life is not VendorLife.DELETED]
    done = {code.part: _delete(book, code) for code in codes}
    result = CodeDeleted(
        row.key,
        tuple(part for part, gone in done.items() if gone),
        tuple(part for part, gone in done.items() if not gone),
    )
    now = book.clock.time()
    with book.database.transaction(durable=True) as connection:
        book.rows.set_life(connection, row.number, CodeLife.DELETED, now)
        told: dict[str, Any] = {"code": row.key, "deleted": result.deleted, "orphans": result.orphans}
        book.store.audit.write(connection, who, "live_code.deleted", **told)
        book.notes.decided(connection, row.number, "deleted", json.dumps(told, ensure_ascii=False), now)
    return result


def _delete(book: CodeBook, code: VendorCode) -> bool:
    """Delete one vendor code and write down what became of it; return whether it is gone."""
    port = book.provider.live_codes
    delete: Callable[[str], None] = port.delete_group_code if code.kind == "group" else port.delete_contact_code
    gone = bool(code.vendor_id) or code.life is not VendorLife.ORPHAN  # of one whose id was lost nobody can tell
    try:
        if code.vendor_id:
            delete(code.vendor_id)
    except NotFound:
        pass  # somebody was here before us
    except ProviderError:
        gone = False
    with book.database.transaction(durable=True) as connection:
        life = VendorLife.DELETED if gone else VendorLife.ORPHAN
        book.vendor.put(connection, evolve(code, life=life, acked="" if gone else code.acked))
    return gone
