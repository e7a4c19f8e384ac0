"""Who is on the way: visitors who were shown a target and have neither joined nor let their time pass.

An open reservation is a row. When it is closed the row goes, and the figures of its target tell what became of it.
Everything that opens or closes reservations of a code first takes its turn at that code (``take_turn``), so that sums
stay exact over threads and processes; SQLite has one writer anyhow.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from attrs import frozen

from privcrm.store.database import Connection, Database, Row, marks

__all__ = ["Figures", "NewReservation", "Reservation", "Reservations", "Tally", "part_of", "part_target"]

_AT_ONCE: Final = 400
_MEMORY: Final = 2_000.0
"""So many outcomes weigh in what is learned of a code; of older ones less and less is left."""
_PART: Final = "part:"


def part_target(part: int) -> str:
    """Return the target that stands for a vendor's code of a chain; other targets are ids of groups or employees."""
    return f"{_PART}{part}"


def part_of(target: str) -> int | None:
    """Return the part that a target stands for, None for other targets."""
    part = target.removeprefix(_PART)
    return int(part) if part != target and part.isdecimal() else None


@frozen
class Reservation:
    """Somebody on his way to a target; times are unix seconds."""

    visitor: str
    target: str
    made_at: float
    expires_at: float


@frozen
class NewReservation:
    """Somebody who is shown a target."""

    visitor: str
    target: str
    expires_at: float


@frozen
class Figures:
    """What a target was given: on the way now, ever handed out, and how the reservations of then ended.

    ``recent`` is whatever the one who hands out keeps about the last minute.
    """

    reserved: int = 0
    handed_out: int = 0
    joined: int = 0
    expired: int = 0
    recent: str = ""


@frozen
class Tally:
    """How the latest reservations of a code ended, older ones weighing less."""

    joined: float = 0.0
    expired: float = 0.0


class Reservations:
    """The reservations of a company, inside the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._company = database.company

    def take_turn(self, connection: Connection, code: int) -> None:
        """Have all others wait who would open or close reservations of this code, until the transaction ends.

        Of several codes, take turns by number; and before anything else of the code is written, lest two wait for each
        other.
        """
        if not connection.is_sqlite:
            connection.run(
                "INSERT INTO privcrm_code_door (company, code, turns) VALUES (?, ?, 1)"
                " ON CONFLICT (company, code) DO UPDATE SET turns = privcrm_code_door.turns + 1",
                *(self._company, code),
            )

    # -- opening

    def reserve(self, connection: Connection, code: int, new: NewReservation, now: float) -> bool:
        """Open a reservation; False if this visitor has one at this code, which then stays as it is."""
        self.take_turn(connection, code)
        made = connection.run(_INSERT, *self._row(code, new, now))
        if made:
            self._count(connection, code, {new.target: (1, 1, 0, 0)})
        return made > 0

    def reserve_all(self, connection: Connection, code: int, new: Sequence[NewReservation], now: float) -> None:
        """Open reservations of visitors who have none at this code; the caller has the turn and has looked."""
        made = connection.run_many(_INSERT, [self._row(code, each, now) for each in new])
        counts: dict[str, int] = {}
        for each in new:
            counts[each.target] = counts.get(each.target, 0) + 1
        self._count(connection, code, {target: (count, count, 0, 0) for target, count in counts.items()})
        if made < len(new):  # one was written already by somebody who seemed to hang
            self._recount(connection, code, counts)

    def hand_out(self, connection: Connection, code: int, counts: Mapping[str, int]) -> None:
        """Count targets that were shown without a reservation."""
        self._count(connection, code, {target: (0, count, 0, 0) for target, count in counts.items()})

    def prolong(self, connection: Connection, code: int, visitors: Iterable[str], until: float) -> None:
        """Let open reservations end later: their visitors have just looked again."""
        connection.run_many(
            "UPDATE privcrm_code_reservation SET expires_at = ? WHERE company = ? AND code = ? AND visitor = ?",
            [(until, self._company, code, visitor) for visitor in visitors],
        )

    # -- closing

    def close_oldest(self, connection: Connection, code: int, target: str, count: int) -> int:
        """Close the oldest reservations of a target because so many people joined it; return how many there were.

        ``target`` is the group's id, or ``part_target`` of its part where the code is a chain.
        """
        if count < 1:
            return 0
        self.take_turn(connection, code)
        rows = connection.all(
            "SELECT visitor FROM privcrm_code_reservation WHERE company = ? AND code = ? AND target = ?"
            " ORDER BY made_at, visitor LIMIT ?",
            *(self._company, code, target, count),
        )
        closed = self._delete(connection, code, [row[0] for row in rows])
        self._ended(connection, code, joined={target: closed}, expired={})
        return closed

    def expire(self, connection: Connection, code: int, now: float, most: int = 500) -> int:
        """Close those whose time has passed, ``most`` at a time; return how many."""
        self.take_turn(connection, code)
        rows = connection.all(
            "SELECT visitor, target FROM privcrm_code_reservation WHERE company = ? AND code = ? AND expires_at <= ?"
            " ORDER BY expires_at LIMIT ?",
            *(self._company, code, now, most),
        )
        if not rows:
            return 0
        gone: dict[str, int] = {}
        for _, target in rows:
            gone[target] = gone.get(target, 0) + 1
        closed = self._delete(connection, code, [visitor for visitor, _ in rows])
        self._ended(connection, code, joined={}, expired=gone)
        return closed

    def release(self, connection: Connection, code: int, visitors: Sequence[str]) -> None:
        """Take back reservations that say nothing: their rooms are gone, and their visitors get others."""
        held = self.of_visitors(connection, code, visitors)
        self._delete(connection, code, list(held))
        freed: dict[str, int] = {}
        for each in held.values():
            freed[each.target] = freed.get(each.target, 0) - 1
        self._count(connection, code, {target: (count, 0, 0, 0) for target, count in freed.items()})

    # -- looking

    def of_visitor(self, connection: Connection, code: int, visitor: str) -> Reservation | None:
        """Return the open reservation of a visitor, or None."""
        return self.of_visitors(connection, code, (visitor,)).get(visitor)

    def of_visitors(self, connection: Connection, code: int, visitors: Sequence[str]) -> dict[str, Reservation]:
        """Return the open reservations of those of these visitors that have one."""
        found: dict[str, Reservation] = {}
        for start in range(0, len(visitors), _AT_ONCE):
            some = visitors[start : start + _AT_ONCE]
            rows = connection.all(
                "SELECT visitor, target, made_at, expires_at FROM privcrm_code_reservation"
                f" WHERE company = ? AND code = ? AND visitor IN ({marks(some)})",
                *(self._company, code, *some),
            )
            found.update((row[0], Reservation(*row)) for row in rows)
        return found

    def figures_of(self, connection: Connection, code: int, targets: Sequence[str]) -> dict[str, Figures]:
        """Return the figures of those of these targets that were ever handed out."""
        rows = connection.all(
            "SELECT target, reserved, handed_out, joined, expired, recent FROM privcrm_code_target"
            f" WHERE company = ? AND code = ? AND target IN ({marks(targets)})",
            *(self._company, code, *targets),
        )
        return {target: Figures(*rest) for target, *rest in rows}

    def figures(self, connection: Connection, code: int) -> dict[str, Figures]:
        """Return the figures of every target that was ever handed out."""
        rows = connection.all(
            "SELECT target, reserved, handed_out, joined, expired, recent FROM privcrm_code_target"
            " WHERE company = ? AND code = ?",
            *(self._company, code),
        )
        return {target: Figures(*rest) for target, *rest in rows}

    def on_the_way(self, connection: Connection, code: int, now: float) -> dict[str, int]:
        """Return by target how many are on the way whose time has not passed; figures hold the others, too.

        Those stay open until the next visitor comes, who may never do so.
        """
        rows = connection.all(
            "SELECT target, count(*) FROM privcrm_code_reservation WHERE company = ? AND code = ? AND expires_at > ?"
            " GROUP BY target",
            *(self._company, code, now),
        )
        return {target: int(count) for target, count in rows}

    def tally(self, connection: Connection, code: int) -> Tally:
        """Return how reservations of a code ended of late."""
        row = connection.one(
            "SELECT joined, expired FROM privcrm_code_door WHERE company = ? AND code = ?", self._company, code
        )
        return Tally() if row is None else Tally(*row)

    def note_recent(self, connection: Connection, code: int, recent: Mapping[str, str]) -> None:
        """Keep what is known about the last minute, by target."""
        connection.run_many(
            "UPDATE privcrm_code_target SET recent = ? WHERE company = ? AND code = ? AND target = ?",
            [(text, self._company, code, target) for target, text in recent.items()],
        )

    def _row(self, code: int, new: NewReservation, now: float) -> Row:
        return (self._company, code, new.visitor, new.target, now, new.expires_at)

    def _delete(self, connection: Connection, code: int, visitors: Sequence[str]) -> int:
        closed = 0
        for start in range(0, len(visitors), _AT_ONCE):
            some = visitors[start : start + _AT_ONCE]
            closed += connection.run(
                f"DELETE FROM privcrm_code_reservation WHERE company = ? AND code = ? AND visitor IN ({marks(some)})",
                *(self._company, code, *some),
            )
        return closed

    def _ended(
        self, connection: Connection, code: int, *, joined: Mapping[str, int], expired: Mapping[str, int]
    ) -> None:
        """Count how reservations ended, for their targets and for what is learned of the code."""
        come, gone = sum(joined.values()), sum(expired.values())
        if not come + gone:
            return
        changes = {target: (-count, 0, count, 0) for target, count in joined.items()}
        changes |= {target: (-count, 0, 0, count) for target, count in expired.items()}
        self._count(connection, code, changes)
        before = self.tally(connection, code)
        weight = _MEMORY / max(_MEMORY, before.joined + before.expired + come + gone)
        connection.run(
            "INSERT INTO privcrm_code_door (company, code, joined, expired) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (company, code) DO UPDATE SET joined = excluded.joined, expired = excluded.expired",
            *(self._company, code, (before.joined + come) * weight, (before.expired + gone) * weight),
        )

    def _recount(self, connection: Connection, code: int, targets: Iterable[str]) -> None:
        connection.run_many(
            "UPDATE privcrm_code_target SET reserved = (SELECT count(*) FROM privcrm_code_reservation r"
            " WHERE r.company = privcrm_code_target.company AND r.code = privcrm_code_target.code"
            " AND r.target = privcrm_code_target.target) WHERE company = ? AND code = ? AND target = ?",
            [(self._company, code, target) for target in targets],
        )

    def _count(self, connection: Connection, code: int, changes: Mapping[str, tuple[int, int, int, int]]) -> None:
        connection.run_many(
            "INSERT INTO privcrm_code_target (company, code, target, reserved, handed_out, joined, expired)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (company, code, target) DO UPDATE SET"
            " reserved = privcrm_code_target.reserved + excluded.reserved,"
            " handed_out = privcrm_code_target.handed_out + excluded.handed_out,"
            " joined = privcrm_code_target.joined + excluded.joined,"
            " expired = privcrm_code_target.expired + excluded.expired",
            [(self._company, code, target, *change) for target, change in changes.items()],
        )


_INSERT: Final = (
    "INSERT INTO privcrm_code_reservation (company, code, visitor, target, made_at, expires_at)"
    " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
