"""One vendor endpoint as one row of data: what transport, checks, docs and coverage tables read."""

from collections.abc import Mapping
from enum import StrEnum

from attrs import field, frozen


class Effect(StrEnum):
    """What a call does to the world; decides what read-only mode and the kill switch let through."""

    READ = "read"
    WRITE = "write"
    REACHES_CUSTOMERS = "reaches_customers"


class Repeat(StrEnum):
    """Whether a call whose answer was lost may be sent again."""

    SAFE = "safe"
    AFTER_LOOKUP = "after_lookup"
    NEVER = "never"


class Paging(StrEnum):
    """How a list call hands out its pages."""

    NONE = "none"
    CURSOR = "cursor"
    OFFSET = "offset"


@frozen
class Endpoint:
    """One endpoint of a vendor.

    ``role`` is what an app must be allowed to do ("" for calls that need no token, "any" for every app).
    ``batch`` gives the largest number of entries for each list parameter. ``limits`` names rows of the adapter's
    limit table. ``record`` names the parameters that together identify the record written: calls on one record are
    queued, never parallel. ``answers`` names what only the vendor's own answer holds, where it may come without a code.
    ``ids`` names, by kind ("staff", "groups", "codes", "departments"), the parameters that decide whom a write is
    about, dots lead into objects: a write scope believes no others. ``used_by`` names the port methods
    (``port.method``) that make the call; empty where only ``Provider.call`` does. ``known`` is false for what the
    adapter's table does not hold. ``replaced_by`` is set on retired endpoints: they are refused before sending.
    """

    name: str
    method: str
    path: str
    role: str
    effect: Effect
    repeat: Repeat
    doc: str
    paging: Paging = Paging.NONE
    batch: Mapping[str, int] = field(factory=dict[str, int])
    limits: tuple[str, ...] = ()
    record: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    ids: Mapping[str, tuple[str, ...]] = field(factory=dict[str, tuple[str, ...]])
    used_by: tuple[str, ...] = ()
    known: bool = True
    replaced_by: str = ""

    @property
    def writes(self) -> bool:
        """Whether the call changes anything."""
        return self.effect is not Effect.READ
