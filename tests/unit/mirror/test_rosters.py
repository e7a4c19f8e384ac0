import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from privcrm.clock import ManualClock
from privcrm.errors import NotFound, PrivcrmError
from privcrm.models.events import GroupCreated, GroupDismissed, GroupEvent, GroupMembersChanged, GroupOwnerChanged
from privcrm.services.mirror.rosters import GroupRosters, RosterSize
from privcrm.services.mirror.stored_mirror import StoredMirror
from privcrm.store import Store, open_store
from tests.store.databases import ready_database
from tests.unit.mirror.vendor_groups import GROUP, VendorGroup


class Counted:
    """A vendor's group and how it is counted."""

    def __init__(self, store: Store, clock: ManualClock, vendor: VendorGroup) -> None:
        self.clock = clock
        self.vendor = vendor
        self.mirror = StoredMirror(store.database)
        self.rosters = GroupRosters(vendor, self.mirror, store.database, clock)

    def deliver(self, event: GroupEvent) -> bool:
        """Let the handler have an event; return whether it took it, or wants it again."""
        try:
            self.rosters.take(event)
        except PrivcrmError:
            return False
        return True

    @property
    def people(self) -> frozenset[str]:
        return frozenset(self.mirror.group_and_roster(GROUP)[1])


@pytest.fixture
def counted(store: Store, clock: ManualClock) -> Counted:
    counted = Counted(store, clock, VendorGroup(clock))
    counted.rosters.refresh(GROUP)
    clock.sleep(60)
    counted.vendor.calls = 0
    return counted


def test_what_follows_is_applied_without_a_call(counted: Counted) -> None:
    assert counted.deliver(counted.vendor.changes("a", "b", joins=True))
    assert counted.deliver(counted.vendor.changes("a", joins=False))
    assert counted.rosters.size(GROUP) == RosterSize(1, 1, "v2", counted.clock.time())
    assert counted.rosters.size(GROUP).people == 2
    assert counted.vendor.calls == 0
    assert [counted.rosters.holds(GROUP, each) for each in ("a", "b", "Owner")] == [False, True, True]


def test_what_came_already_is_passed_over(counted: Counted) -> None:
    first = counted.vendor.changes("a", joins=True)
    counted.clock.sleep(10)
    second = counted.vendor.changes("b", joins=True)
    for event in (first, first, second, first, second):
        assert counted.deliver(event)
    assert counted.rosters.size(GROUP).members == 2
    assert counted.vendor.calls == 0


def test_the_whole_list_is_read_where_something_is_missing(counted: Counted) -> None:
    counted.vendor.changes("a", joins=True)
    assert counted.deliver(counted.vendor.changes("b", joins=True))
    assert counted.people == {"owner", "a", "b"}
    assert counted.vendor.calls == 1


@pytest.mark.parametrize(
    "odd",
    [{"user_ids": ("a",), "count": 2}, {"user_ids": (), "count": 2}, {"user_ids": ("a", "b", "a"), "count": 3}],
)
def test_the_whole_list_is_read_where_not_everybody_is_named(counted: Counted, odd: dict[str, object]) -> None:
    event = counted.vendor.changes("a", "b", joins=True)
    assert counted.deliver(evolve(event, **odd))
    assert counted.rosters.size(GROUP).members == 2


def test_events_without_versions_are_looked_up_once_the_details_have_settled(counted: Counted) -> None:
    event = evolve(counted.vendor.changes("a", joins=True), version="", last_version="")
    assert not counted.deliver(event)
    counted.clock.sleep(3)
    assert counted.deliver(event)
    assert counted.rosters.size(GROUP).members == 1
    counted.clock.sleep(3)
    counted.vendor.calls = 0
    assert counted.deliver(evolve(event, at=event.at - 10))
    assert counted.vendor.calls == 0


def test_details_that_lag_are_asked_for_again(counted: Counted) -> None:
    counted.vendor.changes("a", joins=True)
    counted.vendor.lag = 2.0
    event = counted.vendor.changes("b", joins=True)
    assert not counted.deliver(event)
    assert counted.people == {"owner"}
    counted.clock.sleep(3)
    assert counted.deliver(event)
    assert counted.people == {"owner", "a", "b"}


def test_details_that_lag_do_not_undo_what_was_told(counted: Counted) -> None:
    counted.vendor.lag = 2.0
    counted.deliver(counted.vendor.changes("a", joins=True))
    counted.rosters.refresh(GROUP)
    assert counted.people == {"owner", "a"}


def test_a_storm_that_begins_with_an_unknown_group_is_read_once_it_settled(store: Store, clock: ManualClock) -> None:
    counted = Counted(store, clock, VendorGroup(clock))
    events = [counted.vendor.changes(f"m{number}", joins=True) for number in range(50)]
    taken = [counted.deliver(event) for event in events]
    assert taken == [False] * 49 + [True]
    clock.sleep(3)
    counted.vendor.calls = 0
    assert all(map(counted.deliver, events))
    assert counted.rosters.size(GROUP).members == 50
    assert counted.vendor.calls <= 1


def test_of_two_that_overtook_each_other_while_many_come_neither_costs_a_reading(counted: Counted) -> None:
    assert counted.deliver(counted.vendor.changes("a", joins=True))
    first, second = (counted.vendor.changes(each, joins=True) for each in "bc")
    assert not counted.deliver(second)
    assert counted.deliver(first)
    counted.clock.sleep(3)
    assert counted.deliver(evolve(second, attempt=2))
    assert counted.people == {"owner", "a", "b", "c"}
    assert counted.vendor.calls == 0


def test_of_many_after_one_that_was_lost_all_are_served_by_one_reading(counted: Counted) -> None:
    assert counted.deliver(counted.vendor.changes("a", joins=True))
    counted.vendor.changes("lost", joins=True)
    events = [counted.vendor.changes(f"m{number}", joins=True) for number in range(20)]
    assert not any(map(counted.deliver, events))
    assert counted.vendor.calls == 0
    counted.clock.sleep(3)
    assert all(counted.deliver(evolve(event, attempt=2)) for event in events)
    assert counted.rosters.size(GROUP).members == 22
    assert counted.vendor.calls == 1


def test_after_a_reading_that_was_ahead_events_are_followed_again_without_another(counted: Counted) -> None:
    assert counted.deliver(counted.vendor.changes("a", joins=True))
    ahead = []
    for each in "bcd":
        counted.clock.sleep(1)
        ahead.append(counted.vendor.changes(each, joins=True))
    counted.rosters.refresh(GROUP)
    counted.vendor.calls = 0
    assert [counted.deliver(event) for event in ahead] == [False, False, True], "the last one is how it was read"
    assert counted.deliver(counted.vendor.changes("e", joins=True))
    counted.clock.sleep(3)
    assert all(counted.deliver(evolve(event, attempt=2)) for event in ahead[:2])
    assert counted.rosters.size(GROUP).members == 5
    assert counted.vendor.calls == 0


def test_a_group_is_read_when_it_is_made_and_when_it_changes_hands(store: Store, clock: ManualClock) -> None:
    counted = Counted(store, clock, VendorGroup(clock))
    clock.sleep(10)
    assert counted.deliver(GroupCreated(at=int(clock.time()) - 5, group_id=GROUP))
    assert counted.deliver(GroupOwnerChanged(at=int(clock.time()) - 5, group_id=GROUP))
    assert counted.mirror.group_and_roster(GROUP)[0].owner_id == "owner"
    assert counted.vendor.calls == 2


def test_a_dismissed_group_has_nobody_and_stays_so(counted: Counted) -> None:
    late = counted.vendor.changes("a", joins=True)
    counted.vendor.gone = True
    counted.clock.sleep(10)
    assert counted.deliver(GroupDismissed(at=int(counted.clock.time()), group_id=GROUP))
    assert counted.deliver(late)
    assert counted.rosters.size(GROUP).people == 0
    assert counted.vendor.calls == 0


def test_a_group_that_is_not_found_after_its_event_is_dismissed_but_not_at_once(counted: Counted) -> None:
    event = evolve(counted.vendor.changes("a", joins=True), last_version="lost")
    counted.vendor.gone = True
    assert not counted.deliver(event)
    assert counted.people == {"owner"}
    counted.clock.sleep(3)
    assert counted.deliver(event)
    assert counted.people == frozenset()


def test_a_group_that_is_not_known_is_read_when_asked_for(store: Store, clock: ManualClock) -> None:
    counted = Counted(store, clock, VendorGroup(clock))
    assert counted.rosters.size(GROUP).staff == 1
    counted.vendor.gone = True
    with pytest.raises(NotFound):
        counted.rosters.refresh(GROUP)


def test_staff_who_join_are_counted_as_staff(counted: Counted) -> None:
    with counted.rosters._database.transaction() as connection:
        counted.mirror.put_staff(connection, "Amy", 0, 0.0)
    assert counted.deliver(counted.vendor.changes("AMY", "a", joins=True))
    assert (counted.rosters.size(GROUP).staff, counted.rosters.size(GROUP).members) == (2, 1)


# -- whatever is lost, comes twice or out of order


@contextmanager
def new_group(vendor: VendorGroup) -> Iterator[Counted]:
    with (
        TemporaryDirectory() as folder,
        ready_database("sqlite", Path(folder)) as url,
        open_store(url, clock=vendor.clock, company="acme") as store,
    ):
        yield Counted(store, vendor.clock, vendor)


def history(vendor: VendorGroup, rng: random.Random, length: int) -> list[GroupMembersChanged]:
    """Let people come and go at random, some of them within one second."""
    events = []
    for _ in range(length):
        here = sorted(vendor.people - {"owner"})
        joins = not here or rng.random() < 0.6
        pool = sorted({f"m{number}" for number in range(6)} - vendor.people) if joins else here
        if not pool:
            joins, pool = False, here
        events.append(vendor.changes(*rng.sample(pool, rng.randint(1, min(2, len(pool)))), joins=joins))
        vendor.clock.sleep(rng.choice([0, 1, 5]))
    return events


def delivered(events: list[GroupMembersChanged], rng: random.Random) -> list[GroupMembersChanged]:
    """Return the events as a bad network hands them over."""
    kept = [event for event in events for _ in range(rng.choice([0, 1, 1, 1, 2]))]
    return sorted(kept, key=lambda event: events.index(event) + rng.choice([0, 0, 0, 2.5, 4.5]))


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), length=st.integers(1, 14), lag=st.sampled_from([0.0, 2.0]))
def test_at_every_moment_the_roster_is_the_list_of_its_version(seed: int, length: int, lag: float) -> None:
    rng, vendor = random.Random(seed), VendorGroup(ManualClock(), lag=lag)
    with new_group(vendor) as counted:
        counted.rosters.refresh(GROUP)
        vendor.clock.sleep(60)
        for event in delivered(history(vendor, rng, length), rng):
            counted.deliver(event)
            vendor.clock.sleep(rng.choice([0, 1]))
            assert counted.people in vendor.lists_of(counted.rosters.size(GROUP).version)
        vendor.clock.sleep(5)
        counted.rosters.refresh(GROUP)
        assert counted.people == vendor.people


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), length=st.integers(1, 14), by_content=st.booleans())
def test_the_last_event_heals_whatever_was_lost_before(seed: int, length: int, by_content: bool) -> None:
    rng, vendor = random.Random(seed), VendorGroup(ManualClock(), by_content=by_content)
    with new_group(vendor) as counted:
        counted.rosters.refresh(GROUP)
        vendor.clock.sleep(60)
        events = history(vendor, rng, length)
        for event in delivered(events[:-1], rng):
            counted.deliver(event)
            vendor.clock.sleep(1)
        vendor.clock.sleep(5)
        last = vendor.changes("late", joins=True)
        assert counted.deliver(last)
        assert counted.deliver(last)
        assert counted.people == vendor.people
