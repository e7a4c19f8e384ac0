"""Acquisition links (获客链接): addresses, paid for by use, that lead a person to an employee."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from attrs import field, frozen

from privcrm.models.fields import checked
from privcrm.models.ids import DepartmentId, LinkId, MemberId, StaffId, TagId


class FriendsFirst(StrEnum):
    """To which employee a person goes who is a contact already: of anybody in the company, or of certain ones."""

    OF_COMPANY = "of_company"
    OF_STAFF = "of_staff"


@frozen(slots=False, field_transformer=checked)
class AcquisitionLinkSpec:
    """What a link is called and to whom it leads.

    ``friends_first`` is open to some lines of business only; ``friends_of`` are the employees for ``OF_STAFF``.
    """

    name: str
    staff_ids: tuple[StaffId, ...] = ()
    department_ids: tuple[DepartmentId, ...] = ()
    skip_confirmation: bool = True
    friends_first: FriendsFirst | None = None
    friends_of: tuple[StaffId, ...] = ()


@frozen(slots=False)
class AcquisitionLink:
    """A link as the vendor keeps it; ``created_at`` is unix seconds."""

    link_id: LinkId
    url: str
    spec: AcquisitionLinkSpec
    created_at: int | None = None
    raw: Mapping[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)


@frozen(slots=False)
class Acquired:
    """A member who came through a link; ``wrote`` is None where the vendor does not know."""

    member_id: MemberId
    staff_id: StaffId
    state: str = ""
    wrote: bool | None = None


@frozen(slots=False)
class AcquiredChat:
    """The chat of a member who came through a link: ``received`` is how many messages the member has written."""

    member_id: MemberId
    staff_id: StaffId
    link_id: LinkId | None = None
    state: str = ""
    received: int | None = None
    raw: Mapping[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)


@frozen(slots=False)
class AcquisitionPermit:
    """The employees to whom links of this app may lead; ``tag_ids`` are those of the directory (标签)."""

    staff_ids: tuple[StaffId, ...] = ()
    department_ids: tuple[DepartmentId, ...] = ()
    tag_ids: tuple[TagId, ...] = ()
    raw: Mapping[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)


@frozen(slots=False)
class AcquisitionQuota:
    """How many more members links may bring; ``expiring`` are (unix seconds of the day, how many)."""

    total: int
    balance: int
    expiring: tuple[tuple[int, int], ...] = ()


@frozen(slots=False)
class AcquisitionFigures:
    """How often a link was opened, and how many members it brought."""

    opened: int
    added: int
