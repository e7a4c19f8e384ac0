"""Moments of the memory provider; employees publish them through ``MemoryProvider.people``."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from attrs import asdict, evolve, frozen

from privcrm.errors import InvalidArgument, NotFound, PreconditionFailed
from privcrm.models import (
    Content,
    DepartmentId,
    MemberId,
    Moment,
    MomentId,
    MomentJob,
    MomentJobState,
    MomentSpec,
    MomentTask,
    Pages,
    Reaction,
    ReactionKind,
    StaffId,
    TagId,
)
from privcrm.provider.capabilities import Capabilities
from privcrm.provider.intents import Done, Intent, NotDone, Settled
from privcrm.provider.limits import LimitTable
from privcrm.provider.ports import MomentsPort
from privcrm.sandbox.world import OUR_PROGRAM, EndedBy
from privcrm.sandbox.world import moments as book
from privcrm.testing.memory import content as said
from privcrm.testing.memory import ids
from privcrm.testing.memory.door import NAME, Call, Door
from privcrm.testing.memory.paging import check_span, pages

_NOBODY, _NO_TAG = 1, 2


class MemoryMoments(MomentsPort):
    """Orders moments; a job ends as soon as it begins, and settling is always certain, as for mass messages."""

    def __init__(self, door: Door, capabilities: Capabilities, limits: LimitTable) -> None:
        super().__init__(NAME, capabilities)
        self._door = door
        self._limits = limits

    def create(
        self,
        spec: MomentSpec,
        *,
        intent: Intent,
        extra: Mapping[str, Any] | None = None,  # noqa: ARG002 - there is no vendor to pass it on to
    ) -> str:
        """Order a moment; nobody to publish it, or no tag that there is, makes its job fail."""
        said.check(spec.content, said.MOMENT, self._limits)
        named = {"staff_id": spec.staff_ids, "department_id": spec.department_ids}
        with self._door.writing("moments.create", intent=intent, **named) as call:
            said.check_uploads(call, spec.content, said.MOMENT, self._limits["media.life"].value)
            order = _order(call, _range(call, spec), {"content": spec.content, "intent": intent.key})
            return ids.id_of(ids.MOMENT_JOB, order.number)

    def settle(
        self,
        intent: Intent,
        spec: MomentSpec,  # noqa: ARG002 - the intent says it all
        *,
        claimed: Collection[str] = (),
    ) -> Settled:
        """Look the intent's key up."""
        with self._door.reading("moments.settle") as call:
            for moment in _all(call):
                if moment.content.get("intent") == intent.key and _id(moment) not in claimed:
                    return Done(_moment(call, moment))
        return NotDone()

    def job(self, job_id: str) -> MomentJob:
        """Return how a job ended."""
        with self._door.reading("moments.job") as call:
            number, orders = ids.number_of(ids.MOMENT_JOB, job_id), call.world.moments.orders
            found = orders[number] if 0 <= number < len(orders) else None
            if found is None or call.now >= found.asked_at + self._limits["moments.job_life"].value:
                raise call.refuse(NotFound, "unknown_job", "no job has this id, or it is long over")
            return _job(found)

    def list(
        self,
        *,
        created_after: int,
        created_before: int,
        creator_id: str | None = None,
        by_company: bool | None = None,
        cursor: str = "",
    ) -> Pages[Moment]:
        """List moments as they were made."""
        check_span(created_after, created_before, self._limits["moments.span"])

        def rows(call: Call, after: int) -> Iterator[tuple[int, Moment]]:
            creator = call.world.staff.find(creator_id) if creator_id else None
            for one in _all(call, after):
                named = not creator_id or (creator is not None and creator.number == one.creator)
                if created_after < one.made_at < created_before and named and by_company in (None, one.by_company):
                    yield one.number, _moment(call, one)

        return pages(self._door, "moments.list", self._page, rows, cursor)

    def tasks(self, moment_id: str, cursor: str = "") -> Pages[MomentTask]:
        """List publishers by their numbers."""

        def rows(call: Call, after: int) -> Iterator[tuple[int, MomentTask]]:
            number, staff = _of_company(call, moment_id).number, call.world.staff
            posts = call.world.moments.posts(number)
            for one in call.world.moments.executors(number):
                if one > after:
                    yield one, MomentTask(StaffId(staff[one].staff_id), one in posts, {"number": one})

        return pages(self._door, "moments.tasks", self._page, rows, cursor)

    def audience(self, moment_id: str, staff_id: str, cursor: str = "") -> Pages[MemberId]:
        """List the members chosen by their numbers; before it is published that is ``PreconditionFailed``."""

        def rows(call: Call, after: int) -> Iterator[tuple[int, MemberId]]:
            return _chosen(call, _post(call, moment_id, staff_id), after)

        return pages(self._door, "moments.audience", self._page, rows, cursor)

    def viewers(self, moment_id: str, staff_id: str, cursor: str = "") -> Pages[MemberId]:
        """List those members chosen who still have the employee."""

        def rows(call: Call, after: int) -> Iterator[tuple[int, MemberId]]:
            post = _post(call, moment_id, staff_id)
            return ((number, one) for number, one in _chosen(call, post, after) if _sees(call, post, number))

        return pages(self._door, "moments.viewers", self._page, rows, cursor)

    def reactions(self, moment_id: str, staff_id: str) -> tuple[Reaction, ...]:
        """Return comments and likes, oldest first."""
        with self._door.reading("moments.reactions") as call:
            found = call.world.moments.reactions(_post(call, moment_id, staff_id))
            return tuple(_reaction(call, one) for one in found)

    def cancel(self, moment_id: str) -> None:
        """Stop the publishers."""
        with self._door.writing("moments.cancel") as call:
            moment = _of_company(call, moment_id)
            call.world.moments.change(evolve(moment, cancelled_at=moment.cancelled_at or call.now))

    @property
    def _page(self) -> int:
        return self._limits["moments.page"].value


@frozen
class _Range:
    """Who publishes, which tags viewers carry, and what of the wish was no good."""

    staff: tuple[int, ...]
    tags: frozenset[int]
    wrong_staff: tuple[str, ...]
    wrong_departments: tuple[int, ...]
    wrong_tags: tuple[str, ...]
    error: int


def _range(call: Call, spec: MomentSpec) -> _Range:
    world = call.world
    able = {staff.number: staff for staff in world.staff if staff.can_contact}
    people = {one: world.staff.find(one) for one in spec.staff_ids}
    known = {text: staff.number for text, staff in people.items() if staff is not None and staff.number in able}
    nodes = {one: int(one) if one.isdecimal() else 0 for one in spec.department_ids}
    there = {node.number for node in world.staff.departments}
    wanted = {below for number in nodes.values() if number in there for below in world.staff.subtree(number)}
    staff = set(known.values()) | {number for number, one in able.items() if one.department in wanted}
    tags = {one: ids.number_of(ids.TAG, one) for one in spec.tag_ids}
    good = frozenset(number for number in tags.values() if world.tags.has(number))
    everybody = set(able) if not people and not nodes else staff
    publishers = tuple(sorted(one for one in everybody if not good or _carriers(call, one, good)))
    return _Range(
        publishers,
        good,
        tuple(text for text in people if text not in known),
        tuple(number for number in nodes.values() if number not in there),
        tuple(text for text, number in tags.items() if number not in good),
        _NO_TAG if tags and not good else 0 if publishers else _NOBODY,
    )


def _carriers(call: Call, staff: int, tags: frozenset[int]) -> list[int]:
    """Return the members of an employee who carry one of those tags."""
    world = call.world
    return [one for one in world.follows.of_staff(staff) if tags.intersection(world.live_tags(staff, one))]


def _order(call: Call, wish: _Range, content: Mapping[str, Any]) -> book.MomentOrder:
    moments, made = call.world.moments, None
    if not wish.error:
        moment = book.Moment(len(moments), OUR_PROGRAM, None, True, content, call.now, wish.tags)
        made = moments.add(moment, wish.staff).number
    wrong = (wish.wrong_staff, wish.wrong_departments, wish.wrong_tags)
    return moments.order(book.MomentOrder(len(moments.orders), call.now, made, wish.error, *wrong))


def publish(call: Call, moment: book.Moment, staff: int) -> book.Post:
    """Put a moment on the timelines of an employee's members, of those who carry a tag where it names some."""
    chosen = _carriers(call, staff, moment.any_tag) if moment.any_tag else None
    post = book.Post(moment.number, staff, call.now, chosen)
    call.world.moments.publish(post)
    return post


def _all(call: Call, after: int = -1) -> Iterator[book.Moment]:
    moments = (call.world.moments[number] for number in range(after + 1, len(call.world.moments)))
    return (moment for moment in moments if moment.deleted_at is None)


def known(call: Call, moment_id: str) -> book.Moment:
    """Return a moment; raises ``NotFound``."""
    moment = call.world.moments.find(ids.number_of(ids.MOMENT, moment_id))
    if moment is None or moment.deleted_at is not None:
        raise call.refuse(NotFound, "unknown_moment", "no moment has this id")
    return moment


def _of_company(call: Call, moment_id: str) -> book.Moment:
    moment = known(call, moment_id)
    if not moment.by_company:
        raise call.refuse(InvalidArgument, "private_moment", "an employee made this moment, nobody is asked for it")
    return moment


def _post(call: Call, moment_id: str, staff_id: str) -> book.Post:
    moment, staff = known(call, moment_id), call.world.staff.find(staff_id)
    if staff is None:
        raise call.refuse(NotFound, "unknown_staff", "no employee has this id")
    post = call.world.moments.posts(moment.number).get(staff.number)
    if post is None:
        raise call.refuse(PreconditionFailed, "not_published", "the employee has not published this moment")
    return post


def _chosen(call: Call, post: book.Post, after: int) -> Iterator[tuple[int, MemberId]]:
    numbers = call.world.follows.of_staff(post.staff, after) if post.chosen is None else iter(post.chosen)
    return ((number, MemberId(ids.id_of(ids.MEMBER, number))) for number in numbers if number > after)


def _sees(call: Call, post: book.Post, member: int) -> bool:
    follow = call.world.follows.get(post.staff, member)
    return follow is not None and follow.holds and follow.ended_by is not EndedBy.MEMBER and member not in post.hidden


def _id(moment: book.Moment) -> MomentId:
    return MomentId(ids.id_of(ids.MOMENT, moment.number))


def _moment(call: Call, moment: book.Moment) -> Moment:
    return Moment(
        _id(moment),
        moment.content.get("content", Content()),
        creator_id=None if moment.creator is None else StaffId(call.world.staff[moment.creator].staff_id),
        created_at=moment.made_at,
        by_company=moment.by_company,
        public=not moment.any_tag,
        raw=asdict(moment, recurse=False),
    )


def _job(order: book.MomentOrder) -> MomentJob:
    return MomentJob(
        MomentJobState.FAILED if order.errcode else MomentJobState.DONE,
        None if order.moment is None else MomentId(ids.id_of(ids.MOMENT, order.moment)),
        order.errcode,
        tuple(map(StaffId, order.wrong_staff)),
        tuple(DepartmentId(str(number)) for number in order.wrong_departments),
        tuple(map(TagId, order.wrong_tags)),
        asdict(order, recurse=False),
    )


def _reaction(call: Call, one: book.Reaction) -> Reaction:
    return Reaction(
        ReactionKind.LIKE if one.is_like else ReactionKind.COMMENT,
        member_id=None if one.is_staff else MemberId(ids.id_of(ids.MEMBER, one.person)),
        staff_id=StaffId(call.world.staff[one.person].staff_id) if one.is_staff else None,
        at=one.at,
        raw=asdict(one, recurse=False),
    )
