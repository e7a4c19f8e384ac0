"""Events as XML, in the styles in which the vendor has been seen to write them, and the XML of passive replies."""

import random
import re
from collections.abc import Callable, Mapping
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from privcrm.sandbox.wecom.callbacks.event import Elements, Event, Value
from privcrm.sandbox.wecom.callbacks.sealing import Sealed

_NEEDS_CARE = re.compile(r"[<>&]")
_BLANKS = ("", "\n", "  ", "\n\t")
_LONGEST_REPLY = 65_536


def _cdata(text: str) -> str:
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"


def _plain_if_safe(text: str) -> str:
    return _cdata(text) if _NEEDS_CARE.search(text) else text


def _element(name: str, value: Value, text: Callable[[str], str], gap: str) -> str:
    if isinstance(value, int):
        inside = str(value)
    elif isinstance(value, str):
        inside = text(value)
    else:
        rows = value.items() if isinstance(value, Mapping) else (("Item", item) for item in value)
        inside = gap + "".join(_element(key, each, text, gap) + gap for key, each in rows)
    return f"<{name}>{inside}</{name}>"


def _elements(event: Event, company: str, code: str) -> Elements:
    head: Elements = (
        ("ToUserName", company),
        ("FromUserName", event.sender),
        ("CreateTime", event.at),
        ("MsgType", event.kind),
    )
    names = (("Event", event.name), ("ChangeType", event.change)) if event.kind == "event" else ()
    return (*head, *(pair for pair in names if pair[1]), *event.elements, *((("WelcomeCode", code),) if code else ()))


def write(event: Event, company: str, code: str, style: str, luck: int) -> str:
    """Return an event as XML, with the app's own welcome *code* if there is one; *luck* shuffles."""
    elements = _elements(event, company, code)
    if style == "documented":
        return _document(elements, _cdata, "\n")
    if style == "compact":
        return _document(elements, _plain_if_safe, "")
    draw = random.Random(luck)
    shuffled = draw.sample(elements, len(elements))
    parts = (_element(*each, draw.choice((_cdata, escape)), draw.choice(_BLANKS)) for each in shuffled)
    return "<xml>" + "".join(draw.choice(_BLANKS) + part for part in parts) + "\n</xml>"


def _document(elements: Elements, text: Callable[[str], str], gap: str) -> str:
    return f"<xml>{gap}" + "".join(_element(*each, text, gap) + gap for each in elements) + "</xml>"


def envelope(company: str, agent: str, sealed: Sealed) -> str:
    """Return what is posted: the ciphertext, and for whom it is; *agent* empty for what is no app."""
    elements = (("ToUserName", company), ("AgentID", agent), ("Encrypt", sealed.ciphertext))
    return _document(elements, _cdata, "\n")


def read_sealed(body: bytes) -> Sealed:
    """Return what a passive reply holds. Raises ValueError if an element is missing or it is no XML."""
    told = read(body)
    missing = [name for name in ("Encrypt", "MsgSignature", "TimeStamp", "Nonce") if not told.get(name)]
    if missing:
        raise ValueError(f"the reply has no {', '.join(missing)}")
    return Sealed(told["Encrypt"], told["MsgSignature"], told["TimeStamp"], told["Nonce"])


def read(body: bytes | str) -> dict[str, str]:
    """Return the elements of a short document without a DTD. Raises ValueError."""
    text = body if isinstance(body, str) else body.decode()
    if len(text) > _LONGEST_REPLY or "<!DOCTYPE" in text:
        raise ValueError("the reply is too long, or has a DTD")
    try:
        document = ET.fromstring(text)  # noqa: S314 - bounded and without a DTD, as checked above
    except ET.ParseError:
        raise ValueError("the reply is no XML") from None
    return {each.tag: "".join(each.itertext()) for each in document}
