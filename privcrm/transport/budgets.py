"""What one company may still call: pace, allowances, calls in flight and blocks, endpoint by endpoint."""

import os
import threading
from collections.abc import Mapping
from weakref import WeakValueDictionary

from privcrm.clock import Clock, SystemClock
from privcrm.errors import ProviderError, QuotaExhausted, RateLimited
from privcrm.provider import BreakerState, Endpoint, LimitTable, ProviderContext, QuotaLedger, Unit
from privcrm.transport.gate import Gate, RecordQueue
from privcrm.transport.pacing import Allowance, Pace, window_of

_LONG_WINDOWS = (Unit.CALLS_PER_HOUR, Unit.CALLS_PER_DAY, Unit.CALLS_PER_MONTH)
_UNKNOWN_IN_FLIGHT = 4
_BLOCKS = (60.0, 3600.0)
_BLOCK_MEMORY = 300.0
"""A refusal so soon (seconds) after a block ended means that a longer window than the last one ran over."""


class Budget:
    """What is left for one endpoint; shared by all threads."""

    def __init__(self, name: str, company: "CompanyBudgets", endpoint: Endpoint, limits: LimitTable) -> None:
        rows = [limits[row] for row in endpoint.limits]
        share = company.share
        self._provider = company.provider
        self._operation = endpoint.name
        self._key = name
        self._clock = company.clock
        self._breakers = company.breakers
        self._paces = [
            Pace(max(1, int(row.value * share)), 60, company.clock) for row in rows if row.unit is Unit.CALLS_PER_MINUTE
        ]
        self._allowances = [
            Allowance(f"{name}:{row.unit}", row.unit, max(1, int(row.value * share)), company.ledger)
            for row in rows
            if row.unit in _LONG_WINDOWS
        ]
        self.gate = Gate(min([row.value for row in rows if row.unit is Unit.IN_FLIGHT] or [_UNKNOWN_IN_FLIGHT]))
        # A block outlives the process; read once, because a breaker may live in a database.
        self._closed_until = company.breakers.open_until(name)
        self._blocks = 0

    def enter(self, *, priority: bool = False) -> float:
        """Wait until one more call may go out; return the seconds spent on the pace. Follow it with ``leave``.

        A minute's limit is waited for. A block of the vendor's, and a used-up hour, raise ``RateLimited`` (an hour is
        too long to hold a thread: the job sleeps instead); a used-up day or month raises ``QuotaExhausted``.
        """
        self._check()
        self.gate.enter(priority=priority)
        try:
            waited = 0.0
            for pace in self._paces:
                waited += pace.wait(priority=priority)
            if waited:
                self._check_block()
        except BaseException:
            self.gate.leave()
            raise
        return waited

    def leave(self, *, congested: bool = False) -> None:
        """Say that the call is over."""
        self.gate.leave(congested=congested)

    def block(self, until: float = 0.0) -> float:
        """Close the endpoint because the vendor says too often; return until when, in unix seconds.

        ``until`` is what the vendor says, if it does. Where it does not name the window that ran over: the minute
        first; if it is refused again right after that, the hour; then the rest of the day.
        """
        now = self._clock.time()
        if now < self._closed_until:
            return self._closed_until
        recently = now < self._closed_until + _BLOCK_MEMORY
        self._blocks = self._blocks + 1 if recently else 0
        if until <= now:
            until = self._end_of_block(now)
        self._closed_until = until
        self._breakers.open(self._key, until)
        return until

    def _end_of_block(self, now: float) -> float:
        if self._blocks < len(_BLOCKS):
            return now + _BLOCKS[self._blocks]
        return float(window_of(Unit.CALLS_PER_DAY, now)[1])

    def _check(self) -> None:
        self._check_block()
        for allowance in self._allowances:
            reset_at = allowance.take(self._clock.time())
            if reset_at is not None:
                raise self._used_up(allowance.unit, reset_at)

    def _check_block(self) -> None:
        if self._closed_until and self._clock.time() < self._closed_until:
            raise self._held_back("the vendor closed this endpoint for too many calls", self._closed_until)

    def _used_up(self, unit: Unit, reset_at: int) -> QuotaExhausted | ProviderError:
        if unit is Unit.CALLS_PER_HOUR:
            return self._held_back("this hour's allowance is used up", reset_at)
        period = "day" if unit is Unit.CALLS_PER_DAY else "month"
        return QuotaExhausted(f"{self._operation}: this {period}'s allowance is used up", reset_at=reset_at)

    def _held_back(self, reason: str, retry_at: float) -> RateLimited:
        message = f"{reason}; nothing was sent"
        return RateLimited(message, retry_at=retry_at, provider=self._provider, operation=self._operation)


class CompanyBudgets:
    """The budgets of one company at one vendor, made as endpoints are first called."""

    def __init__(self, key: str, provider: str, context: ProviderContext) -> None:
        self._key = key
        self.provider = provider
        self.clock: Clock = context.clock
        self.ledger: QuotaLedger = context.quotas
        self.breakers: BreakerState = context.breakers
        self.share = context.limits_share
        self.records = RecordQueue()
        self._budgets: dict[str, Budget] = {}
        self._guard = threading.Lock()

    def of(self, endpoint: Endpoint, limits: LimitTable) -> Budget:
        """Return the budget of an endpoint."""
        budget = self._budgets.get(endpoint.path)
        if budget is None:
            with self._guard:
                budget = self._budgets.get(endpoint.path)
                if budget is None:
                    budget = Budget(f"{self._key}:{endpoint.path}", self, endpoint, limits)
                    self._budgets[endpoint.path] = budget
        return budget


# The vendor counts per company, not per Python object, so all provider objects of a company in this process share one
# set of budgets. The registry is weak: budgets live as long as a provider that uses them. Clocks that tell different
# times cannot share a pace, so a clock other than the machine's has its own. A forked child has its own as well.
_registry: WeakValueDictionary[tuple[str, str, str, int, int], CompanyBudgets] = WeakValueDictionary()
_registry_guard = threading.Lock()


def shared_budgets(provider: str, host: str, company: str, context: ProviderContext) -> CompanyBudgets:
    """Return the budgets of a company at a vendor's host; the first caller's context decides share and ledger."""
    clock = 0 if isinstance(context.clock, SystemClock) else id(context.clock)
    key = (provider, host, company, clock, os.getpid())
    with _registry_guard:
        budgets = _registry.get(key)
        if budgets is None:
            budgets = _registry[key] = CompanyBudgets(f"{provider}:{host}:{company}", provider, context)
        return budgets


def record_of(endpoint: Endpoint, params: Mapping[str, object]) -> object | None:
    """Return what identifies the record that a call writes, or None if any number may run side by side."""
    if not endpoint.record:
        return None
    return tuple(str(params.get(name)).lower() for name in endpoint.record)
