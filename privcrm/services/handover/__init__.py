"""Inheritance (继承): members and groups handed over once, whatever happens to the vendor's answer.

Names are resolved on first use.
"""

from typing import TYPE_CHECKING

from privcrm._lazy import resolver

if TYPE_CHECKING:
    from privcrm.services.handover.groups import GROUPS_KIND, GroupTransferHandler
    from privcrm.services.handover.handover import Handover
    from privcrm.services.handover.members import MEMBERS_KIND, MemberTransferHandler
else:
    __getattr__ = resolver(
        __name__,
        {
            "groups": ("GROUPS_KIND", "GroupTransferHandler"),
            "handover": ("Handover",),
            "members": ("MEMBERS_KIND", "MemberTransferHandler"),
        },
    )

__all__ = ["GROUPS_KIND", "MEMBERS_KIND", "GroupTransferHandler", "Handover", "MemberTransferHandler"]
