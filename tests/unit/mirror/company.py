"""A company in this process, what is known of it, and an inbox that takes whatever it is given."""

import itertools
from collections.abc import Sequence

from attrs import define, field

from privcrm.clock import ManualClock
from privcrm.events.codec import dump_event, load_event
from privcrm.jobs import Jobs
from privcrm.models import staff_key
from privcrm.models.events import Event, GroupEvent, MemberAdded, StaffDeletedMember
from privcrm.provider import Provider, ProviderContext
from privcrm.sandbox.world import EndedBy, World
from privcrm.services.mirror.follows import FollowKeeper
from privcrm.services.mirror.rosters import GroupRosters, roster_of
from privcrm.services.mirror.stored_mirror import StoredMirror
from privcrm.services.sweep.sweep import Sweep
from privcrm.store import Store
from privcrm.store.database import Connection
from privcrm.testing.memory import MemoryProvider, ids


class Inbox:
    """A table without a key, so that what is told twice stands in it twice."""

    def __init__(self, store: Store) -> None:
        self._database = store.database
        with self._database.connect() as connection:
            connection.run("CREATE TABLE IF NOT EXISTS told (event TEXT NOT NULL)")

    def emit(self, connection: Connection, events: Sequence[Event]) -> None:
        connection.run_many("INSERT INTO told (event) VALUES (?)", [(dump_event(event),) for event in events])

    def texts(self) -> list[str]:
        with self._database.connect() as connection:
            return [text for (text,) in connection.all("SELECT event FROM told")]

    @property
    def events(self) -> list[Event]:
        return [load_event(text) for text in self.texts()]

    def clear(self) -> None:
        with self._database.connect() as connection:
            connection.run("DELETE FROM told")


@define
class Company:
    """``provider`` is what is true, ``mirror`` what is known."""

    provider: Provider
    store: Store
    clock: ManualClock
    jobs: Jobs = field(init=False)
    mirror: StoredMirror = field(init=False)
    inbox: Inbox = field(init=False)
    rosters: GroupRosters = field(init=False)
    follows: FollowKeeper = field(init=False)
    sweep: Sweep = field(init=False)

    def __attrs_post_init__(self) -> None:
        database = self.store.database
        self.jobs = Jobs(self.store, self.clock)
        self.mirror = StoredMirror(database)
        self.inbox = Inbox(self.store)
        self.rosters = GroupRosters(self.provider, self.mirror, database, self.clock)
        self.follows = FollowKeeper(self.mirror, database, self.clock)
        self.sweep = Sweep(self.provider, self.jobs, self.mirror, self.store, self.inbox.emit)

    def tell(self, event: Event) -> None:
        """Let a callback arrive."""
        if isinstance(event, GroupEvent):
            self.rosters.take(event)
        elif isinstance(event, MemberAdded | StaffDeletedMember):
            self.follows.take(event)

    def true_follows(self) -> set[tuple[str, str]]:
        staff_ids = list(self.provider.staff.serving())
        return {(staff_key(each), member_id) for each in staff_ids for member_id in self.provider.members.ids(each)}

    def known_follows(self) -> set[tuple[str, str]]:
        staff_ids = list(self.provider.staff.serving())
        found = itertools.chain.from_iterable(map(self.mirror.follows, staff_ids))
        return {(follow.staff_id, follow.member_id) for follow in found if follow.lives}

    def true_groups(self) -> dict[str, tuple[str, dict[str, bool]]]:
        read = (self.provider.groups.get(each.group_id) for each in self.provider.groups.list_all())
        return {group.group_id: (staff_key(group.owner_id), roster_of(group)) for group in read}

    def known_groups(self) -> dict[str, tuple[str, dict[str, bool]]]:
        return {
            group.group_id: (group.owner_id, self.mirror.group_and_roster(group.group_id)[1])
            for group in self.mirror.groups()
        }

    def is_known_as_it_is(self) -> bool:
        return self.true_follows() == self.known_follows() and self.true_groups() == self.known_groups()


class MemoryCompany(Company):
    """One whose people do what they are told to."""

    @property
    def world(self) -> World:
        return self.provider.world

    @property
    def now(self) -> int:
        return int(self.clock.time())

    def staff(self, number: int) -> str:
        return self.world.staff[number].staff_id

    def member(self, number: int) -> str:
        return ids.id_of(ids.MEMBER, number)

    def group(self, number: int) -> str:
        return ids.id_of(ids.GROUP, number)

    def adds(self, staff: int = 0) -> int:
        member = self.world.newcomer()
        self.world.adds(member, staff, at=self.now, channel="spring")
        return member

    def deletes(self, staff: int = 0) -> int:
        member = next(self.world.follows.of_staff(staff))
        self.world.deletes(member, staff, EndedBy.STAFF, at=self.now)
        return member

    def joins(self, group: int) -> int:
        member = self.world.newcomer()
        self.world.joins(group, member, at=self.now)
        return member

    def leaves(self, group: int) -> int:
        member = next(each.number for each in self.world.groups[group].people if not each.is_staff)
        self.world.leaves(group, member, at=self.now)
        return member


def memory_company(store: Store, clock: ManualClock, *, staff: int = 6, members: int = 60) -> MemoryCompany:
    world = World(seed=7, staff=staff, members=members, groups=3)
    provider = MemoryProvider(world, ProviderContext(clock=clock), company=store.company)
    return MemoryCompany(provider, store, clock)
