"""Files that programs handed to the company's platform: pictures, voices, videos, documents, and what they are for."""

import hashlib
from collections.abc import Iterator
from enum import Enum

import attrs

_DAY = 86_400
_KEPT_BYTES = 256 * 1024 * 1024
"""More content than this is never held: the oldest files are forgotten first."""


class Purpose(Enum):
    """What a file may be used in."""

    MESSAGES = "messages"
    MOMENTS = "moments"
    ALBUMS = "albums"
    GROUP_WELCOMES = "group_welcomes"
    DISPLAY = "display"
    """A picture to show by its address, for ever."""


@attrs.frozen
class MediaFile:
    """A file. Without content, bytes that its number decides stand in for what the platform fetched itself."""

    number: int
    kind: str
    """image, voice, video or file."""
    purpose: Purpose
    name: str = attrs.field(repr=False)
    size: int
    made_at: int
    content: bytes | None = attrs.field(repr=False)

    def read(self, start: int = 0, stop: int | None = None) -> bytes:
        """Return the bytes from *start* up to *stop*, or to the end."""
        stop = self.size if stop is None else min(stop, self.size)
        if self.content is not None:
            return self.content[start:stop]
        block = hashlib.sha512(b"media %d" % self.number).digest()
        first, last = start // len(block), stop // len(block) + 1
        whole = block * max(0, last - first)
        return whole[start - first * len(block) : stop - first * len(block)]


@attrs.frozen
class Download:
    """The platform fetches a file from an address; nobody really does."""

    number: int
    kind: str
    name: str = attrs.field(repr=False)
    size: int
    errcode: int
    """How it ends: 0 well."""
    asked_at: int
    file: int | None = None
    """The file, once somebody asked for it."""


class MediaBook:
    """All files that are still held, and all downloads."""

    def __init__(self) -> None:
        self._files: dict[int, MediaFile] = {}
        self._downloads: list[Download] = []
        self._copies: dict[int, int] = {}
        self._next = 0
        self._held = 0

    def find(self, number: int) -> MediaFile | None:
        """Return a file, None once it is forgotten."""
        return self._files.get(number)

    def __iter__(self) -> Iterator[MediaFile]:
        """Yield the files, oldest first."""
        return iter(self._files.values())

    def keep(self, kind: str, purpose: Purpose, name: str, content: bytes, *, at: int) -> MediaFile:
        """Take in a file."""
        return self._put(MediaFile(self._next, kind, purpose, name, len(content), at, content))

    def renew(self, file: MediaFile, *, at: int) -> MediaFile:
        """Return the latest copy of a file, or a new one if that is not of the same day."""
        latest = self.find(self._copies.get(file.number, file.number)) or file
        if at - latest.made_at < _DAY:
            return latest
        copy = self._put(attrs.evolve(file, number=self._next, made_at=at))
        self._copies[file.number] = copy.number
        return copy

    def download(self, kind: str, name: str, size: int, errcode: int, *, at: int) -> Download:
        """Begin to fetch a file for group welcomes."""
        self._downloads.append(Download(len(self._downloads), kind, name, size, errcode, at))
        return self._downloads[-1]

    def find_download(self, number: int) -> Download | None:
        """Return a download."""
        return self._downloads[number] if 0 <= number < len(self._downloads) else None

    def fetched(self, number: int, *, at: int) -> MediaFile | None:
        """Return the file of a download that was done *at*, None once it is forgotten."""
        job = self._downloads[number]
        if job.file is not None:
            return self.find(job.file)
        file = self._put(MediaFile(self._next, job.kind, Purpose.GROUP_WELCOMES, job.name, job.size, at, None))
        self._downloads[number] = attrs.evolve(job, file=file.number)
        return file

    def _put(self, file: MediaFile) -> MediaFile:
        self._next += 1
        self._files[file.number] = file
        self._held += len(file.content or b"")
        while self._held > _KEPT_BYTES:
            oldest = next(old for old in self._files.values() if old.content)
            self._held -= len(self._files.pop(oldest.number).content or b"")
        return file
