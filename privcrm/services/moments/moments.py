"""The front: what ``crm.moments`` is."""

from collections.abc import Iterable

from privcrm.errors import JobError
from privcrm.jobs import ItemDraft, Job, Jobs, OutcomeState, RunLimits
from privcrm.models import MomentSpec, staff_key
from privcrm.provider import Provider
from privcrm.services.moments.handler import KIND, SETTLE_SECONDS, MomentHandler
from privcrm.services.once.handler import ORDER
from privcrm.services.once.likeness import MANY, Likeness, digest_of_content
from privcrm.services.once.payloads import digest_of, to_payload
from privcrm.services.once.submitting import NO_LIMITS, each_a, require, submit


class Moments:
    """Orders moments (朋友圈) by jobs; each publisher must confirm before anything appears."""

    def __init__(self, provider: Provider, jobs: Jobs) -> None:
        self._provider = provider
        self._jobs = jobs
        self._handler = MomentHandler(provider, jobs)
        jobs.offer(self._handler, settle_after=SETTLE_SECONDS)

    def order(
        self,
        specs: Iterable[MomentSpec],
        *,
        key: str = "",
        created_by: str = "",
        limits: RunLimits = NO_LIMITS,
    ) -> Job:
        """Plan a job that orders each moment once, and keep it; ``crm.jobs.run(job.id)`` sends.

        Orders that the vendor took end as ``waiting`` with the reason ``begun``: it makes them in the background, and
        ``follow_up`` tells how that ended. What the vendor gave stands in the ``before`` of each item's outcome:
        ``job``, to be asked for the moment within a day, or the moment's ``id``. The same ``key`` again returns the job
        of then. Undoing, within that day, cancels what staff have not published. Raises ``InputError`` (nothing to do,
        no such spec, a moment of one content and the same publishers given twice), ``JobError`` (one like these is open
        in another job, or the key stands for something else), ``UnsupportedCapability``.
        """
        require(self._provider, "moments.create")
        likeness = Likeness()
        drafts = (_draft(spec, likeness) for spec in each_a(MomentSpec, specs))
        return submit(self._jobs, KIND, drafts, alike=likeness, key=key, created_by=created_by, limits=limits)

    def follow_up(self, job_id: str, *, who: str = "") -> Job:
        """Ask the vendor how orders ended that had only begun, keep it, and return the job; to be asked within a day.

        Those made become ``done`` and have the moment's ``id``. Those that could not be made become ``failed`` with the
        reason ``not_made``, the vendor's code, and how many of the staff, departments and tags named are not valid. The
        others wait on. Costs a call for each. Raises ``JobError`` (another kind of job, a worker has it) and what the
        port raises.
        """
        job = self._jobs.get(job_id)
        if job.kind != KIND:
            raise JobError(f"job {job_id} is a {job.kind}, not a {KIND}")
        begun = self._jobs.items(job_id, OutcomeState.WAITING)
        ended = {item.seq: outcome for item in begun if (outcome := self._handler.ended(item)) is not None}
        if ended:
            self._jobs.conclude(job_id, ended, who)
        return self._jobs.get(job_id)


def _draft(spec: MomentSpec, likeness: Likeness) -> ItemDraft:
    name = likeness.name(digest_of_content(spec.content), _publishers(spec))
    return ItemDraft(name, {ORDER: to_payload(spec)})


def _publishers(spec: MomentSpec) -> str:
    """Return who publishes: the one, or a digest of the many; "" for everybody."""
    staff = sorted(map(staff_key, spec.staff_ids))
    if spec.department_ids:
        return MANY + digest_of(staff, sorted(spec.department_ids))
    return staff[0] if len(staff) == 1 else MANY + digest_of(staff) if staff else ""
