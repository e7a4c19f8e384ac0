"""Orders of vendors' codes, each made once: what the codes of a company are made by, and of use by itself."""

from collections.abc import Iterable

from privcrm.jobs import ItemDraft, Job, Jobs, RunLimits
from privcrm.models import ContactCodeSpec, GroupCodeSpec
from privcrm.provider import Provider
from privcrm.services.live_codes.contact_codes import CONTACT_KIND, ContactCodeHandler
from privcrm.services.live_codes.group_codes import GROUP_KIND, GroupCodeHandler
from privcrm.services.once.handler import ORDER
from privcrm.services.once.likeness import Likeness
from privcrm.services.once.payloads import digest_of, to_payload
from privcrm.services.once.submitting import NO_LIMITS, each_a, require, submit

__all__ = ["CodeOrders"]


class CodeOrders:
    """Makes vendors' codes by jobs."""

    def __init__(self, provider: Provider, jobs: Jobs) -> None:
        self._provider = provider
        self._jobs = jobs
        jobs.offer(ContactCodeHandler(provider, jobs))
        jobs.offer(GroupCodeHandler(provider, jobs))

    def create_contact_codes(
        self,
        specs: Iterable[ContactCodeSpec],
        *,
        key: str = "",
        created_by: str = "",
        limits: RunLimits = NO_LIMITS,
    ) -> Job:
        """Plan a job that makes each contact code (员工活码) once, and keep it; ``crm.jobs.run(job.id)`` makes them.

        What the vendor gave stands in the ``before`` of each item's outcome: ``id``, ``qr_url`` and ``state``. A code
        without a state of its own gets a mark of 26 characters as its state, by which it is found again; whoever
        updates the code names that state, or its mark is lost. The same ``key`` again returns the job of then. Undoing
        deletes the codes. Raises ``InputError`` (nothing to do, no such spec, equal codes with the same state of their
        own), ``JobError`` (one like these is open in another job, or the key stands for something else),
        ``UnsupportedCapability``.
        """
        require(self._provider, "live_codes.create_contact_code")
        return self._create(CONTACT_KIND, each_a(ContactCodeSpec, specs), key, created_by, limits)

    def create_group_codes(
        self,
        specs: Iterable[GroupCodeSpec],
        *,
        key: str = "",
        created_by: str = "",
        limits: RunLimits = NO_LIMITS,
    ) -> Job:
        """Plan a job that makes each group code (群活码), and keep it; ``crm.jobs.run(job.id)`` makes them.

        As ``create_contact_codes``, but there is no list to find one in: a first lost answer is noted as a possible
        orphan (``crm.jobs.history.orphans``) and the code made once more, after a second one the item is unknown until
        somebody resolves it.
        """
        require(self._provider, "live_codes.create_group_code")
        return self._create(GROUP_KIND, each_a(GroupCodeSpec, specs), key, created_by, limits)

    def _create(
        self,
        kind: str,
        specs: Iterable[ContactCodeSpec | GroupCodeSpec],
        key: str,
        created_by: str,
        limits: RunLimits,
    ) -> Job:
        likeness = Likeness()
        drafts = (_draft(spec, number, likeness) for number, spec in enumerate(specs, 1))
        return submit(self._jobs, kind, drafts, alike=likeness, key=key, created_by=created_by, limits=limits)


def _draft(spec: ContactCodeSpec | GroupCodeSpec, number: int, likeness: Likeness) -> ItemDraft:
    """Return the item of a code; the mark that one without a state gets makes it unlike every other."""
    payload = to_payload(spec)
    name = likeness.name(digest_of(payload), spec.state) if spec.state else f"code-{number}"
    return ItemDraft(name, {ORDER: payload})
