"""A live code as it is shown."""

from attrs import frozen

from privcrm.models.codes import GroupLiveCode, StaffLiveCode
from privcrm.store.live_codes.codes import CodeKind, CodeLife, CodeRow
from privcrm.store.live_codes.notes import Alarm
from privcrm.store.live_codes.vendor_codes import VendorCode

__all__ = ["CodeView"]


@frozen
class CodeView:
    """A live code: what it is to be, the vendor's codes behind it, its links and the alarms that stand.

    ``links`` are names that stand in the gateway's address; times are unix seconds.
    """

    row: CodeRow
    code: StaffLiveCode | GroupLiveCode
    vendor_codes: tuple[VendorCode, ...] = ()
    links: tuple[str, ...] = ()
    alarms: tuple[Alarm, ...] = ()

    @property
    def key(self) -> str:
        """The company's own name for it."""
        return self.row.key

    @property
    def name(self) -> str:
        """What people call it."""
        return self.row.name

    @property
    def kind(self) -> CodeKind:
        """Whether it leads to staff or into groups."""
        return self.row.kind

    @property
    def life(self) -> CodeLife:
        """Where it stands."""
        return self.row.life

    @property
    def state(self) -> str:
        """The channel state of its first code at the vendor, "" before there is one."""
        return self.vendor_codes[0].state if self.vendor_codes else ""
