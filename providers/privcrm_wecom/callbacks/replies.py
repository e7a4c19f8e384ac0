"""Passive replies (被动回复). https://developer.work.weixin.qq.com/document/path/90241."""

import re
from collections.abc import Callable, Mapping
from typing import Any, cast

from privcrm.errors import InputError
from privcrm.models import Content, Image, Link, Video, Voice
from privcrm.models.events import Event
from privcrm.provider import SealedReply
from privcrm.transport import jsonio
from privcrm_wecom.callbacks.events import sender_of
from privcrm_wecom.callbacks.seal import Seal
from privcrm_wecom.convert import values

_PAGE = "https://developer.work.weixin.qq.com/document/path/90241"
# XML has no way to say these.
_FOREIGN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def reply_to(event: Event, content: Content, at: int, *, is_json: bool) -> bytes:
    """Return a reply as the vendor reads it, before it is sealed; what it cannot say raises ``InputError``."""
    sender = sender_of(event)
    if not sender:
        raise InputError(f"nobody said this, so nobody can be answered at once ({_PAGE})")
    fields = {
        "ToUserName": sender,
        "FromUserName": values.text(event.raw.get("ToUserName")),
        "CreateTime": at,
        **_said(content),
    }
    return jsonio.dumps(fields) if is_json else _element("xml", fields).encode()


def sealed(
    seal: Seal, message: bytes, receive_id: bytes, *, at: int, nonce: str, prefix: bytes, is_json: bool
) -> SealedReply:
    """Encrypt and sign a reply; ``prefix`` is 16 random bytes."""
    ciphertext = seal.encrypted(message, receive_id, prefix)
    signature = seal.signature(str(at).encode(), nonce.encode(), ciphertext)
    text = ciphertext.decode()
    if is_json:
        answer = {"encrypt": text, "msgsignature": signature, "timestamp": at, "nonce": nonce}
        return SealedReply(jsonio.dumps(answer), "application/json")
    answer = {"Encrypt": text, "MsgSignature": signature, "TimeStamp": at, "Nonce": nonce}
    return SealedReply(_element("xml", answer).encode(), "application/xml")


def _said(content: Content) -> Mapping[str, Any]:
    parts = len(content.attachments) + bool(content.text)
    if parts != 1:
        raise InputError(f"a passive reply is a text alone or one attachment alone, not {parts} parts ({_PAGE})")
    if content.text:
        return {"MsgType": "text", "Content": _speakable(content.text)}
    attachment = content.attachments[0]
    say = _WAYS.get(type(attachment))
    if say is None:
        raise InputError(f"a passive reply cannot hold a {type(attachment).__name__} ({_PAGE})")
    return say(attachment)


def _speakable(text: str) -> str:
    fits = _FOREIGN.search(text) is None
    if fits:
        return text
    del text
    raise InputError(f"a passive reply holds a character that XML cannot hold ({_PAGE})")


def _media(media_id: str) -> str:
    if not media_id:
        raise InputError(f"a passive reply needs the media_id of an upload ({_PAGE})")
    return _speakable(media_id)


def _image(image: Image) -> Mapping[str, Any]:
    return {"MsgType": "image", "Image": {"MediaId": _media(image.media_id)}}


def _voice(voice: Voice) -> Mapping[str, Any]:
    return {"MsgType": "voice", "Voice": {"MediaId": _media(voice.media_id)}}


def _video(video: Video) -> Mapping[str, Any]:
    shown = {"Title": _speakable(video.title), "Description": _speakable(video.description)}
    return {"MsgType": "video", "Video": {"MediaId": _media(video.media_id), **shown}}


def _news(link: Link) -> Mapping[str, Any]:
    article = {"Title": link.title, "Description": link.description, "PicUrl": link.cover_url, "Url": link.url}
    item = {name: _speakable(value) for name, value in article.items()}
    return {"MsgType": "news", "ArticleCount": 1, "Articles": {"item": item}}


_WAYS: Mapping[type, Callable[[Any], Mapping[str, Any]]] = {Image: _image, Voice: _voice, Video: _video, Link: _news}


def _element(name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        inner = "".join(_element(each, one) for each, one in cast("Mapping[str, Any]", value).items())
    elif isinstance(value, str):
        inner = f"<![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]>"
    else:
        inner = str(value)
    return f"<{name}>{inner}</{name}>"
