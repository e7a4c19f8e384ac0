"""Seats are who is inside now; who came by the code is counted once, whatever events do."""

from attrs import evolve

from privcrm.models.codes import GroupCapacity
from privcrm.store.live_codes.joins import Joins
from tests.unit.live_codes.groups.shop import SCAN_CAP


def test_people_who_scan_are_counted_and_seated(shop):
    shop.code()
    (first,) = shop.rooms()
    shop.scan(4)
    room = shop.room(first.group_id)
    assert (room.seats, room.joined, room.state) == (5, 4, "open")
    report = shop.codes.report("shop")
    assert [(each.seats, each.joined, each.scan_cap) for each in report.rooms] == [(5, 4, SCAN_CAP)]


def test_the_same_event_again_changes_nothing(shop):
    shop.code()
    (joined,) = shop.scan()
    room = shop.room(joined.group_id)
    for _ in range(3):
        shop.simulation.tell(joined.events)
        shop.wait(10)
    assert evolve(shop.room(joined.group_id), as_of=room.as_of) == room


def test_a_lost_event_is_made_good_by_the_next(shop):
    shop.code()
    vendor_id = shop.vendor().vendor_id
    lost = [shop.scans.group_code(vendor_id) for _ in range(3)]
    (told,) = shop.scan()
    room = shop.room(told.group_id)
    assert (room.seats, room.joined) == (5, 4)
    for joined in lost:  # they were late, not lost
        shop.simulation.tell(joined.events)
    shop.wait(60)
    room = shop.room(told.group_id)
    assert (room.seats, room.joined) == (5, 4)


def test_who_was_inside_before_did_not_come_by_the_code(shop):
    group_id = shop.group()
    shop.scan_picture(group_id, 3)
    shop.code(groups=[group_id])
    assert (shop.room(group_id).seats, shop.room(group_id).joined) == (4, 0)
    shop.scan(2)
    assert (shop.room(group_id).seats, shop.room(group_id).joined) == (6, 2)


def test_a_leaver_frees_a_seat_and_was_here_all_the_same(shop):
    shop.code()
    came = shop.scan(3)
    shop.leave(came[0].group_id, [came[0].member_id])
    room = shop.room(came[0].group_id)
    assert (room.seats, room.joined) == (3, 3)


def test_a_dismissed_group_is_retired_and_the_list_is_not_emptied(shop):
    shop.code()
    (room,) = shop.rooms()
    listed = shop.listed()
    shop.dismiss(room.group_id)
    assert shop.states() == ["retired"]
    assert shop.listed() == listed
    assert "no_group" in shop.alarms()
    second = shop.group()
    shop.codes.add_groups("shop", [second])
    shop.wait(60)
    assert "no_group" not in shop.alarms()


def test_arrivals_are_counted_by_hour(shop):
    row = shop.code()
    shop.scan(3, seconds=1)
    shop.wait(3_600)
    shop.scan(2)
    with shop.book.database.connect() as connection:
        hours = Joins(shop.book.database).by_hour(connection, row.number, 0)
    first = int(shop.clock.time()) // 3600 - 1
    assert hours == {first: 3, first + 1: 2}


def test_other_bounds_hold_at_once(shop):
    shop.code()
    shop.scan(9)
    (room,) = shop.rooms()
    told = GroupCapacity(10, 30, source="client page", as_of="2026-02-01")
    shop.codes.set_capacity("shop", room.group_id, told, "ann")
    shop.wait(5)
    assert shop.room(room.group_id).state == "scan_full"
    shop.change("shop", capacity=GroupCapacity(100, 200))
    assert shop.room(room.group_id).capacity.scan_cap == 10
    assert "live_code.capacity" in [line.what for line in shop.crm.audit.entries()]


def test_a_group_that_people_rename_has_the_number_in_its_name(shop):
    shop.code()
    spare = shop.group("some group")
    shop.codes.add_groups("shop", [spare])
    assert shop.room(spare).number == 0
    shop.rename(spare, "shop群5")
    assert shop.room(spare).number == 5
    assert shop.codes.report("shop").next_name == "shop群6"
