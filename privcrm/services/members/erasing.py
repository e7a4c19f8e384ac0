"""Removing everything that is kept of a person, in steps of which each may be the last before a crash."""

import json
from typing import Final

from attrs import field, frozen

from privcrm.errors import InputError, JobError
from privcrm.models.ids import MemberId, StaffId
from privcrm.models.staff_task import StaffTask
from privcrm.services.files.sentences import without_phones
from privcrm.services.members.holdings import ROWS, TEXTS
from privcrm.services.members.job_items import under_way
from privcrm.services.members.memberships import memberships
from privcrm.services.members.person import Person, find_person
from privcrm.services.members.raw_files import sweep_files
from privcrm.store import Connection, Store
from privcrm.store.database import marks
from privcrm.store.mirror.marks import Marks
from privcrm.store.mirror.numbers import Numbers
from privcrm.store.staff_tasks import StaffTasks
from privcrm.store.tombstones import Tombstones
from privcrm.store.vault import HASHED_KINDS, Vault

__all__ = ["DELETE_CONTACT", "Erasing", "Erasure"]

DELETE_CONTACT: Final = "delete_contact"
DAYS_TO_DELETE: Final = 7
ERASED: Final = "the person was erased"
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
            person = self._find(connection, member_id)
        _refuse_naming(person, reason)
        now = self._store.clock.time()
        if busy := under_way(self._database, person, now):
            raise JobError(
                f"job {busy[0]} is at work for this member: pause it (privcrm job pause {busy[0]}) and try again;"
                " nothing was erased"
            )
        person, followers, tasks = self._begin(member_id, who, reason)
        files = tuple(file.path for file in self._files.all())
        rows = {each.table: each.erase(self._database, person, now) for each in TEXTS}
        for table, count in self._finish(person, who).items():
            rows[table] = rows.get(table, 0) + count
        swept = sweep_files(self._database, person.traces)
        return Erasure(
            tuple(map(MemberId, person.ids)),
            tuple(person.tombstones.values()),
            {table: count for table, count in rows.items() if count},
            tuple(map(StaffId, followers)),
            tuple(tasks),
            files,
            tuple(map(str, swept.left)),
            swept.held,
            swept.rewritten,
        )

    def _find(self, connection: Connection, member_id: str) -> Person:
        return find_person(connection, self._tombstones, self._company, self._numbers, member_id)

    def _begin(self, member_id: str, who: str, reason: str) -> tuple[Person, list[str], list[str]]:
        """Keep the person from coming back, make what is sealed unreadable, and ask for what only people can do.

        Return the person as they are found now, when nobody can write of them any more.
        """
        with self._database.transaction(durable=True) as connection:
            self._tombstones.put(connection, member_id)
            person = self._find(connection, member_id)
            hashes = [self._tombstones.put(connection, each) for each in person.ids]
            for identity in person.identities:
                if identity[0] in HASHED_KINDS and identity not in person.shared:
                    self._tombstones.put_identity(connection, *identity)
            self._store.audit.write(connection, who, "member.erase_begun", tombstones=hashes, reason=reason)
            followers = self._followers(connection, person)
            tasks = [self._ask(connection, person, *each) for each in followers]
            for number in person.numbers:
                self._vault.destroy(connection, number)
        return person, sorted({staff_id for staff_id, _ in followers}), tasks

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
            self._marks.put(connection, memberships(connection, self._company, person.numbers))
            counts: dict[str, int] = {}
            for each in ROWS:
                counts[each.table] = counts.get(each.table, 0) + each.erase(connection, person)
            redaction = person.redaction
            counts["staff_task"] = self._tasks.close_about(
                connection, lambda details: redaction.is_in([details]), besides=DELETE_CONTACT, evidence=ERASED
            )
            found = {table: count for table, count in counts.items() if count}
            hashes = list(person.tombstones.values())
            self._store.audit.write(connection, who, "member.erased", tombstones=hashes, rows=found)
        return found


def _refuse_naming(person: Person, reason: str) -> None:
    """Refuse a reason that would keep the person in the audit, from which nothing can be removed."""
    if person.redaction.is_in([reason]) or without_phones(reason) != reason:
        raise InputError("the reason names the person, and the audit keeps it for good; give the number of the request")
