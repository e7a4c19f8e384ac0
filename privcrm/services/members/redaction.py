"""Taking a person out of a text: out of JSON by its structure, out of prose by the word."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from attrs import define, frozen

__all__ = ["Redacted", "Redaction"]

_LONG = 16

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@frozen
class Redacted:
    """A text without the person.

    ``stood_alone``: an id was all there was in a place, or in a list, and a reference stands there now: what the text
    asks for cannot be done any more. No list is left empty, because none named may mean everybody.
    """

    text: str
    stood_alone: bool


@define
class _Found:
    stood_alone: bool = False


class Redaction:
    """Takes the ids of a person out of texts; ``references`` gives for each id what is put in its place."""

    def __init__(self, references: Mapping[str, str]) -> None:
        self._references = dict(references)
        forms = {form: reference for each, reference in references.items() for form in _forms(each)}
        self._forms = forms
        self._pattern = re.compile("|".join(map(_alone, sorted(forms, key=len, reverse=True))))

    @property
    def needles(self) -> tuple[str, ...]:
        """What to search texts for; a text that holds one may still speak of somebody else."""
        return tuple(self._forms)

    def is_in(self, texts: Iterable[str]) -> bool:
        """Tell whether one of the texts names the person."""
        return any(self._pattern.search(text) for text in texts)

    def of(self, text: str) -> Redacted:
        """Return a text without the person: from lists and objects of JSON they are taken out, elsewhere replaced."""
        if not self._pattern.search(text):
            return Redacted(text, stood_alone=False)
        found = _Found()
        return Redacted(self._text(text, found), found.stood_alone)

    def only(self, value: Any) -> Any:
        """Return a value of JSON without the others in it: where entries name the person, those that do."""
        if value.__class__ is list:
            given: list[Any] = value
            return [self.only(each) for each in [each for each in given if self._speaks(each)] or given]
        if value.__class__ is dict:
            table: dict[str, Any] = value
            mine = {name: each for name, each in table.items() if self._names(name)}
            return {name: self.only(each) for name, each in (mine or table).items()}
        return value

    def _speaks(self, value: Any) -> bool:
        return self.is_in([_encode(value)])

    def _text(self, text: str, found: _Found) -> str:
        if text[:1] in "{[":
            try:
                return _encode(self._value(json.loads(text), found))
            except ValueError:
                pass
        if text in self._references:
            found.stood_alone = True
        return self._pattern.sub(lambda match: self._forms[match[0]], text)

    def _value(self, value: Any, found: _Found) -> Any:
        if isinstance(value, str):
            return self._text(value, found) if self._pattern.search(value) else value
        if value.__class__ is list:
            given: list[Any] = value
            kept = [self._value(each, found) for each in given if not self._names(each)]
            if given and not kept:
                found.stood_alone = True
                return [self._references[each] for each in dict.fromkeys(given)]
            return kept
        if value.__class__ is dict:
            table: dict[str, Any] = value
            others = {
                self._pattern.sub(lambda match: self._forms[match[0]], name): self._value(each, found)
                for name, each in table.items()
                if not self._names(name)
            }
            found.stood_alone |= bool(table) and not others
            return others
        return value

    def _names(self, value: Any) -> bool:
        return isinstance(value, str) and value in self._references


def _alone(form: str) -> str:
    """Return a pattern for an id that ends where no further letter or digit follows: wm1 is not found in wm12.

    A long one may have a line beside it, as in the name of a file; a short one may be but a part of another.
    """
    beside = "0-9A-Za-z" if len(form) >= _LONG else "0-9A-Za-z_-"
    return f"(?<![{beside}]){re.escape(form)}(?![{beside}])"


def _forms(text: str) -> set[str]:
    """Return a text as it may stand inside JSON, and inside JSON that is itself a text of JSON."""
    once = json.dumps(text, ensure_ascii=False)[1:-1]
    return {text, once, json.dumps(once, ensure_ascii=False)[1:-1]}
