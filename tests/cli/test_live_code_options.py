"""What the options of ``privcrm live-code`` make of a code."""

import re

import click
import pytest

from privcrm.cli.live_code import words
from privcrm.cli.live_code.creating import create
from privcrm.cli.live_code.drafts import changed_group_code, changed_staff_code, group_code, staff_code
from privcrm.cli.live_code.options import ON_EMPTY, ON_FULL, ROUTINGS, SPREADS, STRATEGIES
from privcrm.cli.live_code.seats import named_seats, seat_of, weights_are_idle, with_seats
from privcrm.cli.session import Session
from privcrm.errors import InputError
from privcrm.models.codes import (
    GroupLiveCode,
    OnEmpty,
    OnFull,
    OverflowStrategy,
    Ramp,
    Routing,
    Seat,
    SpecialDay,
    Spread,
    Window,
)
from privcrm.services.live_codes.gateway.to_rooms import CROWD_ALARM
from privcrm.services.live_codes.groups.bursts import BURST
from privcrm.services.live_codes.groups.reconciling import DRIFT, NO_GROUP
from privcrm.services.live_codes.groups.spares import LOW_WATER
from privcrm.services.live_codes.making import CodeState
from privcrm.services.live_codes.overflow.working import ALARMS as OVERFLOW_ALARMS
from privcrm.services.live_codes.shop_files import ShopCodeState
from privcrm.services.live_codes.staff.results import Alarms, Pushed
from privcrm.services.live_codes.staff.verdicts import SeatReason
from privcrm.store.live_codes.codes import CodeKind, CodeLife
from privcrm.store.live_codes.groups import RoomState


def test_seats_are_named_with_their_weights():
    assert named_seats("ann, bob:3，cid") == [Seat("ann"), Seat("bob", weight=3), Seat("cid")]


def test_a_seat_says_everything_in_one_word():
    text = "ann;weight=3;cap=50;total=500;hours=1-5@09:00-18:00,6+7@22:00-02:00;tier=1;ramp=2026-11-28;offline"
    assert seat_of(text) == Seat(
        "ann",
        weight=3,
        daily_cap=50,
        total_cap=500,
        windows=(Window("09:00", "18:00", (1, 2, 3, 4, 5)), Window("22:00", "02:00", (6, 7))),
        tier=1,
        online=False,
        ramp=Ramp("2026-11-28"),
    )
    assert seat_of("ann；weight＝2；hours＝09：00-18：00") == Seat("ann", weight=2, windows=(Window("09:00", "18:00"),))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ann;wieght=3", "'wieght' is unknown; there are weight, cap"),
        ("ann;cap=many", "'many' is no whole number"),
        ("ann;cap=-1", "'-1' is no whole number"),
        ("ann;hours=9to5", "hours are written as 09:00-18:00"),
        ("ann;hours=9:00-18:00", "takes a time as 09:30"),
        ("ann;hours=0-99999999@09:00-18:00", "from 1 for Monday to 7"),
        ("ann;offline=no", "offline takes no value"),
        ("ann;ramp=soon", "takes a day as 2026-10-01"),
        ("ann;weight=0", "weight is at least 1"),
        (";cap=3", "staff_id is empty"),
    ],
)
def test_a_slip_of_the_pen_is_told(text, says):
    with pytest.raises(InputError, match=says):
        seat_of(text)


def test_seats_take_the_places_of_their_employees():
    seats = (Seat("Ann"), Seat("bob"))
    assert with_seats(seats, [Seat("ann", weight=2), Seat("cid")]) == (Seat("ann", weight=2), Seat("bob"), Seat("cid"))


def test_weights_that_nobody_keeps_are_seen():
    seats = (Seat("ann", weight=2), Seat("bob"), Seat("cid", tier=1))
    assert weights_are_idle(staff_code("S", seats, {}))
    assert not weights_are_idle(staff_code("S", seats, {"pool": 1}))
    assert not weights_are_idle(staff_code("S", seats, {"routing": "pull"}))
    assert not weights_are_idle(staff_code("S", (Seat("ann", weight=2), Seat("bob", weight=2)), {}))


def test_a_staff_code_is_what_was_given_and_keeps_the_rest():
    code = staff_code(
        "S1",
        (Seat("ann"),),
        {"pool": 1, "routing": "pull", "tags": ("VIP",), "closed_on": ("2026-10-01",), "confirm": True, "prefix": None},
    )
    assert (code.pool, code.routing, code.entry_tags, code.skip_confirmation) == (1, Routing.PULL, ("VIP",), False)
    assert code.special_days == (SpecialDay("2026-10-01"),)
    led = changed_staff_code(code, code.seats, {"on_empty": "redirect", "redirect_to": "S2", "tags": ()})
    assert (led.on_empty, led.redirect_to, led.entry_tags) == (OnEmpty.REDIRECT, "S2", ("VIP",))
    back = changed_staff_code(led, (Seat("bob"),), {"on_empty": "backup"})
    assert (back.on_empty, back.redirect_to, back.seats) == (OnEmpty.BACKUP, "", (Seat("bob"),))


def test_a_group_code_is_what_was_given_and_keeps_the_rest():
    code = group_code(
        "W", ("g1",), {"strategy": "spare_pool", "scan_cap": 40, "within": 60, "burst": 5, "owner": "ann"}
    )
    assert (code.overflow.strategy, code.overflow.new_group_within) == (OverflowStrategy.SPARE_POOL, 60)
    assert (code.capacity.scan_cap, code.capacity.hard_cap, code.capacity.source) == (40, 500, "set by hand")
    assert (code.burst.most_joins, code.burst.window, code.owner_id, code.group_ids) == (5, 60, "ann", ("g1",))
    led = changed_group_code(code, {"on_full": "redirect", "redirect_to": "S", "min_start": 120, "spread": "weighted"})
    assert (led.on_full, led.redirect_to, led.spread) == (OnFull.REDIRECT, "S", Spread.WEIGHTED)
    assert (led.gate.min_start, led.gate.lively, led.capacity) == (120, 120, code.capacity)
    assert changed_group_code(led, {"on_full": "closed"}).redirect_to == ""
    large = changed_group_code(code, {"scan_cap": 800})
    assert (large.capacity.scan_cap, large.capacity.hard_cap) == (800, 800)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (
            lambda: staff_code("S", (Seat("a"),), {"strategy": "chain", "scan_cap": 3}),
            "--scan-cap, --strategy: not for",
        ),
        (lambda: group_code("W", (), {"tags": ("VIP",)}), "--tag: not for a code that leads to groups"),
    ],
)
def test_options_of_the_other_kind_are_refused(make, says):
    with pytest.raises(click.UsageError, match=says):
        make()


def test_the_words_of_options_are_those_of_the_models():
    offered = {Routing: ROUTINGS, OnEmpty: ON_EMPTY, OnFull: ON_FULL, OverflowStrategy: STRATEGIES, Spread: SPREADS}
    assert all(tuple(model) == words for model, words in offered.items())


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        (words.KINDS, CodeKind),
        (words.LIVES, CodeLife),
        (words.MADE, {*CodeState, *ShopCodeState}),
        (words.PUSHES, Pushed),
        (words.ROOMS, RoomState),
        (words.SEATS, SeatReason),
    ],
)
def test_every_code_that_is_shown_has_its_words(table, codes):
    assert set(table) == {code.value for code in codes}


def test_every_alarm_has_its_words():
    of_staff = {value for name, value in vars(Alarms).items() if name.isupper()}
    assert set(words.ALARMS) == {*of_staff, *OVERFLOW_ALARMS, BURST, CROWD_ALARM, DRIFT, NO_GROUP, LOW_WATER}


AT_FIRST = {
    "--pool": lambda: staff_code("k", [Seat("ann")], {}).pool,
    "--routing": lambda: staff_code("k", [Seat("ann")], {}).routing,
    "--on-empty": lambda: staff_code("k", [Seat("ann")], {}).on_empty,
    "--confirm": lambda: "not" if staff_code("k", [Seat("ann")], {}).skip_confirmation else "asked",
    "--strategy": lambda: GroupLiveCode("k").overflow.strategy,
    "--first-number": lambda: GroupLiveCode("k").overflow.first_number,
    "--listed": lambda: GroupLiveCode("k").overflow.listed,
    "--margin": lambda: GroupLiveCode("k").overflow.margin,
    "--soft-full": lambda: GroupLiveCode("k").overflow.soft_full,
    "--within": lambda: GroupLiveCode("k").overflow.new_group_within,
    "--scan-cap": lambda: GroupLiveCode("k").capacity.scan_cap,
    "--hard-cap": lambda: GroupLiveCode("k").capacity.hard_cap,
    "--spread": lambda: GroupLiveCode("k").spread,
    "--burst": lambda: GroupLiveCode("k").burst.most_joins,
    "--on-full": lambda: GroupLiveCode("k").on_full,
}


def test_help_tells_what_a_code_has_at_first_as_models_do():
    told = {
        param.opts[0]: found[1]
        for param in create.params
        if (found := re.search(r"(\w+),? at first", getattr(param, "help", None) or ""))
    }
    assert told == {name: str(value()) for name, value in AT_FIRST.items()}


def test_help_lists_options_by_what_a_code_leads_to():
    session = Session()
    session.lang = "zh"
    lines = create.get_help(click.Context(create, info_name="create", obj=session)).splitlines()
    headings = [line for line in lines if line.endswith(":") and not line.startswith(" ")]
    assert headings == [
        "选项:",
        "引向员工的活码的选项:",
        "引向客户群的活码的选项:",
        "用于门店名单的选项:",
        "示例:",
    ]
    assert lines[0] == "用法: create [OPTIONS] [KEY]"
