"""Which employees of a refused pool the vendor does not take: by its message, else by halving."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from attrs import field, frozen

from privcrm.errors import InvalidArgument, LimitReached, NotFound, PermissionDenied, PreconditionFailed, Refused
from privcrm.models import StaffId

__all__ = ["Attempt", "Found", "is_about_seats", "named_in", "search"]

Attempt = Callable[[Sequence[StaffId]], Refused | None]
"""Tells the vendor of these employees; returns its refusal, None if it took them."""

_OF_A_SEAT: Final = (PreconditionFailed, NotFound, InvalidArgument, LimitReached)
_SURE: Final = (PreconditionFailed, NotFound, PermissionDenied)
"""What may be said of every seat of a pool; other refusals of all of them are about something else."""


@frozen
class Found:
    """Who was refused, each with what the vendor said, after how many further writes."""

    bad: dict[StaffId, Refused] = field(factory=dict[StaffId, Refused])
    probes: int = 0


def is_about_seats(refusal: Refused) -> bool:
    """Tell whether a refusal may be about an employee of the pool; one of the whole app is not, nor one of pace."""
    if isinstance(refusal, PermissionDenied):
        return refusal.scope == "record"
    return isinstance(refusal, _OF_A_SEAT) or type(refusal) is Refused


def search(pool: Sequence[StaffId], refusal: Refused, attempt: Attempt, most: int) -> Found:
    """Find who made the vendor refuse a pool, with at most ``most`` further writes.

    Every half that the vendor takes is a pool that works, so nobody who scans meanwhile meets a dead end.
    """
    named = named_in(refusal.message, pool)
    if named and len(named) < len(pool):
        return Found(dict.fromkeys(named, refusal))
    bad: dict[StaffId, Refused] = {}
    probes = 0
    waiting: list[tuple[Sequence[StaffId], Refused]] = [(pool, refusal)]
    while waiting:
        some, why = waiting.pop()
        if len(some) == 1:
            bad[some[0]] = why
            continue
        for half in (some[: len(some) // 2], some[len(some) // 2 :]):
            if probes >= most:
                break
            probes += 1
            again = attempt(half)
            if again is not None:
                waiting.append((half, again))
    return Found(_believed(bad, pool), probes)


def _believed(bad: dict[StaffId, Refused], pool: Sequence[StaffId]) -> dict[StaffId, Refused]:
    """Return who is refused; if that is everybody, only where it can be true of each of them."""
    everybody = len(bad) == len(pool)
    return {} if everybody and not all(isinstance(why, _SURE) for why in bad.values()) else bad


def named_in(message: str, pool: Sequence[StaffId]) -> list[StaffId]:
    """Return who of a pool stands in a message as a word of its own; ids compare without case."""
    edge = r"[\w.@-]"
    return [each for each in pool if re.search(rf"(?<!{edge}){re.escape(each)}(?!{edge})", message, re.IGNORECASE)]
