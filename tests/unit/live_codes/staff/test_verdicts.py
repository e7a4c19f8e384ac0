"""Whether a seat is free, and who is next: pure functions, over everything that hypothesis thinks of."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from privcrm.models import StaffId, StaffState
from privcrm.models.codes import Hours, OnEmpty, Ramp, Seat, SpecialDay, Window
from privcrm.services.live_codes.staff.arrivals import Arrivals, soft_cap
from privcrm.services.live_codes.staff.order import choose
from privcrm.services.live_codes.staff.verdicts import SeatFacts, SeatReason, judge, next_midnight

ALWAYS = Hours()


def at(text: str, zone: str = "Asia/Shanghai") -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()


NOON = at("2026-11-25 12:00")  # a Wednesday


def facts(number: int = 1, **others: object) -> SeatFacts:
    mine = {name: others.pop(name) for name in list(others) if name in {a.name for a in SeatFacts.__attrs_attrs__}}
    return SeatFacts(number, Seat(StaffId(f"s{number}"), **others), number, **mine)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("others", "reason"),
    [
        ({}, SeatReason.FREE),
        ({"state": StaffState.ACTIVE}, SeatReason.FREE),
        ({"state": StaffState.LEFT}, SeatReason.LEFT),
        ({"state": StaffState.DISABLED}, SeatReason.DISABLED),
        ({"state": StaffState.WITHOUT_CONTACT}, SeatReason.WITHOUT_CONTACT),
        ({"missing": True}, SeatReason.MISSING),
        ({"barred_until": NOON + 1}, SeatReason.BARRED),
        ({"barred_until": NOON}, SeatReason.FREE),
        ({"online": False}, SeatReason.OFFLINE),
        ({"daily_cap": 3, "today": 2}, SeatReason.FREE),
        ({"daily_cap": 3, "today": 3}, SeatReason.DAILY_CAP),
        ({"daily_cap": 3, "today": 1, "held": 2}, SeatReason.DAILY_CAP),
        ({"daily_cap": 0}, SeatReason.DAILY_CAP),
        ({"total_cap": 9, "served": 9}, SeatReason.TOTAL_CAP),
        ({"ramp": Ramp("2026-11-25"), "today": 20}, SeatReason.RAMP),
        ({"ramp": Ramp("2026-11-24"), "daily_cap": 5, "today": 5}, SeatReason.DAILY_CAP),
        ({"ramp": Ramp("2026-10-01"), "today": 900}, SeatReason.FREE),
    ],
)
def test_every_reason(others, reason):
    assert judge(facts(**others), ALWAYS, NOON).reason is reason


def test_a_seat_is_taken_out_before_those_on_the_way_fill_it():
    full = facts(daily_cap=100, today=94)
    assert judge(full, ALWAYS, NOON, 7).reason is SeatReason.SOFT_CAP
    assert judge(full, ALWAYS, NOON, 7).soft == 93
    assert judge(full, ALWAYS, NOON, 5).reason is SeatReason.FREE
    assert judge(facts(daily_cap=3), ALWAYS, NOON, 50).reason is SeatReason.FREE, "who may have one gets one"


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Asia/Urumqi", "Europe/Berlin", "America/New_York"])
def test_windows_are_in_the_zone_of_the_code_and_days_too(zone):
    hours = Hours((Window("09:00", "18:00"),), zone)
    assert judge(facts(), hours, at("2026-11-25 09:00", zone)).is_free
    assert judge(facts(), hours, at("2026-11-25 08:59", zone)).reason is SeatReason.OUTSIDE_HOURS
    assert next_midnight(at("2026-11-25 08:59", zone), zone) == at("2026-11-26 00:00", zone)


def test_days_of_23_and_25_hours_have_their_own_midnights():
    assert next_midnight(at("2026-03-29 01:00", "Europe/Berlin"), "Europe/Berlin") == at(
        "2026-03-30 00:00", "Europe/Berlin"
    )
    assert at("2026-03-30 00:00", "Europe/Berlin") - at("2026-03-29 00:00", "Europe/Berlin") == 23 * 3600


def test_a_special_day_closes_what_the_weekday_opens():
    hours = Hours((Window("09:00", "18:00"),), special_days=(SpecialDay("2026-11-25"),))
    verdict = judge(facts(), hours, NOON)
    assert verdict.reason is SeatReason.OUTSIDE_HOURS
    assert verdict.changes_at == at("2026-11-26 09:00")


# -- order

seats = st.builds(
    lambda number, weight, served, cap, tier, free, online: SeatFacts(
        number,
        Seat(StaffId(f"s{number}"), weight=weight, daily_cap=cap, tier=tier, online=online),
        number,
        served=served,
        today=served,
        was_free=free,
    ),
    st.integers(0, 10_000),
    st.integers(1, 9),
    st.integers(0, 50),
    st.none() | st.integers(0, 50),
    st.integers(0, 2),
    st.booleans(),
    st.booleans(),
)
many = st.lists(seats, max_size=12, unique_by=lambda each: each.number)


@given(many, st.integers(1, 5), st.sampled_from(OnEmpty), st.integers(0, 20))
def test_the_pool_holds_free_seats_of_one_tier_and_nobody_is_over_filled(some, most, on_empty, margin):
    judged = [(each, judge(each, ALWAYS, NOON, margin)) for each in some]
    choice = choose(judged, most, on_empty, {})
    free = [verdict for _, verdict in judged if verdict.is_free]
    assert len(choice.pool) <= most
    assert choice.pool == choice.order[: len(choice.pool)]
    if choice.stands_in:
        assert not free
        assert on_empty is OnEmpty.BACKUP
        return
    assert bool(choice.pool) is bool(free)
    assert {each.tier for each in choice.pool} <= {min((each.tier for each in free), default=0)}
    for each in choice.pool:
        assert each.is_free
        assert each.cap is None or each.today < each.cap


@given(many)
def test_who_comes_in_starts_no_lower_than_those_who_stayed(some):
    judged = [(each, judge(each, ALWAYS, NOON)) for each in some]
    choice = choose(judged, 3, OnEmpty.KEEP_LAST, {})
    shares = {verdict.number: verdict.share for verdict in choice.order}
    stayed = [each.share for each in some if each.was_free and each.number in shares]
    for each in some:
        if each.number in shares and stayed:
            assert shares[each.number] >= min(stayed) - 1e-6
    assert all(share >= 0 for share in choice.floors.values())


@given(st.lists(st.integers(1, 9), min_size=2, max_size=6), st.integers(50, 200))
@settings(deadline=None, max_examples=30)
def test_shares_follow_weights_within_one_visitor_each(weights, visitors):
    """With k = 1 the deficit rule is exact: nobody is further from his share than one visitor for each seat."""
    crew = [SeatFacts(n, Seat(StaffId(f"s{n}"), weight=w), n, was_free=True) for n, w in enumerate(weights)]
    floors: dict[int, float] = {}
    for moment in range(visitors):
        judged = [(each, judge(each, ALWAYS, NOON)) for each in crew]
        choice = choose(judged, 1, OnEmpty.KEEP_LAST, floors)
        floors = dict(choice.floors)
        next_one = choice.pool[0].number
        crew[next_one] = evolve(crew[next_one], served=crew[next_one].served + 1, last_served_at=float(moment))
    for each, weight in zip(crew, weights, strict=True):
        assert abs(each.served - visitors * weight / sum(weights)) <= len(weights)


@given(
    st.lists(st.integers(1, 9), min_size=2, max_size=5),
    st.integers(1, 4),
    st.lists(st.integers(0, 3), min_size=20, max_size=150),
)
@settings(deadline=None, max_examples=60)
def test_shares_are_bounded_whatever_the_vendor_draws(weights, most, draws):
    """However the vendor draws from the pool, nobody who can be added falls behind by more than the slack."""
    crew = [SeatFacts(n, Seat(StaffId(f"s{n}"), weight=w), n, was_free=True) for n, w in enumerate(weights)]
    for draw in draws:
        judged = [(each, judge(each, ALWAYS, NOON)) for each in crew]
        choice = choose(judged, most, OnEmpty.KEEP_LAST, {}, lively=range(9), slack=3.0)
        chosen = choice.pool[draw % len(choice.pool)].number
        crew[chosen] = evolve(crew[chosen], served=crew[chosen].served + 1)
    least = min(each.share for each in crew)
    for each in crew:
        assert (each.share - least) * each.seat.weight <= 4.0 + 1e-6


def test_who_may_be_out_of_reach_is_never_alone():
    far = [facts(1, was_free=True), facts(2, served=50, was_free=True), facts(3, served=60, was_free=True)]
    judged = [(each, judge(each, ALWAYS, NOON)) for each in far]
    assert [each.number for each in choose(judged, 2, OnEmpty.KEEP_LAST, {}, lively={2, 3}, slack=3).pool] == [1, 2]
    assert [each.number for each in choose(judged, 2, OnEmpty.KEEP_LAST, {}, lively={1}, slack=3).pool] == [1]


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_a_soft_cap_is_never_above_the_cap(cap, margin):
    soft = soft_cap(cap, margin)
    assert 0 <= soft <= cap
    assert soft >= min(cap, 1)


# -- arrivals


@pytest.mark.parametrize("a_minute", [2, 20, 100])
def test_the_rate_is_learned_and_forgotten(a_minute):
    known, moment = Arrivals(), 0.0
    while moment < 7200:
        moment += 60 / a_minute
        known = known.after(moment, 2.0)
    assert known.at(moment) * 60 == pytest.approx(a_minute, rel=0.6)
    assert known.lag == pytest.approx(2.0, rel=0.01)
    assert known.margin(moment, 5.0) >= a_minute / 60 * 7
    assert known.margin(moment + 86_400, 5.0) == 0
    calm = known.calm_at(moment, 5.0, 1)
    assert known.margin(calm, 5.0) <= 1 < known.margin(calm - 30, 5.0) + 1


def test_a_burst_is_seen_within_a_minute():
    known = Arrivals()
    for moment in range(60):
        for _ in range(5):
            known = known.after(float(moment), 1.0)
    assert known.at(60) > 2.5, "three hundred a minute, and half of it is believed at once"


@given(st.lists(st.floats(0, 1e6), max_size=30), st.lists(st.floats(-10, 1e6), max_size=30))
def test_events_in_any_order_leave_sane_figures(times, lags):
    known = Arrivals()
    for moment, lag in zip(times, lags, strict=False):
        known = known.after(moment, lag)
    assert known.rate >= 0
    assert known.burst >= 0
    assert 0 <= known.lag <= 120
    assert known.as_of == max([0.0, *times[: len(lags)]])
