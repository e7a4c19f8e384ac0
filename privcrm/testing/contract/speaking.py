"""What the contracts of messages and moments share: words, the pages of a listing, calls that are safe to repeat."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import TypeVar

import pytest

from privcrm.clock import Clock
from privcrm.errors import AnswerLost
from privcrm.models import Content, Link, Pages
from privcrm.testing.contract.base import Contract

T = TypeVar("T")
MakeContent = Callable[[], Content]


class SpeakingContract(Contract):
    """Fixtures for saying something, to whomever."""

    @pytest.fixture
    def content(self, clock: Clock) -> MakeContent:
        """A function that returns a content which nobody has sent yet, a new one each time."""
        numbers = count(1)
        return lambda: Content(f"contract {clock.time()} {next(numbers)}")


def link(number: int = 1) -> Link:
    """Return a link that every place takes, moments excepted."""
    return Link(f"https://example.com/{number}", f"Page {number}", "What it says")


def paged(listing: Callable[[str], Pages[T]], key: Callable[[T], str]) -> Iterator[str]:
    """Yield the keys of a listing, which must hold each once and resume from every cursor."""
    pages = list(listing("").pages())
    found = [[key(item) for item in page.items] for page in pages]
    everything = [one for page in found for one in page]
    assert len(everything) == len(set(everything))
    for place, page in enumerate(pages[:-1]):
        rest = [one for after in found[place + 1 :] for one in after]
        assert [key(item) for item in listing(page.next_cursor)] == rest
    yield from everything


def repeated(call: Callable[[], T]) -> T:
    """Return what a call answers that is safe to repeat: the provider repeats it by itself, or the caller does."""
    try:
        return call()
    except AnswerLost:
        return call()
