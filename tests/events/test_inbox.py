"""What both inboxes hold to, and what only the stored one does."""

import random
import threading

import pytest

from privcrm.clock import SystemClock
from privcrm.errors import StoreError
from privcrm.events.memory_inbox import MemoryInbox
from privcrm.events.stored_inbox import StoredInbox
from privcrm.models.events import EventSource, GroupCreated, MemberEdited
from privcrm.store import open_store
from tests.events.told import added, arrival, renamed
from tests.store.databases import KINDS, gone_holder, ready_database

NOW = 5_000.0


@pytest.fixture(params=[*KINDS, "memory"])
def inbox(request, tmp_path, clock):
    if request.param == "memory":
        yield MemoryInbox()
        return
    with ready_database(request.param, tmp_path) as url, open_store(url, clock=clock, company="acme") as store:
        yield StoredInbox(store.database, store.clock)


def claimed(inbox, now=NOW, holder="me"):
    found = []
    while (entry := inbox.claim(holder, now, 60.0)) is not None:
        found.append(entry)
    return found


def test_what_comes_twice_is_kept_once(inbox):
    first = inbox.add([arrival(added(1)), arrival(added(2))], 1.0)
    assert (first, inbox.add([arrival(added(1))], 1.0)) == (2, 0)
    assert inbox.summary().new == 2


def test_one_scan_told_to_two_apps_is_one_event_with_both_codes(inbox):
    inbox.add([arrival(added(1, welcome_code="A"), "main")], 1.0)
    inbox.add([arrival(added(1, welcome_code="B"), "second")], 1.0)
    first = inbox.claim("me", NOW, 60.0)
    inbox.finish(first)
    second = inbox.claim("me", NOW, 60.0)
    assert (first.first, second.first) == (True, False)
    assert first.business_key == second.business_key
    assert set(inbox.siblings(first)) == {"main", "second"}


def test_a_hundred_joins_of_one_second_are_a_hundred_events(inbox):
    inbox.add([arrival(added(number)) for number in range(100)], 1.0)
    assert len({entry.business_key for entry in claimed(inbox)}) == 100


def test_those_of_one_group_come_one_after_another_in_the_order_of_their_time(inbox):
    inbox.add([arrival(renamed("g", 30)), arrival(renamed("g", 10)), arrival(renamed("h", 20))], 1.0)
    taken = claimed(inbox)
    assert [(entry.at) for entry in taken] == [10, 20]
    inbox.finish(taken[0])
    assert [entry.at for entry in claimed(inbox)] == [30]


def test_what_is_tried_again_holds_back_only_its_own(inbox):
    inbox.add([arrival(renamed("g", 10)), arrival(renamed("g", 30)), arrival(renamed("h", 20))], 1.0)
    first = inbox.claim("me", NOW, 60.0)
    assert inbox.postpone(first, finished=["a"], error="x", due_at=NOW + 10)
    assert [entry.at for entry in claimed(inbox)] == [20]
    again = inbox.claim("me", NOW + 10, 60.0)
    assert (again.at, again.attempts, again.finished, again.error) == (10, 2, ("a",), "x")


def test_what_is_parked_lets_the_next_one_pass_and_can_be_replayed(inbox):
    inbox.add([arrival(renamed("g", 10)), arrival(renamed("g", 30))], 1.0)
    first = inbox.claim("me", NOW, 60.0)
    inbox.postpone(first, finished=["a"], error="x", due_at=None)
    (second,) = claimed(inbox)
    assert second.at == 30
    inbox.finish(second)
    assert [entry.number for entry in inbox.entries("dead")] == [first.number]
    assert inbox.replay([first.number], everybody=False) == 1
    again = inbox.claim("me", NOW, 60.0)
    assert (again.attempts, again.finished) == (1, ("a",))
    inbox.finish(again)
    assert inbox.replay([first.number], everybody=True) == 1
    assert inbox.claim("me", NOW, 60.0).finished == ()


def test_a_late_one_waits_for_another_of_its_group_that_is_being_handled(inbox):
    inbox.add([arrival(renamed("g", 100))], 1.0)
    being_handled = inbox.claim("me", NOW, 60.0)
    inbox.add([arrival(renamed("g", 99))], 1.0)
    assert inbox.claim("you", NOW, 60.0) is None
    inbox.finish(being_handled)
    assert inbox.claim("you", NOW, 60.0).at == 99


def test_codes_that_live_for_seconds_pass_what_failed_before_them(inbox):
    inbox.add([arrival(added(1, at=NOW - 50))], 1.0)
    failed = inbox.claim("me", NOW, 60.0)
    inbox.postpone(failed, finished=[], error="x", due_at=NOW + 300)
    inbox.add([arrival(MemberEdited(at=NOW, member_id="wm1")), arrival(added(1, welcome_code="A", at=NOW))], 1.0)
    assert [entry.kind for entry in claimed(inbox)] == ["MemberAdded"]


def test_codes_that_live_for_seconds_go_first(inbox):
    inbox.add([arrival(renamed("g", 10)), arrival(added(1, welcome_code="A"))], 1.0)
    assert inbox.claim("me", NOW, 60.0).kind == "MemberAdded"


def test_a_lease_that_ran_out_gives_the_entry_to_another_and_the_first_cannot_end_it(inbox):
    inbox.add([arrival(added(1))], 1.0)
    slow = inbox.claim("me", NOW, 60.0)
    assert inbox.claim("you", NOW + 59, 60.0) is None
    quick = inbox.claim("you", NOW + 61, 60.0)
    assert not inbox.finish(slow)
    assert not inbox.postpone(slow, finished=[], error="", due_at=None)
    assert inbox.finish(quick)
    assert inbox.count("done") == 1


def test_purging_forgets_what_is_done_and_old_only(inbox):
    inbox.add([arrival(added(1)), arrival(added(2)), arrival(added(3), received_at=9_000.0)], 1.0)
    for entry in claimed(inbox)[1:]:
        inbox.finish(entry)
    assert inbox.purge(5_000.0) == 1
    assert (inbox.summary().new, inbox.count("done")) == (1, 1)
    assert inbox.add([arrival(added(2))], 1.0) == 1, "its key is forgotten"


def test_a_full_memory_takes_nothing_in(monkeypatch):
    monkeypatch.setattr("privcrm.events.memory_inbox.MOST_KEPT", 2)
    inbox = MemoryInbox()
    inbox.add([arrival(added(1)), arrival(added(2))], 1.0)
    with pytest.raises(StoreError):
        inbox.add([arrival(added(3))], 1.0)
    inbox.finish(inbox.claim("me", NOW, 60.0))
    assert inbox.add([arrival(added(3))], 1.0) == 1


def test_what_a_dead_process_held_is_taken_at_once(store):
    inbox = StoredInbox(store.database, store.clock)
    inbox.add([arrival(added(1))], 1.0)
    assert inbox.claim(gone_holder(), NOW, 600.0)
    assert inbox.claim("me", NOW, 600.0)


def test_events_of_our_own_making_are_kept_once_and_marked(store):
    inbox = StoredInbox(store.database, store.clock)
    found = GroupCreated(at=7, group_id="g", source=EventSource.SWEEP)
    for _ in range(2):
        with store.database.transaction() as connection:
            inbox.emit(connection, [found])
    entry = inbox.claim("me", NOW, 60.0)
    assert (entry.source, entry.kind, inbox.summary().new) == (EventSource.SWEEP, "GroupCreated", 1)


def test_companies_do_not_see_each_other(url, store, clock):
    inbox = StoredInbox(store.database, store.clock)
    inbox.add([arrival(added(1))], 1.0)
    with open_store(url, clock=clock, company="other") as other:
        strangers = StoredInbox(other.database, other.clock)
        assert strangers.claim("me", NOW, 60.0) is None
        assert strangers.add([arrival(added(1))], 1.0) == 1
        assert next(iter(strangers.entries())).number != next(iter(inbox.entries())).number


def test_many_workers_take_each_entry_once_and_keep_the_order_of_each_group(url, clock):
    rng = random.Random(7)
    told = [renamed(f"g{rng.randrange(5)}", at) for at in range(120)]
    handled, guard = [], threading.Lock()

    def work(number: int) -> None:
        with open_store(url, clock=clock, company="acme") as store:
            inbox = StoredInbox(store.database, store.clock)
            while (entry := inbox.claim(f"w{number}", NOW, 600.0)) is not None or inbox.summary().new:
                if entry is not None:
                    with guard:
                        handled.append((entry.number, entry.at))
                    assert inbox.finish(entry)

    with open_store(url, clock=clock, company="acme") as store:
        StoredInbox(store.database, store.clock).add([arrival(event) for event in told], 5.0)
    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(handled) == len({number for number, _ in handled}) == 120
    for group in range(5):
        mine = [event.at for event in told if event.group_id == f"g{group}"]
        assert [at for _, at in handled if at in mine] == mine


def test_a_burst_in_one_group_is_looked_through_once_for_each(tmp_path, clock):
    with ready_database("sqlite", tmp_path) as url, open_store(url, clock=clock, company="acme") as store:
        few, many = (steps_to_claim(store.database, waiting) for waiting in (100, 1_000))
    assert 0 < many < 20 * few  # were each compared with all others, it would be a hundred times as many


def steps_to_claim(database, waiting):
    """Return about how many steps SQLite takes to find the first of so many that concern one group."""
    inbox = StoredInbox(database, SystemClock())
    inbox.add([arrival(renamed(f"g{waiting}", number)) for number in range(waiting)], 1.0)
    steps = []
    with database.connect() as connection:
        driver = connection.sqlalchemy.connection.driver_connection
    driver.set_progress_handler(lambda: steps.append(1), 100)
    assert inbox.claim("me", NOW, 60.0) is not None
    driver.set_progress_handler(None, 0)
    return len(steps)
