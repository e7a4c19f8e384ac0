"""One small class for each area of a vendor's interface; their docstrings are the contract.

Names are resolved on first use.
"""

from typing import TYPE_CHECKING

from privcrm._lazy import resolver

if TYPE_CHECKING:
    from privcrm.provider.ports._base import Port
    from privcrm.provider.ports.acquisition import AcquisitionPort
    from privcrm.provider.ports.callbacks import CallbacksPort
    from privcrm.provider.ports.groups import GroupsPort
    from privcrm.provider.ports.handover import HandoverPort
    from privcrm.provider.ports.live_codes import LiveCodesPort
    from privcrm.provider.ports.media import MediaPort
    from privcrm.provider.ports.members import MembersPort
    from privcrm.provider.ports.messages import MessagesPort
    from privcrm.provider.ports.moments import MomentsPort
    from privcrm.provider.ports.products import ProductsPort
    from privcrm.provider.ports.rules import RulesPort
    from privcrm.provider.ports.staff import StaffPort
    from privcrm.provider.ports.statistics import StatisticsPort
    from privcrm.provider.ports.tags import TagsPort
else:
    __getattr__ = resolver(
        __name__,
        {
            "_base": ("Port",),
            "acquisition": ("AcquisitionPort",),
            "callbacks": ("CallbacksPort",),
            "groups": ("GroupsPort",),
            "handover": ("HandoverPort",),
            "live_codes": ("LiveCodesPort",),
            "media": ("MediaPort",),
            "members": ("MembersPort",),
            "messages": ("MessagesPort",),
            "moments": ("MomentsPort",),
            "products": ("ProductsPort",),
            "rules": ("RulesPort",),
            "staff": ("StaffPort",),
            "statistics": ("StatisticsPort",),
            "tags": ("TagsPort",),
        },
    )

__all__ = [
    "AcquisitionPort",
    "CallbacksPort",
    "GroupsPort",
    "HandoverPort",
    "LiveCodesPort",
    "MediaPort",
    "MembersPort",
    "MessagesPort",
    "MomentsPort",
    "Port",
    "ProductsPort",
    "RulesPort",
    "StaffPort",
    "StatisticsPort",
    "TagsPort",
]
