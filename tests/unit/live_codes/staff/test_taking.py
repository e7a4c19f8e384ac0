"""Adds: counted once, under the code by whose state they came, whatever order and how often they are told."""

from attrs import evolve

from privcrm.events.router import Router
from privcrm.models import StaffId
from privcrm.models.events import StaffChanged, StaffDeleted
from privcrm.services.live_codes.staff.keeper import subscribe
from privcrm.store.mirror.directory import Directory
from privcrm.store.mirror.renaming import Renaming
from tests.unit.live_codes.staff.desk import Desk, code, seat


def test_a_repeated_event_and_one_that_a_sweep_finds_change_nothing(desk: Desk):
    one, *_ = desk.people
    desk.make(code("door", seat(one)))
    event = desk.event("door", one)
    assert desk.codes.take(event)
    assert not desk.codes.take(event)
    assert not desk.codes.take(evolve(event, at=event.at + 2, key="other"))
    assert not desk.codes.take(desk.swept(event))
    assert desk.codes.report("door").total == 1
    assert desk.codes.desired("door").seats[0].served == 1


def test_an_add_that_only_a_sweep_found_counts(desk: Desk):
    one, *_ = desk.people
    desk.make(code("door", seat(one)))
    assert desk.codes.take(desk.swept(desk.event("door", one)))
    assert desk.codes.report("door").total == 1


def test_who_comes_again_another_day_counts_again(desk: Desk):
    one, *_ = desk.people
    desk.make(code("door", seat(one)))
    event = desk.event("door", one)
    desk.codes.take(event)
    desk.clock.advance(86_400)
    assert desk.codes.take(evolve(event, at=event.at + 86_400, key="next"))
    assert list(desk.codes.report("door").seats[0].days.values()) == [1, 1]


def test_foreign_and_empty_states_are_nobodys(desk: Desk):
    one, *_ = desk.people
    desk.make(code("door", seat(one)))
    for state in ("", "shop-7", "pvc-zzzzz"):
        assert not desk.codes.take(evolve(desk.event("door", one), state=state))


def test_a_foreign_state_is_mapped_by_table(desk: Desk):
    one, *_ = desk.people
    row = desk.make(code("door", seat(one)))
    with desk.store.database.transaction() as connection:
        desk.book.rows.claim_state(connection, row.number, 0, "qrscene_7")
    assert desk.codes.take(evolve(desk.event("door", one), state="qrscene_7"))


def test_an_add_of_somebody_who_never_had_a_seat_is_counted_apart_and_told(desk: Desk):
    one, two, *_ = desk.people
    desk.make(code("door", seat(one)))
    desk.add("door", two, times=3)
    report = desk.codes.report("door")
    assert report.total == 3
    assert sum(report.others.values()) == 3
    assert [(alarm.kind, two in alarm.told) for alarm in report.alarms] == [("stranger", True)]
    assert desk.codes.explain("door").rate == 0  # it says nothing about how fast people come
    desk.codes.reconcile("door", force=True)
    assert desk.alarms("door") == set()


def test_who_had_a_seat_once_or_took_a_member_over_is_no_stranger(desk: Desk):
    one, two, three, *_ = desk.people
    made = code("door", seat(one), seat(two))
    desk.make(made)
    desk.change(evolve(made, seats=(seat(one),)))
    desk.add("door", two)  # whoever opened the picture before
    came = desk.event("door", one)
    desk.codes.take(came)
    desk.codes.take(evolve(desk.swept(came), staff_id=StaffId(three), at=came.at + 900))  # handed over to him
    assert desk.alarms("door") == set()
    assert desk.codes.report("door").total == 3


def test_a_renamed_employee_keeps_his_seat_and_what_he_was_given(desk: Desk):
    one, two, *_ = desk.people
    desk.make(code("door", seat(one), seat(two), pool=2))
    desk.add("door", one, times=4)
    with desk.store.database.transaction() as connection:
        assert Renaming(desk.store.database).rename(connection, one, "renamed", desk.clock.time())
    assert desk.codes.desired("door").seats[0].staff_id == "renamed"
    assert desk.codes.report("door").seats[0].total == 4


def test_who_leaves_is_taken_out_when_the_event_comes(desk: Desk):
    one, two, *_ = desk.people
    desk.make(code("door", seat(one), seat(two)))
    with desk.store.database.transaction() as connection:
        Directory(desk.store.database).leave(connection, [one], desk.clock.time())
    desk.codes.take_staff(StaffDeleted(staff_id=StaffId(one)))
    desk.run_timers()
    assert desk.pool("door") == {two}
    assert desk.reasons("door")[one] == "left"


def test_a_changed_employee_is_looked_up_by_both_ids(desk: Desk):
    one, *_ = desk.people
    desk.make(code("door", seat(one)))
    desk.codes.take_staff(StaffChanged(staff_id=StaffId("before"), new_staff_id=StaffId(one.upper())))
    assert desk.row("door").next_due == desk.clock.time()


def test_the_handlers_are_registered_by_name():
    router = Router()
    subscribe(router, lambda: None, lambda: None)  # type: ignore[arg-type, return-value] # pyright: ignore[reportArgumentType]
    assert set(router.names) == {"privcrm.live_codes", "privcrm.live_codes.staff", "privcrm.live_codes.welcome"}


# -- coming in


def test_a_newcomer_does_not_get_everybody(desk: Desk):
    one, two, three, *_ = desk.people
    made = code("door", seat(one), seat(two), pool=1)
    desk.make(made)
    for _ in range(40):
        desk.add("door", desk.codes.desired("door").pool[0])
        desk.clock.advance(10)
        desk.codes.reconcile("door")
    desk.change(evolve(made, seats=(*made.seats, seat(three))))
    desk.codes.reconcile("door")
    got = []
    for _ in range(30):
        got.append(desk.codes.desired("door").pool[0])
        desk.add("door", got[-1])
        desk.clock.advance(10)
        desk.codes.reconcile("door")
    assert 9 <= got.count(three) <= 12


def test_who_was_offline_for_a_week_does_not_get_everybody(desk: Desk):
    one, two, *_ = desk.people
    desk.make(code("door", seat(one), seat(two), pool=1))
    assert desk.codes.online("door", two, False)
    assert not desk.codes.online("door", two, False)
    desk.run_timers()
    desk.add("door", one, times=200)
    desk.clock.advance(600)
    desk.codes.online("door", two, True, who="boss")
    desk.run_timers()
    got = []
    for _ in range(20):
        got.append(desk.codes.desired("door").pool[0])
        desk.add("door", got[-1])
        desk.clock.advance(10)
        desk.codes.reconcile("door")
    assert 9 <= got.count(two) <= 11


def test_a_changed_weight_owes_nobody_anything(desk: Desk):
    one, two, *_ = desk.people
    made = code("door", seat(one), seat(two), pool=1)
    desk.make(made)
    desk.add("door", one, times=50)
    desk.add("door", two, times=50)
    desk.change(evolve(made, seats=(seat(one, weight=4), seat(two))))
    shares = [each.share for each in desk.codes.desired("door").seats]
    assert shares[0] == shares[1]


def test_a_seat_that_is_taken_off_and_put_back_keeps_its_total(desk: Desk):
    one, two, *_ = desk.people
    made = code("door", seat(one, total_cap=3), seat(two))
    desk.make(made)
    desk.add("door", one, times=3)
    desk.change(evolve(made, seats=(seat(two),)))
    assert len(desk.codes.desired("door").seats) == 1
    desk.change(made)
    assert desk.reasons("door")[one] == "total_cap"
