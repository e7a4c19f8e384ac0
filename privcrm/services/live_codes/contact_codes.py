"""How the work kernel makes a contact code (员工活码)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from privcrm.errors import LimitReached, Refused
from privcrm.jobs import Item, Job, Outcome, intent_of
from privcrm.jobs.error_policy import told
from privcrm.models import ContactCodeSpec, staff_key
from privcrm.provider import CannotTell, Done, Intent, NotDone, Settled
from privcrm.services.live_codes.marks import given_of, with_state
from privcrm.services.live_codes.staff.bad_seats import is_about_seats
from privcrm.services.once.handler import OrderHandler

CONTACT_KIND: Final = "live_code.contact"
REFUSED_PEOPLE: Final = "refused_people"
"""The reason of an item that failed for somebody to whom the code was to lead."""


class ContactCodeHandler(OrderHandler[ContactCodeSpec]):
    """The kind ``live_code.contact``: what an order was given is the code's ``id``, ``qr_url`` and ``state``."""

    kind = CONTACT_KIND
    spec = ContactCodeSpec

    def send(self, job: Job, items: Sequence[Item]) -> Sequence[Outcome]:
        """Make or take back; a refusal that may be about an employee says so, for the code may be made without him."""
        try:
            return super().send(job, items)
        except Refused as error:
            if error.code is None or isinstance(error, LimitReached) or not is_about_seats(error):
                raise
            return [Outcome.failed(error.code, told(error), reason=REFUSED_PEOPLE)]

    def suspicious(self, outcome: Outcome) -> bool:
        """Tell whether something else than an employee was refused."""
        return super().suspicious(outcome) and outcome.reason != REFUSED_PEOPLE

    def make(self, spec: ContactCodeSpec, intent: Intent) -> Mapping[str, Any]:
        """Make it; where it has no state of its own, the intent's marker becomes its state."""
        intent = with_state(intent, spec.state)
        return given_of(self._provider.live_codes.create_contact_code(spec, intent=intent), intent)

    def look(self, spec: ContactCodeSpec, intent: Intent, claimed: Collection[str]) -> Settled:
        """Look for a code by its state. Our mark is proof; a state of the caller's may be shared, so the staff count.

        A code of such a state that leads to others may be ours all the same, changed since: only a person can tell.
        """
        port, intent, others = self._provider.live_codes, with_state(intent, spec.state), set(claimed)
        while True:
            settled = port.settle_contact_code(intent, claimed=others, temporary=spec.temporary)
            match settled:
                case Done(found) if not spec.state or _leads_to(found.spec) == _leads_to(spec):
                    return Done(given_of(found, intent))
                case Done(found):
                    others.add(found.code_id)
                case NotDone() if doubtful := sorted(others - set(claimed)):
                    return CannotTell(f"may be {' or '.join(doubtful)}: of the same state, but it leads to others")
                case _:
                    return settled

    def is_harmless(self, spec: ContactCodeSpec) -> bool:
        """Nobody has the picture of a temporary code whose answer was lost, and it does not last."""
        return spec.temporary

    def given_as(self, job: Job, item: Item, vendor_id: str) -> Mapping[str, Any]:
        """Return the id with the state that was planted."""
        return {"id": vendor_id, "state": with_state(intent_of(job, [item]), self.ordered(item).state).marker}

    def people_in(self, spec: ContactCodeSpec) -> Iterable[str]:
        """Return the one person who may use it, by unionid."""
        return (spec.unionid,) if spec.unionid else ()

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
