"""States of our codes: written and read back, short, proof against a slip, and nobody else's taken for ours."""

import string
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privcrm.errors import InputError
from privcrm.models.codes import state_number, state_of
from privcrm.models.codes.state import LONGEST_STATE, OUR_PREFIX, new_secret

WRITTEN = string.ascii_lowercase + string.digits + "-_"
numbers = st.one_of(st.integers(0, 2_000), st.integers(0, 10**9))
parts = st.one_of(st.integers(0, 3), st.integers(0, 5_000))
secrets = st.one_of(st.just(""), st.integers().map(lambda seed: new_secret(Random(seed))))


@given(numbers, parts, secrets)
def test_number_and_part_are_read_back(number: int, part: int, secret: str) -> None:
    state = state_of(number, part, secret)
    assert state_number(state) == (number, part)
    assert len(state) <= LONGEST_STATE
    assert state.startswith(OUR_PREFIX)
    assert set(state) <= set(WRITTEN)


@given(st.tuples(numbers, parts, secrets), st.tuples(numbers, parts, secrets))
def test_codes_and_parts_do_not_share_a_state(one: tuple[int, int, str], other: tuple[int, int, str]) -> None:
    assert (state_of(*one) == state_of(*other)) is (one == other)


@given(numbers, parts, secrets, st.data())
def test_a_slip_of_one_letter_is_seen(number: int, part: int, secret: str, data: st.DataObject) -> None:
    state = state_of(number, part, secret)
    place = data.draw(st.integers(0, len(state) - 1))
    letter = data.draw(st.sampled_from(string.ascii_letters + string.digits + "-_ é"))
    slipped = state[:place] + letter + state[place + 1 :]
    assert state_number(slipped) == ((number, part) if slipped == state else None)


@given(numbers, parts, secrets, st.data())
def test_two_neighbours_exchanged_are_seen(number: int, part: int, secret: str, data: st.DataObject) -> None:
    state = state_of(number, part, secret)
    place = data.draw(st.integers(0, len(state) - 2))
    slipped = state[:place] + state[place + 1] + state[place] + state[place + 2 :]
    assert state_number(slipped) == ((number, part) if slipped == state else None)


@given(numbers, parts, secrets, st.data())
def test_a_letter_lost_or_doubled_is_seen(number: int, part: int, secret: str, data: st.DataObject) -> None:
    state = state_of(number, part, secret)
    place = data.draw(st.integers(0, len(state) - 1))
    for slipped in (state[:place] + state[place + 1 :], state[:place] + state[place] + state[place:]):
        # Another number may come of it once in thirty-seven times: never the same.
        assert state_number(slipped) != (number, part)


@pytest.mark.parametrize("rng", [None, Random(1)])
def test_every_slip_of_one_letter_of_many_codes_is_seen(rng: Random | None) -> None:
    for number in range(500):
        state = state_of(number, number % 7, new_secret(rng) if rng else "")
        slips = {state[:n] + letter + state[n + 1 :] for n in range(len(state)) for letter in WRITTEN} - {state}
        assert not [slip for slip in slips if state_number(slip)]


@given(st.one_of(st.text(max_size=40), st.text(alphabet=WRITTEN, max_size=40).map(OUR_PREFIX.__add__)))
def test_what_is_read_is_what_would_be_written(text: str) -> None:
    found = state_number(text)
    if found is not None:
        secret = text[len(OUR_PREFIX) : -1].split("-")[2:]
        assert state_of(*found, *secret) == text


@pytest.mark.parametrize(
    "foreign",
    [
        "",
        "pvc-",
        "pvc--",
        "pvc-0000",
        "PVC-00000",
        "pvc-0001-0-",
        "pvc-0001--0123456789a",
        "pvc-0001-0-0123456789-a",
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


def test_a_secret_is_drawn_from_the_source_and_tells_states_apart() -> None:
    assert new_secret(Random(7)) == new_secret(Random(7))
    rng = Random(7)
    assert len({state_of(1, 0, new_secret(rng)) for _ in range(1_000)}) == 1_000


@pytest.mark.parametrize("secret", ["012345678l", "01234-6789", "012345678Ä", "012345678A", "012345678", "0123456789a"])
def test_what_is_no_secret_is_refused(secret: str) -> None:
    with pytest.raises(InputError, match="secret"):
        state_of(1, 0, secret)


def test_the_states_that_we_made_before_are_read() -> None:
    assert [state_number(state) for state in ("pvc-00011", "pvc-0012-32")] == [(1, 0), (36, 3)]


def test_a_state_of_a_million_digits_is_somebody_elses_at_once() -> None:
    """Found by attacking: it was made a number of five million bits, which took hours."""
    assert state_number("pvc-" + "z" * 1_000_000) is None
