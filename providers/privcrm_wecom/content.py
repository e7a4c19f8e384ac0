"""Content on its way to and from WeCom: each place wants it in another form, with other attachments and limits.

What a place would refuse or cut is refused before sending. A problem names the field as the caller knows it, such as
``attachments[2].link.title``, counted from 0. Figures come from the limits in force, so that those of a company count.
"""

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

from attrs import evolve, field, frozen

from privcrm.errors import InputError
from privcrm.models import Attachment, Content, File, Image, Link, MiniProgram, Video, Voice
from privcrm.provider import LimitTable
from privcrm_wecom import checks
from privcrm_wecom.convert.values import mapping, rows, text

_NAMES: Mapping[type[Attachment], str] = {
    Image: "image",
    Link: "link",
    MiniProgram: "miniprogram",
    File: "file",
    Video: "video",
    Voice: "voice",
}


class _Form(Enum):
    """How a place holds its attachments."""

    ARRAY = "array"
    """In an array beside the text, each with its ``msgtype``."""
    OBJECTS = "objects"
    """As objects beside the text, one of each kind."""
    SINGLE = "single"
    """The text or one attachment, and a ``msgtype`` that says which."""


@frozen
class _Field:
    """A field of an attachment: its name in the model and on the wire, and the limits that bound it."""

    name: str
    wire: str
    limits: tuple[str, ...] = ()
    required: bool = False
    least: int = 0
    """Characters that it needs at least."""


@frozen
class _Shape:
    """An attachment as one place takes it; ``number`` is the limit of how many there may be.

    Of fields that are ``alternatives`` one is required, and the first that is given is sent.
    """

    wire: str
    fields: tuple[_Field, ...]
    number: str
    alternatives: bool = False


@frozen
class Context:
    """A place in which content is said."""

    name: str
    text: str
    """The name of the limit of its text."""
    shapes: Mapping[type[Attachment], _Shape] = field(repr=False)
    form: _Form = _Form.ARRAY
    mixed: bool = True
    """Whether attachments of several kinds may stand together."""
    text_as: str = "text"


def _usual(number: str) -> dict[type[Attachment], _Shape]:
    """Return what nearly all places take."""
    link = (
        _Field("title", "title", ("link_title",), required=True),
        _Field("cover_url", "picurl", ("link_url",)),
        _Field("description", "desc", ("link_description",)),
        _Field("url", "url", ("link_url",), required=True),
    )
    mini_program = (
        _Field("title", "title", ("mini_program_title",), required=True),
        _Field("cover_media_id", "pic_media_id", required=True),
        _Field("app_id", "appid", required=True),
        _Field("page", "page", required=True),
    )
    return {
        Image: _Shape("image", (_Field("media_id", "media_id"), _Field("url", "pic_url")), number, alternatives=True),
        Link: _Shape("link", link, number),
        MiniProgram: _Shape("miniprogram", mini_program, number),
        Video: _Shape("video", (_MEDIA,), number),
        File: _Shape("file", (_MEDIA,), number),
    }


_MEDIA = _Field("media_id", "media_id", required=True)

WELCOME = Context("a welcome", "welcome_text", _usual("welcome_attachments"))
MASS_MESSAGE = Context("a mass message", "message_text", _usual("message_attachments"))
GROUP_WELCOME = Context("a group welcome", "group_welcome_text", _usual("group_welcome_attachments"), _Form.OBJECTS)
CONCLUSION = Context(
    "the closing words of a temporary chat",
    "conclusion_text",
    # Reading tells the address of a picture, writing takes an upload only.
    {kind: shape for kind, shape in _usual("conclusion_attachments").items() if kind not in (Video, File)}
    | {Image: _Shape("image", (_MEDIA,), "conclusion_attachments")},
    _Form.OBJECTS,
)
MOMENT = Context(
    "a moment",
    # The page names 2,000 characters beside 4,000 bytes; of a Chinese text only the bytes can hold.
    "moment_text",
    {
        Image: _Shape("image", (_MEDIA,), "moment_images"),
        Video: _Shape("video", (_MEDIA,), "moment_videos_or_links"),
        Link: _Shape(
            "link",
            (
                _Field("title", "title", ("moment_link_title_characters", "link_title")),
                _Field("url", "url", ("link_url",), required=True),
                _Field("cover_media_id", "media_id", required=True),
            ),
            "moment_videos_or_links",
        ),
    },
    mixed=False,
)


def _to_staff(number: str, title: str, description: str) -> dict[type[Attachment], _Shape]:
    """Return what messages to employees take; the limits of cards are given, the pages differ in them."""
    video = (
        _MEDIA,
        _Field("title", "title", ("staff_video_title",)),
        _Field("description", "description", ("staff_video_description",)),
    )
    card = (
        _Field("title", "title", (title,), required=True),
        _Field("description", "description", (description,), required=True),
        _Field("url", "url", ("link_url",), required=True),
    )
    return {
        Image: _Shape("image", (_MEDIA,), number),
        Voice: _Shape("voice", (_MEDIA,), number),
        Video: _Shape("video", video, number),
        File: _Shape("file", (_MEDIA,), number),
        Link: _Shape("textcard", card, number),
    }


_NOTICE = _Shape(
    "miniprogram_notice",
    (
        _Field("app_id", "appid", required=True),
        _Field("page", "page", ("staff_notice_page",)),
        _Field("title", "title", ("staff_notice_title",), required=True, least=4),
    ),
    "staff_message_attachments",
)
STAFF_MESSAGE = Context(
    "a message to staff",
    "staff_message_text",
    {
        **_to_staff("staff_message_attachments", "staff_link_title", "staff_link_description"),
        MiniProgram: _NOTICE,
    },
    _Form.SINGLE,
)
STAFF_CHAT_MESSAGE = Context(
    "a message to a chat of staff",
    "staff_chat_text",
    _to_staff("staff_chat_attachments", "staff_chat_link_title", "staff_chat_link_description"),
    _Form.SINGLE,
)


def in_markdown(context: Context) -> Context:
    """Return the context of a message to staff whose text is markdown; nothing can be attached to it."""
    return evolve(context, name=f"{context.name} in markdown", shapes={}, text_as="markdown")


def body_of(content: Content, context: Context, limits: LimitTable) -> dict[str, Any]:
    """Return content in the form of its place.

    No text and no attachment, a text or field too long, too many attachments, one of a kind that the place does not
    take, a missing field, or one that would be left out there: ``InputError`` that names the field.
    """
    check(content, context, limits)
    said: dict[str, Any] = {context.text_as: {"content": content.text}} if content.text else {}
    hung = [
        (context.shapes[type(item)].wire, _object(context.shapes[type(item)], item)) for item in content.attachments
    ]
    if context.form is _Form.ARRAY:
        return said | ({"attachments": [{"msgtype": name, name: made} for name, made in hung]} if hung else {})
    said.update(hung)
    return {"msgtype": next(iter(said)), **said} if context.form is _Form.SINGLE else said


def content_of(wire: Mapping[str, Any]) -> Content:
    """Return the content of an answer, whichever form it has; total, and what no model knows is left in ``raw``."""
    words = text(mapping(wire.get("text")).get("content"))
    return Content(words, tuple(made for name, row in _objects(wire) if (made := _attachment(name, row)) is not None))


def check(content: Content, context: Context, limits: LimitTable) -> None:
    """Refuse what the place would refuse or cut; see ``body_of``."""
    page = limits[context.text].source
    if not content.text and not content.attachments:
        raise InputError(f"content has neither a text nor an attachment, and {context.name} needs one ({page})")
    if context.form is _Form.SINGLE and content.text and content.attachments:
        raise InputError(f"content has a text and an attachment, and {context.name} takes one of them ({page})")
    checks.at_most("text", content.text, limits[context.text])
    for place, item in enumerate(content.attachments):
        shape = context.shapes.get(type(item))
        if shape is None:
            taken = ", ".join(_NAMES[kind] for kind in context.shapes) or "no attachments"
            raise InputError(
                f"attachments[{place}] is of the kind {_kind(item)}; {context.name} takes {taken} ({page})"
            )
        _check_fields(f"attachments[{place}].{_kind(item)}", item, shape, context, limits)
        checks.at_most("attachments", content.attachments, limits[shape.number])
    kinds = sorted({_kind(item) for item in content.attachments})
    if len(kinds) > 1 and not context.mixed:
        raise InputError(f"attachments mixes {' and '.join(kinds)}, and {context.name} takes one kind ({page})")


def _check_fields(at: str, item: Attachment, shape: _Shape, context: Context, limits: LimitTable) -> None:
    page = limits[shape.number].source
    known = {one.name for one in shape.fields}
    for name in vars(item):
        if name not in known and getattr(item, name):
            raise InputError(f"{at}.{name} cannot be said in {context.name}: leave it empty ({page})")
    if shape.alternatives and not any(getattr(item, one.name) for one in shape.fields):
        raise InputError(f"{at} needs {' or '.join(one.name for one in shape.fields)} ({page})")
    for one in shape.fields:
        if one.required:
            checks.given(f"{at}.{one.name}", getattr(item, one.name), page)
        size = len(getattr(item, one.name))
        if size < one.least:
            raise InputError(f"{at}.{one.name} has {size} characters, at least {one.least} are needed ({page})")
        for limit in one.limits:
            checks.at_most(f"{at}.{one.name}", getattr(item, one.name), limits[limit])


def _object(shape: _Shape, item: Attachment) -> dict[str, str]:
    filled = {one.wire: value for one in shape.fields if (value := getattr(item, one.name))}
    return dict([next(iter(filled.items()))]) if shape.alternatives else filled


def _kind(item: Attachment) -> str:
    return next(name for kind, name in _NAMES.items() if isinstance(item, kind))


def _objects(wire: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield kind and object of each attachment: those in an array, else those beside the text."""
    if "attachments" in wire:
        for row in rows(wire["attachments"]):
            name = text(row.get("msgtype"))
            yield name, mapping(row.get(name))
        return
    for name in _NAMES.values():
        # Moments list their pictures as an array of objects.
        for row in rows(wire.get(name)) or rows([wire.get(name)]):
            yield name, row


def _attachment(name: str, row: dict[str, Any]) -> Attachment | None:
    media_id = text(row.get("media_id"))
    match name:
        case "image":
            return Image(media_id, text(row.get("pic_url")))
        case "link":
            return Link(
                text(row.get("url")),
                text(row.get("title")),
                text(row.get("desc")),
                text(row.get("picurl")),
                media_id,
            )
        case "miniprogram":
            return MiniProgram(
                text(row.get("appid")), text(row.get("page")), text(row.get("title")), text(row.get("pic_media_id"))
            )
        case "video":
            return Video(media_id)
        case "file":
            return File(media_id)
        case _:
            return None
