"""The tags that members carry from the start."""

from abc import ABC, abstractmethod
from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate
from typing import Final

from privcrm.sandbox.world.chance import Stream

__all__ = ["FewTags", "FirstTags", "ManyTags"]


class FirstTags(ABC):
    """Derives the tags on a relation from the seed; *numbers* are the tags there are to give."""

    def __init__(self, seed: int, numbers: Sequence[int]) -> None:
        self.numbers = tuple(numbers)
        self._luck = Stream(seed, "tags of a follow")

    @abstractmethod
    def on(self, member: int, rank: int, followers: int) -> tuple[int, ...]:
        """Return the tags, ascending, on a member's relation with the follower in place *rank* of *followers*."""


class FewTags(FirstTags):
    """Up to three tags on each relation, all equally likely."""

    def on(self, member: int, rank: int, followers: int) -> tuple[int, ...]:
        """Return the tags of a relation."""
        del followers  # every relation has tags of its own
        if not self.numbers:
            return ()
        luck = self._luck(member * 3 + rank)
        chosen = {self.numbers[(luck >> (8 * n)) % len(self.numbers)] for n in range(1, 1 + luck % 4)}
        return tuple(sorted(chosen))


_SHARES: Final = (0.45, 0.12)
"""Of members, who carry the first and the second tag."""
_RARE: Final = (3, 4, 4, 5, 5, 5, 6, 6)
"""How many of the other tags a member is given, one as likely as the next; one given twice counts once."""
_LEAST_RARE: Final = 23
"""The third tag is drawn as often as if it stood here in a row in which the n-th is drawn 1/n times."""
_SLOTS: Final = 1 << 10


class ManyTags(FirstTags):
    """About five tags a member, each on one of his relations; how often a tag is given falls with its place."""

    def __init__(self, seed: int, numbers: Sequence[int]) -> None:
        super().__init__(seed, numbers)
        self._rare = Stream(seed, "rare tags")
        self._slots = _slots(self.numbers[len(_SHARES) :])
        self._first, self._second = ((int(share * 65_536), tag) for share, tag in zip(_SHARES, numbers, strict=False))

    def on(self, member: int, rank: int, followers: int) -> tuple[int, ...]:
        """Return the tags of a relation."""
        luck, rare = self._luck(member), self._rare(member)
        tags: set[int] = set()
        if luck & 65_535 < self._first[0]:
            tags.add(self._first[1])
        if luck >> 16 & 65_535 < self._second[0]:
            tags.add(self._second[1])
        for n in range(_RARE[luck >> 32 & 7]):
            tags.add(self._slots[rare >> 10 * n & _SLOTS - 1])
        if followers == 1:
            return tuple(sorted(tags))
        spread = luck >> 35
        return tuple(sorted(tag for tag in tags if (spread >> tag % 24) % followers == rank))


def _slots(tags: Sequence[int]) -> tuple[int, ...]:
    """Return a table from which each tag is drawn as often as its place says."""
    shares = list(accumulate(1 / (_LEAST_RARE + place) for place in range(len(tags))))
    return tuple(tags[bisect_left(shares, (slot + 0.5) / _SLOTS * shares[-1])] for slot in range(_SLOTS))
