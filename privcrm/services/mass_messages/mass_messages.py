"""The front: what ``crm.mass_messages`` is."""

from collections.abc import Collection, Iterable

from privcrm.errors import InputError
from privcrm.jobs import ItemDraft, Job, Jobs, RunLimits
from privcrm.models import Channel, MassMessageSpec, staff_key
from privcrm.provider import Provider
from privcrm.services.mass_messages.handler import KIND, MessageHandler
from privcrm.services.once.handler import ORDER
from privcrm.services.once.likeness import Likeness, digest_of_content
from privcrm.services.once.payloads import digest_of, to_payload
from privcrm.services.once.submitting import NO_LIMITS, each_a, require, submit


class MassMessages:
    """Orders mass messages (群发) by jobs; each sender must confirm before anything is sent."""

    def __init__(self, provider: Provider, jobs: Jobs) -> None:
        self._provider = provider
        self._jobs = jobs
        jobs.offer(MessageHandler(provider, jobs))

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
        groups it cannot be sent to. One that nobody is left to get ends as skipped (``nobody_left``). Several of one
        content and sender in one list are told apart by the members or groups they name, each of whom may stand in one
        only. The same ``key`` again returns the job of then. Undoing cancels what staff have not sent. Raises
        ``InputError`` (nothing to do, no such spec, one content and sender for the same members or groups twice, groups
        without a sender), ``JobError`` (one of the same content and sender is open in another job; the key stands for
        something else, or for a job that was cancelled on its way), ``UnsupportedCapability``.
        """
        require(self._provider, "messages.create")
        likeness, named = Likeness(), _Named()
        drafts = (_draft(spec, likeness, named) for spec in each_a(MassMessageSpec, specs))
        return submit(self._jobs, KIND, drafts, alike=likeness, key=key, created_by=created_by, limits=limits)


class _Named:
    """Whom orders of each content and sender have named so far; nobody where one went to all."""

    def __init__(self) -> None:
        self._ids: dict[tuple[str, str], set[str]] = {}

    def take(self, content: str, sender: str, ids: Collection[str]) -> None:
        """Take an order in; one that overlaps an earlier one is an ``InputError``."""
        earlier = self._ids.get((content, sender))
        if earlier is not None and not (ids and earlier and earlier.isdisjoint(ids)):
            raise InputError(
                "two orders of the same content and sender go to the same members or groups: they would get it twice,"
                " and a lost answer of one could not be told from the other; name each of them in one order only"
            )
        self._ids.setdefault((content, sender), set()).update(ids)


def _draft(spec: MassMessageSpec, likeness: Likeness, named: _Named) -> ItemDraft:
    if spec.channel is Channel.GROUPS and not spec.sender_id:
        raise InputError("sender_id is missing: a message to groups goes out in the name of their owner")
    content, sender = digest_of_content(spec.content, spec.channel), staff_key(spec.sender_id or "")
    ids = spec.member_ids or spec.group_ids
    named.take(content, sender, ids)
    name = likeness.name(content, sender, digest_of(sorted(ids)) if ids else "")
    subject = spec.member_ids[0] if len(spec.member_ids) == 1 else ""
    return ItemDraft(name, {ORDER: to_payload(spec)}, subject)
