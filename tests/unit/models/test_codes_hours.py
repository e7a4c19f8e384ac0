"""Hours against a clock on the wall that is read minute by minute, in many zones."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privcrm.errors import InputError
from privcrm.models.codes import Hours, SpecialDay, Window
from privcrm.models.codes.hours import EVERY_DAY, local_date, zone_named

DAY, MINUTE = 86_400, 60
STEADY = ("Asia/Shanghai", "Asia/Kathmandu", "UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/Phoenix")
SAVING = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Africa/Casablanca")
FIRST = datetime(2026, 1, 1, tzinfo=ZoneInfo("UTC")).timestamp()
DAYS_OF_TEST = 400


def text_of(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@st.composite
def windows(draw: st.DrawFn) -> Window:
    start = draw(st.integers(0, 1439))
    end = draw(st.integers(0, 1440).filter(lambda minute: minute != start))
    days = draw(st.sets(st.sampled_from(EVERY_DAY), min_size=1))
    return Window(text_of(start), text_of(end), tuple(sorted(days)))


special_days = st.builds(
    SpecialDay,
    st.integers(0, 20).map(lambda days: (date(2026, 1, 1) + timedelta(days)).isoformat()),
    st.lists(windows(), max_size=2),
)
moments = st.integers(0, 14 * DAY).map(lambda seconds: FIRST + seconds)


def hours_in(zones: tuple[str, ...]) -> st.SearchStrategy[Hours]:
    return st.builds(
        Hours,
        st.lists(windows(), max_size=3).map(tuple),
        st.sampled_from(zones),
        st.lists(special_days, max_size=3, unique_by=lambda each: each.day).map(tuple),
    )


def shows(hours: Hours, wall: datetime) -> bool:
    """Tell whether it is open when a clock on the wall shows this: read off the words of a window's docstring."""

    def begun_on(day: date) -> tuple[Window, ...]:
        for special in hours.special_days:
            if special.day == day.isoformat():
                return special.windows
        if not hours.windows:
            return (Window("00:00", "24:00"),)
        return tuple(each for each in hours.windows if day.isoweekday() in each.days)

    now = f"{wall:%H:%M}"
    today = any(each.start <= now and (now < each.end or each.end <= each.start) for each in begun_on(wall.date()))
    tonight = any(each.end <= each.start and now < each.end for each in begun_on(wall.date() - timedelta(days=1)))
    return today or tonight


def on_the_wall(hours: Hours, at: float) -> datetime:
    return datetime.fromtimestamp(at, ZoneInfo(hours.zone))


def changes_nearby(hours: Hours, at: float) -> bool:
    """Tell whether clocks are put forward or back within two days of a moment."""
    return len({on_the_wall(hours, at + days * DAY).utcoffset() for days in range(-2, 3)}) > 1


@given(hours_in(STEADY), moments)
def test_open_is_what_a_clock_on_the_wall_says(hours: Hours, at: float) -> None:
    assert hours.open_at(at) is shows(hours, on_the_wall(hours, at))


@given(hours_in(SAVING), st.integers(0, DAYS_OF_TEST * DAY).map(lambda seconds: FIRST + seconds))
def test_it_is_so_too_where_clocks_are_put_forward_and_back_on_all_other_days(hours: Hours, at: float) -> None:
    if not changes_nearby(hours, at):
        assert hours.open_at(at) is shows(hours, on_the_wall(hours, at))


@settings(max_examples=15, deadline=None)
@given(hours_in(STEADY), moments)
def test_the_next_change_is_the_first_minute_that_differs(hours: Hours, at: float) -> None:
    was = shows(hours, on_the_wall(hours, at))
    first = (at // MINUTE + 1) * MINUTE
    by_minutes = (first + MINUTE * minute for minute in range(8 * 1440))
    expected = next((each for each in by_minutes if shows(hours, on_the_wall(hours, each)) is not was), None)
    found = hours.next_change(at)
    if expected is None:
        assert found is None or found > at + 8 * DAY
    else:
        assert found == expected


@given(hours_in(SAVING), st.integers(0, DAYS_OF_TEST * DAY).map(lambda seconds: FIRST + seconds))
def test_nothing_changes_before_the_next_change_whatever_clocks_do(hours: Hours, at: float) -> None:
    found = hours.next_change(at)
    was = hours.open_at(at)
    until = min(at + 3 * DAY, found if found is not None else at + 3 * DAY)
    step = max(MINUTE, (until - at) / 50)
    assert all(hours.open_at(at + step * number) is was for number in range(int((until - at) / step)))
    if found is not None:
        assert found > at
        assert hours.open_at(found) is not was
        assert hours.open_at(found - 1) is was or found - 1 <= at


@pytest.mark.parametrize("weekday", EVERY_DAY)
def test_d13_a_window_of_one_weekday_is_open_on_that_day_only(weekday: int) -> None:
    hours = Hours((Window("09:00", "18:00", (weekday,)),))
    monday = datetime(2026, 3, 2, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
    found = [day.isoweekday() for n in range(7) if hours.open_at((day := monday + timedelta(n)).timestamp())]
    assert found == [weekday]


def test_windows_that_touch_are_one() -> None:
    hours = Hours((Window("09:00", "12:00"), Window("12:00", "18:00")))
    nine = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp()
    assert hours.next_change(nine) == nine + 9 * 3600


def test_a_special_day_with_a_window_of_its_own_may_end_on_the_next_day() -> None:
    hours = Hours((Window("09:00", "18:00"),), special_days=(SpecialDay("2026-10-01", (Window("20:00", "02:00"),)),))
    tenth = datetime(2026, 10, 1, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp()
    opened = [hour for hour in range(36) if hours.open_at(tenth + hour * 3600)]
    assert opened == [20, 21, 22, 23, 24, 25, 33, 34, 35]


def test_a_start_that_no_clock_shows_opens_after_the_hour_that_was_left_out() -> None:
    hours = Hours((Window("02:30", "05:00"),), zone="Europe/Berlin")
    midnight = datetime(2026, 3, 29, tzinfo=ZoneInfo("Europe/Berlin"))
    opens = hours.next_change(midnight.timestamp())
    assert opens is not None
    assert f"{on_the_wall(hours, opens):%H:%M}" == "03:30"
    assert f"{on_the_wall(hours, hours.next_change(opens) or 0.0):%H:%M}" == "05:00"


def test_a_code_has_days_of_its_own_zone() -> None:
    new_year = datetime(2026, 1, 1, 0, 30, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp()
    assert local_date(new_year, "Asia/Shanghai") == date(2026, 1, 1)
    assert local_date(new_year, "America/New_York") == date(2025, 12, 31)


@pytest.mark.parametrize("name", ["", "Shanghai", "../etc/passwd", "/etc/passwd", "Asia", "UTC+8"])
def test_what_is_no_zone_is_refused_with_the_cure(name: str) -> None:
    with pytest.raises(InputError, match="Asia/Shanghai"):
        zone_named(name)
    with pytest.raises(InputError):
        Hours(zone=name)


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("09:00", "09:00", EVERY_DAY),
        ("09:00", "24:01", EVERY_DAY),
        ("09:00", "18:00", ()),
        ("09:00", "18:00", (0,)),
        ("09:00", "18:00", (7, 8)),
        ("０９:00", "18:00", (1,)),
        ("9:000", "18:00", (1,)),
        ("-1:00", "18:00", (1,)),
        ("09:60", "18:00", (1,)),
    ],
)
def test_what_is_no_window_is_refused(start: str, end: str, days: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match="Window"):
        Window(start, end, days)


@pytest.mark.parametrize("day", ["2026-02-30", "", "01.10.2026", "2026-13-01"])
def test_what_is_no_day_is_refused(day: str) -> None:
    with pytest.raises(InputError, match="2026-10-01"):
        SpecialDay(day)
