"""How many came to a code, and what became of them: counts by day of the code's zone."""

from collections.abc import Mapping
from enum import StrEnum

from privcrm.store.database import Connection, Database

__all__ = ["Funnel", "Step"]


class Step(StrEnum):
    """What is counted.

    ``views`` are visits; each is one of ``shown`` (a picture was shown), ``gated`` (the code waits for more people) or
    ``turned_away`` (of these, ``no_room`` for full groups and ``nobody`` for staff). ``repeats`` are those of the shown
    who came again, ``refused`` those who failed the admission, ``committed`` people who would come to a draft.
    ``via_staff`` are those of the shown whose way into a group leads by an employee. ``from_memory`` were shown while
    the store was out of reach, and counted afterwards. ``withheld`` are those of the shown who hold no place, since too
    many newcomers of their address do, and people whose word for a draft does not count until they look again.
    """

    VIEWS = "views"
    SHOWN = "shown"
    REPEATS = "repeats"
    VIA_STAFF = "via_staff"
    GATED = "gated"
    COMMITTED = "committed"
    REFUSED = "refused"
    TURNED_AWAY = "turned_away"
    NO_ROOM = "no_room"
    NOBODY = "nobody"
    FROM_MEMORY = "from_memory"
    WITHHELD = "withheld"


class Funnel:
    """The counts of a company's codes, inside the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._company = database.company

    def count(self, connection: Connection, counts: Mapping[tuple[int, str, Step], int]) -> None:
        """Add counts, each under code, day (``2026-10-01``) and step."""
        connection.run_many(
            "INSERT INTO privcrm_code_funnel (company, code, day, what, count) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (company, code, day, what) DO UPDATE SET count = privcrm_code_funnel.count + excluded.count",
            # In one order, so that two processes never wait for each other.
            [(self._company, code, day, step.value, count) for (code, day, step), count in sorted(counts.items())],
        )

    def of_code(self, connection: Connection, code: int, *, since: str = "", until: str = "9") -> dict[str, int]:
        """Return the counts of a code by step, over the days from ``since`` on and before ``until``."""
        rows = connection.all(
            "SELECT what, sum(count) FROM privcrm_code_funnel WHERE company = ? AND code = ? AND day >= ? AND day < ?"
            " GROUP BY what ORDER BY what",
            *(self._company, code, since, until),
        )
        return {what: int(count) for what, count in rows}

    def by_day(self, connection: Connection, code: int, days: int = 31) -> dict[str, dict[str, int]]:
        """Return the counts of a code's last days, by day and step, the newest first."""
        rows = connection.all(
            "SELECT day, what, count FROM privcrm_code_funnel WHERE company = ? AND code = ? AND day IN"
            " (SELECT DISTINCT day FROM privcrm_code_funnel WHERE company = ? AND code = ? ORDER BY day DESC LIMIT ?)"
            " ORDER BY day DESC, what",
            *(self._company, code, self._company, code, days),
        )
        found: dict[str, dict[str, int]] = {}
        for day, what, count in rows:
            found.setdefault(day, {})[what] = int(count)
        return found
