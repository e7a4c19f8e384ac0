"""How the work kernel makes a group code (群活码)."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from privcrm.jobs import Outcome
from privcrm.models import GroupCode, GroupCodeSpec
from privcrm.provider import Done, Intent, Settled
from privcrm.services.live_codes.marks import with_state
from privcrm.services.once.handler import OrderHandler

GROUP_KIND: Final = "live_code.group"


class GroupCodeHandler(OrderHandler[GroupCodeSpec]):
    """The kind ``live_code.group``: what an order was given is the code's ``id`` and ``qr_url``.

    Vendors have no list of group codes. A first lost answer may leave a code that nobody has the picture of: it is
    noted as an orphan, and the code made once more. A second one is left to a person.
    """

    kind = GROUP_KIND
    spec = GroupCodeSpec

    def make(self, spec: GroupCodeSpec, intent: Intent) -> Mapping[str, Any]:
        """Make it; where it has no state of its own, the intent's marker becomes its state."""
        return _given(self._provider.live_codes.create_group_code(spec, intent=with_state(intent, spec.state)))

    def look(self, spec: GroupCodeSpec, intent: Intent, claimed: Collection[str]) -> Settled:
        """Ask the port, in case a vendor can tell."""
        settled = self._provider.live_codes.settle_group_code(with_state(intent, spec.state), claimed=claimed)
        return Done(_given(settled.result)) if isinstance(settled, Done) else settled

    def is_harmless(self, spec: GroupCodeSpec) -> bool:
        """Nobody has the picture of a code whose answer was lost."""
        del spec
        return True

    def take_back(self, given: Mapping[str, Any]) -> Outcome:
        """Delete it; its groups stay."""
        self._provider.live_codes.delete_group_code(given["id"])
        return Outcome.done()

    def difference(self, spec: GroupCodeSpec, given: Mapping[str, Any]) -> str:
        """See whether it fills the groups ordered."""
        found = self._provider.live_codes.get_group_code(given["id"]).spec
        return "" if set(found.group_ids) == set(spec.group_ids) else "it fills other groups"


def _given(code: GroupCode) -> Mapping[str, Any]:
    return {"id": code.code_id, "qr_url": code.qr_url}
