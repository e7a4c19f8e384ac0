"""What no interface can do for a new group: a task with a checklist, and the group is unprepared until it is ticked."""

from typing import Final

from privcrm.models import Group
from privcrm.models.ids import StaffId
from privcrm.models.staff_task import StaffTask, TaskPoint, TaskState
from privcrm.services.live_codes.groups.shelf import GroupShelf, Kept
from privcrm.store.database import Connection
from privcrm.store.live_codes.groups import Room

__all__ = ["CHECKLIST", "PREPARE_GROUP", "Preparing"]

PREPARE_GROUP: Final = "prepare_group"
"""A task: see to what vendors let nobody do by a program in a new group."""
HOURS: Final = 24
CHECKLIST: Final = (
    TaskPoint("welcome", "Apply the welcome template (入群欢迎语)"),
    TaskPoint("anti_harassment", "Switch on the anti-harassment rules (防骚扰规则)"),
    TaskPoint("notice", "Write the group's notice (群公告)"),
    TaskPoint("admins", "Name its administrators (群管理员)"),
)


class Preparing:
    """Opens such tasks, and ticks by itself what can be read off the group."""

    def __init__(self, shelf: GroupShelf) -> None:
        self._shelf = shelf

    def ask(self, connection: Connection, kept: Kept, room: Room, owner: str, name: str) -> str:
        """Open the task of a group that was adopted, and return its id."""
        now = self._shelf.clock.time()
        task = StaffTask(
            f"{PREPARE_GROUP}-{kept.number}-{room.group_id}",
            PREPARE_GROUP,
            StaffId(kept.code.owner_id or owner),
            f"Prepare the new group {name or room.group_id} of live code {kept.row.key}",
            due_at=now + HOURS * 3600.0,
            points=CHECKLIST,
        )
        self._shelf.tasks.open(connection, task)
        self._shelf.rooms.set_task(connection, kept.number, room.group_id, task.task_id)
        return task.task_id

    def see(self, kept: Kept) -> int:
        """Look at the groups of a code that are unprepared, and tick what is seen; return how many points.

        One call for each such group. Raises what ``GroupsPort.get`` raises.
        """
        with self._shelf.database.connect() as connection:
            unprepared = [room for room in self._shelf.rooms.live(connection, kept.number) if not room.is_prepared]
        return sum(self._see(room) for room in unprepared)

    def _see(self, room: Room) -> int:
        task = self._shelf.tasks.get(room.task_id)
        open_points = {point.name for point in task.points if not point.is_ticked}
        seen = _seen(self._shelf.book.provider.groups.get(room.group_id)) & open_points
        if task.state is TaskState.OPEN:
            for point in sorted(seen):
                self._shelf.tasks.tick(room.task_id, point, "seen in the group")
        return len(seen)


def _seen(group: Group) -> set[str]:
    """Return the points that a group shows to be done."""
    found = {"notice": bool(group.notice.strip()), "admins": bool(group.admin_ids)}
    return {point for point, done in found.items() if done}
