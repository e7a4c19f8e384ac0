"""Crowds at group codes: how many groups they fill, how full, who was turned away, and what the store knows of it."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random

import pytest
from attrs import evolve

from privcrm.models.codes import OverflowStrategy
from tests.simulation.arrivals import DAY, HOUR, MINUTE, Burst, busiest, campaign_month, crowd, steady
from tests.simulation.at_groups import BY_LINK, LED_BY_US, Hall, Occasion, open_hall
from tests.simulation.figures import Outcome
from tests.simulation.lag import POOR, PROMPT
from tests.store.databases import ready_database


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with ready_database("sqlite", tmp_path) as address:
        yield address


@pytest.mark.parametrize("strategy", OverflowStrategy)
def test_450_joins_at_a_scan_cap_of_200_end_in_three_groups(url, strategy):
    hall = Hall(strategy)
    with open_hall(url, hall, seed=1) as simulation:
        occasion = Occasion(simulation, hall)
        come = 450 if strategy not in BY_LINK else 730  # by a link 60 of 100 go in
        start = simulation.loop.now + 10
        occasion.let_come(list(islice(steady(Random(1), 30, start=start, seconds=HOUR), come)))
        outcome, names = occasion.outcome(), occasion.names()
    assert outcome.inside == pytest.approx(450, abs=30)
    assert outcome.groups == 3
    assert (outcome.over_filled, outcome.turned_away, outcome.unexplained) == (0, 0, 0)
    assert names == ["会员群1", "会员群2", "会员群3"]


def a_month(
    url: str, strategy: OverflowStrategy, total: int, *, spares: int = 6, tended_every: float = 300.0
) -> Outcome:
    """Let a month of people come, with bursts of 300 a minute, to a company whose callbacks are lost and late."""
    hall = Hall(strategy, lag=POOR, spares=spares, tended_every=tended_every)
    with open_hall(url, hall, seed=1) as simulation:
        occasion = Occasion(simulation, hall)
        arrivals = campaign_month(Random(1), total, start=simulation.loop.now + 10)
        assert busiest(arrivals) >= 300
        occasion.let_come(arrivals)
        outcome = occasion.outcome()
        print(f"{strategy}: {outcome.told()}")  # noqa: T201 - the figure of a soak
        assert simulation.gave_up == []
        assert occasion.crowd.ledger.lost == 0
        return outcome


def check_month(outcome: Outcome) -> None:
    assert outcome.over_filled == 0
    assert outcome.unexplained == 0
    assert outcome.least_fill >= 0.9


def test_a_day_of_1_600_with_a_burst_and_with_lost_and_late_events_fills_the_groups_that_the_vendor_opens(url):
    hall = Hall(OverflowStrategy.NATIVE, lag=POOR)
    with open_hall(url, hall, seed=1) as simulation:
        occasion = Occasion(simulation, hall)
        start, burst = simulation.loop.now + 10, Burst(10 * HOUR, 3, 300)
        occasion.let_come(crowd(Random(1), 1_600, start=start, days=1, bursts=[burst]))
        outcome = occasion.outcome()
        assert simulation.gave_up == []
        assert simulation.told["GroupMembersJoined"] == 1_600
    check_month(outcome)
    assert outcome.turned_away == 0
    assert len(outcome.fills) == 8


@pytest.mark.parametrize("strategy", sorted(BY_LINK))
def test_a_burst_of_300_a_minute_at_our_page_lets_next_to_nobody_wait(url, strategy):
    hall = Hall(strategy, spares=12)
    with open_hall(url, hall, seed=1) as simulation:
        occasion = Occasion(simulation, hall)
        occasion.let_come(list(steady(Random(1), 300, start=simulation.loop.now + 10, seconds=3 * MINUTE)))
        outcome = occasion.outcome()
    assert outcome.arrived > 800
    assert outcome.turned_away <= outcome.arrived // 50
    assert (outcome.over_filled, outcome.unexplained) == (0, 0)


@pytest.mark.parametrize(("lag", "most"), [(PROMPT, 0.05), (POOR, 0.15)])
def test_in_a_burst_one_reading_of_a_group_serves_many_who_come(url, lag, most):
    hall = Hall(lag=lag)
    with open_hall(url, hall, seed=1) as simulation:
        occasion = Occasion(simulation, hall)
        before = simulation.calls.copy()
        occasion.crowd.arrive(list(steady(Random(1), 300, start=simulation.loop.now + 10, seconds=3 * MINUTE)))
        simulation.settle(60)
        reads = (simulation.calls - before)["groups.get"]
        inside = occasion.outcome().inside
    assert inside > 800
    assert reads <= inside * most


def test_in_a_night_without_anybody_nobody_is_called_and_the_vendor_opens_the_next_group_in_the_morning(url):
    hall = Hall(cap=20, margin=1)
    with open_hall(url, hall, seed=1) as simulation:
        simulation.run_for(20 * HOUR)
        occasion = Occasion(simulation, hall)
        start = simulation.loop.now + 10
        occasion.let_come([start + 10 * MINUTE * number for number in range(19)])
        assert occasion.outcome().fills == [1.0]
        before = simulation.calls.copy()
        simulation.run_for(12 * HOUR)
        assert occasion.alarms() <= {"low_water"}
        looks = (simulation.calls - before).total()
        occasion.let_come([simulation.loop.now + 10])
        outcome, names = occasion.outcome(), occasion.names()
    assert (outcome.inside, outcome.turned_away, outcome.unexplained) == (20, 0, 0)
    assert names == ["会员群1", "会员群2"]
    assert looks < 200, "who looks all night finds nothing new"


def test_a_vendor_that_opens_no_group_is_told_of_while_people_are_still_coming(url):
    hall = Hall(cap=20, margin=1)
    with open_hall(url, hall, seed=1) as simulation:
        occasion = Occasion(simulation, hall)
        simulation.scans.habits.entry = evolve(simulation.scans.habits.entry, most_listed=1, grows_full_list=False)
        occasion.let_come([simulation.loop.now + 10 + 30 * number for number in range(60)])
        assert "no_new_group" in occasion.alarms()


@pytest.mark.parametrize("strategy", sorted(LED_BY_US))
def test_groups_that_we_lead_nobody_into_any_more_retire(url, strategy):
    hall = Hall(strategy, cap=20, margin=2, spares=4, listed=1)
    with open_hall(url, hall, seed=1) as simulation:
        occasion = Occasion(simulation, hall)
        occasion.let_come(list(islice(steady(Random(1), 2, start=simulation.loop.now + 10, seconds=9 * HOUR), 90)))
        simulation.run_for(2 * DAY)
        rooms = list(occasion.desk.codes.groups.history(occasion.code.key))
    used = [room for room in rooms if room.joined]
    assert len(used) > 2
    assert all(room.retired_at for room in used[:-1])
    assert not used[-1].retired_at


@pytest.mark.soak
@pytest.mark.timeout(10_000)
def test_a_month_of_600_000_with_bursts_of_300_a_minute(url):
    outcome = a_month(url, OverflowStrategy.NATIVE, 600_000)
    check_month(outcome)
    assert outcome.turned_away == 0
    assert len(outcome.fills) >= 2_900


@pytest.mark.soak
@pytest.mark.timeout(10_000)
@pytest.mark.parametrize("strategy", [each for each in OverflowStrategy if each is not OverflowStrategy.NATIVE])
def test_a_tenth_of_that_month_by_other_strategies(url, strategy):
    outcome = a_month(url, strategy, 60_000, spares=40, tended_every=60.0)
    check_month(outcome)
    assert outcome.turned_away <= outcome.arrived // 100
