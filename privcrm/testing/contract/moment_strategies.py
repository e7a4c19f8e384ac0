"""The contract of strategies for moments, a part of ``MomentsPort``."""

from collections.abc import Iterator

import pytest

from privcrm.models import StaffId, StrategyChange, StrategyId, StrategyNode, StrategySpec, staff_key
from privcrm.provider import Provider
from privcrm.testing.contract.base import Contract, Relation, needs


class MomentStrategiesContract(Contract):
    """Who may look after whose moments."""

    @pytest.fixture
    def strategy_id(self, provider: Provider, relation: Relation) -> Iterator[StrategyId]:
        """A strategy for one employee, removed afterwards."""
        someone = (StaffId(relation.staff_id),)
        made = provider.moments.create_strategy(StrategySpec("contract", someone, someone))
        yield made
        if made in set(provider.moments.strategies()):
            provider.moments.delete_strategy(made)

    @needs("moments.create_strategy", "moments.strategy", "moments.strategy_range", "moments.strategies")
    def test_a_moment_strategy_is_read_as_it_was_made(
        self, provider: Provider, relation: Relation, strategy_id: StrategyId
    ) -> None:
        """It is listed once, with its name, administrators and people."""
        assert list(provider.moments.strategies()).count(strategy_id) == 1
        found = provider.moments.strategy(strategy_id)
        assert (found.strategy_id, found.name, found.parent_id) == (strategy_id, "contract", None)
        assert [staff_key(one) for one in found.admin_ids] == [staff_key(relation.staff_id)]
        assert found.raw, "the vendor's answer is lost"
        assert list(provider.moments.strategy_range(strategy_id)) == [StrategyNode(StaffId(relation.staff_id))]

    @needs("moments.edit_strategy", "moments.strategy", "moments.create_strategy")
    def test_a_moment_strategy_changes_in_what_is_named(
        self, provider: Provider, relation: Relation, strategy_id: StrategyId
    ) -> None:
        """A new name leaves its administrators alone."""
        provider.moments.edit_strategy(strategy_id, StrategyChange(name="renamed"))
        found = provider.moments.strategy(strategy_id)
        assert found.name == "renamed"
        assert [staff_key(one) for one in found.admin_ids] == [staff_key(relation.staff_id)]

    @needs("moments.delete_strategy", "moments.strategies", "moments.create_strategy")
    def test_a_deleted_moment_strategy_is_gone(self, provider: Provider, strategy_id: StrategyId) -> None:
        """It leaves the list."""
        provider.moments.delete_strategy(strategy_id)
        assert strategy_id not in set(provider.moments.strategies())
