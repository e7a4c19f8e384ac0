"""One code inside a transaction: what is decided with, what comes of it, and the answers that all kinds give."""

import json
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from random import Random
from typing import Final

from attrs import define, field, frozen

from privcrm.models.codes.hours import local_date
from privcrm.services.live_codes.gateway.asked import Asked
from privcrm.services.live_codes.gateway.hall import Hall, Sent
from privcrm.services.live_codes.gateway.memory import Remembered
from privcrm.services.live_codes.gateway.newcomers import Newcomers
from privcrm.services.live_codes.gateway.ports import Shelf, StaffSide
from privcrm.services.live_codes.gateway.settings import GatewaySettings
from privcrm.services.live_codes.gateway.tables import GatewayTables
from privcrm.services.live_codes.gateway.visits import Decision, Page, Picture
from privcrm.store.database import Connection
from privcrm.store.live_codes.codes import CodeRow
from privcrm.store.live_codes.funnel import Step

__all__ = ["AtCode", "Means", "Outcome"]

_ZONES_KEPT: Final = 2_048


@frozen
class Means:
    """What every transaction decides with."""

    tables: GatewayTables
    shelf: Shelf
    staff: StaffSide
    settings: GatewaySettings
    rng: Random
    newcomers: Newcomers


@define(eq=False)
class Outcome:
    """What a transaction leads to besides its answers.

    ``short`` holds the keys of codes that need another group, ``gathered`` those of drafts for which enough people
    would come. ``hall`` are the last rooms looked at. ``counts`` are for the funnel.
    """

    short: set[str] = field(factory=set[str])
    gathered: set[str] = field(factory=set[str])
    hall: Hall | None = None
    counts: Counter[tuple[int, str, Step]] = field(factory=Counter[tuple[int, str, Step]])


@define(eq=False)
class AtCode:
    """One code, with what is needed for deciding; with ``looks`` nothing is written or reserved."""

    means: Means
    connection: Connection
    now: float
    looks: bool
    outcome: Outcome
    row: CodeRow
    day: str = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.day = local_date(self.now, _zone_of(self.row.spec)).isoformat()

    @property
    def number(self) -> int:
        """The number of the code."""
        return self.row.number

    def count(self, step: Step, count: int = 1) -> None:
        """Count visits for the funnel of the day."""
        if count:
            self.outcome.counts[self.number, self.day, step] += count

    def picture_of(self, part: int) -> Picture | None:
        """Return the picture of one of the vendor's codes."""
        return self.means.shelf.of_part(self.connection, self.number, part)

    def decision(
        self,
        page: Page,
        *,
        why: str,
        target: str = "",
        picture: Picture | None = None,
        committed: int = 0,
        wanted: int = 0,
        has_committed: bool = False,
    ) -> Decision:
        """Return a decision about this code."""
        row = self.row
        return Decision(page, row.key, row.name, row.kind.value, target, picture, why, committed, wanted, has_committed)

    def show(self, asked: Asked, sent: Sent, picture: Picture, *, left: int | None) -> None:
        """Show a picture; ``left`` is how many more may be sent there uncounted, None where the vendor chooses."""
        self.count(Step.SHOWN)
        self.count(Step.REPEATS, int(sent.repeats))
        self.count(Step.WITHHELD, int(not sent.holds))
        asked.is_withheld = not sent.holds
        decision = self.decision(Page.CODE, why=sent.why, target=sent.target, picture=picture)
        asked.answer(decision, Remembered(decision, self.number, self.day, left))

    def prepare(self, asked: Iterable[Asked]) -> None:
        """Say that there is nothing to show yet."""
        for each in asked:
            self.count(Step.GATED)
            each.answer(self.decision(Page.PREPARING, why="not published"))


@lru_cache(maxsize=_ZONES_KEPT)
def _zone_of(spec: str) -> str:
    zone: str = json.loads(spec).get("zone", "Asia/Shanghai")
    return zone
