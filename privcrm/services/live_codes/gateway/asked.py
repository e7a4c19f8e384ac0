"""A visit on its way to a decision: through the codes that lead to one another."""

from typing import Final

from attrs import define

from privcrm.services.live_codes.gateway.memory import Remembered
from privcrm.services.live_codes.gateway.visits import Decision, Visit

__all__ = ["ADMITTED", "Asked"]

ADMITTED: Final = None


@define(eq=False)
class Asked:
    """A visit, and where it stands.

    It is at the code of ``number``, or of ``key`` where only that is known. ``alternative`` is ``ADMITTED``, or the key
    of the code that is shown to him instead, "" for none. ``was_refused``, at this code or one before; ``is_withheld``:
    he was shown a picture and holds no place. With ``enters`` it was moved to a code whose admission is not asked yet.
    Once decided there is a ``decision``, and what of it may be remembered.
    """

    visit: Visit
    number: int = 0
    key: str = ""
    alternative: str | None = ADMITTED
    was_refused: bool = False
    is_withheld: bool = False
    enters: bool = False
    decision: Decision | None = None
    remembered: Remembered | None = None

    def answer(self, decision: Decision, remembered: Remembered | None = None) -> None:
        """Settle it."""
        self.decision, self.remembered = decision, remembered

    def move(self, key: str, *, enters: bool = True) -> None:
        """Have it decided anew, for another code, which may refuse him; not with ``enters`` off: he was sent there."""
        self.number, self.key, self.alternative, self.enters = 0, key, ADMITTED, enters
