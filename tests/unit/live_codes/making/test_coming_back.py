"""Seats that come back after their own codes were deleted have others made, and nothing of the old ones is lost."""

from random import Random

import pytest
from attrs import evolve

from privcrm.errors import NotFound, NotSent
from privcrm.models import MemberId
from privcrm.models.codes import Routing
from privcrm.models.events import MemberAdded
from privcrm.services.live_codes.making import CodeState
from privcrm.services.live_codes.staff import PushPolicy
from privcrm.store.leases import new_holder
from privcrm.store.live_codes.vendor_codes import VendorLife


def run_timers(studio):
    holder = new_holder(Random(3))
    while studio.book.jobs.timers.fire_one(holder):
        pass


def end_second_seat(studio, clock):
    """Make a code of two seats and take the second off; return the code, and the vendor's code that ends."""
    code = studio.code(routing=Routing.PULL)
    assert [each.state for each in studio.making.create([code])] == [CodeState.CREATED]
    second = studio.vendors("SH001")[1]
    studio.making.update(evolve(code, seats=code.seats[:1]))
    clock.advance(PushPolicy().grace)
    run_timers(studio)
    return code, second


def is_at_vendor(studio, vendor_id):
    try:
        studio.book.provider.live_codes.get_contact_code(vendor_id)
    except NotFound:
        return False
    return True


def test_a_seat_that_comes_back_has_another_code_with_another_picture_and_state(studio, clock):
    code, old = end_second_seat(studio, clock)
    picture = studio.archive.get("SH001", old.part)
    assert not is_at_vendor(studio, old.vendor_id)
    for again in range(1, 3):  # and a second time
        assert studio.making.update(code).state is CodeState.CHANGED
        with studio.book.database.connect() as connection:
            new = studio.book.vendor.get(connection, old.code, old.part)
        assert (new.life, is_at_vendor(studio, new.vendor_id)) == (VendorLife.OPEN, True)
        assert new.vendor_id != old.vendor_id
        assert new.state != old.state
        assert studio.archive.get("SH001", new.part).content != picture.content
        exported = {each.vendor_id: (each.life, each.state) for each in studio.making.export()}
        assert len(exported) == 2 + again
        assert exported[old.vendor_id] == ("deleted", old.state)
        assert exported[new.vendor_id] == ("open", new.state)
        studio.making.update(evolve(code, seats=code.seats[:1]))
        clock.advance(PushPolicy().grace)
        run_timers(studio)
        assert not is_at_vendor(studio, new.vendor_id)


def test_who_comes_by_the_old_picture_is_still_counted_for_the_seat(studio, clock):
    code, old = end_second_seat(studio, clock)
    studio.making.update(code)
    late = MemberAdded(
        staff_id=code.seats[1].staff_id, member_id=MemberId("wm1"), at=int(clock.time()), state=old.state
    )
    assert studio.staff.take(late)
    assert [each.total for each in studio.staff.report("SH001").seats] == [0, 1]


@pytest.mark.parametrize("later", [False, True])
def test_a_seat_may_come_back_while_its_code_is_being_deleted(studio, clock, monkeypatch, later):
    def unreachable(vendor_id):
        raise NotSent("no", provider="memory", operation="live_codes.delete_contact_code")

    monkeypatch.setattr(studio.book.provider.live_codes, "delete_contact_code", unreachable)
    code, old = end_second_seat(studio, clock)
    assert is_at_vendor(studio, old.vendor_id)
    studio.making.update(code)
    with studio.book.database.connect() as connection:
        new = studio.book.vendor.get(connection, old.code, old.part)
    assert (new.life, new.vendor_id == old.vendor_id) == (VendorLife.OPEN, False)
    if later:  # and the timer was lost: the next look sets it again
        studio.book.jobs.timers.cancel("live_code.seat_code", old.vendor_id)
        studio.staff.reconcile("SH001", force=True)
    monkeypatch.undo()
    clock.advance(3_600)
    run_timers(studio)
    assert (is_at_vendor(studio, old.vendor_id), is_at_vendor(studio, new.vendor_id)) == (False, True)
    assert {each.vendor_id: each.life for each in studio.making.export()}[old.vendor_id] == "deleted"


def test_deleting_the_code_deletes_what_is_ending_too(studio, clock):
    code = studio.code(routing=Routing.PULL)
    list(studio.making.create([code]))
    studio.making.update(evolve(code, seats=code.seats[:1]))
    assert studio.making.delete("SH001").state is CodeState.DELETED
    assert {each.life for each in studio.making.export()} == {"deleted"}
    clock.advance(PushPolicy().grace)
    run_timers(studio)
    assert {each.life for each in studio.making.export()} == {"deleted"}
