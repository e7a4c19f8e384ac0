"""Acquisition links (获客链接): addresses, paid for by use, that lead a person to an employee."""

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from privcrm.models.ids import DepartmentId, LinkId, MemberId, StaffId


@frozen(slots=False)
class AcquisitionLinkSpec:
    """What a link is called and to whom it leads."""

    name: str
    staff_ids: tuple[StaffId, ...] = ()
    department_ids: tuple[DepartmentId, ...] = ()
    skip_confirmation: bool = True


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
