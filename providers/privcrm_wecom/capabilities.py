"""What WeCom can do through this adapter; links lead to the vendor's pages."""

from privcrm.provider import Capabilities, Level, Support

_DOC = "https://developer.work.weixin.qq.com/document/path/"


def _native(page: int, note: str = "") -> Support:
    return Support(Level.NATIVE, f"{note}; {_DOC}{page}" if note else f"{_DOC}{page}")


def _partial(page: int, note: str) -> Support:
    return Support(Level.PARTIAL, f"{note}; {_DOC}{page}")


CAPABILITIES: Capabilities = {
    "staff.get": _native(90196, "phone and mail are withheld from apps made after 2022-06-20"),
    "staff.list": _native(90201, "within the app's visible range"),
    "staff.departments": _native(90208),
    "staff.department": _native(95351),
    "staff.ids": _native(96067, "needs the secret of 通讯录同步"),
    "staff.serving": _native(92571),
    "members.get": _native(92114),
    "members.ids": _native(92113),
    "members.list": _native(92994),
    "members.edit_remark": _native(92115),
    "members.id_of_unionid": _partial(
        97108, "delegated apps (代开发) only; self-built ones read the unionid from members.get and members.list"
    ),
    "tags.list": _native(92117, "tags of rule groups (规则组标签) have a library of their own"),
    "tags.create": _native(92117),
    "tags.settle": _native(92117, "by looking the names up"),
    "tags.edit": _partial(92117, "only what the calling app created"),
    "tags.delete": _partial(92117, "only what the calling app created"),
    "tags.mark": _native(92118),
    "groups.list": _partial(92120, "groups of leavers only when their ids are named"),
    "groups.get": _native(92122),
    "groups.id_of_opengid": _native(94822, "groups of employees in the app's visible range"),
    "live_codes.contact_codes": _partial(92228, "those of this app made since 2021-07-10, temporary ones not"),
    "live_codes.get_contact_code": _native(92228),
    "live_codes.create_contact_code": _native(92228),
    "live_codes.settle_contact_code": _partial(92228, "by the marker in its state; temporary ones cannot be found"),
    "live_codes.update_contact_code": _partial(92228, "scene, temporary and exclusive cannot change"),
    "live_codes.delete_contact_code": _native(92228),
    "live_codes.get_group_code": _native(92229),
    "live_codes.create_group_code": _native(92229, "the picture's address comes with get_group_code"),
    "live_codes.settle_group_code": _partial(92229, "cannot be found out: there is no list of group codes"),
    "live_codes.update_group_code": _native(92229),
    "live_codes.delete_group_code": _native(92229),
    "live_codes.end_temporary_chat": _native(92228, "for companies of the medical trade"),
    "handover.unassigned": _native(92124),
    "handover.transfer_members": _native(92125, "done by itself after 24 hours, unless the member refuses"),
    "handover.settle_members": _partial(
        94088, "by the results between the two employees; a refusal without a time counts as this transfer's"
    ),
    "handover.results": _native(94088),
    "handover.transfer_groups": _native(95703),
    "handover.settle_groups": _native(92122, "by the owner of each group"),
    "statistics.staff": _native(92132),
    "statistics.departments": _native(92132, "sums over all of them"),
    "statistics.groups_by_owner": _native(92133, "sums over the days"),
    "statistics.groups_by_day": _native(92133, "sums over up to 100 owners"),
}
