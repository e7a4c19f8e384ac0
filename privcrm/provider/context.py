"""What a CRM hands to a provider: its clock, its memory, its guards. Nothing here is global."""

from collections.abc import Callable, Mapping
from random import Random

from attrs import Factory, field, frozen

from privcrm.clock import Clock, SystemClock
from privcrm.provider.guard import WriteGuard
from privcrm.provider.state import (
    BreakerState,
    MemoryBreakerState,
    MemoryQuotaLedger,
    MemoryTokenStore,
    QuotaLedger,
    TokenStore,
)


@frozen
class CallRecord:
    """One call as ``on_call`` sees it: no personal data, no parameters.

    ``duration`` is seconds on the wire, ``waited`` seconds held back by pacing; ``code`` is the vendor's
    (0 on success, None when no answer could be read).
    """

    provider: str
    company: str
    operation: str
    attempt: int
    code: int | str | None
    duration: float
    waited: float


@frozen
class ProviderContext:
    """Everything a provider needs from outside.

    ``limits_share`` (0 to 1) is the part of every frequency limit that this process may use, so that other systems of
    the company keep the rest. ``limits`` overrides single limits by name. Where several providers of one company are
    open in a process, the strictest of them hold for all, because the vendor counts them together. ``timeout`` is
    seconds for one whole call, connecting and reading included. ``proxy`` and ``ca_bundle`` are read once, when the
    provider is made.
    """

    clock: Clock = field(factory=SystemClock)
    tokens: TokenStore = field(factory=MemoryTokenStore)
    quotas: QuotaLedger = field(factory=MemoryQuotaLedger)
    breakers: BreakerState = field(factory=MemoryBreakerState)
    guards: tuple[WriteGuard, ...] = ()
    on_call: Callable[[CallRecord], None] | None = None
    limits_share: float = 0.8
    limits: Mapping[str, int] = Factory(dict[str, int])
    timeout: float = 15.0
    proxy: str = field(default="", repr=False)  # may hold a password
    ca_bundle: str = ""
    random: Random = field(factory=Random)
