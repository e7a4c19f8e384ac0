"""Who is in two groups of one code: a person has one home there, and only people can see to it."""

import json
from typing import Final

from attrs import frozen

from privcrm.models.ids import StaffId
from privcrm.models.staff_task import StaffTask
from privcrm.services.live_codes.groups.shelf import GroupShelf, Kept
from privcrm.store.database import Connection
from privcrm.store.live_codes.joins import Arrival

__all__ = ["SECOND_HOME", "SecondHome", "SecondHomes"]

SECOND_HOME: Final = "second_home"
"""A task: somebody is in two groups of one code; ask which he wants to stay in."""
DAYS: Final = 7


@frozen
class SecondHome:
    """A group into which somebody came who has his ``home`` in another of the code's; ``owner`` is whose it is."""

    group_id: str
    home: str
    owner: str


class SecondHomes:
    """Finds them as they come, and asks the owner. Vendors let nobody be removed by a program."""

    def __init__(self, shelf: GroupShelf) -> None:
        self._shelf = shelf

    def ask(self, connection: Connection, kept: Kept, arrival: Arrival, second: SecondHome) -> None:
        """Open a task, once for a person and a group; who it is stands in its sealed details only."""
        now = self._shelf.clock.time()
        task = StaffTask(
            f"{SECOND_HOME}-{kept.number}-{arrival.member}-{second.group_id}",
            SECOND_HOME,
            StaffId(kept.code.owner_id or second.owner),
            f"Somebody is in two groups of live code {kept.row.key}: ask in which to stay",
            json.dumps({"member_id": arrival.member_id, "group_id": second.group_id, "home": second.home}),
            due_at=now + DAYS * 86_400.0,
        )
        if self._shelf.tasks.open(connection, task):
            told = json.dumps({"group": second.group_id, "home": second.home, "task": task.task_id})
            self._shelf.book.notes.decided(connection, kept.number, "second_home", told, now)
