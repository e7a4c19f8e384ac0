"""Rules on what employees may write to customers: words that are blocked or warned of, and for whom."""

from collections.abc import Iterator

import attrs


@attrs.frozen
class InterceptRule:
    """One rule, for employees and whole departments."""

    number: int
    maker: str
    name: str
    words: tuple[str, ...] = attrs.field(repr=False)
    kinds: tuple[int, ...]
    """What is caught besides words: 1 phone numbers, 2 mail addresses, 3 red packets."""
    blocks: bool
    """Whether a message is kept back, or only warned of."""
    staff: frozenset[int]
    departments: frozenset[int]
    made_at: int
    deleted: bool = False


class InterceptBook:
    """All rules, deleted ones included."""

    def __init__(self) -> None:
        self._all: list[InterceptRule] = []

    @property
    def next_number(self) -> int:
        """The number of the next new rule."""
        return len(self._all)

    def find(self, number: int) -> InterceptRule | None:
        """Return a rule, also a deleted one, or None."""
        return self._all[number] if 0 <= number < len(self._all) else None

    def __iter__(self) -> Iterator[InterceptRule]:
        """Yield the rules, deleted ones included, oldest first."""
        return iter(self._all)

    def living(self) -> Iterator[InterceptRule]:
        """Yield the rules that were not deleted, oldest first."""
        return (rule for rule in self._all if not rule.deleted)

    def put(self, rule: InterceptRule) -> None:
        """Keep a new or changed rule."""
        if rule.number == len(self._all):
            self._all.append(rule)
        else:
            self._all[rule.number] = rule
