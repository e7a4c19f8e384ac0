"""Rules that tag by themselves: they hear of events, can be run over the mirror, and keep a log of what they hit.

Names are resolved on first use.
"""

from typing import TYPE_CHECKING

from privcrm._lazy import resolver

if TYPE_CHECKING:
    from privcrm.services.tag_rules.hits import HitState, RuleHit
    from privcrm.services.tag_rules.rules import RuleRun, TagRules
else:
    __getattr__ = resolver(
        __name__,
        {"hits": ("HitState", "RuleHit"), "rules": ("RuleRun", "TagRules")},
    )

__all__ = ["HitState", "RuleHit", "RuleRun", "TagRules"]
