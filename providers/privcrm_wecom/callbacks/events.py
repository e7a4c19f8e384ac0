"""The vendor's events as ours, one row each. https://developer.work.weixin.qq.com/document/path/92130."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import attrs

from privcrm.models import events
from privcrm.models.building import draft_of
from privcrm.models.events import Event, Leaving, MessageKind, TransferFailure
from privcrm_wecom.convert import values

Raw = Mapping[str, Any]
Read = Callable[[Raw], Any]
Make = Callable[[Raw, str, str], Event]

_SYSTEM = "sys"
_SCANNED: Mapping[int | None, bool] = {0: False, 3: True}
_LEFT: Mapping[int | None, Leaving] = {0: Leaving.LEFT, 1: Leaving.REMOVED}
_DELETED = {"DELETE_BY_TRANSFER": Leaving.TRANSFERRED}
_FAILURES = {"customer_refused": TransferFailure.REFUSED, "customer_limit_exceed": TransferFailure.TAKER_FULL}
_KINDS = {kind.value: kind for kind in MessageKind}
_SAID = {"text": "Content", "location": "Label", "link": "Url"}


def event_of(raw: Raw, company: str, app: str) -> Event:
    """Return the event that a document tells; one that is not known is an ``UnknownEvent``."""
    name = raw.get("Event") or raw.get("InfoType")
    try:
        make = _EVENTS.get((name, raw.get("ChangeType"), raw.get("UpdateDetail")))
    except TypeError:  # one of them is no text
        make = None
    return (make or _other(raw))(raw, company, app)


def sender_of(event: Event) -> str:
    """Return the employee who made an event happen, "" if the vendor tells it of its own."""
    return _sender(event.raw)


def _other(raw: Raw) -> Make:
    return _MESSAGE if "MsgId" in raw and "Event" not in raw and "InfoType" not in raw else _UNKNOWN


def _word(raw: Raw, name: str) -> str:
    value: Any = raw.get(name)
    return value if value.__class__ is str else values.text(value)


def _row(model: type[Event], texts: Mapping[str, str] | None = None, /, **reads: Read) -> Make:
    """Return what makes one class: ``texts`` says which fields stand as they are, ``reads`` what has to be read."""
    # An event made by its own ``__init__`` costs as much as all of reading the document.
    blank, draft = attrs.asdict(model(), recurse=False), draft_of(model)
    plain, read = tuple((texts or {}).items()), tuple(reads.items())

    def make(raw: Raw, company: str, app: str) -> Event:
        fields = blank.copy()
        fields["company"], fields["app"], fields["at"], fields["raw"] = company, app, _at(raw), raw
        for name, source in plain:
            value = raw.get(source)
            if value.__class__ is str:
                fields[name] = value
            elif value is not None:
                fields[name] = values.text(value)
        for name, reader in read:
            fields[name] = reader(raw)
        event: Any = draft()
        event.__dict__ = fields
        event.__class__ = model
        return event  # type: ignore[no-any-return]

    return make


def _at(raw: Raw) -> int:
    return values.number(raw["CreateTime"] if "CreateTime" in raw else raw.get("TimeStamp")) or 0


def _id(name: str) -> Read:
    """Return a reader of an id that is None where it is missing or empty."""
    return lambda raw: _word(raw, name) or None


def _number(name: str) -> Read:
    return lambda raw: values.number(raw.get(name))


def _count(name: str) -> Read:
    return lambda raw: values.number(raw.get(name)) or 0


def _choice(name: str, choices: Mapping[Any, Any], default: Any = None) -> Read:
    return lambda raw: choices.get(_word(raw, name), default)


def _numbered(name: str, choices: Mapping[int | None, Any], default: Any = None) -> Read:
    return lambda raw: choices.get(values.number(raw.get(name)), default)


def _split(name: str) -> Read:
    return lambda raw: _named(_word(raw, name).split(","))


def _split_if_told(name: str) -> Read:
    split = _split(name)
    return lambda raw: split(raw) if name in raw else None


def _within(outer: str, read: Read) -> Read:
    return lambda raw: read(values.mapping(raw.get(outer)))


def _items(raw: Raw) -> tuple[str, ...]:
    items = values.mapping(raw.get("MemChangeList")).get("Item")
    return _named(values.texts(items if isinstance(items, list) else [items]))


def _named(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple([stripped for text in texts if (stripped := text.strip())])


def _tagged(kind: str) -> Read:
    return lambda raw: (_word(raw, "Id") or None) if raw.get("TagType") == kind else None


def _sender(raw: Raw) -> str:
    sender = _word(raw, "FromUserName")
    return "" if sender == _SYSTEM else sender


def _said(raw: Raw) -> str:
    return _word(raw, _SAID.get(_word(raw, "MsgType"), ""))


def _own(_: Raw) -> dict[str, str]:
    return {}


_PAIR = {"staff_id": "UserID", "member_id": "ExternalUserID"}
_GREETABLE = _PAIR | {"welcome_code": "WelcomeCode"}
_GROUP = {"group_id": "ChatId"}
_MEMBERS = _GROUP | {"last_version": "LastMemVer", "version": "CurMemVer"}
_LINK = {"link_id": "LinkId", "state": "State"}
_STAFF = {"staff_id": "UserID"}
_DEPARTMENT = {"department_id": "Id"}
_AGENT = {"agent_id": "AgentID"}

_STRATEGY = _id("StrategyId")
_TAG: Mapping[str, Read] = {"tag_id": _tagged("tag"), "group_id": _tagged("tag_group"), "strategy_id": _STRATEGY}
_PEOPLE: Mapping[str, Read] = {"count": _count("MemChangeCnt"), "user_ids": _items}
_WHO: Mapping[str, Read] = {"staff_id": _id("UserID"), "member_id": _id("ExternalUserID")}
_PARENT: Mapping[str, Read] = {"parent_id": _id("ParentId")}

_UNKNOWN = _row(
    events.UnknownEvent,
    {"change": "ChangeType"},
    name=lambda raw: _word(raw, "Event") or _word(raw, "InfoType") or _word(raw, "MsgType"),
)
_MESSAGE = _row(
    events.MessageReceived,
    _AGENT | {"message_id": "MsgId", "media_id": "MediaId"},
    staff_id=_sender,
    kind=_choice("MsgType", _KINDS, MessageKind.UNKNOWN),
    text=_said,
)


Name = tuple[Any, Any, Any]
"""What events are told apart by: name, change, and detail of an update, None where there is none."""


def _rows(event: str, changes: Mapping[str, Make]) -> dict[Name, Make]:
    """Return rows by name; change and detail are written ``change`` or ``change/detail``."""
    parts = {change: change.partition("/") for change in changes}
    return {(event, parts[change][0] or None, parts[change][2] or None): make for change, make in changes.items()}


_EVENTS: Mapping[Name, Make] = {
    **_rows(
        "change_external_contact",
        {
            "add_external_contact": _row(events.MemberAdded, _GREETABLE | {"state": "State"}, welcome_codes=_own),
            "add_half_external_contact": _row(
                events.MemberAddedUnconfirmed, _GREETABLE | {"state": "State"}, welcome_codes=_own
            ),
            "edit_external_contact": _row(events.MemberEdited, _PAIR),
            "del_external_contact": _row(
                events.StaffDeletedMember, _PAIR, how=_choice("Source", _DELETED, Leaving.DELETED_BY_STAFF)
            ),
            "del_follow_user": _row(events.MemberDeletedStaff, _PAIR),
            "transfer_fail": _row(
                events.TransferFailed, _PAIR, reason=_choice("FailReason", _FAILURES, TransferFailure.UNKNOWN)
            ),
            "msg_audit_approved": _row(events.ArchivingAgreed, _GREETABLE, welcome_codes=_own),
        },
    ),
    **_rows(
        "change_external_chat",
        {
            "create": _row(events.GroupCreated, _GROUP),
            "update/add_member": _row(
                events.GroupMembersJoined, _MEMBERS, **_PEOPLE, scanned=_numbered("JoinScene", _SCANNED)
            ),
            "update/del_member": _row(
                events.GroupMembersLeft, _MEMBERS, **_PEOPLE, how=_numbered("QuitScene", _LEFT, Leaving.UNKNOWN)
            ),
            "update/change_owner": _row(events.GroupOwnerChanged, _GROUP),
            "update/change_name": _row(events.GroupRenamed, _GROUP),
            "update/change_notice": _row(events.GroupNoticeChanged, _GROUP),
            "dismiss": _row(events.GroupDismissed, _GROUP),
        },
    ),
    **_rows(
        "change_external_tag",
        {
            "create": _row(events.TagCreated, **_TAG),
            "update": _row(events.TagChanged, **_TAG),
            "delete": _row(events.TagDeleted, **_TAG),
            "shuffle": _row(events.TagsReordered, group_id=_id("Id"), strategy_id=_STRATEGY),
        },
    ),
    **_rows(
        "customer_acquisition",
        {
            "balance_low": _row(events.AcquisitionQuotaLow),
            "balance_exhausted": _row(events.AcquisitionQuotaExhausted),
            "balance_increased": _row(events.AcquisitionQuotaIncreased),
            "quota_expire_soon": _row(
                events.AcquisitionQuotaExpiring, amount=_count("ExpireQuotaNum"), expires_at=_number("ExpireTime")
            ),
            "link_unavailable": _row(events.AcquisitionLinkUnavailable, _LINK),
            "delete_link": _row(events.AcquisitionLinkDeleted, _LINK),
            "open_profile": _row(events.AcquisitionProfileOpened, _LINK),
            "friend_request": _row(events.AcquisitionFriendRequested, _LINK),
            "customer_start_chat": _row(events.AcquisitionChatStarted, _LINK, **_WHO),
            "message_from_customer": _row(
                events.AcquisitionMessagesReceived,
                _LINK | {"chat_key": "ChatKey"},
                **_WHO,
                messages=_number("ChatSeq"),
            ),
        },
    ),
    **_rows("customer_acquisition_permit_change", {"": _row(events.AcquisitionPermitsChanged)}),
    **_rows(
        "change_contact",
        {
            "create_user": _row(events.StaffCreated, _STAFF, department_ids=_split("Department")),
            "update_user": _row(
                events.StaffChanged,
                _STAFF,
                new_staff_id=_id("NewUserID"),
                department_ids=_split_if_told("Department"),
            ),
            "delete_user": _row(events.StaffDeleted, _STAFF),
            "create_party": _row(events.DepartmentCreated, _DEPARTMENT, **_PARENT),
            "update_party": _row(events.DepartmentChanged, _DEPARTMENT, **_PARENT),
            "delete_party": _row(events.DepartmentDeleted, _DEPARTMENT),
            "update_tag": _row(
                events.DirectoryTagChanged,
                {"tag_id": "TagId"},
                added_staff_ids=_split("AddUserItems"),
                removed_staff_ids=_split("DelUserItems"),
                added_department_ids=_split("AddPartyItems"),
                removed_department_ids=_split("DelPartyItems"),
            ),
        },
    ),
    **_rows(
        "batch_job_result",
        {
            "": _row(
                events.DirectoryJobFinished,
                job_id=_within("BatchJob", lambda job: _word(job, "JobId")),
                job_kind=_within("BatchJob", lambda job: _word(job, "JobType")),
                code=_within("BatchJob", _count("ErrCode")),
                message=_within("BatchJob", lambda job: _word(job, "ErrMsg")),
            )
        },
    ),
    **_rows("upload_media_job_finish", {"": _row(events.MediaFetched, {"job_id": "JobId"})}),
    **_rows("subscribe", {"": _row(events.AppSubscribed, _AGENT, staff_id=_sender)}),
    **_rows("unsubscribe", {"": _row(events.AppUnsubscribed, _AGENT, staff_id=_sender)}),
    **_rows("enter_agent", {"": _row(events.AppEntered, _AGENT, staff_id=_sender)}),
    **_rows(
        "low_active_alert",
        {"": _row(events.AppRestrictionAnnounced, _AGENT, staff_id=_sender, takes_effect_at=_number("EffectTime"))},
    ),
    **_rows("low_active", {"": _row(events.AppRestricted, _AGENT, staff_id=_sender)}),
    **_rows("active_restored", {"": _row(events.AppRestrictionLifted, _AGENT, staff_id=_sender)}),
    **_rows(
        "inactive_alert",
        {"": _row(events.AppSuspensionAnnounced, _AGENT, staff_id=_sender, takes_effect_at=_number("EffectTime"))},
    ),
    **_rows("close_inactive_agent", {"": _row(events.AppSuspended, _AGENT, staff_id=_sender)}),
    **_rows("reopen_inactive_agent", {"": _row(events.AppReopened, _AGENT, staff_id=_sender)}),
}
