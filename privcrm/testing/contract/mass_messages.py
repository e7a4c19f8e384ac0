"""The contract of mass messages, a part of ``MessagesPort``."""

from collections.abc import Callable, Iterable

import pytest
from attrs import evolve

from privcrm.clock import Clock
from privcrm.errors import InputError, LimitReached, NotFound, OutcomeUnknown, Refused
from privcrm.models import (
    Channel,
    Content,
    DeliveryState,
    GroupId,
    Image,
    Link,
    MassMessage,
    MassMessageReceipt,
    MassMessageSpec,
    MediaKind,
    MemberId,
    MessageTask,
    Pages,
    StaffId,
    TagId,
    staff_key,
)
from privcrm.models.fields import EVERYBODY
from privcrm.provider import CallRecord, CannotTell, Done, NotDone, Provider
from privcrm.testing.contract.base import LoseAnswer, MakeIntent, PassTime, Relation, needs, offers, skipping
from privcrm.testing.contract.listings import paged
from privcrm.testing.contract.media import small_picture
from privcrm.testing.contract.speaking import MakeContent, SpeakingContract, link

ConfirmMessage = Callable[[str, str], None]
_AROUND = 600
_MANY = 50
_DAY = 86_400


def _around(
    provider: Provider,
    now: float,
    channel: Channel = Channel.MEMBERS,
    *,
    by_company: bool | None = None,
    cursor: str = "",
) -> Pages[MassMessage]:
    after, before = int(now) - _AROUND, int(now) + _AROUND
    return provider.messages.list(
        channel, created_after=after, created_before=before, by_company=by_company, cursor=cursor
    )


def _ids(listing: Iterable[MassMessage]) -> set[str]:
    return {message.message_id for message in listing}


def _states(provider: Provider, message_id: str, staff_id: str) -> dict[str, DeliveryState]:
    rows = provider.messages.deliveries(message_id, staff_id)
    return {str(row.member_id or row.group_id): row.state for row in rows}


def _task(provider: Provider, message_id: str) -> MessageTask:
    (task,) = provider.messages.tasks(message_id)
    return task


def _remind_often(provider: Provider, message_id: str) -> None:
    for _ in range(_MANY):
        provider.messages.remind(message_id)


class MassMessagesContract(SpeakingContract):
    """Ordering mass messages, following them up, finding them again."""

    @pytest.fixture
    def confirm_message(self) -> ConfirmMessage:
        """A function that lets an employee send a mass message (message, employee); override it where that can be."""
        return skipping("no employee sends messages on demand")

    @pytest.fixture
    def owned_group(self, provider: Provider) -> tuple[GroupId, StaffId]:
        """A group and its owner, found by reading."""
        if not (offers(provider.capabilities, "groups.list") and offers(provider.capabilities, "groups.get")):
            pytest.skip(f"{provider.name} does not tell who owns a group")
        for summary in provider.groups.list():
            owner_id = provider.groups.get(summary.group_id).owner_id
            if owner_id is not None:
                return summary.group_id, owner_id
        pytest.skip("no group has an owner")

    @pytest.fixture
    def message_spec(self, relation: Relation, content: MakeContent) -> MassMessageSpec:
        """A message of an employee to one member."""
        sender, member = StaffId(relation.staff_id), MemberId(relation.member_id)
        return MassMessageSpec(Channel.MEMBERS, content(), sender, member_ids=(member,))

    @pytest.fixture
    def message(self, provider: Provider, message_spec: MassMessageSpec, intent: MakeIntent) -> MassMessageReceipt:
        """That message, ordered."""
        return provider.messages.create(message_spec, intent=intent())

    @needs("messages.create", "messages.list")
    def test_an_ordered_message_is_listed(
        self, provider: Provider, clock: Clock, message_spec: MassMessageSpec, message: MassMessageReceipt
    ) -> None:
        """The listing shows what was said, when, and that a program said it."""
        (found,) = [one for one in _around(provider, clock.time()) if one.message_id == message.message_id]
        assert (found.content.text, found.creator_id, found.by_company) == (message_spec.content.text, None, True)
        assert found.created_at is not None
        assert abs(found.created_at - clock.time()) < _AROUND
        assert found.raw, "the vendor's answer is lost"

    @needs("messages.create", "messages.list")
    @pytest.mark.usefixtures("message")
    def test_what_is_said_is_not_shown(
        self, provider: Provider, clock: Clock, message_spec: MassMessageSpec, relation: Relation
    ) -> None:
        """Neither a text nor a member is in a ``repr``, of what goes out or of what comes back."""
        shown = repr([message_spec, *_around(provider, clock.time())])
        assert message_spec.content.text not in shown
        assert relation.member_id not in shown

    @needs("messages.create", "messages.list")
    def test_listings_are_narrowed(self, provider: Provider, clock: Clock, message: MassMessageReceipt) -> None:
        """By channel, by who made it, and by time."""
        now = clock.time()
        assert message.message_id in _ids(_around(provider, now, by_company=True))
        assert message.message_id not in _ids(_around(provider, now, by_company=False))
        assert message.message_id not in _ids(_around(provider, now, Channel.GROUPS))
        assert message.message_id not in _ids(_around(provider, now - 2 * _AROUND - 60))

    @needs("messages.list")
    def test_a_span_of_more_than_a_month_is_refused(
        self, provider: Provider, clock: Clock, records: list[CallRecord]
    ) -> None:
        """Known before sending; ask month by month."""
        now = int(clock.time())
        with pytest.raises(InputError):
            list(provider.messages.list(Channel.MEMBERS, created_after=now - 32 * _DAY, created_before=now))
        assert not records

    @needs("messages.create", "messages.list")
    def test_messages_are_listed_once_over_all_pages(
        self, provider: Provider, clock: Clock, message_spec: MassMessageSpec, intent: MakeIntent
    ) -> None:
        """No page loses or repeats one, and a listing resumes at every cursor."""
        made = [provider.messages.create(message_spec, intent=intent()).message_id for _ in range(5)]
        now = clock.time()
        found = paged(lambda cursor: _around(provider, now, cursor=cursor), lambda message: message.message_id)
        assert set(made) <= set(found)

    @needs("messages.create", "messages.tasks", "messages.deliveries")
    def test_nothing_is_sent_before_the_sender_confirms(
        self, provider: Provider, relation: Relation, message: MassMessageReceipt
    ) -> None:
        """The sender has a task, the member named waits, and nobody else does."""
        assert message.rejected_ids == ()
        task = _task(provider, message.message_id)
        assert (staff_key(task.staff_id), task.sent, task.sent_at) == (staff_key(relation.staff_id), False, None)
        waiting = {relation.member_id: DeliveryState.WAITING}
        assert _states(provider, message.message_id, relation.staff_id) == waiting

    @needs("messages.create", "messages.deliveries", "members.ids")
    def test_a_sender_alone_means_all_of_their_members(
        self, provider: Provider, relation: Relation, message_spec: MassMessageSpec, intent: MakeIntent
    ) -> None:
        """Where no member is named, everybody whom the sender follows is meant."""
        made = provider.messages.create(evolve(message_spec, member_ids=EVERYBODY), intent=intent())
        meant = set(_states(provider, made.message_id, relation.staff_id))
        assert meant == set(provider.members.ids(relation.staff_id))

    @needs("messages.create", "messages.deliveries", "tags.create", "tags.mark", "tags.delete")
    def test_tags_choose_among_the_members(
        self, provider: Provider, relation: Relation, message_spec: MassMessageSpec, intent: MakeIntent
    ) -> None:
        """A member is meant who carries at least one tag of each set."""
        group = provider.tags.create(["chosen 1", "chosen 2", "bare"], group_name="contract choice")
        first, second, bare = (TagId(tag.tag_id) for tag in group.tags)
        provider.tags.mark(relation.change(add=[first, second]))
        tagged = evolve(message_spec, member_ids=EVERYBODY, any_of=((bare, first), (second,)))
        made = provider.messages.create(tagged, intent=intent())
        assert set(_states(provider, made.message_id, relation.staff_id)) == {relation.member_id}
        with pytest.raises(Refused):
            provider.messages.create(evolve(tagged, any_of=((first,), (bare,))), intent=intent())
        provider.tags.delete(group_ids=[group.group_id])

    @needs("messages.create", "messages.deliveries")
    def test_who_cannot_be_sent_to_is_told(
        self, provider: Provider, relation: Relation, message_spec: MassMessageSpec, intent: MakeIntent, unknown_id: str
    ) -> None:
        """Unknown members are named in the receipt, the others get the message; an order for nobody is refused."""
        mixed = evolve(message_spec, member_ids=(*message_spec.member_ids, MemberId(unknown_id)))
        made = provider.messages.create(mixed, intent=intent())
        assert made.rejected_ids == (unknown_id,)
        assert set(_states(provider, made.message_id, relation.staff_id)) == {relation.member_id}
        with pytest.raises(Refused):
            provider.messages.create(evolve(message_spec, member_ids=(MemberId(unknown_id),)), intent=intent())

    @needs("messages.create", "messages.tasks", "messages.deliveries")
    def test_a_confirmed_message_is_sent(
        self,
        provider: Provider,
        clock: Clock,
        relation: Relation,
        message: MassMessageReceipt,
        confirm_message: ConfirmMessage,
    ) -> None:
        """Task and deliveries tell that it was sent, and when."""
        confirm_message(message.message_id, relation.staff_id)
        task = _task(provider, message.message_id)
        (sent,) = provider.messages.deliveries(message.message_id, relation.staff_id)
        assert task.sent
        assert (sent.member_id, sent.state, sent.sent_at) == (relation.member_id, DeliveryState.SENT, task.sent_at)
        assert abs((task.sent_at or 0) - clock.time()) < _AROUND

    @needs("messages.create", "messages.deliveries")
    def test_groups_are_spoken_to_through_their_owner(
        self,
        provider: Provider,
        owned_group: tuple[GroupId, StaffId],
        content: MakeContent,
        intent: MakeIntent,
        confirm_message: ConfirmMessage,
    ) -> None:
        """Of groups only those are listed that the message reached."""
        group_id, owner_id = owned_group
        message_spec = MassMessageSpec(Channel.GROUPS, content(), owner_id, group_ids=(group_id,))
        made = provider.messages.create(message_spec, intent=intent())
        assert not list(provider.messages.deliveries(made.message_id, owner_id))
        confirm_message(made.message_id, owner_id)
        (reached,) = provider.messages.deliveries(made.message_id, owner_id)
        assert (reached.group_id, reached.member_id, reached.state) == (group_id, None, DeliveryState.SENT)

    @needs("messages.create")
    def test_orders_that_contradict_themselves_are_refused(
        self, provider: Provider, message_spec: MassMessageSpec, intent: MakeIntent, records: list[CallRecord]
    ) -> None:
        """Nobody to send to, two ways of naming members, groups for members: known before sending."""
        sent, tags = len(records), ((TagId("some tag"),),)
        wrong = [
            evolve(message_spec, sender_id=None, member_ids=EVERYBODY),
            evolve(message_spec, any_of=tags),
            evolve(message_spec, group_ids=(GroupId("some group"),)),
            evolve(message_spec, channel=Channel.GROUPS),
            evolve(message_spec, channel=Channel.GROUPS, member_ids=EVERYBODY, sender_id=None),
            evolve(message_spec, content=Content()),
            evolve(message_spec, member_ids=(MemberId("somebody"),) * 1_000_000),
        ]
        for one in wrong:
            with pytest.raises(InputError):
                provider.messages.create(one, intent=intent())
        assert len(records) == sent

    @needs("messages.create")
    def test_words_that_would_be_cut_are_refused(
        self, provider: Provider, message_spec: MassMessageSpec, intent: MakeIntent, records: list[CallRecord]
    ) -> None:
        """Too long a text and too many attachments: named, with the limit, and not repeated in the error."""
        sent, word = len(records), "长" * 100_000
        with pytest.raises(InputError, match="text") as caught:
            provider.messages.create(evolve(message_spec, content=Content(word)), intent=intent())
        assert word not in str(caught.value)
        hung = Content("many", tuple(link(number) for number in range(1000)))
        with pytest.raises(InputError, match="attachments"):
            provider.messages.create(evolve(message_spec, content=hung), intent=intent())
        assert len(records) == sent

    @needs("messages.create", "messages.settle")
    def test_an_order_is_found_again(
        self, provider: Provider, message_spec: MassMessageSpec, intent: MakeIntent
    ) -> None:
        """Done with the id that ``create`` told; not done once that message belongs to somebody else."""
        order = intent()
        assert provider.messages.settle(order, message_spec) == NotDone()
        made = provider.messages.create(message_spec, intent=order)
        settled = provider.messages.settle(order, message_spec)
        assert isinstance(settled, Done)
        assert settled.result.message_id == made.message_id
        assert provider.messages.settle(order, message_spec, claimed={made.message_id}) == NotDone()

    @needs("messages.create", "messages.settle", "messages.list")
    def test_a_lost_order_is_found_and_not_repeated(
        self,
        provider: Provider,
        clock: Clock,
        message_spec: MassMessageSpec,
        intent: MakeIntent,
        lose_answer: LoseAnswer,
    ) -> None:
        """``create`` says that nobody knows, with the intent; settling finds the one message that was made."""
        before, order = _ids(_around(provider, clock.time())), intent()
        lose_answer("messages.create")
        with pytest.raises(OutcomeUnknown) as caught:
            provider.messages.create(message_spec, intent=order)
        assert caught.value.intent == order
        assert message_spec.content.text not in str(caught.value)
        settled = provider.messages.settle(order, message_spec)
        assert isinstance(settled, Done)
        assert _ids(_around(provider, clock.time())) - before == {settled.result.message_id}

    @needs("messages.create", "messages.settle", "messages.list")
    def test_an_order_that_never_arrived_may_be_sent(
        self,
        provider: Provider,
        *,
        clock: Clock,
        message_spec: MassMessageSpec,
        intent: MakeIntent,
        lose_request: LoseAnswer,
    ) -> None:
        """``create`` does not try again by itself; once settling says that nothing happened, the caller may."""
        before, order = _ids(_around(provider, clock.time())), intent()
        lose_request("messages.create")
        with pytest.raises(OutcomeUnknown):
            provider.messages.create(message_spec, intent=order)
        assert provider.messages.settle(order, message_spec) == NotDone()
        made = provider.messages.create(message_spec, intent=order)
        assert _ids(_around(provider, clock.time())) - before == {made.message_id}

    @needs("messages.create", "messages.settle", "messages.list", "media.upload")
    def test_attachments_do_not_hide_an_order(
        self, provider: Provider, clock: Clock, message_spec: MassMessageSpec, intent: MakeIntent
    ) -> None:
        """Kinds and order of attachments are listed as they were sent, and settling knows them again."""
        picture = provider.media.upload(small_picture(), "a.png", MediaKind.IMAGE)
        said = Content(message_spec.content.text, (Image(picture.media_id), link(1), link(2)))
        order, hung = intent(), evolve(message_spec, content=said)
        made = provider.messages.create(hung, intent=order)
        (found,) = [one for one in _around(provider, clock.time()) if one.message_id == made.message_id]
        assert [type(one) for one in found.content.attachments] == [Image, Link, Link]
        assert found.content.attachments[1:] == said.attachments[1:]
        assert isinstance(provider.messages.settle(order, hung), Done)
        assert provider.messages.settle(order, message_spec, claimed={made.message_id}) == NotDone()

    @needs("messages.create", "messages.settle")
    def test_equal_orders_are_not_mistaken_for_each_other(
        self, provider: Provider, message_spec: MassMessageSpec, intent: MakeIntent
    ) -> None:
        """Where both would fit, nobody can tell, unless one of them is known to belong to another intent."""
        first, second = intent(), intent()
        made, other = (provider.messages.create(message_spec, intent=order) for order in (first, second))
        settled = provider.messages.settle(first, message_spec)
        assert isinstance(settled, CannotTell) or settled == Done(made)
        settled = provider.messages.settle(first, message_spec, claimed={other.message_id})
        assert isinstance(settled, Done)
        assert settled.result.message_id == made.message_id

    @needs("messages.create", "messages.settle", "staff.serving", "members.ids")
    def test_one_text_of_several_senders_is_told_apart(
        self, provider: Provider, message_spec: MassMessageSpec, intent: MakeIntent
    ) -> None:
        """Each order is found under its own sender, and one that was never sent is not."""
        able = [one for one in provider.staff.serving() if next(iter(provider.members.ids(one)), None)][:3]
        orders = [(intent(), evolve(message_spec, sender_id=sender, member_ids=EVERYBODY)) for sender in able]
        made = [provider.messages.create(one, intent=order).message_id for order, one in orders[:-1]]
        found = [provider.messages.settle(order, one) for order, one in orders]
        assert [one.result.message_id for one in found if isinstance(one, Done)] == made
        assert found[-1] == NotDone()

    @needs("messages.create", "messages.remind")
    def test_reminders_are_few(self, provider: Provider, message: MassMessageReceipt, unknown_id: str) -> None:
        """The first goes out, too many of a day are a limit, and an unknown message is not found."""
        provider.messages.remind(message.message_id)
        with pytest.raises(LimitReached):
            _remind_often(provider, message.message_id)
        with pytest.raises(NotFound):
            provider.messages.remind(unknown_id)

    @needs("messages.create", "messages.remind")
    def test_another_day_has_its_own_reminders(
        self, provider: Provider, message: MassMessageReceipt, pass_time: PassTime
    ) -> None:
        """The limit is one of a day."""
        with pytest.raises(LimitReached):
            _remind_often(provider, message.message_id)
        pass_time(_DAY + 1.0)
        provider.messages.remind(message.message_id)

    @needs("messages.create", "messages.cancel", "messages.tasks")
    def test_a_message_is_cancelled_as_often_as_one_likes(
        self, provider: Provider, message: MassMessageReceipt, unknown_id: str
    ) -> None:
        """Cancelling is safe to repeat; an unknown message is not found."""
        provider.messages.cancel(message.message_id)
        provider.messages.cancel(message.message_id)
        assert not _task(provider, message.message_id).sent
        with pytest.raises(NotFound):
            provider.messages.cancel(unknown_id)

    @needs("messages.create", "messages.cancel", "messages.deliveries")
    def test_what_was_delivered_stays(
        self,
        provider: Provider,
        relation: Relation,
        message: MassMessageReceipt,
        confirm_message: ConfirmMessage,
    ) -> None:
        """Cancelling takes nothing back."""
        confirm_message(message.message_id, relation.staff_id)
        provider.messages.cancel(message.message_id)
        states = _states(provider, message.message_id, relation.staff_id)
        assert states == {relation.member_id: DeliveryState.SENT}

    @needs("messages.tasks", "messages.deliveries")
    def test_unknown_messages_are_not_found(self, provider: Provider, relation: Relation, unknown_id: str) -> None:
        """Their senders and deliveries are an error of its own class."""
        for listing in (
            provider.messages.tasks(unknown_id),
            provider.messages.deliveries(unknown_id, relation.staff_id),
        ):
            with pytest.raises(NotFound):
                list(listing)
