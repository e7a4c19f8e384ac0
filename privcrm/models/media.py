"""Uploaded pictures, films, sounds and documents."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from attrs import field, frozen


class MediaKind(StrEnum):
    """What a file is."""

    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    FILE = "file"


class MediaPurpose(StrEnum):
    """What an upload is for: vendors do not accept an id made for one purpose for another."""

    MESSAGE = "message"
    MOMENT = "moment"
    PRODUCT = "product"


@frozen(slots=False)
class Media:
    """An upload; ``created_at`` and ``expires_at`` are unix seconds, ``expires_at`` None for those that stay."""

    media_id: str
    kind: MediaKind
    purpose: MediaPurpose = MediaPurpose.MESSAGE
    created_at: int | None = None
    expires_at: int | None = None
    raw: Mapping[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)


@frozen(slots=False)
class Download:
    """A file as it came."""

    content: bytes = field(repr=False)
    content_type: str = ""
    filename: str = field(default="", repr=False)


class MediaJobState(StrEnum):
    """How far the vendor is with fetching a file by its address."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@frozen(slots=False)
class MediaJob:
    """A fetch by address; ``code`` is the vendor's when it failed."""

    state: MediaJobState
    media: Media | None = None
    code: int = 0
    raw: Mapping[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)
