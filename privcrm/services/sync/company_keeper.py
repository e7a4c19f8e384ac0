"""Keeping the tag library, the departments and the staff true: an event says what to read again."""

from collections.abc import Collection
from typing import Final

from privcrm.clock import Clock
from privcrm.errors import NotFound
from privcrm.models import StaffState, staff_key
from privcrm.models.events import (
    DepartmentEvent,
    StaffChanged,
    StaffCreated,
    StaffDeleted,
    StaffEvent,
    TagDeleted,
    TagEvent,
)
from privcrm.provider import Provider
from privcrm.services.sync.renames import Renames
from privcrm.store.database import Database
from privcrm.store.mirror.departments import Departments
from privcrm.store.mirror.directory import Directory, StaffRow
from privcrm.store.mirror.library import Library

__all__ = ["STAFF_EVENTS", "CompanyKeeper"]

STAFF_EVENTS: Final = (StaffCreated, StaffChanged, StaffDeleted)


class CompanyKeeper:
    """The handlers ``privcrm.library``, ``privcrm.directory`` and ``privcrm.departments``.

    What they read is what is, so the order of events does not matter.
    """

    def __init__(self, provider: Provider, database: Database, clock: Clock, renames: Renames) -> None:
        self._provider = provider
        self._database = database
        self._clock = clock
        self._renames = renames
        self._library = Library(database)
        self._directory = Directory(database)
        self._departments = Departments(database)

    def take_tags(self, event: TagEvent) -> None:
        """Read what an event is about: a tag, a group of tags, or the whole library. Raises what the port raises."""
        if event.strategy_id is not None:  # no company tags
            return
        at = self._clock.time()
        tag_ids = [event.tag_id] if event.tag_id else []
        group_ids = [event.group_id] if event.group_id and not event.tag_id else []
        if isinstance(event, TagDeleted) and (tag_ids or group_ids):
            with self._database.transaction() as connection:
                self._library.delete(connection, tag_ids, group_ids, at)
            return
        whole = not (tag_ids or group_ids)
        listing = self._provider.tags.list(tag_ids=tag_ids or None, group_ids=group_ids or None)
        groups = list(listing)
        with self._database.transaction() as connection:
            self._library.put(connection, groups, at, whole=whole)

    def name_tags(self, tag_ids: Collection[str]) -> None:
        """Read those of these tags that the mirror has no name for. Raises what the port raises."""
        with self._database.connect() as connection:
            nameless = self._library.nameless(connection, tag_ids)
        if not nameless:
            return
        at, groups = self._clock.time(), list(self._provider.tags.list(tag_ids=nameless))
        with self._database.transaction() as connection:
            self._library.put(connection, groups, at, whole=False)

    def take_staff(self, event: StaffEvent) -> None:
        """Note who came, changed, has another id, or left. Raises what the port raises."""
        if isinstance(event, StaffDeleted):
            with self._database.transaction() as connection:
                self._directory.leave(connection, [event.staff_id], self._clock.time())
            return
        staff_id = event.staff_id
        if isinstance(event, StaffChanged) and event.new_staff_id:
            self._renames.told(event.staff_id, event.new_staff_id)
            staff_id = event.new_staff_id
        self._read(staff_id)

    def take_department(self, event: DepartmentEvent) -> None:
        """Read the tree of departments. Raises what the port raises."""
        del event
        at = self._clock.time()
        if self._provider.capabilities.get("staff.departments"):
            departments = list(self._provider.staff.departments())
            with self._database.transaction() as connection:
                self._departments.put(connection, departments, at)

    def _read(self, staff_id: str) -> None:
        """Read an employee; whether members can be served is left as it was known: only the whole list tells."""
        try:
            staff = self._provider.staff.get(staff_id)
        except NotFound:
            return
        with self._database.transaction() as connection:
            known = self._directory.get(connection, [staff_id]).get(staff_key(staff_id))
            serves = known is not None and known.serves
            state = staff.state
            if state is StaffState.ACTIVE and not serves:
                state = StaffState.WITHOUT_CONTACT
            inside = tuple(sorted(staff.department_ids))
            row = StaffRow(0, staff.staff_id, staff.name, state, 0.0, inside, staff.position, staff.activated, serves)
            self._directory.put(connection, [row], self._clock.time())
