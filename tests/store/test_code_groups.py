"""Groups, names, arrivals and pictures behind group live codes, on both databases."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from attrs import evolve

from privcrm.clock import ManualClock
from privcrm.models.codes import GroupCapacity
from privcrm.models.ids import StaffId
from privcrm.models.staff_task import StaffTask
from privcrm.store import Store
from privcrm.store.keyring import Keyring
from privcrm.store.live_codes.group_images import GroupImage, GroupImages
from privcrm.store.live_codes.group_names import GroupNames
from privcrm.store.live_codes.groups import Room, RoomCounts, Rooms, RoomSource, RoomState
from privcrm.store.live_codes.joins import Came, Joins
from privcrm.store.staff_tasks import StaffTasks

CODE, OTHER = 1, 2
SPARE, OPEN, SCAN_FULL = RoomState.SPARE, RoomState.OPEN, RoomState.SCAN_FULL


def room(group_id: str, code: int = CODE, state: RoomState = SPARE) -> Room:
    return Room(group_id, code, source=RoomSource.ADDED, state=state, capacity=GroupCapacity(20, 30, source="test"))


@pytest.fixture
def rooms(store: Store) -> Rooms:
    return Rooms(store.database)


def test_groups_have_their_turn_in_the_order_in_which_they_came(store: Store, rooms: Rooms) -> None:
    with store.database.transaction() as connection:
        assert [rooms.add(connection, room(each)) for each in ("b", "a", "b", "c")] == [True, True, False, True]
        assert [(each.group_id, each.place) for each in rooms.live(connection, CODE)] == [("b", 1), ("a", 2), ("c", 3)]
        assert rooms.get(connection, CODE, "a") == evolve(room("a"), place=2)
    assert [each.group_id for each in rooms.history(CODE)] == ["b", "a", "c"]


def test_a_group_stands_behind_one_code_at_a_time_and_its_history_stays(store: Store, rooms: Rooms) -> None:
    with store.database.transaction() as connection:
        assert rooms.add(connection, room("a"))
        assert not rooms.add(connection, room("a", OTHER))
        assert rooms.retire(connection, CODE, ["a", "none"], 9.0) == 1
        assert rooms.of_group(connection, "a") is None
        assert rooms.add(connection, room("a", OTHER))
        assert not rooms.add(connection, room("a")), "it stands behind the other by now"
        assert [each.code for each in rooms.ever_of(connection, "a")] == [CODE, OTHER]
        rooms.retire(connection, OTHER, ["a"], 10.0)
        rooms.joined(connection, CODE, "a", 3)
        assert rooms.add(connection, room("a", state=OPEN))
        back = rooms.of_group(connection, "a")
    assert back is not None
    assert (back.code, back.place, back.joined, back.retired_at, back.state) == (CODE, 1, 3, 0.0, OPEN)


def test_an_older_count_changes_nothing(store: Store, rooms: Rooms) -> None:
    with store.database.transaction() as connection:
        rooms.add(connection, room("a", state=OPEN))
        held = rooms.get(connection, CODE, "a")
        assert held is not None
        full = {"version": "v2", "state": SCAN_FULL, "now": 50.0}
        assert rooms.count(connection, held, seats=20, as_of=40.0, **full)
        assert not rooms.count(connection, held, seats=3, version="v1", as_of=39.0, state=OPEN, now=51.0)
        assert rooms.count(connection, held, seats=20, as_of=41.0, **{**full, "now": 60.0})
        found = rooms.get(connection, CODE, "a")
        assert found is not None
        assert (found.seats, found.version, found.state, found.full_at) == (20, "v2", SCAN_FULL, 50.0)
        assert rooms.counts(connection, CODE) == RoomCounts(full=1)


def test_a_spare_group_is_opened_once(store: Store, rooms: Rooms) -> None:
    with store.database.transaction() as connection:
        rooms.add(connection, room("a"))

    def take(_: int) -> bool:
        with store.database.transaction() as connection:
            return rooms.open(connection, room("a"), 0, OPEN, 5.0)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(take, range(8))) == [False] * 7 + [True]


def test_bounds_of_one_group_stand_when_those_of_all_change(store: Store, rooms: Rooms) -> None:
    own, common = GroupCapacity(5, 9, source="seen", as_of="2026-01-02"), GroupCapacity(100, 200)
    with store.database.transaction() as connection:
        for each in ("a", "b"):
            rooms.add(connection, room(each))
        assert rooms.set_capacity(connection, CODE, "a", own)
        assert not rooms.set_capacity(connection, CODE, "none", own)
        rooms.set_common_capacity(connection, CODE, common)
        assert [each.capacity for each in rooms.live(connection, CODE)] == [own, common]


def test_a_group_is_prepared_once_its_task_is_done(store: Store, rooms: Rooms, clock: ManualClock) -> None:
    tasks = StaffTasks(store.database, clock, Keyring(()))
    with store.database.transaction() as connection:
        rooms.add(connection, room("a"))
        tasks.open(connection, StaffTask("t", "prepare_group", StaffId("li")))
        rooms.set_task(connection, CODE, "a", "t")
        assert not rooms.live(connection, CODE)[0].is_prepared
    tasks.done("t", "seen")
    with store.database.connect() as connection:
        assert rooms.live(connection, CODE)[0].is_prepared


# -- names


def test_a_number_is_one_groups_and_the_next_comes_after_the_greatest(store: Store) -> None:
    names = GroupNames(store.database)
    with store.database.transaction() as connection:
        assert names.next_number(connection, "群", 3) == 3
        assert names.claim(connection, CODE, "群", 7, "a")
        assert names.claim(connection, CODE, "群", 7, "a"), "the same again is fine"
        assert not names.claim(connection, OTHER, "群", 7, "b")
        assert names.claim(connection, CODE, "店", 7, "b")
        assert (names.next_number(connection, "群", 3), names.next_number(connection, "群", 30)) == (8, 30)
        assert (names.number_of(connection, CODE, "a"), names.number_of(connection, CODE, "z")) == (7, None)
        names.use(connection, CODE, "群")
        names.use(connection, OTHER, "群")
        names.use(connection, CODE, "群")
        assert (names.codes_with(connection, "群"), names.codes_with(connection, "x")) == ([CODE, OTHER], [])


def test_of_many_who_claim_a_number_one_gets_it(store: Store) -> None:
    names = GroupNames(store.database)

    def claim(number: int) -> bool:
        with store.database.transaction() as connection:
            return names.claim(connection, CODE, "群", 1, f"g{number}")

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(claim, range(8))) == 1


# -- arrivals


def test_an_arrival_is_news_once(store: Store) -> None:
    joins = Joins(store.database)
    with store.database.transaction() as connection:
        assert joins.note(connection, CODE, "a", {3: 100, 1: 90}, Came.BY_CODE) == [1, 3]
        assert joins.note(connection, CODE, "a", {3: 200, 4: 210}, Came.OTHERWISE) == [4]
        assert joins.lately(connection, CODE, 95) == 1
        joins.count_hours(connection, CODE, {5: 2, 6: 1})
        joins.count_hours(connection, CODE, {6: 3})
        assert joins.by_hour(connection, CODE, 5) == {5: 2, 6: 4}
        assert joins.by_hour(connection, CODE, 6) == {6: 4}


# -- pictures


def test_a_picture_takes_the_place_of_the_groups_last(store: Store, rooms: Rooms) -> None:
    images = GroupImages(store.database)
    first = GroupImage(CODE, "a", "image/png", b"\x00one", "https://x/1", 10.0, 70.0)
    with store.database.transaction() as connection:
        rooms.add(connection, room("a"))
        images.put(connection, first)
        assert images.get(connection, CODE, "a") == first
        second = evolve(first, content=b"two", says="https://x/2", expires_at=170.0)
        images.put(connection, second)
        assert images.get(connection, CODE, "a") == second
        assert images.expiries(connection, CODE) == {"a": 170.0}
        assert images.saying(connection, CODE, "https://x/2") == ["a"]
        rooms.retire(connection, CODE, ["a"], 5.0)
        assert images.expiries(connection, CODE) == {}
    assert [second.is_valid(at) for at in (169.9, 170.0)] == [True, False]
    assert "two" not in repr(second)
