"""Files: temporary (90253), attachments (95098), permanent pictures (90256), fetched (96219), read back (90254)."""

from collections.abc import Mapping
from typing import Any

import attrs

from privcrm.sandbox.wecom.company import Call
from privcrm.sandbox.wecom.endpoint import EMPTY_PARAMETER, FILE_MISSING, Access, general, upload
from privcrm.sandbox.wecom.errors import TEXTS, Refusal
from privcrm.sandbox.wecom.fields import INVALID, Field
from privcrm.sandbox.wecom.files import File, Upload, sniff
from privcrm.sandbox.wecom.formats import picture_size, video_seconds, voice_seconds
from privcrm.sandbox.wecom.media import living, picture_url
from privcrm.sandbox.wecom.quotas import day_of, month_of
from privcrm.sandbox.world import MediaFile, Purpose

MB = 1024 * 1024
SMALLEST = 6
"""Bytes: files must be larger than 5."""
JOB_LIFE = 3600
LARGEST_FETCHED = 200 * MB
PROCESSING, DONE, FAILED = 1, 2, 3
_LONG_SIDE, _SHORT_SIDE, _MOMENT_SECONDS, _VOICE_SECONDS = 10_800, 1080, 30, 60
_PICTURES = frozenset({"png", "jpg"})


@attrs.frozen
class _Kind:
    """What a kind of file must be; *formats* empty: anything."""

    most: int
    too_large: int
    formats: frozenset[str] = frozenset()
    wrong_format: int = 40004


_TEMPORARY: Mapping[str, _Kind] = {
    "image": _Kind(10 * MB, 40009, _PICTURES),
    "voice": _Kind(2 * MB, 45001, frozenset({"amr"}), 301017),
    "video": _Kind(10 * MB, 45001, frozenset({"mp4"})),
    "file": _Kind(20 * MB, 45001),
}
_ATTACHMENTS: Mapping[str, _Kind] = {
    "image": _Kind(10 * MB, 41080, _PICTURES),
    "video": _Kind(10 * MB, 41080, frozenset({"mp4"}), 41090),
    "file": _Kind(10 * MB, 41080),
}
_SCENES: Mapping[int, tuple[Purpose, frozenset[str]]] = {
    1: (Purpose.MOMENTS, frozenset({"image", "video"})),
    2: (Purpose.ALBUMS, frozenset({"image"})),
}


def _file(call: Call) -> Upload:
    """Return the file of the form; its part is called media."""
    media: Upload = call.args["media"]
    if media.part != "media" or not len(media):
        raise Refusal(FILE_MISSING)
    return media


def _check(media: Upload, kind: _Kind, too_small: int) -> None:
    if len(media) < SMALLEST:
        raise Refusal(too_small)
    if len(media) > kind.most:
        raise Refusal(kind.too_large)
    if kind.formats and sniff(media.content) not in kind.formats:
        raise Refusal(kind.wrong_format)


def _taken(call: Call, kind: str, purpose: Purpose, media: Upload) -> MediaFile:
    return call.world.media.keep(kind, purpose, media.name, media.content, at=int(call.now))


def upload_temporary(call: Call) -> dict[str, Any]:
    """Take a file for messages; it lives three days. The time of making is a text here."""
    name, media = call.args["type"], _file(call)
    if name not in _TEMPORARY:
        raise Refusal(40005)
    _check(media, _TEMPORARY[name], 40006)
    if name == "voice" and voice_seconds(media.content) > _VOICE_SECONDS:
        raise Refusal(301016)
    file = _taken(call, name, Purpose.MESSAGES, media)
    return {"type": name, "media_id": call.company.ids.media.encode(file.number), "created_at": str(file.made_at)}


def upload_attachment(call: Call) -> dict[str, Any]:
    """Take a file for moments or albums. The time of making is a number here."""
    name, media = call.args["media_type"], _file(call)
    purpose, kinds = _SCENES.get(call.args["attachment_type"], (Purpose.MOMENTS, frozenset[str]()))
    if name not in kinds:
        raise Refusal(41072)
    _check(media, _ATTACHMENTS[name], FILE_MISSING)
    if purpose is Purpose.MOMENTS:
        _fits_moments(media.content)
    file = _taken(call, name, purpose, media)
    return {"type": name, "media_id": call.company.ids.media.encode(file.number), "created_at": file.made_at}


def _fits_moments(content: bytes) -> None:
    """Refuse pictures of too many pixels and videos of too many seconds; those that do not say pass."""
    if sniff(content) == "mp4":
        if (video_seconds(content) or 0) > _MOMENT_SECONDS:
            raise Refusal(41082)
        return
    short, long = sorted(picture_size(content) or (0, 0))
    if short > _SHORT_SIDE or long > _LONG_SIDE:
        raise Refusal(41081)


def upload_picture(call: Call) -> dict[str, Any]:
    """Take a picture to show by its address for ever; the part of the form may have any name."""
    media: Upload = call.args["media"]
    if not len(media):
        raise Refusal(FILE_MISSING)
    _check(media, _Kind(2 * MB, 45001, _PICTURES, 40009), 40009)
    rules, quotas = call.company.rules, call.company.quotas
    quotas.spend("uploadimg", day_of(call.now), rules.pictures_per_day, 45009)
    quotas.spend("uploadimg", month_of(call.now), rules.pictures_per_month, 45009)
    return {"url": picture_url(call, _taken(call, "image", Purpose.DISPLAY, media))}


def get(call: Call) -> File:
    """Answer a living file, whatever it was handed in for."""
    return File(living(call, call.args["media_id"]))


def upload_by_url(call: Call) -> dict[str, Any]:
    """Let the vendor fetch a file. Here nothing is fetched: size and end of the job are switches."""
    args, rules = call.args, call.company.rules
    if args["scene"] != 1:
        raise Refusal(INVALID)
    if args["type"] not in {"video", "file"}:
        raise Refusal(40005)
    errcode = int(rules.media_job_result)
    if not args["url"].startswith(("http://", "https://")):
        errcode = 830001
    if rules.media_job_bytes > LARGEST_FETCHED:
        errcode = 45001
    size, now, maker = rules.media_job_bytes, int(call.now), call.app.maker
    job = call.world.media.download(args["type"], args["filename"], size, errcode, at=now, maker=maker)
    return {"jobid": call.company.ids.media_job.encode(job.number)}


def get_upload_by_url_result(call: Call) -> dict[str, Any]:
    """Say how a job stands; jobs are forgotten after 60 minutes (40088)."""
    number = call.company.ids.media_job.decode(call.args["jobid"])
    job = None if number is None else call.world.media.find_download(number)
    if job is None or call.now >= job.asked_at + JOB_LIFE:
        raise Refusal(40088)
    done_at = job.asked_at + call.company.rules.media_job_seconds
    if call.now < done_at:
        return {"status": PROCESSING, "detail": {"errcode": 0, "errmsg": "ok"}}
    if job.errcode:
        return {"status": FAILED, "detail": {"errcode": job.errcode, "errmsg": TEXTS[job.errcode]}}
    file = call.world.media.fetched(job.number, at=done_at)
    if file is None:
        raise Refusal(40088)
    media_id = call.company.ids.media.encode(file.number)
    detail = {"errcode": 0, "errmsg": "ok", "media_id": media_id, "created_at": str(file.made_at)}
    return {"status": DONE, "detail": detail}


_TEXTS = (("type", 32), ("filename", 128), ("url", 1024), ("md5", 32))

_GET = general("media/get", get, Field("media_id", str, 40007), method="GET")
MEDIA_GET = _GET.path

ENDPOINTS = (
    upload("upload", upload_temporary, Field("type", str, 40005)),
    upload(
        "upload_attachment",
        upload_attachment,
        Field("media_type", str, 41072),
        Field("attachment_type", int, 41072),
        access=Access.CUSTOMER_CONTACT,
    ),
    upload("uploadimg", upload_picture),
    _GET,
    general(
        "media/upload_by_url",
        upload_by_url,
        Field("scene", int, EMPTY_PARAMETER),
        *(Field(name, str, EMPTY_PARAMETER, at_most=most, in_bytes=True) for name, most in _TEXTS),
        access=Access.CUSTOMER_CONTACT,
    ),
    general(
        "media/get_upload_by_url_result",
        get_upload_by_url_result,
        Field("jobid", str, EMPTY_PARAMETER),
        access=Access.CUSTOMER_CONTACT,
    ),
)
