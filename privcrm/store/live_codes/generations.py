"""Who opens the next group of a code: each generation is claimed once over all threads and processes.

A claim is a lease with a fencing number. Whoever takes a generation over raises the number, so that a holder who
comes back late, from a stopped process or a long wait, finds every commit of his refused.
"""

from collections.abc import Generator
from enum import StrEnum
from typing import Final

from attrs import evolve, frozen

from privcrm.errors import JobError
from privcrm.models.codes.group_code import OverflowStrategy
from privcrm.store.database import Connection, Database, Row, in_pages
from privcrm.store.leases import CLOCK_SKEW_SECONDS, is_gone

__all__ = ["LEASE_SECONDS", "ClaimLost", "Generation", "GenerationState", "Generations"]

LEASE_SECONDS: Final = 60.0
"""How long a holder may be silent, unless his process is known to be gone: then he loses at once."""
PAGE: Final = 200
_COLUMNS: Final = (
    "code, generation, state, strategy, target, holder, fence, lease_until, asked_at, looked_at, alarm_at, ready_at"
)


class ClaimLost(JobError):
    """Somebody else has taken the generation over, or the group came by itself: what was to be written was refused."""


class GenerationState(StrEnum):
    """Where a generation stands.

    ``asked``: its holder looks whether the groups are full. ``opening``: its holder opens a group. ``ready``: there is
    one. ``waiting``: the vendor, or a person, has to act first. ``failed``: it could not be opened, and is tried again
    later. ``withdrawn``: there was room after all; its number is used by the next who asks.
    """

    ASKED = "asked"
    OPENING = "opening"
    READY = "ready"
    WAITING = "waiting"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"

    @property
    def is_held(self) -> bool:
        """Whether somebody is to be at work on it."""
        return self in (GenerationState.ASKED, GenerationState.OPENING)


@frozen
class Generation:
    """One more group, or one more vendor's code, of a live code; 0 is how the code began.

    ``target`` is what came of it: the id of a group, or ``part:2`` for a vendor's code. Times are unix seconds, 0 for
    never: ``looked_at`` is when the vendor was last asked for it whether the groups are full, and from ``alarm_at`` on
    a vendor who opened nothing is late; where spare groups stepped in, the code's own way failed then the last time.
    """

    code: int
    generation: int
    state: GenerationState
    strategy: OverflowStrategy
    target: str = ""
    holder: str = ""
    fence: int = 0
    lease_until: float = 0.0
    asked_at: float = 0.0
    looked_at: float = 0.0
    alarm_at: float = 0.0
    ready_at: float = 0.0

    def is_free(self, now: float) -> bool:
        """Tell whether nobody works on it any more, though its state says so."""
        # A lease so long was given by a clock that was set back since.
        passed = not now < self.lease_until <= now + LEASE_SECONDS + CLOCK_SKEW_SECONDS
        return passed or is_gone(self.holder)


class Generations:
    """The generations of a company's codes, inside the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._company = database.company

    def newest(self, connection: Connection, code: int) -> Generation | None:
        """Return the newest of a code, also one that was withdrawn, or None."""
        return self._one(connection, code, "1 = 1 ORDER BY generation DESC LIMIT 1")

    def get(self, connection: Connection, code: int, generation: int) -> Generation | None:
        """Return one by its number, or None."""
        return self._one(connection, code, "generation = ?", generation)

    def of_code(self, code: int) -> Generator[Generation]:
        """Yield all of a code, the oldest first."""
        rows = in_pages(
            self._database,
            # The number comes first, because pages go on behind it.
            f"SELECT generation, {_COLUMNS} FROM privcrm_code_generation"
            " WHERE company = ? AND code = ? AND generation > ? ORDER BY generation LIMIT ?",
            (self._company, code),
            (-1,),
            PAGE,
        )
        return (_generation(row[1:]) for row in rows)

    # -- claims

    def claim(
        self,
        connection: Connection,
        code: int,
        generation: int,
        *,
        strategy: OverflowStrategy,
        holder: str,
        now: float,
        alarm_at: float = 0.0,
    ) -> Generation | None:
        """Ask for a generation that nobody has asked for, and hold it; None if somebody has."""
        made = Generation(
            *(code, generation, GenerationState.ASKED, strategy, "", holder, 1, now + LEASE_SECONDS),
            asked_at=now,
            alarm_at=alarm_at,
        )
        return made if self._insert(connection, made) else None

    def take(
        self,
        connection: Connection,
        seen: Generation,
        state: GenerationState,
        *,
        strategy: OverflowStrategy,
        holder: str,
        now: float,
    ) -> Generation | None:
        """Hold one that was seen as ``seen``; None if it is not like that any more, so that one of many gets it."""
        asked_at = now if state is GenerationState.ASKED else seen.asked_at
        taken = connection.run(
            "UPDATE privcrm_code_generation SET state = ?, strategy = ?, holder = ?, fence = fence + 1,"
            " lease_until = ?, asked_at = ?, alarm_at = CASE WHEN strategy = ? THEN alarm_at ELSE 0 END"
            " WHERE company = ? AND code = ? AND generation = ? AND fence = ? AND state = ?",
            *(state.value, strategy.value, holder, now + LEASE_SECONDS, asked_at, strategy.value),
            *(self._company, seen.code, seen.generation, seen.fence, seen.state.value),
        )
        return self.get(connection, seen.code, seen.generation) if taken else None

    def renew(self, connection: Connection, held: Generation, now: float) -> Generation:
        """Go on holding it; every transaction that changes something for it begins so. Raises ``ClaimLost``."""
        return self.keep(connection, evolve(held, lease_until=now + LEASE_SECONDS))

    def keep(self, connection: Connection, held: Generation) -> Generation:
        """Write how one that is held stands now, and return it. Raises ``ClaimLost``."""
        kept = connection.run(
            "UPDATE privcrm_code_generation SET state = ?, strategy = ?, target = ?, lease_until = ?, looked_at = ?,"
            " alarm_at = ?, ready_at = ?"
            " WHERE company = ? AND code = ? AND generation = ? AND fence = ? AND holder = ?"
            " AND state IN ('asked', 'opening')",
            *(held.state.value, held.strategy.value, held.target, held.lease_until, held.looked_at),
            *(held.alarm_at, held.ready_at),
            *(self._company, held.code, held.generation, held.fence, held.holder),
        )
        if not kept:
            raise ClaimLost(f"somebody else has taken generation {held.generation} of this live code over")
        return held

    def arrived(
        self, connection: Connection, code: int, group_id: str, strategy: OverflowStrategy, now: float
    ) -> Generation:
        """Say that a group came without our opening it, and return the generation that it is.

        It is the one that is being asked for or waited for, or else a new one. The same group again is the same
        generation.
        """
        known = self._one(connection, code, "target = ? AND state = 'ready' LIMIT 1", group_id)
        if known is not None:
            return known
        newest = self.newest(connection, code)
        ready = evolve(
            newest or Generation(code, 0, GenerationState.READY, strategy),
            state=GenerationState.READY,
            strategy=strategy,
            target=group_id,
            holder="",
            lease_until=0.0,
            alarm_at=0.0,
            ready_at=now,
        )
        if newest is None or newest.state is GenerationState.READY:
            ready = evolve(ready, generation=ready.generation + 1, fence=1, asked_at=now, looked_at=0.0)
            came = self._insert(connection, ready)
        else:
            ready = evolve(ready, fence=newest.fence + 1)
            came = self._end(connection, newest, ready)
        # If not, somebody moved between our reading and our writing: look anew.
        return ready if came else self.arrived(connection, code, group_id, strategy, now)

    # -- parts

    def _end(self, connection: Connection, seen: Generation, ready: Generation) -> bool:
        """Make one ready over the head of whoever holds it."""
        ended = connection.run(
            "UPDATE privcrm_code_generation SET state = ?, strategy = ?, target = ?, holder = '', fence = ?,"
            " lease_until = 0, alarm_at = 0, ready_at = ?"
            " WHERE company = ? AND code = ? AND generation = ? AND fence = ? AND state = ?",
            *(ready.state.value, ready.strategy.value, ready.target, ready.fence, ready.ready_at),
            *(self._company, seen.code, seen.generation, seen.fence, seen.state.value),
        )
        return ended > 0

    def _insert(self, connection: Connection, made: Generation) -> bool:
        inserted = connection.run(
            f"INSERT INTO privcrm_code_generation (company, {_COLUMNS})"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            *(self._company, made.code, made.generation, made.state.value, made.strategy.value, made.target),
            *(made.holder, made.fence, made.lease_until, made.asked_at, made.looked_at, made.alarm_at, made.ready_at),
        )
        return inserted > 0

    def _one(self, connection: Connection, code: int, where: str, *values: int | str) -> Generation | None:
        row = connection.one(
            f"SELECT {_COLUMNS} FROM privcrm_code_generation WHERE company = ? AND code = ? AND {where}",
            *(self._company, code, *values),
        )
        return None if row is None else _generation(row)


def _generation(row: Row) -> Generation:
    code, generation, state, strategy, *rest = row
    return Generation(code, generation, GenerationState(state), OverflowStrategy(strategy), *rest)
