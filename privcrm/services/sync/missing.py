"""Relations that should be listed by the mirror and were not: looked at a second time, then marked as vanished.

Lists that are read by pages may pass over somebody while they change, so the employee's ids are asked for at once.
"""

import logging
from collections.abc import Sequence
from typing import Final

from privcrm.errors import ProviderError
from privcrm.services.sync.under_way import UnderWay
from privcrm.store.database import Connection
from privcrm.store.mirror.directory import Directory
from privcrm.store.mirror.relations import Relations
from privcrm.store.mirror.runs import Part

__all__ = ["settle_missing"]

log = logging.getLogger("privcrm.sync")

ROWS_A_COMMIT: Final = 500


def settle_missing(sync: UnderWay, relations: Relations, part: Part) -> None:
    """Mark what vanished from the lists of a part's employees, who were read to the end."""
    seen = sync.runs.seen(sync.run, part)
    with sync.database.connect() as connection:
        rows = Directory(sync.database).get(connection, part.staff_ids)
    for row in rows.values():
        listed = set(seen.pop(row.number, ()))
        missing = [member for member in relations.expected_of(sync.database, row.number) if member not in listed]
        there = _there(sync, row.staff_id) if missing else None
        if there is None:
            continue
        for start in range(0, len(missing), ROWS_A_COMMIT):
            some = missing[start : start + ROWS_A_COMMIT]
            with sync.database.connect() as connection:
                ids = relations.member_ids(connection, some)
            gone = [(member, row.number) for member in some if ids.get(member) not in there]
            _vanish(sync, relations, gone, part.started_at)


def _vanish(sync: UnderWay, relations: Relations, gone: Sequence[tuple[int, int]], listed_at: float) -> None:
    def apply(connection: Connection) -> int:
        return relations.vanish(connection, gone, sync.clock.time(), listed_at=listed_at)

    def keep(connection: Connection, vanished: int) -> None:
        del connection
        sync.counts.vanished += vanished

    sync.commit(apply, keep)


def _there(sync: UnderWay, staff_id: str) -> set[str] | None:
    """Return whom an employee has, all at once; None if that cannot be told: then nobody is missing."""
    try:
        return set(sync.read(lambda: list(sync.provider.members.ids(staff_id))))
    except ProviderError as error:
        log.warning("an employee could not be looked at a second time: %s", type(error).__name__)
        sync.counts.cut += 1
        return None
