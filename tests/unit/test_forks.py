"""A fork while another thread holds a lock must not hang the child: nobody would ever give the lock back there."""

import os
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from privcrm.once import Once
from privcrm.provider import MemoryQuotaLedger, MemoryTokenStore

PATIENCE = 5.0

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # Python 3.12 warns of any fork by threads


def ends_in_a_child(work: Callable[[], object]) -> bool:
    child = os.fork()
    if child == 0:  # leaves without unwinding pytest
        work()
        os._exit(0)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if os.waitpid(child, os.WNOHANG)[0]:
            return True
        threading.Event().wait(0.01)
    os.kill(child, 9)
    os.waitpid(child, 0)
    return False


def forked_while_held(held: AbstractContextManager[object], work: Callable[[], object]) -> bool:
    inside, done = threading.Event(), threading.Event()

    def hold() -> None:
        with held:
            inside.set()
            done.wait(2 * PATIENCE)

    holder = threading.Thread(target=hold)
    holder.start()
    inside.wait(PATIENCE)
    try:
        return ends_in_a_child(work)
    finally:
        done.set()
        holder.join(PATIENCE)


def refresh(store: MemoryTokenStore) -> None:
    with store.refreshing("k"):
        pass


def test_a_token_may_be_refreshed_in_the_child():
    store = MemoryTokenStore()
    assert forked_while_held(store.refreshing("k"), lambda: refresh(store))


def test_the_token_stores_own_lock_is_new_in_the_child():
    store = MemoryTokenStore()
    assert forked_while_held(store._guard, lambda: refresh(store))


def test_the_ledger_counts_on_in_the_child():
    ledger = MemoryQuotaLedger()
    assert forked_while_held(ledger._guard, lambda: ledger.spend("k", 0, 1, 10))


def test_what_another_thread_was_making_is_made_in_the_child():
    once = Once(lambda: "made")
    assert forked_while_held(once._lock, once)
