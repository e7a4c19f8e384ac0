"""The reservation rule: where the next visitor is sent, whatever the strategy, and never over the bound."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privcrm.models.codes import BurstPolicy, Spread
from privcrm.services.live_codes.gateway.arrivals import LEAST_CHANCE, Recent, chance_of
from privcrm.services.live_codes.gateway.rule import Entrance, Rule, Why
from privcrm.store.live_codes.reservations import Tally

CALM = BurstPolicy(60, 1_000_000)


def rule(spread: Spread = Spread.FILL_FIRST, chance: float = 1.0, margin: int = 10, burst: BurstPolicy = CALM) -> Rule:
    return Rule(chance, margin, spread, burst)


def test_the_first_room_is_offered_until_the_expected_reach_its_bound() -> None:
    first, second = Entrance("a", 180, 200), Entrance("b", 0, 200)
    sent = []
    for _ in range(12):
        chosen = rule(chance=0.5).choose([first, second], Random(0)).entrance
        assert chosen is not None
        chosen.sent()
        sent.append(chosen.target)
    # 180 + 0.5 * 20 is 190: not one more is sent there.
    assert sent == ["a"] * 12
    first.reserved = 20
    choice = rule(chance=0.5).choose([first, second], Random(0))
    assert (choice.entrance, choice.why) == (second, Why.FIRST_WITH_ROOM)


def test_an_earlier_room_is_looked_at_again_when_reservations_have_gone() -> None:
    first, second = Entrance("a", 150, 200, reserved=40), Entrance("b", 0, 200)
    assert rule().choose([first, second], Random(0)).entrance is second
    first.reserved = 39
    assert rule().choose([first, second], Random(0)).entrance is first


@pytest.mark.parametrize("spread", Spread)
def test_no_room_is_said_so(spread: Spread) -> None:
    full = [Entrance("a", 190, 200), Entrance("b", 0, 200, reserved=190)]
    choice = rule(spread).choose(full, Random(0))
    assert (choice.entrance, choice.why) == (None, Why.NO_ROOM)
    assert rule(spread).choose([], Random(0)).why is Why.NO_ROOM


def test_the_emptiest_is_chosen_by_its_share_not_by_its_number() -> None:
    rooms = [Entrance("a", 100, 500), Entrance("b", 60, 110)]
    choice = rule(Spread.LEAST_FILLED).choose(rooms, Random(0))
    assert (choice.entrance, choice.why) == (rooms[0], Why.LEAST_FILLED)


def test_weights_are_the_free_seats() -> None:
    rooms = [Entrance("a", 160, 200), Entrance("b", 100, 200)]  # 30 and 90 free
    rng = Random(4)
    chosen = [rule(Spread.WEIGHTED).choose(rooms, rng).entrance for _ in range(4_000)]
    assert sum(each is rooms[1] for each in chosen) / 4_000 == pytest.approx(0.75, abs=0.02)


def test_a_sticky_visitor_comes_to_the_room_of_last_time_while_it_has_room() -> None:
    rooms = [Entrance("a", 0, 200), Entrance("b", 5, 200)]
    assert rule(Spread.STICKY).choose(rooms, Random(0), "b").why is Why.STICKY
    assert rule(Spread.STICKY).choose(rooms, Random(0), "b").entrance is rooms[1]
    rooms[1].seats = 190
    assert rule(Spread.STICKY).choose(rooms, Random(0), "b").entrance is rooms[0]
    assert rule(Spread.STICKY).choose(rooms, Random(0), "gone").why is Why.FIRST_WITH_ROOM


def test_a_burst_is_spread_over_the_rooms_and_nobody_is_dropped() -> None:
    """A008: 150 arrivals in a minute over 5 groups, of which none takes more than its allowance."""
    rooms = [Entrance(str(number), 0, 200) for number in range(5)]
    whys = []
    for _ in range(150):
        choice = rule(burst=BurstPolicy(60, 30)).choose(rooms, Random(0))
        assert choice.entrance is not None
        choice.entrance.sent()
        whys.append(choice.why)
    assert [room.recent for room in rooms] == [30] * 5
    assert (whys[0], whys[30], whys[-1]) == (Why.FIRST_WITH_ROOM, Why.BURST, Why.BURST)
    beyond = rule(burst=BurstPolicy(60, 30)).choose(rooms, Random(0))
    assert (beyond.why, beyond.is_burst) == (Why.ALL_ALLOWANCES_USED, True)
    assert beyond.entrance is not None


def test_small_rooms_are_filled_to_half_at_least() -> None:
    assert rule(margin=10).bound(Entrance("a", 0, 12)) == 6
    assert rule(margin=10).bound(Entrance("a", 0, 200)) == 190


@settings(max_examples=200, deadline=None)
@given(
    spread=st.sampled_from(Spread),
    capacities=st.lists(st.integers(1, 40), max_size=6),
    margin=st.integers(0, 20),
    most=st.integers(1, 30),
    visitors=st.integers(0, 200),
    seed=st.integers(0, 2**16),
)
def test_whatever_the_strategy_seats_stay_within_capacity_and_everybody_gets_an_answer(  # noqa: PLR0917
    spread: Spread, capacities: list[int], margin: int, most: int, visitors: int, seed: int
) -> None:
    """A009. With a chance of 1 the bound is exact, whoever joins and whenever."""
    rng = Random(seed)
    rooms = [Entrance(str(number), 0, cap) for number, cap in enumerate(capacities)]
    asked = rule(spread, margin=margin, burst=BurstPolicy(60, most))
    turned_away = 0
    for _ in range(visitors):
        choice = asked.choose(rooms, rng, str(rng.randrange(6)))
        if choice.entrance is None:
            assert choice.why is Why.NO_ROOM
            assert not any(asked.has_room(room) for room in rooms)
            turned_away += 1
            continue
        assert choice.why in Why
        choice.entrance.sent()
        if rng.random() < 0.7:  # some join at once, others stay on their way
            choice.entrance.seats += 1
            choice.entrance.reserved -= 1
    assert all(room.seats + room.reserved <= room.scan_cap for room in rooms)
    assert sum(room.seats + room.reserved for room in rooms) + turned_away == visitors


def test_an_explanation_names_every_room_with_its_figures() -> None:
    rooms = [Entrance("a", 185, 200, reserved=10), Entrance("b", 3, 200, recent=30)]
    told = [str(each) for each in rule(chance=0.5, burst=BurstPolicy(60, 30)).consider(rooms)]
    assert told == [
        "a: 185 inside and 10 on the way make 190.0 of 190, 0 of late: no room",
        "b: 3 inside and 0 on the way make 3.0 of 190, 30 of late: allowance used",
    ]


# -- what is learned


def test_the_chance_is_learned_and_stays_within_bounds() -> None:
    assert chance_of(Tally()) == pytest.approx(0.7)
    assert chance_of(Tally(120, 80)) == pytest.approx(0.6, abs=0.02)
    assert chance_of(Tally(0, 400)) == LEAST_CHANCE
    assert chance_of(Tally(10_000, 0)) <= 1.0


@settings(max_examples=200, deadline=None)
@given(gaps=st.lists(st.floats(0, 40), min_size=1, max_size=120), most=st.integers(1, 20))
def test_no_window_ever_holds_more_than_was_allowed(gaps: list[float], most: int) -> None:
    now, recent, allowed = 1_000_000.0, Recent(60), list[float]()
    for gap in gaps:
        now += gap
        recent = Recent.from_text(recent.to_text(), 60)
        if recent.total(now) < most:
            recent.add(now)
            allowed.append(now)
    assert all(sum(start <= each < start + 60 for each in allowed) <= most for start in allowed)


def test_a_window_that_has_passed_is_forgotten() -> None:
    recent = Recent(60)
    for _ in range(5):
        recent.add(1_000.0)
    assert recent.total(1_059.0) == 5
    assert recent.total(1_080.0) == 0
    assert Recent.from_text(recent.to_text(), 30).total(1_080.0) == 0
    recent.add(2_000.0)
    assert recent.total(500.0) == 0  # the clock was set back
