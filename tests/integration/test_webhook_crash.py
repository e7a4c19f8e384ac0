"""kill -9 of a receiver at random moments under load: what was acknowledged is handled, and none is kept twice."""

import os
import random
import signal
import socket
import subprocess
import threading
import time
from collections import Counter
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from privcrm.clock import SystemClock
from privcrm.events.inbox import EntryState
from privcrm.events.stored_inbox import StoredInbox
from privcrm.store import open_store
from tests.forking import python
from tests.project.vendor_callbacks import CORP_ID, member_added

pytestmark = pytest.mark.crash
ROOT = Path(__file__).parents[2]


class Receivers:
    """A process that forks one receiver after another, all on one port and one store."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.store, self.effects = f"sqlite:///{folder}/store.db", folder / "effects"
        self.process = subprocess.Popen(
            python("-m", "tests.integration.receiver_process", self.store, self.port, self.effects),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self) -> int:
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def kill(self, pid: int) -> None:
        os.kill(pid, signal.SIGKILL)
        assert int(self.process.stdout.readline()) == -signal.SIGKILL


class Vendor:
    """Tells of one new member after another, each again until it is answered with 200, from many threads."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.acknowledged: list[str] = []
        self.told = 0
        self.ended = threading.Event()
        self.guard = threading.Lock()
        self.threads = [threading.Thread(target=self.run) for _ in range(8)]
        for thread in self.threads:
            thread.start()

    def run(self) -> None:
        while not self.ended.is_set():
            with self.guard:
                self.told += 1
                member = f"wm{self.told}"
            query, body = member_added(member)
            while not self.tell(query, body):
                self.ended.wait(0.02)
            with self.guard:
                self.acknowledged.append(member)

    def tell(self, query: str, body: bytes) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("POST", f"/?{query}", body)
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def end(self) -> None:
        self.ended.set()
        for thread in self.threads:
            thread.join(60)


def run(folder: Path, seed: int, kills: int) -> None:
    rng, receivers = random.Random(seed), Receivers(folder)
    pid = receivers.start()
    vendor = Vendor(receivers.port)
    for _ in range(kills):
        goal = len(vendor.acknowledged) + rng.randrange(1, 60)
        while len(vendor.acknowledged) < goal:
            time.sleep(0.002)
        receivers.kill(pid)
        pid = receivers.start()
    vendor.end()
    with open_store(receivers.store, clock=SystemClock(), company=CORP_ID) as store:
        inbox = StoredInbox(store.database, store.clock)
        while inbox.summary().new:
            time.sleep(0.02)
        assert [inbox.count(state) for state in EntryState] == [0, len(vendor.acknowledged), 0]
    receivers.kill(pid)
    receivers.process.stdin.close()
    receivers.process.stdout.close()
    receivers.process.wait(20)
    effects = Counter(receivers.effects.read_text().splitlines())
    members = Counter(effect.partition(" ")[0] for effect in effects)
    assert set(members) == set(vendor.acknowledged)
    assert set(members.values()) == {1}, "an event had two keys"
    # Two threads handle: a kill may catch each of them between the effect and its mark.
    assert sum(effects.values()) - len(effects) <= 2 * kills


def test_ten_kills_at_random_moments_lose_nothing_that_was_acknowledged(tmp_path):
    run(tmp_path, seed=7, kills=10)


@pytest.mark.soak
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("seed", range(10))
def test_a_hundred_kills(tmp_path, seed):
    run(tmp_path, seed=100 + seed, kills=100)
