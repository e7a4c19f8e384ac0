"""The words of the field as frozen values: no vendor, no input or output.

Every model that was read from a vendor keeps the untouched answer in ``raw``, so a field the model does not name is
never lost. Personal data (names, phones, remarks, texts) never shows in a ``repr``. A ``…Spec`` is what a caller
decides about a thing; the thing itself adds the id and what the vendor says. Names are resolved on first use.
"""

from typing import TYPE_CHECKING

from privcrm._lazy import resolver

if TYPE_CHECKING:
    from privcrm.models.acquisition import (
        Acquired,
        AcquisitionFigures,
        AcquisitionLink,
        AcquisitionLinkSpec,
        AcquisitionQuota,
    )
    from privcrm.models.callback import Callback
    from privcrm.models.content import Attachment, Content, File, Image, Link, MiniProgram, Video, Voice
    from privcrm.models.group import Group, GroupMember, GroupSummary, JoinScene, OwnerState
    from privcrm.models.handover import HandoverKind, HandoverReceipt, HandoverState, MemberHandover, Unassigned
    from privcrm.models.ids import (
        CodeId,
        CompanyId,
        DepartmentId,
        GroupId,
        LinkId,
        MemberId,
        MessageId,
        MomentId,
        ProductId,
        RuleId,
        StaffId,
        TagGroupId,
        TagId,
        TemplateId,
        staff_key,
    )
    from privcrm.models.live_code import CodeScene, ContactCode, ContactCodeSpec, GroupCode, GroupCodeSpec
    from privcrm.models.media import Download, Media, MediaJob, MediaJobState, MediaKind, MediaPurpose
    from privcrm.models.member import Follow, Member, MemberKind, MemberTag, RemarkChange
    from privcrm.models.message import (
        Channel,
        Delivery,
        DeliveryState,
        GroupWelcome,
        MassMessage,
        MassMessageReceipt,
        MassMessageSpec,
        MessageTask,
        StaffMessage,
        StaffMessageReceipt,
    )
    from privcrm.models.moment import Moment, MomentJob, MomentJobState, MomentSpec, MomentTask, Reaction, ReactionKind
    from privcrm.models.paging import Page, Pages
    from privcrm.models.product import Product, ProductSpec
    from privcrm.models.rule import InterceptRule, InterceptRuleSpec, Pattern
    from privcrm.models.staff import Department, Staff, StaffState
    from privcrm.models.statistics import GroupFigures, StaffFigures
    from privcrm.models.tag import Tag, TagChange, TagGroup
else:
    __getattr__ = resolver(
        __name__,
        {
            "acquisition": (
                "Acquired",
                "AcquisitionFigures",
                "AcquisitionLink",
                "AcquisitionLinkSpec",
                "AcquisitionQuota",
            ),
            "callback": ("Callback",),
            "content": ("Attachment", "Content", "File", "Image", "Link", "MiniProgram", "Video", "Voice"),
            "group": ("Group", "GroupMember", "GroupSummary", "JoinScene", "OwnerState"),
            "handover": ("HandoverKind", "HandoverReceipt", "HandoverState", "MemberHandover", "Unassigned"),
            "ids": (
                "CodeId",
                "CompanyId",
                "DepartmentId",
                "GroupId",
                "LinkId",
                "MemberId",
                "MessageId",
                "MomentId",
                "ProductId",
                "RuleId",
                "StaffId",
                "TagGroupId",
                "TagId",
                "TemplateId",
                "staff_key",
            ),
            "live_code": ("CodeScene", "ContactCode", "ContactCodeSpec", "GroupCode", "GroupCodeSpec"),
            "media": ("Download", "Media", "MediaJob", "MediaJobState", "MediaKind", "MediaPurpose"),
            "member": ("Follow", "Member", "MemberKind", "MemberTag", "RemarkChange"),
            "message": (
                "Channel",
                "Delivery",
                "DeliveryState",
                "GroupWelcome",
                "MassMessage",
                "MassMessageReceipt",
                "MassMessageSpec",
                "MessageTask",
                "StaffMessage",
                "StaffMessageReceipt",
            ),
            "moment": ("Moment", "MomentJob", "MomentJobState", "MomentSpec", "MomentTask", "Reaction", "ReactionKind"),
            "paging": ("Page", "Pages"),
            "product": ("Product", "ProductSpec"),
            "rule": ("InterceptRule", "InterceptRuleSpec", "Pattern"),
            "staff": ("Department", "Staff", "StaffState"),
            "statistics": ("GroupFigures", "StaffFigures"),
            "tag": ("Tag", "TagChange", "TagGroup"),
        },
    )

__all__ = [
    "Acquired",
    "AcquisitionFigures",
    "AcquisitionLink",
    "AcquisitionLinkSpec",
    "AcquisitionQuota",
    "Attachment",
    "Callback",
    "Channel",
    "CodeId",
    "CodeScene",
    "CompanyId",
    "ContactCode",
    "ContactCodeSpec",
    "Content",
    "Delivery",
    "DeliveryState",
    "Department",
    "DepartmentId",
    "Download",
    "File",
    "Follow",
    "Group",
    "GroupCode",
    "GroupCodeSpec",
    "GroupFigures",
    "GroupId",
    "GroupMember",
    "GroupSummary",
    "GroupWelcome",
    "HandoverKind",
    "HandoverReceipt",
    "HandoverState",
    "Image",
    "InterceptRule",
    "InterceptRuleSpec",
    "JoinScene",
    "Link",
    "LinkId",
    "MassMessage",
    "MassMessageReceipt",
    "MassMessageSpec",
    "Media",
    "MediaJob",
    "MediaJobState",
    "MediaKind",
    "MediaPurpose",
    "Member",
    "MemberHandover",
    "MemberId",
    "MemberKind",
    "MemberTag",
    "MessageId",
    "MessageTask",
    "MiniProgram",
    "Moment",
    "MomentId",
    "MomentJob",
    "MomentJobState",
    "MomentSpec",
    "MomentTask",
    "OwnerState",
    "Page",
    "Pages",
    "Pattern",
    "Product",
    "ProductId",
    "ProductSpec",
    "Reaction",
    "ReactionKind",
    "RemarkChange",
    "RuleId",
    "Staff",
    "StaffFigures",
    "StaffId",
    "StaffMessage",
    "StaffMessageReceipt",
    "StaffState",
    "Tag",
    "TagChange",
    "TagGroup",
    "TagGroupId",
    "TagId",
    "TemplateId",
    "Unassigned",
    "Video",
    "Voice",
    "staff_key",
]
