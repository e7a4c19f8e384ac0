"""Links, visitors, reservations and the funnel, on both databases."""

import threading
from collections.abc import Callable

import pytest

from privcrm.clock import ManualClock
from privcrm.errors import InputError, StoreError
from privcrm.store import Store, open_store
from privcrm.store.live_codes.funnel import Funnel, Step
from privcrm.store.live_codes.group_images import GroupImage, GroupImages
from privcrm.store.live_codes.groups import Room, Rooms, RoomState
from privcrm.store.live_codes.links import Links, is_slug
from privcrm.store.live_codes.open_rooms import OpenRoom, OpenRooms
from privcrm.store.live_codes.reservations import Figures, NewReservation, Reservations, Tally, part_target
from privcrm.store.live_codes.visitors import Visitors


def reserve(store: Store, *visitors: str, target: str = "g1", at: float = 100.0, until: float = 200.0) -> list[bool]:
    reservations = Reservations(store.database)
    with store.database.transaction() as connection:
        return [
            reservations.reserve(connection, 1, NewReservation(visitor, target, until), at + place)
            for place, visitor in enumerate(visitors)
        ]


def figures(store: Store) -> dict[str, Figures]:
    with store.database.connect() as connection:
        return Reservations(store.database).figures(connection, 1)


# -- links


def test_links_are_drawn_and_lead_to_their_code_for_ever(store: Store) -> None:
    links = Links(store.database)
    with store.database.transaction() as connection:
        drawn = [links.make(connection, code, float(place)) for place, code in enumerate((7, 7, 8))]
        assert links.first(connection, 7, 9.0) == drawn[0]
        assert list(links.of_code(connection, 7)) == drawn[:2]
        assert [links.code_of(connection, slug) for slug in drawn] == [7, 7, 8]
        assert links.code_of(connection, "nowhere") is None
        assert links.first(connection, 9, 9.0) == links.first(connection, 9, 10.0)
    assert all(len(slug) == 8 and is_slug(slug) for slug in drawn)


def test_a_link_that_was_taken_is_drawn_again_and_a_broken_source_gives_up(store: Store) -> None:
    letters = iter("a" * 8 + "a" * 8 + "b" * 8)
    links = Links(store.database, draw=lambda alphabet: next(letters))
    with store.database.transaction() as connection:
        assert [links.make(connection, code, 0.0) for code in (1, 2)] == ["a" * 8, "b" * 8]
        stuck = Links(store.database, draw=lambda alphabet: "a")
        with pytest.raises(StoreError, match="chance"):
            stuck.make(connection, 3, 0.0)


def test_a_chosen_link_stays_with_its_code(store: Store) -> None:
    links = Links(store.database)
    with store.database.transaction() as connection:
        assert links.make(connection, 1, 0.0, "Shop-12") == "Shop-12"
        assert links.make(connection, 1, 5.0, "Shop-12") == "Shop-12"
        with pytest.raises(InputError, match="another live code"):
            links.make(connection, 2, 0.0, "Shop-12")
        for wrong in ("en", "healthz", "a/b", "-a", "a" * 65, "店", "a b", "../x"):
            with pytest.raises(InputError, match="a link is"):
                links.make(connection, 2, 0.0, wrong)


# -- visitors


def test_a_binding_ends_by_the_clock(store: Store) -> None:
    visitors = Visitors(store.database)
    with store.database.transaction() as connection:
        visitors.bind(connection, 1, "ann", "g1", 100.0)
        visitors.bind_all(connection, 1, [("ann", "g2", 200.0), ("bob", "g1", 50.0)])
        assert visitors.bound(connection, 1, "ann", 150.0) == "g2"
        assert visitors.bound_of(connection, 1, ["ann", "bob", "cat"], 40.0) == {"ann": "g2", "bob": "g1"}
        assert visitors.bound(connection, 1, "bob", 50.0) == ""
        assert visitors.bound(connection, 2, "ann", 0.0) == ""


def test_many_visitors_are_looked_up_at_once(store: Store) -> None:
    visitors = Visitors(store.database)
    names = [f"v{number}" for number in range(900)]
    with store.database.transaction() as connection:
        visitors.bind_all(connection, 1, [(name, "g", 9.0) for name in names])
        assert len(visitors.bound_of(connection, 1, names, 0.0)) == 900


def test_a_commitment_counts_once(store: Store) -> None:
    visitors = Visitors(store.database)
    with store.database.transaction() as connection:
        said = [visitors.commit(connection, 1, who, 0.0) for who in ("ann", "ann", "bob")]
        assert said == [True, False, True]
        assert (visitors.committed(connection, 1), visitors.committed(connection, 2)) == (2, 0)
        assert visitors.has_committed(connection, 1, "ann")
        assert not visitors.has_committed(connection, 1, "cat")


def test_a_word_that_does_not_count_yet_counts_once_it_does(store: Store) -> None:
    visitors = Visitors(store.database)
    with store.database.transaction() as connection:
        assert [visitors.say(connection, 1, who, 7.0) for who in ("ann", "ann", "bob")] == [True, False, True]
        assert visitors.committed(connection, 1) == 0
        assert visitors.has_committed(connection, 1, "ann")
        assert [visitors.confirm(connection, 1, who, 8.0) for who in ("ann", "ann", "cat")] == [True, False, False]
        assert [visitors.commit(connection, 1, who, 9.0) for who in ("bob", "bob")] == [True, False]
        assert not visitors.say(connection, 1, "ann", 9.0)
        assert visitors.committed(connection, 1) == 2


def test_a_word_that_never_counted_is_forgotten_and_no_other(store: Store) -> None:
    visitors = Visitors(store.database)
    with store.database.transaction() as connection:
        visitors.commit(connection, 1, "ann", 5.0)
        for code, who, at in ((1, "old", 6.0), (1, "new", 8.0), (2, "elsewhere", 6.0)):
            visitors.say(connection, code, who, at)
        visitors.forget_said(connection, 1, 7.0)
        left = [visitors.has_committed(connection, 1, who) for who in ("ann", "old", "new")]
        assert (left, visitors.has_committed(connection, 2, "elsewhere")) == ([True, False, True], True)


# -- reservations


def test_a_visitor_has_one_reservation_at_a_code(store: Store) -> None:
    assert reserve(store, "ann", "bob", "ann") == [True, True, False]
    assert figures(store) == {"g1": Figures(reserved=2, handed_out=2)}


def test_a_join_closes_the_oldest_of_its_target(store: Store) -> None:
    reserve(store, "ann", "bob", "cat")
    reserve(store, "dan", target=part_target(2))
    reservations = Reservations(store.database)
    with store.database.transaction() as connection:
        assert reservations.close_oldest(connection, 1, "g1", 2) == 2
        assert list(reservations.of_visitors(connection, 1, ["ann", "bob", "cat", "dan"])) == ["cat", "dan"]
        assert reservations.close_oldest(connection, 1, "g1", 5) == 1  # four of them came otherwise
        assert reservations.close_oldest(connection, 1, "elsewhere", 1) == 0
        assert reservations.close_oldest(connection, 1, part_target(2), -1) == 0
        assert reservations.tally(connection, 1) == Tally(3.0, 0.0)
    assert figures(store)["g1"] == Figures(reserved=0, handed_out=3, joined=3)
    assert figures(store)["part:2"].reserved == 1


def test_the_expired_vanish_and_are_learned_from(store: Store) -> None:
    reserve(store, "ann", "bob", until=150.0)
    reserve(store, "cat", target="g2", until=150.0)
    reserve(store, "dan", until=300.0)
    reservations = Reservations(store.database)
    with store.database.transaction() as connection:
        assert reservations.expire(connection, 1, 149.0) == 0
        assert reservations.expire(connection, 1, 150.0, most=2) == 2
        reservations.prolong(connection, 1, ["dan"], 400.0)
        assert reservations.expire(connection, 1, 399.0) == 1
        assert reservations.tally(connection, 1) == Tally(0.0, 3.0)
    told = figures(store)
    assert (told["g1"].reserved, told["g1"].expired, told["g2"].expired) == (1, 2, 1)


def test_what_was_learned_long_ago_weighs_less(store: Store) -> None:
    reservations = Reservations(store.database)
    with store.database.transaction() as connection:
        for start in range(0, 3_000, 100):
            new = [NewReservation(f"v{start + place}", "g1", 10.0) for place in range(100)]
            reservations.reserve_all(connection, 1, new, float(start))
            assert reservations.close_oldest(connection, 1, "g1", 100) == 100
        tally = reservations.tally(connection, 1)
        assert (tally.joined, tally.expired) == (2_000.0, 0.0)
        reservations.reserve_all(connection, 1, [NewReservation(f"w{n}", "g1", 10.0) for n in range(500)], 0.0)
        reservations.expire(connection, 1, 11.0)
        tally = reservations.tally(connection, 1)
    assert tally.joined == pytest.approx(1_600.0)
    assert tally.expired == pytest.approx(400.0)


def test_what_is_written_a_second_time_is_counted_once(store: Store) -> None:
    reservations = Reservations(store.database)
    new = [NewReservation(who, "g1", 9.0) for who in ("ann", "bob")]
    with store.database.transaction() as connection:
        reservations.reserve_all(connection, 1, new[:1], 0.0)
        reservations.reserve_all(connection, 1, new, 0.0)
    assert figures(store)["g1"].reserved == 2


def test_a_reservation_can_be_taken_back_without_a_lesson(store: Store) -> None:
    reserve(store, "ann", "bob")
    reservations = Reservations(store.database)
    with store.database.transaction() as connection:
        reservations.release(connection, 1, ["ann", "nobody"])
        assert reservations.tally(connection, 1) == Tally()
    assert figures(store)["g1"] == Figures(reserved=1, handed_out=2)


def test_what_is_shown_without_a_reservation_is_counted(store: Store) -> None:
    reservations = Reservations(store.database)
    with store.database.transaction() as connection:
        reservations.hand_out(connection, 1, {"part:0": 3})
        reservations.note_recent(connection, 1, {"part:0": "60,1,2"})
    assert figures(store) == {"part:0": Figures(handed_out=3, recent="60,1,2")}


def test_companies_of_one_store_share_nothing(store: Store, url: str, clock: ManualClock) -> None:
    """D33."""
    reserve(store, "ann")
    with open_store(url, clock=clock, company="other") as other, other.database.transaction() as connection:
        reservations = Reservations(other.database)
        assert reservations.close_oldest(connection, 1, "g1", 1) == 0
        assert reservations.of_visitor(connection, 1, "ann") is None
        assert Links(other.database).of_code(connection, 1) == []
        assert Funnel(other.database).of_code(connection, 1) == {}


def test_reservations_of_many_threads_are_exact(store: Store) -> None:
    """D32: 16 threads reserve, join and let expire; the sums agree with the rows at the end."""
    reservations = Reservations(store.database)
    wrong: list[BaseException] = []

    def work(number: int) -> None:
        for turn in range(12):
            new = NewReservation(f"v{number}-{turn}", "g1", 1_000.0)
            with store.database.transaction() as connection:
                reservations.reserve(connection, 1, new, float(turn))
                if turn % 3 == 2:
                    reservations.close_oldest(connection, 1, "g1", 2)

    crew = [threading.Thread(target=_noting(work, wrong), args=(number,)) for number in range(16)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    assert wrong == []
    told = figures(store)["g1"]
    assert (told.reserved, told.handed_out, told.joined) == (16 * 4, 16 * 12, 16 * 8)
    with store.database.connect() as connection:
        row = connection.one("SELECT count(*) FROM privcrm_code_reservation")
        assert reservations.tally(connection, 1) == Tally(128.0, 0.0)
    assert row == (16 * 4,)


def _noting(work: Callable[[int], None], wrong: list[BaseException]) -> Callable[[int], None]:
    def run(number: int) -> None:
        try:
            work(number)
        except BaseException as error:  # noqa: BLE001 - the thread is not to die in silence
            wrong.append(error)

    return run


# -- groups with room


def test_groups_with_room_are_found_past_any_number_of_full_ones(store: Store) -> None:
    rooms, pictures = OpenRooms(store.database), GroupImages(store.database)
    states = [RoomState.SCAN_FULL] * 300 + [RoomState.OPEN, RoomState.SPARE, RoomState.SOFT_FULL, RoomState.RETIRED]
    with store.database.transaction() as connection:
        assert rooms.full_since(connection, 1) is None
        for number, state in enumerate(states):
            full_at = float(number) if state is RoomState.SCAN_FULL else 0.0
            Rooms(store.database).add(connection, Room(f"g{number}", 1, part=2, state=state, seats=7, full_at=full_at))
        pictures.put(connection, GroupImage(1, "g302", "image/png", b"x", "", 0.0, 50.0))
        assert rooms.of_code(connection, 1) == [OpenRoom("g300", 2, 7, 200), OpenRoom("g302", 2, 7, 200)]
        assert [room.group_id for room in rooms.of_code(connection, 1, pictured_at=49.0)] == ["g302"]
        assert rooms.of_code(connection, 1, pictured_at=50.0) == []
        assert (rooms.any(connection, 1), rooms.any(connection, 2)) == (True, False)
        assert rooms.full_since(connection, 1) == 299.0
        if store.database.is_sqlite:
            plan = connection.all(
                "EXPLAIN QUERY PLAN SELECT g.group_id FROM privcrm_code_group g WHERE g.company = ? AND g.code = ?"
                " AND g.state IN ('open', 'soft_full') ORDER BY g.place, g.group_id",
                *("acme", 1),
            )
            assert "privcrm_code_group_room" in str(plan)


# -- the funnel


def test_counts_add_up_by_day_and_step(store: Store) -> None:
    funnel = Funnel(store.database)
    with store.database.transaction() as connection:
        for count in (2, 3):
            funnel.count(connection, {(1, "2026-01-01", Step.VIEWS): count, (1, "2026-01-02", Step.SHOWN): 1})
        funnel.count(connection, {})
        assert funnel.of_code(connection, 1) == {"shown": 2, "views": 5}
        assert funnel.of_code(connection, 1, since="2026-01-02") == {"shown": 2}
        assert funnel.of_code(connection, 1, until="2026-01-02") == {"views": 5}
        assert funnel.by_day(connection, 1) == {"2026-01-02": {"shown": 2}, "2026-01-01": {"views": 5}}
        assert funnel.by_day(connection, 1, days=1) == {"2026-01-02": {"shown": 2}}
