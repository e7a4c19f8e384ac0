"""Uploads of the memory provider."""

import re

from attrs import asdict

from privcrm.errors import InputError, NotFound
from privcrm.models import Download, Media, MediaJob, MediaJobState, MediaKind, MediaPurpose
from privcrm.provider.capabilities import Capabilities
from privcrm.provider.limits import LimitTable
from privcrm.provider.ports import MediaPort
from privcrm.sandbox.world import MediaFile, Purpose
from privcrm.testing.memory import ids
from privcrm.testing.memory.content import living
from privcrm.testing.memory.door import NAME, Door

_PURPOSES = {
    MediaPurpose.MESSAGE: Purpose.MESSAGES,
    MediaPurpose.MOMENT: Purpose.MOMENTS,
    MediaPurpose.PRODUCT: Purpose.ALBUMS,
}
_KINDS = {
    MediaPurpose.MESSAGE: tuple(MediaKind),
    MediaPurpose.MOMENT: (MediaKind.IMAGE, MediaKind.VIDEO),
    MediaPurpose.PRODUCT: (MediaKind.IMAGE,),
}
_TYPES = {"image": "image/png", "voice": "audio/amr", "video": "video/mp4"}
_MD5 = re.compile(r"[0-9A-Fa-f]{32}")
_MADE_UP = 4096


class MemoryMedia(MediaPort):
    """Keeps uploads for three days; what is fetched by address is there at once, and made up: nothing is fetched.

    What expires counts as read: nobody sees it until something that is a write refers to it.
    """

    def __init__(self, door: Door, capabilities: Capabilities, limits: LimitTable) -> None:
        super().__init__(NAME, capabilities)
        self._door = door
        self._limits = limits

    def upload(
        self, content: bytes, filename: str, kind: MediaKind, purpose: MediaPurpose = MediaPurpose.MESSAGE
    ) -> Media:
        """Keep a file of any type."""
        self._check(content, filename)
        if kind not in _KINDS[purpose]:
            raise InputError(f"no {kind} is taken for the purpose {purpose}")
        with self._door.reading("media.upload") as call:
            file = call.world.media.keep(str(kind), _PURPOSES[purpose], filename, content, at=call.now)
            return self._media(file, purpose)

    def upload_image(self, content: bytes, filename: str) -> str:
        """Keep a picture for ever; its address leads nowhere."""
        self._check(content, filename)
        with self._door.writing("media.upload_image") as call:
            file = call.world.media.keep("image", Purpose.DISPLAY, filename, content, at=call.now)
            return f"https://memory.invalid/{ids.id_of(ids.MEDIA, file.number)}"

    def fetch(self, url: str, filename: str, kind: MediaKind, md5: str) -> str:
        """Make up a file, good for group welcomes and for ``get``."""
        if not url.startswith(("https://", "http://")) or not filename or not _MD5.fullmatch(md5):
            raise InputError("a fetch needs an address, a filename, and an MD5 of 32 hexadecimal digits")
        with self._door.writing("media.fetch") as call:
            job = call.world.media.download(str(kind), filename, _MADE_UP, 0, at=call.now)
            return ids.id_of(ids.MEDIA_JOB, job.number)

    def fetched(self, job_id: str, kind: MediaKind = MediaKind.FILE) -> MediaJob:  # noqa: ARG002 - the job knows
        """Return the file made up."""
        with self._door.reading("media.fetched") as call:
            job = call.world.media.find_download(ids.number_of(ids.MEDIA_JOB, job_id))
            if job is None or call.now >= job.asked_at + self._limits["media.job_life"].value:
                raise call.refuse(NotFound, "unknown_job", "no job has this id, or it is long over")
            file = call.world.media.fetched(job.number, at=job.asked_at)
            media = None if file is None else self._media(file, MediaPurpose.MESSAGE)
            return MediaJob(MediaJobState.DONE, media, raw=asdict(job, recurse=False))

    def get(self, media_id: str) -> Download:
        """Return a file."""
        with self._door.reading("media.get") as call:
            file = living(call, media_id, self._limits["media.life"].value)
            if file is None:
                raise call.refuse(NotFound, "unknown_file", "no file has this id, or it has expired")
            return Download(file.read(), _TYPES.get(file.kind, "application/octet-stream"), file.name)

    def _check(self, content: bytes, filename: str) -> None:
        most = self._limits["media.size"].value
        if not 0 < len(content) <= most:
            raise InputError(f"content has {len(content):,} bytes, allowed are 1 to {most:,}")
        if not filename:
            raise InputError("filename is empty and must not be")

    def _media(self, file: MediaFile, purpose: MediaPurpose) -> Media:
        return Media(
            ids.id_of(ids.MEDIA, file.number),
            MediaKind(file.kind),
            purpose,
            created_at=file.made_at,
            expires_at=file.made_at + self._limits["media.life"].value,
            raw={"number": file.number, "size": file.size},
        )
