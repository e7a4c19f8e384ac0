"""Welcomes: whoever adds an employee may be greeted once, by whichever program holds the code of that add."""

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from privcrm.sandbox.world.chance import Stream


@attrs.frozen
class Greeting:
    """A program's attempt to greet: from when to when it is under way, and whether it arrives."""

    maker: str
    began_at: float
    ends_at: float
    arrives: bool
    content: Mapping[str, Any] = attrs.field(repr=False, factory=dict[str, Any])
    """What was written, in the form of the wire that brought it."""


@attrs.frozen
class Welcome:
    """The right to greet one member once in one employee's name."""

    number: int
    code: str = attrs.field(repr=False)
    """What the company's own program knows this right by; each program is given its own code."""
    staff: int
    member: int
    issued_at: float
    greeting: Greeting | None = None

    def under_way(self, now: float) -> bool:
        """Whether some program is sending a greeting right now."""
        return self.greeting is not None and now < self.greeting.ends_at

    def greeted(self, now: float) -> bool:
        """Whether a greeting has arrived."""
        return self.greeting is not None and self.greeting.arrives and now >= self.greeting.ends_at


class WelcomeBook:
    """All codes ever given out. How long a code lives is the vendor's rule, not the world's."""

    def __init__(self, seed: int) -> None:
        self._draw = Stream(seed, "welcome codes")
        self._draw_more = Stream(seed, "welcome codes of other programs")
        self._all: list[Welcome] = []
        self._by_code: dict[str, int] = {}
        self.console: dict[int, Mapping[str, Any]] = {}
        """Greetings that an administrator wrote, by employee: who has one there gives no codes to programs."""

    def __len__(self) -> int:
        return len(self._all)

    def issue(self, staff: int, member: int, *, at: float) -> str:
        """Return a new code for one add."""
        return self.grant(staff, member, at=at).code

    def grant(self, staff: int, member: int, *, at: float) -> Welcome:
        """Return a new right to greet, for one add."""
        number = len(self._all)
        code = f"{self._draw(number * 2):016X}{self._draw(number * 2 + 1):016X}"
        self._all.append(Welcome(number, code, staff, member, at))
        self._by_code[code] = number
        return self._all[number]

    def code_for(self, welcome: Welcome, program: int) -> str:
        """Return the code by which another program, told by its number, knows a right."""
        code = f"{self._draw_more(program << 32 | welcome.number):016X}{welcome.code[16:]}"
        self._by_code[code] = welcome.number
        return code

    def find(self, code: str) -> Welcome | None:
        """Return what a code stands for, however old, or None."""
        number = self._by_code.get(code)
        return None if number is None else self._all[number]

    def greet(self, welcome: Welcome, greeting: Greeting) -> None:
        """Let a program try to greet; an attempt that did not arrive makes room for the next."""
        self._all[welcome.number] = attrs.evolve(welcome, greeting=greeting)

    def after(self, number: int) -> Iterator[Welcome]:
        """Yield the welcomes behind a number, oldest first."""
        return (self._all[n] for n in range(number + 1, len(self._all)))
