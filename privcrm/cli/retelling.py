"""Saying in Chinese what the library has said in English already.

Errors, alarms, tasks and explanations reach the command line as texts, many of them out of the store. Each was made of
a template: that is recognised by its fixed words, and what stood in its fields goes over into the Chinese one.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from string import Formatter
from typing import Any, Final

from attrs import frozen

from privcrm.cli.adapter_messages import CHINESE_OF_ADAPTERS, CHINESE_OF_SYSTEM
from privcrm.cli.code_messages import CHINESE_OF_CODES
from privcrm.cli.messages import CHINESE
from privcrm.cli.model_messages import CHINESE_OF_MODELS
from privcrm.cli.problem_messages import CHINESE_PROBLEMS
from privcrm.cli.refusal_messages import CHINESE_OF_REFUSALS
from privcrm.cli.term_messages import CHINESE_TERMS
from privcrm.cli.usage_messages import CHINESE_OF_CLICK, CHINESE_OF_USAGE
from privcrm.services.files.sentences import Sentence

__all__ = ["SENTENCES", "in_chinese"]

SENTENCES: Final[dict[str, str]] = {
    **CHINESE_PROBLEMS,
    **CHINESE_OF_CODES,
    **CHINESE_OF_MODELS,
    **CHINESE_OF_REFUSALS,
    **CHINESE_OF_USAGE,
    **CHINESE_OF_CLICK,
    **CHINESE_OF_ADAPTERS,
    **CHINESE_OF_SYSTEM,
}
LEAST_LETTERS: Final = 5
"""What has fewer fixed letters, such as ``{source}: {what}``, would recognise everything."""

_REPR: Final = r"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\s'"]+)"""
_VENDOR: Final = re.compile(
    r"(?P<call>\w+ \w+): (?:code (?P<code>\S+), )?(?P<message>.*) "
    r"\((?:request (?P<request>\S+), )?(?:http (?P<http>\d+), )?attempt (?P<attempt>\d+)\)(?: - (?P<advice>.*))?",
    re.DOTALL,
)
"""How ``ProviderError`` prints itself; the message is the vendor's own and stays as it is."""
MOST_CHARACTERS: Final = 4_000
"""What is longer is none of our texts: a vendor, or whoever stands in for him, may write anything at any length."""
_BEGINNING: Final = 3
"""Characters by which the templates that begin with fixed text are found."""
_JOINTS: Final = (("; ", "；"), (": ", "："), (" - ", " - "))


@frozen
class _Template:
    """An English template with its Chinese, the fixed text with which it begins, and its longest fixed part."""

    english: str
    chinese: str
    opening: str
    longest: str
    letters: int

    def told(self, text: str) -> str | None:
        """Return the Chinese of a text, None if it was not made of this template."""
        if not text.startswith(self.opening) or self.longest not in text:
            return None
        found = _pattern(self.english).fullmatch(text)
        if found is None:
            return None
        names = [name for _, name, _, _ in Formatter().parse(self.english) if name]
        return _filled(self.chinese, dict(zip(names, found.groups(), strict=True)))


def in_chinese(text: str) -> str:
    """Return a text in Chinese as far as it is known; what a vendor or a person wrote stays as it is."""
    if isinstance(text, Sentence):
        return _of_sentence(text)
    try:
        return _of_text(text) if len(text) <= MOST_CHARACTERS else text
    except RecursionError:
        return text  # of more parts than anybody put together


@lru_cache(maxsize=4096)
def _of_text(text: str) -> str:
    if text in SENTENCES:
        return SENTENCES[text]
    if " " not in text:
        return text
    if found := _VENDOR.fullmatch(text):
        return _vendor_said(found)
    opened, others = _templates()
    candidates: list[_Template] = [*opened.get(text[:_BEGINNING], []), *others]
    if told := next(filter(None, (each.told(text) for each in candidates)), None):
        return told
    first, line_feed, more = text.partition("\n")
    return in_chinese(first) + line_feed + more if line_feed else _joined(text)


def _of_sentence(sentence: Sentence) -> str:
    """Return a sentence that still knows its template and its parts."""
    chinese = SENTENCES.get(sentence.template) or CHINESE.get(sentence.template, sentence.template)
    fields = ((name, spec, conversion) for _, name, spec, conversion in Formatter().parse(sentence.template) if name)
    return _filled(
        chinese, {name: _shown(sentence.values[name], spec, conversion) for name, spec, conversion in fields}
    )


def _shown(value: Any, spec: str | None, conversion: str | None) -> str:
    if conversion:
        return repr(value)
    return value if isinstance(value, str) else format(value, spec or "")


def _joined(text: str) -> str:
    """Return a text whose parts are told one by one, if one of them is known."""
    for english, chinese in _JOINTS:
        head, joint, tail = text.partition(english)
        if joint and (told := (in_chinese(head), in_chinese(tail))) != (head, tail):
            return chinese.join(told)
    return text


def _vendor_said(found: re.Match[str]) -> str:
    code = f"代码 {found['code']}，" if found["code"] else ""
    details = [
        *([f"请求 {found['request']}"] if found["request"] else []),
        *([f"HTTP {found['http']}"] if found["http"] else []),
        f"第 {found['attempt']} 次尝试",
    ]
    advice = f" - {in_chinese(found['advice'])}" if found["advice"] else ""
    return f"{found['call']}：{code}{in_chinese(found['message'])}（{'，'.join(details)}）{advice}"


def _word(value: str) -> str:
    return CHINESE_TERMS.get(value) or CHINESE.get(value) or in_chinese(value)


def _choice(value: str) -> str:
    return value.replace(" or ", " 或 ")


_SPECS: Final[dict[str, Callable[[str], str]]] = {"word": _word, "or": _choice}


def _filled(chinese: str, values: Mapping[str, str]) -> str:
    """Put values into a template: a word of ours as ``{name:word}``, a choice as ``{name:or}``, others told as well."""
    parts: list[str] = []
    for literal, name, spec, conversion in Formatter().parse(chinese):
        parts.append(literal)
        if name:
            value = values[name]
            parts.append(value if conversion else _SPECS.get(spec or "", in_chinese)(value))
    return "".join(parts)


@cache
def _templates() -> tuple[dict[str, list[_Template]], list[_Template]]:
    """Return what can be recognised, that of the most fixed letters first: by its beginning, and what begins anyhow."""
    made = [_template(english, chinese) for english, chinese in SENTENCES.items()]
    opened: dict[str, list[_Template]] = {}
    others: list[_Template] = []
    for each in sorted((each for each in made if each.letters >= LEAST_LETTERS), key=lambda each: -each.letters):
        is_opened = len(each.opening) >= _BEGINNING
        (opened.setdefault(each.opening[:_BEGINNING], []) if is_opened else others).append(each)
    return opened, others


def _template(english: str, chinese: str) -> _Template:
    literals = [literal for literal, *_ in Formatter().parse(english)]
    letters = sum(char.isalpha() for char in "".join(literals))
    return _Template(english, chinese, literals[0], max(literals, key=len), letters)


@cache
def _pattern(english: str) -> re.Pattern[str]:
    """Return what recognises a template, in a time that grows with the text and not with a power of it.

    The first place at which a part fits is as good as any, so that no other is tried when a later part fits nowhere.
    """
    parts = [""]
    for literal, name, _, conversion in Formatter().parse(english):
        parts[-1] += re.escape(literal)
        if name is not None and conversion == "r":
            parts[-1] += _REPR
        elif name is not None:
            parts.append("(.*?)")
    parts[-1] += r"\Z"
    return re.compile("".join(f"(?>{part})" for part in parts), re.DOTALL)
