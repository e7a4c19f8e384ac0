"""Tasks that only employees can do."""

from collections.abc import Generator
from typing import Final

from privcrm.clock import Clock
from privcrm.errors import InputError
from privcrm.models.ids import StaffId, staff_key
from privcrm.models.staff_task import StaffTask, TaskState
from privcrm.store.database import Connection, Database, Row, in_pages
from privcrm.store.keyring import Keyring

__all__ = ["StaffTasks", "task_bound_to"]

PAGE: Final = 500
_COLUMNS: Final = "id, kind, staff_id, title, details, evidence, state, created_at, due_at, done_at"


class StaffTasks:
    """The tasks of a company. Details are sealed with the store's keys, and left out where there are none."""

    def __init__(self, database: Database, clock: Clock, keyring: Keyring) -> None:
        self._database = database
        self._clock = clock
        self._keyring = keyring

    def open(self, connection: Connection, task: StaffTask) -> bool:
        """Keep a task, inside the transaction of what it follows from; return whether its id was new."""
        details = (
            self._keyring.wrap(task.details.encode(), task_bound_to(self._database.company, task.task_id))
            if self._keyring
            else ""
        )
        written = connection.run(
            f"INSERT INTO privcrm_staff_task (company, {_COLUMNS})"
            " VALUES (?, ?, ?, ?, ?, ?, '', 'open', ?, ?, 0) ON CONFLICT (company, id) DO NOTHING",
            self._database.company,
            task.task_id,
            task.kind,
            staff_key(task.staff_id),
            task.title,
            details if task.details else "",
            self._clock.time(),
            task.due_at,
        )
        return written > 0

    def list(self, *, state: TaskState | None = None, staff_id: str = "") -> Generator[StaffTask]:
        """Yield tasks in the order of their ids: all, those in a state, those of one employee."""
        only, values = "", list[str]()
        if state is not None:
            only, values = " AND state = ?", [state.value]
        if staff_id:
            only, values = f"{only} AND staff_id = ?", [*values, staff_key(staff_id)]
        rows = in_pages(
            self._database,
            f"SELECT {_COLUMNS} FROM privcrm_staff_task WHERE company = ?{only} AND id > ? ORDER BY id LIMIT ?",
            (self._database.company, *values),
            ("",),
            PAGE,
        )
        return (self._task(row) for row in rows)

    def due(self) -> Generator[StaffTask]:
        """Yield the open tasks whose time has come, the longest overdue first."""
        rows = in_pages(
            self._database,
            f"SELECT due_at, id, {_COLUMNS} FROM privcrm_staff_task WHERE company = ? AND state = 'open'"
            " AND due_at > 0 AND due_at <= ? AND (due_at, id) > (?, ?) ORDER BY due_at, id LIMIT ?",
            (self._database.company, self._clock.time()),
            (0.0, ""),
            PAGE,
        )
        return (self._task(row[2:]) for row in rows)

    def done(self, task_id: str, evidence: str) -> StaffTask:
        """Close a task; ``evidence`` says how that is known. The first word counts. Raises ``InputError``.

        Its details go: they may name a person, and nobody needs them any more.
        """
        with self._database.transaction(durable=True) as connection:
            connection.run(
                "UPDATE privcrm_staff_task SET state = 'done', details = '', evidence = ?, done_at = ?"
                " WHERE company = ? AND id = ? AND state = 'open'",
                evidence,
                self._clock.time(),
                self._database.company,
                task_id,
            )
            row = connection.one(
                f"SELECT {_COLUMNS} FROM privcrm_staff_task WHERE company = ? AND id = ?",
                self._database.company,
                task_id,
            )
        if row is None:
            raise InputError(f"there is no task {task_id!r}")
        return self._task(row)

    def _task(self, row: Row) -> StaffTask:
        task_id, kind, staff_id, title, details, evidence, state, *times = row
        opened = (
            self._keyring.unwrap(details, task_bound_to(self._database.company, task_id)).decode() if details else ""
        )
        return StaffTask(task_id, kind, StaffId(staff_id), title, opened, evidence, TaskState(state), *times)


def task_bound_to(company: str, task_id: str) -> bytes:
    """Return what the sealed details of a task are bound to."""
    return f"task\0{company}\0{task_id}".encode()
