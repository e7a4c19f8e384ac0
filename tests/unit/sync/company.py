"""A company in this process, and a mirror of it that is compared with it row by row."""

from typing import Any

from attrs import define, field

from privcrm.clock import ManualClock
from privcrm.models import MemberId, staff_key
from privcrm.provider import ProviderContext
from privcrm.sandbox.world import EndedBy, World
from privcrm.services.sync.sync import Sync
from privcrm.store import Store
from privcrm.store.tombstones import Tombstones
from privcrm.store.vault import Vault
from privcrm.testing.memory import MemoryProvider, ids

__all__ = ["Mirrored", "mirrored"]

Relation = tuple[str, str]


@define
class Mirrored:
    """``provider`` is what is true, ``sync`` brings it into the store."""

    provider: MemoryProvider
    store: Store
    clock: ManualClock
    vault: Vault = field(init=False)
    tombstones: Tombstones = field(init=False)
    sync: Sync = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.vault = Vault(self.store.database)
        self.tombstones = Tombstones(self.store.database, self.vault, self.store.audit, self.clock)
        self.sync = self.new_sync()

    def new_sync(self, **options: Any) -> Sync:
        return Sync(self.provider, self.store, self.vault, **options)

    @property
    def world(self) -> World:
        return self.provider.world

    @property
    def now(self) -> int:
        return int(self.clock.time())

    def rows(self, sql: str, *params: Any) -> list[Any]:
        with self.store.database.connect() as connection:
            return connection.all(sql, *params)

    def staff(self, number: int) -> str:
        return self.world.staff[number].staff_id

    def member(self, number: int) -> MemberId:
        return MemberId(ids.id_of(ids.MEMBER, number))

    def adds(self, staff: int = 0, channel: str = "spring") -> MemberId:
        member = self.world.newcomer()
        self.world.adds(member, staff, at=self.now, channel=channel)
        return self.member(member)

    def deletes(self, staff: int = 0) -> MemberId:
        member = next(self.world.follows.of_staff(staff))
        self.world.deletes(member, staff, EndedBy.STAFF, at=self.now)
        return self.member(member)

    def truth(self) -> dict[Relation, set[str]]:
        """Return the tags of every relation that the vendor lists."""
        serving = list(self.provider.staff.serving())
        return {
            (staff_key(follow.staff_id), member.member_id): set(follow.tag_ids)
            for member in self.provider.members.list(serving)
            for follow in member.follows
        }

    def mirror(self) -> dict[Relation, set[str]]:
        """Return the tags of every live relation that the store holds."""
        found: dict[Relation, set[str]] = {
            (staff_id, member_id): set()
            for staff_id, member_id in self.rows(
                "SELECT s.staff_id, m.member_id FROM privcrm_follow f"
                " JOIN privcrm_staff s ON s.company = f.company AND s.number = f.staff"
                " JOIN privcrm_member m ON m.company = f.company AND m.number = f.member WHERE f.live = 1"
            )
        }
        for staff_id, member_id, tag_id in self.rows(
            "SELECT s.staff_id, m.member_id, t.tag_id FROM privcrm_follow_tag f"
            " JOIN privcrm_staff s ON s.company = f.company AND s.number = f.staff"
            " JOIN privcrm_member m ON m.company = f.company AND m.number = f.member"
            " JOIN privcrm_tag t ON t.company = f.company AND t.number = f.tag"
        ):
            found[staff_id, member_id].add(tag_id)
        return found


def mirrored(store: Store, clock: ManualClock, *, staff: int = 6, members: int = 60, groups: int = 3) -> Mirrored:
    world = World(seed=7, staff=staff, members=members, groups=groups)
    provider = MemoryProvider(world, ProviderContext(clock=clock), company=store.company)
    return Mirrored(provider, store, clock)
