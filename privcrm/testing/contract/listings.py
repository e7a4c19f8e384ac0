"""What every listing keeps."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from privcrm.models import Pages

T = TypeVar("T")


def paged(listing: Callable[[str], Pages[T]], key: Callable[[T], str]) -> Iterator[str]:
    """Yield the keys of a listing, which must hold each once and resume from every cursor."""
    begun = listing("")
    assert isinstance(begun, Pages), "a listing that is no Pages may go round in circles"
    pages = list(begun.pages())
    found = [[key(item) for item in page.items] for page in pages]
    everything = [one for page in found for one in page]
    assert len(everything) == len(set(everything))
    for place, page in enumerate(pages[:-1]):
        rest = [one for after in found[place + 1 :] for one in after]
        assert [key(item) for item in listing(page.next_cursor)] == rest
    yield from everything
