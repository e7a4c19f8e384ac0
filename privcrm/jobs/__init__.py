"""The work kernel: everything irreversible is planned, journalled, run item by item, and can be resumed.

Planning writes items; running journals each vendor call before its first byte; every item ends with an outcome.
"""

from privcrm.jobs.draft import Draft
from privcrm.jobs.handler import JobHandler, Orphaned
from privcrm.jobs.history import Given, History, OpenItem
from privcrm.jobs.jobs import Jobs
from privcrm.jobs.model import (
    Item,
    ItemDraft,
    Job,
    JobState,
    Orphan,
    Outcome,
    OutcomeState,
    Progress,
    RunLimits,
    Send,
    intent_of,
)
from privcrm.jobs.runner import Runner
from privcrm.jobs.timers import Timers

__all__ = [
    "Draft",
    "Given",
    "History",
    "Item",
    "ItemDraft",
    "Job",
    "JobHandler",
    "JobState",
    "Jobs",
    "OpenItem",
    "Orphan",
    "Orphaned",
    "Outcome",
    "OutcomeState",
    "Progress",
    "RunLimits",
    "Runner",
    "Send",
    "Timers",
    "intent_of",
]
