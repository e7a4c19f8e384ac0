"""Uploads and downloads (素材). https://developer.work.weixin.qq.com/document/path/90253 to 90256, 95098, 96219."""

import re
from collections.abc import Mapping
from typing import Any

from privcrm.errors import AnswerLost, InputError, InvalidArgument
from privcrm.models import Download, Media, MediaJob, MediaKind, MediaPurpose
from privcrm.provider import Endpoint
from privcrm.provider.ports import MediaPort
from privcrm.transport import File, Params
from privcrm_wecom import checks, errcodes
from privcrm_wecom.api.area import Area
from privcrm_wecom.api.pictures import content_type_of, size_of
from privcrm_wecom.convert import media as convert
from privcrm_wecom.convert import values
from privcrm_wecom.endpoints.media import (
    ATTACHMENT_UPLOAD,
    IMAGE_UPLOAD,
    MEDIA_FETCH,
    MEDIA_FETCHED,
    MEDIA_GET,
    MEDIA_UPLOAD,
)

_TYPES = {
    MediaKind.IMAGE: ("image/png", "image/jpeg"),
    MediaKind.VOICE: ("audio/amr",),
    MediaKind.VIDEO: ("video/mp4",),
}
_USES = {MediaPurpose.MOMENT: 1, MediaPurpose.PRODUCT: 2}
_KINDS = {
    MediaPurpose.MESSAGE: tuple(MediaKind),
    MediaPurpose.MOMENT: (MediaKind.IMAGE, MediaKind.VIDEO),
    MediaPurpose.PRODUCT: (MediaKind.IMAGE,),
}
_GROUP_WELCOME = 1
_MD5 = re.compile(r"[0-9a-f]{32}")


class WeComMedia(Area, MediaPort):
    """Every app may upload for messages and download; the rest needs the role ``customer_contact``."""

    def upload(
        self, content: bytes, filename: str, kind: MediaKind, purpose: MediaPurpose = MediaPurpose.MESSAGE
    ) -> Media:
        """Upload a file, which lives three days and is open to all apps of the company.

        Pictures are PNG or JPEG, sounds AMR (60 seconds at most), films MP4 (30 seconds at most in moments). Ids made
        for messages, moments and products are not taken for one another.
        """
        file = File(content, filename, content_type_of(content))
        del content, filename  # local values show in tracebacks
        if kind not in _KINDS[purpose]:
            raise InputError(f"no {kind} is taken for the purpose {purpose} ({ATTACHMENT_UPLOAD.doc})")
        endpoint, prefix = (
            (MEDIA_UPLOAD, "media") if purpose is MediaPurpose.MESSAGE else (ATTACHMENT_UPLOAD, "attachment")
        )
        self._check(file, endpoint, f"{prefix}_{kind}")
        if kind in _TYPES and file.content_type not in _TYPES[kind]:
            raise InputError(f"content is no {kind} of the type {' or '.join(_TYPES[kind])} ({endpoint.doc})")
        if kind is MediaKind.IMAGE and purpose is MediaPurpose.MOMENT:
            self._check_sides(file)
        params: Mapping[str, Any] = {"type": str(kind)}
        if purpose in _USES:
            params = {"media_type": str(kind), "attachment_type": _USES[purpose]}
        made = convert.media(
            self._client.call(endpoint, params, file=file), kind, purpose, self._most("media_lifetime")
        )
        if not made.media_id:
            raise _lost(endpoint, "the answer tells no media_id")
        return made

    def upload_image(self, content: bytes, filename: str) -> str:
        """Upload a picture that stays and return its address, which shows inside WeCom only.

        1,000 a day and 3,000 a month for the whole company; the vendor's page names no types.
        """
        file = File(content, filename, content_type_of(content))
        del content, filename
        self._check(file, IMAGE_UPLOAD, "permanent_image")
        url = values.text(self._client.call(IMAGE_UPLOAD, {}, file=file).get("url"))
        if not url:
            raise _lost(IMAGE_UPLOAD, "the answer tells no url")
        return url

    def fetch(self, url: str, filename: str, kind: MediaKind, md5: str) -> str:
        """Have a film (MP4) or document of up to 200 MB fetched; its server must know HTTP ranges.

        What comes of it is good for group welcomes and for ``get``, nowhere else.
        """
        wanted = Params(
            {"scene": _GROUP_WELCOME, "type": str(kind), "filename": filename, "url": url, "md5": md5.lower()}
        )
        del url, filename, md5  # an address may carry its own key
        if kind not in (MediaKind.VIDEO, MediaKind.FILE):
            raise InputError(f"no {kind} is fetched by address, only video and file ({MEDIA_FETCH.doc})")
        checks.given("filename", wanted["filename"], MEDIA_FETCH.doc)
        checks.at_most("filename", wanted["filename"], self._limit("fetched_name"))
        checks.at_most("url", wanted["url"], self._limit("fetched_address"))
        if not wanted["url"].startswith(("https://", "http://")):
            raise InputError(f"url is no address that begins with https:// or http:// ({MEDIA_FETCH.doc})")
        if not _MD5.fullmatch(wanted["md5"]):
            raise InputError(f"md5 has 32 hexadecimal digits ({MEDIA_FETCH.doc})")
        answer = self._client.call(MEDIA_FETCH, wanted)
        job_id = values.text(answer.get("jobid"))
        if not job_id:
            raise _lost(MEDIA_FETCH, "the answer tells no jobid")
        return job_id

    def fetched(self, job_id: str, kind: MediaKind = MediaKind.FILE) -> MediaJob:
        """Return how far a job is; an event tells as well when it is over. The answer does not tell the kind."""
        checks.given("job_id", job_id, MEDIA_FETCHED.doc)
        checks.at_most("job_id", job_id, self._limit("media_job_id"))
        answer = self._client.call(MEDIA_FETCHED, {"jobid": job_id})
        return convert.media_job(answer, kind, self._most("media_lifetime"))

    def get(self, media_id: str) -> Download:
        """Download a file; what is too large for one answer (20 MB) comes in parts, up to 200 MB.

        ``filename`` is what the vendor says, without folders; do not trust it any further.
        """
        wanted = Params({"media_id": media_id})
        del media_id  # whoever knows it reads the file
        checks.given("media_id", wanted["media_id"], MEDIA_GET.doc)
        try:
            blob = self._client.download(MEDIA_GET, wanted, most=self._most("download_part"))
        except InvalidArgument as error:
            if error.code != errcodes.FILE_TOO_LARGE:
                raise
            return self._in_parts(wanted)
        return Download(blob.content, blob.content_type, blob.filename)

    def _in_parts(self, wanted: Params) -> Download:
        """Fetch part by part, each asked for at full length: some files are given out in blocks of 16 bytes only."""
        most, part = self._most("fetched_media"), self._most("download_part")
        content = bytearray()
        for first in range(0, most, part):
            blob = self._client.download(MEDIA_GET, wanted, most=part, first=first)
            content += blob.content
            ends = len(content) >= blob.total
            if blob.first != first or blob.total > most or not (ends or len(blob.content) == part):
                break
            if ends:
                return Download(bytes(content), blob.content_type, blob.filename)
        raise _lost(MEDIA_GET, "the parts of the file do not fit together, or are too many")

    def _check(self, file: File, endpoint: Endpoint, limit: str) -> None:
        checks.given("filename", file.name, endpoint.doc)
        least = self._limit("media_bytes_least")
        if len(file.content) <= least.value:
            raise InputError(
                f"content has {len(file.content)} bytes and must have more than {least.value} ({least.source})"
            )
        checks.at_most("content", file.content, self._limit(limit))

    def _check_sides(self, file: File) -> None:
        sides = size_of(file.content)
        if sides is not None:
            checks.between("the long side of the picture", max(sides), 0, self._limit("moment_image_long_side"))
            checks.between("the short side of the picture", min(sides), 0, self._limit("moment_image_short_side"))


def _lost(endpoint: Endpoint, message: str) -> AnswerLost:
    return AnswerLost(message, provider="wecom", operation=endpoint.name)
