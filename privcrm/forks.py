"""What must not be shared by a process and its forked child: sockets, held locks, budgets."""

import os
import weakref
from typing import Protocol


class Resettable(Protocol):
    """Something that can start afresh in a child."""

    def reset(self) -> None:
        """Let go of everything that belongs to the parent."""
        ...


# Weak: nothing that is no longer used may be kept alive, nor reset in a child.
_known: "weakref.WeakSet[Resettable]" = weakref.WeakSet()


def reset_in_children(thing: Resettable) -> None:
    """Have ``thing.reset()`` called in every child that is forked from now on."""
    _known.add(thing)


def _reset_all() -> None:
    for thing in list(_known):
        thing.reset()


os.register_at_fork(after_in_child=_reset_all)
