"""Media ids in other calls: which files may be used where, and the permanent addresses of pictures (90253, 90256)."""

from collections.abc import Container, Mapping

from privcrm.sandbox.wecom.company import Call, Company
from privcrm.sandbox.wecom.errors import Refusal
from privcrm.sandbox.world import MediaFile, Purpose

LIFE = 3 * 86400
PICTURES = "/wwpic/"
INVALID_MEDIA = 40007
_SMALL_JPG = b"\xff\xd8\xff\xc0\x00\x0b\x08\x00\x10\x00\x10\x01\x01\x11\x00\xff\xd9"

_TAKES: Mapping[Purpose, frozenset[Purpose]] = {
    Purpose.MESSAGES: frozenset({Purpose.MESSAGES}),
    Purpose.GROUP_WELCOMES: frozenset({Purpose.MESSAGES, Purpose.GROUP_WELCOMES}),
    Purpose.MOMENTS: frozenset({Purpose.MOMENTS}),
    Purpose.ALBUMS: frozenset({Purpose.ALBUMS}),
}
"""What files may have been handed in for, by what they are used in."""


def living(call: Call, media_id: str) -> MediaFile:
    """Return a temporary file of any app by its id. Refuses unknown, forgotten and expired ones (40007)."""
    number = call.company.ids.media.decode(media_id)
    file = None if number is None else call.world.media.find(number)
    if file is None or file.purpose is Purpose.DISPLAY or not file.made_at <= call.now < file.made_at + LIFE:
        raise Refusal(INVALID_MEDIA)
    return file


def usable(call: Call, media_id: str, *, purpose: Purpose, kinds: Container[str]) -> MediaFile:
    """Return a living file of one of the *kinds* (image, voice, video, file) that may be used so (40007)."""
    file = living(call, media_id)
    if file.purpose not in _TAKES[purpose] or file.kind not in kinds:
        raise Refusal(INVALID_MEDIA)
    return file


def renewed(call: Call, media_id: str) -> str:
    """Return an id under which a file that stands in a list can be read, a new one once the given one expired."""
    number = call.company.ids.media.decode(media_id)
    file = None if number is None else call.world.media.find(number)
    if file is None or call.now < file.made_at + LIFE:
        return media_id
    return call.company.ids.media.encode(call.world.media.renew(file, at=int(call.now)).number)


def make_picture(company: Company, at: int) -> str:
    """Return the id of a picture that nobody handed in: what an employee took himself, or the cover of a video."""
    file = company.world.media.keep("image", Purpose.MOMENTS, "picture.jpg", _SMALL_JPG, at=at)
    return company.ids.media.encode(file.number)


def picture_url(call: Call, file: MediaFile) -> str:
    """Return the address under which a picture is shown for ever."""
    return f"{call.origin}{PICTURES}{call.company.ids.media.encode(file.number)}/0"


def picture_at(company: Company, path: str) -> MediaFile | None:
    """Return the picture behind the path of an address, None if there is none."""
    number = company.ids.media.decode(path.removeprefix(PICTURES).partition("/")[0])
    file = None if number is None else company.world.media.find(number)
    return file if file is not None and file.kind == "image" else None
