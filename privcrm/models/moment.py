"""Moments (朋友圈): one content on the timelines of the members of many employees."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from attrs import field, frozen

from privcrm.models.content import Content
from privcrm.models.fields import EVERYBODY, checked
from privcrm.models.ids import DepartmentId, MemberId, MomentId, StaffId, TagId


@frozen(slots=False, field_transformer=checked)
class MomentSpec:
    """What to publish, by whom, visible to whom; without tags all members of the publishers see it.

    Without staff and departments everybody whom the app sees is asked to publish. Leave out what you do not choose: a
    choice that turned out empty raises ``InputError``.
    """

    content: Content
    staff_ids: tuple[StaffId, ...] = EVERYBODY
    department_ids: tuple[DepartmentId, ...] = EVERYBODY
    tag_ids: tuple[TagId, ...] = EVERYBODY


class MomentJobState(StrEnum):
    """How far the vendor is with creating a moment."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@frozen(slots=False)
class MomentJob:
    """The creation of a moment, which vendors do in the background; ``code`` is the vendor's when it failed."""

    state: MomentJobState
    moment_id: MomentId | None = None
    code: int = 0
    invalid_staff_ids: tuple[StaffId, ...] = ()
    invalid_department_ids: tuple[DepartmentId, ...] = ()
    invalid_tag_ids: tuple[TagId, ...] = ()
    raw: Mapping[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)


@frozen(slots=False)
class Moment:
    """A moment; ``creator_id`` is None for those that a program created, ``created_at`` is unix seconds."""

    moment_id: MomentId
    content: Content = field(factory=Content)
    creator_id: StaffId | None = None
    created_at: int | None = None
    by_company: bool = True
    public: bool = True
    raw: Mapping[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)


@frozen(slots=False)
class MomentTask:
    """An employee who is to publish a moment, and whether it happened."""

    staff_id: StaffId
    published: bool
    raw: Mapping[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)


class ReactionKind(StrEnum):
    """What somebody did under a moment; vendors tell that there is a comment, not what it says."""

    COMMENT = "comment"
    LIKE = "like"


@frozen(slots=False)
class Reaction:
    """A comment or a like, by a member or by an employee; ``at`` is unix seconds."""

    kind: ReactionKind
    member_id: MemberId | None = None
    staff_id: StaffId | None = None
    at: int | None = None
    raw: Mapping[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)
