"""How many mark_tag calls a second the sandbox answers on one core.

Limits and recorder are on (limits set out of reach), tags really change. The driver sits on another core and speaks
HTTP over raw sockets: a few kept-alive connections, no HTTP library. The ratio is to the same server's constant answer
for a path that is not simulated, which meets neither limits nor recorder.

    python benchmarks/sandbox_rate.py [--seconds 3] [--connections 4]
"""

import argparse
import itertools
import json
import os
import select
import socket
import subprocess
import sys
import time
import urllib.request
from collections import defaultdict
from collections.abc import Iterator

from _report import report

_SERVER = """
import json, os, sys
os.sched_setaffinity(0, {int(sys.argv[1])})
from privcrm.sandbox import serve
serve(announce=lambda line: print(json.dumps(line), flush=True), members=20_000, staff=40)
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--connections", type=int, default=4)
    options = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    server = subprocess.Popen([sys.executable, "-c", _SERVER, str(cores[-1])], stdout=subprocess.PIPE, text=True)
    try:
        os.sched_setaffinity(0, {cores[0]})
        assert server.stdout is not None
        line = json.loads(server.stdout.readline())
        return 0 if measure(line, options.seconds, options.connections) else 1
    finally:
        server.terminate()
        server.wait(10)


def measure(line: dict[str, str], seconds: float, connections: int) -> bool:
    base = line["base_url"]
    limits = ("minute_limit", "hour_limit", "address_minute_limit", "address_hour_limit")
    call(f"{base}/sandbox/switches", dict.fromkeys(limits, 10**9), "PATCH")
    constant = rate(base, itertools.cycle([request("/constant", {})]), seconds, connections, b"not simulated")
    marked = rate(base, itertools.cycle(list(mark_tag_requests(line))), seconds, connections, b'"errcode":0')
    met = report("sandbox_rate", "mark_tag calls a second on one core", marked, target=3000, at_least=True)
    report("sandbox_rate", "ratio to a constant answer of the same server", marked / constant, constant=round(constant))
    return met


def call(url: str, body: dict[str, int] | None = None, method: str = "GET") -> dict[str, list[dict[str, str]]]:
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data, method=method)) as reply:
        return json.load(reply)


def mark_tag_requests(line: dict[str, str]) -> Iterator[bytes]:
    """Every living relation of 2,000 members gets one tag added and another removed."""
    base = line["base_url"]
    token = call(f"{base}/cgi-bin/gettoken?corpid={line['corp_id']}&corpsecret={line['secret']}")["access_token"]
    tags = [row["tag_id"] for row in call(f"{base}/sandbox/state/tags")["items"]]
    staff = {row["userid"] for row in call(f"{base}/sandbox/state/staff")["items"] if row["state"] == "active"}
    path = f"/cgi-bin/externalcontact/mark_tag?access_token={token}"
    for cursor in (-1, 999):
        for place, member in enumerate(call(f"{base}/sandbox/state/members?limit=1000&cursor={cursor}")["items"]):
            for follow in member["follows"]:
                if follow["userid"] in staff:
                    add, remove = tags[place % len(tags)], tags[(place + 1) % len(tags)]
                    pair = {"userid": follow["userid"], "external_userid": member["external_userid"]}
                    yield request(path, {**pair, "add_tag": [add], "remove_tag": [remove]})


def request(path: str, value: dict[str, object]) -> bytes:
    body = json.dumps(value).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def rate(base: str, requests: Iterator[bytes], seconds: float, connections: int, wanted: bytes) -> float:
    """Keep every connection busy with one request at a time; count whole replies that say what is wanted."""
    host, port = base.removeprefix("http://").split(":")
    socks: dict[int, socket.socket] = {}
    replies: dict[int, bytes] = defaultdict(bytes)
    poll = select.epoll()
    for _ in range(connections):
        sock = socket.create_connection((host, int(port)))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        socks[sock.fileno()] = sock
        poll.register(sock, select.EPOLLIN)
        sock.sendall(next(requests))
    answered, start = 0, time.perf_counter()
    while (passed := time.perf_counter() - start) < seconds:
        for handle, _ in poll.poll(1.0):
            replies[handle] += socks[handle].recv(65536)
            if not replies[handle].endswith(b"}"):  # only the head so far
                continue
            if wanted not in replies[handle]:
                sys.exit(f"unexpected reply: {replies[handle][-300:]!r}")
            replies[handle] = b""
            answered += 1
            socks[handle].sendall(next(requests))
    for sock in socks.values():
        sock.close()
    return answered / passed


if __name__ == "__main__":
    sys.exit(main())
