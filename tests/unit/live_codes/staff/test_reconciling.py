"""What the vendor is told of a code, and when he is left alone."""

import json
from datetime import datetime
from random import Random

import pytest
from attrs import evolve

from privcrm.clock import VENDOR_TIME
from privcrm.errors import InputError, InvalidArgument, LimitReached, NotFound, PreconditionFailed
from privcrm.models.codes import OnEmpty, Routing
from privcrm.services.live_codes import nights
from privcrm.services.live_codes.staff import Pushed
from privcrm.services.live_codes.staff.codes import StaffCodes
from privcrm.services.live_codes.staff.policy import PushPolicy
from tests.unit.live_codes.staff.desk import Desk, code, open_desk, refusing, seat


def test_a_code_as_it_was_made_asks_the_vendor_nothing(desk: Desk):
    first, second, *_ = desk.people
    desk.make(code("door", seat(first), seat(second)))
    assert desk.codes.reconcile("door").outcome is Pushed.UNCHANGED
    assert desk.spy.calls == 0


def test_only_a_difference_is_pushed_and_it_is_pushed_whole(desk: Desk):
    one, two, three, *_ = desk.people
    made = code("door", seat(one), seat(two), seat(three), pool=2, note="shop 7")
    desk.make(made)
    desk.add("door", one)
    desk.clock.advance(10)
    done = desk.codes.reconcile("door")
    assert done.outcome is Pushed.PUSHED
    assert desk.spy.writes == [(two, three)]
    found = desk.provider.live_codes.get_contact_code(desk.vendor("door").vendor_id).spec
    assert (found.state, found.note, found.skip_confirmation) == (desk.vendor("door").state, "shop 7", True)
    assert desk.codes.reconcile("door").outcome is Pushed.UNCHANGED
    assert len(desk.spy.writes) == 1


def test_an_add_has_the_code_looked_at_by_the_timers(desk: Desk):
    one, two, *_ = desk.people
    desk.make(code("door", seat(one), seat(two), pool=1))
    assert desk.pool("door") == {one}
    desk.add("door", one)
    desk.run_timers()
    assert desk.pool("door") == {two}


def test_pushes_are_debounced(desk: Desk):
    one, two, *_ = desk.people
    desk.make(code("door", seat(one), seat(two), pool=1))
    desk.add("door", one)
    assert desk.codes.reconcile("door").outcome is Pushed.PUSHED
    desk.add("door", two, times=2)
    waits = desk.codes.reconcile("door")
    assert waits.outcome is Pushed.DEFERRED
    assert waits.due is not None
    assert waits.due >= desk.clock.time() + 5
    desk.clock.advance(waits.due - desk.clock.time())
    desk.run_timers()
    assert desk.spy.writes == [(two,), (one,)]


def test_the_calls_of_an_hour_are_bounded(desk: Desk):
    desk = open_desk(desk.store, desk.clock, policy=PushPolicy(calls_per_hour=60))
    one, two, *_ = desk.people
    desk.make(code("door", seat(one), seat(two), pool=1))
    pushes = 0
    for _ in range(90):  # an hour: every look finds somebody to be changed
        desk.add("door", next(iter(desk.pool("door"))))
        pushes += desk.codes.reconcile("door").outcome is Pushed.PUSHED
        desk.clock.advance(40)
    assert 30 < pushes <= 60


def test_nobody_free_is_said_and_not_pushed(desk: Desk):
    one, *_ = desk.people
    desk.make(code("door", seat(one, daily_cap=1)))
    desk.add("door", one)
    done = desk.codes.reconcile("door")
    assert done.outcome is Pushed.EMPTY
    assert done.pool == (one,)
    assert desk.spy.writes == []
    assert desk.alarms("door") == {"nobody_free"}
    desk.clock.advance(86_400)
    desk.run_timers()
    assert desk.alarms("door") == set()


def test_a_note_is_changed_also_while_nobody_is_free(desk: Desk):
    one, *_ = desk.people
    made = code("door", seat(one, online=False), on_empty=OnEmpty.CLOSED)
    desk.make(made)
    desk.change(evolve(made, note="moved"))
    desk.codes.reconcile("door")
    assert desk.spy.writes == [(one,)]


def test_the_last_tier_stands_in_where_that_is_wished(desk: Desk):
    one, two, three, *_ = desk.people
    desk.make(
        code(
            "door",
            seat(one, daily_cap=0),
            seat(two, tier=1, daily_cap=0),
            seat(three, tier=2, daily_cap=0),
            on_empty=OnEmpty.BACKUP,
        )
    )
    desk.codes.reconcile("door")
    assert desk.pool("door") == {three}
    assert desk.alarms("door") == {"nobody_free"}
    wanted = desk.codes.desired("door")
    assert wanted.stands_in
    assert wanted.empty is OnEmpty.BACKUP


def test_shadow_decides_and_writes_nothing(desk: Desk):
    one, two, *_ = desk.people
    desk.make(code("door", seat(one), seat(two), pool=1))
    desk.add("door", one)
    assert desk.codes.reconcile("door", shadow=True).outcome is Pushed.SHADOW
    assert desk.spy.calls == 0
    decided = next(iter(desk.codes.explain("door").decisions))
    assert decided.what == "shadow"
    assert json.loads(decided.why)["pool"] == [two]


# -- lost answers


def test_after_a_lost_answer_the_code_is_read_before_it_is_written(desk: Desk):
    one, two, *_ = desk.people
    desk.make(code("door", seat(one), seat(two), pool=1))
    desk.add("door", one)
    desk.provider.lose_answer("live_codes.update_contact_code")
    lost = desk.codes.reconcile("door")
    assert lost.outcome is Pushed.UNKNOWN
    assert desk.vendor("door").unsure
    again = desk.codes.reconcile("door")
    assert again.outcome is Pushed.CONFIRMED
    assert (len(desk.spy.writes), desk.spy.reads) == (1, 1)
    assert again.drift == ()
    assert not desk.vendor("door").unsure


def test_a_lost_request_is_written_again_after_a_look(desk: Desk):
    one, two, *_ = desk.people
    desk.make(code("door", seat(one), seat(two), pool=1))
    desk.add("door", one)
    desk.provider.lose_request("live_codes.update_contact_code")
    assert desk.codes.reconcile("door").outcome is Pushed.UNKNOWN
    desk.clock.advance(60)
    desk.run_timers()
    assert desk.pool("door") == {two}
    assert len(desk.spy.writes) == 2
    assert desk.spy.reads == 1


# -- seats that the vendor refuses


def test_a_bad_seat_that_is_named_is_dropped_and_the_rest_is_pushed(desk: Desk):
    one, two, three, four, *_ = desk.people
    made = code("door", seat(one), seat(two), seat(three), pool=2)
    desk.make(made)
    desk.spy.refuses = refusing(PreconditionFailed, {four}, says="userid {0} is not activated")
    desk.change(evolve(made, seats=(seat(four), seat(two), seat(three), seat(one))))
    done = desk.codes.reconcile("door")
    assert done.outcome is Pushed.PUSHED
    assert dict(done.dropped) == {four: "PreconditionFailed 41054"}
    assert desk.spy.writes == [(four, two), (two, three)]
    assert desk.alarms("door") == {"seat_barred"}
    assert desk.reasons("door")[four] == "barred"


@pytest.mark.parametrize("kind", [PreconditionFailed, NotFound, InvalidArgument])
def test_bad_seats_that_nobody_names_are_found_by_halving(desk: Desk, kind):
    made = code("door", seat(desk.people[0]), pool=8)
    desk.make(made)
    bad = {desk.people[2], desk.people[5]}
    desk.spy.refuses = refusing(kind, bad)
    desk.change(evolve(made, seats=tuple(map(seat, desk.people))))
    done = desk.codes.reconcile("door")
    assert done.outcome is Pushed.PUSHED
    assert set(done.dropped) == bad
    assert desk.pool("door") == set(desk.people) - bad
    assert len(desk.spy.writes) <= 16


def test_no_half_that_is_tried_is_empty_and_a_barred_seat_is_tried_again_later(desk: Desk):
    one, two, *_ = desk.people
    desk.make(code("door", seat(one)))
    desk.spy.refuses = refusing(PreconditionFailed, {two})
    desk.change(code("door", seat(two), seat(one), pool=2))
    desk.codes.reconcile("door")
    assert desk.pool("door") == {one}
    assert all(desk.spy.writes)
    desk.spy.refuses = lambda spec: None
    desk.clock.advance(6 * 3600)
    desk.run_timers()
    assert desk.pool("door") == {one, two}
    assert desk.alarms("door") == set()


def test_when_every_seat_is_refused_the_vendor_is_told_no_empty_pool(desk: Desk):
    one, two, three, *_ = desk.people
    desk.make(code("door", seat(one)))
    desk.spy.refuses = refusing(PreconditionFailed, {two, three})
    desk.change(code("door", seat(two), seat(three)))
    done = desk.codes.reconcile("door")
    assert done.outcome is Pushed.EMPTY
    assert set(done.dropped) == {two, three}
    assert desk.pool("door") == {one}
    assert {"seat_barred", "nobody_free"} <= desk.alarms("door")


def test_a_refusal_of_everybody_that_says_nothing_of_seats_bars_nobody(desk: Desk):
    one, two, *_ = desk.people
    made = code("door", seat(one))
    desk.make(made)
    desk.spy.refuses = lambda spec: InvalidArgument("bad", provider="memory", operation="update", code=40058)
    desk.change(code("door", seat(two), seat(one)))
    done = desk.codes.reconcile("door")
    assert done.outcome is Pushed.REFUSED
    assert done.dropped == {}
    assert desk.alarms("door") == {"refused"}
    assert desk.pool("door") == {one}


def test_too_many_for_one_code_leaves_a_part_of_them_and_says_so(desk: Desk):
    made = code("door", seat(desk.people[0]), pool=8)
    desk.make(made)
    desk.spy.refuses = lambda spec: (
        LimitReached("too many", provider="memory", operation="update", code=41041) if len(spec.staff_ids) > 4 else None
    )
    desk.change(evolve(made, seats=tuple(map(seat, desk.people))))
    done = desk.codes.reconcile("door")
    assert done.outcome is Pushed.REFUSED
    assert done.dropped == {}
    assert len(desk.pool("door")) == 4


def test_a_code_that_the_vendor_lost_is_told_as_gone(desk: Desk):
    one, two, *_ = desk.people
    desk.make(code("door", seat(one), seat(two), pool=1))
    desk.provider.live_codes.delete_contact_code(desk.vendor("door").vendor_id)
    desk.add("door", one)
    done = desk.codes.reconcile("door")
    assert done.outcome is Pushed.GONE
    assert done.dropped == {}
    assert desk.alarms("door") == {"gone"}


# -- the night


def test_the_night_reads_back_and_mends_what_somebody_else_changed(desk: Desk):
    one, two, three, *_ = desk.people
    desk.codes.soon(desk.make(code("door", seat(one), seat(two))))
    desk.run_timers()
    port, known = desk.spy._port, desk.vendor("door")
    held = port.get_contact_code(known.vendor_id).spec
    port.update_contact_code(known.vendor_id, evolve(held, staff_ids=(three,), note="by hand"))
    assert desk.codes.reconcile("door").outcome is Pushed.UNCHANGED, "nobody looks without need"
    desk.clock.advance(86_400)
    desk.run_timers()
    assert desk.pool("door") == {one, two}
    assert desk.alarms("door") == {"drift"}
    drift = next(each for each in desk.codes.explain("door").decisions if each.what == "drift")
    assert {name for name, *_ in json.loads(drift.why)} == {"staff_ids", "note"}
    desk.clock.advance(86_400)
    desk.run_timers()
    assert desk.alarms("door") == set()


def test_the_night_writes_nothing_where_nothing_changed(desk: Desk):
    desk.make(code("door", seat(desk.people[0])))
    assert desk.codes.reconcile("door", force=True).outcome is Pushed.CONFIRMED
    assert (desk.spy.reads, desk.spy.writes) == (1, [])


def test_many_codes_are_read_back_in_turns(desk: Desk, monkeypatch):
    monkeypatch.setattr(nights, "A_TURN", 2)
    for number in range(5):
        desk.make(code(f"door{number}", seat(desk.people[0])))
    desk.codes.every_night("03:30")
    desk.clock.advance(86_400)
    assert desk.run_timers() == 3
    assert desk.spy.reads == 5


def test_the_hour_that_was_chosen_stays_also_for_who_plans_by_himself(desk: Desk):
    row = desk.make(code("door", seat(desk.people[0])))
    desk.codes.every_night("12:00")
    others = StaffCodes(desk.book, rng=Random(6))  # another process, which chose none
    others.soon(row)
    for _ in range(2):
        desk.run_timers()
        (due,) = desk.due("live_code.staff.nightly")
        assert datetime.fromtimestamp(due, VENDOR_TIME).strftime("%H:%M") == "12:00"
        desk.clock.advance(86_400)


def test_an_hour_that_is_none_is_refused(desk: Desk):
    with pytest.raises(InputError, match="HH:MM"):
        desk.codes.every_night("25:00")


# -- who may push


def test_who_was_overtaken_keeps_nothing_and_has_the_code_read(desk: Desk):
    one, two, *_ = desk.people
    row = desk.make(code("door", seat(one), seat(two), pool=1))
    desk.add("door", one)

    def overtake() -> None:
        desk.spy.before_write = lambda: None
        with desk.store.database.transaction() as connection:
            connection.run(
                "UPDATE privcrm_code_pace SET fence = fence + 1 WHERE company = ? AND code = ?", "acme", row.number
            )

    before = desk.vendor("door").acked
    desk.spy.before_write = overtake
    assert desk.codes.reconcile("door").outcome is Pushed.STALE
    assert desk.vendor("door").acked == before
    assert desk.vendor("door").unsure
    desk.clock.advance(10)
    desk.run_timers()
    assert desk.pool("door") == {two}
    assert not desk.vendor("door").unsure


def test_a_code_that_another_process_pushes_is_left_to_it(desk: Desk):
    one, *_ = desk.people
    row = desk.make(code("door", seat(one)))
    with desk.store.database.transaction() as connection:
        connection.run(
            "INSERT INTO privcrm_lease (company, name, holder, until) VALUES ('acme', ?, 'elsewhere 1 x', ?)",
            *(f"live_code.staff {row.number}", desk.clock.time() + 100),
        )
    assert desk.codes.reconcile("door").outcome is Pushed.BUSY
    assert desk.spy.calls == 0


def test_a_seats_own_code_is_not_taken_for_the_one_that_all_share(desk: Desk):
    """A code that was changed to push, and whose own picture is not made yet."""
    one, two, *_ = desk.people
    made = code("door", seat(one), seat(two), routing=Routing.PULL)
    desk.make(made)
    desk.change(evolve(made, routing=Routing.PUSH))
    assert desk.codes.reconcile("door").outcome is Pushed.NOT_MADE
    assert desk.spy.writes == []
