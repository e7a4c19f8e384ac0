"""Who is in a segment: by bitmaps where they are to be had, by plain SQL otherwise."""

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.util import find_spec
from typing import Final

from privcrm.clock import Clock
from privcrm.errors import StoreError
from privcrm.models.segments.combining import Condition
from privcrm.store.database import Database
from privcrm.store.mirror.by_sql import BySql

__all__ = ["Membership", "Report"]

FOLD_ABOVE: Final = 1_000
PATIENCE_SECONDS: Final = 1.0

Report = Callable[[int, int], None]
"""Hears how much of the first building of the bitmaps is done: of how many parts how many."""


class Membership:
    """Counts and lists members. Expressions must be resolved: their tags and tag groups are given by id.

    The first question builds the bitmaps, a minute for some millions of members; ``bitmaps=False`` does without.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        rng: random.Random,
        *,
        bitmaps: bool = True,
        on_built: Callable[[], None] | None = None,
    ) -> None:
        """``on_built`` is called when the bitmaps were built here: from then on changes must be folded."""
        self._database = database
        self._on_built = on_built
        self._clock = clock
        self._rng = rng
        self._has_bitmaps = bitmaps and find_spec("pyroaring") is not None
        self.by_sql = BySql(database, clock)

    def count(self, expression: Condition, report: Report | None = None) -> int:
        """Return how many members an expression selects. Raises ``InputError``, ``StoreError``."""
        if self._are_current(report):
            from privcrm.store.mirror.by_bitmaps import ByBitmaps  # noqa: PLC0415 - of an extra

            found = ByBitmaps(self._database, self._clock).select(expression)
            if found is not None:
                return len(found)
        return self.by_sql.count(expression)

    def numbers(self, expression: Condition, report: Report | None = None) -> Iterator[int]:
        """Return the numbers of the members that an expression selects, in order. Raises as ``count``."""
        if self._are_current(report):
            from privcrm.store.mirror.by_bitmaps import ByBitmaps  # noqa: PLC0415 - of an extra

            found = ByBitmaps(self._database, self._clock).select(expression)
            if found is not None:
                return iter(found)
        return self.by_sql.numbers(expression)

    def fold(self) -> int:
        """Write into the bitmaps all that changed, and return how many changes there were: for a timer, after a load.

        Reading is right without it, and slower the more is left. Raises ``StoreError``.
        """
        if not self._has_bitmaps:
            return 0
        from privcrm.store.mirror.folding import Folding  # noqa: PLC0415 - of an extra

        return Folding(self._database).fold()

    def _are_current(self, report: Report | None) -> bool:
        """See to it that bitmaps are there and few changes are left to fold; return whether they are there."""
        if not self._has_bitmaps:
            return False
        from privcrm.store.mirror.building import Building  # noqa: PLC0415 - of an extra
        from privcrm.store.mirror.folding import Folding  # noqa: PLC0415 - of an extra

        building = Building(self._database, self._clock, self._rng)
        if not building.is_done():
            if not building.build(report):
                return False
            if self._on_built is not None:
                self._on_built()
        folding = Folding(self._database)
        if folding.is_due(FOLD_ABOVE):
            with suppress(StoreError):  # somebody writes at length: what is not folded is read by the rows
                folding.fold(PATIENCE_SECONDS)
        return True
