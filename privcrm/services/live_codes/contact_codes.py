"""How the work kernel makes a contact code (员工活码)."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from privcrm.jobs import Outcome
from privcrm.models import ContactCode, ContactCodeSpec, staff_key
from privcrm.provider import Done, Intent, Settled
from privcrm.services.live_codes.marks import with_state
from privcrm.services.once.handler import OrderHandler

CONTACT_KIND: Final = "live_code.contact"


class ContactCodeHandler(OrderHandler[ContactCodeSpec]):
    """The kind ``live_code.contact``: what an order was given is the code's ``id`` and ``qr_url``."""

    kind = CONTACT_KIND
    spec = ContactCodeSpec

    def make(self, spec: ContactCodeSpec, intent: Intent) -> Mapping[str, Any]:
        """Make it; where it has no state of its own, the intent's marker becomes its state."""
        return _given(self._provider.live_codes.create_contact_code(spec, intent=with_state(intent, spec.state)))

    def look(self, spec: ContactCodeSpec, intent: Intent, claimed: Collection[str]) -> Settled:
        """Look for a code by its state; a state of one's own may be shared, so the staff count as well."""
        port, intent, others = self._provider.live_codes, with_state(intent, spec.state), set(claimed)
        while True:
            settled = port.settle_contact_code(intent, claimed=others, temporary=spec.temporary)
            if not isinstance(settled, Done):
                return settled
            if _leads_to(settled.result.spec) == _leads_to(spec):
                return Done(_given(settled.result))
            others.add(settled.result.code_id)

    def is_harmless(self, spec: ContactCodeSpec) -> bool:
        """Nobody has the picture of a temporary code whose answer was lost, and it does not last."""
        return spec.temporary

    def take_back(self, given: Mapping[str, Any]) -> Outcome:
        """Delete it: whoever scans it afterwards finds nothing."""
        self._provider.live_codes.delete_contact_code(given["id"])
        return Outcome.done()

    def difference(self, spec: ContactCodeSpec, given: Mapping[str, Any]) -> str:
        """See whether it leads to the employees ordered."""
        found = self._provider.live_codes.get_contact_code(given["id"]).spec
        return "" if _leads_to(found) == _leads_to(spec) else "it leads to others"


def _leads_to(spec: ContactCodeSpec) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(map(staff_key, spec.staff_ids)), frozenset(map(str, spec.department_ids))


def _given(code: ContactCode) -> Mapping[str, Any]:
    return {"id": code.code_id, "qr_url": code.qr_url}
