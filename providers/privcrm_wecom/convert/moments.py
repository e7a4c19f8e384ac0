"""Moments: the job that creates one, the moment, who publishes it, who reacts."""

from typing import Any, cast

from privcrm.models import (
    DepartmentId,
    MemberId,
    Moment,
    MomentId,
    MomentJob,
    MomentJobState,
    MomentTask,
    Reaction,
    ReactionKind,
    StaffId,
    TagId,
)
from privcrm_wecom.content import content_of
from privcrm_wecom.convert.values import mapping, number, text, texts

_FINISHED = 3
_BY_EMPLOYEE = 1
_TO_SOME = 0
_PUBLISHED = 1


def job(answer: dict[str, Any]) -> MomentJob:
    """Return how far the creation is; what was invalid is told even when the moment was made."""
    result = mapping(answer.get("result"))
    code, moment_id = number(result.get("errcode")) or 0, text(result.get("moment_id"))
    senders = mapping(result.get("invalid_sender_list"))
    state = MomentJobState.RUNNING
    if number(answer.get("status")) == _FINISHED:
        state = MomentJobState.FAILED if code else MomentJobState.DONE
    return MomentJob(
        state=state,
        moment_id=MomentId(moment_id) if moment_id else None,
        code=code,
        invalid_staff_ids=cast("tuple[StaffId, ...]", texts(senders.get("user_list"))),
        invalid_department_ids=cast("tuple[DepartmentId, ...]", texts(senders.get("department_list"))),
        invalid_tag_ids=cast(
            "tuple[TagId, ...]", texts(mapping(result.get("invalid_external_contact_list")).get("tag_list"))
        ),
        raw=answer,
    )


def moment(row: dict[str, Any]) -> Moment:
    """Return a moment of the past."""
    creator = text(row.get("creator"))
    return Moment(
        moment_id=MomentId(text(row.get("moment_id"))),
        content=content_of(row),
        creator_id=StaffId(creator) if creator else None,
        created_at=number(row.get("create_time")),
        by_company=number(row.get("create_type")) != _BY_EMPLOYEE,
        public=number(row.get("visible_type")) != _TO_SOME,
        raw=row,
    )


def task(row: dict[str, Any]) -> MomentTask:
    """Return a publisher."""
    return MomentTask(StaffId(text(row.get("userid"))), number(row.get("publish_status")) == _PUBLISHED, row)


def comment(row: dict[str, Any]) -> Reaction:
    """Return a comment, of which the vendor does not tell the words."""
    return _reaction(ReactionKind.COMMENT, row)


def like(row: dict[str, Any]) -> Reaction:
    """Return a like."""
    return _reaction(ReactionKind.LIKE, row)


def _reaction(kind: ReactionKind, row: dict[str, Any]) -> Reaction:
    member, employee = text(row.get("external_userid")), text(row.get("userid"))
    return Reaction(
        kind,
        MemberId(member) if member else None,
        StaffId(employee) if employee else None,
        number(row.get("create_time")),
        row,
    )
