"""What the vendor counts together, one process shares: pace, calls in flight and blocks of an endpoint.

The vendor counts per company and per address, not per Python object. So all provider objects of a company in this
process meet in one ``Circle``, and all companies in the circle of the address. Circles live as long as a provider that
is in them. Clocks that tell different times cannot share a pace, so a clock other than the machine's has circles of
its own; so has a forked child.
"""

import os
import threading
from collections.abc import Collection
from weakref import WeakSet, WeakValueDictionary

from attrs import frozen

from privcrm.clock import Clock, SystemClock
from privcrm.provider import Limit, LimitTable, MemoryQuotaLedger, Unit
from privcrm.transport.block import Block
from privcrm.transport.gate import Gate, RecordQueue
from privcrm.transport.pacing import Allowance, Pace

LONG_WINDOWS = (Unit.CALLS_PER_HOUR, Unit.CALLS_PER_DAY, Unit.CALLS_PER_MONTH)
_UNKNOWN_IN_FLIGHT = 4


@frozen(eq=False)
class Terms:
    """What one provider object keeps to: its figures, and the share of the frequency limits that it may use."""

    limits: LimitTable
    share: float

    def figure(self, row: Limit) -> int:
        """Return how many calls a row allows on these terms."""
        share = 1.0 if row.unit is Unit.IN_FLIGHT else self.share
        return max(1, int(self.limits.get(row.name, row).value * share))


class Shared:
    """One endpoint of a company, or of an address: its rows are kept as the strictest of the terms wants them."""

    def __init__(self, rows: Collection[Limit], clock: Clock, terms: Collection[Terms]) -> None:
        self._paces = {row: Pace(row.value, 60, clock) for row in rows if row.unit is Unit.CALLS_PER_MINUTE}
        # What is counted durably is each caller's own ledger; this one keeps the callers of one process together.
        ledger = MemoryQuotaLedger()
        self._allowances = {
            row: Allowance(row.name, row.unit, row.value, ledger) for row in rows if row.unit in LONG_WINDOWS
        }
        self._in_flight = [row for row in rows if row.unit is Unit.IN_FLIGHT]
        self.paces = tuple(self._paces.values())
        self.allowances = tuple(self._allowances.values())
        self.gate = Gate(_UNKNOWN_IN_FLIGHT)
        self.block = Block()
        self.agree(terms)

    def agree(self, terms: Collection[Terms]) -> None:
        """Keep to the strictest of those terms from now on."""
        limiters: list[tuple[Limit, Pace | Allowance]] = [*self._paces.items(), *self._allowances.items()]
        for row, limiter in limiters:
            limiter.allow(min(one.figure(row) for one in terms))
        if self._in_flight:
            self.gate.allow(min(one.figure(row) for row in self._in_flight for one in terms))


class Circle:
    """All provider objects of one company, or of one address, in this process."""

    def __init__(self, clock: Clock) -> None:
        self.records = RecordQueue()
        self._clock = clock
        self._terms: WeakSet[Terms] = WeakSet()
        self._endpoints: dict[str, Shared] = {}
        self._guard = threading.Lock()

    def join(self, terms: Terms) -> None:
        """Let a provider in; the strictest terms of all who are in hold for all."""
        with self._guard:
            self._terms.add(terms)
            self._agree()

    def leave(self, terms: Terms) -> None:
        """Let a provider go that was closed; the last one's terms stay."""
        with self._guard:
            self._terms.discard(terms)
            self._agree()

    def endpoint(self, path: str, rows: Collection[Limit], terms: Terms) -> Shared:
        """Return what is shared of an endpoint; ``terms`` are those of the one who asks."""
        with self._guard:
            shared = self._endpoints.get(path)
            if shared is None:
                shared = self._endpoints[path] = Shared(rows, self._clock, {*self._terms, terms})
            return shared

    def _agree(self) -> None:
        terms = list(self._terms)
        if terms:
            for shared in self._endpoints.values():
                shared.agree(terms)


class _Circles:
    """The circles of one process."""

    def __init__(self) -> None:
        self._known: WeakValueDictionary[tuple[str, str, str, int], Circle] = WeakValueDictionary()
        self._guard = threading.Lock()

    def of(self, provider: str, host: str, company: str, clock: Clock) -> Circle:
        key = (provider, host, company, 0 if isinstance(clock, SystemClock) else id(clock))
        with self._guard:
            circle = self._known.get(key)
            if circle is None:
                circle = self._known[key] = Circle(clock)
            return circle


_of_process: dict[int, _Circles] = {}


def circle_of(provider: str, host: str, company: str, clock: Clock) -> Circle:
    """Return the circle of a company at a vendor's host, or with an empty ``company`` that of our address there."""
    # By process id, so that a forked child finds neither its parent's circles nor a lock that nobody gives back.
    return _of_process.setdefault(os.getpid(), _Circles()).of(provider, host, company, clock)
