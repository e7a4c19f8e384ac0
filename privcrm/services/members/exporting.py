"""Giving a person everything that is kept of them."""

import json
from typing import Any, Final

from privcrm.models.staff_task import StaffTask
from privcrm.services.members.holdings import NUMBER, ROWS, TEXTS, Holding
from privcrm.services.members.person import Person, find_person
from privcrm.services.members.redaction import Redaction
from privcrm.store import Connection, Store
from privcrm.store.mirror.numbers import Numbers
from privcrm.store.staff_tasks import StaffTasks
from privcrm.store.tombstones import Tombstones
from privcrm.store.vault import Vault

__all__ = ["Exporting"]

_JSON: Final = ("payload", "params", "before", "last_tags", "details")


class Exporting:
    """Collects what the store of a company holds of one person."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self._store = store
        self._vault = vault
        self._numbers = Numbers(store.database)
        self._tombstones = Tombstones(store.database, vault, store.audit, store.clock)
        self._files = store.files
        self._tasks = StaffTasks(store.database, store.clock, vault.keyring)

    def export(self, member_id: str, *, who: str) -> dict[str, Any]:
        """Return it as values of JSON: rows by table, sealed texts opened, ids beside numbers, hashes as such."""
        company = self._store.company
        with self._store.database.connect() as connection:
            person = find_person(connection, self._tombstones, company, self._numbers, member_id)
            tables: dict[str, list[dict[str, Any]]] = {}
            holdings: tuple[Holding, ...] = (*ROWS, *TEXTS)
            for holding in holdings:
                if rows := holding.rows(connection, person):
                    tables.setdefault(holding.table, []).extend(
                        self._readable(connection, row, person.redaction) for row in rows
                    )
        self._store.audit.add(who, "member.exported", tombstones=list(person.tombstones.values()))
        if tasks := self._tasks_about(person):
            tables["staff_task"] = tasks
        return {
            "company": company,
            "member_ids": list(person.ids),
            "exported_at": self._store.clock.time(),
            "tables": tables,
            "files": [{"path": file.path, "kind": file.kind, "made_at": file.made_at} for file in self._files.all()],
        }

    def _readable(self, connection: Connection, row: dict[str, Any], redaction: Redaction) -> dict[str, Any]:
        """Open what is sealed, and leave out whom else a row of many names: they are not to be given away."""
        number = row.pop(NUMBER, None)
        if number is not None:
            (row["details"],) = self._vault.open(connection, [(number, row["details"])])
        return {name: redaction.only(_parsed(value)) if name in _JSON else value for name, value in row.items()}

    def _tasks_about(self, person: Person) -> list[dict[str, Any]]:
        redaction = person.redaction
        return [_told(task) for task in self._tasks.list() if redaction.is_in([task.details, task.task_id])]


def _told(task: StaffTask) -> dict[str, Any]:
    return {
        "id": task.task_id,
        "kind": task.kind,
        "staff_id": task.staff_id,
        "state": task.state.value,
        "details": _parsed(task.details),
        "created_at": task.created_at,
        "done_at": task.done_at,
    }


def _parsed(text: str) -> Any:
    try:
        return json.loads(text) if text[:1] in ("{", "[") else text
    except ValueError:
        return text
