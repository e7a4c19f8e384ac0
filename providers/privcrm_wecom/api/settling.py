"""Orders that carry no mark are found again by what they say, and told apart by who is to carry them out."""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from attrs import field, frozen

from privcrm.errors import OutcomeUnknown
from privcrm.models import Content
from privcrm.provider import CannotTell, Done, Endpoint, Intent, NotDone, Settled
from privcrm_wecom.likeness import Likeness, likeness

EARLIER = 120
"""Seconds by which the vendor may date a call before the time that its ``Date`` header lets expect."""
_LATER = 1800
"""Seconds from the intent to its call, waiting for allowances included."""


@frozen
class Order:
    """An order that the vendor lists; ``result`` is what settling hands out for it.

    ``creator_id`` is the person who gave it at the console: the vendor names nobody for those of a program.
    """

    order_id: str
    content: Content
    creator_id: str | None
    result: Any = field(repr=False)


def window(since: float) -> tuple[int, int]:
    """Return the span of unix seconds in which the vendor may have dated an order meant ``since``, by its own clock."""
    return int(since) - EARLIER, int(since) + _LATER


def settled(sent: Content, listed: Iterable[Order], evidence: Callable[[str], Likeness]) -> Settled:
    """Tell which of the orders ``listed`` is the one that says ``sent``.

    ``evidence`` reads who carries out an order; the likeliest are asked about first, until two are found that fit.
    One that fits is it; several, or one that only may be it, are for a person to judge.
    """
    alike = [(found, order) for order in listed if (found := _outward(sent, order))]
    same: list[Order] = []
    doubtful: list[Order] = []
    for order in (order for found, order in alike if found is Likeness.SAME):
        told = evidence(order.order_id)
        if told is not Likeness.NONE:
            (same if told is Likeness.SAME else doubtful).append(order)
        if len(same) > 1:
            return _cannot_tell(same)
    if same:
        return Done(same[0].result)
    close = (order for found, order in alike if found is Likeness.CLOSE)
    doubtful += islice((order for order in close if evidence(order.order_id)), 2)
    return _cannot_tell(doubtful) if doubtful else NotDone()


def told(value: str, endpoint: Endpoint, intent: Intent) -> str:
    """Return an id that an answer must hold; without it the order may stand, and has to be looked for."""
    if not value:
        message = "the answer holds no id of what was ordered"
        raise OutcomeUnknown(message, intent=intent, provider="wecom", operation=endpoint.name)
    return value


def _outward(sent: Content, order: Order) -> Likeness:
    """Tell how alike an order is by the list alone; one that a person gave only looks like ours."""
    found = likeness(sent, order.content)
    return min(found, Likeness.CLOSE) if order.creator_id else found


def _cannot_tell(orders: Iterable[Order]) -> CannotTell:
    names = " or ".join(order.order_id for order in orders)
    return CannotTell(f"may be {names}: the same or nearly the same content, ordered at about that time")
