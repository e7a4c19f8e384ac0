"""Live codes: a printed picture that stays while the people or groups behind it change.

Both kinds share one row of numbers, and every code remembers who made it: another program does not see it.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import attrs


@attrs.frozen
class Temporary:
    """What makes a contact code a temporary one: good for one add, and for a chat that ends by itself."""

    lives_for: int
    """Seconds after which nobody can be added any more."""
    chat_lasts: int
    """Seconds for which the two may chat after the add."""
    only_for: str = ""
    """The person it is meant for, by the id that the messenger gives; empty for anybody."""
    farewell: Mapping[str, Any] = attrs.field(repr=False, factory=dict[str, Any])
    """What is sent when the chat ends, in the form of the wire that brought it."""


@attrs.frozen
class ContactCode:
    """A code that leads to one of several employees. `staff` and `departments` are numbers."""

    number: int
    maker: str
    created_at: int
    single: bool
    staff: tuple[int, ...] = ()
    departments: tuple[int, ...] = ()
    channel: str = ""
    note: str = ""
    on_button: bool = False
    """Whether it is a button in a mini-program instead of a picture."""
    style: int = 1
    skips_verification: bool = True
    exclusive: bool = False
    temporary: Temporary | None = None
    deleted_at: int | None = None

    def expired(self, now: float) -> bool:
        """Whether a temporary code has outlived its time."""
        return self.temporary is not None and now >= self.created_at + self.temporary.lives_for


@attrs.frozen
class GroupCode:
    """A code that leads into one of several groups. `groups` are the listed ones, in order."""

    number: int
    maker: str
    created_at: int
    groups: tuple[int, ...] = ()
    opens_groups: bool = True
    """Whether a new group is opened when all are full."""
    base_name: str = ""
    first_number: int = 1
    """The number behind the name of the first group that is opened."""
    channel: str = ""
    note: str = ""
    on_button: bool = False
    named: int = 0
    """How many groups were opened under the present name."""
    unlisted: tuple[int, ...] = ()
    """Groups that were opened and lead on from the code without standing in its list."""
    deleted_at: int | None = None


@attrs.frozen
class TemporaryChat:
    """The chat that a temporary code began."""

    code: int
    staff: int
    member: int
    began_at: int
    ends_at: int
    closed_at: int | None = None

    def running(self, now: float) -> bool:
        """Whether the two may still write to each other."""
        return self.closed_at is None and now < self.ends_at


LiveCode = ContactCode | GroupCode
C = TypeVar("C", bound=LiveCode)


class LiveCodeBook:
    """All codes ever made, deleted ones included, and how often each led to somebody."""

    def __init__(self) -> None:
        self._codes: list[LiveCode] = []
        self._of_maker: dict[str, list[int]] = {}
        self._permanent = 0
        self.came: dict[int, Counter[int]] = {}
        """How many people came through a code (by number) to each employee or group."""
        self.waiting: dict[tuple[int, int], int] = {}
        """Codes through which members asked employees who have not accepted yet, by (employee, member)."""
        self._chats: dict[tuple[int, int], TemporaryChat] = {}
        self._pair_of_code: dict[int, tuple[int, int]] = {}

    def __len__(self) -> int:
        return len(self._codes)

    @property
    def permanent(self) -> int:
        """How many codes count against the company's quota: neither temporary nor deleted."""
        return self._permanent

    def next_number(self) -> int:
        """Return the number that the next code will have."""
        return len(self._codes)

    def keep(self, code: C) -> C:
        """Keep a new code, or a changed one with the number of the old."""
        if code.number == len(self._codes):
            self._codes.append(code)
            self._of_maker.setdefault(code.maker, []).append(code.number)
        else:
            self._permanent -= _counts(self._codes[code.number])
            self._codes[code.number] = code
        self._permanent += _counts(code)
        return code

    def find(self, number: int) -> LiveCode | None:
        """Return a code, also a deleted one, or None."""
        return self._codes[number] if 0 <= number < len(self._codes) else None

    def after(self, number: int) -> Iterator[LiveCode]:
        """Yield the codes behind a number, oldest first, deleted ones included."""
        return (self._codes[n] for n in range(number + 1, len(self._codes)))

    def contact_codes(self, maker: str, since: float, after: int = -1) -> Iterator[ContactCode]:
        """Yield a program's permanent contact codes made at or after *since*, oldest first, behind a number."""
        numbers = self._of_maker.get(maker, [])
        start = bisect_left(numbers, since, key=lambda number: self._codes[number].created_at)
        for place in range(max(start, bisect_right(numbers, after)), len(numbers)):
            code = self._codes[numbers[place]]
            if isinstance(code, ContactCode) and _counts(code):
                yield code

    def count(self, code: int, target: int) -> None:
        """Note that somebody came through a code to an employee or a group."""
        self.came.setdefault(code, Counter())[target] += 1

    def keep_chat(self, chat: TemporaryChat) -> None:
        """Keep a new or changed temporary chat; of one pair only the last is remembered."""
        self._chats[chat.staff, chat.member] = chat
        self._pair_of_code[chat.code] = chat.staff, chat.member

    def chat(self, staff: int, member: int) -> TemporaryChat | None:
        """Return the last temporary chat of an employee and a member."""
        return self._chats.get((staff, member))

    def chat_of(self, code: int) -> TemporaryChat | None:
        """Return the chat that a temporary code began."""
        pair = self._pair_of_code.get(code)
        chat = None if pair is None else self._chats[pair]
        return chat if chat is not None and chat.code == code else None


def _counts(code: LiveCode) -> bool:
    temporary = isinstance(code, ContactCode) and code.temporary is not None
    return code.deleted_at is None and not temporary
