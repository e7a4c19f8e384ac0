"""Acquisition links, and who came through them."""

from collections.abc import Mapping, Sequence
from typing import Any

from privcrm.models import (
    Acquired,
    AcquiredChat,
    AcquisitionFigures,
    AcquisitionLink,
    AcquisitionLinkSpec,
    AcquisitionPermit,
    AcquisitionQuota,
    DepartmentId,
    FriendsFirst,
    LinkId,
    MemberId,
    StaffId,
    TagId,
)
from privcrm_wecom.convert.values import flag, mapping, number, rows, text, texts

_PRIORITIES = {1: FriendsFirst.OF_COMPANY, 2: FriendsFirst.OF_STAFF}
_PRIORITY_NUMBERS = {priority: number for number, priority in _PRIORITIES.items()}
_WROTE = {0: False, 1: True}


def link(row: dict[str, Any], link_id: str = "", made_of: AcquisitionLinkSpec | None = None) -> AcquisitionLink:
    """Return a link; ``link_id`` and ``made_of`` stand in for what the answer leaves out."""
    told = mapping(row.get("link"))
    return AcquisitionLink(
        link_id=LinkId(text(told.get("link_id")) or link_id),
        url=text(told.get("url")),
        spec=made_of or _spec(row, told),
        created_at=number(told.get("create_time")),
        raw=row,
    )


def _spec(row: Mapping[str, Any], told: Mapping[str, Any]) -> AcquisitionLinkSpec:
    covered, priority = mapping(row.get("range")), mapping(row.get("priority_option"))
    return AcquisitionLinkSpec(
        name=text(told.get("link_name")),
        staff_ids=tuple(map(StaffId, texts(covered.get("user_list")))),
        department_ids=tuple(map(DepartmentId, texts(covered.get("department_list")))),
        skip_confirmation=flag(told.get("skip_verify"), default=True),
        friends_first=_PRIORITIES.get(number(priority.get("priority_type")) or 0),
        friends_of=tuple(map(StaffId, texts(priority.get("priority_userid_list")))),
    )


def link_body(spec: AcquisitionLinkSpec, departments: Sequence[int]) -> dict[str, Any]:
    """Return a link as the vendor wants it; range and priority are replaced as wholes."""
    people = {"user_list": [*spec.staff_ids], "department_list": [*departments]}
    body: dict[str, Any] = {
        "link_name": spec.name,
        "range": {name: some for name, some in people.items() if some},
        "skip_verify": spec.skip_confirmation,
    }
    if spec.friends_first is not None:
        option: dict[str, Any] = {"priority_type": _PRIORITY_NUMBERS[spec.friends_first]}
        if spec.friends_of:
            option["priority_userid_list"] = [*spec.friends_of]
        body["priority_option"] = option
    return body


def acquired(row: dict[str, Any]) -> Acquired:
    """Return a member who came through a link."""
    status = number(row.get("chat_status"))
    return Acquired(
        member_id=MemberId(text(row.get("external_userid"))),
        staff_id=StaffId(text(row.get("userid"))),
        state=text(row.get("state")),
        wrote=None if status is None else _WROTE.get(status),
    )


def acquired_chat(row: dict[str, Any]) -> AcquiredChat:
    """Return the chat of a member who came through a link."""
    info = mapping(row.get("chat_info"))
    link_id = text(info.get("link_id"))
    return AcquiredChat(
        member_id=MemberId(text(row.get("external_userid"))),
        staff_id=StaffId(text(row.get("userid"))),
        link_id=LinkId(link_id) if link_id else None,
        state=text(info.get("state")),
        received=number(info.get("recv_msg_cnt")),
        raw=row,
    )


def permit(row: dict[str, Any]) -> AcquisitionPermit:
    """Return to whom links may lead."""
    return AcquisitionPermit(
        staff_ids=tuple(map(StaffId, texts(row.get("user_list")))),
        department_ids=tuple(map(DepartmentId, texts(row.get("department_list")))),
        tag_ids=tuple(map(TagId, texts(row.get("tag_list")))),
        raw=row,
    )


def quota(row: dict[str, Any]) -> AcquisitionQuota:
    """Return how many more members links may bring; days come as their midnight in UTC+8."""
    expiring = ((number(each.get("expire_date")), number(each.get("balance"))) for each in rows(row.get("quota_list")))
    return AcquisitionQuota(
        total=number(row.get("total")) or 0,
        balance=number(row.get("balance")) or 0,
        expiring=tuple((day, count) for day, count in expiring if day is not None and count is not None),
    )


def figures(row: dict[str, Any]) -> AcquisitionFigures:
    """Return the counts of a link."""
    return AcquisitionFigures(
        opened=number(row.get("click_link_customer_cnt")) or 0, added=number(row.get("new_customer_cnt")) or 0
    )
