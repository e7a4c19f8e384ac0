"""Segments of 1.8 million members who wear 9 million tags: counting, listing, memory, and what a change of a tag costs.

The floor is the same bitmaps, read once and held in memory. Each figure is taken beside its floor in the same process;
memory is that of a process of its own, over one that has but opened the store. `PRIVCRM_BENCH_SEGMENT_MEMBERS` scales
it: 100,000 take ten seconds, the full size three minutes.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

from _report import report
from _segments import NEW, TAGGED, fill, member_id
from pyroaring import BitMap

from privcrm.clock import SystemClock
from privcrm.models.segments import AddedWithin, Condition
from privcrm.services.segments import Segments
from privcrm.store import Store, open_store
from privcrm.store.mirror.bitmaps import Bitmaps
from privcrm.store.mirror.entries import day_of
from privcrm.store.mirror.marks import Kind
from privcrm.store.mirror.relations import Relations

FULL = 1_800_000
MEMBERS = int(os.environ.get("PRIVCRM_BENCH_SEGMENT_MEMBERS", str(FULL)))
ROUNDS = 21
CHANGES = 2_000
KIBIBYTES = 1 << 10
DAYS = 90


def timed(work: Callable[[], object]) -> float:
    """Return the milliseconds that something takes."""
    begin = time.perf_counter()
    work()
    return (time.perf_counter() - begin) * 1e3


def beside(work: Callable[[], object], floor: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Return the median milliseconds of both, taken in turns."""
    pairs = [(timed(work), timed(floor)) for _ in range(rounds)]
    return statistics.median(one for one, _ in pairs), statistics.median(other for _, other in pairs)


def drained(values: object) -> int:
    return sum(1 for _ in values)  # type: ignore[attr-defined]


class Floor:
    """The bitmaps of the questions, in memory."""

    def __init__(self, store: Store) -> None:
        today = day_of(int(store.clock.time()))
        with store.database.snapshot() as connection:
            bitmaps = Bitmaps(connection, store.company)
            self.customers = bitmaps.everybody(Kind.CUSTOMER)
            self.has, self.lacks = (bitmaps.any_of(Kind.TAG, [tag]) for tag in ("0", "1"))
            self.grouped = bitmaps.everybody(Kind.ANY_GROUP)
            self.new = [bitmaps.any_of(Kind.DAY, [str(day)]) for day in range(today - DAYS, today + 1)]

    def tagged(self) -> BitMap:
        return self.customers & self.has & (self.customers - self.lacks) & (self.customers - self.grouped)

    def tagged_and_new(self) -> BitMap:
        return self.tagged() & BitMap().union(*self.new)


def questions(store: Store, segments: Segments) -> list[bool]:
    floor, met = Floor(store), []
    asked: list[tuple[str, Condition, Callable[[], BitMap]]] = [
        ("three clauses", TAGGED, floor.tagged),
        ("three clauses and a date", NEW, floor.tagged_and_new),
    ]
    for name, condition, bits in asked:
        if segments.count(condition).members != len(bits()):
            raise RuntimeError("the floor counts otherwise")
        ours, theirs = beside(lambda c=condition: segments.count(c), lambda b=bits: len(b()), ROUNDS)
        facts = {"members": len(bits()), "in_memory_ms": round(theirs, 2), "ratio": round(ours / theirs, 1)}
        met.append(report("segment", f"counting {name}, milliseconds", ours, target=15, **facts))
    ours, theirs = beside(lambda: drained(segments.numbers(TAGGED)), lambda: drained(floor.tagged()), ROUNDS // 3)
    facts = {"members": len(floor.tagged()), "in_memory_ms": round(theirs, 1)}
    met.append(report("segment", "listing numbers, milliseconds", ours, target=80, **facts))
    report("segment", "listing numbers over the same in memory", ours / theirs)
    ids = statistics.median(timed(lambda: drained(segments.ids(TAGGED))) for _ in range(3))
    report("segment", "listing member ids, milliseconds", ids, over_numbers=round(ids / ours, 1))
    plain = timed(lambda: segments.count(TAGGED, bitmaps=False))
    report("segment", "counting three clauses by plain SQL, milliseconds", plain)
    return met


def changes(store: Store, segments: Segments) -> list[bool]:
    """Compare a change of a tag with the plain writing of its row, each in its own transaction."""
    relations, rng, company = Relations(store.database), Random(7), store.company

    def change() -> None:
        number, tag = rng.randrange(MEMBERS), rng.randrange(200)
        with store.database.transaction() as connection:
            relations.retag(connection, f"s{number % 4_000}", member_id(number), add=[f"tag {tag}"])

    def plain() -> None:
        number, tag = rng.randrange(MEMBERS), rng.randrange(200)
        with store.database.transaction() as connection:
            connection.run(
                "INSERT INTO privcrm_follow_tag (company, member, staff, tag) VALUES (?, ?, ?, ?)"
                " ON CONFLICT DO NOTHING",
                *(company, number, number % 4_000, tag),
            )

    ours, theirs = beside(change, plain, CHANGES)
    met = report(
        "segment", "a change of a tag over its plain row", ours / theirs, target=2, microseconds=round(ours * 1e3)
    )
    report("segment", "folding, milliseconds", timed(segments.fold), changes=CHANGES)
    return [met]


def resident() -> float:
    """Return the most memory that this process has held, in mebibytes: since it began, not since its parent did."""
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / KIBIBYTES


def in_a_process(url: str, what: str) -> float:
    done = subprocess.run([sys.executable, __file__, url, what], stdout=subprocess.PIPE, text=True, check=True)
    return float(json.loads(done.stdout))


def alone(url: str, what: str) -> None:
    """Do one thing in this process and print the memory that it took."""
    with open_store(url, clock=SystemClock(), company="bench") as store:
        segments = Segments(store)
        if what == "build":
            segments.count(TAGGED)
        elif what == "ask":
            for condition in (TAGGED, NEW, AddedWithin(days=DAYS)):
                segments.count(condition)
                drained(segments.numbers(condition))
                drained(segments.ids(condition))
        elif what == "open":
            segments.list()
    print(json.dumps(resident()))


def main() -> int:
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        with open_store(url, clock=SystemClock(), company="bench") as store:
            worn = fill(store, MEMBERS, int(time.time()))
        before = in_a_process(url, "open")
        begin = time.perf_counter()
        building = in_a_process(url, "build")
        facts = {"members": MEMBERS, "tags": worn}
        report("segment", "building all bitmaps, seconds", time.perf_counter() - begin, target=60, **facts)
        met = [
            report("segment", "memory of building, mebibytes", building - before, target=100),
            report("segment", "memory of asking, mebibytes", in_a_process(url, "ask") - before, target=100),
        ]
        with open_store(url, clock=SystemClock(), company="bench") as store:
            segments = Segments(store)
            met += questions(store, segments)
            met += changes(store, segments)
    return 0 if all(met) else 1


if __name__ == "__main__":
    if len(sys.argv) > 1:
        alone(*sys.argv[1:])
    else:
        sys.exit(main())
