"""A live code for each shop: from a spreadsheet, or from the shops that the store knows.

Names are resolved on first use.
"""

from typing import TYPE_CHECKING

from privcrm._lazy import resolver

if TYPE_CHECKING:
    from privcrm.services.live_codes.shop_files.outcomes import ShopCodeOutcome, ShopCodeState
    from privcrm.services.live_codes.shop_files.shop_codes import ShopCodes
else:
    __getattr__ = resolver(
        __name__,
        {
            "outcomes": ("ShopCodeOutcome", "ShopCodeState"),
            "shop_codes": ("ShopCodes",),
        },
    )

__all__ = ["ShopCodeOutcome", "ShopCodeState", "ShopCodes"]
