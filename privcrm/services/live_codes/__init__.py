"""Live codes (活码): each made once, whatever happens to the vendor's answer.

Names are resolved on first use.
"""

from typing import TYPE_CHECKING

from privcrm._lazy import resolver

if TYPE_CHECKING:
    from privcrm.services.live_codes.contact_codes import CONTACT_KIND, ContactCodeHandler
    from privcrm.services.live_codes.group_codes import GROUP_KIND, GroupCodeHandler
    from privcrm.services.live_codes.live_codes import LiveCodes
else:
    __getattr__ = resolver(
        __name__,
        {
            "contact_codes": ("CONTACT_KIND", "ContactCodeHandler"),
            "group_codes": ("GROUP_KIND", "GroupCodeHandler"),
            "live_codes": ("LiveCodes",),
        },
    )

__all__ = ["CONTACT_KIND", "GROUP_KIND", "ContactCodeHandler", "GroupCodeHandler", "LiveCodes"]
