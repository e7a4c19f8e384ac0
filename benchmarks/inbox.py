"""Events taken in durably: through ``handle`` by many threads, and over HTTP through our own server, on one core.

The store is SQLite in the working folder, and every commit waits for its disk (synchronous=FULL). All runs on one
core, threads and HTTP clients included. What one durable commit for many is worth is told by the ratio to a single
thread, which has to wait for each of its own.
"""

import contextlib
import os
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from _report import report
from _sealed import AES_KEY, CORP, TOKEN, envelope, new_member, query_of, sealed

from privcrm import CRM
from privcrm.web import WebhookServer

EVENTS = int(os.environ.get("PRIVCRM_BENCH_EVENTS", "6000"))
THREADS = 64
CLIENTS = 32
ROUNDS = 3

Request = tuple[str, bytes]


def requests(count: int) -> list[Request]:
    """Return query and body of so many adds of one second."""
    now = int(time.time())
    made = (
        sealed(new_member(f"wmEJiCwAAA9KG2qlQVlVBkkcW1s{number:06d}", now).encode(), str(now))
        for number in range(count)
    )
    return [(query_of(signature, str(now)), envelope(ciphertext)) for ciphertext, signature in made]


@contextlib.contextmanager
def receiving(count: int) -> Iterator[CRM]:
    """Lend a CRM with an open inbox, and see that it holds all of them at the end."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        settings = {"corp_id": CORP, "secret": "x", "callback_token": TOKEN, "callback_aes_key": AES_KEY}
        with CRM.connect("wecom", store=f"sqlite:///{Path(folder) / 'bench.db'}", **settings) as crm:
            crm.webhooks.health()
            yield crm
            if crm.webhooks.health()["pending"] != count:
                raise RuntimeError("some were lost")


def rate(call: Callable[[Request], None], told: list[Request], threads: int) -> float:
    """Make all calls from so many threads; return how many a second."""
    waiting, guard = iter(told), threading.Lock()

    def run() -> None:
        while True:
            with guard:
                request = next(waiting, None)
            if request is None:
                return
            call(request)

    crew = [threading.Thread(target=run) for _ in range(threads)]
    begin = time.perf_counter()
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    return len(told) / (time.perf_counter() - begin)


def through_handle(threads: int, count: int) -> float:
    with receiving(count) as crm:

        def call(request: Request) -> None:
            if crm.webhooks.handle("POST", request[0], (), request[1]).status != 200:
                raise RuntimeError("refused")

        return rate(call, requests(count), threads)


def over_http(count: int) -> float:
    with receiving(count) as crm, WebhookServer(crm.webhooks.asgi) as server:
        local = threading.local()

        def call(request: Request) -> None:
            if not hasattr(local, "socket"):
                local.socket = socket.create_connection(("127.0.0.1", server.port))
            head = f"POST /?{request[0]} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(request[1])}\r\n\r\n"
            local.socket.sendall(head.encode() + request[1])
            if not local.socket.recv(4096).startswith(b"HTTP/1.1 200"):
                raise RuntimeError("refused")

        return rate(call, requests(count), CLIENTS)


def main() -> int:
    with contextlib.suppress(AttributeError):  # elsewhere than on Linux it takes the cores that there are
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    handled = [(through_handle(THREADS, EVENTS), through_handle(1, EVENTS // 10)) for _ in range(ROUNDS)]
    served = statistics.median(over_http(EVENTS // 2) for _ in range(ROUNDS))
    together = statistics.median(many for many, _ in handled)
    ratio = statistics.median(many / one for many, one in handled)
    met = [
        report("inbox", f"events a second through handle, {THREADS} threads", together, target=3000, at_least=True),
        report("inbox", f"events a second over HTTP, {CLIENTS} clients", served, target=1000, at_least=True),
        report("inbox", "many threads over one, which commits each by itself", ratio),
    ]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
