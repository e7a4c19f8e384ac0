"""Inheritance (继承): members and groups pass from one employee to another."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from attrs import field, frozen

from privcrm.models.ids import MemberId, StaffId


class HandoverKind(StrEnum):
    """Why somebody gives away: still at work (在职), or gone (离职). Vendors keep the two strictly apart."""

    ON_JOB = "on_job"
    DEPARTURE = "departure"


class HandoverState(StrEnum):
    """Where the transfer of one member stands."""

    DONE = "done"
    WAITING = "waiting"
    REFUSED = "refused"
    SUCCESSOR_FULL = "successor_full"
    NONE = "none"
    UNKNOWN = "unknown"


@frozen(slots=False)
class Unassigned:
    """A member left behind by an employee who left; ``left_at`` is unix seconds."""

    staff_id: StaffId
    member_id: MemberId
    left_at: int | None = None
    raw: Mapping[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)


@frozen(slots=False)
class HandoverReceipt:
    """What became of one entry of a transfer call: ``code`` is the vendor's, 0 when it was accepted.

    ``unknown`` says that nobody can tell whether it was taken; ``code`` means nothing then.
    """

    item_id: str
    code: int = 0
    message: str = ""
    unknown: bool = False

    @property
    def accepted(self) -> bool:
        """Whether the transfer of this entry has begun (members) or is done (groups)."""
        return self.code == 0 and not self.unknown


@frozen(slots=False)
class MemberHandover:
    """Where the transfer of one member stands; ``at`` is unix seconds: when it was done, or will be by itself."""

    member_id: MemberId
    state: HandoverState
    at: int | None = None
    raw: Mapping[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)
