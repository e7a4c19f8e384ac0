"""Batch tagging: from a spreadsheet of members and tags to a job with an outcome for every row.

Names are resolved on first use.
"""

from typing import TYPE_CHECKING

from privcrm._lazy import resolver

if TYPE_CHECKING:
    from privcrm.services.tagging.handler import KIND, TagHandler
    from privcrm.services.tagging.options import TagOptions
    from privcrm.services.tagging.outcomes import RowOutcome
    from privcrm.services.tagging.presence import ReadBy
    from privcrm.services.tagging.preview import TagPreview
    from privcrm.services.tagging.progress import PlanProgress, PlanStage
    from privcrm.services.tagging.rows import Key, TagRow
    from privcrm.services.tagging.tagging import UNKNOWN_SHARE, Tagging
    from privcrm.services.tagging.verify import Verification
else:
    __getattr__ = resolver(
        __name__,
        {
            "handler": ("KIND", "TagHandler"),
            "options": ("TagOptions",),
            "outcomes": ("RowOutcome",),
            "presence": ("ReadBy",),
            "preview": ("TagPreview",),
            "progress": ("PlanProgress", "PlanStage"),
            "rows": ("Key", "TagRow"),
            "tagging": ("UNKNOWN_SHARE", "Tagging"),
            "verify": ("Verification",),
        },
    )

__all__ = [
    "KIND",
    "UNKNOWN_SHARE",
    "Key",
    "PlanProgress",
    "PlanStage",
    "ReadBy",
    "RowOutcome",
    "TagHandler",
    "TagOptions",
    "TagPreview",
    "TagRow",
    "Tagging",
    "Verification",
]
