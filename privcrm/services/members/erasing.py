"""Removing everything that is kept of a person, in steps of which each may be the last before a crash."""

import json
from typing import Any, Final

from attrs import field, frozen

from privcrm.errors import JobError
from privcrm.models.ids import MemberId, StaffId
from privcrm.models.staff_task import StaffTask
from privcrm.services.members.holdings import ROWS, TEXTS
from privcrm.services.members.job_items import under_way
from privcrm.services.members.person import Person, find_person
from privcrm.services.members.raw_files import Swept, sweep_files
from privcrm.store import Connection, Store
from privcrm.store.database import marks
from privcrm.store.mirror.marks import EVERYBODY, Kind, Mark, Marks
from privcrm.store.mirror.numbers import Numbers
from privcrm.store.staff_tasks import StaffTasks
from privcrm.store.tombstones import Tombstones
from privcrm.store.vault import Vault

__all__ = ["DELETE_CONTACT", "Erasing", "Erasure"]

DELETE_CONTACT: Final = "delete_contact"
DAYS_TO_DELETE: Final = 7
_DAY: Final = 86_400.0


@frozen
class Erasure:
    """What became of an erasure.

    ``member_ids`` are all ids of the person. ``rows`` are how many were deleted or changed, by table. ``followers`` are
    the employees who still have the contact: each has a task in ``tasks`` to delete it. ``files`` are those that this
    store made and that may name the person: nobody but you can delete them. ``left_in`` are files of the database in
    which bytes of the person still stand; ``held``: another process kept the log from being emptied, erase again when
    it has ended.
    """

    member_ids: tuple[MemberId, ...] = field(repr=False)
    tombstones: tuple[str, ...]
    rows: dict[str, int]
    followers: tuple[StaffId, ...]
    tasks: tuple[str, ...]
    files: tuple[str, ...]
    left_in: tuple[str, ...] = ()
    held: bool = False
    rewritten: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether nothing of the person is left in the database."""
        return not (self.left_in or self.held)


class Erasing:
    """Erases people from a company's store."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self._store = store
        self._database = store.database
        self._company = store.company
        self._vault = vault
        self._numbers = Numbers(store.database)
        self._marks = Marks(store.database)
        self._tombstones = Tombstones(store.database, vault, store.audit, store.clock)
        self._files = store.files
        self._tasks = StaffTasks(store.database, store.clock, vault.keyring)

    def erase(self, member_id: str, *, who: str, reason: str) -> Erasure:
        """Remove a person; the same call finishes what a crash interrupted."""
        with self._database.connect() as connection:
            person = find_person(connection, self._tombstones, self._company, self._numbers, member_id)
        now = self._store.clock.time()
        if busy := under_way(self._database, person, now):
            raise JobError(
                f"job {busy[0]} is at work for this member: pause it (privcrm job pause {busy[0]}) and try again;"
                " nothing was erased"
            )
        followers, tasks = self._begin(person, who, reason)
        rows = {each.table: each.erase(self._database, person, now) for each in TEXTS}
        for table, count in self._finish(person, who).items():
            rows[table] = rows.get(table, 0) + count
        swept = sweep_files(self._database, person.traces)
        return self._report(person, {table: count for table, count in rows.items() if count}, followers, tasks, swept)

    def _begin(self, person: Person, who: str, reason: str) -> tuple[list[str], list[str]]:
        """Keep the person from coming back, make what is sealed unreadable, and ask for what only people can do."""
        with self._database.transaction(durable=True) as connection:
            hashes = [self._tombstones.put(connection, member_id) for member_id in person.ids]
            self._store.audit.write(connection, who, "member.erase_begun", tombstones=hashes, reason=reason)
            followers = self._followers(connection, person)
            tasks = [self._ask(connection, person, *each) for each in followers]
            for number in person.numbers:
                self._vault.destroy(connection, number)
        return sorted({staff_id for staff_id, _ in followers}), tasks

    def _followers(self, connection: Connection, person: Person) -> list[tuple[str, str]]:
        """Return (employee, member id) of the relations that live."""
        if not person.numbers:
            return []
        return [
            (staff_id, member_id)
            for staff_id, member_id in connection.all(
                "SELECT s.shown_id, m.member_id FROM privcrm_follow f"
                " JOIN privcrm_staff s ON s.company = f.company AND s.number = f.staff"
                " JOIN privcrm_member m ON m.company = f.company AND m.number = f.member"
                f" WHERE f.company = ? AND f.live = 1 AND f.member IN ({marks(person.numbers)}) ORDER BY 1, 2",
                *(self._company, *person.numbers),
            )
        ]

    def _ask(self, connection: Connection, person: Person, staff_id: str, member_id: str) -> str:
        task = StaffTask(
            f"{DELETE_CONTACT}-{person.tombstones[member_id]}-{staff_id}",
            DELETE_CONTACT,
            StaffId(staff_id),
            "Delete the contact of a person who was erased",
            json.dumps({"member_id": member_id}, ensure_ascii=False),
            due_at=self._store.clock.time() + DAYS_TO_DELETE * _DAY,
        )
        self._tasks.open(connection, task)
        return task.task_id

    def _finish(self, person: Person, who: str) -> dict[str, int]:
        """Delete the rows that are the person's own, the member last; marks let bitmaps drop them."""
        with self._database.transaction(durable=True) as connection:
            self._marks.put(connection, self._memberships(connection, person))
            counts: dict[str, int] = {}
            for each in ROWS:
                counts[each.table] = counts.get(each.table, 0) + each.erase(connection, person)
            found = {table: count for table, count in counts.items() if count}
            hashes = list(person.tombstones.values())
            self._store.audit.write(connection, who, "member.erased", tombstones=hashes, rows=found)
        return found

    def _memberships(self, connection: Connection, person: Person) -> list[Mark]:
        """Return every bitmap in which the person may be."""
        if not person.numbers:
            return []
        wanted, found = marks(person.numbers), set[Mark]()
        for number in person.numbers:
            found |= {(kind, EVERYBODY, number) for kind in (Kind.CUSTOMER, Kind.ANY_GROUP, Kind.DELETED_STAFF)}
        mine: tuple[Any, ...] = (self._company, *person.numbers)
        for member, staff, day, state in connection.all(
            f"SELECT member, staff, day, state FROM privcrm_follow WHERE company = ? AND member IN ({wanted})", *mine
        ):
            keys = ((Kind.STAFF, str(staff)), (Kind.DAY, str(day)), (Kind.CHANNEL, state))
            found |= {(kind, key, member) for kind, key in keys}
        for member, tag in connection.all(
            f"SELECT member, tag FROM privcrm_follow_tag WHERE company = ? AND member IN ({wanted})", *mine
        ):
            found.add((Kind.TAG, str(tag), member))
        for member, group_id in connection.all(
            "SELECT m.number, g.group_id FROM privcrm_member m"
            " JOIN privcrm_known_group_member g ON g.company = m.company AND g.user_id = m.member_id"
            f" WHERE m.company = ? AND m.number IN ({wanted})",
            *mine,
        ):
            found.add((Kind.GROUP, group_id, member))
        return sorted(found)

    def _report(
        self, person: Person, rows: dict[str, int], followers: list[str], tasks: list[str], swept: Swept
    ) -> Erasure:
        return Erasure(
            tuple(map(MemberId, person.ids)),
            tuple(person.tombstones.values()),
            rows,
            tuple(map(StaffId, followers)),
            tuple(tasks),
            tuple(file.path for file in self._files.all()),
            tuple(map(str, swept.left)),
            swept.held,
            swept.rewritten,
        )
