"""The vendor's XML as nested mappings: names to texts, nested elements as mappings, repeated ones as lists."""

import re
from contextlib import suppress
from typing import Any, cast
from xml.parsers.expat import ExpatError, ParserCreate

from privcrm.errors import CallbackRejected
from privcrm_wecom.callbacks.rejection import CONTENT

_MOST_DEPTH = 20

# The form in which the vendor writes nearly always: one level of plain elements, some of them a list of items. What
# this takes, expat takes alike; a test holds them against each other. All else of a text falls to the last group.
_BLANK, _TEXT = r"[ \t\n]*+", r"[^<&\]]*+"
_ITEM = r"<Item>(?:<!\[CDATA\[[^<\]]*+\]\]>|[^<]*+)</Item>"
_PLAIN = re.compile(
    rf"{_BLANK}<([A-Za-z_][A-Za-z0-9_]*+)>"
    rf"(?:<!\[CDATA\[([^\]]*+)\]\]>|({_TEXT})|((?:<Item>[^<]*+</Item>)++|(?:{_BLANK}{_ITEM})++{_BLANK}))</\1>|(.++)",
    re.DOTALL | re.ASCII,
).findall
# What stands around the text of an item, and what finds the texts where there are blanks between the items.
_PLAIN_ITEM = "<Item>", "</Item>", re.compile(r"<Item>([^<]*+)</Item>").findall
_CDATA_ITEM = "<Item><![CDATA[", "]]></Item>", re.compile(r"<Item><!\[CDATA\[([^\]]*+)\]\]></Item>").findall


def read(text: str) -> dict[str, Any]:
    """Read a document whose root is ``xml``; anything unusual or malformed raises ``CallbackRejected``.

    ``text`` has no control characters but tab and those that end lines.
    """
    plain = _read_plain(text)
    return parse(text.encode()) if plain is None else plain


def parse(document: bytes) -> dict[str, Any]:
    """Read a document by expat: UTF-8 only, no document type, no entities of its own, of bounded depth."""
    if b"\0" not in document:  # expat believes what looks like UTF-16, whatever it is told
        with suppress(UnicodeDecodeError, ExpatError):
            document.decode()
            return _Reader().read(document)
    raise CallbackRejected(CONTENT)


def _read_plain(text: str) -> dict[str, Any] | None:
    if not text.startswith("<xml>") or "\r" in text or "\ufffe" in text or "\uffff" in text:
        return None
    found = _PLAIN(text, 5)
    if not found or found.pop()[4].strip(" \t\n") != "</xml>":
        return None
    read: dict[str, Any] = {name: cdata or plain for name, cdata, plain, _, _ in found}
    if len(read) < len(found):
        return None
    if "<Item>" in text:
        for name, _, _, items, _ in found:
            if items:
                texts = _items(items)
                if texts is None:
                    return None
                read[name] = {"Item": texts if len(texts) > 1 else texts[0]}
    return read


def _items(listed: str) -> list[str] | None:
    listed = listed.strip(" \t\n")
    is_cdata = "<![CDATA[" in listed
    if not is_cdata and ("&" in listed or "]" in listed):
        return None
    before, after, each = _CDATA_ITEM if is_cdata else _PLAIN_ITEM
    count = listed.count("<Item>")
    texts = listed[len(before) : -len(after)].split(after + before)
    if len(texts) != count:
        texts = each(listed)
    return texts if len(texts) == count else None


class _Reader:
    """One document being read; no recursion, so depth costs nothing until it is refused."""

    def __init__(self) -> None:
        self._parser = parser = ParserCreate("utf-8")
        parser.buffer_text = True
        parser.XmlDeclHandler = self._declared
        parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = _refuse
        parser.StartElementHandler = self._start
        parser.CharacterDataHandler = self._characters
        parser.EndElementHandler = self._end
        self._open: list[dict[str, Any]] = [{}]
        self._text: list[str] = []

    def read(self, document: bytes) -> dict[str, Any]:
        self._parser.Parse(document, True)
        return _mapping(self._open[0].get("xml"))

    def _declared(self, _: str, encoding: str | None, __: int) -> None:
        if encoding is not None and encoding.lower() not in ("utf-8", "utf8"):
            _refuse()

    def _start(self, _: str, __: object) -> None:
        if len(self._open) > _MOST_DEPTH:
            _refuse()
        self._open.append({})
        self._text.clear()

    def _characters(self, text: str) -> None:
        self._text.append(text)

    def _end(self, name: str) -> None:
        children = self._open.pop()
        _add(self._open[-1], name, children or "".join(self._text))
        self._text.clear()


def _add(parent: dict[str, Any], name: str, value: Any) -> None:
    if name not in parent:
        parent[name] = value
    elif isinstance(parent[name], list):
        parent[name].append(value)
    else:
        parent[name] = [parent[name], value]


def _mapping(root: object) -> dict[str, Any]:
    if isinstance(root, dict):
        return cast("dict[str, Any]", root)
    if root == "" or (isinstance(root, str) and root.isspace()):
        return {}
    raise CallbackRejected(CONTENT)


def _refuse(*_: object) -> None:
    raise CallbackRejected(CONTENT)
