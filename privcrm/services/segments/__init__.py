"""Segments: who meets a condition, by name or by expression."""

from typing import TYPE_CHECKING

from privcrm._lazy import resolver

if TYPE_CHECKING:
    from privcrm.services.segments.explaining import Evidence, Explanation, Finding
    from privcrm.services.segments.results import SavedSegment, SegmentCount
    from privcrm.services.segments.segments import Expression, Segments
else:
    __getattr__ = resolver(
        __name__,
        {
            "explaining": ("Evidence", "Explanation", "Finding"),
            "results": ("SavedSegment", "SegmentCount"),
            "segments": ("Expression", "Segments"),
        },
    )

__all__ = [
    "Evidence",
    "Explanation",
    "Expression",
    "Finding",
    "SavedSegment",
    "SegmentCount",
    "Segments",
]
