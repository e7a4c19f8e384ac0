"""Which events follow from what happened, and who is told; each area has its own."""

from privcrm.sandbox.wecom.callbacks.events import acquisition, apps, groups, members, staff, tags
from privcrm.sandbox.wecom.callbacks.events.rule import events_of

__all__ = ["acquisition", "apps", "events_of", "groups", "members", "staff", "tags"]
