from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import frozen

from privcrm.clock import ManualClock
from privcrm.jobs import Jobs
from privcrm.provider import ProviderContext
from privcrm.sandbox.world import EndedBy, World
from privcrm.services.sync import Sync
from privcrm.services.tag_library import TagMoves
from privcrm.store import Store, open_store
from privcrm.store.vault import Vault
from privcrm.testing.memory import MemoryProvider, ids
from tests.store.databases import KINDS, ready_database


@frozen
class Desk:
    """Everything that a test of moves touches: a company, its mirror, and what is under test."""

    world: World
    provider: MemoryProvider
    jobs: Jobs
    moves: TagMoves
    store: Store
    clock: ManualClock

    def sync(self) -> None:
        """Let the mirror hold what the company lists."""
        Sync(self.provider, self.store, Vault(self.store.database)).run()

    def worn(self) -> dict[tuple[str, str], set[str]]:
        """Return the full tag names on each relation, as the company has them."""
        groups = list(self.provider.tags.list())
        titles = {tag.tag_id: f"{group.name}/{tag.name}" for group in groups for tag in group.tags}
        members = self.provider.members.list(sorted(self.provider.staff.serving()))
        return {
            (member.member_id, follow.staff_id): {titles[tag_id] for tag_id in follow.tag_ids}
            for member in members
            for follow in member.follows
        }

    def mirrored(self) -> dict[tuple[str, str], set[str]]:
        """Return the same as the mirror has it."""
        found = {pair: set[str]() for pair in self.worn()}
        with self.store.database.connect() as connection:
            rows = connection.all(
                "SELECT m.member_id, s.shown_id, g.name, t.name FROM privcrm_follow_tag w"
                " JOIN privcrm_member m ON m.number = w.member JOIN privcrm_staff s ON s.number = w.staff"
                " JOIN privcrm_tag t ON t.number = w.tag JOIN privcrm_tag_group g ON g.group_id = t.group_id"
            )
        for member_id, staff_id, group, name in rows:
            found[member_id, staff_id].add(f"{group}/{name}")
        return found

    def end(self, member_id: str, staff_id: str) -> None:
        """Let an employee delete a member."""
        staff = self.world.staff.find(staff_id)
        assert staff is not None
        self.world.deletes(ids.number_of(ids.MEMBER, member_id), staff.number, EndedBy.STAFF, at=int(self.clock.time()))

    def tag_id(self, title: str) -> str:
        """Return the id of a tag by its full name."""
        group, _, name = title.partition("/")
        groups = (each for each in self.provider.tags.list() if each.name == group)
        return next(tag.tag_id for each in groups for tag in each.tags if tag.name == name)

    def titles(self) -> set[str]:
        """Return the full names of all tags."""
        return {f"{group.name}/{tag.name}" for group in self.provider.tags.list() for tag in group.tags}


@pytest.fixture(params=KINDS)
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    clock = ManualClock()
    world = World(seed=7, staff=6, members=60, groups=2)
    provider = MemoryProvider(world, ProviderContext(clock=clock))
    with (
        ready_database(request.param, tmp_path) as url,
        open_store(url, clock=clock, company=provider.company) as store,
    ):
        jobs = Jobs(store, clock)
        yield Desk(world, provider, jobs, TagMoves(provider, jobs, store, clock), store, clock)
