"""The own codes of seats that were removed: they work for a while, and are deleted then, whatever happens."""

import pytest
from attrs import evolve

from privcrm.errors import AnswerLost, NotFound, PermissionDenied
from privcrm.models.codes import Routing
from privcrm.models.codes.staff_code import StaffLiveCode
from privcrm.services.live_codes.staff import PushPolicy
from privcrm.services.live_codes.staff.wishes import seat_part
from privcrm.store.live_codes.exporting import exported_codes
from privcrm.store.live_codes.vendor_codes import VendorCode, VendorLife
from tests.unit.live_codes.staff.desk import Desk, code, seat

GRACE = PushPolicy().grace


@pytest.fixture
def pulled(desk: Desk) -> StaffLiveCode:
    """A code of two seats, of which the second was then removed."""
    one, two, *_ = desk.people
    made = code("door", seat(one), seat(two), routing=Routing.PULL)
    desk.make(made)
    return made


def own_code(desk: Desk, staff_id: str) -> VendorCode:
    numbers = {each.staff_id: each.number for each in desk.codes.desired("door").seats}
    return desk.vendor("door", seat_part(numbers[staff_id]))


def remove(desk: Desk, made: StaffLiveCode, staff_id: str) -> VendorCode:
    """Take a seat off, and return the vendor's code that was its own."""
    vendor = own_code(desk, staff_id)
    desk.change(evolve(made, seats=tuple(each for each in made.seats if each.staff_id != staff_id)))
    desk.codes.reconcile("door")
    return vendor


def works(desk: Desk, vendor: VendorCode) -> bool:
    try:
        desk.provider.live_codes.get_contact_code(vendor.vendor_id)
    except NotFound:
        return False
    return True


def wait(desk: Desk, seconds: float) -> None:
    desk.clock.advance(seconds)
    desk.run_timers()


def test_it_works_for_a_while_and_is_deleted_then(desk: Desk, pulled: StaffLiveCode):
    one, two, *_ = desk.people
    gone = remove(desk, pulled, two)
    wait(desk, GRACE - 1)
    assert works(desk, gone)
    told = desk.codes.explain("door")
    assert told.leaving == desk.codes.report("door").leaving == {gone.vendor_id: (two,)}
    assert told.at_vendor == (one,)
    desk.codes.reconcile("door")  # again: that does not put it off
    wait(desk, 1)
    assert not works(desk, gone)
    assert works(desk, own_code(desk, one))
    told = desk.codes.explain("door")
    assert told.leaving == {}
    assert "seat_code_deleted" in [each.what for each in told.decisions]
    exported = {each.vendor_id: each.life for each in exported_codes(desk.store.database)}
    assert exported == {gone.vendor_id: "deleted", own_code(desk, one).vendor_id: "open"}


def test_who_comes_back_in_time_keeps_it(desk: Desk, pulled: StaffLiveCode):
    two = desk.people[1]
    gone = remove(desk, pulled, two)
    wait(desk, GRACE - 1)
    desk.change(pulled)
    wait(desk, 2)
    assert own_code(desk, two) == gone
    assert works(desk, gone)


def test_it_works_as_long_as_somebody_is_on_the_way(desk: Desk, pulled: StaffLiveCode):
    two = desk.people[1]
    row = desk.row("door")
    with desk.store.database.transaction() as connection:
        for visitor in "ab":
            desk.codes.assign(connection, row, pulled, visitor, desk.clock.time() + GRACE - 10)
    gone = remove(desk, pulled, two)
    wait(desk, GRACE)
    assert works(desk, gone)
    wait(desk, PushPolicy().hold + GRACE)
    assert not works(desk, gone)


def test_a_shadow_plans_nothing(desk: Desk, pulled: StaffLiveCode):
    desk.change(evolve(pulled, seats=pulled.seats[:1]))
    desk.codes.reconcile("door", shadow=True)
    assert desk.due("live_code.seat_code") == []


class Killed(BaseException):
    """Stands for a process that ends at once."""


@pytest.mark.parametrize("after", [False, True])
def test_killed_before_or_after_the_vendor_was_told_it_is_deleted_all_the_same(
    desk: Desk, pulled: StaffLiveCode, after: bool
):
    gone = remove(desk, pulled, desk.people[1])
    delete = desk.spy.delete_contact_code

    def dies(vendor_id: str) -> None:
        if after:
            delete(vendor_id)
        raise Killed

    desk.spy.delete_contact_code = dies
    with pytest.raises(Killed):
        wait(desk, GRACE)
    assert desk.codes.explain("door").leaving == {gone.vendor_id: (desk.people[1],)}
    del desk.spy.delete_contact_code
    wait(desk, 600)  # the lease of the timer is over
    assert not works(desk, gone)
    assert desk.codes.explain("door").leaving == {}


@pytest.mark.parametrize("happened", [False, True])
def test_a_lost_answer_is_settled_by_looking(desk: Desk, pulled: StaffLiveCode, happened: bool):
    gone = remove(desk, pulled, desk.people[1])
    delete, answers = desk.spy.delete_contact_code, [0]

    def loses_the_first(vendor_id: str) -> None:
        answers[0] += 1
        if answers[0] > 1 or happened:
            delete(vendor_id)
        if answers[0] == 1:
            raise AnswerLost("lost", provider="memory", operation="live_codes.delete_contact_code")

    desk.spy.delete_contact_code = loses_the_first
    wait(desk, GRACE)
    assert not works(desk, gone)
    assert answers[0] == (1 if happened else 2)
    assert desk.codes.explain("door").leaving == {}


def test_what_the_vendor_does_not_delete_is_told_and_not_tried_for_ever(desk: Desk, pulled: StaffLiveCode):
    gone = remove(desk, pulled, desk.people[1])

    def refuses(vendor_id: str) -> None:
        raise PermissionDenied("no", provider="memory", operation="live_codes.delete_contact_code", code=48002)

    desk.spy.delete_contact_code = refuses
    wait(desk, GRACE)
    assert desk.due("live_code.seat_code") == []
    assert "orphan" in [each.what for each in desk.codes.explain("door").decisions]
    with desk.store.database.connect() as connection:
        held = desk.book.vendor.of_vendor_id(connection, gone.vendor_id)
    assert held is not None
    assert held.life is VendorLife.ORPHAN
