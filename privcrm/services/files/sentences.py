"""Sentences for people that can be said again in another language, and that never repeat a phone."""

import re
from typing import Any, Final, Self

_GAP: Final = r"[\s()（）.．·‐‑–—－\-\u200b-\u200f\u2060\ufeff]{0,3}"
_COUNTRY: Final = rf"(?:[+＋]|(?:[0０]{_GAP}){{2}})?{_GAP}[8８]{_GAP}[6６]{_GAP}"
# A Chinese mobile number, with or without its country; a foreign number with its plus sign; one of a landline.
# The class \d knows full-width digits as well.
_PHONE = re.compile(
    rf"(?<!\d)(?:{_COUNTRY})?[1１]{_GAP}[3-9３-９](?:{_GAP}\d){{9}}(?!\d)"
    rf"|[+＋](?:{_GAP}\d){{7,15}}(?!\d)"
    rf"|(?<!\d)[0０](?:{_GAP}\d){{9,11}}(?!\d)"
)
HIDDEN: Final = "[phone]"


class Sentence(str):
    """An English sentence that remembers its ``template`` and ``values``, so that a catalogue can translate it.

    Values are texts, numbers or sentences. What looks like a phone in a text becomes ``[phone]``: it may stand in
    the wrong column.
    """

    __slots__ = ("template", "values")
    template: str
    values: dict[str, Any]

    def __new__(cls, template: str, values: dict[str, Any] | None = None) -> Self:
        shown = {name: _harmless(value) for name, value in (values or {}).items()}
        self = super().__new__(cls, template.format(**shown) if shown else template)
        self.template = template
        self.values = shown
        return self

    def __getnewargs__(self) -> tuple[Any, ...]:
        return self.template, self.values


def say(template: str, /, **values: Any) -> Sentence:
    """Return a sentence."""
    return Sentence(template, values)


def without_phones(text: str) -> str:
    """Return the text with ``[phone]`` in the place of whatever looks like one."""
    return _PHONE.sub(HIDDEN, text)


def _harmless(value: Any) -> Any:
    return without_phones(value) if isinstance(value, str) and not isinstance(value, Sentence) else value
