"""CPU of one `provider.tags.mark`, with token, pace, allowances, a guard and an observer in place, against wechatpy.

Sequential calls to a stub on loopback, in blocks taken in turn (A B C A B C …); medians of paired ratios. The second
half runs with orjson hidden, as on a plain installation. ``PRIVCRM_BENCH_ROUNDS`` sets the number of rounds.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

if "--plain" in sys.argv:
    sys.modules["orjson"] = None

import json
import socket

from _report import report
from stub import serving
from wechatpy.work import WeChatClient

from privcrm.models import TagChange
from privcrm.provider import Endpoint, ProviderContext, Secret
from privcrm_wecom import WeComApp, WeComConfig, WeComProvider

ROUNDS = int(os.environ.get("PRIVCRM_BENCH_ROUNDS", "15"))
CALLS = 150
PLENTY = {
    "calls_per_minute": 60_000_000,
    "calls_per_hour": 600_000_000,
    "calls_per_minute_per_address": 60_000_000,
    "calls_per_hour_per_address": 600_000_000,
}
CHANGE = TagChange(
    "zhangsan", "woDEMOAAAAXtWyujaWJHDDGi0mACAAA", ("etDEMO0000000001", "etDEMO0000000002"), ("etDEMO3",)
)


class LetThrough:
    def check(self, endpoint: Endpoint, params: object) -> None:
        """Ask nothing: the price of being asked is what counts."""


def ours(port: int) -> Callable[[], object]:
    seen: list[object] = []
    context = ProviderContext(
        guards=(LetThrough(),), limits=PLENTY, on_call=lambda record: seen.__setitem__(slice(None), [record])
    )
    config = WeComConfig("wwbenchmark", (WeComApp("main", Secret("s" * 43)),), f"http://127.0.0.1:{port}")
    mark = WeComProvider(config, context).tags.mark
    return lambda: mark(CHANGE)


def wechatpy(port: int) -> Callable[[], object]:
    WeChatClient.API_BASE_URL = f"http://127.0.0.1:{port}/cgi-bin/"
    mark = WeChatClient("wwbenchmark", "s" * 43, access_token="a" * 214).external_contact.mark_tag
    return lambda: mark(CHANGE.staff_id, CHANGE.member_id, list(CHANGE.add), list(CHANGE.remove))


def raw_socket(port: int) -> Callable[[], object]:
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    path = "/cgi-bin/externalcontact/mark_tag?access_token=" + "a" * 214
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ".encode()
    wanted = {
        "userid": CHANGE.staff_id,
        "external_userid": CHANGE.member_id,
        "add_tag": CHANGE.add,
        "remove_tag": CHANGE.remove,
    }

    def call() -> object:
        body = json.dumps(wanted).encode()
        connection.sendall(head + b"%d\r\n\r\n" % len(body) + body)
        return json.loads(connection.recv(65536).partition(b"\r\n\r\n")[2])

    return call


def block(call: Callable[[], object]) -> float:
    begin = time.process_time()
    for _ in range(CALLS):
        call()
    return (time.process_time() - begin) / CALLS


def measure() -> dict[str, list[float]]:
    with serving() as port:
        calls = {"ours": ours(port), "wechatpy": wechatpy(port), "raw": raw_socket(port)}
        for call in calls.values():
            block(call)
        rounds = [{name: block(call) for name, call in calls.items()} for _ in range(ROUNDS)]
    return {name: [each[name] for each in rounds] for name in calls}


def main() -> int:
    plain = "--plain" in sys.argv
    times = measure()
    paired = statistics.median(a / b for a, b in zip(times["ours"], times["wechatpy"], strict=True))
    floor = statistics.median(a / b for a, b in zip(times["ours"], times["raw"], strict=True))
    figure = f"CPU of tags.mark over wechatpy's, {'standard json' if plain else 'orjson'}"
    micros = {f"{name}_us": round(statistics.median(values) * 1e6, 1) for name, values in times.items()}
    met = report(
        "call_overhead", figure, paired, target=0.55 if plain else 0.5, over_raw_socket=round(floor, 2), **micros
    )
    if not plain:
        other = subprocess.run([sys.executable, __file__, "--plain"], check=False)
        met = met and other.returncode == 0
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
