"""Moments (朋友圈): each ordered once, whatever happens to the vendor's answer.

Names are resolved on first use.
"""

from typing import TYPE_CHECKING

from privcrm._lazy import resolver

if TYPE_CHECKING:
    from privcrm.services.moments.handler import KIND, SETTLE_SECONDS, MomentHandler
    from privcrm.services.moments.moments import Moments
else:
    __getattr__ = resolver(__name__, {"handler": ("KIND", "SETTLE_SECONDS", "MomentHandler"), "moments": ("Moments",)})

__all__ = ["KIND", "SETTLE_SECONDS", "MomentHandler", "Moments"]
