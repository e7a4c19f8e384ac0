"""The channel state that our codes carry: short, known as ours, proof against a slip of the pen, and not to be guessed.

Whoever knows a state can come with it by another way, and so choose how he is welcomed and tagged: states hold a part
drawn at random. Those that we made before have none, and are read all the same.
"""

from random import Random
from typing import Final

from privcrm.errors import InputError

__all__ = ["LONGEST_STATE", "OUR_PREFIX", "new_secret", "state_number", "state_of"]

LONGEST_STATE: Final = 30
"""Characters that the strictest vendor lets a state have."""
OUR_PREFIX: Final = "pvc-"

_ALPHABET: Final = "0123456789abcdefghijkmnpqrstuvwxyz"
"""Digits and small letters without l and o, which are taken for 1 and 0."""
_BASE: Final = len(_ALPHABET)
_CHECKS: Final = _ALPHABET + "lo_"
"""A prime number of characters, more than there are digits: so no slip of one letter goes unseen."""
_WIDTH: Final = 4
_SECRET: Final = 10
"""34 ** 10 are 51 bits, and each guess takes adding somebody."""


def new_secret(rng: Random) -> str:
    """Draw what makes a state hard to guess."""
    return "".join(rng.choices(_ALPHABET, k=_SECRET))


def state_of(number: int, part: int = 0, secret: str = "") -> str:
    """Return the state of our code with this number; ``part`` tells one vendor's code behind it from the others.

    It is ``pvc-``, the number, ``-``, the part, ``-``, what ``new_secret`` drew, and a check character; without a
    secret it is one as we made them before. Raises ``InputError`` for what is below 0, too large, or no secret.
    """
    if number < 0 or part < 0:
        raise InputError("a code's number and part are not below 0")
    if secret and (len(secret) != _SECRET or not set(secret) <= set(_ALPHABET)):
        raise InputError(f"a state's secret is {_SECRET} digits and small letters without l and o")
    body = _digits(number).rjust(_WIDTH, "0")
    if secret:
        body += f"-{_digits(part)}-{secret}"
    elif part:
        body += f"-{_digits(part)}"
    state = OUR_PREFIX + body + _check(body)
    if len(state) > LONGEST_STATE:
        raise InputError("a code's number and part are too large for a state")
    return state


def state_number(state: str) -> tuple[int, int] | None:
    """Return the number and part of a state of ours, or None for one that is somebody else's, or mistyped.

    That it reads as one of ours does not make it one: whose a state is stands in the store.
    """
    if len(state) > LONGEST_STATE:
        return None
    number, part, secret = (*state[len(OUR_PREFIX) : -1].split("-", 2), "", "")[:3]
    if not state.startswith(OUR_PREFIX) or not number or not set(number + part + secret) <= set(_ALPHABET):
        return None
    found = _value(number), _value(part)
    # Written again it must be the same: no leading zeros too many, nothing left out.
    try:
        return found if state_of(*found, secret) == state else None
    except InputError:
        return None


def _digits(number: int) -> str:
    found = ""
    while number or not found:
        number, rest = divmod(number, _BASE)
        found = _ALPHABET[rest] + found
    return found


def _value(text: str) -> int:
    value = 0
    for letter in text:
        value = value * _BASE + _ALPHABET.index(letter)
    return value


def _check(body: str) -> str:
    """Return a character that changes with any one letter, and with any two neighbours exchanged."""
    total = 0
    for letter in body:
        total = (total * 3 + (_ALPHABET.index(letter) if letter != "-" else _BASE)) % len(_CHECKS)
    return _CHECKS[total]
