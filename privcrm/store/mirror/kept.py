"""What is kept of a relation, and how that compares with what a listing tells."""

from attrs import frozen

from privcrm.store.mirror.entries import Entry
from privcrm.store.mirror.fresh import Pair
from privcrm.store.mirror.marks import EVERYBODY, Kind, Mark

__all__ = ["Ended", "Kept", "marks_of"]


@frozen
class Ended:
    """How a relation ended, as an event told: ``at`` is unix seconds by the vendor's clock."""

    at: int
    how: str


@frozen
class Kept:
    """What is kept of a relation; the day is 0 and the channel "" while it does not live."""

    digest: str
    live: bool
    created_at: int
    add_way: int
    state: str
    operator_id: str
    ended_at: int
    ended_how: str
    gone_at: float
    as_of: float
    begun_at: int

    def is_as(self, entry: Entry) -> bool:
        """Tell whether an entry says nothing new, by its digest."""
        stays_ended = bool(self.ended_at) and entry.created_at <= self.ended_at
        return self.digest == entry.digest != "" and not self.gone_at and (self.live or stays_ended)

    def has_fields_of(self, entry: Entry) -> bool:
        """Tell whether the fields are those of an entry, whatever the digests say."""
        told = (entry.created_at, entry.add_way, entry.state, entry.operator_id)
        return told == (self.created_at, self.add_way, self.state, self.operator_id)

    def is_newer(self, read_at: float | None, now: float) -> bool:
        """Tell whether it was written after a listing was read; a time to come says only that clocks were set."""
        return read_at is not None and read_at < self.as_of <= now

    def ended_still(self, entry: Entry) -> Ended | None:
        """Return how it ended, unless an entry tells of a relation that began later."""
        if not self.ended_at or entry.created_at > self.ended_at:
            return None
        return Ended(self.ended_at, self.ended_how)


def marks_of(pair: Pair, day: int, state: str) -> list[Mark]:
    """Return the marks of everything but tags that a live relation is counted in."""
    member, staff = pair
    found: list[Mark] = [
        (Kind.CUSTOMER, EVERYBODY, member),
        (Kind.STAFF, str(staff), member),
        (Kind.DAY, str(day), member),
    ]
    return [*found, (Kind.CHANNEL, state, member)] if state else found
