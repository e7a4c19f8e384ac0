"""Moments: what employees put on the timelines of their customers, on their own or because the company asks for it.

A company's moment has executors; it is on nobody's timeline before one of them publishes it.
"""

from bisect import bisect_right, insort
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import attrs


@attrs.frozen
class Moment:
    """One moment. `maker` is the program that asked for it, empty if `creator` (an employee) made it by hand."""

    number: int
    maker: str
    creator: int | None
    by_company: bool
    content: Mapping[str, Any] = attrs.field(repr=False)
    """What was written, in the form of the wire that brought it."""
    made_at: int
    any_tag: frozenset[int] = frozenset()
    """Who may see it carries one of these; empty: everybody."""
    cancelled_at: int | None = None
    deleted_at: int | None = None


@attrs.frozen
class Post:
    """A moment that an employee published. `chosen` members may see it, None: all his customers; never the `hidden`."""

    moment: int
    staff: int
    at: int
    chosen: Sequence[int] | None = attrs.field(repr=False)
    hidden: frozenset[int] = attrs.field(default=frozenset(), repr=False)


@attrs.frozen
class Reaction:
    """A like or a comment under a post, by a member or an employee."""

    person: int
    is_staff: bool
    is_like: bool
    at: int


@attrs.frozen
class MomentOrder:
    """A program's wish for a moment, and what of it was no good; a wish that failed has no moment."""

    number: int
    asked_at: int
    moment: int | None
    errcode: int = 0
    wrong_staff: tuple[str, ...] = ()
    wrong_departments: tuple[int, ...] = ()
    wrong_tags: tuple[str, ...] = ()


class MomentBook:
    """All moments, their posts and reactions, and the orders that programs gave."""

    def __init__(self) -> None:
        self._all: list[Moment] = []
        self._by_time: list[tuple[int, int]] = []
        self._executors: list[dict[int, bool | None]] = []
        self._posts: list[dict[int, Post]] = []
        self._reactions: dict[tuple[int, int], list[Reaction]] = {}
        self._orders: list[MomentOrder] = []
        self._seen: Counter[tuple[int, str]] = Counter()

    def __len__(self) -> int:
        return len(self._all)

    def __getitem__(self, number: int) -> Moment:
        return self._all[number]

    def find(self, number: int) -> Moment | None:
        """Return a moment or None."""
        return self._all[number] if 0 <= number < len(self._all) else None

    def add(self, moment: Moment, executors: Iterable[int] = ()) -> Moment:
        """Keep a new moment, whose number is the length of the book, with those who may have to publish it."""
        self._all.append(moment)
        insort(self._by_time, (moment.made_at, moment.number))
        self._executors.append(dict.fromkeys(sorted(executors), None if moment.any_tag else True))
        self._posts.append({})
        return moment

    def change(self, moment: Moment) -> None:
        """Keep a changed moment; it was made when it was made."""
        self._all[moment.number] = moment

    def between(self, start: int, end: int, after: tuple[int, int] = (-1, -1)) -> Iterator[Moment]:
        """Yield the moments made behind *start* and before *end*, oldest first, behind a (time, number)."""
        first = bisect_right(self._by_time, max(after, (start, len(self._all))))
        for place in range(first, len(self._by_time)):
            made_at, number = self._by_time[place]
            if made_at >= end:
                return
            yield self._all[number]

    def executors(self, number: int) -> Mapping[int, bool | None]:
        """Return by ascending number who is to publish a moment; None: not worked out yet."""
        return self._executors[number]

    def decide(self, number: int, staff: int, *, executes: bool) -> None:
        """Keep whether somebody is to publish a moment."""
        self._executors[number][staff] = executes

    def publish(self, post: Post) -> None:
        """Put a moment on timelines."""
        self._posts[post.moment][post.staff] = post

    def posts(self, number: int) -> Mapping[int, Post]:
        """Return the posts of a moment by employee."""
        return self._posts[number]

    def react(self, post: Post, reaction: Reaction) -> None:
        """Keep a like or a comment."""
        self._reactions.setdefault((post.moment, post.staff), []).append(reaction)

    def reactions(self, post: Post) -> Sequence[Reaction]:
        """Return the likes and comments under a post, oldest first."""
        return self._reactions.get((post.moment, post.staff), ())

    def order(self, order: MomentOrder) -> MomentOrder:
        """Keep a new order, whose number is the count of orders."""
        self._orders.append(order)
        return order

    @property
    def orders(self) -> Sequence[MomentOrder]:
        """All orders, oldest first."""
        return self._orders

    def saw(self, member: int, period: str) -> int:
        """Return how many of the company's moments a member saw in a period, where that is counted."""
        return self._seen[member, period]

    def show(self, member: int, period: str) -> None:
        """Count one of the company's moments for a member."""
        self._seen[member, period] += 1
