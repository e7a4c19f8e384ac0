"""The contract of ``AcquisitionPort``."""

from collections.abc import Callable, Iterator

import pytest
from attrs import evolve

from privcrm.clock import Clock
from privcrm.errors import AnswerLost, InputError, NotFound, Refused
from privcrm.models import AcquisitionLink, AcquisitionLinkSpec, StaffId
from privcrm.provider import CallRecord, Provider
from privcrm.testing.contract.base import Contract, LoseAnswer, PassTime, Relation, needs, skipping
from privcrm.testing.contract.listings import paged

OpenLink = Callable[[str, str], str]
MemberWrites = Callable[[str, str], str]
_DAY = 86_400
_HALF_AN_HOUR = 1800.0


class AcquisitionContract(Contract):
    """Keeping links, and counting whom they bring."""

    @pytest.fixture
    def open_link(self) -> OpenLink:
        """A function that lets somebody come through a link (link, state) and returns the new member."""
        return skipping("nobody comes through links on demand")

    @pytest.fixture
    def member_writes(self) -> MemberWrites:
        """A function that lets a member write to an employee (employee, member) and returns the key of the chat."""
        return skipping("nobody writes on demand")

    @pytest.fixture
    def link_spec(self, relation: Relation) -> AcquisitionLinkSpec:
        """A link to one employee."""
        return AcquisitionLinkSpec("contract", (StaffId(relation.staff_id),))

    @pytest.fixture
    def acquisition_link(self, provider: Provider, link_spec: AcquisitionLinkSpec) -> Iterator[AcquisitionLink]:
        """That link, made, and removed afterwards."""
        made = provider.acquisition.create(link_spec)
        yield made
        if made.link_id in set(provider.acquisition.list()):
            provider.acquisition.delete(made.link_id)

    @needs("acquisition.create", "acquisition.get", "acquisition.list")
    def test_a_link_is_read_as_it_was_made(
        self, provider: Provider, link_spec: AcquisitionLinkSpec, acquisition_link: AcquisitionLink
    ) -> None:
        """What ``create`` returns is what ``get`` finds, address included."""
        assert acquisition_link.url.startswith(("https://", "http://"))
        found = provider.acquisition.get(acquisition_link.link_id)
        assert (found.link_id, found.url, found.spec) == (acquisition_link.link_id, acquisition_link.url, link_spec)
        assert found.raw, "the vendor's answer is lost"
        assert list(provider.acquisition.list()).count(acquisition_link.link_id) == 1

    @needs("acquisition.create", "acquisition.list", "acquisition.delete")
    def test_links_are_listed_once_over_all_pages(self, provider: Provider, link_spec: AcquisitionLinkSpec) -> None:
        """No page loses or repeats one, and a listing resumes at every cursor."""
        made = [provider.acquisition.create(link_spec).link_id for _ in range(5)]
        assert set(made) <= set(paged(provider.acquisition.list, str))
        for one in made:
            provider.acquisition.delete(one)

    @needs("acquisition.create", "acquisition.list", "acquisition.get")
    def test_a_link_whose_answer_is_lost_is_found_by_its_name(
        self, provider: Provider, link_spec: AcquisitionLinkSpec, lose_answer: LoseAnswer
    ) -> None:
        """It is not made twice, and the look-up finds it."""
        before = set(provider.acquisition.list())
        lose_answer("acquisition.create")
        with pytest.raises(AnswerLost):
            provider.acquisition.create(link_spec)
        (made,) = set(provider.acquisition.list()) - before
        assert provider.acquisition.get(made).spec.name == link_spec.name
        provider.acquisition.delete(made)

    @needs("acquisition.update", "acquisition.get", "acquisition.create", "staff.serving")
    def test_a_link_keeps_its_address(
        self, provider: Provider, link_spec: AcquisitionLinkSpec, acquisition_link: AcquisitionLink
    ) -> None:
        """Name and people are replaced, as often as it is said."""
        people = tuple(one for one in provider.staff.serving() if one not in link_spec.staff_ids)[:2]
        changed = AcquisitionLinkSpec("contract, changed", people)
        for _ in range(2):
            provider.acquisition.update(acquisition_link.link_id, changed)
            found = provider.acquisition.get(acquisition_link.link_id)
            assert (found.url, found.spec) == (acquisition_link.url, changed)

    @needs("acquisition.delete", "acquisition.get", "acquisition.create")
    def test_a_deleted_link_is_not_found(self, provider: Provider, acquisition_link: AcquisitionLink) -> None:
        """It leaves the list as well."""
        provider.acquisition.delete(acquisition_link.link_id)
        assert acquisition_link.link_id not in set(provider.acquisition.list())
        with pytest.raises(NotFound):
            provider.acquisition.get(acquisition_link.link_id)

    @needs("acquisition.get", "acquisition.update", "acquisition.delete")
    def test_unknown_links_are_not_found(
        self, provider: Provider, link_spec: AcquisitionLinkSpec, unknown_id: str
    ) -> None:
        """Reading what is not there; changing and deleting it are refused, and not every vendor says why."""
        with pytest.raises(NotFound):
            provider.acquisition.get(unknown_id)
        with pytest.raises(Refused):
            provider.acquisition.update(unknown_id, link_spec)
        with pytest.raises(Refused):
            provider.acquisition.delete(unknown_id)

    @needs("acquisition.create", "acquisition.update")
    def test_links_out_of_bounds_are_refused(
        self, provider: Provider, link_spec: AcquisitionLinkSpec, records: list[CallRecord]
    ) -> None:
        """No name, nobody, too long: known before sending."""
        sent = len(records)
        for bad in (
            evolve(link_spec, name=""),
            evolve(link_spec, name="长" * 1000),
            evolve(link_spec, staff_ids=()),
            evolve(link_spec, friends_of=link_spec.staff_ids),
        ):
            with pytest.raises(InputError):
                provider.acquisition.create(bad)
            with pytest.raises(InputError):
                provider.acquisition.update("some link", bad)
        assert len(records) == sent

    @needs("acquisition.acquired", "acquisition.create")
    def test_who_came_through_a_link_is_listed(
        self, provider: Provider, relation: Relation, acquisition_link: AcquisitionLink, open_link: OpenLink
    ) -> None:
        """Nobody at first, then the member with employee and state."""
        assert not list(provider.acquisition.acquired(acquisition_link.link_id))
        member_id = open_link(acquisition_link.link_id, "poster")
        (came,) = provider.acquisition.acquired(acquisition_link.link_id)
        assert (came.member_id, came.staff_id, came.state) == (member_id, relation.staff_id, "poster")
        assert not came.wrote

    @needs("acquisition.chat", "acquisition.create")
    def test_a_chat_key_leads_to_the_member(
        self,
        provider: Provider,
        *,
        relation: Relation,
        acquisition_link: AcquisitionLink,
        open_link: OpenLink,
        member_writes: MemberWrites,
        pass_time: PassTime,
    ) -> None:
        """The chat tells who wrote to whom, through which link; half an hour later the key opens nothing."""
        member_id = open_link(acquisition_link.link_id, "poster")
        chat_key = member_writes(relation.staff_id, member_id)
        chat = provider.acquisition.chat(chat_key)
        assert (chat.member_id, chat.staff_id, chat.state) == (member_id, relation.staff_id, "poster")
        assert chat.received == 1
        pass_time(_HALF_AN_HOUR + 60.0)
        with pytest.raises(NotFound):
            provider.acquisition.chat(chat_key)

    @needs("acquisition.chat")
    def test_an_unknown_chat_key_is_not_found(self, provider: Provider, unknown_id: str) -> None:
        """Keys live half an hour; this one never did."""
        with pytest.raises(NotFound):
            provider.acquisition.chat(unknown_id)

    @needs("acquisition.quota")
    def test_what_was_bought_is_told(self, provider: Provider) -> None:
        """Never more is left than was bought."""
        quota = provider.acquisition.quota()
        assert 0 <= quota.balance <= quota.total

    @needs("acquisition.figures", "acquisition.create")
    def test_figures_count_whole_days(
        self, provider: Provider, clock: Clock, acquisition_link: AcquisitionLink
    ) -> None:
        """A new link brought nobody before it was there; days the wrong way round are refused."""
        today = int(clock.time())
        figures = provider.acquisition.figures(acquisition_link.link_id, today - 2 * _DAY, today - _DAY)
        assert (figures.opened, figures.added) == (0, 0)
        with pytest.raises(InputError):
            provider.acquisition.figures(acquisition_link.link_id, today, today - 2 * _DAY)
