"""States of our codes: written and read back, short, proof against a slip, and nobody else's taken for ours."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privcrm.errors import InputError
from privcrm.models.codes import state_number, state_of
from privcrm.models.codes.state import LONGEST_STATE, OUR_PREFIX

WRITTEN = string.ascii_lowercase + string.digits + "-_"
numbers = st.one_of(st.integers(0, 2_000), st.integers(0, 10**9))
parts = st.one_of(st.integers(0, 3), st.integers(0, 5_000))


@given(numbers, parts)
def test_number_and_part_are_read_back(number: int, part: int) -> None:
    state = state_of(number, part)
    assert state_number(state) == (number, part)
    assert len(state) <= LONGEST_STATE
    assert state.startswith(OUR_PREFIX)
    assert set(state) <= set(WRITTEN)


@given(st.tuples(numbers, parts), st.tuples(numbers, parts))
def test_codes_and_parts_do_not_share_a_state(one: tuple[int, int], other: tuple[int, int]) -> None:
    assert (state_of(*one) == state_of(*other)) is (one == other)


@given(numbers, parts, st.data())
def test_a_slip_of_one_letter_is_seen(number: int, part: int, data: st.DataObject) -> None:
    state = state_of(number, part)
    place = data.draw(st.integers(0, len(state) - 1))
    letter = data.draw(st.sampled_from(string.ascii_letters + string.digits + "-_ é"))
    slipped = state[:place] + letter + state[place + 1 :]
    assert state_number(slipped) == ((number, part) if slipped == state else None)


@given(numbers, parts, st.data())
def test_two_neighbours_exchanged_are_seen(number: int, part: int, data: st.DataObject) -> None:
    state = state_of(number, part)
    place = data.draw(st.integers(0, len(state) - 2))
    slipped = state[:place] + state[place + 1] + state[place] + state[place + 2 :]
    assert state_number(slipped) == ((number, part) if slipped == state else None)


@given(numbers, parts, st.data())
def test_a_letter_lost_or_doubled_is_seen(number: int, part: int, data: st.DataObject) -> None:
    state = state_of(number, part)
    place = data.draw(st.integers(0, len(state) - 1))
    for slipped in (state[:place] + state[place + 1 :], state[:place] + state[place] + state[place:]):
        # Another number may come of it once in thirty-seven times: never the same.
        assert state_number(slipped) != (number, part)


def test_every_slip_of_one_letter_of_a_thousand_codes_is_seen() -> None:
    for number in range(1_000):
        state = state_of(number)
        slips = {state[:n] + letter + state[n + 1 :] for n in range(len(state)) for letter in WRITTEN} - {state}
        assert not [slip for slip in slips if state_number(slip)]


@given(st.text(max_size=40))
def test_what_is_read_is_what_would_be_written(text: str) -> None:
    found = state_number(text)
    assert found is None or state_of(*found) == text


@pytest.mark.parametrize(
    "foreign",
    [
        "",
        "pvc-",
        "pvc--",
        "pvc-0000",
        "PVC-00000",
        "shop_12",
        "sj20260101",
        "lw_1_2",
        " pvc-00010",
        "pvc-00010\n",
        "活码",
    ],
)
def test_a_foreign_state_is_not_parsed(foreign: str) -> None:
    assert state_number(foreign) is None


@pytest.mark.parametrize(("number", "part"), [(-1, 0), (0, -1), (33**30, 0), (0, 33**30)])
def test_what_does_not_fit_is_refused(number: int, part: int) -> None:
    with pytest.raises(InputError, match="number and part"):
        state_of(number, part)
