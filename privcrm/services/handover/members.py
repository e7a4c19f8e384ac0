"""The transfer of members."""

from collections.abc import Sequence
from typing import Final

from privcrm.jobs import Item, Job, Outcome
from privcrm.models import HandoverKind, HandoverReceipt
from privcrm.provider import Intent, Settled
from privcrm.services.handover.transfer import TransferHandler

MEMBERS_KIND: Final = "handover.members"
BEGUN: Final = "begun"


class MemberTransferHandler(TransferHandler):
    """The kind ``handover.members``: accepted ones wait (``begun``), because a member may refuse for a day."""

    kind = MEMBERS_KIND

    def transfer(self, job: Job, ids: Sequence[str], intent: Intent) -> Sequence[HandoverReceipt]:
        """Begin to transfer members."""
        between = (HandoverKind(job.params["handover"]), job.params["from"], job.params["to"])
        return self._provider.handover.transfer_members(
            *between, ids, intent=intent, message=job.params.get("message", "")
        )

    def look(self, job: Job, ids: Sequence[str], intent: Intent) -> Settled:
        """Read where the transfers between the two stand."""
        between = (HandoverKind(job.params["handover"]), job.params["from"], job.params["to"])
        return self._provider.handover.settle_members(intent, *between, ids)

    def accepted(self) -> Outcome:
        """It has begun."""
        return Outcome.waiting(BEGUN)

    def read_back(self, job: Job, items: Sequence[Item]) -> Sequence[str]:
        """Say nothing: none of them is done before a day has passed."""
        del job, items
        return ()
