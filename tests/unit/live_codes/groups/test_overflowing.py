"""What happens when a group is full, whatever the vendor does of it."""

import pytest
from attrs import evolve

from privcrm.errors import AnswerLost
from privcrm.models.codes import BurstPolicy, GroupCapacity, OverflowPolicy, OverflowStrategy
from privcrm.models.events import GroupCreated
from privcrm.sandbox.world.scanning import Entry
from privcrm.services.live_codes import nights
from privcrm.store.live_codes.codes import CodeLife
from privcrm.store.live_codes.group_names import GroupNames
from privcrm.store.live_codes.groups import Rooms
from privcrm.store.live_codes.reservations import NewReservation, Reservations
from tests.unit.live_codes.groups.shop import POLICY, SCAN_CAP

ROOM = SCAN_CAP - 1  # the owner is inside
ENTRY = Entry(room=SCAN_CAP)


def test_a_full_group_is_followed_by_the_next_and_leaves_the_list(shop):
    shop.code()
    came = shop.scan(2 * ROOM + 5)
    assert None not in came
    rooms = shop.rooms()
    assert [(room.seats, room.state, room.number, room.joined) for room in rooms] == [
        (SCAN_CAP, "scan_full", 1, ROOM),
        (SCAN_CAP, "scan_full", 2, ROOM),
        (6, "open", 3, 5),
    ]
    assert [shop.scans.name(room.group_id) for room in rooms] == ["shop群1", "shop群2", "shop群3"]
    assert shop.listed() == (rooms[2].group_id,)
    assert shop.vendor().acked
    assert shop.alarms() == {}


def test_the_whole_object_is_written(shop):
    shop.code(note="door")
    shop.scan(ROOM + 1)
    spec = shop.book.provider.live_codes.get_group_code(shop.vendor().vendor_id).spec
    assert (spec.state, spec.note, spec.opens_groups, spec.base_name, spec.base_number) == (
        *(shop.vendor().state, "door", True, "shop群", 3),
    )


def test_nothing_is_called_where_nothing_changed(shop):
    shop.code()
    shop.scan(3)
    before = shop.calls.copy()
    assert shop.codes.reconcile("shop").is_quiet
    shop.scan(2)
    assert shop.calls == before


@pytest.mark.parametrize("appended", [True, False])
@pytest.mark.parametrize("told", [True, False])
def test_a_group_that_the_vendor_opened_is_adopted_once(shop_with, appended, told):
    shop = shop_with(entry=evolve(ENTRY, lists_new=appended))
    shop.code()
    shop.scan(ROOM)
    joined = shop.scans.group_code(shop.vendor().vendor_id)
    if told:
        shop.simulation.tell(joined.events)
    shop.wait(3_600)
    room = shop.room(joined.group_id)
    assert (room.source, room.number, room.state, room.seats, room.joined) == ("adopted", 2, "open", 2, 1)
    assert shop.listed() == (joined.group_id,)
    (task,) = shop.open_tasks("prepare_group")
    assert [point.name for point in task.points] == ["welcome", "anti_harassment", "notice", "admins"]
    assert shop.codes.report("shop").unprepared == (joined.group_id,)
    shop.wait(2 * 86_400)
    assert len(shop.open_tasks("prepare_group")) == 1


@pytest.mark.parametrize("told", [True, False])
def test_a_group_is_known_by_the_state_of_who_came_whatever_it_is_called(shop, told):
    shop.code()
    strange = shop.group("called otherwise", told=False, owner=3)
    shop.come_untold(strange, shop.vendor().state)
    shop.come_untold(strange, "somebody else's")
    if told:
        shop.crm.group_rosters.refresh(strange)
        shop.codes.take(GroupCreated(group_id=strange, at=int(shop.clock.time()), key="created"))
    else:
        shop.crm.group_rosters.refresh(strange)  # as a synchronisation does
        shop.codes.look_through()
    room = shop.room(strange)
    assert (room.source, room.number, room.joined, room.seats) == ("adopted", 2, 1, 3)
    assert "name_is_other" in shop.decisions()


def test_groups_that_are_nobodys_are_left_alone(shop):
    shop.code()
    for name in ("shop群7", "shop群", "elsewhere群2"):
        shop.group(name, owner=4)
    shop.codes.look_through()
    assert len(shop.rooms()) == 1


def test_a_group_is_prepared_when_every_point_is_ticked(shop):
    shop.code()
    shop.scan(ROOM + 1)
    (task,) = shop.open_tasks("prepare_group")
    for point in task.points:
        assert shop.codes.report("shop").unprepared
        shop.tasks.tick(task.task_id, point.name, "photo")
    assert shop.codes.report("shop").unprepared == ()


def test_a_name_that_is_taken_is_not_claimed_twice(shop):
    other = shop.code("other", policy=evolve(POLICY, prefix="shop群"))
    shop.code(groups=[shop.group("first", owner=1)])
    shop.scan(ROOM)
    with shop.book.database.transaction() as connection:
        assert GroupNames(shop.book.database).claim(connection, other.number, "shop群", 1, "elsewhere")
    shop.scan(ROOM + 1)
    assert [room.number for room in shop.rooms()] == [0, 2, 3], "the vendor called them 1 and 3"
    assert "name_taken" in shop.decisions()


def test_whoever_comes_late_to_a_new_group_claims_no_second_number(shop, monkeypatch):
    other = shop.code("other", policy=evolve(POLICY, prefix="shop群"))
    shop.code(groups=[shop.group("first", owner=1)])
    shop.scan(ROOM)
    names = GroupNames(shop.book.database)
    with shop.book.database.transaction() as connection:
        assert names.claim(connection, other.number, "shop群", 1, "elsewhere")
    shop.scan(1)
    group_id = shop.rooms()[-1].group_id
    before = shop.decisions()
    monkeypatch.setattr(Rooms, "ever_of", lambda *_: None)  # it looked before the other had adopted the group
    assert shop.codes._hearing._adopting.meet(group_id) is None
    assert shop.decisions() == before
    with shop.book.database.connect() as connection:
        assert names.next_number(connection, "shop群", 1) == 3


def test_without_a_new_group_in_time_the_spare_pool_steps_in_with_an_alarm(shop_with):
    shop = shop_with(entry=evolve(ENTRY, most_listed=1, grows_full_list=False))  # opens none
    spare = shop.group()
    shop.code(policy=evolve(POLICY, new_group_within=120))
    shop.codes.add_groups("shop", [spare])
    assert shop.scan(ROOM + 1)[-1] is None
    shop.wait(300)
    assert "no_new_group" in shop.alarms()
    assert shop.listed() == (spare,)
    assert shop.scan(1)[0].group_id == spare
    assert "fell_back" in shop.decisions()


def test_a_list_of_five_full_groups_is_cut_so_that_the_vendor_opens_again(shop_with):
    shop = shop_with(entry=evolve(ENTRY, grows_full_list=False))
    groups = [shop.group(f"shop群{number}") for number in range(1, 6)]
    shop.code(groups=groups, policy=evolve(POLICY, listed=5))
    vendor_id = shop.vendor().vendor_id
    came = [shop.scans.group_code(vendor_id) for _ in range(5 * ROOM + 1)]  # faster than any event
    assert came[-1] is None
    for joined in came[:-1]:
        shop.simulation.tell(joined.events)
    shop.wait(60)
    assert len(shop.listed()) == 4
    assert shop.scan(1)[0].group_id not in groups


def test_the_spare_pool_opens_the_next_before_the_last_seat_is_taken(shop):
    spares = [shop.group() for _ in range(2)]
    shop.code(strategy=OverflowStrategy.SPARE_POOL)
    assert all(added.is_added for added in shop.codes.add_groups("shop", spares))
    came = shop.scan(3 * ROOM)
    assert None not in came
    assert [room.seats for room in shop.rooms()] == [SCAN_CAP] * 3
    assert [room.source for room in shop.rooms()] == ["given", "added", "added"]


def test_spare_groups_are_offered_side_by_side_as_many_as_are_to_be_listed(shop_with):
    shop = shop_with(entry=evolve(ENTRY, spreads=True))
    shop.code(strategy=OverflowStrategy.SPARE_POOL, policy=evolve(POLICY, listed=3))
    shop.codes.add_groups("shop", [shop.group() for _ in range(4)])
    shop.wait(30)
    assert shop.states() == ["open", "open", "open", "spare", "spare"]
    assert len(shop.listed()) == 3
    came = shop.scan(3 * ROOM)
    assert None not in came
    assert len({joined.group_id for joined in came}) >= 3
    assert shop.states().count("spare") < 2, "what is nearly full is followed"


def test_in_a_burst_spare_groups_are_opened_so_that_people_spread(shop_with):
    shop = shop_with(entry=evolve(ENTRY, spreads=True))
    policy = evolve(POLICY, listed=1)
    shop.code(strategy=OverflowStrategy.SPARE_POOL, policy=policy, burst=BurstPolicy(60, 6))
    shop.codes.add_groups("shop", [shop.group() for _ in range(4)])
    shop.wait(30)
    assert shop.states().count("open") == 1, "fill-first"
    shop.scan(7, seconds=2)
    shop.wait(30)
    assert shop.states() == ["open"] * 4 + ["spare"]
    assert len(shop.listed()) == 4
    shop.wait(300)
    assert len(shop.listed()) == 1


def test_a_group_that_was_taken_out_of_use_is_put_back_with_who_came_meanwhile(shop):
    first = shop.group()
    shop.code(groups=[first, shop.group()], policy=evolve(POLICY, listed=2))
    shop.codes.retire_groups("shop", [first])
    shop.scan_picture(first, 3)
    (added,) = shop.codes.add_groups("shop", [first])
    assert added.is_added
    assert (shop.room(first).state, shop.room(first).seats) == ("spare", 4)


def test_too_few_spare_groups_are_told_once_and_made_good(shop):
    shop.code(strategy=OverflowStrategy.SPARE_POOL, policy=evolve(POLICY, low_water=2), owner_id="boss")
    (task,) = shop.open_tasks("make_spares")
    assert task.staff_id == "boss"
    assert "Empty groups to make for live code shop: 2, from" in task.title
    assert "low_water" in shop.alarms()
    shop.codes.reconcile("shop")
    assert len(shop.open_tasks("make_spares")) == 1
    done = shop.codes.add_groups("shop", [shop.group(), shop.group(), "group-99999"])
    assert [added.is_added for added in done] == [True, True, False]
    assert not shop.open_tasks("make_spares")
    assert "low_water" not in shop.alarms()
    shop.scan(ROOM)
    (again,) = shop.open_tasks("make_spares")
    assert again.task_id > task.task_id


def test_a_deleted_code_leaves_no_alarm_and_no_task_standing(shop):
    policy = evolve(POLICY, low_water=2)
    shop.code("other", strategy=OverflowStrategy.SPARE_POOL, policy=policy)
    shop.code(strategy=OverflowStrategy.SPARE_POOL, policy=policy)
    (task,) = [each for each in shop.open_tasks("make_spares") if "live code shop:" in each.title]
    assert "low_water" in shop.alarms()
    shop.live_codes.delete("shop")
    assert shop.alarms() == {}
    assert shop.tasks.get(task.task_id).evidence == "the live code was deleted"
    assert "low_water" in shop.alarms("other")
    assert ["live code other:" in each.title for each in shop.open_tasks("make_spares")] == [True]


def test_a_group_stands_behind_one_code(shop):
    shop.code()
    shop.code("other")
    (room,) = shop.rooms("other")
    (refused,) = shop.codes.add_groups("shop", [room.group_id])
    assert refused.reason == "it stands behind live code 'other'"


def test_a_group_of_a_deleted_code_is_free_for_another(shop):
    row = shop.code()
    (room,) = shop.rooms()
    with shop.book.database.transaction() as connection:
        shop.book.rows.set_life(connection, row.number, CodeLife.DELETED, shop.clock.time())
    shop.code("other")
    (added,) = shop.codes.add_groups("other", [room.group_id])
    assert added.is_added


def test_a_full_group_opens_again_only_beyond_the_gap(shop):
    shop.code()
    came = shop.scan(ROOM + 3)
    full = came[0].group_id
    inside = [joined.member_id for joined in came if joined.group_id == full]
    shop.leave(full, inside[:2])
    assert shop.room(full).state == "scan_full"
    shop.leave(full, inside[2:3])
    assert shop.room(full).state == "soft_full"
    assert full in shop.listed()


def test_a_burst_lists_all_open_groups_until_it_is_over(shop_with):
    shop = shop_with(entry=evolve(ENTRY, spreads=True))
    groups = [shop.group(f"shop群{number}") for number in range(1, 7)]
    shop.code(groups=groups[:5], policy=evolve(POLICY, listed=5), burst=BurstPolicy(60, 6))
    shop.change("shop", listed=1)
    assert len(shop.listed()) == 1
    shop.scan(7, seconds=2)
    shop.wait(5)
    assert "burst" in shop.alarms()
    assert len(shop.listed()) == 5
    shop.wait(300)
    assert "burst" not in shop.alarms()
    assert len(shop.listed()) == 1


def test_what_somebody_else_changed_is_told_and_set_right(shop):
    shop.code()
    vendor, port = shop.vendor(), shop.book.provider.live_codes
    (ours,) = shop.listed()
    found = port.get_group_code(vendor.vendor_id).spec
    theirs = shop.group("by hand")
    port.update_group_code(vendor.vendor_id, evolve(found, group_ids=(theirs,), opens_groups=False))
    assert shop.codes.reconcile("shop").is_quiet, "nobody tells of it: it is found by reading"
    told = shop.codes.reconcile("shop", shadow=True, force=True)
    assert told.drift
    assert port.get_group_code(vendor.vendor_id).spec.opens_groups is False
    shop.wait(86_400)  # by night
    assert "drift" in shop.alarms()
    assert set(shop.listed()) == {ours, theirs}
    assert shop.room(theirs).source == "adopted"
    assert port.get_group_code(vendor.vendor_id).spec.opens_groups is True
    shop.wait(86_400)
    assert "drift" not in shop.alarms()


def test_a_lost_answer_is_read_back(shop):
    shop.code()
    shop.scan(ROOM)
    joined = shop.scans.group_code(shop.vendor().vendor_id)
    with shop.book.database.transaction() as connection:
        shop.book.vendor.doubted(connection, shop.vendor().code, 0)
    shop.simulation.tell(joined.events)
    shop.wait(30)
    assert shop.vendor().unsure is False
    assert shop.listed() == (joined.group_id,)


def test_full_groups_retire_after_a_day_and_stay_in_the_history(shop):
    shop.code()
    shop.scan(ROOM + 1)
    shop.wait(3 * 86_400)
    assert shop.states() == ["retired", "open"]
    assert shop.codes.report("shop").counts.retired == 1


def test_bounds_are_those_of_each_group(shop):
    big, small = shop.group(), shop.group()
    shop.code(groups=[big, small], strategy=OverflowStrategy.SPARE_POOL, policy=evolve(POLICY, listed=2))
    shop.codes.set_capacity("shop", small, GroupCapacity(5, 30, source="seen"))
    for _ in range(3):
        shop.scan_picture(small)
    assert shop.room(small).state == "soft_full"
    assert shop.room(big).state == "open"


def test_a_forecast_says_how_many_spare_groups_are_short(shop):
    shop.code(strategy=OverflowStrategy.SPARE_POOL)
    shop.scan(10, seconds=60)
    told = shop.codes.forecast("shop", shop.clock.time() + 8 * 3_600)
    assert told.rate >= 10
    assert told.groups_needed == told.short_by >= 4
    assert OverflowPolicy().lead_hours * told.rate / 18 + 1 <= told.low_water + 1


def test_a_code_that_is_gone_at_the_vendor_is_told_and_keeps_no_other_from_being_read(shop):
    shop.code()
    shop.code("other", groups=[shop.group("elsewhere")])
    shop.book.provider.live_codes.delete_group_code(shop.vendor().vendor_id)
    shop.codes.look_through()
    assert "leads nowhere" in shop.alarms()["drift"].told
    assert "drift" not in shop.alarms("other")


def test_a_code_that_cannot_be_read_keeps_no_other_from_being_read(shop, monkeypatch):
    shop.code()
    shop.code("other", groups=[shop.group("elsewhere")])
    port, broken = shop.book.provider.live_codes, shop.vendor().vendor_id
    read, asked = port.get_group_code, list[str]()

    def get_group_code(code_id):
        asked.append(code_id)
        if code_id == broken:
            raise AnswerLost("no answer", provider="memory", operation="live_codes.get_group_code")
        return read(code_id)

    monkeypatch.setattr(port, "get_group_code", get_group_code)
    shop.codes.look_through()
    assert asked == [broken, shop.vendor("other").vendor_id]


def test_the_night_comes_by_itself_and_goes_in_turns(shop, monkeypatch):
    monkeypatch.setattr(nights, "A_TURN", 2)
    keys = [f"shop{number}" for number in range(5)]
    port = shop.book.provider.live_codes
    for key in keys:
        shop.code(key)
        known = shop.vendor(key).vendor_id
        port.update_group_code(known, evolve(port.get_group_code(known).spec, note="by hand"))
    shop.wait(86_400)
    assert [key for key in keys if "drift" not in shop.alarms(key)] == []


def test_a_group_that_is_taken_out_of_use_gets_nobody_more_and_stays_in_the_history(shop):
    first, second = groups = [shop.group(), shop.group()]
    shop.code(groups=groups, policy=evolve(POLICY, listed=2))
    assert shop.codes.retire_groups("shop", [first, "nowhere"], who="ann") == 1
    assert shop.codes.retire_groups("shop", [first]) == 0
    shop.wait(60)
    assert shop.listed() == (second,)
    assert [room.group_id for room in shop.codes.history("shop")] == groups


def test_a_change_of_a_code_puts_no_group_back_that_was_taken_out_of_use(shop):
    first, second, third = groups = [shop.group() for _ in range(3)]
    shop.code(groups=groups[:2], policy=evolve(POLICY, listed=2))
    shop.codes.retire_groups("shop", [first])
    shop.change("shop", name="another name")
    assert shop.room(first).state == "retired"
    shop.change("shop", group_ids=(first, second, third))
    assert [shop.room(each).state for each in groups] == ["retired", "open", "spare"]
    shop.change("shop", group_ids=(second,))
    shop.change("shop", group_ids=(first, second))
    assert shop.room(first).state == "spare", "asked for anew"


def test_by_night_visitors_who_never_came_are_forgotten(shop):
    number = shop.code().number
    reservations = Reservations(shop.book.database)
    now = shop.book.clock.time()
    with shop.book.database.transaction() as connection:
        new = NewReservation("a visitor", shop.rooms()[0].group_id, now + 75)
        reservations.reserve(connection, number, new, now)
    shop.codes.look_through()
    with shop.book.database.connect() as connection:
        assert reservations.of_visitor(connection, number, "a visitor") is not None
    shop.wait(86_400)
    with shop.book.database.connect() as connection:
        assert reservations.of_visitor(connection, number, "a visitor") is None


def test_while_the_next_group_cannot_be_asked_for_events_are_counted_all_the_same(shop, monkeypatch):
    spare = shop.group()
    shop.code(strategy=OverflowStrategy.SPARE_POOL)
    shop.codes.add_groups("shop", [spare])

    def get(_, *, names=False):
        raise AnswerLost("no answer", provider="memory", operation="groups.get")

    with monkeypatch.context() as broken:
        broken.setattr(shop.book.provider.groups, "get", get)
        shop.scan(ROOM)
        assert shop.rooms()[0].joined == ROOM
        assert shop.listed() != (spare,)
    shop.wait(300)
    assert shop.listed() == (spare,), "the timer tries again"
