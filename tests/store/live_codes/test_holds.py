"""Visitors on the way: whose time is over is forgotten, some at a time, and the oldest of a seat comes first."""

from privcrm.store import Store
from privcrm.store.live_codes.holds import Hold, Holds


def test_only_those_whose_time_is_over_are_forgotten_and_some_at_a_time(store: Store) -> None:
    holds = Holds(store.database)
    with store.database.transaction() as connection:
        for number in range(250):
            holds.put(connection, 1, Hold(f"over {number:03}", 1, 0.0, 10.0))
        for code, visitor, until in ((1, "on the way", 11.0), (2, "elsewhere", 10.0)):
            holds.put(connection, code, Hold(visitor, 1, 0.0, until))
        left: list[tuple[int, ...] | None] = []
        for _ in range(3):
            holds.clear(connection, 1, 10.0)
            left.append(connection.one("SELECT COUNT(*) FROM privcrm_code_hold"))
    assert left == [(52,), (2,), (2,)]


def test_the_oldest_hold_of_a_seat_is_released_first(store: Store) -> None:
    holds = Holds(store.database)
    with store.database.transaction() as connection:
        for visitor, staff, made_at, until in (
            ("late", 1, 5.0, 90.0),
            ("early", 1, 2.0, 80.0),
            ("over", 1, 1.0, 10.0),
            ("other", 2, 0.0, 99.0),
        ):
            holds.put(connection, 7, Hold(visitor, staff, made_at, until))
        assert holds.last_until(connection, 7, 1) == 90.0
        assert [holds.release_oldest(connection, 7, 1, 20.0) for _ in range(3)] == [True, True, False]
        left = connection.all("SELECT visitor FROM privcrm_code_hold ORDER BY visitor")
    assert left == [("other",), ("over",)]
