"""What the gateway's decisions cost: one at a time on an idle machine, and as many as one core gives.

The floor is what nobody can leave out who hands out the seats of a group: one conditional insert, committed by itself,
through the same connection pool. Two codes, each with 2,000 groups that were filled before: pictures of five groups,
where the gateway chooses, reserves, counts and writes; and a vendor's own code, where it only counts. Three quarters of
the visitors are new. The store is SQLite in the working folder; every answer comes after its commit. Latency and rate
are taken apart: whoever is alone does not wait for a group to gather. All runs on one core, clients included.
"""

import asyncio
import contextlib
import gc
import io
import itertools
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address
from pathlib import Path
from random import Random

from _report import report
from attrs import frozen

from privcrm.clock import SystemClock
from privcrm.models import GroupId
from privcrm.models.codes import BurstPolicy, GroupCapacity, GroupLiveCode, OverflowPolicy, OverflowStrategy
from privcrm.services.live_codes.gateway import Desk, Page, Visit, Visitor
from privcrm.services.live_codes.gateway.shelf import StoredShelf
from privcrm.services.live_codes.specs import dump_code
from privcrm.store import Store, open_store
from privcrm.store.live_codes.codes import CodeKind, CodeLife
from privcrm.store.live_codes.group_images import GroupImage, GroupImages
from privcrm.store.live_codes.groups import Room, Rooms, RoomState
from privcrm.store.live_codes.pictures import CodePicture, CodePictures
from privcrm.store.live_codes.vendor_codes import VendorCode, VendorCodes, VendorLife
from privcrm.web.gateway import Gateway, GatewayPolicy, GatewaySide, RequestRate
from privcrm.web.gateway.marks import keyed_hash

VISITS = int(os.environ.get("PRIVCRM_BENCH_VISITS", "12000"))
ALONE = 2_000
THREADS = 64
ROUNDS = 3
PICTURE = b"\x89PNG\r\n\x1a\n" + Random(1).randbytes(12_000)
FULL = 2_000
GROUPS = tuple(GroupId(f"wr{number}") for number in range(5))
MANY = 10_000_000
VISITOR = itertools.count()
ADDRESS = itertools.count(1)


@frozen
class Place:
    """A store with codes, the links to them, and who decides."""

    store: Store
    desk: Desk
    links: dict[str, str]


@contextlib.contextmanager
def opened() -> Iterator[Place]:
    clock = SystemClock()
    with (
        tempfile.TemporaryDirectory(dir=Path.cwd()) as folder,
        open_store(f"sqlite:///{Path(folder) / 'bench.db'}", clock=clock, company="bench") as store,
    ):
        desk = Desk(store.database, clock, None, StoredShelf(store.database))
        strategies = {"images": OverflowStrategy.IMAGES, "native": OverflowStrategy.NATIVE}
        yield Place(store, desk, {key: make(store, desk, key, strategy) for key, strategy in strategies.items()})


def make(store: Store, desk: Desk, key: str, strategy: OverflowStrategy) -> str:
    """Keep a code that nobody fills up, and return its link."""
    code = GroupLiveCode(key, GROUPS, overflow=OverflowPolicy(strategy), burst=BurstPolicy(60, MANY))
    now = time.time()
    with store.database.transaction() as connection:
        row = desk.tables.rows.add(connection, key, CodeKind.GROUP, name=key, spec=dump_code(code), now=now)
        desk.tables.rows.set_life(connection, row.number, CodeLife.OPEN, now)
        vendor = VendorCode(row.number, 0, "group", key, life=VendorLife.OPEN)
        VendorCodes(store.database).put(connection, vendor)
        CodePictures(store.database).put(connection, CodePicture(row.number, 0, "image/png", PICTURE))
        for number in range(FULL):
            full = Room(f"{key}-full{number}", row.number, state=RoomState.SCAN_FULL, seats=200, full_at=now)
            Rooms(store.database).add(connection, full)
            desk.tables.reservations.hand_out(connection, row.number, {full.target: 1})
        for group_id in GROUPS:
            name = f"{key}-{group_id}"
            room = Room(name, row.number, state=RoomState.OPEN, capacity=GroupCapacity(MANY, MANY))
            Rooms(store.database).add(connection, room)
            GroupImages(store.database).put(
                connection, GroupImage(row.number, name, "image/png", PICTURE, "", now, now + 86_400)
            )
        return desk.tables.links.make(connection, row.number, now)


def visits(link: str) -> Iterator[Visit]:
    for number in VISITOR:
        is_new = number % 4 != 0
        yield Visit(link, Visitor(f"v{number}" if is_new else f"v{number - 3}", is_new=is_new))


def address() -> str:
    """Return somebody's address; of one alone, only some would hold places."""
    return str(IPv4Address(next(ADDRESS) % 2**32))


def alone(call: Callable[[], None]) -> list[float]:
    """Return the seconds of each of many calls, one after another."""
    taken = []
    for _ in range(ALONE):
        begin = time.perf_counter()
        call()
        taken.append(time.perf_counter() - begin)
    return taken


def together(call: Callable[[], None], count: int, threads: int = THREADS) -> float:
    """Make calls from many threads at once; return how many a second."""
    left, guard = itertools.count(), threading.Lock()

    def run() -> None:
        while True:
            with guard:
                if next(left) >= count:
                    return
            call()

    crew = [threading.Thread(target=run) for _ in range(threads)]
    begin = time.perf_counter()
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    return count / (time.perf_counter() - begin)


def floor(place: Place) -> Callable[[], None]:
    with place.store.database.connect() as connection:
        connection.run("CREATE TABLE IF NOT EXISTS seat (id INTEGER PRIMARY KEY, room TEXT)")
    seats = itertools.count()

    def call() -> None:
        with place.store.database.transaction() as connection:
            connection.run(
                "INSERT INTO seat (room) SELECT 'wr1' WHERE (SELECT coalesce(max(id), 0) FROM seat) < ?",
                MANY + next(seats),
            )

    return call


def decisions(place: Place, key: str) -> Callable[[], None]:
    coming, guard = visits(place.links[key]), threading.Lock()

    def call() -> None:
        with guard:
            visit = next(coming)
        if place.desk.decide(visit).page is not Page.CODE:
            raise RuntimeError("turned away")

    return call


def gateway_of(place: Place) -> Gateway:
    policy = GatewayPolicy(rate=RequestRate(MANY, MANY))
    return Gateway([GatewaySide(place.desk, keyed_hash(b"k" * 32))], policy)


def over_wsgi(place: Place) -> Callable[[], None]:
    app, path = gateway_of(place).wsgi, f"/{place.links['images']}"

    def call() -> None:
        statuses: list[str] = []
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": "from=singlemessage",
            "REMOTE_ADDR": address(),
            "HTTP_HOST": "go.example.com",
            "HTTP_ACCEPT_LANGUAGE": "zh-CN,zh;q=0.9",
            "wsgi.input": io.BytesIO(),
        }
        if not b"".join(app(environ, lambda status, _: statuses.append(status))) or statuses != ["200 OK"]:
            raise RuntimeError("no page")

    return call


def over_asgi(place: Place, count: int) -> float:
    """Return requests a second through the ASGI application, so many at a time."""
    app, path = gateway_of(place).asgi, f"/{place.links['images']}"
    left = itertools.count()

    async def ask() -> None:
        statuses: list[int] = []

        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: dict[str, object]) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "query_string": b"",
            "headers": [(b"host", b"go.example.com"), (b"accept-language", b"zh-CN")],
            "client": (address(), 1),
        }
        await app(scope, receive, send)
        if statuses != [200]:
            raise RuntimeError("no page")

    async def client() -> None:
        while next(left) < count:
            await ask()

    async def run() -> float:
        begin = time.perf_counter()
        await asyncio.gather(*(client() for _ in range(THREADS)))
        return count / (time.perf_counter() - begin)

    return asyncio.run(run())


def latency(name: str, call: Callable[[], None], least: float, *, target: float) -> bool:
    taken = sorted(alone(call))
    median = statistics.median(taken)
    report("gateway", f"{name} alone, over a conditional insert and its commit", median / least)
    p99 = round(taken[int(len(taken) * 0.99)] * 1000, 3)
    return report("gateway", f"{name} alone, milliseconds at the median", median * 1000, target=target, p99=p99)


def throughput(name: str, rate: Callable[[], float], *, target: float | None) -> bool:
    rates = [rate() for _ in range(ROUNDS)]
    return report(
        "gateway", f"{name} a second, {THREADS} at a time", statistics.median(rates), target=target, at_least=True
    )


def main() -> int:
    with contextlib.suppress(AttributeError):  # elsewhere than on Linux it takes the cores that there are
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    gc.freeze()
    with opened() as place:
        bare = floor(place)
        least = statistics.median(alone(bare))
        report("gateway", "a conditional insert and its commit, milliseconds", least * 1000)
        met = [
            latency("decision for pictures", decisions(place, "images"), least, target=1.0),
            latency("decision for a vendor's code", decisions(place, "native"), least, target=1.0),
            latency("page over WSGI", over_wsgi(place), least, target=1.0),
        ]
        floor_rate = statistics.median(together(bare, VISITS // 6, threads=1) for _ in range(ROUNDS))
        for key, name in (("images", "decisions for pictures"), ("native", "decisions for a vendor's code")):
            met.append(throughput(name, lambda key=key: together(decisions(place, key), VISITS), target=3_000))
        met.append(throughput("pages over WSGI", lambda: together(over_wsgi(place), VISITS // 2), target=3_000))
        met.append(throughput("pages over ASGI", lambda: over_asgi(place, VISITS // 4), target=None))
        report("gateway", "conditional inserts a second, each with a commit of its own", floor_rate)
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
