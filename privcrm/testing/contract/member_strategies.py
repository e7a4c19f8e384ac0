"""The contract of strategies for members and of their tags, a part of ``MembersPort`` and ``TagsPort``."""

from collections.abc import Iterator

import pytest
from attrs import evolve

from privcrm.errors import InputError, Refused
from privcrm.models import (
    StaffId,
    Strategy,
    StrategyChange,
    StrategyId,
    StrategyNode,
    StrategySpec,
    TagGroup,
    staff_key,
)
from privcrm.provider import CallRecord, Provider
from privcrm.testing.contract.base import Contract, Relation, needs

_TOO_MANY = 100_000


class MemberStrategiesContract(Contract):
    """Who may look after whose members, and the tags that belong to them."""

    @pytest.fixture
    def strategy_spec(self, relation: Relation) -> StrategySpec:
        """One employee, administering himself."""
        someone = (StaffId(relation.staff_id),)
        return StrategySpec("contract", someone, someone)

    @pytest.fixture
    def member_strategy_id(self, provider: Provider, strategy_spec: StrategySpec) -> Iterator[StrategyId]:
        """A strategy, removed afterwards."""
        made = provider.members.create_strategy(strategy_spec)
        yield made
        if made in set(provider.members.strategies()):
            provider.members.delete_strategy(made)

    @pytest.fixture
    def strategy_group(self, provider: Provider, member_strategy_id: StrategyId) -> TagGroup:
        """A group of two tags that belong to a strategy."""
        return provider.tags.create_strategy_tags(member_strategy_id, ["silver", "gold"], group_name="level")

    @needs("members.create_strategy", "members.strategy", "members.strategy_range", "members.strategies")
    def test_a_strategy_reads_back_as_it_was_made(
        self, provider: Provider, strategy_spec: StrategySpec, member_strategy_id: StrategyId
    ) -> None:
        """It is listed once, with its name, administrators and people."""
        assert list(provider.members.strategies()).count(member_strategy_id) == 1
        found = provider.members.strategy(member_strategy_id)
        assert (found.strategy_id, found.name, found.parent_id) == (member_strategy_id, strategy_spec.name, None)
        assert _admins(found) == list(map(staff_key, strategy_spec.admin_ids))
        assert found.raw, "the vendor's answer is lost"
        assert list(provider.members.strategy_range(member_strategy_id)) == [StrategyNode(strategy_spec.staff_ids[0])]

    @needs("members.edit_strategy", "members.strategy", "members.strategy_range", "members.create_strategy")
    def test_a_strategy_changes_in_what_is_named(
        self, provider: Provider, strategy_spec: StrategySpec, member_strategy_id: StrategyId
    ) -> None:
        """A new name leaves administrators and people alone; people are added and removed. Twice is as once."""
        before, other = provider.members.strategy(member_strategy_id), list(provider.staff.serving())[-1]
        change = StrategyChange(name="renamed", add_staff_ids=(other,), remove_staff_ids=strategy_spec.staff_ids)
        for _ in range(2):
            provider.members.edit_strategy(member_strategy_id, change)
            found = provider.members.strategy(member_strategy_id)
            assert (found.name, _admins(found), found.denied) == ("renamed", _admins(before), before.denied)
            assert list(provider.members.strategy_range(member_strategy_id)) == [StrategyNode(other)]

    @needs("members.delete_strategy", "members.strategies", "members.strategy", "members.create_strategy")
    def test_a_deleted_strategy_is_gone(self, provider: Provider, member_strategy_id: StrategyId) -> None:
        """It can be neither listed nor read."""
        provider.members.delete_strategy(member_strategy_id)
        assert member_strategy_id not in set(provider.members.strategies())
        with pytest.raises(Refused):
            provider.members.strategy(member_strategy_id)

    @needs("members.create_strategy", "members.edit_strategy")
    def test_a_strategy_of_too_many_is_refused(
        self, provider: Provider, strategy_spec: StrategySpec, records: list[CallRecord]
    ) -> None:
        """More people than one call takes, nobody at all, no name, and a change of nothing: before sending."""
        sent, crowd = len(records), tuple(StaffId(f"staff{number}") for number in range(_TOO_MANY))
        for wrong in ({"staff_ids": crowd}, {"staff_ids": ()}, {"name": ""}, {"admin_ids": ()}):
            with pytest.raises(InputError):
                provider.members.create_strategy(evolve(strategy_spec, **wrong))
        with pytest.raises(InputError):
            provider.members.edit_strategy("1", StrategyChange())
        assert len(records) == sent

    @needs("tags.create_strategy_tags", "tags.strategy_tags", "tags.list")
    def test_tags_of_a_strategy_are_in_a_list_of_their_own(
        self, provider: Provider, member_strategy_id: StrategyId, strategy_group: TagGroup
    ) -> None:
        """Under the strategy, by id too, and not among the company's."""
        (group,) = provider.tags.strategy_tags(member_strategy_id)
        assert (group.group_id, [tag.name for tag in group.tags]) == (strategy_group.group_id, ["silver", "gold"])
        assert {tag.tag_id for tag in group.tags} == {tag.tag_id for tag in strategy_group.tags}
        (found,) = provider.tags.strategy_tags(tag_ids=[strategy_group.tags[0].tag_id])
        assert [tag.tag_id for tag in found.tags] == [strategy_group.tags[0].tag_id]
        assert strategy_group.group_id not in {group.group_id for group in provider.tags.list()}

    @needs("tags.edit_strategy_tag", "tags.delete_strategy_tags", "tags.strategy_tags")
    def test_tags_of_a_strategy_are_renamed_and_deleted(
        self, provider: Provider, member_strategy_id: StrategyId, strategy_group: TagGroup
    ) -> None:
        """A new name shows in the list; a deleted tag is gone from it, a deleted group with all its tags."""
        first, second = (tag.tag_id for tag in strategy_group.tags)
        provider.tags.edit_strategy_tag(first, name="bronze")
        provider.tags.delete_strategy_tags(tag_ids=[second])
        (group,) = provider.tags.strategy_tags(member_strategy_id)
        assert {tag.tag_id: tag.name for tag in group.tags} == {first: "bronze"}
        provider.tags.delete_strategy_tags(group_ids=[group.group_id])
        assert not list(provider.tags.strategy_tags(member_strategy_id))


def _admins(strategy: Strategy) -> list[str]:
    return list(map(staff_key, strategy.admin_ids))
