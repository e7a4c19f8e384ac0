"""The employees whom the mirror knows, for lists in which people write their ids."""

from collections.abc import Mapping
from typing import Final

from privcrm.store.database import Database, in_pages

__all__ = ["shown_staff"]

PAGE: Final = 1_000


def shown_staff(database: Database) -> Mapping[str, str]:
    """Return each employee's id as it is shown, by the form in which ids are compared; none before the first sync.

    Whom a code named before is noted by id as well, but does not make anybody else unknown; and whom no sync has ever
    found is unknown in spite of it.
    """
    with database.connect() as connection:
        synced = connection.one(
            "SELECT 1 FROM privcrm_staff WHERE company = ? AND state <> '' LIMIT 1", database.company
        )
    if synced is None:
        return {}
    rows = in_pages(
        database,
        "SELECT staff_id, shown_id FROM privcrm_staff WHERE company = ? AND staff_id > ?"
        " AND (state <> '' OR missing_since = 0) ORDER BY staff_id LIMIT ?",
        (database.company,),
        ("",),
        PAGE,
    )
    return {staff_id: shown_id for staff_id, shown_id in rows}  # noqa: C416 - rows are tuples of anything
