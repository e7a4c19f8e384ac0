"""What making needs to know of the two kinds of codes: how their seats and groups are kept, and whom to begin with."""

from collections.abc import Sequence
from typing import Protocol

from attrs import frozen

from privcrm.models import ContactCodeSpec, GroupCodeSpec, StaffId
from privcrm.models.codes import GroupLiveCode, StaffLiveCode
from privcrm.store.database import Connection
from privcrm.store.live_codes.codes import CodeRow

__all__ = ["GroupSide", "StaffSide", "Wanted"]


@frozen
class Wanted:
    """A vendor's code that is to be there: its part, what it is to be, and who may stand in."""

    part: int
    spec: ContactCodeSpec | GroupCodeSpec
    others: tuple[StaffId, ...] = ()


class StaffSide(Protocol):
    """The seats of staff live codes; methods with a connection work inside the caller's transaction."""

    def put(self, connection: Connection, row: CodeRow, code: StaffLiveCode) -> None:
        """Keep the seats of a code."""
        ...

    def load(self, connection: Connection, row: CodeRow) -> StaffLiveCode:
        """Return a code with its seats."""
        ...

    def wanted(self, connection: Connection, row: CodeRow) -> Sequence[Wanted]:
        """Return the vendor's codes that a code is to have, with their states."""
        ...

    def acked(self, spec: ContactCodeSpec) -> str:
        """Return the text that stands for a spec which the vendor said yes to."""
        ...

    def refused(self, connection: Connection, row: CodeRow, staff_id: str, why: str) -> None:
        """Keep that the vendor does not take an employee for the time being."""
        ...

    def made(self, row: CodeRow) -> None:
        """Have a code looked after from now on; calls nobody."""
        ...

    def push(self, key: str) -> str:
        """Let the vendor know what a code is to be by now; return why it was not told, "" if it was."""
        ...

    def keep_tags(self, row: CodeRow) -> str:
        """Have who comes by a code tagged as it says; return why that is not so, "" if it is."""
        ...


class GroupSide(Protocol):
    """The groups of group live codes; methods with a connection work inside the caller's transaction."""

    def put(self, connection: Connection, row: CodeRow, code: GroupLiveCode, known: Sequence[str] = ()) -> None:
        """Keep the groups that a code begins with; those that were added later stay.

        Of those ``known``, which it began with already, none is put back that was taken out of use meanwhile.
        """
        ...

    def withdraw(self, connection: Connection, row: CodeRow, group_ids: Sequence[str]) -> None:
        """Forget groups of a code that never was at the vendor."""
        ...

    def load(self, connection: Connection, row: CodeRow) -> GroupLiveCode:
        """Return a code."""
        ...

    def wanted(self, connection: Connection, row: CodeRow) -> Sequence[Wanted]:
        """Return the vendor's codes that a code is to have, with their states; none before it has a group."""
        ...

    def by_gateway_alone(self, connection: Connection, row: CodeRow) -> bool:
        """Tell whether a code is to have no code at the vendor: the gateway shows pictures, or an employee."""
        ...

    def acked(self, spec: GroupCodeSpec) -> str:
        """Return the text that stands for a spec which the vendor said yes to."""
        ...

    def made(self, row: CodeRow) -> None:
        """Count the groups of a code, and have it looked after from now on."""
        ...

    def push(self, key: str) -> str:
        """Let the vendor know what a code is to be by now; return why it was not told, "" if it was."""
        ...
