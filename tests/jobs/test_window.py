from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privcrm.errors import InputError
from privcrm.jobs.window import Window


def beijing(day: int, hour: int, minute: int = 0) -> float:
    return datetime(2026, 1, day, hour, minute, tzinfo=UTC).timestamp() - 8 * 3600


@pytest.mark.parametrize(
    ("text", "now", "opens"),
    [
        ("22:00-08:00", beijing(5, 23), beijing(5, 23)),
        ("22:00-08:00", beijing(5, 7, 59), beijing(5, 7, 59)),
        ("22:00-08:00", beijing(5, 8), beijing(5, 22)),
        ("22:00-08:00", beijing(5, 22), beijing(5, 22)),
        ("09:00-18:00", beijing(5, 18), beijing(6, 9)),
        ("09:00-18:00", beijing(5, 8, 59), beijing(5, 9)),
        ("20:00-24:00", beijing(5, 23, 59), beijing(5, 23, 59)),
        ("20:00-24:00", beijing(6, 0), beijing(6, 20)),
        ("0:00-24:00", beijing(6, 0), beijing(6, 0)),
    ],
)
def test_windows_are_beijing_hours(text: str, now: float, opens: float) -> None:
    assert Window.parse(text).opens_at(now) == opens


@pytest.mark.parametrize("text", ["", "22-8", "22:00", "22:60-08:00", "25:00-08:00", "08:00-08:00", "22:00-08:00x"])
def test_what_is_no_window_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        Window.parse(text)


@given(start=st.integers(0, 1439), length=st.integers(1, 1439), now=st.integers(0, 2_000_000_000))
def test_a_window_opens_within_a_day_and_is_open_then(start: int, length: int, now: int) -> None:
    end = (start + length) % 1440
    window = Window.parse(f"{start // 60}:{start % 60:02}-{end // 60}:{end % 60:02}")
    opens = window.opens_at(now)
    assert now <= opens < now + 86_400
    assert window.opens_at(opens) == opens
    assert window.opens_at(opens - 1) == (opens if opens > now else window.opens_at(opens - 1))
