"""What the ports share whose areas have strategies of their own."""

from collections.abc import Mapping
from typing import Any

from privcrm.models import Pages, Strategy, StrategyChange, StrategyId, StrategyNode, StrategySpec
from privcrm.provider.ports._base import Port


class Strategies(Port):
    """Strategies (规则组) of an area: who administers it for whom, and with which privileges."""

    def strategies(self, cursor: str = "") -> Pages[StrategyId]:
        """List the strategies (规则组) that this app made."""
        raise self._unsupported("strategies")

    def strategy(self, strategy_id: str) -> Strategy:
        """Return one strategy without the people whom it covers."""
        raise self._unsupported("strategy")

    def strategy_range(self, strategy_id: str, cursor: str = "") -> Pages[StrategyNode]:
        """List the employees and departments whom a strategy covers."""
        raise self._unsupported("strategy_range")

    def create_strategy(self, spec: StrategySpec, *, extra: Mapping[str, Any] | None = None) -> StrategyId:
        """Make a strategy. Not safe to repeat: look through ``strategies`` for its name when an answer was lost.

        More people than one call takes raise ``InputError``: add the rest with ``edit_strategy``.
        """
        raise self._unsupported("create_strategy")

    def edit_strategy(
        self, strategy_id: str, change: StrategyChange, *, extra: Mapping[str, Any] | None = None
    ) -> None:
        """Change a strategy; what ``change`` leaves out stays. Safe to repeat. Never edit two at a time."""
        raise self._unsupported("edit_strategy")

    def delete_strategy(self, strategy_id: str) -> None:
        """Delete a strategy. Cannot be undone."""
        raise self._unsupported("delete_strategy")
