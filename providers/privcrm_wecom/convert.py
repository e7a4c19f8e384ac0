"""Wire dictionaries to models and back.

Total: whatever the vendor sends, nothing here raises. Unknown fields stay in ``raw``, a field of the wrong type reads
as absent, numbers and numeric texts are taken for each other, because WeCom mixes them.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, cast

from privcrm.models import (
    Department,
    DepartmentId,
    Follow,
    Group,
    GroupId,
    GroupMember,
    GroupSummary,
    JoinScene,
    Member,
    MemberKind,
    MemberTag,
    OwnerState,
    RemarkChange,
    Staff,
    StaffId,
    StaffState,
    Tag,
    TagGroup,
    TagGroupId,
    TagId,
)
from privcrm.models.building import draft_of

_KINDS: dict[int | None, MemberKind] = {1: MemberKind.CONSUMER, 2: MemberKind.ENTERPRISE}
_UNKNOWN_KIND = MemberKind.UNKNOWN
_OWNER_STATES = {
    0: OwnerState.NORMAL,
    1: OwnerState.LEFT,
    2: OwnerState.TRANSFERRING,
    3: OwnerState.TRANSFERRED,
}
_STATUS_FILTERS = {state: number for number, state in _OWNER_STATES.items()}
_JOIN_SCENES = {1: JoinScene.INVITED, 2: JoinScene.INVITE_LINK, 3: JoinScene.SCANNED}
_STAFF_STATES = {1: StaffState.ACTIVE, 2: StaffState.DISABLED, 4: StaffState.ACTIVE, 5: StaffState.LEFT}
_NOT_ACTIVATED = 4
_COMPANY_TAG = 1
_PERSONAL_TAG = 2
_RULE_GROUP_TAG = 3


def text(value: object) -> str:
    """Return a text; numbers become text, anything else is empty."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def number(value: object) -> int | None:
    """Return a whole number; digits in a text count."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < _LONGEST_NUMBER:
        return int(value)
    return None


_LONGEST_NUMBER = 20


def mapping(value: Any) -> dict[str, Any]:
    """Return an object; anything else is an empty one."""
    return value if value.__class__ is dict else {}


def rows(value: object) -> list[dict[str, Any]]:
    """Return the objects of a list; other entries are left out."""
    return cast("list[dict[str, Any]]", [row for row in sequence(value) if isinstance(row, dict)])


def sequence(value: object) -> list[Any]:
    """Return a list; anything else is an empty one."""
    return value if isinstance(value, list) else []  # pyright: ignore[reportUnknownVariableType]


def texts(value: Any) -> tuple[str, ...]:
    """Return the texts of a list; empty ones are left out."""
    entries: Any = value if value.__class__ is list else sequence(value)
    try:
        "".join(entries)  # the quickest way to learn that all are texts, as they are nearly always
    except TypeError:
        entries = tuple(map(text, entries))
    return tuple(filter(None, entries)) if "" in entries else tuple(entries)


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


def staff(row: dict[str, Any]) -> Staff:
    """Return the employee of ``user/get`` or ``user/list``."""
    status = number(row.get("status"))
    return Staff(
        staff_id=StaffId(text(row.get("userid"))),
        name=text(row.get("name")),
        department_ids=cast("tuple[DepartmentId, ...]", texts(row.get("department"))),
        state=_STAFF_STATES.get(status or 1, StaffState.ACTIVE),
        activated=status != _NOT_ACTIVATED,
        position=text(row.get("position")),
        raw=row,
    )


def department(row: dict[str, Any]) -> Department:
    """Return a department; the vendor gives the root the parent 0."""
    parent = text(row.get("parentid"))
    return Department(
        department_id=DepartmentId(text(row.get("id"))),
        name=text(row.get("name")),
        parent_id=DepartmentId(parent) if parent not in ("", "0") else None,
        leaders=cast("tuple[StaffId, ...]", texts(row.get("department_leader"))),
        raw=row,
    )


def tag_group(row: dict[str, Any]) -> TagGroup:
    """Return a group of tags with its tags."""
    group_id = TagGroupId(text(row.get("group_id")))
    name = text(row.get("group_name"))
    return TagGroup(
        group_id=group_id,
        name=name,
        tags=tuple(_tag(tag, group_id, name) for tag in rows(row.get("tag"))),
        order=number(row.get("order")) or 0,
        created_at=number(row.get("create_time")),
        deleted=row.get("deleted") is True,
        raw=row,
    )


def _tag(row: dict[str, Any], group_id: TagGroupId, group_name: str) -> Tag:
    return Tag(
        tag_id=TagId(text(row.get("id"))),
        name=text(row.get("name")),
        group_id=group_id,
        group_name=group_name,
        order=number(row.get("order")) or 0,
        created_at=number(row.get("create_time")),
        deleted=row.get("deleted") is True,
        raw=row,
    )


def group_summary(row: dict[str, Any]) -> GroupSummary:
    """Return what a listing tells of a group."""
    status = number(row.get("status"))
    return GroupSummary(
        GroupId(text(row.get("chat_id"))),
        _OWNER_STATES.get(status if status is not None else -1, OwnerState.UNKNOWN),
        row,
    )


def status_filter(state: OwnerState | None) -> int:
    """Return the number under which a listing is filtered; 0 is all."""
    return _STATUS_FILTERS.get(state, 0) if state is not None else 0


def group(row: dict[str, Any]) -> Group:
    """Return a group with everybody in it."""
    owner = text(row.get("owner"))
    return Group(
        group_id=GroupId(text(row.get("chat_id"))),
        name=text(row.get("name")),
        owner_id=StaffId(owner) if owner else None,
        created_at=number(row.get("create_time")),
        notice=text(row.get("notice")),
        members=tuple(map(_group_member, rows(row.get("member_list")))),
        admin_ids=tuple(StaffId(text(admin.get("userid"))) for admin in rows(row.get("admin_list"))),
        member_version=text(row.get("member_version")),
        raw=row,
    )


def _group_member(row: dict[str, Any]) -> GroupMember:
    return GroupMember(
        user_id=text(row.get("userid")),
        is_staff=number(row.get("type")) == 1,
        joined_at=number(row.get("join_time")),
        scene=_JOIN_SCENES.get(number(row.get("join_scene")) or 0, JoinScene.UNKNOWN),
        invited_by=text(mapping(row.get("invitor")).get("userid")),
        state=text(row.get("state")),
        unionid=text(row.get("unionid")) or None,
        nickname=text(row.get("group_nickname")),
        name=text(row.get("name")),
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
