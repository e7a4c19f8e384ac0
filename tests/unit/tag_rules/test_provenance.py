"""Whatever rules, people and removals do in whatever order: what is left is what people and other rules put."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from privcrm.clock import ManualClock
from privcrm.jobs import Jobs
from privcrm.models import MemberId, StaffId
from privcrm.models.events import MemberEdited
from privcrm.models.tag_rule import ChannelIs
from privcrm.provider import ProviderContext
from privcrm.sandbox.world import World
from privcrm.services.tag_rules import TagRules
from privcrm.services.tagging import Tagging
from privcrm.store import open_store
from privcrm.testing.memory import MemoryProvider
from tests.store.databases import ready_database
from tests.unit.tag_rules.conftest import Desk, added

TAGS = ("规则/甲", "规则/乙")
RULES = ("one", "two", "three")
PAIRS = 2
TAGS_OF = {"one": TAGS[:1], "two": TAGS, "three": TAGS[1:]}

hit = st.tuples(st.just("hit"), st.sampled_from(RULES), st.integers(0, PAIRS - 1))
person = st.tuples(st.sampled_from(("puts", "takes")), st.sampled_from(TAGS), st.integers(0, PAIRS - 1))
steps = st.lists(
    st.one_of(
        hit,
        person,
        st.tuples(st.just("remove"), st.sampled_from(RULES), st.booleans()),
        st.tuples(st.just("apply"), st.just(""), st.just(0)),
    ),
    max_size=14,
)


@contextmanager
def new_desk() -> Iterator[Desk]:
    with TemporaryDirectory() as folder, ready_database("sqlite", Path(folder)) as url:
        clock = ManualClock()
        provider = MemoryProvider(World(seed=7, staff=2, members=6, groups=0), ProviderContext(clock=clock))
        with open_store(url, clock=clock, company=provider.company) as store:
            jobs = Jobs(store, clock)
            rules = TagRules(provider, jobs, Tagging(provider, jobs, clock), store, clock, rng=Random(1))
            provider.tags.create([tag.partition("/")[2] for tag in TAGS], group_name="规则")
            yield Desk(provider, jobs, rules, store, clock)


PERSON = "person"


class Books:
    """What should hang where: who put each tag, and which rules found it there and would miss it."""

    def __init__(self) -> None:
        self.putters: dict[tuple[int, str], set[str]] = {}
        self.finders: dict[tuple[int, str], set[str]] = {}
        self.had: set[tuple[str, int]] = set()
        self.alive = set(RULES)
        self.planned: list[tuple[str, int]] = []

    def apply(self) -> None:
        """Put what is planned: together in one job, so that none of its rules finds what another put."""
        there = {place for place, putters in self.putters.items() if putters}
        for rule, number in self.planned:
            for tag in TAGS_OF[rule]:
                books = self.finders if (number, tag) in there else self.putters
                books.setdefault((number, tag), set()).add(rule)
        self.planned.clear()

    def remove(self, rule: str, *, take_back: bool) -> None:
        """Let a rule own nothing any more; what it put and leaves behind is everybody's."""
        self.alive.discard(rule)
        for finders in self.finders.values():
            finders.discard(rule)
        for place, putters in self.putters.items():
            if rule in putters:
                putters.discard(rule)
                if not take_back:
                    self.finders.setdefault(place, set()).update(putters)
                    putters.clear()
                    putters.add(PERSON)
                elif not putters or PERSON not in putters:
                    putters.update(self.finders.pop(place, set()))


@settings(max_examples=40, deadline=None)
@given(steps, st.permutations(RULES))
def test_removing_rules_leaves_what_people_and_other_rules_put(done, order):
    books = Books()
    with new_desk() as desk:
        pairs = desk.pairs()[:PAIRS]
        for pair in pairs:
            for group in desk.provider.tags.list():
                for tag in group.tags:
                    desk.mark(pair, f"{group.name}/{tag.name}", off=True)
        desk.sync()
        for rule in RULES:
            desk.rules.add(rule, ChannelIs(rule), list(TAGS_OF[rule]))
        removals = [("remove", rule, True) for rule in order]
        for number, (what, name, which) in enumerate([*done, ("apply", "", 0), *removals]):
            step(desk, books, (what, name, which), pairs, number)
        worn = {(pairs.index(pair), tag) for tag in TAGS for pair in desk.wearers(tag) if pair in pairs}
        assert worn == {place for place, putters in books.putters.items() if putters}


def step(desk, books, doing, pairs, number):
    what, name, which = doing
    if what == "hit":
        desk.rules.keeper.take(added(pairs[which], at=1, state=name, key=f"{number}"))
        if name in books.alive and (name, which) not in books.had:
            books.had.add((name, which))
            books.planned.append((name, which))
    elif what == "apply":
        desk.rules.apply_due()
        books.apply()
    elif what == "remove" and name in books.alive:
        desk.rules.apply_due()
        books.apply()
        desk.rules.remove(name, take_back=bool(which))
        books.remove(name, take_back=bool(which))
    elif what in ("puts", "takes"):
        people(desk, books, doing, pairs)


def people(desk, books, doing, pairs):
    what, tag, which = doing
    desk.mark(pairs[which], tag, off=what == "takes")
    desk.sync()
    member_id, staff_id = pairs[which]
    desk.rules.keeper.take(MemberEdited(staff_id=StaffId(staff_id), member_id=MemberId(member_id), key="edited"))
    putters = books.putters.setdefault((which, tag), set())
    if what == "takes":
        putters.clear()
    elif not putters:
        putters.add(PERSON)
