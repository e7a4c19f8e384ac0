"""What the contracts of messages and moments share: words, and calls that are safe to repeat."""

from collections.abc import Callable
from itertools import count
from typing import TypeVar

import pytest

from privcrm.clock import Clock
from privcrm.errors import AnswerLost
from privcrm.models import Content, Link
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


def repeated(call: Callable[[], T]) -> T:
    """Return what a call answers that is safe to repeat: the provider repeats it by itself, or the caller does."""
    try:
        return call()
    except AnswerLost:
        return call()
