"""Live codes (活码): staff codes that share visitors out, group codes that overflow into new groups, and their gateway.

Names are resolved on first use.
"""

from typing import TYPE_CHECKING

from privcrm._lazy import resolver

if TYPE_CHECKING:
    from privcrm.services.live_codes.contact_codes import CONTACT_KIND, ContactCodeHandler
    from privcrm.services.live_codes.gateway.settings import GatewaySettings
    from privcrm.services.live_codes.group_codes import GROUP_KIND, GroupCodeHandler
    from privcrm.services.live_codes.groups.codes import GroupCodes
    from privcrm.services.live_codes.live_codes import LiveCodes
    from privcrm.services.live_codes.making.outcomes import CodeOutcome, CodeState
    from privcrm.services.live_codes.ordering import CodeOrders
    from privcrm.services.live_codes.shop_files.shop_codes import ShopCodes
    from privcrm.services.live_codes.staff.codes import StaffCodes
    from privcrm.services.live_codes.views import CodeView
else:
    __getattr__ = resolver(
        __name__,
        {
            "contact_codes": ("CONTACT_KIND", "ContactCodeHandler"),
            "gateway.settings": ("GatewaySettings",),
            "group_codes": ("GROUP_KIND", "GroupCodeHandler"),
            "groups.codes": ("GroupCodes",),
            "live_codes": ("LiveCodes",),
            "making.outcomes": ("CodeOutcome", "CodeState"),
            "ordering": ("CodeOrders",),
            "shop_files.shop_codes": ("ShopCodes",),
            "staff.codes": ("StaffCodes",),
            "views": ("CodeView",),
        },
    )

__all__ = [
    "CONTACT_KIND",
    "GROUP_KIND",
    "CodeOrders",
    "CodeOutcome",
    "CodeState",
    "CodeView",
    "ContactCodeHandler",
    "GatewaySettings",
    "GroupCodeHandler",
    "GroupCodes",
    "LiveCodes",
    "ShopCodes",
    "StaffCodes",
]
