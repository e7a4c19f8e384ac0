"""People outside the company, computed from the seed when somebody looks."""

from enum import Enum

import attrs

from privcrm.sandbox.world.chance import Stream
from privcrm.sandbox.world.names import GIVEN_LIST, NICKNAMES, SURNAME_LIST

_PHONE_HEADS = ("134", "136", "138", "139", "150", "158", "176", "182", "186", "189")
_SHARED_PHONE_EVERY = 97


class Kind(Enum):
    """With which messenger a person talks to the company."""

    CONSUMER = "consumer"
    COLLEAGUE = "colleague"
    """Somebody from another company, with a business account."""


@attrs.frozen
class Member:
    """A person outside the company. Never changes: what changes is the relation to staff and groups."""

    number: int
    name: str
    kind: Kind
    gender: int
    phone: str = attrs.field(repr=False)


class MemberBook:
    """Derives person *number*; any number is somebody."""

    def __init__(self, seed: int) -> None:
        self._draw = Stream(seed, "member")
        self._phone = Stream(seed, "phone")

    def kind(self, number: int) -> Kind:
        """Return what sort of person this is (three in a hundred are colleagues)."""
        return _kind(self._draw(number))

    def __getitem__(self, number: int) -> Member:
        luck = self._draw(number)
        return Member(number, self._name(luck >> 8), _kind(luck), (luck >> 40) % 3, self.phone(number))

    def _name(self, luck: int) -> str:
        if luck % 4 == 0:
            return NICKNAMES[(luck >> 2) % len(NICKNAMES)]
        return SURNAME_LIST[(luck >> 2) % len(SURNAME_LIST)] + GIVEN_LIST[(luck >> 10) % len(GIVEN_LIST)]

    def phone(self, number: int) -> str:
        """Return the phone number; about one person in a hundred shares that of the person before."""
        owner = number - 1 if number % _SHARED_PHONE_EVERY == _SHARED_PHONE_EVERY - 1 else number
        luck = self._phone(owner)
        return f"{_PHONE_HEADS[luck % len(_PHONE_HEADS)]}{(luck >> 8) % 100_000_000:08d}"


def _kind(luck: int) -> Kind:
    return Kind.COLLEAGUE if luck % 100 < 3 else Kind.CONSUMER  # noqa: PLR2004
