"""The front: what ``crm.mass_messages`` is."""

from collections.abc import Iterable

from privcrm.errors import InputError
from privcrm.jobs import ItemDraft, Job, Jobs, RunLimits
from privcrm.models import Channel, MassMessageSpec, staff_key
from privcrm.provider import Provider
from privcrm.services.mass_messages.handler import KIND, MessageHandler
from privcrm.services.once.handler import ORDER
from privcrm.services.once.likeness import Likeness, digest_of_content
from privcrm.services.once.payloads import to_payload
from privcrm.services.once.submitting import NO_LIMITS, require, submit


class MassMessages:
    """Orders mass messages (群发) by jobs; each sender must confirm before anything is sent."""

    def __init__(self, provider: Provider, jobs: Jobs) -> None:
        self._provider = provider
        self._jobs = jobs
        jobs.register(MessageHandler(provider, jobs))

    def order(
        self,
        specs: Iterable[MassMessageSpec],
        *,
        key: str = "",
        created_by: str = "",
        limits: RunLimits = NO_LIMITS,
    ) -> Job:
        """Plan a job that orders each message once, and keep it; ``crm.jobs.run(job.id)`` sends.

        What the vendor gave stands in the ``before`` of each item's outcome: ``id``, and ``rejected``, the members or
        groups it cannot be sent to. The same ``key`` again returns the job of then. Undoing cancels what staff have not
        sent. Raises ``InputError`` (nothing to do, one content and sender given twice, groups without a sender),
        ``JobError`` (one like these is open in another job: only their sender tells equal texts apart; or the key
        stands for something else), ``UnsupportedCapability``.
        """
        require(self._provider, "messages.create")
        likeness = Likeness()
        drafts = (_draft(spec, likeness) for spec in specs)
        return submit(self._jobs, KIND, drafts, alike=likeness, key=key, created_by=created_by, limits=limits)


def _draft(spec: MassMessageSpec, likeness: Likeness) -> ItemDraft:
    if spec.channel is Channel.GROUPS and not spec.sender_id:
        raise InputError("sender_id is missing: a message to groups goes out in the name of their owner")
    name = likeness.name(digest_of_content(spec.content, spec.channel), staff_key(spec.sender_id or ""))
    subject = spec.member_ids[0] if len(spec.member_ids) == 1 else ""
    return ItemDraft(name, {ORDER: to_payload(spec)}, subject)
