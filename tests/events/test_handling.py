"""Handling: who is called, how often, and what happens to what fails."""

import asyncio
import pickle
import sys
import threading

import pytest

from privcrm.errors import ConfigurationError
from privcrm.events import Event, MemberAdded, MemberEvent, TryAgain, event_to_dict
from privcrm.events.memory_inbox import MemoryInbox
from privcrm.events.router import Router
from privcrm.events.stored_inbox import StoredInbox
from privcrm.models.events import EventSource, GroupCreated, MemberEdited, UnknownEvent
from privcrm.provider import CallbackApp, Secret
from tests.events.told import AT, Place, ToldProvider, added, renamed


@pytest.fixture
def place(store):
    return Place(StoredInbox(store.database, store.clock))


def two_apps(store) -> Place:
    apps = (CallbackApp("main", "", (Secret("ours"),)), CallbackApp("second", "", (Secret("too"),)))
    return Place(StoredInbox(store.database, store.clock), provider=ToldProvider("acme", *apps))


def test_a_handler_is_called_for_its_class_and_those_below(place):
    seen = []
    for kind in (MemberAdded, MemberEvent, Event, MemberEdited):
        place.router.on(kind, name=kind.__name__)(lambda event, kind=kind: seen.append(kind.__name__))
    place.post(added(1))
    place.webhooks.work()
    assert seen == ["MemberAdded", "MemberEvent", "Event"]


def test_nothing_is_handled_before_somebody_works(place):
    seen = []
    place.router.on(Event, name="x")(seen.append)
    place.post(added(1))
    assert not seen
    assert (place.webhooks.work(), len(seen)) == (1, 1)


def test_the_event_says_what_the_inbox_knows(place):
    seen = []
    place.router.on(MemberAdded, name="x")(seen.append)
    place.post(added(1, welcome_code="W"))
    place.webhooks.work()
    (event,) = seen
    assert (event.company, event.app, event.attempt, event.stale) == ("acme", "main", 1, False)
    assert (event.welcome_code, event.welcome_codes) == ("W", {"main": "W"})
    assert len(event.key) == 64
    assert "W'" not in repr(event)


def test_one_scan_told_to_two_apps_runs_handlers_once_and_keeps_both_codes(store):
    place = two_apps(store)
    once, each = [], []
    place.router.on(MemberAdded, name="once")(once.append)
    place.router.on(MemberAdded, name="each", each_app=True)(each.append)
    place.post(added(1, welcome_code="A"))
    place.post(added(1, welcome_code="B"), token="too")
    place.webhooks.work()
    assert [event.app for event in once] == ["main"]
    assert [(event.app, event.welcome_code) for event in each] == [("main", "A"), ("second", "B")]
    assert once[0].welcome_codes == {"main": "A", "second": "B"}
    assert len({event.key for event in each}) == 1


def test_a_handler_that_fails_is_tried_again_and_the_others_are_not(place):
    calls, failures = [], [RuntimeError("first"), RuntimeError("second")]

    @place.router.on(MemberAdded, name="shaky")
    def shaky(event):
        calls.append(("shaky", event.attempt))
        if failures:
            raise failures.pop()

    place.router.on(MemberAdded, name="steady")(lambda event: calls.append(("steady", event.attempt)))
    place.post(added(1))
    for _ in range(4):
        place.webhooks.work()
        place.clock.advance(10)
    assert calls == [("shaky", 1), ("steady", 1), ("shaky", 2), ("shaky", 3)]
    assert place.webhooks.inbox.count("done") == 1


def test_pauses_grow(place):
    place.router.on(MemberAdded, name="x")(lambda event: 1 / 0)
    place.post(added(1))
    assert place.webhooks.work() == 1
    place.clock.advance(0.7)
    assert place.webhooks.work() == 0
    place.clock.advance(0.6)
    assert place.webhooks.work() == 1
    place.clock.advance(1.3)
    assert place.webhooks.work() == 0


def test_a_handler_that_is_too_early_says_when_and_no_failure_is_told(store, caplog):
    told, calls = [], []
    place = Place(StoredInbox(store.database, store.clock), on_failure=lambda *what: told.append(what))

    @place.router.on(MemberAdded, name="x")
    def early(event):
        calls.append(event.attempt)
        if event.attempt == 1:
            raise TryAgain(30)

    place.post(added(1))
    place.webhooks.work()
    (waiting,) = place.webhooks.inbox.entries("new")
    assert waiting.error == "x: to be called again in 30 s"
    place.clock.advance(29)
    assert place.webhooks.work() == 0
    place.clock.advance(1)
    assert (place.webhooks.work(), calls, told, caplog.text) == (1, [1, 2], [], "")


def test_a_handler_may_hold_those_that_rely_on_it(store):
    place, calls = Place(StoredInbox(store.database, store.clock)), []

    @place.router.on(MemberAdded, name="before")
    def before(event):
        calls.append("before")

    @place.router.on(MemberAdded, name="early")
    def early(event):
        calls.append("early")
        if event.attempt == 1:
            raise TryAgain(3, holds=True)

    place.router.on(MemberAdded, name="relies")(lambda event: calls.append("relies"))
    place.post(added(1))
    place.webhooks.work()
    assert calls == ["before", "early"]
    place.clock.advance(3)
    place.webhooks.work()
    assert calls == ["before", "early", "early", "relies"]
    assert pickle.loads(pickle.dumps(TryAgain(3, holds=True))).holds


def test_an_event_that_is_parked_holds_nobody(store):
    place, calls = Place(StoredInbox(store.database, store.clock), max_attempts=2), []

    @place.router.on(MemberAdded, name="early")
    def early(event):
        raise TryAgain(3, holds=True)

    place.router.on(MemberAdded, name="relies")(lambda event: calls.append(event.attempt))
    place.post(added(1))
    place.webhooks.work()
    assert calls == []
    place.clock.advance(3)
    place.webhooks.work()
    assert calls == [2]
    assert [entry.finished for entry in place.webhooks.dead()] == [("relies",)]


def test_what_fails_for_good_is_parked_visible_and_replayable(store):
    place = Place(StoredInbox(store.database, store.clock), max_attempts=3)
    healed = threading.Event()

    @place.router.on(MemberAdded, name="poisoned")
    def poisoned(event):
        if not healed.is_set():
            raise ValueError("13800138000")

    place.post(added(1))
    place.post(added(2))
    for _ in range(3):
        place.webhooks.work()
        place.clock.advance(1000)
    dead = list(place.webhooks.dead())
    assert [entry.error for entry in dead] == ["poisoned: ValueError"] * 2
    assert place.webhooks.event_of(dead[0]).member_id == "wm1"
    healed.set()
    assert place.webhooks.replay([dead[0].number]) == 1
    assert (place.webhooks.work(), place.webhooks.replay(), place.webhooks.work()) == (1, 1, 1)
    assert not list(place.webhooks.dead())


def test_an_event_that_kills_whoever_handles_it_is_parked(store):
    place = Place(StoredInbox(store.database, store.clock), max_attempts=3)
    place.router.on(MemberAdded, name="x")(lambda event: pytest.fail("was called"))
    place.post(added(1))
    for _ in range(3):  # each time the process dies before the end, and its lease runs out
        assert place.webhooks.inbox.claim("elsewhere 1 a", place.clock.time(), 900.0)
        place.clock.advance(901)
    place.webhooks.work()
    assert [entry.error for entry in place.webhooks.dead()] == ["no try came to its end"]


def test_replaying_passes_over_who_was_through_unless_told(place):
    seen = []
    place.router.on(MemberAdded, name="x")(seen.append)
    place.post(added(1))
    place.webhooks.work()
    (entry,) = place.webhooks.inbox.entries("done")
    place.webhooks.replay([entry.number])
    place.webhooks.work()
    assert len(seen) == 1
    place.webhooks.replay([entry.number], everybody=True)
    place.webhooks.work()
    assert len(seen) == 2
    assert seen[0].key == seen[1].key


def test_what_handlers_raise_is_told_to_the_observer_and_its_text_to_no_log(store, caplog):
    told = []
    place = Place(StoredInbox(store.database, store.clock), on_failure=lambda *what: told.append(what))

    @place.router.on(MemberAdded, name="x")
    def leaky(event):
        raise ValueError("13800138000")

    place.post(added(1))
    place.webhooks.work()
    assert [(event.member_id, name, str(error)) for event, name, error in told] == [("wm1", "x", "13800138000")]
    assert "13800138000" not in caplog.text
    assert "x failed with ValueError" in caplog.text


def test_a_handler_that_wants_to_exit_only_fails(place):
    @place.router.on(MemberAdded, name="x")
    def leave(event):
        raise SystemExit(1)

    place.post(added(1))
    assert place.webhooks.work() == 1
    (entry,) = place.webhooks.inbox.entries("new")
    assert entry.error == "x: SystemExit"


def test_handlers_may_register_others(place):
    seen = []

    @place.router.on(MemberAdded, name="x")
    def register(event):
        place.router.on(MemberAdded, name="y")(seen.append)

    place.post(added(1))
    place.post(added(2))
    place.webhooks.work()
    assert [event.member_id for event in seen] == ["wm2"]


def test_waiting_for_the_end_ends_with_it_or_in_time(place):
    place.router.on(MemberAdded, name="x")(lambda event: None)
    place.post(added(1))
    assert not place.webhooks.drain(5.0)
    assert sum(place.real.slept) >= 5.0
    place.webhooks.work()
    assert place.webhooks.drain(0.0)


def test_a_crew_forgets_what_is_old_every_hour(place):
    arrived = threading.Event()
    place.router.on(MemberAdded, name="x")(lambda event: event.member_id == "wm2" and arrived.set())
    place.post(added(1))
    place.webhooks.work()
    place.real.advance(9 * 86_400)
    place.post(added(2, at=AT + 9 * 86_400))
    place.webhooks.start(1)
    assert arrived.wait(20)
    place.webhooks.stop()
    assert [place.webhooks.event_of(entry).member_id for entry in place.webhooks.inbox.entries()] == ["wm2"]


def test_a_script_and_a_module_give_handlers_the_same_names(monkeypatch):
    def handler(event):
        """Do nothing."""

    handler.__module__ = "__main__"
    handler.__qualname__ = "note"
    monkeypatch.setattr(sys.modules["__main__"], "__file__", "/somewhere/shop.py", raising=False)
    router = Router()
    router.on(MemberAdded)(handler)
    assert router.names == ("shop.note",)


def test_an_observer_that_fails_changes_nothing(store):
    place = Place(StoredInbox(store.database, store.clock), on_failure=lambda *what: 1 / 0)
    place.router.on(MemberAdded, name="x")(lambda event: 1 / 0)
    place.post(added(1))
    assert place.webhooks.work() == 1


def test_async_handlers_share_one_thread_and_may_fail_like_others(place):
    threads = set()

    @place.router.on(MemberAdded, name="x")
    async def handle(event):
        await asyncio.sleep(0)
        threads.add(threading.current_thread().name)
        if event.attempt == 1:
            raise ValueError

    for number in range(3):
        place.post(added(number))
    place.webhooks.work()
    place.clock.advance(10)
    place.webhooks.work()
    assert threads == {"privcrm-async"}
    assert place.webhooks.inbox.count("done") == 3
    place.webhooks.close()


def test_middleware_stands_around_every_handler_the_first_outermost(place):
    seen = []

    @place.webhooks.use
    def outer(event, proceed):
        seen.append("before")
        proceed()
        seen.append("after")

    @place.webhooks.use
    def inner(event, proceed):
        seen.append("inner")
        proceed()

    place.router.on(MemberAdded, name="x")(lambda event: seen.append("handled"))
    place.post(added(1))
    place.webhooks.work()
    assert seen == ["before", "inner", "handled", "after"]


def test_middleware_that_does_not_proceed_ends_it(place):
    place.webhooks.use(lambda event, proceed: None)
    place.router.on(MemberAdded, name="x")(lambda event: pytest.fail("was called"))
    place.post(added(1))
    place.webhooks.work()
    assert place.webhooks.inbox.count("done") == 1


def test_what_a_sweep_found_reaches_only_those_who_asked(store, place):
    plain, opted = [], []
    place.router.on(GroupCreated, name="plain")(plain.append)
    place.router.on(GroupCreated, name="opted", sweep=True)(opted.append)
    with store.database.transaction() as connection:
        place.webhooks.inbox.emit(connection, [GroupCreated(at=7, group_id="g", source=EventSource.SWEEP)])
    place.webhooks.work()
    assert (plain, [(event.group_id, event.source, event.at) for event in opted]) == ([], [("g", "sweep", 7)])


def test_an_unknown_event_reaches_handlers(place):
    seen = []
    place.router.on(UnknownEvent, name="x")(seen.append)
    place.post(UnknownEvent(at=AT, name="brand_new", change="thing"))
    place.webhooks.work()
    assert (seen[0].name, seen[0].change) == ("brand_new", "thing")


def test_what_cannot_be_read_back_is_parked_and_the_others_go_on(store):
    place = Place(StoredInbox(store.database, store.clock), max_attempts=1)
    seen = []
    place.router.on(Event, name="x")(seen.append)
    place.post(added(1))
    place.post(added(2))
    read = place.provider.callbacks.read
    place.provider.callbacks.read = lambda text, *, app: read(text, app=app) if "wm2" in text else 1 / 0
    place.webhooks.work()
    assert [event.member_id for event in seen] == ["wm2"]
    assert [entry.error for entry in place.webhooks.dead()] == ["ZeroDivisionError"]


def test_threads_handle_what_comes_and_end_when_told(place):
    seen, arrived = [], threading.Event()
    place.router.on(MemberAdded, name="x")(lambda event: (seen.append(event), arrived.set()))
    place.webhooks.start(2)
    place.post(added(1))
    assert arrived.wait(20)
    place.webhooks.stop()
    assert place.webhooks.health()["workers"] == 0
    place.post(added(2))
    assert place.webhooks.inbox.summary().new == 1


def test_threads_go_on_when_the_store_comes_back(place):
    arrived, failures, claim = threading.Event(), [RuntimeError()], place.webhooks.inbox.claim

    def shaky(*args):
        if failures:
            raise failures.pop()
        return claim(*args)

    place.webhooks.inbox.claim = shaky
    place.router.on(MemberAdded, name="x")(lambda event: arrived.set())
    place.webhooks.start(1)
    place.post(added(1))
    assert arrived.wait(20)
    place.webhooks.stop()


def test_a_storm_of_a_hundred_joins_in_one_second_loses_none():
    place, seen = Place(MemoryInbox()), []
    place.router.on(MemberAdded, name="x")(lambda event: seen.append(event.member_id))
    threads = [threading.Thread(target=lambda n=n: place.post(added(n))) for n in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    place.webhooks.work()
    assert len(seen) == len(set(seen)) == 100


def test_groups_are_handled_in_order_by_many_threads(store):
    place, seen, guard = Place(StoredInbox(store.database, store.clock)), {}, threading.Lock()

    @place.router.on(Event, name="x")
    def note(event):
        with guard:
            seen.setdefault(event.group_id, []).append(event.at)

    for at in range(60):
        place.post(renamed(f"g{at % 3}", AT + at))
    threads = [threading.Thread(target=place.webhooks.work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    place.webhooks.work()
    assert sorted(seen) == ["g0", "g1", "g2"]
    assert all(times == sorted(times) and len(times) == 20 for times in seen.values())


# -- registering


def test_two_handlers_of_one_name_are_refused():
    router = Router()
    router.on(Event, name="x")(print)
    with pytest.raises(ConfigurationError, match="'x'"):
        router.on(Event, name="x")(repr)


def test_a_handler_without_a_name_has_to_be_given_one():
    with pytest.raises(ConfigurationError, match="name="):
        Router().on(Event)(lambda event: None)


@pytest.mark.parametrize("kinds", [(), (int,), ("MemberAdded",)])
def test_what_is_no_event_cannot_be_waited_for(kinds):
    with pytest.raises(ConfigurationError, match=r"privcrm\.events"):
        Router().on(*kinds)


def test_events_are_plain_values_to_other_programs():
    shown = event_to_dict(added(1, welcome_code="W"))
    assert (shown["event"], shown["member_id"], shown["source"]) == ("MemberAdded", "wm1", "callback")
    assert "raw" not in shown
    assert "W" not in shown.values(), "a right to act in the company's name"
