"""The front: what ``crm.handover`` is."""

from collections.abc import Iterable, Mapping
from typing import Any

from privcrm.errors import InputError
from privcrm.jobs import ItemDraft, Job, Jobs, RunLimits
from privcrm.models import HandoverKind, staff_key
from privcrm.models.fields import choice_of, ids_in, instance_of
from privcrm.provider import Provider
from privcrm.services.handover.groups import GROUPS_KIND, GroupTransferHandler
from privcrm.services.handover.members import MEMBERS_KIND, MemberTransferHandler
from privcrm.services.handover.transfer import ID
from privcrm.services.once.submitting import NO_LIMITS, require, submit
from privcrm.shield import shielded


class Handover:
    """Hands members and groups over (继承) by jobs."""

    def __init__(self, provider: Provider, jobs: Jobs) -> None:
        self._provider = provider
        self._jobs = jobs
        jobs.offer(MemberTransferHandler(provider))
        jobs.offer(GroupTransferHandler(provider))

    @shielded  # what members are to read must be in no traceback
    def transfer_members(
        self,
        kind: HandoverKind,
        from_staff_id: str,
        to_staff_id: str,
        member_ids: Iterable[str],
        message: str = "",
        *,
        key: str = "",
        created_by: str = "",
        limits: RunLimits = NO_LIMITS,
    ) -> Job:
        """Plan a job that transfers each member once, and keep it; ``crm.jobs.run(job.id)`` begins it.

        Items that the vendor took end as ``waiting`` with the reason ``begun``: a member may refuse for a day. Each
        refused one has the vendor's code. ``message`` is what a member reads when an on-job transfer is done. The same
        ``key`` again returns the job of then. Cannot be undone. Raises ``InputError`` (nobody to transfer, a member or
        the same employee twice), ``JobError`` (the same transfer is open in another job, or the key stands for
        something else), ``UnsupportedCapability``.
        """
        require(self._provider, "handover.transfer_members")
        kind = choice_of(HandoverKind, "kind", kind)
        instance_of(str, "message", message)
        instance_of(str, "from_staff_id", from_staff_id)
        instance_of(str, "to_staff_id", to_staff_id)
        if staff_key(from_staff_id) == staff_key(to_staff_id):
            raise InputError("to_staff_id is the same employee as from_staff_id")
        if message and kind is HandoverKind.DEPARTURE:
            raise InputError("message is for on-job transfers: members of somebody who left are told nothing")
        params = {"handover": kind.value, "from": from_staff_id, "to": to_staff_id, "message": message}
        names = (
            (f"{member_id}/{staff_key(from_staff_id)}", member_id, member_id)
            for member_id in ids_in("member_ids", member_ids)
        )
        return self._submit(MEMBERS_KIND, params, names, key=key, created_by=created_by, limits=limits)

    def transfer_groups(
        self,
        kind: HandoverKind,
        group_ids: Iterable[str],
        to_staff_id: str,
        *,
        key: str = "",
        created_by: str = "",
        limits: RunLimits = NO_LIMITS,
    ) -> Job:
        """Plan a job that makes an employee the owner of groups, and keep it; ``crm.jobs.run(job.id)`` does it.

        Each group that the vendor refused has its code. The rest is as for ``transfer_members``.
        """
        require(self._provider, "handover.transfer_groups")
        params = {
            "handover": choice_of(HandoverKind, "kind", kind).value,
            "to": instance_of(str, "to_staff_id", to_staff_id),
        }
        names = ((group_id, group_id, "") for group_id in ids_in("group_ids", group_ids))
        return self._submit(GROUPS_KIND, params, names, key=key, created_by=created_by, limits=limits)

    def _submit(
        self,
        kind: str,
        params: Mapping[str, Any],
        names: Iterable[tuple[str, str, str]],
        *,
        key: str,
        created_by: str,
        limits: RunLimits,
    ) -> Job:
        taken: set[str] = set()

        def drafts() -> Iterable[ItemDraft]:
            for name, identifier, subject in names:
                taken.add(name)
                yield ItemDraft(name, {ID: identifier}, subject)

        return submit(
            self._jobs,
            kind,
            drafts(),
            alike=lambda name: name in taken,
            key=key,
            created_by=created_by,
            limits=limits,
            params=params,
        )
