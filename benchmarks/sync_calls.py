"""What a synchronisation costs in vendor calls and in memory: 100,000 members, and fewer before.

The other way is to list the ids of each employee and to get each member. The vendor is a stand-in inside this process
that answers at once, with one employee for each member, so that what is measured is ours alone.
`PRIVCRM_BENCH_ROWS` scales it.
"""
# ruff: noqa: ARG002 - the stand-in answers whatever it is asked

import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from _report import report

from privcrm.clock import SystemClock
from privcrm.models import (
    Follow,
    Member,
    MemberId,
    MemberKind,
    Page,
    Pages,
    Staff,
    StaffId,
    Tag,
    TagGroup,
    TagGroupId,
    TagId,
)
from privcrm.provider import NATIVE, LimitTable, Provider, ProviderContext
from privcrm.provider.ports import MembersPort, StaffPort, TagsPort
from privcrm.services.sync import Sync, SyncReport
from privcrm.store import open_store
from privcrm.store.vault import Vault

MEMBERS = int(os.environ.get("PRIVCRM_BENCH_ROWS", "100000"))
STAFF = 200
PAGE = 100
MEGABYTE = 1 << 20
MOST_MEGABYTES = 150
FEWER = MEMBERS * 3 // 5  # by then SQLite's cache is full
MOST_GROWTH = 10
SAMPLE_SECONDS = 0.02


class StandInStaff(StaffPort):
    def list(self, department_id: str | None = None) -> Iterator[Staff]:
        return (Staff(staff_id) for staff_id in self.serving())

    def serving(self) -> Iterator[StaffId]:
        return (StaffId(f"staff{number:04}") for number in range(STAFF))


class StandInMembers(MembersPort):
    members = 0

    def ids(self, staff_id: str) -> Iterator[MemberId]:
        return (member_id(number) for number in range(int(staff_id[5:]), self.members, STAFF))

    def list(self, staff_ids: Sequence[str], cursor: str = "") -> Pages[Member]:
        each_has = self.members // STAFF
        total = each_has * len(staff_ids)

        def at(place: int) -> int:  # a list of them would be most of what is measured
            return int(staff_ids[place // each_has][5:]) + place % each_has * STAFF

        def page(place: str) -> Page[Member]:
            start = int(place or 0)
            end = min(start + PAGE, total)
            return Page(tuple(member(at(number)) for number in range(start, end)), str(end) if end < total else "")

        return Pages(page, cursor)


class StandInTags(TagsPort):
    def list(
        self, *, tag_ids: Sequence[str] | None = None, group_ids: Sequence[str] | None = None
    ) -> Iterator[TagGroup]:
        group_id = TagGroupId("g1")
        yield TagGroup(group_id, "等级", tuple(Tag(TagId(f"et{n}"), f"T{n}", group_id) for n in range(200)))


class StandIn(Provider):
    name = "stand_in"
    capabilities: Mapping[str, Any] = dict.fromkeys(
        ("tags.list", "staff.list", "staff.serving", "members.list", "members.ids"), NATIVE
    )
    default_limits = LimitTable([])
    company = "bench"
    host = "this process"

    def __init__(self, members: int) -> None:
        super().__init__(ProviderContext())
        self.staff = StandInStaff(self.name, self.capabilities)
        self.members = StandInMembers(self.name, self.capabilities)
        self.members.members = members
        self.tags = StandInTags(self.name, self.capabilities)


def member_id(number: int) -> MemberId:
    return MemberId(f"wmStandInMemberNumber{number:011}")


def member(number: int) -> Member:
    follow = Follow(
        StaffId(f"staff{number % STAFF:04}"),
        tuple(TagId(f"et{(number * 7 + step * 31) % 200}") for step in range(5)),
        created_at=1_700_000_000 + number,
        add_way=1,
        state=f"channel{number % 50}",
    )
    return Member(member_id(number), name="N", kind=MemberKind.CONSUMER, unionid=f"o{number:027}", follows=(follow,))


class Gauge:
    """Samples this process's memory; ``peak`` is the highest value, in megabytes."""

    def __init__(self) -> None:
        self.peak = resident()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._end.wait(SAMPLE_SECONDS):
            self.peak = max(self.peak, resident())


def resident() -> float:
    """Return the memory that this process holds now, in megabytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MEGABYTE


def measure(members: int) -> tuple[float, list[SyncReport], list[float]]:
    """Return the highest memory, and reports and seconds of a first and a second run."""
    clock = SystemClock()
    reports: list[SyncReport] = []
    seconds: list[float] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        open_store(f"sqlite:///{folder}/store.db", clock=clock, company="bench") as store,
        Gauge() as gauge,
    ):
        sync = Sync(StandIn(members), store, Vault(store.database))
        for _ in range(2):
            begin = time.perf_counter()
            reports.append(sync.run())
            seconds.append(time.perf_counter() - begin)
    return gauge.peak, reports, seconds


def main() -> int:
    few, _, _ = measure(FEWER)
    many, reports, seconds = measure(MEMBERS)
    first, second = reports
    assert first.held.members == first.counts.added == MEMBERS
    assert second.written == 0
    one_by_one = STAFF + MEMBERS
    rates = {"first_per_second": round(MEMBERS / seconds[0]), "unchanged_per_second": round(MEMBERS / seconds[1])}
    met = [
        report(
            "sync_calls",
            f"list-then-get over ours, calls for {MEMBERS:,} members",
            one_by_one / first.calls,
            target=80,
            at_least=True,
            calls=first.calls,
            one_by_one=one_by_one,
        ),
        report("sync_calls", "most megabytes", many, target=MOST_MEGABYTES, members=MEMBERS, **rates),
        report("sync_calls", "growth, megabytes", many - few, target=MOST_GROWTH, over=FEWER),
    ]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
