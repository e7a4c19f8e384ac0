"""Calls that must not be repeated: an intent is written down first, and settled by reading if the answer is lost."""

from typing import Any

from attrs import frozen


@frozen
class Intent:
    """What a caller is about to do once.

    ``key`` is the caller's and unique for the operation; ``marker`` is what was planted in the request so that it can
    be recognised later (empty where the vendor offers no place for one); ``digest`` is that of the body;
    ``created_at`` is unix seconds and opens the window in which to look.
    """

    key: str
    marker: str
    created_at: float
    digest: str = ""


@frozen
class Done:
    """The operation happened; ``result`` is what the lost answer would have been."""

    result: Any = None


@frozen
class NotDone:
    """The operation did not happen: it may be sent."""


@frozen
class CannotTell:
    """The vendor offers no way to find out; ``orphan`` describes what may have been left behind."""

    orphan: str


Settled = Done | NotDone | CannotTell
