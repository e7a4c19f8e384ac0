from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from random import Random

import pytest
from attrs import field, frozen

from privcrm.clock import ManualClock
from privcrm.jobs import Jobs
from privcrm.models import MemberId, StaffId, TagChange, TagId
from privcrm.models.events import MemberAdded
from privcrm.models.segments import Condition
from privcrm.provider import ProviderContext
from privcrm.sandbox.world import World
from privcrm.services.sync import Sync
from privcrm.services.tag_rules import HitState, TagRules
from privcrm.services.tagging import Tagging
from privcrm.store import Store, open_store
from privcrm.store.vault import Vault
from privcrm.testing.memory import MemoryProvider
from tests.store.databases import KINDS, ready_database

Pair = tuple[str, str]


@frozen
class Desk:
    """Everything that a test of rules touches."""

    provider: MemoryProvider
    jobs: Jobs
    rules: TagRules
    store: Store
    clock: ManualClock
    selected: list[str] = field(factory=list[str])
    """The members of every segment."""

    def sync(self) -> None:
        """Let the mirror hold what the company lists."""
        Sync(self.provider, self.store, Vault(self.store.database)).run()

    def pairs(self) -> list[Pair]:
        """Return all relations (member, employee), in order."""
        members = self.provider.members.list(sorted(self.provider.staff.serving()))
        return sorted((member.member_id, follow.staff_id) for member in members for follow in member.follows)

    def tag_id(self, title: str) -> str:
        """Return the id of a tag by its full name."""
        group, _, name = title.partition("/")
        groups = (each for each in self.provider.tags.list() if each.name == group)
        return next(tag.tag_id for each in groups for tag in each.tags if tag.name == name)

    def wearers(self, title: str) -> set[Pair]:
        """Return the relations that wear a tag, as the company has them."""
        tag_id = self.tag_id(title)
        members = self.provider.members.list(sorted(self.provider.staff.serving()))
        return {
            (member.member_id, follow.staff_id)
            for member in members
            for follow in member.follows
            if tag_id in follow.tag_ids
        }

    def mark(self, pair: Pair, title: str, *, off: bool = False) -> None:
        """Let a person put a tag on or take it off."""
        tags = (TagId(self.tag_id(title)),)
        on, gone = ((), tags) if off else (tags, ())
        self.provider.tags.mark(TagChange(StaffId(pair[1]), MemberId(pair[0]), on, gone))

    def states(self, rule: str) -> dict[Pair, HitState]:
        """Return how the hits of a rule stand."""
        return {(hit.member_id, hit.staff_id): hit.state for hit in self.rules.hits(rule)}


@pytest.fixture
def open_desk(tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    opened: list[Store] = []

    def desk(url: str, *, members: int = 30) -> Desk:
        clock = ManualClock()
        provider = MemoryProvider(World(seed=7, staff=4, members=members, groups=2), ProviderContext(clock=clock))
        store = open_store(url, clock=clock, company=provider.company)
        opened.append(store)
        jobs = Jobs(store, clock)
        selected: list[str] = []

        def select(condition: Condition) -> Iterable[str]:
            del condition
            return selected

        tagging = Tagging(provider, jobs, clock)
        rules = TagRules(provider, jobs, tagging, store, clock, select=select, rng=Random(1))
        provider.tags.create(["甲", "乙"], group_name="规则")
        return Desk(provider, jobs, rules, store, clock, selected)

    yield desk
    for store in opened:
        store.close()


@pytest.fixture(params=KINDS)
def desk(request: pytest.FixtureRequest, tmp_path: Path, open_desk: Callable[..., Desk]) -> Iterator[Desk]:
    with ready_database(request.param, tmp_path) as url:
        made = open_desk(url)
        made.sync()
        yield made


def added(pair: Pair, *, at: int = 0, state: str = "", key: str = "") -> MemberAdded:
    """Return the event of a relation that began."""
    return MemberAdded(
        staff_id=StaffId(pair[1]), member_id=MemberId(pair[0]), at=at, state=state, key=key or f"{pair} {at}"
    )
