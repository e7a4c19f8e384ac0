"""The items of jobs that name a person, in what is to be done, what was done, or what was said about it."""

from collections import Counter
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from privcrm.errors import JobError
from privcrm.jobs.model import OutcomeState
from privcrm.jobs.records import Records
from privcrm.services.members.person import Person
from privcrm.services.members.texts import Scan
from privcrm.store import Connection, Database
from privcrm.store.database import Row

__all__ = ["ERASED", "JobItems", "under_way"]

ERASED: Final = "erased"
"""The reason of items that were left undone because their person was erased."""

PAGE: Final = 200
_KEY: Final = ("job_id", "seq")
_TEXTS: Final = ("subject", "key", "payload", "message", "before")
_OPEN: Final = (OutcomeState.PLANNED, OutcomeState.WAITING)


class JobItems:
    """Items: those to be done for the person are skipped, others do without them; what became of them stays."""

    table = "item"
    columns = _TEXTS

    def rows(self, connection: Connection, person: Person) -> list[dict[str, Any]]:
        """Return the items that name the person."""
        scan = Scan(self.table, _KEY, _TEXTS, ("state", "reason", "code", "finished_at"), "subject")
        return [dict(zip(scan.names, row, strict=True)) for row in scan.rows(connection, person)]

    def erase(self, database: Database, person: Person, now: float) -> int:
        """Take the person out of all items, in short transactions; return how many were changed.

        Raises ``JobError`` if one of them is just being done.
        """
        changed = 0
        for job_id, rows in groupby(sorted(_found(database, person)), key=itemgetter(0)):
            mine = list(rows)
            for start in range(0, len(mine), PAGE):
                some = mine[start : start + PAGE]
                with database.transaction() as connection:
                    # The row of the job is written first, as by every worker: nobody is between.
                    connection.run(
                        "UPDATE privcrm_job SET counts = counts WHERE company = ? AND id = ?", person.company, job_id
                    )
                    _refuse_under_way(database, job_id, some, now)
                    moved = Counter(
                        state for row in some if (state := _erase(connection, person, row[:2], now)) is not None
                    )
                    if moved:
                        changes = {state: -count for state, count in moved.items()}
                        Records(database).shift(connection, job_id, {**changes, OutcomeState.SKIPPED: moved.total()})
                changed += len(some)
        return changed


def under_way(database: Database, person: Person, now: float) -> list[str]:
    """Return the jobs that are just at work and have something to do for the person."""
    records = Records(database)
    jobs = sorted({row[0] for row in _found(database, person) if row[-1] in _OPEN})
    return [job_id for job_id in jobs if records.is_under_way(job_id, now)]


def _found(database: Database, person: Person) -> list[Row]:
    with database.connect() as connection:
        return list(Scan("item", _KEY, _TEXTS, ("state",), "subject").rows(connection, person))


def _refuse_under_way(database: Database, job_id: str, rows: list[Row], now: float) -> None:
    if any(row[-1] in _OPEN for row in rows) and Records(database).is_under_way(job_id, now):
        raise JobError(f"job {job_id} is at work for this member: pause it (privcrm job pause {job_id}) and try again")


def _erase(connection: Connection, person: Person, key: Row, now: float) -> OutcomeState | None:
    """Take the person out of an item; if it is skipped by that, return the state that it had."""
    where = "company = ? AND job_id = ? AND seq = ?"
    row = connection.one(f"SELECT state, {', '.join(_TEXTS)} FROM privcrm_item WHERE {where}", person.company, *key)
    if row is None:
        return None
    state, texts = OutcomeState(row[0]), dict(zip(_TEXTS, row[1:], strict=True))
    redacted = {name: person.redaction.of(text) for name, text in texts.items()}
    values: dict[str, object] = {name: each.text for name, each in redacted.items()}
    about_them = texts["subject"] in person.ids
    if about_them:
        values["subject"] = ""
    skipped = state in _OPEN and (about_them or redacted["payload"].stood_alone)
    if skipped:
        values |= {"state": OutcomeState.SKIPPED.value, "reason": ERASED, "code": "", "message": "", "finished_at": now}
    changes = ", ".join(f"{name} = ?" for name in values)
    connection.run(f"UPDATE privcrm_item SET {changes} WHERE {where}", *values.values(), person.company, *key)
    return state if skipped else None
