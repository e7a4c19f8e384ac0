"""How the work kernel orders a mass message."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from privcrm.errors import PreconditionFailed
from privcrm.jobs import Item, Job, Outcome, OutcomeState
from privcrm.jobs.error_policy import told
from privcrm.models import MassMessageReceipt, MassMessageSpec, staff_key
from privcrm.provider import Done, Intent, Settled
from privcrm.services.once.handler import REJECTED, TAKE_BACK, OrderHandler

KIND: Final = "message.order"
NOBODY_LEFT: Final = "nobody_left"


class MessageHandler(OrderHandler[MassMessageSpec]):
    """The kind ``message.order``: what an order was given is the message's ``id``, and who was ``rejected``."""

    kind = KIND
    spec = MassMessageSpec

    def make(self, spec: MassMessageSpec, intent: Intent) -> Mapping[str, Any]:
        """Order it: every sender still has to confirm."""
        return _given(self._provider.messages.create(spec, intent=intent))

    def send(self, job: Job, items: Sequence[Item]) -> Sequence[Outcome]:
        """Order one, or take one back; one that nobody is left to get is skipped, and says nothing of the others."""
        try:
            return super().send(job, items)
        except PreconditionFailed as error:
            if TAKE_BACK in items[0].payload:
                raise
            return [Outcome(OutcomeState.SKIPPED, NOBODY_LEFT, error.code, told(error))]

    def people_in(self, spec: MassMessageSpec) -> Iterable[str]:
        """Return the members named."""
        return spec.member_ids

    def look(self, spec: MassMessageSpec, intent: Intent, claimed: Collection[str]) -> Settled:
        """Look for a message of this content and sender that no other item was given."""
        settled = self._provider.messages.settle(intent, spec, claimed=claimed)
        return Done(_given(settled.result)) if isinstance(settled, Done) else settled

    def take_back(self, given: Mapping[str, Any]) -> Outcome:
        """Cancel it for those who have not sent it yet; what was delivered stays."""
        self._provider.messages.cancel(given["id"])
        return Outcome.done()

    def difference(self, spec: MassMessageSpec, given: Mapping[str, Any]) -> str:
        """See whether its sender is asked to send it."""
        try:
            asked = {staff_key(task.staff_id) for task in self._provider.messages.tasks(given["id"])}
        except PreconditionFailed:
            return "nobody is asked to send it yet"
        if spec.sender_id is None:
            return "" if asked else "nobody is asked to send it"
        return "" if staff_key(spec.sender_id) in asked else "its sender is not asked to send it"


def _given(receipt: MassMessageReceipt) -> Mapping[str, Any]:
    return {"id": receipt.message_id, REJECTED: list(receipt.rejected_ids)}
