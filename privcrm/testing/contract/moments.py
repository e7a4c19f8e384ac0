"""The contract of ``MomentsPort``."""

from collections.abc import Callable
from itertools import islice

import pytest

from privcrm.clock import Clock
from privcrm.errors import InputError, NotFound, OutcomeUnknown
from privcrm.models import (
    Content,
    Image,
    Link,
    MediaKind,
    MediaPurpose,
    MemberId,
    Moment,
    MomentId,
    MomentJob,
    MomentJobState,
    MomentSpec,
    Pages,
    ReactionKind,
    StaffId,
    TagId,
    staff_key,
)
from privcrm.provider import CallRecord, CannotTell, Done, NotDone, Provider
from privcrm.testing.contract.base import LoseAnswer, MakeIntent, PassTime, Relation, needs, skipping
from privcrm.testing.contract.listings import paged
from privcrm.testing.contract.media import small_picture
from privcrm.testing.contract.speaking import MakeContent, SpeakingContract

PublishMoment = Callable[[str, str], None]
LikeMoment = Callable[[str, str, str], None]
Finish = Callable[[str], MomentJob]
_AROUND = 600
_SETTLED = 60.0
_DAY = 86_400


def _listed(provider: Provider, clock: Clock) -> list[Moment]:
    now = int(clock.time())
    return list(provider.moments.list(created_after=now - _AROUND, created_before=now + _AROUND))


class MomentsContract(SpeakingContract):
    """Ordering moments, following them up, finding them again."""

    @pytest.fixture
    def publish_moment(self) -> PublishMoment:
        """A function that lets an employee publish a moment (moment, employee); override it where that can be."""
        return skipping("no employee publishes on demand")

    @pytest.fixture
    def like_moment(self) -> LikeMoment:
        """A function that lets a member like what an employee published (moment, employee, member)."""
        return skipping("no member likes anything on demand")

    @pytest.fixture
    def publication(self, relation: Relation, content: MakeContent) -> MomentSpec:
        """A moment of one employee."""
        return MomentSpec(content(), (StaffId(relation.staff_id),))

    @pytest.fixture
    def finish_moment(self, provider: Provider, pass_time: PassTime) -> Finish:
        """A function that waits for a background job and returns how it ended."""

        def wait(job_id: str) -> MomentJob:
            for _ in range(60):
                job = provider.moments.job(job_id)
                if job.state is not MomentJobState.RUNNING:
                    return job
                pass_time(5.0)
            raise AssertionError("the job does not end")

        return wait

    @pytest.fixture
    def moment_id(
        self, provider: Provider, publication: MomentSpec, intent: MakeIntent, finish_moment: Finish
    ) -> MomentId:
        """That moment, made."""
        job = finish_moment(provider.moments.create(publication, intent=intent()))
        assert job.moment_id is not None
        return job.moment_id

    @needs("moments.create", "moments.job")
    def test_a_moment_is_made_in_the_background(
        self, provider: Provider, publication: MomentSpec, intent: MakeIntent, finish_moment: Finish, unknown_id: str
    ) -> None:
        """The job ends with the moment's id, and says which of those named are nobody."""
        spec = MomentSpec(publication.content, (*publication.staff_ids, StaffId(unknown_id)))
        job = finish_moment(provider.moments.create(spec, intent=intent()))
        assert (job.state, job.code, bool(job.moment_id)) == (MomentJobState.DONE, 0, True)
        assert job.invalid_staff_ids == (unknown_id,)
        assert job.raw, "the vendor's answer is lost"

    @needs("moments.job")
    def test_an_unknown_job_is_not_found(self, provider: Provider, unknown_id: str) -> None:
        """Nobody ordered anything under this id."""
        with pytest.raises(NotFound):
            provider.moments.job(unknown_id)

    @needs("moments.create", "moments.job")
    def test_a_job_is_forgotten_after_a_day(
        self, provider: Provider, publication: MomentSpec, intent: MakeIntent, pass_time: PassTime
    ) -> None:
        """Whoever asks later does not find it."""
        job_id = provider.moments.create(publication, intent=intent())
        pass_time(2.0 * _DAY)
        with pytest.raises(NotFound):
            provider.moments.job(job_id)

    @needs("moments.list")
    def test_a_span_of_more_than_thirty_days_is_refused(
        self, provider: Provider, clock: Clock, records: list[CallRecord]
    ) -> None:
        """Known before sending; ask month by month."""
        now = int(clock.time())
        with pytest.raises(InputError):
            list(provider.moments.list(created_after=now - 31 * _DAY, created_before=now))
        assert not records

    @needs("moments.create", "moments.list")
    def test_a_moment_is_listed(
        self, provider: Provider, clock: Clock, publication: MomentSpec, moment_id: MomentId
    ) -> None:
        """With what it says, and that a program made it; its words are in no ``repr``."""
        (found,) = [one for one in _listed(provider, clock) if one.moment_id == moment_id]
        assert (found.content, found.creator_id, found.by_company) == (publication.content, None, True)
        assert found.created_at is not None
        assert publication.content.text not in repr((publication, found))
        assert found.raw, "the vendor's answer is lost"

    @needs("moments.create", "moments.list")
    def test_moments_are_listed_strictly_inside_a_span(
        self, provider: Provider, clock: Clock, moment_id: MomentId, pass_time: PassTime
    ) -> None:
        """The seconds at both ends do not belong to it; nor does what others made when the company's is asked for."""
        pass_time(2.0)
        (made_at,) = [one.created_at for one in _listed(provider, clock) if one.moment_id == moment_id]
        assert made_at is not None

        def inside(after: int, before: int, *, by_company: bool | None = None) -> bool:
            listing = provider.moments.list(created_after=after, created_before=before, by_company=by_company)
            return moment_id in {one.moment_id for one in listing}

        assert inside(made_at - 1, made_at + 1)
        assert inside(made_at - 1, made_at + 1, by_company=True)
        assert not inside(made_at, made_at + 2)
        assert not inside(made_at - 2, made_at)
        assert not inside(made_at - 1, made_at + 1, by_company=False)

    @needs("moments.create", "moments.list")
    def test_moments_are_listed_once_over_all_pages(
        self, provider: Provider, clock: Clock, publication: MomentSpec, intent: MakeIntent, finish_moment: Finish
    ) -> None:
        """No page loses or repeats one, and a listing resumes at every cursor."""
        jobs = [provider.moments.create(publication, intent=intent()) for _ in range(5)]
        made = {str(finish_moment(job).moment_id) for job in jobs}
        now = int(clock.time())

        def listing(cursor: str) -> Pages[Moment]:
            return provider.moments.list(created_after=now - _AROUND, created_before=now + _AROUND, cursor=cursor)

        assert made <= set(paged(listing, lambda moment: moment.moment_id))

    @needs("moments.create", "moments.tasks", "moments.viewers", "moments.audience")
    def test_nothing_appears_before_it_is_published(
        self, provider: Provider, relation: Relation, moment_id: MomentId, publish_moment: PublishMoment
    ) -> None:
        """Then it stands on the timelines of those who were chosen to see it."""
        (task,) = provider.moments.tasks(moment_id)
        assert (staff_key(task.staff_id), task.published) == (staff_key(relation.staff_id), False)
        publish_moment(moment_id, relation.staff_id)
        (task,) = provider.moments.tasks(moment_id)
        assert task.published
        seen = set(provider.moments.viewers(moment_id, relation.staff_id))
        assert relation.member_id in seen
        assert seen <= set(provider.moments.audience(moment_id, relation.staff_id))

    @needs("moments.create", "moments.audience", "moments.viewers", "tags.create", "tags.mark", "tags.delete")
    def test_tags_choose_who_sees_it(
        self,
        provider: Provider,
        *,
        relation: Relation,
        publication: MomentSpec,
        intent: MakeIntent,
        finish_moment: Finish,
        publish_moment: PublishMoment,
    ) -> None:
        """Only members who carry a tag are chosen."""
        group = provider.tags.create(["sees it"], group_name="contract viewers")
        tag_id = TagId(group.tags[0].tag_id)
        provider.tags.mark(relation.change(add=[tag_id]))
        spec = MomentSpec(publication.content, publication.staff_ids, tag_ids=(tag_id,))
        moment_id = finish_moment(provider.moments.create(spec, intent=intent())).moment_id or ""
        publish_moment(moment_id, relation.staff_id)
        for listing in (provider.moments.audience, provider.moments.viewers):
            assert list(listing(moment_id, relation.staff_id)) == [relation.member_id]
        provider.tags.delete(group_ids=[group.group_id])

    @needs("moments.create", "moments.reactions")
    def test_reactions_are_told(
        self,
        provider: Provider,
        *,
        clock: Clock,
        relation: Relation,
        moment_id: MomentId,
        publish_moment: PublishMoment,
        like_moment: LikeMoment,
    ) -> None:
        """None at first, then who liked it and when."""
        publish_moment(moment_id, relation.staff_id)
        assert provider.moments.reactions(moment_id, relation.staff_id) == ()
        like_moment(moment_id, relation.staff_id, relation.member_id)
        (like,) = provider.moments.reactions(moment_id, relation.staff_id)
        assert (like.kind, like.member_id, like.staff_id) == (ReactionKind.LIKE, MemberId(relation.member_id), None)
        assert abs((like.at or 0) - clock.time()) < _AROUND

    @needs("moments.create", "moments.cancel", "moments.tasks", "moments.viewers")
    def test_a_cancelled_moment_stays_where_it_stands(
        self, provider: Provider, relation: Relation, moment_id: MomentId, publish_moment: PublishMoment
    ) -> None:
        """Cancelling is safe to repeat and takes nothing back."""
        publish_moment(moment_id, relation.staff_id)
        provider.moments.cancel(moment_id)
        provider.moments.cancel(moment_id)
        assert relation.member_id in set(provider.moments.viewers(moment_id, relation.staff_id))

    @needs("moments.cancel", "moments.tasks")
    def test_unknown_moments_are_not_found(self, provider: Provider, unknown_id: str) -> None:
        """Neither to cancel nor to look at."""
        with pytest.raises(NotFound):
            provider.moments.cancel(unknown_id)
        with pytest.raises(NotFound):
            list(provider.moments.tasks(unknown_id))

    @needs("moments.create")
    def test_moments_that_would_be_cut_are_refused(
        self, provider: Provider, publication: MomentSpec, intent: MakeIntent, records: list[CallRecord]
    ) -> None:
        """Nothing, too long a text, too many pictures, pictures beside a link, two links: known before sending."""
        pages = tuple(Link(f"https://example.com/{one}", "Page", cover_media_id="cover") for one in range(2))
        sent = len(records)
        wrong = [
            Content(),
            Content("长" * 100_000),
            Content("many", tuple(Image(f"picture {one}") for one in range(100))),
            Content("mixed", (Image("picture"), pages[0])),
            Content("two", pages),
        ]
        for bad in wrong:
            with pytest.raises(InputError):
                provider.moments.create(MomentSpec(bad, publication.staff_ids), intent=intent())
        assert len(records) == sent

    @needs("moments.create", "moments.settle")
    def test_a_moment_is_found_again(
        self,
        provider: Provider,
        publication: MomentSpec,
        intent: MakeIntent,
        finish_moment: Finish,
        pass_time: PassTime,
    ) -> None:
        """Done with the moment itself; not done once it belongs to somebody else."""
        order = intent()
        moment_id = finish_moment(provider.moments.create(publication, intent=order)).moment_id
        pass_time(_SETTLED)
        settled = provider.moments.settle(order, publication)
        assert isinstance(settled, Done)
        assert settled.result.moment_id == moment_id
        assert provider.moments.settle(order, publication, claimed={str(moment_id)}) == NotDone()

    @needs("moments.create", "moments.settle", "moments.list")
    def test_a_lost_moment_is_found_and_not_repeated(
        self,
        provider: Provider,
        *,
        clock: Clock,
        publication: MomentSpec,
        intent: MakeIntent,
        lose_answer: LoseAnswer,
        pass_time: PassTime,
    ) -> None:
        """``create`` says that nobody knows, with the intent; settling finds the one moment that was made."""
        before, order = {one.moment_id for one in _listed(provider, clock)}, intent()
        lose_answer("moments.create")
        with pytest.raises(OutcomeUnknown) as caught:
            provider.moments.create(publication, intent=order)
        assert caught.value.intent == order
        pass_time(_SETTLED)
        settled = provider.moments.settle(order, publication)
        assert isinstance(settled, Done)
        assert {one.moment_id for one in _listed(provider, clock)} - before == {settled.result.moment_id}

    @needs("moments.create", "moments.settle")
    def test_a_moment_that_never_arrived_may_be_sent(
        self,
        provider: Provider,
        *,
        publication: MomentSpec,
        intent: MakeIntent,
        lose_request: LoseAnswer,
        pass_time: PassTime,
    ) -> None:
        """``create`` does not try again by itself; once settling says that nothing happened, the caller may."""
        order = intent()
        lose_request("moments.create")
        with pytest.raises(OutcomeUnknown):
            provider.moments.create(publication, intent=order)
        pass_time(_SETTLED)
        assert provider.moments.settle(order, publication) == NotDone()

    @needs("moments.create", "moments.settle", "media.upload")
    def test_pictures_do_not_hide_a_moment(
        self, provider: Provider, publication: MomentSpec, intent: MakeIntent, pass_time: PassTime
    ) -> None:
        """Settling knows a moment with pictures again, and one without them is another."""
        picture = provider.media.upload(small_picture(), "a.png", MediaKind.IMAGE, MediaPurpose.MOMENT)
        said = Content(publication.content.text, (Image(picture.media_id), Image(picture.media_id)))
        order, shown = intent(), MomentSpec(said, publication.staff_ids)
        provider.moments.create(shown, intent=order)
        pass_time(_SETTLED)
        settled = provider.moments.settle(order, shown)
        assert isinstance(settled, Done)
        assert [type(one) for one in settled.result.content.attachments] == [Image, Image]
        assert provider.moments.settle(intent(), publication) == NotDone()

    @needs("moments.create", "moments.settle")
    def test_equal_moments_are_not_mistaken_for_each_other(
        self,
        provider: Provider,
        publication: MomentSpec,
        intent: MakeIntent,
        finish_moment: Finish,
        pass_time: PassTime,
    ) -> None:
        """Where both would fit, nobody can tell, unless one of them is known to belong to another intent."""
        first, second = intent(), intent()
        jobs = [provider.moments.create(publication, intent=order) for order in (first, second)]
        made, other = (finish_moment(job).moment_id for job in jobs)
        pass_time(_SETTLED)
        settled = provider.moments.settle(first, publication)
        assert isinstance(settled, CannotTell) or (isinstance(settled, Done) and settled.result.moment_id == made)
        settled = provider.moments.settle(first, publication, claimed={str(other)})
        assert isinstance(settled, Done)
        assert settled.result.moment_id == made

    @needs("moments.create", "moments.settle", "staff.serving")
    def test_one_moment_of_several_publishers_is_told_apart(
        self,
        provider: Provider,
        publication: MomentSpec,
        intent: MakeIntent,
        finish_moment: Finish,
        pass_time: PassTime,
    ) -> None:
        """Each order is found under its own publishers, and one that was never sent is not."""
        able = list(islice(provider.staff.serving(), 3))
        orders = [(intent(), MomentSpec(publication.content, (one,))) for one in able]
        jobs = [provider.moments.create(spec, intent=order) for order, spec in orders[:-1]]
        made = [finish_moment(job).moment_id for job in jobs]
        pass_time(_SETTLED)
        found = [provider.moments.settle(order, spec) for order, spec in orders]
        assert [one.result.moment_id for one in found if isinstance(one, Done)] == made
        assert found[-1] == NotDone()
