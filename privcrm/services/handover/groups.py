"""The transfer of groups."""

from collections.abc import Sequence
from typing import Final

from privcrm.jobs import Item, Job, Outcome
from privcrm.models import HandoverKind, HandoverReceipt, staff_key
from privcrm.provider import Intent, Settled
from privcrm.services.handover.transfer import ID, TransferHandler

GROUPS_KIND: Final = "handover.groups"


class GroupTransferHandler(TransferHandler):
    """The kind ``handover.groups``: groups change hands at once."""

    kind = GROUPS_KIND

    def transfer(self, job: Job, ids: Sequence[str], intent: Intent) -> Sequence[HandoverReceipt]:
        """Give groups another owner."""
        kind = HandoverKind(job.params["handover"])
        return self._provider.handover.transfer_groups(kind, ids, job.params["to"], intent=intent)

    def look(self, job: Job, ids: Sequence[str], intent: Intent) -> Settled:
        """Read who owns the groups now."""
        return self._provider.handover.settle_groups(intent, ids, job.params["to"])

    def accepted(self) -> Outcome:
        """It is done."""
        return Outcome.done()

    def read_back(self, job: Job, items: Sequence[Item]) -> Sequence[str]:
        """Read the owner of each group."""
        wanted = staff_key(job.params["to"])
        owners = ((item.key, self._provider.groups.get(item.payload[ID]).owner_id) for item in items)
        return [f"{key}: it has another owner" for key, owner in owners if staff_key(owner or "") != wanted]
