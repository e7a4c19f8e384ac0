"""Files of ours in welcomes: uploaded ahead, because a welcome has no time for it."""

import hashlib
import logging
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from attrs import evolve, field, frozen

from privcrm.clock import Clock
from privcrm.errors import InputError, PrivcrmError
from privcrm.models import Attachment, Content, File, MediaKind, Video, Voice
from privcrm.provider.ports import MediaPort
from privcrm.services.welcomes.uploads import FOR_EVER, Upload, Uploads

UPLOAD_SECONDS: Final = 8.0
"""What an upload may take; with less time left a welcome goes without what is missing."""
SAFE_SECONDS: Final = 300.0
"""An upload that ends sooner is not used any more: clocks differ."""
REFRESH_SECONDS: Final = 86_400.0
"""An upload that ends sooner is replaced beforehand."""

log = logging.getLogger("privcrm.welcomes")

_KINDS: Final[dict[type[Attachment], MediaKind]] = {
    Video: MediaKind.VIDEO,
    File: MediaKind.FILE,
    Voice: MediaKind.VOICE,
}  # all else, covers included, is a picture


class MediaFile(str):
    """The path of a file, in place of the id of an upload: ``Image(MediaFile("poster.png"))``.

    It stands wherever a welcome takes an id: in pictures, films and documents, and as a cover. Recipients see the
    file's name. Only welcomes know it: a port would take the path for an id.
    """

    __slots__ = ()


@frozen
class Ready:
    """A content as it can be sent: ``left_out`` counts attachments whose files were not ready in time."""

    content: Content
    left_out: int = 0
    uses_uploads: bool = False


@frozen
class _Place:
    """A field of an attachment that names a file."""

    name: str
    file: MediaFile
    kind: MediaKind


@frozen
class _Bytes:
    """A file as it was read."""

    name: str = field(repr=False)
    content: bytes = field(repr=False)
    digest: str


class Shelf:
    """Keeps uploads of files ready."""

    def __init__(self, port: MediaPort, uploads: Uploads, clock: Clock) -> None:
        self._port = port
        self._uploads = uploads
        self._clock = clock
        self._digests: dict[tuple[str, int, int], str] = {}

    def check(self, contents: Iterable[Content]) -> None:
        """Raise ``InputError`` for a file that is not there."""
        for place in _places_in(contents):
            if not Path(place.file).is_file():
                raise InputError(f"there is no file {place.file}")

    def prepare(self, contents: Iterable[Content]) -> float | None:
        """Upload what is missing or ends within a day; return when the first upload ends, None if none does.

        Raises what reading a file and the port raise.
        """
        wanted = {(place.file, place.kind): place for place in _places_in(contents)}
        ready = [self._upload(place, ends_after=REFRESH_SECONDS) for place in wanted.values()]
        return min((each.expires_at for each in ready if each.expires_at != FOR_EVER), default=None)

    def fill(self, content: Content, deadline: float) -> Ready:
        """Put ids in place of files; what is missing is uploaded if there is time (unix seconds), else left out."""
        if not any(_places(each) for each in content.attachments):
            return Ready(content)
        filled = [self._filled(each, deadline) for each in content.attachments]
        attachments = tuple(each for each in filled if each is not None)
        return Ready(evolve(content, attachments=attachments), len(filled) - len(attachments), uses_uploads=True)

    def forget(self, content: Content) -> None:
        """Forget the uploads of a content: the vendor does not take one of them."""
        for place in _places_in([content]):
            self._uploads.forget(self._digest(place.file), place.kind)

    def _filled(self, attachment: Attachment, deadline: float) -> Attachment | None:
        try:
            ids = {place.name: self._in_time(place, deadline) for place in _places(attachment)}
        except (PrivcrmError, OSError) as error:
            log.warning("a file of a welcome is not ready: %s", type(error).__name__)
            return None
        changed: Any = attachment  # each kind of attachment has other fields
        return evolve(changed, **ids) if ids else attachment

    def _in_time(self, place: _Place, deadline: float) -> str:
        known = self._uploads.get(self._digest(place.file), place.kind)
        if known is not None and known.lives(self._clock.time() + SAFE_SECONDS):
            return known.media_id
        if self._clock.time() + UPLOAD_SECONDS > deadline:
            raise InputError("no time is left to upload it")
        return self._upload(place, ends_after=SAFE_SECONDS).media_id

    def _upload(self, place: _Place, *, ends_after: float) -> Upload:
        read = _read(place.file)
        known = self._uploads.get(read.digest, place.kind)
        if known is not None and known.lives(self._clock.time() + ends_after):
            return known
        made = self._port.upload(read.content, read.name, place.kind)
        upload = Upload(made.media_id, FOR_EVER if made.expires_at is None else float(made.expires_at))
        self._uploads.keep(read.digest, place.kind, upload)
        return upload

    def _digest(self, file: MediaFile) -> str:
        """Return the digest of a file, which is read again only when it has changed."""
        state = Path(file).stat()
        key = (str(file), state.st_mtime_ns, state.st_size)
        if key not in self._digests:
            self._digests[key] = _read(file).digest
        return self._digests[key]


def _read(file: MediaFile) -> _Bytes:
    content = Path(file).read_bytes()
    return _Bytes(Path(file).name, content, hashlib.sha256(content).hexdigest())


def _places_in(contents: Iterable[Content]) -> Iterator[_Place]:
    return (place for content in contents for each in content.attachments for place in _places(each))


def _places(attachment: Attachment) -> list[_Place]:
    kind = _KINDS.get(type(attachment), MediaKind.IMAGE)
    return [_Place(name, value, kind) for name, value in vars(attachment).items() if isinstance(value, MediaFile)]
