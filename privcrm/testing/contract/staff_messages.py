"""The contract of what is said to employees, a part of ``MessagesPort``."""

from itertools import islice

import pytest

from privcrm.errors import Conflict, InputError, InvalidArgument, NotFound, OutcomeUnknown, PermissionDenied
from privcrm.models import Content, StaffChatChange, StaffChatSpec, StaffId, StaffMessage, staff_key
from privcrm.provider import CallRecord, CannotTell, Done, Intent, NotDone, Provider
from privcrm.testing.contract.base import LoseAnswer, MakeIntent, Relation, needs, offers
from privcrm.testing.contract.speaking import MakeContent, SpeakingContract, link, repeated


class StaffMessagesContract(SpeakingContract):
    """Messages of the app to employees."""

    @needs("messages.send_to_staff")
    def test_unknown_receivers_are_told(
        self, provider: Provider, relation: Relation, content: MakeContent, unknown_id: str
    ) -> None:
        """They stand in the receipt, and the message goes to the others; with nobody else it is refused."""
        known, unknown = StaffId(relation.staff_id), StaffId(unknown_id)
        receipt = provider.messages.send_to_staff(StaffMessage(content(), (known, unknown)))
        assert receipt.message_id
        assert [staff_key(one) for one in receipt.invalid_staff_ids] == [staff_key(unknown_id)]
        with pytest.raises(InvalidArgument):
            provider.messages.send_to_staff(StaffMessage(content(), (unknown,)))

    @needs("messages.send_to_staff")
    def test_all_employees_are_told_a_page(self, provider: Provider) -> None:
        """Everybody whom the app sees, with a link instead of a text."""
        receipt = provider.messages.send_to_staff(StaffMessage(Content("", (link(),)), everybody=True))
        assert (bool(receipt.message_id), receipt.invalid_staff_ids) == (True, ())

    @needs("messages.send_to_staff")
    def test_messages_to_staff_need_receivers_and_words(
        self, provider: Provider, relation: Relation, records: list[CallRecord]
    ) -> None:
        """Nobody, everybody and somebody, nothing to say, a text and an attachment: refused before sending."""
        someone, words, sent = (StaffId(relation.staff_id),), Content("words"), len(records)
        wrong = [
            StaffMessage(words),
            StaffMessage(words, someone, everybody=True),
            StaffMessage(Content(), someone),
            StaffMessage(Content("words", (link(),)), someone),
            StaffMessage(Content("长" * 100_000), someone),
        ]
        for one in wrong:
            with pytest.raises(InputError):
                provider.messages.send_to_staff(one)
        assert len(records) == sent

    @needs("messages.send_to_staff", "messages.recall_from_staff")
    def test_a_message_to_staff_is_taken_back(
        self, provider: Provider, relation: Relation, content: MakeContent
    ) -> None:
        """Taking back is safe to repeat."""
        receipt = provider.messages.send_to_staff(StaffMessage(content(), (StaffId(relation.staff_id),)))
        provider.messages.recall_from_staff(receipt.message_id)
        provider.messages.recall_from_staff(receipt.message_id)

    @needs("messages.send_to_staff")
    def test_a_message_to_staff_survives_a_lost_answer(
        self, provider: Provider, relation: Relation, content: MakeContent, lose_answer: LoseAnswer
    ) -> None:
        """It is safe to repeat: the vendor drops the second one."""
        message = StaffMessage(content(), (StaffId(relation.staff_id),))
        lose_answer("messages.send_to_staff")
        assert repeated(lambda: provider.messages.send_to_staff(message)).message_id


class StaffChatsContract(SpeakingContract):
    """Chats of employees that the app opens."""

    @pytest.fixture
    def colleagues(self, provider: Provider) -> tuple[StaffId, ...]:
        """Four employees."""
        if not offers(provider.capabilities, "staff.serving"):
            pytest.skip(f"{provider.name} does not tell who serves customers")
        return tuple(islice(provider.staff.serving(), 4))

    @needs("messages.create_staff_chat", "messages.get_staff_chat")
    def test_a_chat_is_opened_under_the_callers_id(
        self, provider: Provider, colleagues: tuple[StaffId, ...], intent: MakeIntent
    ) -> None:
        """The intent's marker names it, unless the caller does; the same id again is a conflict."""
        order = intent()
        spec = StaffChatSpec(colleagues[:3], "Shop 1", colleagues[0])
        made = provider.messages.create_staff_chat(spec, intent=order)
        assert made == order.marker
        found = provider.messages.get_staff_chat(made)
        assert (found.chat_id, found.name) == (made, "Shop 1")
        assert {staff_key(one) for one in found.staff_ids} == {staff_key(one) for one in colleagues[:3]}
        assert staff_key(found.owner_id or "") == staff_key(colleagues[0])
        assert "Shop 1" not in repr((spec, found))
        with pytest.raises(Conflict):
            provider.messages.create_staff_chat(spec, intent=order)

    @needs("messages.update_staff_chat", "messages.get_staff_chat", "messages.create_staff_chat")
    def test_a_chat_changes_in_what_is_named(
        self, provider: Provider, colleagues: tuple[StaffId, ...], intent: MakeIntent
    ) -> None:
        """Name, owner and people change, as often as it is said; what is left out stays."""
        first, second, third, fourth = colleagues
        chat_id = provider.messages.create_staff_chat(StaffChatSpec((first, second, third), "Old"), intent=intent())
        change = StaffChatChange("New", second, (fourth,), (first,))
        for _ in range(2):
            provider.messages.update_staff_chat(chat_id, change)
        found = provider.messages.get_staff_chat(chat_id)
        assert (found.name, staff_key(found.owner_id or "")) == ("New", staff_key(second))
        assert {staff_key(one) for one in found.staff_ids} == {staff_key(one) for one in (second, third, fourth)}
        provider.messages.update_staff_chat(chat_id, StaffChatChange(name="Newer"))
        assert staff_key(provider.messages.get_staff_chat(chat_id).owner_id or "") == staff_key(second)

    @needs("messages.send_to_staff_chat", "messages.create_staff_chat")
    def test_a_chat_is_spoken_to(
        self,
        provider: Provider,
        colleagues: tuple[StaffId, ...],
        content: MakeContent,
        intent: MakeIntent,
        records: list[CallRecord],
    ) -> None:
        """With a text or with one attachment, not with both and not with nothing."""
        chat_id = provider.messages.create_staff_chat(StaffChatSpec(colleagues), intent=intent())
        provider.messages.send_to_staff_chat(chat_id, content())
        provider.messages.send_to_staff_chat(chat_id, Content("", (link(),)))
        sent = len(records)
        for bad in (Content(), Content("both", (link(),)), Content("长" * 100_000)):
            with pytest.raises(InputError):
                provider.messages.send_to_staff_chat(chat_id, bad)
        assert len(records) == sent

    @needs("messages.create_staff_chat", "messages.settle_staff_chat")
    def test_a_lost_chat_is_found_by_its_id(
        self, provider: Provider, colleagues: tuple[StaffId, ...], intent: MakeIntent, lose_answer: LoseAnswer
    ) -> None:
        """Not done before, done afterwards, and never opened twice."""
        order, spec = intent(), StaffChatSpec(colleagues)
        assert provider.messages.settle_staff_chat(order, spec) == NotDone()
        lose_answer("messages.create_staff_chat")
        with pytest.raises(OutcomeUnknown):
            provider.messages.create_staff_chat(spec, intent=order)
        assert provider.messages.settle_staff_chat(order, spec) == Done(order.marker)
        with pytest.raises(Conflict):
            provider.messages.create_staff_chat(spec, intent=order)

    @needs("messages.create_staff_chat", "messages.settle_staff_chat")
    def test_a_chat_that_was_never_opened_may_be(
        self, provider: Provider, colleagues: tuple[StaffId, ...], intent: MakeIntent, lose_request: LoseAnswer
    ) -> None:
        """Settling says that nothing happened, and the same order goes through."""
        order, spec = intent(), StaffChatSpec(colleagues)
        lose_request("messages.create_staff_chat")
        with pytest.raises(OutcomeUnknown):
            provider.messages.create_staff_chat(spec, intent=order)
        assert provider.messages.settle_staff_chat(order, spec) == NotDone()
        assert provider.messages.create_staff_chat(spec, intent=order) == order.marker

    @needs("messages.settle_staff_chat")
    def test_a_chat_without_an_id_cannot_be_found(
        self, provider: Provider, colleagues: tuple[StaffId, ...], records: list[CallRecord]
    ) -> None:
        """There is no list of such chats, so nothing is asked."""
        sent = len(records)
        settled = provider.messages.settle_staff_chat(Intent("contract", "", 0.0), StaffChatSpec(colleagues))
        assert isinstance(settled, CannotTell)
        assert len(records) == sent

    @needs("messages.get_staff_chat")
    def test_an_unknown_chat_is_not_found(self, provider: Provider, intent: MakeIntent) -> None:
        """An id of the right form under which nothing was opened; some vendors say that it is not ours."""
        with pytest.raises((NotFound, PermissionDenied)):
            provider.messages.get_staff_chat(intent().marker)
