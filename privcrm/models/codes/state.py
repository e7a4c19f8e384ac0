"""The channel state that our codes carry: short, recognised as ours, and proof against a slip of the pen."""

from typing import Final

from privcrm.errors import InputError

__all__ = ["LONGEST_STATE", "OUR_PREFIX", "state_number", "state_of"]

LONGEST_STATE: Final = 30
"""Characters that the strictest vendor lets a state have."""
OUR_PREFIX: Final = "pvc-"

_ALPHABET: Final = "0123456789abcdefghijkmnpqrstuvwxyz"
"""Digits and small letters without l and o, which are taken for 1 and 0."""
_BASE: Final = len(_ALPHABET)
_CHECKS: Final = _ALPHABET + "lo_"
"""A prime number of characters, more than there are digits: so no slip of one letter goes unseen."""
_WIDTH: Final = 4


def state_of(number: int, part: int = 0) -> str:
    """Return the state of our code with this number; ``part`` tells one vendor's code behind it from the others.

    It is ``pvc-``, the number, ``-`` and the part where there is one, and a check character. Raises ``InputError`` for
    what is below 0 or too large.
    """
    if number < 0 or part < 0:
        raise InputError("a code's number and part are not below 0")
    body = _digits(number).rjust(_WIDTH, "0") + (f"-{_digits(part)}" if part else "")
    state = OUR_PREFIX + body + _check(body)
    if len(state) > LONGEST_STATE:
        raise InputError("a code's number and part are too large for a state")
    return state


def state_number(state: str) -> tuple[int, int] | None:
    """Return the number and part of a state of ours, or None for one that is somebody else's, or mistyped."""
    body, check = state[len(OUR_PREFIX) : -1], state[-1:]
    number, dash, part = body.partition("-")
    if not state.startswith(OUR_PREFIX) or not number or not set(number + part) <= set(_ALPHABET):
        return None
    found = _value(number), _value(part)
    # Written again it must be the same: no leading zeros too many, no part of 0.
    return (
        found
        if check and check == _check(body) and bool(dash) is bool(found[1]) and state_of(*found) == state
        else None
    )


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
