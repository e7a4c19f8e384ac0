"""Moments (客户朋友圈). https://developer.work.weixin.qq.com/document/path/95094, 93333, 97612."""

from collections.abc import Collection, Mapping
from itertools import chain
from typing import Any, ClassVar

from privcrm.models import (
    MemberId,
    Moment,
    MomentId,
    MomentJob,
    MomentSpec,
    MomentTask,
    Page,
    Pages,
    Reaction,
    staff_key,
)
from privcrm.provider import Endpoint, Intent, Settled
from privcrm.provider.ports import MomentsPort
from privcrm.transport import Params
from privcrm_wecom import checks
from privcrm_wecom.api.paging import created_between, page_of, page_params
from privcrm_wecom.api.settling import Order, settled, told, window
from privcrm_wecom.api.strategies import FOR_MOMENTS, Strategies, StrategyKind
from privcrm_wecom.content import MOMENT, body_of
from privcrm_wecom.convert import moments as convert
from privcrm_wecom.convert import values
from privcrm_wecom.endpoints.moments import (
    MOMENT_ADD,
    MOMENT_AUDIENCE,
    MOMENT_CANCEL,
    MOMENT_JOB,
    MOMENT_LIST,
    MOMENT_REACTIONS,
    MOMENT_TASKS,
    MOMENT_VIEWERS,
)
from privcrm_wecom.likeness import Likeness


class WeComMoments(Strategies, MomentsPort):
    """Needs the role ``customer_contact``; nothing is published before each publisher confirms it."""

    kind: ClassVar[StrategyKind] = FOR_MOMENTS

    def create(self, spec: MomentSpec, *, intent: Intent, extra: Mapping[str, Any] | None = None) -> str:
        """Order a moment; too many jobs at once (41078) and a used-up month (41210) are ``RateLimited``.

        Of the first ``retry_at`` is a minute from now each time, of the second the end of the vendor's month (UTC+8).

        Staff alone: their members see it. Tags alone: whoever follows a member with one of them publishes. Both: those
        of the staff who follow such a member do. Staff outside the app's visible range are left out without an error,
        see ``MomentJob.invalid_staff_ids``. Tags are company tags; those of rule groups are refused.
        """
        extra = Params(extra or {})
        self._check_range(spec)
        answer = self._client.call(
            MOMENT_ADD,
            {**body_of(spec.content, MOMENT, self._limits), **_visible_range(spec), **extra},
            intent=intent,
        )
        return told(values.text(answer.get("jobid")), MOMENT_ADD, intent)

    def settle(self, intent: Intent, spec: MomentSpec, *, claimed: Collection[str] = ()) -> Settled:
        """Look for the moment among those of its half hour; moments that say the same are told apart by publishers.

        That works where ``spec`` names staff and all publishers are among them. Who of a department, or of those who
        follow a tag's members, was to publish is not told: a moment that may be theirs is for a person. One still being
        dispatched is ``PreconditionFailed`` (41079): ask again after some seconds.
        """
        start, end = window(self._client.vendor_time(intent.created_at))
        listed = self.list(created_after=start, created_before=end, by_company=True)
        found = {moment.moment_id: moment for moment in listed if moment.moment_id not in claimed}
        orders = [Order(moment.moment_id, moment.content, moment.creator_id, moment) for moment in found.values()]
        return settled(spec.content, orders, lambda moment_id: self._evidence(found[MomentId(moment_id)], spec))

    def job(self, job_id: str) -> MomentJob:
        """Return how far a job is; after a day it is ``NotFound`` (40088)."""
        checks.given("job_id", job_id, MOMENT_JOB.doc)
        return convert.job(self._client.call(MOMENT_JOB, {"jobid": job_id}))

    def list(
        self,
        *,
        created_after: int,
        created_before: int,
        creator_id: str | None = None,
        by_company: bool | None = None,
        cursor: str = "",
    ) -> Pages[Moment]:
        """List moments, 20 a call; those that a program made have no creator."""
        checks.between("created_before - created_after", created_before - created_after, 0, self._limit("moment_span"))
        params = created_between(created_after, created_before, creator_id, by_company=by_company)

        def fetch(place: str) -> Page[Moment]:
            answer = self._client.call(MOMENT_LIST, page_params(params, self._most("moment_page"), place))
            return page_of(answer, "moment_list", convert.moment)

        return Pages(fetch, cursor)

    def tasks(self, moment_id: str, cursor: str = "") -> Pages[MomentTask]:
        """List publishers, 1,000 a call; a moment that an employee made is ``InvalidArgument`` (41067)."""
        checks.given("moment_id", moment_id, MOMENT_TASKS.doc)

        def fetch(place: str) -> Page[MomentTask]:
            params = page_params({"moment_id": moment_id}, self._most("moment_rows_page"), place)
            return page_of(self._client.call(MOMENT_TASKS, params), "task_list", convert.task)

        return Pages(fetch, cursor)

    def audience(self, moment_id: str, staff_id: str, cursor: str = "") -> Pages[MemberId]:
        """List the members chosen, 1,000 a call; before it is published ``PreconditionFailed`` (41062)."""
        return self._members(MOMENT_AUDIENCE, "moment_rows_page", moment_id, staff_id, cursor)

    def viewers(self, moment_id: str, staff_id: str, cursor: str = "") -> Pages[MemberId]:
        """List the members who can see it, 5,000 a call; before it is published ``PreconditionFailed`` (41062)."""
        return self._members(MOMENT_VIEWERS, "moment_viewers_page", moment_id, staff_id, cursor)

    def reactions(self, moment_id: str, staff_id: str) -> tuple[Reaction, ...]:
        """Return comments, then likes; the vendor does not tell what a comment says."""
        asked = self._of_publisher(MOMENT_REACTIONS, moment_id, staff_id)
        answer = self._client.call(MOMENT_REACTIONS, asked)
        comments = map(convert.comment, values.rows(answer.get("comment_list")))
        return (*comments, *map(convert.like, values.rows(answer.get("like_list"))))

    def cancel(self, moment_id: str) -> None:
        """Stop publishers who have not published yet."""
        checks.given("moment_id", moment_id, MOMENT_CANCEL.doc)
        self._client.call(MOMENT_CANCEL, {"moment_id": moment_id})

    def _members(
        self, endpoint: Endpoint, page_limit: str, moment_id: str, staff_id: str, cursor: str
    ) -> Pages[MemberId]:
        asked = self._of_publisher(endpoint, moment_id, staff_id)

        def fetch(place: str) -> Page[MemberId]:
            answer = self._client.call(endpoint, page_params(asked, self._most(page_limit), place))
            return page_of(answer, "customer_list", lambda row: MemberId(values.text(row.get("external_userid"))))

        return Pages(fetch, cursor)

    def _of_publisher(self, endpoint: Endpoint, moment_id: str, staff_id: str) -> dict[str, Any]:
        checks.given("moment_id", moment_id, endpoint.doc)
        checks.given("staff_id", staff_id, endpoint.doc)
        return {"moment_id": moment_id, "userid": staff_id}

    def _evidence(self, moment: Moment, spec: MomentSpec) -> Likeness:
        """Tell from who publishes and who sees a moment whether it may be the one of ``spec``."""
        return min(self._published_as(moment, spec), _seen_as(moment, spec))

    def _published_as(self, moment: Moment, spec: MomentSpec) -> Likeness:
        if not spec.staff_ids:  # of everybody nobody can be missing; of the others who they are is not told
            return Likeness.CLOSE if spec.department_ids or spec.tag_ids else Likeness.SAME
        publishers = iter(self.tasks(moment.moment_id))
        first = next(publishers, None)
        if first is None:
            return Likeness.CLOSE
        asked = {staff_key(one) for one in spec.staff_ids}
        if all(staff_key(one.staff_id) in asked for one in chain((first,), publishers)):
            return Likeness.SAME
        return Likeness.CLOSE if spec.department_ids else Likeness.NONE

    def _check_range(self, spec: MomentSpec) -> None:
        page = MOMENT_ADD.doc
        if spec.staff_ids:
            checks.ids("staff_ids", spec.staff_ids, page, self._limit("moment_staff"))
        if spec.tag_ids:
            checks.ids("tag_ids", spec.tag_ids, page)
        for one in spec.department_ids:
            checks.whole("department_ids", one, page)


def _seen_as(moment: Moment, spec: MomentSpec) -> Likeness:
    """Compare who may see it: one for tags is shown to some, any other to all."""
    differs = "visible_type" in moment.raw and moment.public == bool(spec.tag_ids)
    return Likeness.CLOSE if differs else Likeness.SAME


def _visible_range(spec: MomentSpec) -> dict[str, Any]:
    """Return who publishes and who sees it; nothing at all means everybody."""
    senders = {"user_list": [*spec.staff_ids], "department_list": [int(one) for one in spec.department_ids]}
    named = {name: ids for name, ids in senders.items() if ids}
    scope: dict[str, Any] = {"sender_list": named} if named else {}
    if spec.tag_ids:
        scope["external_contact_list"] = {"tag_list": [*spec.tag_ids]}
    return {"visible_range": scope} if scope else {}
