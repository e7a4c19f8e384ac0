"""How fast people come by a code and how late we hear of it, what was spent on pushing, and who may push."""

import json
from collections.abc import Mapping
from typing import Final

from attrs import field, frozen

from privcrm.store.database import Connection, Database, Row

__all__ = ["PaceRow", "Paces"]

_COLUMNS: Final = "rate, burst, lag, as_of, pushed_at, pushes, pushes_on, fence, floors"


@frozen
class PaceRow:
    """What was learned of a code.

    ``rate`` and ``burst`` are people a second, over long and short, as of ``as_of`` (unix seconds); ``lag`` is seconds.
    ``pushes`` calls were spent in the hour ``pushes_on`` (hours since 1970), the last at ``pushed_at``. ``floors`` are
    by tier: a seat that comes in starts at no smaller share than that.
    """

    rate: float = 0.0
    burst: float = 0.0
    lag: float = 0.0
    as_of: float = 0.0
    pushed_at: float = 0.0
    pushes: int = 0
    pushes_on: int = 0
    fence: int = 0
    floors: Mapping[int, float] = field(factory=dict[int, float])


class Paces:
    """The paces of a company's codes, inside the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._company = database.company

    def get(self, connection: Connection, code: int) -> PaceRow:
        """Return what was learned of a code."""
        row = connection.one(
            f"SELECT {_COLUMNS} FROM privcrm_code_pace WHERE company = ? AND code = ?", self._company, code
        )
        return PaceRow() if row is None else _pace(row)

    def locked(self, connection: Connection, code: int) -> PaceRow:
        """Return it, and keep every other transaction that wants to lock it waiting until this one ends."""
        row = connection.one(
            f"INSERT INTO privcrm_code_pace (company, code, {_COLUMNS}) VALUES (?, ?, 0, 0, 0, 0, 0, 0, 0, 0, '{{}}')"
            " ON CONFLICT (company, code) DO UPDATE SET fence = privcrm_code_pace.fence"
            f" RETURNING {_COLUMNS}",
            *(self._company, code),
        )
        return PaceRow() if row is None else _pace(row)

    def learned(
        self, connection: Connection, code: int, *, rate: float, burst: float, lag: float, as_of: float
    ) -> None:
        """Keep what an add taught."""
        connection.run(
            "UPDATE privcrm_code_pace SET rate = ?, burst = ?, lag = ?, as_of = ? WHERE company = ? AND code = ?",
            *(rate, burst, lag, as_of, self._company, code),
        )

    def set_floors(self, connection: Connection, code: int, floors: Mapping[int, float]) -> None:
        """Keep the smallest shares of those who come in, by tier."""
        connection.run(
            "UPDATE privcrm_code_pace SET floors = ? WHERE company = ? AND code = ?",
            *(json.dumps({str(tier): floor for tier, floor in sorted(floors.items())}), self._company, code),
        )

    def take_over(self, connection: Connection, code: int) -> int:
        """Return a number that makes every pusher before stale."""
        self.locked(connection, code)
        row = connection.one(
            "UPDATE privcrm_code_pace SET fence = fence + 1 WHERE company = ? AND code = ? RETURNING fence",
            *(self._company, code),
        )
        return 0 if row is None else int(row[0])

    def is_newest(self, connection: Connection, code: int, fence: int) -> bool:
        """Tell whether nobody took over since, and let nobody do so until this transaction ends."""
        return self.locked(connection, code).fence == fence

    def spent(self, connection: Connection, code: int, now: float) -> None:
        """Count a call of this hour."""
        hour = int(now // 3600)
        connection.run(
            "UPDATE privcrm_code_pace SET pushes = CASE WHEN pushes_on = ? THEN pushes + 1 ELSE 1 END,"
            " pushes_on = ?, pushed_at = ? WHERE company = ? AND code = ?",
            *(hour, hour, now, self._company, code),
        )


def _pace(row: Row) -> PaceRow:
    rate, burst, lag, as_of, pushed_at, pushes, pushes_on, fence, floors = row
    by_tier = {int(tier): float(floor) for tier, floor in json.loads(floors).items()}
    return PaceRow(rate, burst, lag, as_of, pushed_at, pushes, pushes_on, fence, by_tier)
