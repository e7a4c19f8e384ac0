"""How the work kernel transfers: many a call, and only those that were not taken are sent again."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Final

from privcrm.errors import InputError, JobError, OutcomeUnknown
from privcrm.jobs import Draft, Item, Job, Outcome, OutcomeState, Send, intent_of
from privcrm.models import HandoverReceipt
from privcrm.provider import Done, Intent, NotDone, Provider, Repeat, Settled
from privcrm.services.once.submitting import refused

ID: Final = "id"
REFUSED: Final = "refused"
_CAREFUL_BATCH: Final = 1  # where a vendor publishes no figure
_CANNOT_TELL: Final = Outcome.unknown("the vendor does not tell whether it was this transfer", reason="cannot_tell")


class TransferHandler(ABC):
    """Hands over what the items name, ``{"id": …}`` each, as the job's ``params`` say."""

    kind: str
    version = 1
    repeat = Repeat.AFTER_LOOKUP
    parallel = 1
    approval_above: int | None = None

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        limit = provider.limits.get("handover_batch")
        self.batch = limit.value if limit else _CAREFUL_BATCH

    @abstractmethod
    def transfer(self, job: Job, ids: Sequence[str], intent: Intent) -> Sequence[HandoverReceipt]:
        """Make the call and return a receipt for each id."""

    @abstractmethod
    def look(self, job: Job, ids: Sequence[str], intent: Intent) -> Settled:
        """Find out which were taken; ``Done.result`` are their receipts."""

    @abstractmethod
    def accepted(self) -> Outcome:
        """Return the outcome of what was accepted."""

    @abstractmethod
    def read_back(self, job: Job, items: Sequence[Item]) -> Sequence[str]:
        """Return a sentence for each that is not as planned."""

    def send(self, job: Job, items: Sequence[Item]) -> Sequence[Outcome]:
        """Hand over up to as many as one call takes."""
        try:
            receipts = self.transfer(job, _ids(items), intent_of(job, items))
        except InputError as error:
            return refused(items, error)
        outcomes = [outcome for outcome in self._outcomes(items, receipts) if outcome]
        if len(outcomes) < len(items):
            raise OutcomeUnknown(
                "the answer leaves some of them out",
                intent=intent_of(job, items),
                provider=self._provider.name,
                operation=self.kind,
            )
        return outcomes

    def settle(self, job: Job, items: Sequence[Item], send: Send) -> Settled:
        """Look up which were taken; the others are sent again, but for those of whom a second look cannot tell."""
        settled = self.look(job, _ids(items), send.intent)
        if isinstance(settled, Done):
            outcomes = self._outcomes(items, settled.result, doubtful=_CANNOT_TELL if send.looked_at else None)
            return Done(outcomes) if any(outcomes) else NotDone()
        return settled

    def suspicious(self, outcome: Outcome) -> bool:
        """Tell whether the vendor refused a call as a whole: what reaches customers stops early.

        What it says of one entry is everyday: somebody is on the way already, was passed on too often, is gone.
        """
        return outcome.state is OutcomeState.FAILED and outcome.reason != REFUSED

    def given_as(self, job: Job, item: Item, vendor_id: str) -> None:
        """Keep no ids: a transfer is known by those between whom it is."""
        del job, item, vendor_id

    def subjects_of(self, item: Item) -> Iterable[str]:
        """Return the member, who is the item's subject; groups are nobody."""
        return (item.subject,) if item.subject else ()

    def undo(self, job: Job, done: Iterable[Item], draft: Draft) -> int:
        """Refuse: a transfer back is another transfer, of which a member has few. Raises ``JobError``."""
        del done, draft
        raise JobError(
            f"job {job.id} cannot be undone: a transfer back is one more of the few that a customer or group has;"
            " order it as such"
        )

    def _outcomes(
        self, items: Sequence[Item], receipts: Iterable[HandoverReceipt], *, doubtful: Outcome | None = None
    ) -> list[Outcome | None]:
        by_id = {receipt.item_id: receipt for receipt in receipts}
        return [self._outcome(by_id.get(item.payload[ID]), doubtful) for item in items]

    def _outcome(self, receipt: HandoverReceipt | None, doubtful: Outcome | None) -> Outcome | None:
        if receipt is None:
            return None
        if receipt.unknown:
            return doubtful
        refused = Outcome.failed(receipt.code, receipt.message, reason=REFUSED)
        return self.accepted() if receipt.accepted else refused


def _ids(items: Sequence[Item]) -> list[str]:
    return [item.payload[ID] for item in items]
