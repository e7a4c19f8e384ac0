"""What a kind of job has to know; everything else is the kernel's."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from attrs import frozen

from privcrm.jobs.draft import Draft
from privcrm.jobs.model import Item, Job, Outcome, Send
from privcrm.provider.endpoint import Repeat
from privcrm.provider.intents import Settled

__all__ = ["JobHandler", "Orphaned"]


@frozen
class Orphaned:
    """A send may have left something behind that does no harm and that nobody can look up: it is made once more.

    ``orphan`` says what, for the journal, the audit and the job's report.
    """

    orphan: str


class JobHandler(Protocol):
    """Turns items of one kind into vendor calls. Called from several threads when ``parallel`` is above one.

    ``version`` is that of its payloads: a job planned by another version is refused. ``repeat`` says what may follow a
    lost answer: SAFE sends again, AFTER_LOOKUP asks ``settle`` first, NEVER asks and does not send again. ``batch`` is
    how many items one call takes, ``parallel`` how many calls may be in flight (repeat-safe kinds only: others go one
    by one). Plans with more than ``approval_above`` items to send need an approval; None means never.
    """

    kind: str
    version: int
    repeat: Repeat
    batch: int
    parallel: int
    approval_above: int | None

    def send(self, job: Job, items: Sequence[Item]) -> Sequence[Outcome]:
        """Make one vendor call and return an outcome for each item, in their order.

        Raises what the port raises: a refusal becomes the outcome of every item of this call, a limit makes the job
        wait, a wrong set-up pauses it.
        """
        ...

    def settle(self, job: Job, items: Sequence[Item], send: Send) -> Settled | Orphaned:
        """Find out whether a send whose answer was lost happened; never asked of repeat-safe kinds.

        ``Done.result`` is what ``send`` would have returned, with None for an item that did not happen. Nothing is sent
        again before it was missed twice. A handler that answers ``Orphaned`` sees to it that this comes to an end.
        """
        ...

    def read_back(self, job: Job, items: Sequence[Item]) -> Sequence[str]:
        """Read what these finished items changed and return a sentence for each mismatch; empty means as planned."""
        ...

    def suspicious(self, outcome: Outcome) -> bool:
        """Tell whether an outcome, if many are like it, means that the whole plan is wrong."""
        ...

    def given_as(self, job: Job, item: Item, vendor_id: str) -> Mapping[str, Any] | None:
        """Return the ``before`` of an item of which a person found out the vendor's id; None if the kind keeps none."""
        ...

    def subjects_of(self, item: Item) -> Iterable[str]:
        """Yield the people whom an item names in its payload or ``before``, by the ids that stand there.

        An item about one person says so in its ``subject`` and is found by that; one without is found only by reading
        all of them. Exporting and erasing what is kept of a person ask here.
        """
        ...

    def undo(self, job: Job, done: Iterable[Item], draft: Draft) -> int:
        """Add the items that take these done ones back to ``draft``; return the vendor calls spent on looking.

        Each is made from its payload and ``outcome.before``. What was changed since is left alone, as a skipped item.
        """
        ...
