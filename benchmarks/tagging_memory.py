"""Memory and pace of a very large tagging job: a million rows from a file, planned, run and written out.

The vendor is a stand-in inside this process that answers at once and remembers nothing, so that what is measured is
ours alone. `PRIVCRM_BENCH_ROWS` scales it down.
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
from privcrm.jobs import Jobs
from privcrm.models import Follow, Member, MemberId, Page, Pages, StaffId, Tag, TagChange, TagGroup, TagGroupId, TagId
from privcrm.provider import LimitTable, Provider, ProviderContext
from privcrm.provider.ports import MembersPort, StaffPort, TagsPort
from privcrm.services.tagging import Tagging
from privcrm.store import open_store

ROWS = int(os.environ.get("PRIVCRM_BENCH_ROWS", "1000000"))
STAFF = 200
PAGE = 100
MEGABYTE = 1 << 20
MOST_MEGABYTES = 150
SAMPLE_SECONDS = 0.05


class StandInStaff(StaffPort):
    def serving(self) -> Iterator[StaffId]:
        return (StaffId(f"staff{number:04}") for number in range(STAFF))


class StandInMembers(MembersPort):
    def ids(self, staff_id: str) -> Iterator[MemberId]:
        return (member_id(number) for number in range(int(staff_id[5:]), ROWS, STAFF))

    def list(self, staff_ids: Sequence[str], cursor: str = "") -> Pages[Member]:
        return Pages(lambda place: page_from(int(place or 0)), cursor)


class StandInTags(TagsPort):
    def list(self, *, tag_ids: Sequence[str] = (), group_ids: Sequence[str] = ()) -> Iterator[TagGroup]:
        group_id = TagGroupId("g1")
        yield TagGroup(group_id, "等级", (Tag(TagId("et1"), "VIP", group_id), Tag(TagId("et2"), "普通", group_id)))

    def mark(self, change: TagChange, *, extra: Mapping[str, Any] | None = None) -> None:
        pass


class StandIn(Provider):
    name = "stand_in"
    capabilities: Mapping[str, Any] = {}
    default_limits = LimitTable([])
    company = "bench"
    host = "this process"

    def __init__(self) -> None:
        super().__init__(ProviderContext())
        self.staff = StandInStaff(self.name, self.capabilities)
        self.members = StandInMembers(self.name, self.capabilities)
        self.tags = StandInTags(self.name, self.capabilities)


def member_id(number: int) -> MemberId:
    return MemberId(f"wmStandInMemberNumber{number:011}")


def page_from(start: int) -> Page[Member]:
    end = min(start + PAGE, ROWS)
    items = tuple(
        Member(member_id(number), follows=(Follow(StaffId(f"staff{number % STAFF:04}"), (TagId("et2"),)),))
        for number in range(start, end)
    )
    return Page(items, str(end) if end < ROWS else "")


class Gauge:
    """Samples this process's memory; ``peaks`` holds the highest value, in megabytes, of each phase."""

    def __init__(self) -> None:
        self.peaks: dict[str, float] = {}
        self.phase = "start"
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
            self.peaks[self.phase] = max(self.peaks.get(self.phase, 0.0), resident())


def resident() -> float:
    """Return the memory that this process holds now, in megabytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MEGABYTE


def write_list(path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("member_id,add,remove\n")
        file.writelines(f"{member_id(number)},等级/VIP,等级/普通\n" for number in range(ROWS))


def measure(folder: Path) -> tuple[dict[str, float], dict[str, float]]:
    """Return the highest memory and the seconds of each phase."""
    path = folder / "list.csv"
    write_list(path)
    clock = SystemClock()
    seconds: dict[str, float] = {}
    with open_store(f"sqlite:///{folder / 'store.db'}", clock=clock, company="bench") as store, Gauge() as gauge:
        jobs = Jobs(store, clock)
        tagging = Tagging(StandIn(), jobs, clock)
        begin = time.perf_counter()

        def ended(phase: str, following: str) -> None:
            seconds[phase] = time.perf_counter() - begin - sum(seconds.values())
            gauge.phase = following

        gauge.phase = "plan"
        job, _ = tagging.submit(path)
        ended("plan", "run, first half")
        job = jobs.run(job.id, progress=lambda now: half(gauge, now.finished))
        ended("run", "write")
        tagging.write_outcomes(job.id, folder / "outcomes.csv")
        ended("write", "verify")
        tagging.verify(job.id)
        ended("verify", "end")
    return gauge.peaks, seconds


def half(gauge: Gauge, finished: int) -> None:
    if finished > ROWS // 2:
        gauge.phase = "run, second half"


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        peaks, seconds = measure(Path(folder))
    rounded = {phase: round(value, 1) for phase, value in peaks.items()}
    timing = {phase: round(value, 1) for phase, value in seconds.items()}
    growth = peaks["run, second half"] - peaks["run, first half"]
    met = [
        report("tagging_memory", "most megabytes", max(peaks.values()), target=MOST_MEGABYTES, rows=ROWS, **rounded),
        report("tagging_memory", "growth over the run, megabytes", growth, target=5, rows=ROWS, seconds=timing),
    ]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
