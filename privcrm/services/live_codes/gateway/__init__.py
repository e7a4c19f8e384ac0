"""The gateway's decisions: whom a visitor of a permanent link is shown, and why.

Names are resolved on first use.
"""

from typing import TYPE_CHECKING

from privcrm._lazy import resolver

if TYPE_CHECKING:
    from privcrm.services.live_codes.gateway.desk import Desk, Explanation
    from privcrm.services.live_codes.gateway.rule import Choice, Considered, Entrance, Rule, Why
    from privcrm.services.live_codes.gateway.settings import GatewaySettings
    from privcrm.services.live_codes.gateway.visits import Decision, Page, Picture, Visit, Visitor
else:
    __getattr__ = resolver(
        __name__,
        {
            "desk": ("Desk", "Explanation"),
            "rule": ("Choice", "Considered", "Entrance", "Rule", "Why"),
            "settings": ("GatewaySettings",),
            "visits": ("Decision", "Page", "Picture", "Visit", "Visitor"),
        },
    )

__all__ = [
    "Choice",
    "Considered",
    "Decision",
    "Desk",
    "Entrance",
    "Explanation",
    "GatewaySettings",
    "Page",
    "Picture",
    "Rule",
    "Visit",
    "Visitor",
    "Why",
]
