"""What a listing tells of one relation, ready to be written."""

from collections.abc import Iterable
from typing import Final, Protocol

from attrs import field, frozen

from privcrm.store.database import Connection

__all__ = ["BEIJING", "DAY", "Entry", "PlainSealer", "Sealer", "day_of"]

DAY: Final = 86_400
BEIJING: Final = 8 * 3600


def day_of(seconds: int) -> int:
    """Return the number of the day in Beijing (UTC+8), counted from 1970-01-01, that holds a moment of unix time."""
    return (seconds + BEIJING) // DAY


def _once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


@frozen
class Entry:
    """One member at one employee; ``digest`` is over everything that is kept of it, "" if it must be written anyway.

    ``created_at`` is unix seconds, 0 if the vendor did not tell. ``identities`` are (kind, keyed hash) pairs. The
    details are JSON of personal fields in clear, "" for none: they are sealed when written.
    """

    member_id: str
    staff_id: str
    digest: str = ""
    kind: str = ""
    gender: int = 0
    created_at: int = 0
    add_way: int = 0
    state: str = ""
    operator_id: str = ""
    tag_ids: tuple[str, ...] = field(default=(), converter=_once)
    identities: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    member_details: str = field(default="", repr=False)
    follow_details: str = field(default="", repr=False)


class Sealer(Protocol):
    """Closes personal texts, each with the key of the member whose number stands beside it."""

    def seal(self, connection: Connection, texts: list[tuple[int, str]]) -> list[str]:
        """Return the sealed texts in their order; keys of new members are kept in the same transaction."""
        ...


class PlainSealer:
    """Leaves texts as they are: for stores without keys."""

    def seal(self, connection: Connection, texts: list[tuple[int, str]]) -> list[str]:
        """Return the texts."""
        del connection
        return [text for _, text in texts]
