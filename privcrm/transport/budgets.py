"""What one provider object may still call: what its process shares, and what its own ledger counts."""

import threading
from collections.abc import Mapping, Sequence

from privcrm.errors import ProviderError, QuotaExhausted, RateLimited
from privcrm.provider import PER_ADDRESS, Endpoint, LimitTable, ProviderContext, Unit
from privcrm.transport.gate import Gate, RecordQueue
from privcrm.transport.pacing import Allowance
from privcrm.transport.sharing import LONG_WINDOWS, Shared, Terms, circle_of


class Budgets:
    """The budgets of one provider object, made as endpoints are first called.

    Limits are shared with the other provider objects of the company, and of the address, in this process: the
    strictest share and figures of those that are open hold. Ledger and breakers are the object's own.
    """

    def __init__(self, provider: str, host: str, company: str, context: ProviderContext, limits: LimitTable) -> None:
        self._name = provider
        self._key = f"{provider}:{host}:{company}"
        self._context = context
        self._terms = Terms(limits, context.limits_share)
        self.company = circle_of(provider, host, company, context.clock)
        self.address = circle_of(provider, host, "", context.clock)
        self._budgets: dict[str, Budget] = {}
        self._guard = threading.Lock()
        self.company.join(self._terms)
        self.address.join(self._terms)

    @property
    def records(self) -> RecordQueue:
        """The records that calls of this company are writing just now."""
        return self.company.records

    def of(self, endpoint: Endpoint) -> "Budget":
        """Return the budget of an endpoint."""
        budget = self._budgets.get(endpoint.path)
        if budget is None:
            with self._guard:
                budget = self._budgets.get(endpoint.path)
                if budget is None:
                    budget = self._budgets[endpoint.path] = self._make(endpoint)
        return budget

    def close(self) -> None:
        """Put these terms on nobody any longer."""
        self.company.leave(self._terms)
        self.address.leave(self._terms)

    def _make(self, endpoint: Endpoint) -> "Budget":
        rows = [self._terms.limits[name] for name in endpoint.limits]
        ours = [row for row in rows if row.scope != PER_ADDRESS]
        theirs = [row for row in rows if row.scope == PER_ADDRESS]
        key = f"{self._key}:{endpoint.path}"
        ledger = self._context.quotas
        return Budget(
            self._name,
            endpoint.name,
            key,
            self._context,
            company=self.company.endpoint(endpoint.path, ours, self._terms),
            address=self.address.endpoint(endpoint.path, theirs, self._terms),
            counted=[
                Allowance(f"{key}:{row.unit}", row.unit, self._terms.figure(row), ledger)
                for row in ours
                if row.unit in LONG_WINDOWS
            ],
        )


class Budget:
    """What is left for one endpoint; shared by all threads of a provider object."""

    def __init__(
        self,
        provider: str,
        operation: str,
        key: str,
        context: ProviderContext,
        *,
        company: Shared,
        address: Shared,
        counted: Sequence[Allowance],
    ) -> None:
        self._provider = provider
        self._operation = operation
        self._key = key
        self._clock = context.clock
        self._breakers = context.breakers
        self._block = company.block
        self._paces = (*company.paces, *address.paces)
        self._allowances = (*counted, *company.allowances, *address.allowances)
        self.gate: Gate = company.gate
        # A block outlives the process; read once, because a breaker may live in a database.
        self._block.extend(context.clock.time(), context.breakers.open_until(key))

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

    def close(self, until: float = 0.0) -> float:
        """Close the endpoint because the vendor says too often; return until when, in unix seconds.

        ``until`` is what the vendor says, if it does.
        """
        closed_until = self._block.close(self._clock.time(), until)
        self._breakers.open(self._key, closed_until)
        return closed_until

    def _check(self) -> None:
        self._check_block()
        for allowance in self._allowances:
            reset_at = allowance.take(self._clock.time())
            if reset_at is not None:
                raise self._used_up(allowance.unit, reset_at)

    def _check_block(self) -> None:
        until = self._block.until
        if until and self._clock.time() < until:
            raise self._held_back("the vendor closed this endpoint for too many calls", until)

    def _used_up(self, unit: Unit, reset_at: int) -> QuotaExhausted | ProviderError:
        if unit is Unit.CALLS_PER_HOUR:
            return self._held_back("this hour's allowance is used up", reset_at)
        period = "day" if unit is Unit.CALLS_PER_DAY else "month"
        return QuotaExhausted(f"{self._operation}: this {period}'s allowance is used up", reset_at=reset_at)

    def _held_back(self, reason: str, retry_at: float) -> RateLimited:
        message = f"{reason}; nothing was sent"
        return RateLimited(message, retry_at=retry_at, provider=self._provider, operation=self._operation)


def record_of(endpoint: Endpoint, params: Mapping[str, object]) -> object | None:
    """Return what identifies the record that a call writes, or None if any number may run side by side."""
    if not endpoint.record:
        return None
    return tuple(str(params.get(name)).lower() for name in endpoint.record)
