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
    "messages.create": _native(92135, "each sender confirms before anything is sent"),
    "messages.settle": _native(93338, "by content, sender and recipients"),
    "messages.list": _native(93338),
    "messages.tasks": _native(93338),
    "messages.deliveries": _partial(93338, "of groups only those that were reached"),
    "messages.remind": _native(97610, "three times in 24 hours"),
    "messages.cancel": _native(97611, "what was delivered stays"),
    "messages.welcome": _native(92137, "within 20 seconds, where no welcome is set in the console"),
    "messages.get_group_welcome": _native(92366),
    "messages.create_group_welcome": _native(92366, "100 a company; there is no list"),
    "messages.update_group_welcome": _partial(92366, "only what the calling app created"),
    "messages.delete_group_welcome": _partial(92366, "only what the calling app created"),
    "messages.send_to_staff": _native(90236, "needs the agent id of the app"),
    "messages.recall_from_staff": _native(94867, "within 24 hours"),
    "messages.create_staff_chat": _partial(90245, "employees only, and only for an app that sees the whole company"),
    "messages.settle_staff_chat": _native(98914, "by the id that was given"),
    "messages.update_staff_chat": _partial(98913, "only what the calling app opened"),
    "messages.get_staff_chat": _partial(98914, "only what the calling app opened"),
    "messages.send_to_staff_chat": _partial(90248, "only what the calling app opened"),
    "moments.create": _native(95094, "each publisher confirms before anything appears"),
    "moments.settle": _native(93333, "by content and publishers"),
    "moments.job": _native(95094, "for 24 hours"),
    "moments.list": _native(93333),
    "moments.tasks": _native(93333, "of moments of the company"),
    "moments.audience": _native(93333),
    "moments.viewers": _native(93333),
    "moments.reactions": _partial(93333, "who and when, but not what a comment says"),
    "moments.cancel": _native(97612, "what was published stays"),
}
