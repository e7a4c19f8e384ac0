"""The codes of links that were looked up: links are for ever, so that once is enough."""

import threading
from collections import OrderedDict
from typing import Final

from attrs import frozen

from privcrm.forks import reset_in_children

__all__ = ["FoundCode", "KnownLinks"]

MOST_LINKS: Final = 65_536


@frozen
class FoundCode:
    """A code by its number and its key."""

    number: int
    key: str


class KnownLinks:
    """The codes of the links that were looked up last, bounded in number."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, FoundCode] = OrderedDict()
        self.reset()
        reset_in_children(self)

    def reset(self) -> None:
        """Start with a lock that nobody holds."""
        self._lock = threading.Lock()

    def get(self, slug: str) -> FoundCode | None:
        """Return the code of a link, None for one that was not looked up."""
        return self._kept.get(slug)

    def put(self, slug: str, found: FoundCode) -> None:
        """Keep the code of a link; of too many the one that came first goes."""
        with self._lock:
            self._kept[slug] = found
            if len(self._kept) > MOST_LINKS:
                self._kept.popitem(last=False)
