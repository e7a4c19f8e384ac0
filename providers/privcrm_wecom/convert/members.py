"""Members and their relations."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from privcrm.models import (
    Follow,
    GroupId,
    Member,
    MemberId,
    MemberKind,
    MemberTag,
    RemarkChange,
    ServedContact,
    StaffId,
    TagId,
)
from privcrm.models.building import draft_of
from privcrm_wecom.convert.values import flag, number, rows, text, texts

_KINDS: dict[int | None, MemberKind] = {1: MemberKind.CONSUMER, 2: MemberKind.ENTERPRISE}
_UNKNOWN_KIND = MemberKind.UNKNOWN
_COMPANY_TAG = 1
_PERSONAL_TAG = 2
_RULE_GROUP_TAG = 3

# A page of a synchronisation holds a hundred of the two below: the usual type is looked at in place, a helper is called
# for the rest, and the instances are filled as drafts (see ``privcrm.models.building``).
_NOTHING: Mapping[str, Any] = MappingProxyType({})
_MemberDraft = draft_of(Member)
_FollowDraft = draft_of(Follow)


def member(contact: Mapping[str, Any], follows: tuple[Follow, ...], raw: Mapping[str, Any]) -> Member:
    """Return the member of an ``external_contact`` object."""
    get: Callable[[str], Any] = contact.get
    made = _MemberDraft()
    made.member_id = v if type(v := get("external_userid")) is str else text(v)
    made.name = v if type(v := get("name")) is str else text(v)
    made.kind = _KINDS.get(v if type(v := get("type")) is int else number(v), _UNKNOWN_KIND)
    made.gender = v if type(v := get("gender")) is int else number(v) or 0
    made.avatar = v if type(v := get("avatar")) is str else text(v)
    made.unionid = (v if type(v := get("unionid")) is str else text(v)) or None
    made.corp_name = v if type(v := get("corp_name")) is str else text(v)
    made.follows = follows
    made.is_customer = True
    made.raw = raw
    made.__class__ = Member
    done: Member = made
    return done


def listed_member(entry: dict[str, Any]) -> Member:
    """Return the member of one entry of ``batch/get_by_user``, with the one relation it tells of."""
    info: Any = entry.get("follow_info", _NOTHING)
    contact: Any = entry.get("external_contact", _NOTHING)
    told = follow(info if info.__class__ is dict else _NOTHING)
    return member(contact if contact.__class__ is dict else _NOTHING, (told,), entry)


def follow(info: Mapping[str, Any]) -> Follow:
    """Return the relation of a ``follow_info`` or ``follow_user`` object; the former lists ids, the latter names."""
    get: Callable[[str], Any] = info.get
    tag_ids = get("tag_id")
    tags = () if tag_ids is not None else tuple(map(_member_tag, rows(get("tags"))))
    made = _FollowDraft()
    made.staff_id = v if type(v := get("userid")) is str else text(v)
    made.tag_ids = _company_tags(tags) if tag_ids is None else texts(tag_ids)
    made.remark = v if type(v := get("remark")) is str else text(v)
    made.description = v if type(v := get("description")) is str else text(v)
    made.created_at = v if type(v := get("createtime")) is int else number(v)
    made.add_way = v if type(v := get("add_way")) is int else number(v)
    made.state = v if type(v := get("state")) is str else text(v)
    made.operator_id = v if type(v := get("oper_userid")) is str else text(v)
    made.phones = texts(info["remark_mobiles"]) if "remark_mobiles" in info else None
    made.company = v if type(v := get("remark_corp_name")) is str else text(v)
    made.tags = tags
    made.raw = info
    made.__class__ = Follow
    done: Follow = made
    return done


def _company_tags(tags: tuple[MemberTag, ...]) -> tuple[TagId, ...]:
    return tuple(tag.tag_id for tag in tags if tag.tag_id is not None)


def _member_tag(row: dict[str, Any]) -> MemberTag:
    kind = number(row.get("type"))
    tag_id = text(row.get("tag_id"))
    return MemberTag(
        text(row.get("tag_name")),
        text(row.get("group_name")),
        # Only company tags are put on by id; those of rule groups have a library of their own.
        TagId(tag_id) if tag_id and kind in {None, _COMPANY_TAG} else None,
        kind == _PERSONAL_TAG,
        kind == _RULE_GROUP_TAG,
    )


def served_contact(row: dict[str, Any]) -> ServedContact:
    """Return somebody whom an employee serves."""
    member_id, staff_id, group_id = (text(row.get(name)) for name in ("external_userid", "follow_userid", "chat_id"))
    return ServedContact(
        temporary_id=text(row.get("tmp_openid")),
        is_customer=flag(row.get("is_customer")),
        member_id=MemberId(member_id) if member_id else None,
        name=text(row.get("name")),
        staff_id=StaffId(staff_id) if staff_id else None,
        group_id=GroupId(group_id) if group_id else None,
        group_name=text(row.get("chat_name")),
        since=number(row.get("add_time")),
        raw=row,
    )


def remark_fields(change: RemarkChange) -> dict[str, Any]:
    """Return the fields that a remark change sets, under the vendor's names."""
    fields: dict[str, Any] = {
        "remark": change.remark,
        "description": change.description,
        "remark_company": change.company,
        # All phones are cleared by sending a single empty one; an empty list means "leave them".
        "remark_mobiles": None if change.phones is None else list(change.phones) or [""],
    }
    return {name: value for name, value in fields.items() if value is not None}
