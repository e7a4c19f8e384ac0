"""Defects of staff codes that other systems have, by their number in our list; each was found in somebody's source."""

import itertools
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest

from privcrm.clock import ManualClock
from privcrm.errors import StoreError
from privcrm.events.loop_thread import LoopThread
from privcrm.events.policy import WebhookPolicy
from privcrm.events.router import Router
from privcrm.events.stored_inbox import StoredInbox
from privcrm.events.worker import InboxWorker
from privcrm.models.codes import OnEmpty, Routing, Window
from privcrm.services.live_codes.staff import Assigned, NobodyFree, Pushed
from privcrm.services.live_codes.staff.keeper import subscribe
from privcrm.store import open_store
from tests.store.databases import KINDS, ready_database
from tests.unit.live_codes.staff.desk import Desk, code, open_desk, seat


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai")).timestamp()


SUNDAY_NIGHT = at("2026-11-29 23:00")


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with ready_database(request.param, tmp_path) as address:
        yield address


@pytest.fixture
def desk(url: str) -> Iterator[Desk]:
    clock = ManualClock(at("2026-11-25 10:00"))  # a Wednesday
    with open_store(url, clock=clock, company="acme") as store:
        yield open_desk(store, clock)


def at_once(number: int, work) -> None:
    """Run a function with the numbers from 0 in as many threads, all at once; raise what one of them raised."""
    failed: list[BaseException] = []
    gate = threading.Barrier(number)

    def run(mine: int) -> None:
        try:
            gate.wait(20)
            work(mine)
        except BaseException as error:  # noqa: BLE001 - told below
            failed.append(error)

    threads = [threading.Thread(target=run, args=(mine,)) for mine in range(number)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert not failed, failed[0]


def test_d1_a_hundred_adds_at_once_are_a_hundred_counted(desk: Desk):
    """A rotation dropped an add when a lock of thirty seconds was busy."""
    one, two, *_ = desk.people
    desk.make(code("door", seat(one), seat(two)))
    events = [desk.event("door", person) for person in (one, two) * 50]
    at_once(10, lambda mine: [desk.codes.take(event) for event in events[mine::10]])
    report = desk.codes.report("door")
    assert [each.total for each in report.seats] == [50, 50]


def test_d2_a_counter_is_atomic_and_a_code_of_one_seat_runs_past_nothing(desk: Desk):
    """Remaining turns were read and then written, and the index ran past the end of a list of one."""
    one, *_ = desk.people
    desk.make(code("door", seat(one)))
    event = desk.event("door", one)
    news: list[bool] = []
    at_once(8, lambda mine: news.append(desk.codes.take(event)))
    assert sorted(news) == [False] * 7 + [True]
    desk.add("door", one, times=5)
    assert desk.codes.desired("door").seats[0].served == 6
    assert desk.codes.desired("door").pool == (one,)


@pytest.mark.parametrize(
    ("moment", "open_"),
    [
        ("2026-11-29 21:59", False),
        ("2026-11-29 22:00", True),
        ("2026-11-29 23:59", True),
        ("2026-11-30 05:59", True),
        ("2026-11-30 06:00", False),
        ("2026-11-30 23:00", False),
    ],
)
def test_d3_a_window_of_sunday_night_ends_on_monday_morning(desk: Desk, moment, open_):
    """Shifts could not cross midnight, and Sunday was day 0."""
    one, *_ = desk.people
    desk.make(code("door", seat(one, windows=(Window("22:00", "06:00", (7,)),))))
    assert bool(desk.codes.desired("door", at(moment)).pool) is open_


def test_d8_a_cap_is_of_the_code_the_seat_and_the_day(desk: Desk):
    """A cap was compared with all customers that the person ever had."""
    one, *_ = desk.people
    desk.make(code("door", seat(one, daily_cap=3)))
    desk.make(code("shop", seat(one, daily_cap=3)))
    desk.add("shop", one, times=3)
    desk.add("door", one, times=2, lag=86_400)
    assert desk.reasons("door") == {one: "free"}
    desk.add("door", one, times=3)
    assert desk.reasons("door") == {one: "daily_cap"}


def test_d9_nothing_is_called_while_nothing_changes(desk: Desk):
    """Every code was pushed every thirty seconds."""
    for number in range(5):
        desk.make(code(f"door{number}", seat(desk.people[0]), seat(desk.people[1])))
    for _ in range(20):
        for number in range(5):
            assert desk.codes.reconcile(f"door{number}").outcome is Pushed.UNCHANGED
        desk.clock.advance(150)
        desk.run_timers()
    assert desk.spy.calls == 0


@pytest.mark.parametrize("on_empty", OnEmpty)
def test_d10_what_happens_when_nobody_is_on_is_said(desk: Desk, on_empty):
    """With an empty slot the function returned, and the staff of before stayed on the code unnoticed."""
    one, two, *_ = desk.people
    night = (Window("22:00", "06:00"),)
    where = {"redirect_to": "other"} if on_empty is OnEmpty.REDIRECT else {}
    desk.clock.advance(13 * 3600)
    desk.make(code("door", seat(one, windows=night), seat(two, tier=1, windows=night), on_empty=on_empty, **where))
    desk.clock.advance(11 * 3600)
    done = desk.codes.reconcile("door")
    wanted = desk.codes.desired("door")
    assert wanted.empty is on_empty
    assert wanted.redirect_to == where.get("redirect_to", "")
    assert wanted.pool == ((two,) if on_empty is OnEmpty.BACKUP else ())
    assert done.outcome is (Pushed.PUSHED if on_empty is OnEmpty.BACKUP else Pushed.EMPTY)
    assert desk.alarms("door") == {"nobody_free"}
    assert desk.codes.report("door").on_empty is on_empty


@pytest.mark.parametrize("weekday", range(1, 8))
def test_d13_a_weekday_that_is_chosen_is_checked(desk: Desk, weekday):
    """Weekdays could be selected in the form and were never looked at."""
    one, *_ = desk.people
    desk.make(code("door", seat(one, windows=(Window("09:00", "18:00", (weekday,)),))))
    days = {day: bool(desk.codes.desired("door", at(f"2026-11-{22 + day} 12:00")).pool) for day in range(1, 8)}
    assert days == {day: day == weekday for day in range(1, 8)}, "2026-11-23 is a Monday"


def test_d14_a_cap_of_n_ends_at_n(desk: Desk):
    """The cap was compared with the value before the increment: it ended at n + 1."""
    one, two, *_ = desk.people
    desk.make(code("door", seat(one, daily_cap=4), seat(two, tier=1)))
    for given in range(1, 5):
        assert desk.codes.desired("door").pool == (one,)
        desk.add("door", one)
        desk.clock.advance(3600)
        assert desk.codes.desired("door").seats[0].today == given
    assert desk.codes.desired("door").pool == (two,)


def test_d15_an_empty_pool_is_never_pushed(desk: Desk):
    """A refresh loaded the code without its staff and pushed an empty list."""
    one, two, *_ = desk.people
    desk.make(code("door", seat(one), seat(two)))
    for person in (one, two):
        desk.codes.online("door", person, False)
    for force in (False, True):
        assert desk.codes.reconcile("door", force=force).outcome is Pushed.EMPTY
    assert desk.spy.writes == []
    assert desk.pool("door") == {one, two}


def test_d20_a_new_day_brings_a_seat_back_though_nobody_comes(desk: Desk):
    """The cap was looked at on the next add only: after midnight a seat stayed off."""
    one, two, *_ = desk.people
    desk.make(code("door", seat(one, daily_cap=2), seat(two, tier=1)))
    desk.add("door", one, times=2)
    desk.run_timers()
    assert desk.pool("door") == {two}
    desk.clock.advance(at("2026-11-26 00:00") - desk.clock.time())
    desk.run_timers()
    assert desk.pool("door") == {one}


def test_d22_an_add_that_could_not_be_counted_stays_in_the_inbox(desk: Desk, monkeypatch):
    """Exceptions in the add handler were swallowed, and the event was gone."""
    one, *_ = desk.people
    desk.make(code("door", seat(one)))
    router = Router()
    subscribe(router, lambda: desk.codes, lambda: None)  # type: ignore[arg-type, return-value] # pyright: ignore[reportArgumentType]
    inbox = StoredInbox(desk.store.database, desk.clock)
    policy = WebhookPolicy(clock=desk.clock)
    worker = InboxWorker(
        inbox, desk.provider, router, policy=policy, clock=desk.clock, rng=Random(1), loop=LoopThread()
    )
    real, broken = desk.codes.take, itertools.count()

    def take(event):
        if next(broken) < 2:
            raise StoreError("locked")
        return real(event)

    monkeypatch.setattr(desk.codes, "take", take)
    with desk.store.database.transaction() as connection:
        inbox.emit(connection, [desk.swept(desk.event("door", one))])
    for _ in range(6):
        while worker.work_one("holder"):
            pass
        desk.clock.advance(60)
    assert desk.codes.report("door").total == 1


def test_d23_an_edge_that_nobody_saw_is_made_up_for(desk: Desk):
    """A switch ran only in the exact minute: a missed minute was never repaired."""
    one, two, *_ = desk.people
    day, night = (Window("08:00", "20:00"),), (Window("20:00", "08:00"),)
    desk.make(code("door", seat(one, windows=day), seat(two, windows=night)))
    assert desk.codes.reconcile("door").due == at("2026-11-25 20:00")
    desk.clock.advance(at("2026-11-26 02:37") - desk.clock.time())  # the process slept through the edge
    desk.run_timers()
    assert desk.pool("door") == {two}
    assert desk.row("door").next_due == at("2026-11-26 08:00")


def test_d30_a_cap_holds_however_many_ask_at_once_and_the_next_tier_steps_in(desk: Desk):
    """It was counted and then inserted; with all at their caps it failed instead of going to the backup."""
    one, two, three, *_ = desk.people
    made = code(
        "door", seat(one, daily_cap=7), seat(two, daily_cap=5), seat(three, tier=1, daily_cap=6), routing=Routing.PULL
    )
    row = desk.make(made)
    given: list[str] = []

    def ask(mine: int) -> None:
        for time in range(5):
            with desk.store.database.transaction() as connection:
                found = desk.codes.assign(connection, row, made, f"visitor {mine} {time}", desk.clock.time())
            given.append(found.staff_id if isinstance(found, Assigned) else "nobody")

    at_once(6, ask)
    assert {each: given.count(each) for each in given} == {one: 7, two: 5, three: 6, "nobody": 12}
    with desk.store.database.transaction() as connection:
        found = desk.codes.assign(connection, row, made, "late", desk.clock.time())
    assert found == NobodyFree(OnEmpty.KEEP_LAST)


def test_d33_two_companies_share_a_database_and_nothing_else(url: str):
    """One way through the code used the first company for everybody."""
    clock = ManualClock(at("2026-11-25 10:00"))
    with open_store(url, clock=clock, company="acme") as ours, open_store(url, clock=clock, company="other") as theirs:
        first, second = open_desk(ours, clock), open_desk(theirs, clock)
        one, two, *_ = first.people
        for each in (first, second):
            each.make(code("door", seat(one, daily_cap=2), seat(two, tier=1)))
        assert first.vendor("door").state == second.vendor("door").state, "or it would prove nothing"
        first.add("door", one, times=2)
        first.run_timers()
        second.run_timers()
        assert first.pool("door") == {two}
        assert second.pool("door") == {one}
        assert second.codes.report("door").total == 0
        assert second.spy.calls == 0
