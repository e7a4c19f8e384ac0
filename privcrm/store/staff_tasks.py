"""Tasks that only employees can do."""

from collections.abc import Callable, Generator, Iterable, Sequence
from typing import Final

from attrs import evolve

from privcrm.clock import Clock
from privcrm.errors import InputError
from privcrm.models.ids import StaffId, staff_key
from privcrm.models.staff_task import StaffTask, TaskPoint, TaskState
from privcrm.store.database import Connection, Database, Row, in_pages
from privcrm.store.keyring import Keyring

__all__ = ["StaffTasks", "close_series", "task_bound_to"]

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
        if written:
            connection.run_many(
                "INSERT INTO privcrm_task_point (company, task, point, place, told) VALUES (?, ?, ?, ?, ?)",
                [
                    (self._database.company, task.task_id, point.name, place, point.told)
                    for place, point in enumerate(task.points)
                ],
            )
        return written > 0

    def tick(self, task_id: str, point: str, evidence: str) -> StaffTask:
        """Tick a point of a task; ``evidence`` says how that is known. The first word counts; the last point ends it.

        Raises ``InputError`` where there is no such task or point.
        """
        mine = (self._database.company, task_id)
        with self._database.transaction(durable=True) as connection:
            connection.run(
                "UPDATE privcrm_task_point SET evidence = ?, ticked_at = ?"
                " WHERE company = ? AND task = ? AND point = ? AND ticked_at = 0",
                *(evidence, self._clock.time(), *mine, point),
            )
            points = self._points(connection, task_id)
        if not points:
            self.get(task_id)  # which says so where there is no such task
        if point not in {each.name for each in points}:
            raise InputError(f"task {task_id!r} has no point {point!r}; it has {_names(points)}")
        if all(each.is_ticked for each in points):
            return self.done(task_id, "every point is ticked")
        return self.get(task_id)

    def get(self, task_id: str) -> StaffTask:
        """Return a task. Raises ``InputError`` where there is none."""
        with self._database.connect() as connection:
            row = connection.one(
                f"SELECT {_COLUMNS} FROM privcrm_staff_task WHERE company = ? AND id = ?",
                *(self._database.company, task_id),
            )
        if row is None:
            raise InputError(f"there is no task {task_id!r}")
        return self._task(row)

    def points(self, task_id: str) -> Sequence[TaskPoint]:
        """Return the checklist of a task, in its order; empty for one without."""
        with self._database.connect() as connection:
            return self._points(connection, task_id)

    def last_like(self, connection: Connection, prefix: str) -> tuple[str, TaskState] | None:
        """Return the last task, in the order of ids, whose id begins so, and where it stands; None for none."""
        row = connection.one(
            "SELECT id, state FROM privcrm_staff_task WHERE company = ? AND id >= ? AND id < ?"
            " ORDER BY id DESC LIMIT 1",
            *(self._database.company, prefix, f"{prefix}\U0010ffff"),
        )
        return None if row is None else (str(row[0]), TaskState(row[1]))

    def _points(self, connection: Connection, task_id: str) -> Sequence[TaskPoint]:
        rows = connection.all(
            "SELECT point, told, evidence, ticked_at FROM privcrm_task_point WHERE company = ? AND task = ?"
            " ORDER BY place",
            *(self._database.company, task_id),
        )
        return [TaskPoint(*row) for row in rows]

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
        return self.get(task_id)

    def close_about(
        self, connection: Connection, is_about: Callable[[str], bool], *, besides: str, evidence: str
    ) -> int:
        """Close the open tasks whose details are about somebody, all but those of a kind; return how many."""
        open_ones = connection.all(
            "SELECT id, details FROM privcrm_staff_task"
            " WHERE company = ? AND state = 'open' AND details <> '' AND kind <> ?",
            *(self._database.company, besides),
        )
        found = [task_id for task_id, details in open_ones if is_about(self._opened(task_id, details))]
        return connection.run_many(
            "UPDATE privcrm_staff_task SET state = 'done', details = '', evidence = ?, done_at = ?"
            " WHERE company = ? AND id = ? AND state = 'open'",
            [(evidence, self._clock.time(), self._database.company, task_id) for task_id in found],
        )

    def _opened(self, task_id: str, details: str) -> str:
        bound_to = task_bound_to(self._database.company, task_id)
        return self._keyring.unwrap(details, bound_to).decode() if details else ""

    def _task(self, row: Row) -> StaffTask:
        task_id, kind, staff_id, title, details, evidence, state, *times = row
        opened = self._opened(task_id, details)
        task = StaffTask(task_id, kind, StaffId(staff_id), title, opened, evidence, TaskState(state), *times)
        return evolve(task, points=tuple(self.points(task_id)))


def close_series(connection: Connection, company: str, prefix: str, *, evidence: str, now: float) -> int:
    """Close the open tasks whose ids begin so, inside the caller's transaction; return how many."""
    return connection.run(
        "UPDATE privcrm_staff_task SET state = 'done', details = '', evidence = ?, done_at = ?"
        " WHERE company = ? AND state = 'open' AND id >= ? AND id < ?",
        *(evidence, now, company, prefix, f"{prefix}\U0010ffff"),
    )


def task_bound_to(company: str, task_id: str) -> bytes:
    """Return what the sealed details of a task are bound to."""
    return f"task\0{company}\0{task_id}".encode()


def _names(points: Iterable[TaskPoint]) -> str:
    return ", ".join(point.name for point in points) or "none"
