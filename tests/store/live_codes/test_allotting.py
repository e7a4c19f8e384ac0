"""Spare groups are taken by one of many, and groups in front are found with or without pictures."""

import pytest

from privcrm.models.codes import GroupCapacity
from privcrm.store import Store
from privcrm.store.database import Connection
from privcrm.store.live_codes.allotting import Allotments, FrontGroup
from privcrm.store.live_codes.groups import Room, Rooms, RoomState

NOW = 1_000_000.0
CAPACITY = GroupCapacity(scan_cap=40, hard_cap=100, staff_seats=2)


@pytest.fixture
def allotments(store: Store) -> Allotments:
    rooms = Rooms(store.database)
    with store.database.transaction() as connection:
        for number, state in enumerate([RoomState.OPEN, RoomState.SPARE, RoomState.SPARE, RoomState.SPARE]):
            rooms.add(connection, Room(f"g{number}", 7, state=state, capacity=CAPACITY))
        rooms.add(connection, Room("other", 8, state=RoomState.SPARE, capacity=CAPACITY))
    return Allotments(store.database)


def picture(connection: Connection, group_id: str, expires_at: float) -> None:
    connection.run(
        "INSERT INTO privcrm_code_group_image"
        " (company, code, group_id, media_type, content, says, uploaded_at, expires_at)"
        " VALUES ('acme', 7, ?, 'image/png', ?, '', 0, ?)",
        *(group_id, b"png", expires_at),
    )


def test_a_spare_group_is_opened_once_and_for_its_own_code_only(store: Store, allotments: Allotments) -> None:
    with store.database.transaction() as connection:
        assert allotments.spare(connection, 7, 2) == ["g1", "g2"]
        assert [allotments.open(connection, 7, "g1", NOW) for _ in range(2)] == [True, False]
        assert not allotments.open(connection, 7, "other", NOW)
        assert not allotments.reserve(connection, 7, "g1", 3)
        assert allotments.spare(connection, 7, 9) == ["g2", "g3"]
        assert [each.group_id for each in allotments.in_front(connection, 7)] == ["g1", "g0"]
        assert allotments.in_front(connection, 7)[0] == FrontGroup("g1", 0, GroupCapacity(40, 100, 2))


def test_a_reserved_group_is_nobody_elses_until_it_is_opened_or_freed(store: Store, allotments: Allotments) -> None:
    with store.database.transaction() as connection:
        assert [allotments.reserve(connection, 7, each, part) for each, part in (("g1", 1), ("g1", 2), ("g2", 2))] == [
            *(True, False, True)
        ]
        assert not allotments.open(connection, 7, "g1", NOW)
        assert allotments.spare(connection, 7, 9) == ["g3"]
        assert (allotments.reserved(connection, 7, 1), allotments.reserved(connection, 7, 2)) == (["g1"], ["g2"])
        allotments.open_reserved(connection, 7, 1, NOW)
        allotments.free_reserved(connection, 7, 2)
        allotments.free_reserved(connection, 7, 1)  # too late: it is in front
        assert [(each.group_id, each.part) for each in allotments.in_front(connection, 7)] == [("g1", 1), ("g0", 0)]
        assert allotments.spare(connection, 7, 9) == ["g2", "g3"]


def test_pictures_count_while_they_are_valid(store: Store, allotments: Allotments) -> None:
    with store.database.transaction() as connection:
        for group_id, expires_at in (("g0", NOW + 1), ("g1", NOW), ("g3", NOW + 1)):
            picture(connection, group_id, expires_at)
        assert allotments.spare(connection, 7, 9, pictured_at=NOW) == ["g3"]
        assert [each.group_id for each in allotments.in_front(connection, 7, pictured_at=NOW)] == ["g0"]
        assert not allotments.in_front(connection, 7, pictured_at=NOW + 1)


def test_retired_groups_are_not_in_front_and_five_are_the_most(store: Store, allotments: Allotments) -> None:
    rooms = Rooms(store.database)
    with store.database.transaction() as connection:
        for number in range(10, 17):
            rooms.add(connection, Room(f"g{number}", 7, state=RoomState.SCAN_FULL, capacity=CAPACITY))
        rooms.retire(connection, 7, ["g16"], NOW)
        found = [each.group_id for each in allotments.in_front(connection, 7)]
    assert found == ["g15", "g14", "g13", "g12", "g11"]
