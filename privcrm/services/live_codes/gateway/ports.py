"""What the gateway asks of the other parts of live codes, inside its transaction."""

from random import Random
from typing import Protocol

from attrs import frozen

from privcrm.models.codes import OnEmpty
from privcrm.services.live_codes.gateway.visits import Picture
from privcrm.store.database import Connection
from privcrm.store.live_codes.codes import CodeRow

__all__ = ["Shelf", "StaffAnswer", "StaffSide"]


@frozen
class StaffAnswer:
    """To whom a staff code leads a visitor: ``part`` is the vendor's code to show, None where nobody is free.

    ``target`` names the seat, ``repeats`` says that he was led there before. ``left`` is how many more may be led there
    uncounted, None where the vendor chooses. ``on_empty`` and ``redirect_to`` are what the code does where nobody is.
    """

    part: int | None
    target: str = ""
    why: str = ""
    repeats: bool = False
    on_empty: OnEmpty = OnEmpty.KEEP_LAST
    redirect_to: str = ""
    left: int | None = None


class StaffSide(Protocol):
    """Chooses for staff codes."""

    def answer(self, connection: Connection, row: CodeRow, visitor: str, now: float) -> StaffAnswer:
        """Choose for a visitor, and reserve the seat where the code is of the pull family."""
        ...

    def holds_for(self, row: CodeRow) -> float:
        """Return for how many seconds a visitor of a code holds a place; 0 where the vendor draws, and none is held."""
        ...

    def spread(self, connection: Connection, row: CodeRow, rng: Random, now: float) -> StaffAnswer:
        """Choose for somebody who may hold no place: any of those who are free, by their weights."""
        ...

    def preview(self, connection: Connection, row: CodeRow, visitor: str, now: float) -> StaffAnswer:
        """Say whom a visitor would be led to, and reserve nothing."""
        ...


class Shelf(Protocol):
    """Holds the pictures."""

    def of_part(self, connection: Connection, code: int, part: int) -> Picture | None:
        """Return the picture of a vendor's code, None if there is none to show."""
        ...

    def of_group(self, connection: Connection, code: int, group_id: str, now: float) -> Picture | None:
        """Return the uploaded picture of a group, None if it has expired by now, or there is none."""
        ...
