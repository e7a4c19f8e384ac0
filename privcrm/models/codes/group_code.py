"""A group live code (群活码): one permanent entry in front of a growing row of groups."""

from enum import StrEnum

from attrs import field, frozen

from privcrm.errors import InputError
from privcrm.models.codes.arrivals import BurstPolicy, LaunchGate, Spread
from privcrm.models.codes.capacity import GroupCapacity
from privcrm.models.codes.keys import check_key
from privcrm.models.fields import checked
from privcrm.models.ids import GroupId, StaffId

__all__ = ["GroupLiveCode", "OnFull", "OverflowPolicy", "OverflowStrategy"]


class OverflowStrategy(StrEnum):
    """How a code comes by its next group.

    ``native``: the vendor opens it, named by prefix and number, and we adopt it. ``spare_pool``: people make empty
    groups beforehand, and we put the next one on the vendor's code. ``chain``: the gateway goes on to the next vendor's
    code, each of a few groups. ``images``: people upload pictures of groups, which the gateway shows while they are
    valid. ``staff_first``: visitors add an employee, whose welcome carries the entry of the moment.
    """

    NATIVE = "native"
    SPARE_POOL = "spare_pool"
    CHAIN = "chain"
    IMAGES = "images"
    STAFF_FIRST = "staff_first"


class OnFull(StrEnum):
    """What the gateway does for a visitor when no group has room; it is counted as turned away.

    ``waiting``: a page says that a new group is being opened. ``redirect``: the code of ``redirect_to`` is shown.
    ``closed``: a page says that all groups are full.
    """

    WAITING = "waiting"
    REDIRECT = "redirect"
    CLOSED = "closed"


@frozen(slots=False, field_transformer=checked)
class OverflowPolicy:
    """What happens when a group is full (群满自动建群).

    Groups are called ``prefix`` ("" for the code's name) and a number, from ``first_number`` on. The vendor's code
    lists no more than ``listed`` groups with room; of spare ones (``spare_pool``) so many are opened that as many have
    plenty of it, and four in a burst. Vendors open one when all are full. The last ``margin`` seats of a group are kept
    for people on their way. The next group is asked for when the last ones with room hold ``soft_full`` percent of
    their scan cap; an alarm is raised if people should have come and it is not there after ``new_group_within``
    seconds. A group that was full opens again only when it has ``reopen_gap`` free seats. ``low_water`` is how many
    spare groups there are to be; None has it forecast, from ``lead_hours`` that people take to make one. With
    ``fall_back`` a strategy that fails hands over to the spare pool, and is tried again hours later. Raises
    ``InputError``.
    """

    strategy: OverflowStrategy = OverflowStrategy.NATIVE
    prefix: str = ""
    first_number: int = 1
    listed: int = 2
    margin: int = 10
    soft_full: int = 90
    reopen_gap: int = 10
    new_group_within: int = 600
    low_water: int | None = None
    lead_hours: int = 4
    fall_back: bool = True

    def __attrs_post_init__(self) -> None:
        if min(self.first_number, self.margin, self.reopen_gap, self.low_water or 0) < 0:
            raise InputError("OverflowPolicy: first_number, margin, reopen_gap and low_water are not below 0")
        if self.listed < 1 or self.new_group_within < 1 or self.lead_hours < 1:
            raise InputError("OverflowPolicy: listed, new_group_within and lead_hours are at least 1")
        if not 1 <= self.soft_full <= 100:  # noqa: PLR2004
            raise InputError("OverflowPolicy.soft_full is a percentage from 1 to 100")


@frozen(slots=False, field_transformer=checked)
class GroupLiveCode:
    """What a group live code is to be; keep it with ``crm.live_codes.create`` and change it with ``update``.

    ``key`` is the company's own name for it and never changes. ``group_ids`` are the groups to begin with, and what is
    added to them later is kept. ``owner_id`` is who is asked to make spare groups, and to prepare new ones. With
    ``staff_code`` (the key of a staff live code) ``staff_first`` has its way in. ``capacity`` holds for groups of which
    nothing else was said. ``state`` is for codes that were made elsewhere. Raises ``InputError``.
    """

    key: str
    group_ids: tuple[GroupId, ...] = ()
    name: str = ""
    overflow: OverflowPolicy = field(factory=OverflowPolicy)
    capacity: GroupCapacity = field(factory=GroupCapacity)
    spread: Spread = Spread.FILL_FIRST
    burst: BurstPolicy = field(factory=BurstPolicy)
    gate: LaunchGate = field(factory=LaunchGate)
    on_full: OnFull = OnFull.WAITING
    redirect_to: str = ""
    owner_id: StaffId = StaffId("")
    staff_code: str = ""
    zone: str = "Asia/Shanghai"
    note: str = field(default="", repr=False)
    state: str = ""

    def __attrs_post_init__(self) -> None:
        check_key("GroupLiveCode.key", self.key)
        if (self.on_full is OnFull.REDIRECT) is not bool(self.redirect_to):
            raise InputError("GroupLiveCode.redirect_to goes with on_full='redirect': give both or neither")
        if self.key in (self.redirect_to, self.staff_code):
            raise InputError("GroupLiveCode.redirect_to and staff_code do not name the code itself")
        if (self.overflow.strategy is OverflowStrategy.STAFF_FIRST) and not self.staff_code:
            raise InputError("GroupLiveCode.staff_code is empty: staff_first leads to a staff live code")

    @property
    def prefix(self) -> str:
        """What its groups are called, before the number."""
        return self.overflow.prefix or self.name or self.key
