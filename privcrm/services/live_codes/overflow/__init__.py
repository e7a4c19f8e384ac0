"""How a live code comes by its next group (群满自动建群): asked for once, by whoever is first, and opened once.

Names are resolved on first use.
"""

from typing import TYPE_CHECKING

from privcrm._lazy import resolver

if TYPE_CHECKING:
    from privcrm.services.live_codes.overflow.mode import opens_at_vendor
    from privcrm.services.live_codes.overflow.overflow import Overflow
else:
    __getattr__ = resolver(
        __name__,
        {
            "mode": ("opens_at_vendor",),
            "overflow": ("Overflow",),
        },
    )

__all__ = ["Overflow", "opens_at_vendor"]
