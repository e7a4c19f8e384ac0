"""A company in virtual time with group codes around its CRM: people scan, and events are handled as they come."""

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

from attrs import evolve

from privcrm.models import GroupId, MemberId
from privcrm.models.codes import GroupCapacity, GroupLiveCode, OverflowPolicy, OverflowStrategy
from privcrm.models.events import GroupDismissed, GroupMembersJoined, GroupRenamed
from privcrm.models.staff_task import StaffTask, TaskState
from privcrm.sandbox.world.groups import JoinedBy
from privcrm.sandbox.world.scanning import Entry
from privcrm.services.live_codes.book import CodeBook
from privcrm.store.live_codes.codes import CodeRow
from privcrm.store.live_codes.groups import Room, Rooms
from privcrm.store.live_codes.notes import Alarm
from privcrm.store.live_codes.vendor_codes import VendorCode
from privcrm.testing.memory import ids
from privcrm.testing.memory.groups import version_of
from tests.simulation.lag import PROMPT, Lag
from tests.simulation.run import Simulation
from tests.simulation.vendor import Habits, Joined

SCAN_CAP = 20
CAPACITY = GroupCapacity(scan_cap=SCAN_CAP, hard_cap=30, source="test", as_of="2026-01-01")
POLICY = OverflowPolicy(margin=1, reopen_gap=3)


class Shop:
    """One simulated company and its group codes."""

    def __init__(self, url: str, *, lag: Lag = PROMPT, entry: Entry | None = None) -> None:
        self.simulation = Simulation(url, lag=lag, habits=Habits(entry=entry or Entry(room=SCAN_CAP)))
        crm = self.crm = self.simulation.crm
        self.clock, self.calls, self.scans = crm.clock, self.simulation.calls, self.simulation.scans
        self.live_codes = crm.live_codes
        self.codes = self.live_codes.groups
        self.book = CodeBook(crm.provider, crm.store, crm.jobs, crm.clock)
        self.tasks = crm.members.tasks
        self._names = itertools.count(1)

    # -- making

    def group(self, name: str = "", *, told: bool = True, owner: int = 0) -> GroupId:
        """Let an employee make an empty group; its creation is told, or not."""
        group_id, events = self.scans.makes_group(self.simulation.staff[owner], name or f"a group {next(self._names)}-")
        if told:
            self.simulation.tell(events)
            self.simulation.run()
        return group_id

    def code(
        self,
        key: str = "shop",
        groups: Sequence[str] = (),
        *,
        strategy: OverflowStrategy = OverflowStrategy.NATIVE,
        policy: OverflowPolicy = POLICY,
        **changes: Any,
    ) -> CodeRow:
        """Keep a code over groups (one, if none are given) and make it at the vendor where it is to be there."""
        if strategy is OverflowStrategy.STAFF_FIRST:
            changes = {"staff_code": "desk", **changes}
        if not groups:
            groups = (self.group(f"{key}群1"),)
        overflow = evolve(policy, strategy=strategy, prefix=policy.prefix or f"{key}群")
        given = {"capacity": CAPACITY, **changes}
        code = GroupLiveCode(key, tuple(map(GroupId, groups)), overflow=overflow, **given)
        outcome = self.live_codes.create(code)
        assert not outcome.message, outcome
        self.wait(3.0)
        with self.book.database.connect() as connection:
            return self.book.rows.known(connection, key)

    def change(self, key: str, **changes: Any) -> None:
        """Keep what a code is to be from now on, as the front does."""
        with self.book.database.connect() as connection:
            before = self.codes.load(connection, self.book.rows.known(connection, key))
        policy = {name: changes.pop(name) for name in list(changes) if hasattr(before.overflow, name)}
        self.live_codes.update(evolve(before, overflow=evolve(before.overflow, **policy), **changes))
        self.wait(3.0)

    # -- people

    def scan(self, count: int = 1, key: str = "shop", *, seconds: float = 5.0) -> list[Joined | None]:
        """Let people scan one after the other, and everything happen that follows of it."""
        came = []
        for _ in range(count):
            joined = self.scans.group_code(self.vendor(key).vendor_id)
            came.append(joined)
            if joined is not None:
                self.simulation.tell(joined.events)
            self.simulation.run_for(seconds)
        return came

    def scan_picture(self, group_id: str, count: int = 1) -> list[Joined | None]:
        """Let people scan a group's own picture."""
        came = [self.scans.picture(group_id) for _ in range(count)]
        for joined in came:
            if joined is not None:
                self.simulation.tell(joined.events)
                self.simulation.run_for(5.0)
        return came

    def invite(self, group_id: str, count: int = 1) -> None:
        """Let the owner bring people into a group."""
        world, number = self.book.provider.world, ids.number_of(ids.GROUP, group_id)
        for _ in range(count):
            self._come(number, world.newcomer(), JoinedBy.INVITATION)

    def come_again(self, group_id: str, member_id: str) -> None:
        """Let somebody who is in another group scan the code of this one."""
        self._come(ids.number_of(ids.GROUP, group_id), ids.number_of(ids.MEMBER, member_id), JoinedBy.SCAN)

    def come_untold(self, group_id: str, state: str) -> None:
        """Let somebody come into a group by a state, and nobody tell."""
        world, number = self.book.provider.world, ids.number_of(ids.GROUP, group_id)
        world.joins(number, world.newcomer(), at=int(self.clock.time()), channel=state)

    def _come(self, number: int, member: int, how: JoinedBy) -> None:
        world, now = self.book.provider.world, int(self.clock.time())
        before = world.groups[number]
        world.joins(number, member, at=now, how=how)
        event = GroupMembersJoined(
            company="memory",
            at=now,
            key=f"came-{number}-{member}",
            group_id=GroupId(ids.id_of(ids.GROUP, number)),
            count=1,
            user_ids=(ids.id_of(ids.MEMBER, member),),
            last_version=version_of(before),
            version=version_of(world.groups[number]),
            scanned=how is JoinedBy.SCAN,
        )
        self.simulation.tell([event])
        self.wait(5.0)

    def leave(self, group_id: str, members: Iterable[MemberId]) -> None:
        """Let members leave a group."""
        for member_id in members:
            self.simulation.tell(self.scans.leaves(group_id, member_id))
            self.simulation.run_for(5.0)

    def dismiss(self, group_id: str) -> None:
        """Let the owner dismiss a group."""
        groups = self.book.provider.world.groups
        now = int(self.clock.time())
        groups.change(evolve(groups[ids.number_of(ids.GROUP, group_id)], dismissed_at=now))
        self.simulation.tell([GroupDismissed(company="memory", at=now, key=f"dismissed-{group_id}", group_id=group_id)])
        self.wait(10.0)

    def rename(self, group_id: str, name: str) -> None:
        """Let the owner rename a group."""
        groups, now = self.book.provider.world.groups, int(self.clock.time())
        groups.change(evolve(groups[ids.number_of(ids.GROUP, group_id)], name=name))
        self.simulation.tell([GroupRenamed(company="memory", at=now, key=f"named-{group_id}", group_id=group_id)])
        self.wait(10.0)

    def wait(self, seconds: float) -> None:
        """Let time pass, and timers do their work."""
        self.simulation.run_for(seconds)

    # -- looking

    def vendor(self, key: str = "shop", part: int = 0) -> VendorCode:
        with self.book.database.connect() as connection:
            found = self.book.vendor.get(connection, self.book.rows.known(connection, key).number, part)
        assert found is not None
        return found

    def listed(self, key: str = "shop", part: int = 0) -> tuple[str, ...]:
        """Return the groups that the vendor's code leads to now."""
        return self.book.provider.live_codes.get_group_code(self.vendor(key, part).vendor_id).spec.group_ids

    def rooms(self, key: str = "shop") -> list[Room]:
        """Return every group that ever stood behind a code."""
        return list(self.codes.history(key))

    def room(self, group_id: str, key: str = "shop") -> Room:
        return next(room for room in self.rooms(key) if room.group_id == group_id)

    def states(self, key: str = "shop") -> list[str]:
        return [room.state.value for room in self.rooms(key)]

    def alarms(self, key: str = "shop") -> dict[str, Alarm]:
        with self.book.database.connect() as connection:
            number = self.book.rows.known(connection, key).number
            return {alarm.kind: alarm for alarm in self.book.notes.alarms(connection, number)}

    def decisions(self, key: str = "shop") -> list[str]:
        with self.book.database.connect() as connection:
            number = self.book.rows.known(connection, key).number
            return [decision.what for decision in self.book.notes.decisions(connection, number)][::-1]

    def open_tasks(self, kind: str) -> list[StaffTask]:
        return [task for task in self.tasks.list(state=TaskState.OPEN) if task.kind == kind]

    @property
    def raw_rooms(self) -> Rooms:
        return Rooms(self.book.database)

    def close(self) -> None:
        self.simulation.close()
