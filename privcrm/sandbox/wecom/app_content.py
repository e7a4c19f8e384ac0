"""What apps say to employees: the kinds of message/send and appchat/send (path/90236, 90248).

Texts that are too long are cut, not refused; only missing parts and unknown files are.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from privcrm.sandbox.jsonio import is_list, is_object
from privcrm.sandbox.wecom.company import Call
from privcrm.sandbox.wecom.errors import Refusal
from privcrm.sandbox.wecom.fields import INVALID, Field, read_object
from privcrm.sandbox.wecom.media import usable
from privcrm.sandbox.world import Purpose

WRONG_TYPE, TEXT_EMPTY, NO_MEDIA, TOO_LARGE = 40008, 44004, 40007, 45002
_ARTICLES_MOST = 8


@attrs.frozen
class _Cut:
    """A part of a message with the length beyond which the vendor cuts it."""

    field: Field
    most: int = 0
    in_bytes: bool = True

    def apply(self, text: str) -> str:
        if not self.most:
            return text
        if not self.in_bytes:
            return text[: self.most]
        return text.encode(errors="surrogatepass")[: self.most].decode(errors="ignore")


def _part(name: str, missing: int | None = None, most: int = 0, *, in_bytes: bool = True) -> _Cut:
    return _Cut(Field(name, str, missing), most, in_bytes)


_TITLE, _DESCRIPTION = _part("title", None, 128), _part("description", None, 512)
_MEDIA = _part("media_id", NO_MEDIA)
_BODY = (_part("content", TEXT_EMPTY, 2048),)
_OBJECTS: Mapping[str, Sequence[_Cut]] = {
    "text": _BODY,
    "markdown": _BODY,
    "image": (_MEDIA,),
    "voice": (_MEDIA,),
    "video": (_MEDIA, _TITLE, _DESCRIPTION),
    "file": (_MEDIA,),
    "textcard": (
        _part("title", INVALID, 128, in_bytes=False),
        _part("description", INVALID, 512, in_bytes=False),
        _part("url", INVALID),
        _part("btntxt", None, 4, in_bytes=False),
    ),
}
_ARTICLES: Mapping[str, Sequence[_Cut]] = {
    "news": (
        _part("title", INVALID, 128),
        _DESCRIPTION,
        *(_part(name) for name in ("url", "picurl", "appid", "pagepath")),
    ),
    "mpnews": (
        _part("title", INVALID, 128),
        _part("thumb_media_id", NO_MEDIA),
        _part("author", None, 64),
        _part("content_source_url"),
        _part("content", INVALID),
        _part("digest", None, 512),
    ),
}
_FREE_FORM = frozenset({"miniprogram_notice", "template_card"})
CHAT_TYPES = frozenset({*_OBJECTS, *_ARTICLES})
MESSAGE_TYPES = CHAT_TYPES | _FREE_FORM
_URL_BYTES, _PAGE_BYTES = 2048, 666 * 1024
_LARGEST: Mapping[str, int] = {"url": _URL_BYTES, "picurl": _URL_BYTES, "content": _PAGE_BYTES}


def read_message(call: Call, types: frozenset[str]) -> dict[str, Any]:
    """Return msgtype and the object of that name as employees see it, refusing what is missing."""
    kind: str = call.args["msgtype"]
    if kind not in types:
        raise Refusal(WRONG_TYPE)
    given: object = call.args.get(kind)
    if kind in _OBJECTS:
        return {"msgtype": kind, kind: _read(call, _OBJECTS[kind], given, kind)}
    if kind in _ARTICLES:
        return {"msgtype": kind, kind: {"articles": _articles(call, kind, given)}}
    if not is_object(given) or not given:
        raise Refusal(INVALID)
    return {"msgtype": kind, kind: given}


def _read(call: Call, parts: Sequence[_Cut], given: object, kind: str) -> dict[str, Any]:
    values = read_object([part.field for part in parts], given)
    shown = {part.field.name: part.apply(values[part.field.name]) for part in parts if part.field.name in values}
    if any(len(shown.get(name, "").encode(errors="surrogatepass")) > most for name, most in _LARGEST.items()):
        raise Refusal(TOO_LARGE)
    media_id, media_kind = shown.get("media_id") or shown.get("thumb_media_id"), "image" if kind == "mpnews" else kind
    if media_id and call.company.rules.media_ids == "checked":
        usable(call, media_id, purpose=Purpose.MESSAGES, kinds={media_kind})
    return shown


def _articles(call: Call, kind: str, given: object) -> list[dict[str, Any]]:
    rows = given.get("articles") if is_object(given) else None
    if not is_list(rows) or not 0 < len(rows) <= _ARTICLES_MOST:
        raise Refusal(INVALID)
    articles = [_read(call, _ARTICLES[kind], row, kind) for row in rows]
    if kind == "news" and not all(row.get("url") or (row.get("appid") and row.get("pagepath")) for row in articles):
        raise Refusal(INVALID)
    return articles
