"""Port: inheritance of members and groups."""

from collections.abc import Mapping, Sequence
from typing import Any

from privcrm.models import HandoverKind, HandoverReceipt, MemberHandover, Pages, Unassigned
from privcrm.provider.intents import Intent, Settled
from privcrm.provider.ports._base import Port


class HandoverPort(Port):
    """Passes members and groups from one employee to another.

    ``kind`` says whether the giver still works here or has left; the wrong one raises ``PreconditionFailed``, or is
    said of each entry by the vendor's code. A transfer is not safe to repeat: a member has few of them in a quarter.
    Each entry has its own outcome, an accepted one is not yet done. More ids than one call of the vendor takes are
    refused with ``InputError``, because a call split behind an intent could be lost in the middle: the limit
    ``handover_batch`` says how many go in one.
    """

    area = "handover"

    def unassigned(self, cursor: str = "") -> Pages[Unassigned]:
        """List the members whom employees left behind when they left."""
        raise self._unsupported("unassigned")

    def transfer_members(
        self,
        kind: HandoverKind,
        from_staff_id: str,
        to_staff_id: str,
        member_ids: Sequence[str],
        *,
        intent: Intent,
        message: str = "",
        extra: Mapping[str, Any] | None = None,
    ) -> list[HandoverReceipt]:
        """Begin to transfer members; returns one receipt for each, in the order given.

        ``message`` (at most 200 characters) is what the member reads when an on-job transfer is done; with a departure
        it raises ``InputError``. A member may refuse within 24 hours. No ids, an id or the same employee twice raise
        ``InputError`` before sending. A member who is already on the way between these two counts as accepted. A
        receipt that is ``unknown`` means that the vendor said nothing of this member: ``settle_members`` finds out.
        """
        raise self._unsupported("transfer_members")

    def settle_members(
        self,
        intent: Intent,
        kind: HandoverKind,
        from_staff_id: str,
        to_staff_id: str,
        member_ids: Sequence[str],
    ) -> Settled:
        """Find out for which members ``transfer_members`` happened; ``Done.result`` are their receipts.

        Members without a receipt in the result were not taken and may be sent again. An accepted receipt is given for
        whoever is on the way between these two, or arrived after the intent was written down. One that is ``unknown``
        stands for a member of whom nobody can tell, such as one who refused on a day that the vendor does not name: it
        may have been an earlier transfer between the same two. Neither send again nor count such a member as taken.
        """
        raise self._unsupported("settle_members")

    def results(
        self, kind: HandoverKind, from_staff_id: str, to_staff_id: str, cursor: str = ""
    ) -> Pages[MemberHandover]:
        """List where the transfers between two employees stand."""
        raise self._unsupported("results")

    def transfer_groups(
        self,
        kind: HandoverKind,
        group_ids: Sequence[str],
        to_staff_id: str,
        *,
        intent: Intent,
        extra: Mapping[str, Any] | None = None,
    ) -> list[HandoverReceipt]:
        """Make an employee the owner of groups, at once; returns one receipt for each group, in the order given.

        No ids, and an id twice, raise ``InputError`` before sending.
        """
        raise self._unsupported("transfer_groups")

    def settle_groups(self, intent: Intent, group_ids: Sequence[str], to_staff_id: str) -> Settled:
        """Find out which groups ``transfer_groups`` moved, by their present owner; ``Done.result`` are receipts."""
        raise self._unsupported("settle_groups")
