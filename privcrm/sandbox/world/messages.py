"""Mass messages: a program or an employee writes one, employees confirm it, members or groups receive it.

A message has one task for each employee who is to send it. Nothing reaches anybody before he confirms.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any

import attrs


class Result(Enum):
    """What became of one recipient."""

    WAITING = "waiting"
    SENT = "sent"
    NO_RELATION = "no_relation"
    OVER_QUOTA = "over_quota"


@attrs.frozen
class MassMessage:
    """One message. `maker` is the program that wrote it, empty if `creator` (an employee) did."""

    number: int
    maker: str
    creator: int | None
    to_groups: bool
    content: Mapping[str, Any] = attrs.field(repr=False)
    """What was written, in the form of the wire that brought it."""
    created_at: int
    may_choose: bool = False
    """Whether senders may leave out recipients."""
    any_of_each: tuple[tuple[int, ...], ...] = ()
    """Tags that recipients carry: one of each set. Used for recipients that are worked out later."""
    cancelled_at: int | None = None
    reminded_at: tuple[int, ...] = ()


@attrs.frozen
class Task:
    """What one employee has to send: numbers of members or groups, ascending, and what became of each.

    `recipients` is None while they are not worked out yet, or left to the sender.
    """

    message: int
    sender: int
    recipients: Sequence[int] | None
    confirmed_at: int | None = None
    results: tuple[Result, ...] = ()

    def outcomes(self) -> Iterator[tuple[int, Result]]:
        """Yield each recipient with what became of it."""
        recipients = self.recipients or ()
        return zip(recipients, self.results or (Result.WAITING,) * len(recipients), strict=True)


class MessageBook:
    """All mass messages in the order in which they were made, and when whom one reached."""

    def __init__(self) -> None:
        self._all: list[MassMessage] = []
        self._times: list[int] = []
        self._tasks: list[dict[int, Task]] = []
        self._received: dict[tuple[bool, int], tuple[int, ...]] = {}

    def __len__(self) -> int:
        return len(self._all)

    def __getitem__(self, number: int) -> MassMessage:
        return self._all[number]

    def find(self, number: int) -> MassMessage | None:
        """Return a message or None."""
        return self._all[number] if 0 <= number < len(self._all) else None

    def add(self, message: MassMessage, recipients: Mapping[int, Sequence[int] | None]) -> MassMessage:
        """Keep a new message, whose number is the length of the book, with the recipients of each sender."""
        self._all.append(message)
        self._times.append(message.created_at)
        self._tasks.append({sender: Task(message.number, sender, recipients[sender]) for sender in sorted(recipients)})
        return message

    def change(self, message: MassMessage) -> None:
        """Keep a changed message."""
        self._all[message.number] = message

    def since(self, start: int, after: int = -1) -> Iterator[MassMessage]:
        """Yield the messages made at *start* or later, behind a number, oldest first."""
        first = max(bisect_left(self._times, start), after + 1)
        return (self._all[number] for number in range(first, len(self._all)))

    def tasks(self, number: int) -> Iterable[Task]:
        """Return a message's tasks by ascending sender."""
        return self._tasks[number].values()

    def task(self, number: int, sender: int) -> Task | None:
        """Return what one employee has to do for a message, None if nothing."""
        return self._tasks[number].get(sender)

    def change_task(self, task: Task) -> None:
        """Keep a changed task."""
        self._tasks[task.message][task.sender] = task

    def reached(self, receiver: int, *, is_group: bool, at: int) -> None:
        """Remember that a member or group received a message."""
        key = (is_group, receiver)
        self._received[key] = (*self._received.get(key, ()), at)

    def received_since(self, receiver: int, start: float, *, is_group: bool) -> int:
        """Return how many messages a member or group received since then."""
        times = self._received.get((is_group, receiver), ())
        return len(times) - bisect_left(times, start)
