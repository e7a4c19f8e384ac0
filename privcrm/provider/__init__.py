"""The interface between the core and a vendor: ports, capabilities, limits, guards, and what must be remembered.

Adapters import from here, from ``privcrm.models``, ``privcrm.errors`` and ``privcrm.transport``, and from nothing else.
Names are resolved on first use.
"""

from typing import TYPE_CHECKING

from privcrm._lazy import resolver

if TYPE_CHECKING:
    from privcrm.provider.callbacks import Callback, CallbackApp, CallbackRequest, Opened, SealedReply
    from privcrm.provider.capabilities import NATIVE, Capabilities, Level, Support
    from privcrm.provider.config import Secret, Settings
    from privcrm.provider.context import CallRecord, ProviderContext
    from privcrm.provider.endpoint import Effect, Endpoint, Paging, Repeat
    from privcrm.provider.guard import KillSwitch, ReadOnly, WriteGuard, WriteScope
    from privcrm.provider.health import Finding, Verdict
    from privcrm.provider.intents import CannotTell, Done, Intent, NotDone, Settled
    from privcrm.provider.limits import PER_ADDRESS, Confidence, Limit, LimitTable, Unit
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
else:
    __getattr__ = resolver(
        __name__,
        {
            "callbacks": ("Callback", "CallbackApp", "CallbackRequest", "Opened", "SealedReply"),
            "capabilities": ("NATIVE", "Capabilities", "Level", "Support"),
            "config": ("Secret", "Settings"),
            "context": ("CallRecord", "ProviderContext"),
            "endpoint": ("Effect", "Endpoint", "Paging", "Repeat"),
            "guard": ("KillSwitch", "ReadOnly", "WriteGuard", "WriteScope"),
            "health": ("Finding", "Verdict"),
            "intents": ("CannotTell", "Done", "Intent", "NotDone", "Settled"),
            "limits": ("PER_ADDRESS", "Confidence", "Limit", "LimitTable", "Unit"),
            "provider": ("Provider",),
            "registry": ("ENTRY_POINT_GROUP", "Installed", "installed_providers", "load_provider"),
            "state": (
                "BreakerState",
                "MemoryBreakerState",
                "MemoryQuotaLedger",
                "MemoryTokenStore",
                "QuotaLedger",
                "Token",
                "TokenStore",
            ),
        },
    )

__all__ = [
    "ENTRY_POINT_GROUP",
    "NATIVE",
    "PER_ADDRESS",
    "BreakerState",
    "CallRecord",
    "Callback",
    "CallbackApp",
    "CallbackRequest",
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
    "Opened",
    "Paging",
    "Provider",
    "ProviderContext",
    "QuotaLedger",
    "ReadOnly",
    "Repeat",
    "SealedReply",
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
