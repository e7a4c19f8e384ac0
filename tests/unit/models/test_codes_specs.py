"""Seats, ramps, capacities and codes: what they allow, and what they refuse and why."""

from datetime import date
from typing import Any

import pytest

from privcrm.errors import InputError
from privcrm.models import StaffId
from privcrm.models.codes import (
    NEW_ACCOUNT,
    BurstPolicy,
    GroupCapacity,
    GroupLiveCode,
    LaunchGate,
    OnEmpty,
    OnFull,
    OverflowPolicy,
    OverflowStrategy,
    Ramp,
    Seat,
    SpecialDay,
    StaffLiveCode,
    Window,
)
from privcrm.models.codes.keys import LONGEST_KEY, check_key
from privcrm.models.codes.staff_code import MOST_SEATS

ANN, BOB = Seat(StaffId("ann")), Seat(StaffId("bob"))


def refused(kind: type[Any], told: str, *args: Any, **values: Any) -> None:
    with pytest.raises(InputError, match=told):
        kind(*args, **values)


# -- ramps and seats


def test_a_new_account_takes_more_every_day_and_then_what_it_likes() -> None:
    ramp = Ramp("2026-10-01")
    caps = [ramp.cap_on(date(2026, 9, 30)), *(ramp.cap_on(date(2026, 10, day)) for day in range(1, 9))]
    assert caps == [NEW_ACCOUNT[0], *NEW_ACCOUNT, None]
    assert list(NEW_ACCOUNT) == sorted(NEW_ACCOUNT)
    assert ramp.ends_on == date(2026, 10, 8)


@pytest.mark.parametrize(
    ("daily_cap", "day", "cap"),
    [(None, 1, 5), (3, 1, 3), (9, 1, 5), (9, 2, 9), (9, 3, 9), (None, 3, None), (0, 1, 0)],
)
def test_the_lesser_of_cap_and_ramp_holds(daily_cap: int | None, day: int, cap: int | None) -> None:
    seat = Seat(StaffId("ann"), daily_cap=daily_cap, ramp=Ramp("2026-10-01", (5, 50)))
    assert seat.cap_on(date(2026, 10, day)) == cap


@pytest.mark.parametrize(
    ("told", "values"),
    [
        ("since", {"since": "1.10.2026"}),
        ("since", {"since": ""}),
        ("caps", {"since": "2026-10-01", "caps": ()}),
        ("caps", {"since": "2026-10-01", "caps": (5, -1)}),
    ],
)
def test_what_is_no_ramp_is_refused(told: str, values: dict[str, Any]) -> None:
    refused(Ramp, f"Ramp.{told}", **values)


@pytest.mark.parametrize(
    ("told", "values"),
    [
        ("staff_id", {"staff_id": " "}),
        ("online=False", {"weight": 0}),
        ("not below 0", {"daily_cap": -1}),
        ("not below 0", {"total_cap": -1}),
        ("not below 0", {"tier": -1}),
        ("weight", {"weight": "5"}),
        ("windows", {"windows": "09:00"}),
    ],
)
def test_what_is_no_seat_is_refused(told: str, values: dict[str, Any]) -> None:
    refused(Seat, told, **{"staff_id": StaffId("ann"), **values})


# -- staff codes


@pytest.mark.parametrize(
    ("told", "values"),
    [
        ("seats is empty", {"seats": ()}),
        ("names an employee twice", {"seats": (ANN, Seat(StaffId("ANN")))}),
        ("never told", {"pool": 0}),
        ("sticky_days", {"sticky_days": -1}),
        ("both or neither", {"redirect_to": "other"}),
        ("both or neither", {"on_empty": OnEmpty.REDIRECT}),
        ("itself", {"on_empty": OnEmpty.REDIRECT, "redirect_to": "desk"}),
        ("time zone", {"zone": "Shanghai"}),
        ("key", {"key": "a/b"}),
    ],
)
def test_what_is_no_staff_code_is_refused(told: str, values: dict[str, Any]) -> None:
    refused(StaffLiveCode, told, **{"key": "desk", "seats": (ANN, BOB), **values})


def test_a_code_has_so_many_seats_and_no_more() -> None:
    seats = tuple(Seat(StaffId(f"s{number}")) for number in range(MOST_SEATS + 1))
    assert len(StaffLiveCode("desk", seats[:-1]).seats) == MOST_SEATS
    refused(StaffLiveCode, "2,001", "desk", seats)


def test_hours_of_a_seat_are_in_the_zone_of_its_code() -> None:
    seat = Seat(StaffId("ann"), windows=(Window("09:00", "18:00"),))
    days = (SpecialDay("2026-10-01"),)
    hours = StaffLiveCode("desk", (seat,), zone="Europe/Berlin", special_days=days).hours_of(seat)
    assert (hours.windows, hours.zone, hours.special_days) == (seat.windows, "Europe/Berlin", days)


# -- group codes


@pytest.mark.parametrize(
    ("kind", "told", "values"),
    [
        (GroupCapacity, "scan_cap", {"scan_cap": 0}),
        (GroupCapacity, "scan_cap", {"scan_cap": 501}),
        (GroupCapacity, "staff_seats", {"staff_seats": -1}),
        (GroupCapacity, "staff_seats", {"staff_seats": 200}),
        (BurstPolicy, "at least 1", {"window": 0}),
        (BurstPolicy, "at least 1", {"most_joins": 0}),
        (LaunchGate, "min_start", {"min_start": -1}),
        (LaunchGate, "lively", {"min_start": 101}),
        (OverflowPolicy, "not below 0", {"first_number": -1}),
        (OverflowPolicy, "not below 0", {"margin": -1}),
        (OverflowPolicy, "not below 0", {"reopen_gap": -1}),
        (OverflowPolicy, "not below 0", {"low_water": -1}),
        (OverflowPolicy, "at least 1", {"listed": 0}),
        (OverflowPolicy, "at least 1", {"new_group_within": 0}),
        (OverflowPolicy, "at least 1", {"lead_hours": 0}),
        (OverflowPolicy, "percentage", {"soft_full": 0}),
        (OverflowPolicy, "percentage", {"soft_full": 101}),
        (OverflowPolicy, "strategy", {"strategy": "magic"}),
    ],
)
def test_what_is_no_policy_is_refused(kind: type[Any], told: str, values: dict[str, Any]) -> None:
    refused(kind, told, **values)


@pytest.mark.parametrize(
    ("told", "values"),
    [
        ("both or neither", {"redirect_to": "other"}),
        ("both or neither", {"on_full": OnFull.REDIRECT}),
        ("the code itself", {"on_full": OnFull.REDIRECT, "redirect_to": "shop"}),
        ("the code itself", {"staff_code": "shop"}),
        ("staff_code is empty", {"overflow": OverflowPolicy(OverflowStrategy.STAFF_FIRST)}),
        ("key", {"key": ""}),
    ],
)
def test_what_is_no_group_code_is_refused(told: str, values: dict[str, Any]) -> None:
    refused(GroupLiveCode, told, **{"key": "shop", **values})


@pytest.mark.parametrize(
    ("values", "prefix"),
    [
        ({}, "shop"),
        ({"name": "门店"}, "门店"),
        ({"name": "门店", "overflow": OverflowPolicy(prefix="福利群")}, "福利群"),
    ],
)
def test_groups_are_called_after_the_prefix_the_name_or_the_key(values: dict[str, Any], prefix: str) -> None:
    assert GroupLiveCode("shop", **values).prefix == prefix


# -- keys


@pytest.mark.parametrize("key", ["a", "SH-001", "门店_12.v2", "x" * LONGEST_KEY, "9"])
def test_a_key_may_be_a_shops_code(key: str) -> None:
    check_key("key", key)


@pytest.mark.parametrize(
    "key", ["", ".", "..", ".a", "-a", "a b", "a/b", "a\\b", "a\n", "a%2e", "x" * (LONGEST_KEY + 1)]
)
def test_a_key_that_could_be_no_part_of_a_file_or_an_address_is_refused(key: str) -> None:
    with pytest.raises(InputError, match="1 to 64"):
        check_key("key", key)
