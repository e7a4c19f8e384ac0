"""What is said through the memory provider: bounded before it is let in, its uploads looked up afterwards."""

from collections.abc import Sequence

from attrs import frozen

from privcrm.errors import InputError, InvalidArgument
from privcrm.models import Attachment, Content, File, Image, Link, MiniProgram, Video, Voice
from privcrm.provider.limits import LimitTable
from privcrm.sandbox.world import MediaFile, Purpose
from privcrm.testing.memory import ids
from privcrm.testing.memory.door import Call


@frozen
class Place:
    """Somewhere to say something: the limit of its attachments, what they may be, and whose uploads it takes."""

    name: str
    attachments: str
    takes: tuple[type[Attachment], ...]
    purposes: tuple[Purpose, ...]
    mixed: bool = True


_ANYTHING = (Image, Link, MiniProgram, Video, File)
MESSAGE = Place("a message", "messages.attachments", _ANYTHING, (Purpose.MESSAGES,))
GROUP_WELCOME = Place(
    "a group welcome", "messages.group_welcome", _ANYTHING, (Purpose.MESSAGES, Purpose.GROUP_WELCOMES)
)
MOMENT = Place("a moment", "moments.pictures", (Image, Video, Link), (Purpose.MOMENTS,), mixed=False)


def check(content: Content, place: Place, limits: LimitTable) -> None:
    """Refuse nothing, too much, and what the place does not take."""
    most_text, most = limits["messages.text"].value, limits[place.attachments].value
    if not content.text and not content.attachments:
        raise InputError(f"content has neither a text nor an attachment, and {place.name} needs one")
    if len(content.text) > most_text:
        raise InputError(f"text has {len(content.text):,} characters, at most {most_text:,} are taken")
    if len(content.attachments) > most:
        raise InputError(f"attachments has {len(content.attachments):,} items, at most {most} are taken")
    if not all(isinstance(one, place.takes) for one in content.attachments):
        raise InputError(f"attachments holds what {place.name} does not take")
    kinds = {type(one) for one in content.attachments}
    if not place.mixed and len(content.attachments) > 1 and kinds != {Image}:
        raise InputError(f"attachments of {place.name} are pictures, or one film, or one link")


def check_uploads(call: Call, content: Content, place: Place, life: int) -> None:
    """Refuse attachments whose uploads are unknown, expired or made for something else."""
    for one in content.attachments:
        uploads = [text for text in _uploads(one) if text]
        check_ids(call, uploads, place.purposes, life)


def check_ids(call: Call, media_ids: Sequence[str], purposes: tuple[Purpose, ...], life: int) -> None:
    """Refuse uploads that are unknown, expired or made for something else."""
    for media_id in media_ids:
        file = living(call, media_id, life)
        if file is None or file.purpose not in purposes:
            raise call.refuse(InvalidArgument, "unfit_upload", "an upload is unknown, expired or made for another use")


def living(call: Call, media_id: str, life: int) -> MediaFile | None:
    """Return an upload that has not expired; pictures by address are none."""
    file = call.world.media.find(ids.number_of(ids.MEDIA, media_id))
    return file if file is not None and file.purpose is not Purpose.DISPLAY and call.now < file.made_at + life else None


def _uploads(one: Attachment) -> tuple[str, ...]:
    match one:
        case Image() | Video() | File() | Voice():
            return (one.media_id,)
        case Link() | MiniProgram():
            return (one.cover_media_id,)
