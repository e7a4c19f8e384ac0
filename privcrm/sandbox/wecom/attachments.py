"""Texts and attachments, checked for the place where they are to be used.

Pages 92135 (mass messages), 92137 (welcomes), 92366 (group welcome templates), 92228 (endings of temporary chats),
95094 (moments) and 95096 (albums) of developer.work.weixin.qq.com/document/path/.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from privcrm.sandbox.jsonio import is_list, is_object
from privcrm.sandbox.wecom.company import Call
from privcrm.sandbox.wecom.errors import Refusal
from privcrm.sandbox.wecom.fields import INVALID, Field, read_object
from privcrm.sandbox.wecom.media import PICTURES, picture_at, usable
from privcrm.sandbox.world import Purpose

TEXT_TOO_LONG, TOO_MANY, WRONG_TYPE, WRONG_MEDIA = 45002, 41064, 41065, 40007
LIST_EMPTY, MOMENT_EMPTY, WRONG_APPID = 41088, 41089, 90207
_URL_BYTES = 2048

_MEDIA = Field("media_id", str, WRONG_MEDIA)
_URL = Field("url", str, INVALID, at_most=_URL_BYTES, in_bytes=True)
_LINK = (
    Field("title", str, INVALID, at_most=128, in_bytes=True),
    Field("picurl", str, at_most=_URL_BYTES, in_bytes=True),
    Field("desc", str, at_most=512, in_bytes=True),
    _URL,
)
_MINIPROGRAM = (
    Field("title", str, INVALID, at_most=64, in_bytes=True),
    Field("pic_media_id", str, WRONG_MEDIA),
    Field("appid", str, INVALID),
    Field("page", str, INVALID),
)
_IMAGE = (Field("media_id", str), Field("pic_url", str, at_most=_URL_BYTES, in_bytes=True))
_MESSAGE_KINDS: Mapping[str, Sequence[Field]] = {
    "image": _IMAGE,
    "link": _LINK,
    "miniprogram": _MINIPROGRAM,
    "video": (_MEDIA,),
    "file": (_MEDIA,),
}
_MOMENT_LINK = (Field("title", str, at_most=128, in_bytes=True), _URL, _MEDIA)
_PICTURE_OF = {"miniprogram": "pic_media_id"}
_FILES = frozenset({"image", "video", "file"})


@attrs.frozen
class Context:
    """One place where content is used: its kinds of attachments in the vendor's order, and its maxima."""

    kinds: Mapping[str, Sequence[Field]]
    purpose: Purpose = Purpose.MESSAGES
    """What media must have been uploaded for."""
    text_bytes: int = 4000
    most: int = 9
    mixed: bool = True
    """Whether attachments of several kinds go together, and more than one of what is no picture."""
    type_key: str = "msgtype"
    if_empty: int = INVALID


def _some(*kinds: str) -> Mapping[str, Sequence[Field]]:
    return {kind: _MESSAGE_KINDS[kind] for kind in kinds}


WELCOME = MASS_MESSAGE = Context(_MESSAGE_KINDS)
GROUP_WELCOME = Context(
    _some("image", "link", "miniprogram", "file", "video"), Purpose.GROUP_WELCOMES, text_bytes=3000, most=1
)
CONCLUSION = Context(_some("image", "link", "miniprogram"), most=1)
MOMENT = Context(
    {"image": (_MEDIA,), "video": (_MEDIA,), "link": _MOMENT_LINK}, Purpose.MOMENTS, mixed=False, if_empty=MOMENT_EMPTY
)
ALBUM = Context({"image": (_MEDIA,)}, Purpose.ALBUMS, text_bytes=0, type_key="type", if_empty=LIST_EMPTY)


def check_content(call: Call, text: object, attachments: object, context: Context) -> dict[str, Any]:
    """Return a text and a list of attachments as the vendor keeps them, refusing what this place does not take."""
    content = _text(text, context)
    given: Sequence[Any] = attachments if is_list(attachments) else ()
    if len(given) > context.most:
        raise Refusal(TOO_MANY)
    kept = [_attachment(call, item, context) for item in given]
    kinds = [item[context.type_key] for item in kept]
    if not context.mixed and len(kinds) > 1 and set(kinds) != {"image"}:
        raise Refusal(TOO_MANY if len(set(kinds)) == 1 else WRONG_TYPE)
    if kept:
        content["attachments"] = kept
    if not content:
        raise Refusal(context.if_empty)
    return content


def check_objects(call: Call, given: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Return content that is written as objects side by side: besides the text only the first kind counts."""
    content = _text(given.get("text"), context)
    kind = next((kind for kind in context.kinds if given.get(kind)), None)
    if kind is not None:
        content[kind] = _object(call, kind, given[kind], context)
    if not content:
        raise Refusal(context.if_empty)
    return content


def with_addresses(call: Call, content: Mapping[str, Any]) -> dict[str, Any]:
    """Return content the way templates and endings are read: pictures by their address."""
    media_id = content.get("image", {}).get("media_id")
    if not media_id:
        return dict(content)
    return {**content, "image": {"pic_url": f"{call.origin}{PICTURES}{media_id}/0"}}


def _text(given: object, context: Context) -> dict[str, Any]:
    text: str = read_object((Field("content", str),), given).get("content", "")
    if len(text.encode(errors="surrogatepass")) > context.text_bytes:
        raise Refusal(TEXT_TOO_LONG)
    return {"text": {"content": text}} if text else {}


def _attachment(call: Call, item: object, context: Context) -> dict[str, Any]:
    row = item if is_object(item) else {}
    kind = row.get(context.type_key)
    if not isinstance(kind, str) or kind not in context.kinds:
        raise Refusal(WRONG_TYPE)
    return {context.type_key: kind, kind: _object(call, kind, row.get(kind), context)}


def _object(call: Call, kind: str, given: object, context: Context) -> dict[str, Any]:
    if not is_object(given):
        raise Refusal(INVALID)
    values = read_object(context.kinds[kind], given)
    if kind == "image":
        values = _one_picture(call, values)
    if kind == "miniprogram" and not values["appid"].startswith("wx"):
        raise Refusal(WRONG_APPID)
    media_id = values.get(_PICTURE_OF.get(kind, "media_id"))
    if media_id:
        _check_media(call, media_id, kind, context)
    return values


def _one_picture(call: Call, values: dict[str, Any]) -> dict[str, Any]:
    """Return the media_id, which wins over the address; one of the two has to be there."""
    name = next((name for name in ("media_id", "pic_url") if values.get(name)), None)
    if name is None:
        raise Refusal(WRONG_MEDIA)
    if name == "pic_url" and call.company.rules.picture_addresses == "checked":
        _, start, rest = values[name].partition(PICTURES)
        if picture_at(call.company, start + rest) is None:
            raise Refusal(INVALID)
    return {name: values[name]}


def _check_media(call: Call, media_id: str, kind: str, context: Context) -> None:
    """Refuse a file that is unknown, too old, of another kind or uploaded for another purpose (40007)."""
    if call.company.rules.media_ids == "checked":
        usable(call, media_id, purpose=context.purpose, kinds={kind} if kind in _FILES else {"image"})
