"""The work kernel: everything irreversible is planned, journalled, run item by item, and can be resumed.

Planning writes items; running journals each vendor call before its first byte; every item ends with an outcome.
"""

from privcrm.jobs.draft import Draft
from privcrm.jobs.handler import JobHandler
from privcrm.jobs.jobs import Jobs
from privcrm.jobs.model import (
    Item,
    ItemDraft,
    Job,
    JobState,
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
    "Item",
    "ItemDraft",
    "Job",
    "JobHandler",
    "JobState",
    "Jobs",
    "Outcome",
    "OutcomeState",
    "Progress",
    "RunLimits",
    "Runner",
    "Send",
    "Timers",
    "intent_of",
]
