"""Files that programs handed to the company's platform: pictures, voices, videos, documents, and what they are for."""

import hashlib
from collections.abc import Iterator
from enum import Enum

import attrs

_DAY = 86_400
_KEPT_BYTES = 256 * 1024 * 1024
"""More content than this is never held: the oldest files are forgotten first."""
_KEPT_FILES = 20_000
"""Nor more files, nor more downloads."""


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
    maker: str = ""
    """The program that asked."""
    file: int | None = None
    """The file, once somebody asked for it."""


class MediaBook:
    """All files that are still held, and all downloads."""

    def __init__(self) -> None:
        self._files: dict[int, MediaFile] = {}
        self._downloads: dict[int, Download] = {}
        self._copies: dict[int, int] = {}
        self._next = 0
        self._next_download = 0
        self._next_ended = 0
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

    def download(self, kind: str, name: str, size: int, errcode: int, *, at: int, maker: str = "") -> Download:
        """Begin to fetch a file for group welcomes; those asked for a day ago and longer are forgotten."""
        while self._downloads:
            oldest = next(iter(self._downloads.values()))
            if at - oldest.asked_at < _DAY and len(self._downloads) < _KEPT_FILES:
                break
            del self._downloads[oldest.number]
        job = Download(self._next_download, kind, name, size, errcode, at, maker)
        self._downloads[job.number] = job
        self._next_download += 1
        return job

    def ended(self, asked_by: float) -> Iterator[Download]:
        """Yield, once each, the downloads that were asked for until then."""
        while self._next_ended < self._next_download:
            job = self._downloads.get(self._next_ended)
            if job is not None and job.asked_at > asked_by:
                return
            self._next_ended += 1
            if job is not None:
                yield job

    def find_download(self, number: int) -> Download | None:
        """Return a download."""
        return self._downloads.get(number)

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
            self._forget(next(old for old in self._files.values() if old.content))
        while len(self._files) > _KEPT_FILES:
            self._forget(next(iter(self._files.values())))
        return file

    def _forget(self, file: MediaFile) -> None:
        self._held -= len(self._files.pop(file.number).content or b"")
        self._copies.pop(file.number, None)
