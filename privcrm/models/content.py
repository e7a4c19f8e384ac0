"""What is said to members: a text and what hangs on it, the same for moments, mass messages and welcomes."""

from attrs import field, frozen

from privcrm.models.fields import checked


@frozen(slots=False, field_transformer=checked)
class Image:
    """A picture, as an uploaded ``media_id`` or as a ``url`` that the vendor gave out (``MediaPort.upload_image``)."""

    media_id: str = ""
    url: str = ""


@frozen(slots=False, field_transformer=checked)
class Link:
    """A web page with a card; the cover is an address or, in moments, an uploaded picture."""

    url: str
    title: str = field(default="", repr=False)
    description: str = field(default="", repr=False)
    cover_url: str = ""
    cover_media_id: str = ""


@frozen(slots=False, field_transformer=checked)
class MiniProgram:
    """A page of a mini-program linked to the company; the cover is an uploaded picture."""

    app_id: str
    page: str
    title: str = field(default="", repr=False)
    cover_media_id: str = ""


@frozen(slots=False, field_transformer=checked)
class Video:
    """An uploaded film; only employees are shown its ``title`` and ``description``."""

    media_id: str
    title: str = field(default="", repr=False)
    description: str = field(default="", repr=False)


@frozen(slots=False, field_transformer=checked)
class File:
    """An uploaded document."""

    media_id: str


@frozen(slots=False, field_transformer=checked)
class Voice:
    """An uploaded sound, which only employees can be sent."""

    media_id: str


Attachment = Image | Link | MiniProgram | Video | File | Voice


@frozen(slots=False, field_transformer=checked)
class Content:
    """A text, attachments, or both; how long and how many is the business of each channel and vendor."""

    text: str = field(default="", repr=False)
    attachments: tuple[Attachment, ...] = ()
