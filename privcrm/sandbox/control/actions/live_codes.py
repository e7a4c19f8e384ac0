"""What people do with live codes: scan them, accept who asked, and edit them behind a program's back."""

from typing import Any

import attrs

from privcrm.sandbox.control.actions.doing import Doing, action, deed
from privcrm.sandbox.control.paging import BadRequest
from privcrm.sandbox.wecom.api.join_ways import GROUPS_MOST
from privcrm.sandbox.wecom.live_codes import picture_address
from privcrm.sandbox.wecom.welcomes import added
from privcrm.sandbox.world import CONSOLE, OTHER_PROGRAM, Follow
from privcrm.sandbox.world.happenings import GroupChanged
from privcrm.sandbox.world.live_codes import ContactCode, GroupCode, LiveCode
from privcrm.sandbox.world.scanning import Draw, Entry, accept, scan_contact_code, scan_group_code


def _code(doing: Doing) -> LiveCode:
    code = doing.company.world.live_codes.find(doing.number(doing.company.ids.live_code, doing.text("config_id")))
    if code is None or code.deleted_at is not None:
        raise BadRequest("config_id names no living code")
    return code


def _added(doing: Doing, follow: Follow, *, unverified: bool) -> dict[str, Any]:
    return {
        "userid": doing.company.world.staff[follow.staff].staff_id,
        "external_userid": doing.company.ids.member(follow.member),
        "welcome_code": added(doing.company, follow, at=doing.at, unverified=unverified),
        "state": follow.channel,
        "pending": False,
    }


@action
def member_scans_contact_code(doing: Doing) -> dict[str, Any]:
    """A member scans a contact way: config_id, external_userid (else a new person).

    Answers userid, external_userid, welcome_code (empty if they chat already), state; pending without skip_verify.
    """
    code, company = _code(doing), doing.company
    if not isinstance(code, ContactCode):
        raise BadRequest("config_id names a join way; let member_scans_join_code scan it")
    member = doing.member_or_newcomer()
    scan = scan_contact_code(
        company.world,
        code,
        member,
        at=doing.at,
        known_as=company.ids.unionid(member) or "",
        draw=Draw(company.rules.contact_code_draw),
        most=company.rules.customers_per_staff,
    )
    if scan.follow is not None:
        return _added(doing, scan.follow, unverified=code.skips_verification)
    waiting = {"userid": company.world.staff[scan.staff].staff_id, "external_userid": company.ids.member(member)}
    return {**waiting, "welcome_code": "", "state": code.channel, "pending": True}


@action
def staff_accepts(doing: Doing) -> dict[str, Any]:
    """An employee accepts a member who asked through a contact way without skip_verify: userid, external_userid."""
    follow = accept(doing.company.world, doing.staff().number, doing.member(), at=doing.at)
    return _added(doing, follow, unverified=False)


@action
def member_scans_join_code(doing: Doing) -> dict[str, Any]:
    """A person scans a join way: config_id, external_userid (else a new person).

    Answers chat_id, external_userid, state, whether a new group was opened and whether the person was there already.
    """
    code, company, rules = _code(doing), doing.company, doing.company.rules
    if not isinstance(code, GroupCode):
        raise BadRequest("config_id names a contact way; let member_scans_contact_code scan it")
    entry = Entry(
        room=min(rules.join_scan_cap, rules.group_people_limit),
        spreads=rules.join_code_draw == "emptiest",
        last_owner=rules.new_group_owner == "last",
        lists_new=rules.new_group_appended == "yes",
        most_listed=GROUPS_MOST,
        grows_full_list=rules.full_chat_list == "opens",
    )
    member = doing.member_or_newcomer()
    scan = scan_group_code(company.world, code, member, at=doing.at, entry=entry)
    if scan.opened and scan.before is not None:
        doing.tell(GroupChanged(at=doing.at, before=None, after=scan.before))
    if scan.before is not None:
        doing.tell_group(scan.before, scan.group)
    where = {"chat_id": company.ids.group.encode(scan.group), "external_userid": company.ids.member(member)}
    return {**where, "state": code.channel, "opened": scan.opened, "already": scan.already}


def _edit(doing: Doing, maker: str) -> dict[str, Any]:
    """Change, delete or make a code without asking whose it is."""
    code = _code(doing) if "config_id" in doing.params else _blank(doing, maker)
    changes: dict[str, Any] = {
        ours: doing.text(theirs)
        for theirs, ours in (("state", "channel"), ("remark", "note"))
        if theirs in doing.params
    }
    if doing.params.get("delete"):
        changes["deleted_at"] = doing.at
    changes |= _people(doing) if isinstance(code, ContactCode) else _groups(doing)
    kept = doing.company.world.live_codes.keep(attrs.evolve(code, **changes))
    config_id = doing.company.ids.live_code.encode(kept.number)
    return {"config_id": config_id, "qr_code": picture_address(doing.company, kept)}


def _blank(doing: Doing, maker: str) -> LiveCode:
    number = doing.company.world.live_codes.next_number()
    if "chat_id_list" in doing.params:
        return GroupCode(number, maker, doing.at)
    return ContactCode(number, maker, doing.at, single=False)


def _people(doing: Doing) -> dict[str, Any]:
    if "user" not in doing.params:
        return {}
    found = [doing.company.world.staff.find(userid) for userid in doing.texts("user")]
    if not found or None in found:
        raise BadRequest("user names somebody unknown, or nobody")
    return {"staff": tuple(staff.number for staff in found if staff)}


def _groups(doing: Doing) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if "chat_id_list" in doing.params:
        numbers = [doing.number(doing.company.ids.group, chat_id) for chat_id in doing.texts("chat_id_list")]
        if any(doing.company.world.groups.find(number) is None for number in numbers):
            raise BadRequest("chat_id_list names a group that never was")
        changes["groups"] = tuple(numbers)
    if "auto_create_room" in doing.params:
        changes["opens_groups"] = bool(doing.params["auto_create_room"])
    return changes


@action
def admin_edits_live_code(doing: Doing) -> dict[str, Any]:
    """Somebody edits a code behind the program's back, or makes one that no program sees.

    config_id (else a new code) and any of user, chat_id_list, auto_create_room, state, remark, delete=true.
    """
    return _edit(doing, CONSOLE)


@deed("live_code")
def other_system_edits_live_code(doing: Doing) -> dict[str, Any]:
    """Edit codes as admin_edits_live_code does; new ones belong to the second system."""
    return _edit(doing, OTHER_PROGRAM)
