"""Names in a text: ``{member_name|朋友}`` stands for the member's, or for what follows the bar if it is not known.

Two braces stand for one. Nothing else is evaluated.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from privcrm.errors import InputError

NAMES: Final = ("member_name", "staff_name")
_LONGEST_NAME: Final = "名" * 32
_PLACE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}")


def names_in(text: str) -> Iterator[str]:
    """Yield the names that a text asks for; one that is not known raises ``InputError``."""
    for place in _PLACE.finditer(text):
        if place[1] is not None:
            yield _name(place[1])


def fill(text: str, look_up: Callable[[str], str]) -> str:
    """Return the text with names in it; each is looked up once, and one that is "" is stood in for."""
    known = {name: look_up(name) for name in sorted(set(names_in(text)))}

    def put(place: "re.Match[str]") -> str:
        if place[1] is None:
            return place[0][0]
        name, _, otherwise = place[1].partition("|")
        return known[name.strip()] or otherwise

    return _PLACE.sub(put, text)


def longest(text: str) -> str:
    """Return the text with names as long as they get, for what has to be checked beforehand."""
    return fill(text, lambda _: _LONGEST_NAME)


def _name(inside: str) -> str:
    name = inside.partition("|")[0].strip()
    if name not in NAMES:
        raise InputError(
            "the text of a welcome has braces around something that is no name; "
            f"known: {', '.join(NAMES)}; write {{{{ for a brace"
        )
    return name
