"""The rules by which groups are full, listed, named and forecast: pure functions, held against what must be true."""

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from privcrm.errors import InputError
from privcrm.models.codes import GroupCapacity, OverflowPolicy, OverflowStrategy
from privcrm.services.live_codes.groups.forecast import Supply, forecast, low_water, rate_of
from privcrm.services.live_codes.groups.listing import needs_next, side_by_side, wanted_list
from privcrm.services.live_codes.groups.names import check_prefix, name_of, readings
from privcrm.services.live_codes.groups.states import soft_bound, state_after, usable_seats
from privcrm.store.live_codes.groups import Room, RoomState

OPEN, SOFT, SCAN, HARD = RoomState.OPEN, RoomState.SOFT_FULL, RoomState.SCAN_FULL, RoomState.HARD_FULL
SPARE, RETIRED = RoomState.SPARE, RoomState.RETIRED
CAPACITY, POLICY = GroupCapacity(200, 500), OverflowPolicy()


@st.composite
def capacities(draw: st.DrawFn) -> GroupCapacity:
    scan = draw(st.integers(2, 300))
    return GroupCapacity(scan, draw(st.integers(scan, 600)), draw(st.integers(0, min(5, scan - 1))))


policies = st.builds(
    OverflowPolicy,
    margin=st.integers(0, 30),
    soft_full=st.integers(1, 100),
    reopen_gap=st.integers(0, 40),
    listed=st.integers(1, 9),
)
in_use = st.sampled_from([OPEN, SOFT, SCAN, HARD])


@pytest.mark.parametrize(
    ("was", "seats", "becomes"),
    [
        (OPEN, 179, OPEN),
        (OPEN, 180, SOFT),
        (OPEN, 200, SCAN),
        (OPEN, 500, HARD),
        (SOFT, 171, SOFT),
        (SOFT, 170, OPEN),
        (SCAN, 191, SCAN),
        (SCAN, 190, SOFT),
        (HARD, 499, SCAN),
        (SCAN, 20, OPEN),
        (SPARE, 400, SPARE),
        (RETIRED, 0, RETIRED),
    ],
)
def test_a_group_stands_where_the_people_inside_put_it(was: RoomState, seats: int, becomes: RoomState) -> None:
    assert state_after(was, seats, CAPACITY, POLICY) is becomes


@settings(deadline=None)
@given(in_use, st.integers(0, 700), capacities(), policies)
def test_nobody_is_sent_where_scans_are_refused(
    was: RoomState, seats: int, capacity: GroupCapacity, policy: OverflowPolicy
) -> None:
    after = state_after(was, seats, capacity, policy)
    assert after.has_room is not after.is_full
    if seats >= capacity.scan_cap:
        assert after.is_full
    assert state_after(after, seats, capacity, policy) is after, "the same count again changes nothing"


@settings(deadline=None)
@given(capacities(), policies, st.lists(st.integers(-3, 3), min_size=5, max_size=60), st.integers(0, 300))
def test_a_full_group_opens_again_only_beyond_the_gap(
    capacity: GroupCapacity, policy: OverflowPolicy, moves: list[int], seats: int
) -> None:
    state, full = OPEN, False
    for move in moves:
        seats = max(0, seats + move)
        state = state_after(state, seats, capacity, policy)
        if full and state.has_room:
            assert seats <= capacity.scan_cap - policy.reopen_gap
        full = state.is_full


@settings(deadline=None)
@given(capacities(), policies)
def test_the_next_group_is_asked_for_before_this_one_is_full(capacity: GroupCapacity, policy: OverflowPolicy) -> None:
    assert soft_bound(capacity, policy) <= capacity.scan_cap
    assert usable_seats(capacity, policy) >= 1


# -- the list


def rooms_of(states: list[RoomState]) -> list[Room]:
    return [Room(f"g{place}", 1, place, state=state) for place, state in enumerate(states)]


@settings(deadline=None)
@given(st.lists(st.sampled_from([SPARE, OPEN, SOFT, SCAN, HARD]), max_size=12), st.integers(1, 9), st.booleans())
def test_a_list_is_never_emptied_nor_loses_the_last_group_with_room(
    states: list[RoomState], length: int, in_burst: bool
) -> None:
    rooms = rooms_of(states)
    listed = wanted_list(rooms, length, in_burst=in_burst)
    by_id = {room.group_id: room for room in rooms}
    assert len(set(listed)) == len(listed) <= 5
    assert not any(by_id[each].state is SPARE for each in listed)
    if any(room.state.has_room for room in rooms):
        assert listed
        assert all(by_id[each].state.has_room for each in listed)
    elif any(room.state.is_full for room in rooms):
        assert 1 <= len(listed) <= 4, "a list of five full groups would keep some vendors from opening another"
    else:
        assert listed == ()


def test_open_groups_are_listed_oldest_first_and_in_a_burst_the_freshest_too() -> None:
    rooms = rooms_of([SCAN, OPEN, OPEN, SPARE, OPEN, OPEN, OPEN, OPEN])
    assert wanted_list(rooms, 2) == ("g1", "g2")
    assert wanted_list(rooms, 2, in_burst=True) == ("g1", "g2", "g4", "g5", "g7")
    assert wanted_list(rooms[:5], 2, in_burst=True) == ("g1", "g2", "g4")


def test_one_that_is_quite_open_is_listed_besides_those_that_are_almost_full() -> None:
    rooms = rooms_of([SOFT, SOFT, OPEN, OPEN])
    assert wanted_list(rooms, 2) == ("g0", "g1", "g2")
    assert wanted_list(rooms, 1) == ("g0", "g2")
    assert wanted_list(rooms_of([SOFT] * 6 + [OPEN, SOFT]), 9) == ("g0", "g1", "g2", "g3", "g6")


def test_the_next_is_needed_when_none_is_quite_open() -> None:
    assert not needs_next(rooms_of([SOFT, OPEN, SCAN]))
    assert needs_next(rooms_of([SOFT, SCAN, SPARE]))
    assert needs_next([])


def test_it_is_time_for_another_where_fewer_are_open_than_are_to_be_and_one_is_spare():
    assert needs_next(rooms_of([OPEN, SOFT, SPARE]), 2)
    assert not needs_next(rooms_of([OPEN, OPEN, SPARE]), 2)
    assert not needs_next(rooms_of([OPEN, SOFT, SCAN]), 2)


def test_spare_groups_stand_side_by_side_as_many_as_are_listed_and_four_in_a_burst():
    pool = OverflowPolicy(OverflowStrategy.SPARE_POOL, listed=3)
    assert [side_by_side(pool), side_by_side(pool, in_burst=True)] == [3, 4]
    assert side_by_side(evolve(pool, listed=9)) == 5
    others = [each for each in OverflowStrategy if each is not OverflowStrategy.SPARE_POOL]
    assert {side_by_side(OverflowPolicy(each, listed=3), in_burst=True) for each in others} == {1}


# -- names


@settings(deadline=None)
@given(st.text(max_size=12), st.integers(1, 999_999))
def test_a_name_is_read_as_it_was_written(prefix: str, number: int) -> None:
    assert (prefix, number) in list(readings(name_of(prefix, number)))


def test_a_name_is_read_in_every_way() -> None:
    assert list(readings("店2024")) == [("店", 2024), ("店20", 24), ("店202", 4)]
    assert list(readings("客户群")) == list(readings("店007"))[1:] == []


def test_a_prefix_that_vendors_would_cut_is_refused() -> None:
    check_prefix("群" * 40)
    with pytest.raises(InputError, match="40"):
        check_prefix("群" * 41)


# -- forecast

HOUR = 3600
NOW = 500_000 * HOUR + HOUR / 2
THIS = 500_000


def test_a_rate_is_the_mean_of_the_last_hours_or_what_a_burst_has_brought_already() -> None:
    assert rate_of({THIS - 3: 60, THIS - 2: 90, THIS - 1: 150, THIS: 50}, NOW) == 100
    assert rate_of({THIS: 300}, NOW) == 300
    assert rate_of({}, NOW) == 0


def test_it_says_how_many_groups_are_short_and_when_the_last_seat_is_taken() -> None:
    hours = {THIS - back: 189 for back in range(1, 4)} | {THIS: 94}
    supply = Supply(free_seats=100, spares=2, seats_each=189)
    told = forecast(hours, supply, POLICY, now=NOW, until=NOW + 8 * HOUR)
    assert told.joins == pytest.approx(1_510, abs=4)
    assert (told.groups_needed, told.spares, told.short_by) == (8, 2, 6)
    assert told.dry_at == pytest.approx(NOW + (100 + 2 * 189) / told.rate * HOUR)
    assert told.low_water == 5 + (told.rate > 189)


def test_nobody_coming_needs_nothing() -> None:
    told = forecast({}, Supply(0, 0, 189), POLICY, now=NOW, until=NOW + HOUR)
    assert (told.rate, told.joins, told.groups_needed, told.short_by, told.dry_at, told.low_water) == (
        0,
        0,
        0,
        0,
        None,
        1,
    )


def test_the_mark_covers_the_busiest_hour_while_people_make_groups() -> None:
    assert low_water(POLICY, peak=18_000, seats_each=189) == 382
    assert low_water(evolve(POLICY, low_water=7), peak=18_000, seats_each=189) == 7
