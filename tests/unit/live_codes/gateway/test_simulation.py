"""The table of ways to fill groups, small and seeded: people look, some join after a while, the vendor tells it late.

Eight groups with a scan cap of 200; six in ten join, 20 seconds later on average; the event comes another 15 seconds
after that. Nobody else is in the way, so that whoever finds a group full was sent there wrongly.
"""

import heapq
from collections.abc import Callable
from random import Random
from statistics import fmean

import pytest
from attrs import define, field

from privcrm.clock import ManualClock
from privcrm.models.codes import BurstPolicy
from privcrm.services.live_codes.gateway.visits import Page, Visit, Visitor
from privcrm.store import Store
from privcrm.store.live_codes.groups import Rooms
from tests.unit.live_codes.gateway.places import Place

CAP, GROUPS, VIEWS = 200, 8, 1_500
JOINS, DELAY, LAG = 0.6, 20.0, 15.0
CALM = BurstPolicy(60, 100_000)


@define
class Crowd:
    """What became of all who looked, and who is really inside each group."""

    inside: dict[str, int] = field(factory=dict[str, int])
    sent: list[str] = field(factory=list[str])
    found_full: int = 0
    no_room: int = 0

    @property
    def turned_away(self) -> int:
        return self.found_full + self.no_room

    def fills(self) -> list[float]:
        """How full the groups are that anybody was sent to, but for the newest."""
        used = list(dict.fromkeys(self.sent))
        return [self.inside[target] / CAP for target in used[:-1]]


def run(place: Place, link: str, a_minute: int, *, views: int = VIEWS, inside: dict[str, int] | None = None) -> Crowd:
    """Let people come at a rate, through the desk itself."""
    rng, clock, crowd = Random(5), place.clock, Crowd(dict(inside or {}))
    due: list[tuple[float, int, str, str]] = []
    begin, at = clock.time(), clock.time()

    def until(moment: float) -> None:
        while due and due[0][0] <= moment:
            when, order, what, target = heapq.heappop(due)
            clock.advance(max(0.0, when - clock.time()))
            if what == "told":
                place.join("town", target)
            elif crowd.inside.get(target, 0) >= CAP:
                crowd.found_full += 1
            else:
                crowd.inside[target] = crowd.inside.get(target, 0) + 1
                heapq.heappush(due, (when + LAG, order, "told", target))
        clock.advance(max(0.0, moment - clock.time()))

    for number in range(views):
        at += rng.expovariate(a_minute / 60)
        until(at)
        decision = place.desk.decide(Visit(link, Visitor(f"v{at}", is_new=True)))
        if decision.page is not Page.CODE:
            crowd.no_room += 1
            continue
        crowd.sent.append(decision.target)
        if rng.random() < JOINS:
            heapq.heappush(due, (at + rng.expovariate(1 / DELAY), number, "joins", decision.target))
    until(at + 600)
    assert begin < at
    return crowd


@pytest.fixture
def link(place: Place) -> str:
    return place.images(rooms=(0,) * GROUPS, burst=CALM)


@pytest.mark.parametrize(("a_minute", "views"), [(10, 800), (100, 1_500), (300, 2_200)])
def test_nobody_is_turned_away_and_groups_are_nine_tenths_full(
    place: Place, link: str, a_minute: int, views: int
) -> None:
    crowd = run(place, link, a_minute, views=views)
    assert crowd.turned_away == 0
    assert max(crowd.inside.values()) <= CAP
    assert fmean(crowd.fills()) >= 0.9
    # What the store counted is what really happened.
    assert place.seats() == [crowd.inside.get(f"g{number}", 0) for number in range(1, GROUPS + 1)]
    assert place.funnel() == {"views": views, "shown": views}


def test_earlier_groups_are_filled_up_when_the_rush_is_over(place: Place, link: str) -> None:
    rush = run(place, link, 300)
    late = run(place, link, 30, views=300, inside=rush.inside)
    assert late.turned_away == 0
    assert late.sent[0] < rush.sent[-1]
    assert min(late.inside[target] / CAP for target in sorted(late.inside)[:-1]) >= 0.94


def test_the_chance_is_learned_from_what_became_of_them(place: Place, link: str) -> None:
    run(place, link, 100)
    explained = place.desk.explain(Visit(link, Visitor("x", is_new=True)))
    assert explained.chance == pytest.approx(JOINS, abs=0.08)


def test_a_crowd_that_never_comes_blocks_nobody_for_long(place: Place, link: str) -> None:
    """Bots look and never join: the chance falls, and what they held ends by the clock."""
    for number in range(1_000):
        place.desk.decide(Visit(link, Visitor(f"bot{number}", is_new=True)))
    place.clock.advance(76)
    crowd = run(place, link, 100, views=300)
    assert crowd.turned_away == 0
    assert crowd.sent[0] == "g1"


def test_a_burst_is_spread_within_each_groups_allowance(store: Store, clock: ManualClock) -> None:
    """A008, through the desk: 150 arrivals in a minute over five groups of 30 a minute."""
    place = Place(store, clock)
    link = place.images(rooms=(0,) * 5, burst=BurstPolicy(60, 30))
    crowd = run(place, link, 100_000, views=150)
    assert {target: crowd.sent.count(target) for target in set(crowd.sent)} == {f"g{n}": 30 for n in range(1, 6)}
    assert crowd.turned_away == 0


@pytest.mark.parametrize(("counts", "most_turned_away", "fill"), [("joins", 10_000, 1.0), ("views", 0, 0.75)])
def test_the_usual_ways_are_worse(counts: str, most_turned_away: int, fill: float, place: Place, link: str) -> None:
    """D11, D25, D29, D32: what others count, played in the same crowd: they turn people away, or leave groups empty."""
    shown: dict[str, int] = {}
    real: Callable[[Visit], object] = place.desk.decide
    rooms = Rooms(place.store.database)

    def naive(visit: Visit) -> object:
        decision = place.desk.look(visit)
        with place.store.database.connect() as connection:
            known = {room.group_id: room.seats for room in rooms.live(connection, place.number_of("town"))}
        counted = known if counts == "joins" else {name: shown.get(name, 0) for name in known}
        target = next((name for name, count in counted.items() if count < CAP), "")
        shown[target] = shown.get(target, 0) + 1
        return type(decision)(Page.CODE if target else Page.WAITING, target=target)

    place.desk.decide = naive  # type: ignore[assignment,method-assign]
    crowd = run(place, link, 300)
    place.desk.decide = real  # type: ignore[assignment,method-assign]
    if counts == "joins":
        assert 100 < crowd.turned_away < most_turned_away
    else:
        assert max(crowd.fills()) <= fill
