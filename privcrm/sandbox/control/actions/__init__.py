"""What people do in their clients and administrators in the console; each area registers its own."""

from privcrm.sandbox.control.actions import (
    acquisition,
    console,
    groups,
    handovers,
    live_codes,
    members,
    messages,
    moments,
    staff,
)
from privcrm.sandbox.control.actions.doing import ACTIONS, act, action, catalogue

__all__ = [
    "ACTIONS",
    "acquisition",
    "act",
    "action",
    "catalogue",
    "console",
    "groups",
    "handovers",
    "live_codes",
    "members",
    "messages",
    "moments",
    "staff",
]
