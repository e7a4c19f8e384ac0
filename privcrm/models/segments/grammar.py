"""Reading the text form of expressions, of any depth.

::

    expression = all-of { ("|" | "or" | "或") all-of }
    all-of     = one { ("&" | "and" | "且") one }
    one        = { "~" | "not" | "非" } ( clause | "(" expression ")" )
    clause     = "@" segment | name "(" [ value { "," value } ] ")"
"""

from typing import Final

from attrs import define, field

from privcrm.errors import ExpressionError, InputError
from privcrm.models.segments.calls import Clauses
from privcrm.models.segments.combining import And, Condition, Not, Or
from privcrm.models.segments.places import mistake, place
from privcrm.models.segments.tokens import Kind, Token, tokens
from privcrm.models.segments.walk import joined

__all__ = ["LONGEST", "parse"]

LONGEST: Final = 100_000
"""Characters of an expression that somebody typed."""

_EXAMPLE: Final = 'a condition such as HasTag("VIP")'


def parse(text: str, *, longest: int | None = LONGEST) -> Condition:
    """Return the condition that a text expresses; raises ``ExpressionError`` with the place that is wrong.

    ``longest`` bounds the characters; ``None`` is for text that ``to_text`` wrote.
    """
    if longest is not None and len(text) > longest:
        raise InputError(f"an expression has at most {longest:,} characters, this one has {len(text):,}: split it")
    return _Parser(text).expression()


@define
class _Open:
    """What stands between a parenthesis, or the beginning, and where the reader is."""

    opened_by: Token | None
    any_of: list[Condition] = field(factory=list[Condition])
    all_of: list[Condition] = field(factory=list[Condition])
    denials: int = 0

    def take(self, condition: Condition) -> None:
        """Put what was read to the rest, denied as often as was said."""
        for _ in range(self.denials):
            condition = Not(condition)
        self.denials = 0
        self.all_of.append(condition)

    def alternative(self) -> None:
        """Begin another alternative."""
        self.any_of.append(joined(And, self.all_of))
        self.all_of = []

    def closed(self) -> Condition:
        """Return all of it as one condition."""
        self.alternative()
        return joined(Or, self.any_of)


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokens(text)
        self._ahead = next(self._tokens)
        self._clauses = Clauses(text, self._next, lambda: self._ahead)

    def expression(self) -> Condition:
        """Return what the whole text says."""
        if self._ahead.kind is Kind.END:
            raise mistake(self._text, self._ahead.at, f"the expression is empty: write {_EXAMPLE}")
        opened = [_Open(None)]
        while True:
            self._operand(opened)
            if not self._is_more(opened):
                return opened[0].closed()

    def _operand(self, opened: list[_Open]) -> None:
        """Read denials and parentheses up to a clause, and the clause."""
        while self._ahead.kind in (Kind.NOT, Kind.OPEN):
            token = self._next()
            if token.kind is Kind.NOT:
                opened[-1].denials += 1
            else:
                opened.append(_Open(token))
        if self._ahead.kind not in (Kind.WORD, Kind.SEGMENT):
            raise self._unexpected(f"expected {_EXAMPLE}")
        opened[-1].take(self._clauses.clause())

    def _is_more(self, opened: list[_Open]) -> bool:
        """Read closing parentheses, and what combines with the next operand, if there is one."""
        while self._ahead.kind is Kind.CLOSE:
            if len(opened) == 1:
                raise self._unexpected("there is no ( that it closes")
            self._next()
            inner = opened.pop().closed()
            opened[-1].take(inner)
        if self._ahead.kind is Kind.END and len(opened) == 1:
            return False
        if self._ahead.kind not in (Kind.AND, Kind.OR):
            raise self._unexpected(self._expected(opened[-1].opened_by))
        if self._next().kind is Kind.OR:
            opened[-1].alternative()
        return True

    def _expected(self, opened_by: Token | None) -> str:
        if opened_by is None:
            return "expected & or | or the end"
        line, column = place(self._text, opened_by.at)
        return f"expected & or | or ) for the ( at line {line}, column {column}"

    def _unexpected(self, expected: str) -> ExpressionError:
        return mistake(self._text, self._ahead.at, f"found {self._ahead}", expected)

    def _next(self) -> Token:
        token = self._ahead
        if token.kind is not Kind.END:
            self._ahead = next(self._tokens)
        return token
