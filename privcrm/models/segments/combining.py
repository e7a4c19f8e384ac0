"""How conditions combine: all of them, one of them, or not.

Nothing here calls itself: an expression may be nested deeper than Python's stack.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, ClassVar, Final, TypeVar

from attrs import Attribute, field, frozen

from privcrm.errors import InputError
from privcrm.models.fields import came

__all__ = ["And", "Combination", "Condition", "Not", "Or", "fold", "written"]

T = TypeVar("T")

_TIGHTEST: Final = 9


class Condition:
    """One clause, or several put together with ``&``, ``|`` and ``~``."""

    binds: ClassVar[int] = _TIGHTEST

    def __and__(self, other: "Condition") -> "And":
        return And((*_parts(And, self), *_parts(And, other)))

    def __or__(self, other: "Condition") -> "Or":
        return Or((*_parts(Or, self), *_parts(Or, other)))

    def __invert__(self) -> "Condition":
        return self.part if isinstance(self, Not) else Not(self)

    def __bool__(self) -> bool:
        raise TypeError("a condition is neither true nor false by itself: combine with & | ~, not with and, or, not")

    def below(self) -> "tuple[Condition, ...]":
        """Return the conditions that this one is put together from: none, if it is a clause."""
        return ()

    def clauses(self) -> "Iterator[Condition]":
        """Yield the conditions that are no combination, in the order in which they are written."""
        todo: list[Condition] = [self]
        while todo:
            condition = todo.pop()
            if isinstance(condition, Combination):
                todo.extend(reversed(condition.below()))
            else:
                yield condition


class Combination(Condition):
    """Conditions put together. Equal are those that are put together alike from equal clauses."""

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Combination):
            return NotImplemented
        todo: list[tuple[Condition, Condition]] = [(self, other)]
        while todo:
            one, two = todo.pop()
            if one is two:
                continue
            if type(one) is not type(two) or len(one.below()) != len(two.below()):
                return False
            if isinstance(one, Combination):
                todo.extend(zip(one.below(), two.below(), strict=True))
            elif one != two:
                return False
        return True

    def __hash__(self) -> int:
        return fold(self, hash, lambda node, found: hash((type(node).__name__, *found)))

    def __repr__(self) -> str:
        return written(self, repr)

    def layout(self) -> "Iterator[Condition | str]":
        """Yield the parts and what is written between and around them."""
        raise NotImplementedError


class _Several(Combination):
    """What ``And`` and ``Or`` share."""

    sign: ClassVar[str]

    def layout(self) -> "Iterator[Condition | str]":
        for number, part in enumerate(self.below()):
            yield self.sign if number else ""
            yield from _enclosed(part, part.binds <= self.binds)


def _together(parts: Iterable[Condition]) -> tuple[Condition, ...]:
    return tuple(parts)


def _are_conditions(instance: Condition, attribute: "Attribute[Any]", value: tuple[Any, ...]) -> None:
    where = f"{type(instance).__name__}.{attribute.name}"
    if len(value) < 2:  # noqa: PLR2004 - fewer are no combination
        raise InputError(f"{where} takes at least two conditions, {len(value) or 'none'} was given")
    for part in value:
        _is_condition(instance, attribute, part)


def _is_condition(instance: Condition, attribute: "Attribute[Any]", value: Any) -> None:
    if not isinstance(value, Condition):
        raise InputError(f"{type(instance).__name__}.{attribute.name} takes conditions, {came(value)} was given")


@frozen(eq=False, repr=False)
class And(_Several):
    """All of them hold."""

    binds: ClassVar[int] = 2
    sign: ClassVar[str] = " & "
    parts: tuple[Condition, ...] = field(converter=_together, validator=_are_conditions)

    def below(self) -> tuple[Condition, ...]:
        """Return the parts."""
        return self.parts


@frozen(eq=False, repr=False)
class Or(_Several):
    """At least one of them holds."""

    binds: ClassVar[int] = 1
    sign: ClassVar[str] = " | "
    parts: tuple[Condition, ...] = field(converter=_together, validator=_are_conditions)

    def below(self) -> tuple[Condition, ...]:
        """Return the parts."""
        return self.parts


@frozen(eq=False, repr=False)
class Not(Combination):
    """It does not hold."""

    binds: ClassVar[int] = 3
    part: Condition = field(validator=_is_condition)

    def below(self) -> tuple[Condition, ...]:
        """Return what is denied."""
        return (self.part,)

    def layout(self) -> Iterator[Condition | str]:
        """Yield the sign and what is denied."""
        yield "~"
        yield from _enclosed(self.part, self.part.binds < self.binds)


def _parts(kind: type[And | Or], condition: Condition) -> tuple[Condition, ...]:
    return condition.below() if isinstance(condition, kind) else (condition,)


def _enclosed(part: Condition, within: bool) -> Iterator[Condition | str]:
    if within:
        yield "("
    yield part
    if within:
        yield ")"


def fold(condition: Condition, leaf: Callable[[Condition], T], join: Callable[[Condition, Sequence[T]], T]) -> T:
    """Return what an expression comes to, from the clauses upwards.

    ``join`` gets a combination and what its parts came to, in their order.
    """
    values: list[T] = []
    todo: list[tuple[Condition, bool]] = [(condition, False)]
    while todo:
        step, are_parts_done = todo.pop()
        if not isinstance(step, Combination):
            values.append(leaf(step))
        elif are_parts_done:
            start = len(values) - len(step.below())
            values[start:] = [join(step, values[start:])]
        else:
            todo.append((step, True))
            todo.extend((part, False) for part in reversed(step.below()))
    return values[0]


def written(condition: Condition, leaf: Callable[[Condition], str]) -> str:
    """Return an expression with as few parentheses as show how it is put together; ``leaf`` writes its clauses."""
    pieces: list[str] = []
    todo: list[Condition | str] = [condition]
    while todo:
        step = todo.pop()
        if isinstance(step, str):
            pieces.append(step)
        elif isinstance(step, Combination):
            todo.extend(reversed(list(step.layout())))
        else:
            pieces.append(leaf(step))
    return "".join(pieces)
