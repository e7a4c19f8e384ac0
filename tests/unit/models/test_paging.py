import pytest
from hypothesis import given
from hypothesis import strategies as st

from privcrm.errors import CursorRepeated, PrivcrmError
from privcrm.models import Page, Pages
from privcrm.models.paging import _Trail

COMPANIES = st.lists(st.lists(st.integers(), max_size=4), min_size=1, max_size=8)


def served(pages):
    """A vendor with these pages, under the cursors "", "1", "2", …"""
    return lambda cursor: Page(
        tuple(pages[int(cursor or 0)]), str(int(cursor or 0) + 1) if int(cursor or 0) + 1 < len(pages) else ""
    )


@given(COMPANIES)
def test_every_item_comes_once_and_in_order(pages):
    assert list(Pages(served(pages))) == [item for page in pages for item in page]


@given(COMPANIES, st.data())
def test_resuming_anywhere_loses_nothing(pages, data):
    total = sum(map(len, pages))
    stop = data.draw(st.integers(0, total))
    listing = Pages(served(pages))
    seen = [item for item, _ in zip(listing, range(stop), strict=False)]
    rest = list(Pages(served(pages), listing.cursor))
    start_of_page = sum(map(len, pages[: int(listing.cursor or 0)]))
    everything = [item for page in pages for item in page]
    assert seen == everything[:stop]
    assert rest == everything[start_of_page:]
    assert start_of_page <= max(stop, 0)


@given(st.lists(st.sampled_from("abc"), min_size=4, max_size=12))
def test_a_vendor_that_goes_in_circles_is_stopped(cursors):
    answers = iter(cursors)
    with pytest.raises(CursorRepeated):
        list(Pages(lambda _: Page((1,), next(answers))))


def test_a_cursor_that_returns_itself_is_stopped_at_once():
    calls = []
    with pytest.raises(CursorRepeated):
        list(Pages(lambda cursor: calls.append(cursor) or Page((), "same")))
    assert calls == ["", "same"]


def test_new_cursors_with_nothing_behind_them_come_to_an_end():
    calls = []
    with pytest.raises(CursorRepeated, match="1000 empty pages"):
        list(Pages(lambda cursor: calls.append(cursor) or Page((), str(len(calls)))))
    assert len(calls) == 1000


def test_a_full_page_starts_the_count_of_empty_ones_again():
    assert list(Pages(served([*[[]] * 999, [1], *[[]] * 999, [2]]))) == [1, 2]


@pytest.mark.parametrize("circle", [1, 7, 9_000, 25_000])
def test_circles_of_any_size_are_noticed_in_bounded_memory(circle):
    trail, met = _Trail(), 0
    for step in range(4 * circle + 4):
        trail.leave(str(step % circle))
        if trail.crosses(str((step + 1) % circle)):
            met = step + 1
            break
    assert circle <= met <= 4 * circle
    assert len(trail._recent) <= 10_000


def test_an_empty_page_in_the_middle_ends_nothing():
    assert list(Pages(served([[1], [], [2]]))) == [1, 2]


def test_nothing_is_fetched_before_it_is_wanted():
    calls = []
    iter(Pages(lambda cursor: calls.append(cursor) or Page(())))
    assert calls == []


def test_a_repeated_cursor_is_one_of_our_errors():
    assert issubclass(CursorRepeated, PrivcrmError)
