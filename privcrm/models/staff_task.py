"""What only a person can do: a task for an employee, with its due date and the evidence that it was done."""

from enum import StrEnum

from attrs import field, frozen

from privcrm.models.ids import StaffId

__all__ = ["StaffTask", "TaskPoint", "TaskState"]


class TaskState(StrEnum):
    """Whether somebody still has to act."""

    OPEN = "open"
    DONE = "done"


@frozen
class TaskPoint:
    """One point of a task's checklist, ticked at ``ticked_at`` (unix seconds, 0 for not yet) by ``evidence``."""

    name: str
    told: str = ""
    evidence: str = field(default="", repr=False)
    ticked_at: float = 0.0

    @property
    def is_ticked(self) -> bool:
        """Whether somebody said that it is done."""
        return self.ticked_at > 0


@frozen
class StaffTask:
    """One task; times are unix seconds, 0 for none.

    ``kind`` says what is to be done (``delete_contact``: delete a contact in the vendor's own app). ``details`` may
    name a person and is kept sealed until the task is done; it is "" where the store has no keys. A task with
    ``points`` is done when all of them are ticked.
    """

    task_id: str
    kind: str
    staff_id: StaffId
    title: str = ""
    details: str = field(default="", repr=False)
    evidence: str = field(default="", repr=False)
    state: TaskState = TaskState.OPEN
    created_at: float = 0.0
    due_at: float = 0.0
    done_at: float = 0.0
    points: tuple[TaskPoint, ...] = ()

    def is_late(self, now: float) -> bool:
        """Whether it is still open and was due before ``now``."""
        return self.state is TaskState.OPEN and 0 < self.due_at < now
