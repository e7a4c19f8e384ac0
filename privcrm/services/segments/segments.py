"""``crm.segments``: who meets a condition."""

import random
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

from attrs import frozen

from privcrm.clock import Clock
from privcrm.errors import InputError
from privcrm.jobs.timers import Timers
from privcrm.models.ids import MemberId, StaffId
from privcrm.models.segments import Condition
from privcrm.services.files.sentences import say
from privcrm.services.segments.explaining import Explainer, Explanation
from privcrm.services.segments.exporting import EXPORTS, lines_of
from privcrm.services.segments.resolving import Resolver, read
from privcrm.services.segments.results import SavedSegment, SegmentCount
from privcrm.services.segments.saved import SavedSegments
from privcrm.store import Store
from privcrm.store.database import Database
from privcrm.store.mirror.member_rows import MemberRows
from privcrm.store.mirror.membership import Membership, Report
from privcrm.store.mirror.snapshots import Snapshot, Snapshots
from privcrm.store.mirror.totals import Totals
from privcrm.store.timers import Timer

__all__ = ["Expression", "Segments"]

Expression = str | Mapping[str, Any] | Condition
"""A condition, as text, as JSON; ``@NAME`` in it for a saved segment, ``@snapshot:ID`` for a frozen one."""

FOLDING: Final = "segments.fold"
FOLD_EVERY_SECONDS: Final = 600.0
_SNAPSHOT: Final = "@snapshot:"


class Segments:
    """Selects members by what the mirror knows of them.

    An expression may be a condition of ``privcrm.models.segments``, its text, its JSON, ``"@NAME"`` of a saved segment
    or ``"@snapshot:ID"`` of a frozen one. It selects customers; people known from groups only, if it contains
    ``GroupOnly()``. With the extra ``segments`` answers come from bitmaps, which the first question builds; without it,
    and with ``bitmaps=False``, from plain SQL. All raise ``InputError`` for an expression that cannot be read or names
    what the mirror does not know, and ``StoreError``.
    """

    def __init__(self, store: Store, rng: random.Random | None = None, *, timers: Timers | None = None) -> None:
        """``rng`` draws the ids of snapshots, and names for workers that build; ``timers`` keep bitmaps folded."""
        self._store = store
        self._timers = timers
        if timers is not None:
            timers.offer(FOLDING, self._fold_when_due)
        self._database: Database = store.database
        self._clock: Clock = store.clock
        self._files = store.files
        self._rng = rng or random.SystemRandom()
        self._saved = SavedSegments(store.database, store.clock)
        self._snapshots = Snapshots(store.database)
        self._members = MemberRows(store.database)

    def resolve(self, expression: Expression) -> Condition:
        """Return the condition that an expression means, with the ids of its tags looked up.

        ``InputError`` names near ones for what is unknown. A snapshot is no condition: it is refused.
        """
        chosen = self._chosen(expression)
        if isinstance(chosen, Snapshot):
            raise _no_condition()
        return chosen.condition

    def count(self, expression: Expression, *, bitmaps: bool = True, progress: Report | None = None) -> SegmentCount:
        """Return how many members an expression selects; ``progress`` hears of the first building of bitmaps."""
        chosen = self._chosen(expression)
        if isinstance(chosen, Snapshot):
            return SegmentCount(chosen.members, chosen.expression, chosen.as_of, chosen.at)
        members = self._membership(bitmaps).count(chosen.condition, progress)
        oldest, newest = self._age()
        return SegmentCount(members, chosen.shown, oldest, newest)

    def numbers(self, expression: Expression, *, bitmaps: bool = True, progress: Report | None = None) -> Iterator[int]:
        """Return the small numbers under which the store keeps the members that an expression selects, in order."""
        chosen = self._chosen(expression)
        if isinstance(chosen, Snapshot):
            return self._snapshots.numbers(chosen.id)
        return self._membership(bitmaps).numbers(chosen.condition, progress)

    def ids(
        self, expression: Expression, *, bitmaps: bool = True, progress: Report | None = None
    ) -> Iterator[MemberId]:
        """Return the ids of the members that an expression selects, streamed."""
        return self._members.ids(self.numbers(expression, bitmaps=bitmaps, progress=progress))

    def relations(
        self, expression: Expression, *, bitmaps: bool = True, progress: Report | None = None
    ) -> Iterator[tuple[MemberId, StaffId]]:
        """Return the members that an expression selects beside each employee who follows, streamed."""
        return self._members.followers(self.numbers(expression, bitmaps=bitmaps, progress=progress))

    def rows(
        self, expression: Expression, *, bitmaps: bool = True, progress: Report | None = None
    ) -> Iterator[tuple[MemberId, list[StaffId]]]:
        """Return the members that an expression selects, each with all employees who follow, streamed."""
        return self._members.with_followers(self.numbers(expression, bitmaps=bitmaps, progress=progress))

    def explain(self, member_id: str, expression: Expression) -> Explanation:
        """Return why an expression selects a member or not, clause by clause.

        Raises ``InputError`` also for a member whom the mirror does not know.
        """
        condition = self.resolve(expression)
        with self._database.snapshot() as connection:
            return Explainer(self._database, connection, self._clock.time()).explain(member_id, condition)

    def export(
        self, expression: Expression, path: str | Path, *, bitmaps: bool = True, progress: Report | None = None
    ) -> int:
        """Write the members that an expression selects as a CSV file and return how many there are.

        Columns are ``member_id`` and ``staff_ids`` (separated by ;). UTF-8 with a byte-order mark, no cell a formula;
        readable by its owner only, complete or not there at all. The store remembers where it is, because an erased
        person may be in it. Raises ``InputError`` for a file that holds something else, and ``ConfigurationError`` when
        it cannot be written.
        """
        target = Path(path)
        EXPORTS.check(target)
        rows = self.rows(expression, bitmaps=bitmaps, progress=progress)
        self._files.register(target, "segment")
        return EXPORTS.write(lines_of(rows), target)

    # -- by name

    def save(self, name: str, expression: Expression, *, created_by: str = "") -> SavedSegment:
        """Keep an expression under a name, in place of what was there; names of tags are kept by their ids."""
        return self._saved.save(name, self.resolve(expression), created_by)

    def get(self, name: str) -> SavedSegment:
        """Return a saved segment; raises ``InputError`` if there is none of this name."""
        return self._saved.get(name)

    def delete(self, name: str) -> None:
        """Forget a saved segment; raises ``InputError`` if there is none of this name."""
        self._saved.delete(name)

    def check(self) -> tuple[SavedSegment, ...]:
        """Return the saved segments that cannot be used, because what they speak of was deleted."""
        return tuple(self._saved.check())

    # -- frozen

    def snapshot(
        self, expression: Expression, *, name: str = "", bitmaps: bool = True, progress: Report | None = None
    ) -> Snapshot:
        """Keep who an expression selects now, whatever comes later; erased persons vanish from it."""
        chosen = self._chosen(expression)
        oldest, _ = self._age()
        shown = chosen.expression if isinstance(chosen, Snapshot) else chosen.shown
        called, snapshot_id = name or chosen.name, f"{self._rng.getrandbits(48):012x}"
        wanted = Snapshot(snapshot_id, called, shown, 0, self._clock.time(), oldest)
        return self._snapshots.take(wanted, self.numbers(expression, bitmaps=bitmaps, progress=progress))

    def snapshots(self) -> tuple[Snapshot, ...]:
        """Return all snapshots, the newest first."""
        return tuple(self._snapshots.all())

    def delete_snapshot(self, snapshot_id: str) -> None:
        """Forget a snapshot; raises ``InputError`` if there is none of this id."""
        if not self._snapshots.delete(snapshot_id):
            raise _no_snapshot(snapshot_id)

    # -- upkeep

    def fold(self) -> int:
        """Write all changes into the bitmaps and return how many there were: for a timer, or after a synchronisation.

        Answers are right without it, and slower the more is left.
        """
        return self._membership(bitmaps=True).fold()

    def list(self) -> tuple[SavedSegment, ...]:
        """Return the saved segments by name; those that cannot be used say why."""
        return tuple(self._saved.all())

    def _membership(self, bitmaps: bool) -> Membership:
        return Membership(self._database, self._clock, self._rng, bitmaps=bitmaps, on_built=self._set_timer)

    def _fold_when_due(self, timer: Timer) -> None:
        """Fold, so that what changes does not pile up while nobody asks."""
        del timer
        self.fold()
        self._set_timer()

    def _set_timer(self) -> None:
        if self._timers is not None:
            self._timers.set(FOLDING, "", self._clock.time() + FOLD_EVERY_SECONDS, {})

    def _chosen(self, expression: Expression) -> "Snapshot | _Chosen":
        if isinstance(expression, str) and expression.startswith(_SNAPSHOT):
            snapshot_id = expression.removeprefix(_SNAPSHOT).strip()
            if not snapshot_id.isalnum():
                raise _no_condition()
            found = self._snapshots.get(snapshot_id)
            if found is None:
                raise _no_snapshot(snapshot_id)
            return found
        with self._database.connect() as connection:
            resolver = Resolver(self._database, connection)
            saved = partial(self._saved.condition, connection)
            name = _name_in(expression)
            is_name = bool(name) and self._saved.knows(connection, name)
            condition = saved(name) if is_name else resolver.resolved(read(expression), saved)
            return _Chosen(condition, resolver.shown(condition), name if is_name else "")

    def _age(self) -> tuple[float | None, float | None]:
        with self._database.connect() as connection:
            return Totals(self._database).age(connection)


@frozen
class _Chosen:
    condition: Condition
    shown: str
    name: str


def _name_in(expression: Expression) -> str:
    """Return the name if this may be that of a saved segment, standing alone."""
    return expression[1:].strip() if isinstance(expression, str) and expression.startswith("@") else ""


def _no_condition() -> InputError:
    return InputError(say("a snapshot is no condition: it stands alone"))


def _no_snapshot(snapshot_id: str) -> InputError:
    return InputError(say("there is no snapshot {id!r}; privcrm segment list --snapshots shows them", id=snapshot_id))
