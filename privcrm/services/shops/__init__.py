"""Shops (门店): read from a spreadsheet or put one by one, and who works in them.

Names are resolved on first use.
"""

from typing import TYPE_CHECKING

from privcrm._lazy import resolver

if TYPE_CHECKING:
    from privcrm.services.shops.outcomes import ShopImport, ShopOutcome, ShopState
    from privcrm.services.shops.shops import Shops
else:
    __getattr__ = resolver(
        __name__,
        {
            "outcomes": ("ShopImport", "ShopOutcome", "ShopState"),
            "shops": ("Shops",),
        },
    )

__all__ = ["ShopImport", "ShopOutcome", "ShopState", "Shops"]
