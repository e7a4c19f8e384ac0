"""How the work kernel orders a moment."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from privcrm.errors import NotFound
from privcrm.jobs import Given, Item, Job, Outcome, OutcomeState
from privcrm.models import MomentJob, MomentJobState, MomentSpec
from privcrm.provider import Done, Intent, Settled
from privcrm.services.once.handler import NOT_KNOWN, OrderHandler

KIND: Final = "moment.order"
BEGUN: Final = "begun"
NOT_MADE: Final = "not_made"
SETTLE_SECONDS: Final = 60.0  # made in the background, and listed late


class MomentHandler(OrderHandler[MomentSpec]):
    """The kind ``moment.order``.

    What an order was given is the vendor's ``job``, which tells the moment for a day; or the moment's ``id``, if the
    answer was lost and the moment found. An order that the vendor took waits (``begun``): the background job may fail.
    """

    kind = KIND
    spec = MomentSpec

    def make(self, spec: MomentSpec, intent: Intent) -> Mapping[str, Any]:
        """Order it: the vendor makes it in the background, and every publisher has to confirm."""
        return {"job": self._provider.moments.create(spec, intent=intent)}

    def send(self, job: Job, items: Sequence[Item]) -> Sequence[Outcome]:
        """Order one, which then waits for the vendor to make it, or take one back."""
        return [
            Outcome.waiting(BEGUN, before=outcome.before)
            if outcome.state is OutcomeState.DONE and "job" in (outcome.before or {})
            else outcome
            for outcome in super().send(job, items)
        ]

    def ended(self, item: Item) -> Outcome | None:
        """Return how an order ended that had only begun; None while the vendor makes it, or does not know any more."""
        given = item.outcome.before or {}
        try:
            made = self._provider.moments.job(given["job"])
        except NotFound:
            return Outcome.done(before=given) if "id" in given else None
        match made.state:
            case MomentJobState.DONE:
                before = {**given, "id": made.moment_id or ""}
                return Outcome(OutcomeState.DONE, message=_invalid_in(made), before=before)
            case MomentJobState.FAILED:
                message = "; ".join(filter(None, ("the vendor could not make it", _invalid_in(made))))
                return Outcome.failed(made.code, message, reason=NOT_MADE)
            case _:
                return None

    def look(self, spec: MomentSpec, intent: Intent, claimed: Collection[str]) -> Settled:
        """Look for a moment of this content that no other item was given."""
        settled = self._provider.moments.settle(intent, spec, claimed=claimed)
        return Done({"id": settled.result.moment_id}) if isinstance(settled, Done) else settled

    def take_back(self, given: Mapping[str, Any]) -> Outcome:
        """Cancel it for those who have not published yet; what stands on a timeline stays."""
        moment_id = self._moment_id(given)
        if not moment_id:
            return NOT_KNOWN
        self._provider.moments.cancel(moment_id)
        return Outcome.done()

    def difference(self, spec: MomentSpec, given: Mapping[str, Any]) -> str:
        """See whether the vendor could make it."""
        del spec
        if "job" not in given:
            return ""
        state = self._provider.moments.job(given["job"]).state
        return "the vendor could not make it" if state is MomentJobState.FAILED else ""

    def id_of(self, given: Given) -> str:
        """Return the moment's id; the vendor's job tells it for a day, so it is kept as soon as it is known."""
        found = self._moment_id(given.before)
        if found and "id" not in given.before:
            self._jobs.history.learn(given, {**given.before, "id": found})
        return found

    def _moment_id(self, given: Mapping[str, Any]) -> str:
        if "id" in given or "job" not in given:
            return str(given.get("id", ""))
        try:
            return self._provider.moments.job(given["job"]).moment_id or ""
        except NotFound:
            return ""


def _invalid_in(made: MomentJob) -> str:
    """Say how many of those named the vendor does not take; who they are is no matter of logs."""
    counts = {
        "staff": len(made.invalid_staff_ids),
        "departments": len(made.invalid_department_ids),
        "tags": len(made.invalid_tag_ids),
    }
    told = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    return f"not valid: {told}" if told else ""
