"""One clause of an expression: ``HasTag("VIP", staff="zhang")``."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any, Final

from attrs import field, frozen

from privcrm.errors import ExpressionError
from privcrm.models.segments.combining import Condition
from privcrm.models.segments.conditions import InSegment
from privcrm.models.segments.places import mistake
from privcrm.models.segments.tokens import Kind, Token
from privcrm.models.segments.values import WrongValue, one_of
from privcrm.models.segments.vocabulary import KEYWORDS, NAMES, Form, did_you_mean

__all__ = ["Clauses"]

_CONSTANTS: Final = {"true": True, "false": False, "none": None}
_DATES: Final = frozenset({"date", "日期"})


@frozen
class _Given:
    """What a clause was given under one name, and where."""

    at: int
    value: Any


@frozen
class Clauses:
    """Reads clauses from the tokens of an expression."""

    text: str = field(repr=False)
    next: Callable[[], Token]
    peek: Callable[[], Token]

    def clause(self) -> Condition:
        """Return the clause that begins here; raises ``ExpressionError`` at the place that is wrong."""
        name = self.next()
        if name.kind is Kind.SEGMENT:
            return InSegment(name.value)
        form = NAMES.get(name.raw)
        if form is None:
            raise self._unknown(name)
        self._expect(Kind.OPEN, f"( after {name}")
        return self._made(name, form, self._arguments(form))

    def _arguments(self, form: Form) -> dict[str, _Given]:
        given: dict[str, _Given] = {}
        while self.peek().kind is not Kind.CLOSE:
            token = self.next()
            named = self.peek().kind is Kind.EQUALS
            name = self._keyword(form, token) if named else self._next_in_order(form, token, given)
            if name in given:
                raise mistake(self.text, token.at, f"{form.name} was given {name} already")
            if named:
                self.next()
                token = self.next()
            given[name] = _Given(token.at, self._value(token))
            if self.peek().kind is not Kind.CLOSE:
                self._expect(Kind.COMMA, ", or ) after a value")
        self.next()
        return given

    def _keyword(self, form: Form, token: Token) -> str:
        name = KEYWORDS.get(token.raw, token.raw)
        if name not in form.names:
            takes = f"{form.name} takes {', '.join(form.names)}" if form.names else f"{form.name} takes nothing"
            raise mistake(self.text, token.at, f"found {token}", f"{takes}{did_you_mean(name, form.names)}")
        return name

    def _next_in_order(self, form: Form, token: Token, given: dict[str, _Given]) -> str:
        self._begin_of_value(token)
        if len(given) < len(form.in_order) and list(given) == list(form.in_order[: len(given)]):
            return form.in_order[len(given)]
        if set(given) - set(form.in_order[: len(given)]):
            raise mistake(self.text, token.at, f"found {token} after a value with a name", "put it first, or name it")
        others = [f"{name}=" for name in form.names if name not in given]
        takes = f"{form.name} takes {len(form.in_order) or 'no'} value{'s'[: len(form.in_order) != 1]} without a name"
        raise mistake(self.text, token.at, f"found {token}", takes + (f", and {one_of(others)}" if others else ""))

    def _begin_of_value(self, token: Token) -> None:
        is_word = token.kind is Kind.WORD and token.raw not in _DATES and token.raw.lower() not in _CONSTANTS
        if is_word or token.kind not in (Kind.TEXT, Kind.NUMBER, Kind.WORD):
            expected = "text stands in quotes" if is_word else "expected a value or )"
            raise mistake(self.text, token.at, f"found {token}", expected)

    def _value(self, token: Token) -> Any:
        self._begin_of_value(token)
        if token.kind is not Kind.WORD:
            return token.value
        return self._date(token) if token.raw in _DATES else _CONSTANTS[token.raw.lower()]

    def _date(self, word: Token) -> date:
        """Read ``date(2026, 1, 31)`` or ``date("2026-01-31")``."""
        self._expect(Kind.OPEN, f"( after {word}")
        parts: list[Any] = []
        while True:
            parts.append(self._value(self.next()))
            if self.peek().kind is not Kind.COMMA:
                break
            self.next()
        self._expect(Kind.CLOSE, f") after {word}(…")
        return self._day(word, parts)

    def _day(self, word: Token, parts: list[Any]) -> date:
        try:
            if len(parts) == 1 and isinstance(parts[0], str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", parts[0]):
                return date.fromisoformat(parts[0])
            if [type(part) for part in parts] == [int, int, int]:
                return date(*parts)
        except (ValueError, OverflowError):
            pass
        raise mistake(self.text, word.at, "this is no day", f'write {word}(2026, 1, 31) or {word}("2026-01-31")')

    def _made(self, name: Token, form: Form, given: dict[str, _Given]) -> Condition:
        missing = [each for each in form.required if each not in given]
        if missing:
            raise mistake(self.text, name.at, f"{form.name} lacks {', '.join(missing)}")
        try:
            return form.kind(**{each: argument.value for each, argument in given.items()})
        except WrongValue as error:
            at = given[error.field].at if error.field in given else name.at
            raise mistake(self.text, at, str(error)) from None

    def _expect(self, kind: Kind, expected: str) -> None:
        token = self.next()
        if token.kind is not kind:
            raise mistake(self.text, token.at, f"found {token}", f"expected {expected}")

    def _unknown(self, name: Token) -> ExpressionError:
        return mistake(self.text, name.at, f"{name} is no condition{did_you_mean(name.raw, NAMES) or _LIST}")


_LIST: Final = f"; there are {', '.join(sorted({form.name for form in NAMES.values()}))}"
