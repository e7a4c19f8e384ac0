"""Choosing for a visitor ourselves: places are held until the add or the clock ends that, and visitors come back."""

import pytest
from attrs import evolve

from privcrm.errors import InputError
from privcrm.models.codes import OnEmpty, Routing, StaffLiveCode
from privcrm.services.live_codes.staff import Assigned, NobodyFree, Pushed
from privcrm.services.live_codes.staff.wishes import SEAT_PARTS
from tests.unit.live_codes.staff.desk import Desk, code, seat


def ask(desk: Desk, made: StaffLiveCode, visitor: str) -> Assigned | NobodyFree:
    row = desk.row(made.key)
    with desk.store.database.transaction() as connection:
        return desk.codes.assign(connection, row, desk.codes.load(connection, row), visitor, desk.clock.time())


def staff_of(found: Assigned | NobodyFree) -> str:
    assert isinstance(found, Assigned)
    return found.staff_id


def test_a_held_place_counts_and_its_add_ends_it(desk: Desk):
    one, *_ = desk.people
    made = code("door", seat(one, daily_cap=2), routing=Routing.PULL)
    desk.make(made)
    first = ask(desk, made, "ann")
    assert isinstance(first, Assigned)
    assert first.why == "next"
    assert staff_of(ask(desk, made, "ben")) == one
    assert ask(desk, made, "cho") == NobodyFree(OnEmpty.KEEP_LAST)
    desk.add("door", one, part=first.part)
    verdict = desk.codes.desired("door").seats[0]
    assert (verdict.today, verdict.held) == (1, 1)


def test_a_reconciliation_says_to_whom_visitors_are_led_by_now(desk: Desk):
    one, two, three, *_ = desk.people
    made = code("door", *(seat(each, daily_cap=1) for each in (one, two, three)), routing=Routing.PULL)
    desk.make(made)
    assert set(desk.codes.reconcile("door").pool) == {one, two, three}
    first = staff_of(ask(desk, made, "ann"))
    assert set(desk.codes.reconcile("door").pool) == {one, two, three} - {first}
    ask(desk, made, "ben")
    ask(desk, made, "cho")
    assert desk.codes.reconcile("door").pool == (), "nobody is free"


def test_a_place_that_nobody_took_is_free_again_by_the_clock(desk: Desk):
    one, *_ = desk.people
    made = code("door", seat(one, daily_cap=1), routing=Routing.PULL)
    desk.make(made)
    ask(desk, made, "ann")
    assert ask(desk, made, "ben") == NobodyFree(OnEmpty.KEEP_LAST)
    desk.clock.advance(301)
    assert staff_of(ask(desk, made, "ben")) == one


def test_who_asks_again_keeps_his_place_and_takes_no_second(desk: Desk):
    one, two, *_ = desk.people
    made = code("door", seat(one, daily_cap=1), seat(two, daily_cap=1), routing=Routing.PULL)
    desk.make(made)
    first = staff_of(ask(desk, made, "ann"))
    again = ask(desk, made, "ann")
    assert (staff_of(again), getattr(again, "why", "")) == (first, "held")
    assert staff_of(ask(desk, made, "ben")) != first


def test_weights_hold_for_those_on_the_way_too(desk: Desk):
    one, two, *_ = desk.people
    made = code("door", seat(one, weight=3), seat(two), routing=Routing.PULL)
    desk.make(made)
    met = [staff_of(ask(desk, made, f"v{number}")) for number in range(40)]
    assert (met.count(one), met.count(two)) == (30, 10)


def test_a_visitor_is_led_to_whom_he_met_until_that_is_over(desk: Desk):
    one, two, *_ = desk.people
    made = code("door", seat(one), seat(two), routing=Routing.PULL, sticky_days=30)
    desk.make(made)
    met = staff_of(ask(desk, made, "ann"))
    desk.clock.advance(29 * 86_400)
    again = ask(desk, made, "ann")
    assert (staff_of(again), getattr(again, "why", "")) == (met, "bound")
    desk.clock.advance(31 * 86_400)
    desk.add("door", met, part=again.part if isinstance(again, Assigned) else 0)
    assert staff_of(ask(desk, made, "ann")) != met


def test_a_visitor_whose_employee_is_not_there_meets_another_and_it_is_said_why(desk: Desk):
    one, two, *_ = desk.people
    made = code("door", seat(one), seat(two), routing=Routing.PULL, sticky_days=30)
    desk.make(made)
    met = staff_of(ask(desk, made, "ann"))
    desk.clock.advance(3600)
    desk.codes.online("door", met, False)
    again = ask(desk, made, "ann")
    assert isinstance(again, Assigned)
    assert (again.why, again.hindered) == ("rebound", "offline")
    assert again.staff_id != met
    desk.clock.advance(3600)
    desk.codes.online("door", met, True)
    assert staff_of(ask(desk, made, "ann")) == again.staff_id, "he is bound to the other now"
    assert "rebound" in {each.what for each in desk.codes.explain("door").decisions}


def test_where_a_visitor_goes_when_nobody_is_free(desk: Desk):
    one, *_ = desk.people
    made = code("door", seat(one, online=False), routing=Routing.PULL, on_empty=OnEmpty.REDIRECT, redirect_to="other")
    desk.make(made)
    assert ask(desk, made, "ann") == NobodyFree(OnEmpty.REDIRECT, "other")


def test_a_pushed_code_and_a_visitor_without_mark_are_refused(desk: Desk):
    pushed = code("door", seat(desk.people[0]))
    desk.make(pushed)
    with pytest.raises(InputError, match="leaves the choice to the vendor"):
        ask(desk, pushed, "ann")
    pulled = code("shop", seat(desk.people[0]), routing=Routing.PULL)
    desk.make(pulled)
    with pytest.raises(InputError, match="without a mark"):
        ask(desk, pulled, "")


def test_every_seat_has_a_code_of_its_own_that_is_kept_in_line(desk: Desk):
    one, two, *_ = desk.people
    made = code("door", seat(one), seat(two), routing=Routing.PULL, note="before")
    row = desk.make(made)
    with desk.store.database.connect() as connection:
        parts = [each.part for each in desk.book.vendor.of_code(connection, row.number)]
    assert len(parts) == 2
    assert min(parts) >= SEAT_PARTS
    assert desk.codes.reconcile("door").outcome is Pushed.UNCHANGED
    desk.change(evolve(made, note="after"))
    assert desk.codes.reconcile("door").outcome is Pushed.PUSHED
    assert sorted(desk.spy.writes) == sorted([(one,), (two,)])
