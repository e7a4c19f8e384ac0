from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import frozen

from privcrm.clock import ManualClock
from privcrm.jobs import Jobs
from privcrm.provider import ProviderContext
from privcrm.sandbox.world import World
from privcrm.services.tagging import Tagging
from privcrm.store import open_store
from privcrm.testing.memory import MemoryProvider
from tests.store.databases import ready_file


@frozen
class Desk:
    """Everything that a tagging test touches."""

    provider: MemoryProvider
    jobs: Jobs
    tagging: Tagging
    world: World

    def tags(self, member_id: str) -> dict[str, set[str]]:
        """Return the full tag names of a member at each follower."""
        follows = self.provider.members.get(member_id).follows
        return {follow.staff_id: {f"{tag.group_name}/{tag.name}" for tag in follow.tags} for follow in follows}

    def rows(self, job_id: str) -> dict[int, list[str]]:
        """Return what became of each row."""
        found: dict[int, list[str]] = {}
        for outcome in self.tagging.outcomes(job_id):
            told = outcome.reason or str(outcome.code or outcome.outcome)
            found.setdefault(outcome.row, []).append(told)
        return found


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    clock = ManualClock()
    world = World(seed=7, staff=6, members=60, groups=2)
    provider = MemoryProvider(world, ProviderContext(clock=clock))
    with open_store(ready_file(tmp_path / "store.db"), clock=clock, company=provider.company) as store:
        jobs = Jobs(store, clock)
        yield Desk(provider, jobs, Tagging(provider, jobs, clock), world)
