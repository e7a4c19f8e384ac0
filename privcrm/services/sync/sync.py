"""The synchronisation: reads the whole company into the mirror, from where the last one was cut."""

import logging
import random
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Final

from privcrm.errors import ProviderError
from privcrm.jobs.timers import Timers
from privcrm.models import StaffId, TagChange
from privcrm.provider import Provider
from privcrm.services.mirror.rosters import GroupRosters
from privcrm.services.mirror.stored_mirror import StoredMirror
from privcrm.services.sync.company_keeper import CompanyKeeper
from privcrm.services.sync.entries import Entries
from privcrm.services.sync.groups import GROUPS, GroupReader
from privcrm.services.sync.library import read_library
from privcrm.services.sync.member_keeper import MemberKeeper
from privcrm.services.sync.progress import Report, SyncStage
from privcrm.services.sync.relations import RelationReader, divide
from privcrm.services.sync.renames import Renames
from privcrm.services.sync.report import DataAge, SyncReport
from privcrm.services.sync.schedule import Schedule
from privcrm.services.sync.staff import read_staff
from privcrm.services.sync.under_way import Stop, UnderWay
from privcrm.store import Store
from privcrm.store.mirror.proposals import Proposals, Rename
from privcrm.store.mirror.relations import Relations
from privcrm.store.mirror.runs import Part, Run, Runs
from privcrm.store.mirror.totals import Totals
from privcrm.store.tombstones import Tombstones
from privcrm.store.vault import Vault

__all__ = ["Sync"]

log = logging.getLogger("privcrm.sync")

SYNC: Final = "sync"
CHECK: Final = "check"
COMPARE: Final = "compare"


class Sync:
    """What ``crm.sync`` is.

    Costs one call for each 100 relations, a few for staff and tags, one for each group. What is as it was is not
    written. A run that was cut is taken up where it was within a day, by whoever comes next.
    """

    def __init__(
        self,
        provider: Provider,
        store: Store,
        vault: Vault,
        *,
        timers: Timers | None = None,
        store_fields: Collection[str] = (),
    ) -> None:
        """``store_fields`` are the personal fields to keep in a form that can be read again.

        ``timers`` are wanted by ``every``. Raises ``ConfigurationError`` for one that is not to be had.
        """
        self._provider = provider
        self._store = store
        self._database = store.database
        self._clock = store.clock
        self._entries = Entries(vault, store_fields)
        self._relations = Relations(store.database, vault)
        self._tombstones = Tombstones(store.database, vault, store.audit, store.clock)
        self._mirror = StoredMirror(store.database, store.clock, self._tombstones.is_erased)
        self._rosters = GroupRosters(provider, self._mirror, store.database, store.clock)
        self._runs = Runs(store.database, store.clock, random.SystemRandom())
        self._totals = Totals(store.database)
        self._proposals = Proposals(store.database)
        self._renames = Renames(store.database, store.audit, store.clock)
        self._schedule = Schedule(lambda turn: self.run(stop=turn), self._runs, timers, store.clock)
        self.members = MemberKeeper(provider, store, self._relations, self._entries, self._tombstones)
        self.company = CompanyKeeper(provider, store.database, store.clock, self._renames)
        self._named = set[str]()

    def run(self, *, progress: Report | None = None, stop: Stop | None = None) -> SyncReport:
        """Read everything, go on with a run that was cut, and return what became of it.

        Raises ``JobError`` while another process is at it or once ``stop`` is set, ``StoreError``, and what the ports
        raise if the vendor cannot be read; the next run goes on from the last commit.
        """
        return self._through(SYNC, progress, stop)

    def check(self, *, repair: bool = True, progress: Report | None = None, stop: Stop | None = None) -> SyncReport:
        """Read everything, compare it with what is kept row by row, and mend what differs unless told not to.

        The report's ``differences`` tell how much that was. A member who deleted an employee while the callback was
        lost is not among them: the vendor goes on listing the relation. Raises as ``run``.
        """
        return self._through(CHECK if repair else COMPARE, progress, stop)

    def every(self, hours: float = 24.0, at: str = "03:00") -> None:
        """Let whoever runs the timers (``privcrm run``) read everything this often, counted from a Beijing time of day.

        That is now, if the last reading began longer ago. It reads in short turns, so that other work is not kept
        waiting. Raises ``InputError`` for what is no schedule, ``ConfigurationError`` without timers.
        """
        self._schedule.every(hours, at)

    def as_of(self) -> DataAge:
        """Return how old what is known of relations is.

        A relation was as it is kept at the later of the time it was written and the time its employee was read.
        """
        with self._database.connect() as connection:
            rows = self._totals.listed_at(connection)
        ages = {StaffId(staff_id): at or None for staff_id, at in rows}
        known = [at for at in ages.values() if at is not None]
        whole = len(known) == len(ages)
        return DataAge(min(known) if known and whole else None, max(known, default=None), ages)

    def tagged(self, change: TagChange) -> None:
        """Note what we tagged ourselves: the vendor tells nobody of its own writes."""
        with self._database.transaction() as connection:
            self._relations.retag(
                connection,
                change.staff_id,
                change.member_id,
                add=change.add,
                remove=change.remove,
                now=self._clock.time(),
            )
        self._learn_names(change.add)

    def _learn_names(self, tag_ids: Collection[str]) -> None:
        """Read tags that were made just now, so that segments can name them; what cannot be read waits for a sync."""
        strange = [tag_id for tag_id in tag_ids if tag_id not in self._named]
        if not strange:
            return
        with suppress(ProviderError):
            self.company.name_tags(strange)
        self._named.update(strange)

    # -- renames

    def renames(self) -> list[Rename]:
        """Return the changed ids of employees that nobody told of, and that wait for a decision."""
        return self._renames.proposed()

    def confirm_rename(self, old: str, new: str, who: str) -> None:
        """Let everything that names ``old`` name ``new``, in one transaction.

        Raises ``InputError`` if that is not proposed.
        """
        self._renames.confirm(old, new, who)

    def reject_rename(self, old: str, new: str, who: str) -> None:
        """Note that these are two employees; it is not proposed again. Raises ``InputError`` if it is not proposed."""
        self._renames.reject(old, new, who)

    def _through(self, kind: str, progress: Report | None, stop: Stop | None) -> SyncReport:
        began = self._clock.monotonic()
        run = self._runs.take(kind, SyncStage.TAGS)
        sync = UnderWay(
            *(self._provider, self._database, self._clock, self._runs, run),
            thorough=kind != SYNC,
            repair=kind != COMPARE,
            report=progress,
            stop=stop,
        )
        try:
            self._stages(sync)
        except BaseException:
            self._let_go(run)
            raise
        seconds = self._clock.monotonic() - began
        log.info("sync: %d relations listed, %d calls", sync.counts.listed, sync.counts.calls)
        return self._report(sync, run, seconds)

    def _stages(self, sync: UnderWay) -> None:
        """Go through the stages that are left; each ends with the commit that begins the next."""
        stages: dict[str, Callable[[UnderWay], None]] = {
            SyncStage.TAGS: read_library,
            SyncStage.STAFF: self._read_staff,
            SyncStage.MEMBERS: self._read_members,
            SyncStage.GROUPS: self._read_groups,
        }
        names = list(stages)
        for name in names[names.index(sync.run.stage) :]:
            sync.enter(name)
            stages[name](sync)
        with self._database.transaction() as connection:
            self._runs.finish(connection, sync.run, sync.counts.values())

    def _read_staff(self, sync: UnderWay) -> None:
        read_staff(sync)
        parts = divide(sync)
        parts.append(Part(len(parts), GROUPS))
        sync.run.stage = SyncStage.MEMBERS
        with sync.writing() as connection:
            self._runs.divide(connection, sync.run, parts)

    def _read_members(self, sync: UnderWay) -> None:
        if not self._provider.capabilities.get("members.list"):
            return
        with self._database.connect() as connection:
            expected = self._totals.follows(connection) or None
        sync.tell(SyncStage.MEMBERS, sync.counts.listed, expected)
        reader = RelationReader(sync, self._relations, self._entries, self._tombstones, expected)
        for part in self._runs.parts(sync.run):
            if part.kind != GROUPS:
                reader.read(part)
        sync.tell(SyncStage.MEMBERS, sync.counts.listed, sync.counts.listed)
        with sync.writing() as connection:
            sync.counts.renames_proposed += self._proposals.find(connection, self._clock.time())

    def _read_groups(self, sync: UnderWay) -> None:
        if not self._provider.capabilities.get("groups.list_all"):
            return
        with self._database.connect() as connection:
            expected = self._totals.all(connection).groups or None
        sync.tell(SyncStage.GROUPS, sync.counts.groups_listed, expected)
        reader = GroupReader(sync, self._mirror, self._rosters, expected)
        for part in self._runs.parts(sync.run):
            reader.read(part)
        sync.tell(SyncStage.GROUPS, sync.counts.groups_listed, sync.counts.groups_listed)

    def _let_go(self, run: Run) -> None:
        with suppress(Exception):  # the store may be what broke; the first error is the one to tell
            self._runs.let_go(run)

    def _report(self, sync: UnderWay, run: Run, seconds: float) -> SyncReport:
        with self._database.connect() as connection:
            held = self._totals.all(connection)
        return SyncReport(
            sync.counts,
            held,
            seconds,
            resumed=run.resumed,
            repaired=sync.repair,
            unreadable=tuple(sync.unreadable),
        )
