"""The language of segments: conditions in Python, the same as text, and as JSON. No I/O.

Names are resolved on first use.
"""

from typing import TYPE_CHECKING

from privcrm._lazy import resolver

if TYPE_CHECKING:
    from privcrm.models.segments.as_json import from_json, to_json
    from privcrm.models.segments.conditions import (
        AddedAfter,
        AddedBefore,
        AddedWithin,
        And,
        Comparison,
        Condition,
        DeletedStaff,
        FactValue,
        FollowedBy,
        FromChannel,
        GroupOnly,
        HasAnyTagOf,
        HasFact,
        HasTag,
        InAnyGroup,
        InGroup,
        InGroupTagged,
        InRegion,
        InSegment,
        InShop,
        Not,
        Or,
    )
    from privcrm.models.segments.grammar import parse
    from privcrm.models.segments.text import to_text
    from privcrm.models.segments.walk import evaluate, rebuild
else:
    __getattr__ = resolver(
        __name__,
        {
            "as_json": ("from_json", "to_json"),
            "conditions": (
                "AddedAfter",
                "AddedBefore",
                "AddedWithin",
                "And",
                "Comparison",
                "Condition",
                "DeletedStaff",
                "FactValue",
                "FollowedBy",
                "FromChannel",
                "GroupOnly",
                "HasAnyTagOf",
                "HasFact",
                "HasTag",
                "InAnyGroup",
                "InGroup",
                "InGroupTagged",
                "InRegion",
                "InSegment",
                "InShop",
                "Not",
                "Or",
            ),
            "grammar": ("parse",),
            "text": ("to_text",),
            "walk": ("evaluate", "rebuild"),
        },
    )

__all__ = [
    "AddedAfter",
    "AddedBefore",
    "AddedWithin",
    "And",
    "Comparison",
    "Condition",
    "DeletedStaff",
    "FactValue",
    "FollowedBy",
    "FromChannel",
    "GroupOnly",
    "HasAnyTagOf",
    "HasFact",
    "HasTag",
    "InAnyGroup",
    "InGroup",
    "InGroupTagged",
    "InRegion",
    "InSegment",
    "InShop",
    "Not",
    "Or",
    "evaluate",
    "from_json",
    "parse",
    "rebuild",
    "to_json",
    "to_text",
]
