"""The contract of welcomes, a part of ``MessagesPort``."""

from collections.abc import Callable, Iterator

import pytest

from privcrm.errors import AnswerLost, InputError, NotFound, PreconditionFailed
from privcrm.models import Content, Greeted, TemplateId
from privcrm.provider import CallRecord, Provider
from privcrm.testing.contract.base import LoseAnswer, PassTime, Relation, needs, skipping
from privcrm.testing.contract.speaking import MakeContent, SpeakingContract, link

AddMember = Callable[[str], str]
WORDLESS = (Content(), Content("长" * 100_000), Content("many", tuple(map(link, range(1000)))))
_TOO_LATE = 60.0


class WelcomesContract(SpeakingContract):
    """Greeting new members, and newcomers of groups."""

    @pytest.fixture
    def add_member(self) -> AddMember:
        """A function that lets somebody add an employee and returns the welcome code; override it where that can be."""
        return skipping("nobody adds an employee on demand")

    @pytest.fixture
    def template_id(self, provider: Provider, content: MakeContent) -> Iterator[TemplateId]:
        """A welcome for groups, removed afterwards."""
        made = provider.messages.create_group_welcome(content(), notify=False)
        yield made
        provider.messages.delete_group_welcome(made)

    @needs("messages.welcome")
    def test_a_newcomer_is_greeted_however_often_it_is_asked(
        self, provider: Provider, relation: Relation, content: MakeContent, add_member: AddMember
    ) -> None:
        """A welcome is safe to repeat while its code lives, and tells which call it was that greeted."""
        code, said = add_member(relation.staff_id), content()
        assert provider.messages.welcome(code, said) is Greeted.NOW
        assert provider.messages.welcome(code, said) is Greeted.BEFORE

    @needs("messages.welcome")
    def test_a_lost_answer_does_not_keep_from_greeting(
        self,
        provider: Provider,
        relation: Relation,
        content: MakeContent,
        add_member: AddMember,
        lose_answer: LoseAnswer,
    ) -> None:
        """Asked again, nothing is refused; a provider that asks again by itself knows that it was the one."""
        code, said = add_member(relation.staff_id), content()
        lose_answer("messages.welcome")
        try:
            greeted = provider.messages.welcome(code, said)
        except AnswerLost:
            assert provider.messages.welcome(code, said) is Greeted.BEFORE
        else:
            assert greeted is Greeted.NOW

    @needs("messages.welcome")
    def test_a_welcome_comes_too_late(
        self, provider: Provider, relation: Relation, content: MakeContent, add_member: AddMember, pass_time: PassTime
    ) -> None:
        """Codes live for seconds; what nobody gave out is no code either."""
        code = add_member(relation.staff_id)
        pass_time(_TOO_LATE)
        for bad in (code, f"{code}x"):
            with pytest.raises(PreconditionFailed):
                provider.messages.welcome(bad, content())

    @needs("messages.welcome")
    def test_a_welcome_without_words_is_refused(self, provider: Provider, records: list[CallRecord]) -> None:
        """Nothing to say, or too much: known before sending."""
        for bad in WORDLESS:
            with pytest.raises(InputError):
                provider.messages.welcome("some code", bad)
        assert not records

    @needs("messages.check_welcome")
    def test_a_welcome_is_checked_without_being_sent(
        self, provider: Provider, content: MakeContent, records: list[CallRecord]
    ) -> None:
        """What would be refused is, what would be sent is not, and no call is made."""
        provider.messages.check_welcome(content())
        for bad in WORDLESS:
            with pytest.raises(InputError):
                provider.messages.check_welcome(bad)
        assert not records

    @needs("messages.create_group_welcome", "messages.get_group_welcome", "messages.delete_group_welcome")
    def test_a_group_welcome_is_read_as_it_was_written(self, provider: Provider, content: MakeContent) -> None:
        """Text and attachment come back; a deleted one does not."""
        said = Content(content().text, (link(),))
        made = provider.messages.create_group_welcome(said, notify=False)
        found = provider.messages.get_group_welcome(made)
        assert (found.template_id, found.content) == (made, said)
        assert found.raw, "the vendor's answer is lost"
        assert said.text not in repr(found)
        provider.messages.delete_group_welcome(made)
        with pytest.raises(NotFound):
            provider.messages.get_group_welcome(made)

    @needs("messages.update_group_welcome", "messages.get_group_welcome", "messages.create_group_welcome")
    def test_a_group_welcome_is_replaced(
        self, provider: Provider, content: MakeContent, template_id: TemplateId
    ) -> None:
        """The new content stands instead of the old one, and saying it twice changes nothing more."""
        said = content()
        for _ in range(2):
            provider.messages.update_group_welcome(template_id, said)
            assert provider.messages.get_group_welcome(template_id).content == said

    @needs("messages.create_group_welcome")
    def test_a_group_welcome_holds_one_attachment(self, provider: Provider, records: list[CallRecord]) -> None:
        """More is refused before sending, and so is nothing at all."""
        for bad in (Content("two", (link(1), link(2))), Content()):
            with pytest.raises(InputError):
                provider.messages.create_group_welcome(bad)
        assert not records

    @needs("messages.create_group_welcome")
    def test_a_group_welcome_whose_answer_is_lost_is_not_made_twice(
        self, provider: Provider, content: MakeContent, lose_answer: LoseAnswer, records: list[CallRecord]
    ) -> None:
        """Such a call is not repeated by itself: there is no list in which a second one would be found."""
        lose_answer("messages.create_group_welcome")
        with pytest.raises(AnswerLost) as caught:
            provider.messages.create_group_welcome(content(), notify=False)
        assert len([record for record in records if record.operation == caught.value.operation]) == 1

    @needs("messages.get_group_welcome", "messages.update_group_welcome", "messages.delete_group_welcome")
    def test_unknown_group_welcomes_are_not_found(
        self, provider: Provider, content: MakeContent, unknown_id: str
    ) -> None:
        """Reading, changing and deleting what is not there."""
        for use in (
            lambda: provider.messages.get_group_welcome(unknown_id),
            lambda: provider.messages.update_group_welcome(unknown_id, content()),
            lambda: provider.messages.delete_group_welcome(unknown_id),
        ):
            with pytest.raises(NotFound):
                use()
