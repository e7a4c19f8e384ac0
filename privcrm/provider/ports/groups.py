"""Port: customer group chats."""

from collections.abc import Sequence

from privcrm.models import Group, GroupId, GroupSummary, OwnerState, Pages
from privcrm.provider.ports._base import Port


class GroupsPort(Port):
    """Reads customer groups."""

    area = "groups"

    def list(
        self, *, owner_ids: Sequence[str] | None = None, owner_state: OwnerState | None = None, cursor: str = ""
    ) -> Pages[GroupSummary]:
        """List groups, of these owners if given.

        Groups of an employee who left are listed only when that id is among ``owner_ids``: callers who want all
        groups name the leavers too. No owners (an empty list) have no groups. Dismissed groups
        are not listed.
        """
        raise self._unsupported("list")

    def list_all(self, cursor: str = "") -> Pages[GroupSummary]:
        """List the groups of everybody, those of employees who left included.

        Vendors list such groups only for owners who are named, so all owners are looked up first: employees in the
        app's visible range, those who serve members, and leavers whose members wait for an heir. A leaver of whom the
        vendor tells nothing any more is missed: name those you know to ``list``. ``cursor`` resumes as long as the
        same people are found.
        """
        raise self._unsupported("list_all")

    def get(self, group_id: str, *, names: bool = False) -> Group:
        """Return a group with everybody in it; ``names`` asks for their names too. Unknown ids raise ``NotFound``."""
        raise self._unsupported("get")

    def id_of_opengid(self, opengid: str) -> GroupId:
        """Return the group behind the id that a mini-program sees of it; none raises ``NotFound``."""
        raise self._unsupported("id_of_opengid")
