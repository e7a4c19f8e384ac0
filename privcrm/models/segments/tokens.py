"""The words and signs of an expression, each with its place."""

import re
import sys
from collections.abc import Iterator
from enum import Enum
from typing import Any, Final

from attrs import frozen

from privcrm.errors import ExpressionError
from privcrm.models.segments.places import mistake

__all__ = ["Kind", "Token", "quoted", "tokens"]


class Kind(Enum):
    """What a token is."""

    WORD = "word"
    SEGMENT = "@name"
    TEXT = "text"
    NUMBER = "number"
    AND = "&"
    OR = "|"
    NOT = "~"
    OPEN = "("
    CLOSE = ")"
    COMMA = ","
    EQUALS = "="
    END = "end"


@frozen
class Token:
    """One word, sign or value: what it is, where it begins, what it stands for, and how it was written."""

    kind: Kind
    at: int
    value: Any
    raw: str

    def __str__(self) -> str:
        shown = self.raw if len(self.raw) <= _SHOWN else f"{self.raw[:_SHOWN]}…"
        return shown or "the end"


_SHOWN: Final = 40
_LONGEST_NUMBER: Final = 40
_SIGNS: Final = {
    **{kind.value: kind for kind in Kind if len(kind.value) == 1},
    **dict.fromkeys(("and", "且", "＆"), Kind.AND),
    **dict.fromkeys(("or", "或", "｜"), Kind.OR),
    **dict.fromkeys(("not", "非", "～"), Kind.NOT),
    "（": Kind.OPEN,
    "）": Kind.CLOSE,
    "，": Kind.COMMA,
    "＝": Kind.EQUALS,
}
_TOKEN: Final = re.compile(
    r"""(?P<space>\s+)
      | (?P<number>[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?!\w))
      | (?P<sign>[&|~(),=（），＝＆｜～且或非])
      | (?P<word>(?:(?![且或非])[^\W\d])(?:(?![且或非])\w)*)
      | (?P<segment>@(?:(?![且或非])[\w-])+)
      | (?P<text>"(?:[^"\\\n]|\\[^\n])*" | '(?:[^'\\\n]|\\[^\n])*' | [“”](?:[^“”\\\n]|\\[^\n])*[“”]
                | [‘’](?:[^‘’\\\n]|\\[^\n])*[‘’])
    """,
    re.VERBOSE,
)
_ESCAPE: Final = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3}|.)")
_NAMED: Final = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_QUOTES: Final = "\"'“”‘’"
_KEPT: Final = "\u200d\u3000"  # joins emoji; the wide space of Chinese text


def tokens(text: str) -> Iterator[Token]:
    """Yield what an expression is made of, and an end; raises ``ExpressionError`` at what belongs to none."""
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if not found:
            raise _stray(text, at)
        if found.lastgroup != "space":
            yield _token(text, str(found.lastgroup), at, found[0])
        at = found.end()
    yield Token(Kind.END, at, None, "")


def quoted(text: str) -> str:
    """Return a text as it is written in an expression and in Python."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _token(text: str, group: str, at: int, raw: str) -> Token:
    if group == "text":
        return Token(Kind.TEXT, at, _unquoted(text, at, raw), raw)
    if group == "segment":
        return Token(Kind.SEGMENT, at, raw[1:], raw)
    if group == "number":
        return Token(Kind.NUMBER, at, _number(text, at, raw), raw)
    sign = _SIGNS.get(raw.lower())
    return Token(sign or Kind.WORD, at, raw, raw)


def _stray(text: str, at: int) -> ExpressionError:
    if text[at] in _QUOTES:
        return mistake(text, at, f"the quote {text[at]} is not closed on its line")
    found = text[at] if text[at].isprintable() else ascii(text[at])
    return mistake(text, at, f"found {found}", "text stands in quotes, and conditions are combined with & | ~")


def _number(text: str, at: int, raw: str) -> int | float:
    if len(raw) > _LONGEST_NUMBER:
        raise mistake(text, at, f"a number has at most {_LONGEST_NUMBER} characters, this one has {len(raw)}")
    return int(raw) if raw.lstrip("+-").isdigit() else float(raw)


def _unquoted(text: str, at: int, raw: str) -> str:
    def stands_for(found: re.Match[str]) -> str:
        body = found[1]
        if len(body) > 1 or body in "01234567":
            number = int(body[1:], 16) if body[0] in "xuU" else int(body, 8)
            if number <= sys.maxunicode:
                return chr(number)
        if body[0] in "xuU":
            raise mistake(text, at + 1 + found.start(), f"\\{body[0]} names no character: write \\\\ for a backslash")
        return _NAMED.get(body, body if body in _QUOTES or body == "\\" else found[0])

    return _ESCAPE.sub(stands_for, raw[1:-1])


def _escaped(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    if char.isprintable() or char in _KEPT:
        return char
    return char.encode("unicode_escape").decode()
