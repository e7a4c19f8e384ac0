"""How the work kernel makes a group code (群活码)."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from privcrm.jobs import Item, Job, Outcome, intent_of
from privcrm.models import GroupCodeSpec
from privcrm.provider import Done, Intent, Settled
from privcrm.services.live_codes.marks import given_of, with_state
from privcrm.services.once.handler import OrderHandler

GROUP_KIND: Final = "live_code.group"


class GroupCodeHandler(OrderHandler[GroupCodeSpec]):
    """The kind ``live_code.group``: what an order was given is the code's ``id``, ``qr_url`` and ``state``.

    Vendors have no list of group codes. A first lost answer may leave a code that nobody has the picture of: it is
    noted as an orphan, and the code made once more. A second one is left to a person.
    """

    kind = GROUP_KIND
    spec = GroupCodeSpec

    def make(self, spec: GroupCodeSpec, intent: Intent) -> Mapping[str, Any]:
        """Make it; where it has no state of its own, the intent's marker becomes its state."""
        intent = with_state(intent, spec.state)
        return given_of(self._provider.live_codes.create_group_code(spec, intent=intent), intent)

    def look(self, spec: GroupCodeSpec, intent: Intent, claimed: Collection[str]) -> Settled:
        """Ask the port, in case a vendor can tell."""
        intent = with_state(intent, spec.state)
        settled = self._provider.live_codes.settle_group_code(intent, claimed=claimed)
        return Done(given_of(settled.result, intent)) if isinstance(settled, Done) else settled

    def is_harmless(self, spec: GroupCodeSpec) -> bool:
        """Nobody has the picture of a code whose answer was lost."""
        del spec
        return True

    def given_as(self, job: Job, item: Item, vendor_id: str) -> Mapping[str, Any]:
        """Return the id with the state that was planted."""
        return {"id": vendor_id, "state": with_state(intent_of(job, [item]), self.ordered(item).state).marker}

    def take_back(self, given: Mapping[str, Any]) -> Outcome:
        """Delete it; its groups stay."""
        self._provider.live_codes.delete_group_code(given["id"])
        return Outcome.done()

    def difference(self, spec: GroupCodeSpec, given: Mapping[str, Any]) -> str:
        """See whether it fills the groups ordered."""
        found = self._provider.live_codes.get_group_code(given["id"]).spec
        return "" if set(found.group_ids) == set(spec.group_ids) else "it fills other groups"
