"""The interface between the core and a vendor: ports, capabilities, limits, guards, and what must be remembered.

Adapters import from here, from ``privcrm.models``, ``privcrm.errors`` and ``privcrm.transport``, and from nothing else.
"""

from privcrm.provider.capabilities import NATIVE, Capabilities, Level, Support
from privcrm.provider.config import Secret, Settings
from privcrm.provider.context import CallRecord, ProviderContext
from privcrm.provider.endpoint import Effect, Endpoint, Paging, Repeat
from privcrm.provider.guard import KillSwitch, ReadOnly, WriteGuard, WriteScope
from privcrm.provider.health import Finding, Verdict
from privcrm.provider.intents import CannotTell, Done, Intent, NotDone, Settled
from privcrm.provider.limits import Confidence, Limit, LimitTable, Unit
from privcrm.provider.provider import Provider
from privcrm.provider.registry import ENTRY_POINT_GROUP, Installed, installed_providers, load_provider
from privcrm.provider.state import (
    BreakerState,
    MemoryBreakerState,
    MemoryQuotaLedger,
    MemoryTokenStore,
    QuotaLedger,
    Token,
    TokenStore,
)

__all__ = [
    "ENTRY_POINT_GROUP",
    "NATIVE",
    "BreakerState",
    "CallRecord",
    "CannotTell",
    "Capabilities",
    "Confidence",
    "Done",
    "Effect",
    "Endpoint",
    "Finding",
    "Installed",
    "Intent",
    "KillSwitch",
    "Level",
    "Limit",
    "LimitTable",
    "MemoryBreakerState",
    "MemoryQuotaLedger",
    "MemoryTokenStore",
    "NotDone",
    "Paging",
    "Provider",
    "ProviderContext",
    "QuotaLedger",
    "ReadOnly",
    "Repeat",
    "Secret",
    "Settings",
    "Settled",
    "Support",
    "Token",
    "TokenStore",
    "Unit",
    "Verdict",
    "WriteGuard",
    "WriteScope",
    "installed_providers",
    "load_provider",
]
