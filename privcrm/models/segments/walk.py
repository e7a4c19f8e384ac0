"""Going through expressions of any depth."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from privcrm.models.segments.combining import And, Condition, Not, Or, fold

__all__ = ["evaluate", "joined", "rebuild"]

T = TypeVar("T")


def evaluate(
    condition: Condition,
    leaf: Callable[[Condition], T],
    *,
    both: Callable[[T, T], T],
    either: Callable[[T, T], T],
    negate: Callable[[T], T],
) -> T:
    """Return what an expression comes to, from its clauses upwards.

    Parts are taken from left to right, and each is put to those before it at once, so that few results are held.
    """
    results: list[T] = []
    todo: list[Condition | Callable[[T, T], T] | None] = [condition]
    while todo:
        step = todo.pop()
        if step is None:
            results.append(negate(results.pop()))
        elif isinstance(step, Not):
            todo += (None, step.part)
        elif isinstance(step, And | Or):
            first, *others = step.parts
            for part in reversed(others):
                todo += (both if isinstance(step, And) else either, part)
            todo.append(first)
        elif isinstance(step, Condition):
            results.append(leaf(step))
        else:
            right = results.pop()
            results.append(step(results.pop(), right))
    return results[0]


def rebuild(condition: Condition, leaf: Callable[[Condition], Condition]) -> Condition:
    """Return the expression with each clause replaced by what ``leaf`` returns; what stays the same is not copied."""
    return fold(condition, leaf, _with_parts)


def joined(kind: type[And | Or], parts: Sequence[Condition]) -> Condition:
    """Return the parts put together; a single one stays as it is."""
    return parts[0] if len(parts) == 1 else kind(tuple(parts))


def _with_parts(node: Condition, parts: Sequence[Condition]) -> Condition:
    if all(new is old for new, old in zip(parts, node.below(), strict=True)):
        return node
    return Not(parts[0]) if isinstance(node, Not) else _like(node)(tuple(parts))


def _like(node: Condition) -> type[And | Or]:
    return And if isinstance(node, And) else Or
