"""Everything a seed decides, without keeping a generator.

Fact number *n* of a *stream* is a hash of (seed, stream, n), so that any fact can be computed alone, in any order, as
often as one likes: a company of a million members costs nothing until somebody looks at one of them.
"""

import zlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15


def mix(value: int) -> int:
    """Scramble 64 bits (the finaliser of splitmix64)."""
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    value = (value ^ (value >> 27)) * 0x94D049BB133111EB & MASK
    return value ^ (value >> 31)


class Stream:
    """An endless row of 64-bit numbers; `stream(n)` is always the same for one seed and one name."""

    __slots__ = ("_base",)

    def __init__(self, seed: int, name: str) -> None:
        self._base = mix((seed * _GOLDEN + zlib.crc32(name.encode())) & MASK)

    def __call__(self, n: int) -> int:
        return mix((self._base + n * _GOLDEN) & MASK)

    def below(self, n: int, bound: int) -> int:
        """Number *n* of the stream, at least 0 and below *bound*."""
        return self(n) % bound

    def choose(self, n: int, among: Sequence[T]) -> T:
        """Pick one of *among* by number *n* of the stream."""
        return among[self(n) % len(among)]
