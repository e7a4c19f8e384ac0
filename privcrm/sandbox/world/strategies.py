"""Strategies: who of the staff is looked after by which administrators, and what these may do."""

from collections.abc import Collection, Iterator, Mapping

import attrs

from privcrm.sandbox.world.staff import StaffBook


@attrs.frozen
class Node:
    """One employee or one department, by number."""

    number: int
    is_staff: bool


@attrs.frozen
class Strategy:
    """A strategy. `parent` is 0 at the top; below the top the rights are those of the top."""

    number: int
    parent: int
    name: str
    admins: tuple[int, ...]
    rights: Mapping[str, bool]
    nodes: tuple[Node, ...]
    created_at: int
    maker: str


class StrategyBook:
    """The strategies of one kind. Numbers begin with 1 and are never used twice."""

    def __init__(self, staff: StaffBook) -> None:
        self._staff = staff
        self._kept: dict[int, Strategy] = {}
        self._last = 0

    def next_number(self) -> int:
        """Return the number for a new strategy."""
        self._last += 1
        return self._last

    def keep(self, strategy: Strategy) -> None:
        """Keep a new or changed strategy."""
        self._kept[strategy.number] = strategy

    def get(self, number: int) -> Strategy | None:
        """Return a strategy, or None."""
        return self._kept.get(number)

    def of(self, maker: str) -> Iterator[Strategy]:
        """Yield what somebody made, oldest first."""
        return (strategy for strategy in self._kept.values() if strategy.maker == maker)

    def line(self, number: int) -> list[Strategy]:
        """Return a strategy and what is above it, the top last."""
        strategy = self._kept[number]
        return [strategy, *self.line(strategy.parent)] if strategy.parent else [strategy]

    def delete(self, number: int) -> list[int]:
        """Delete a strategy with all below it; return their numbers."""
        gone = [number]
        for strategy in self._kept.values():  # the lower ones stand behind those above them
            if strategy.parent in gone:
                gone.append(strategy.number)
        for one in gone:
            del self._kept[one]
        return gone

    def covers(self, number: int, nodes: Collection[Node]) -> bool:
        """Whether all *nodes* are in the range of a strategy."""
        own = self._kept[number].nodes
        departments = {d for node in own if not node.is_staff for d in self._staff.subtree(node.number)}
        people = {node.number for node in own if node.is_staff}
        return all(
            node.number in people or self._staff[node.number].department in departments
            if node.is_staff
            else node.number in departments
            for node in nodes
        )
