"""Specs as the payloads of items and back: plain JSON, in which only what differs from the defaults is written."""

import hashlib
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from privcrm.jobs.codec import dump
from privcrm.models import Attachment

if TYPE_CHECKING:
    from cattrs import Converter

T = TypeVar("T")

DIGEST_LENGTH = 16


def to_payload(spec: Any) -> Mapping[str, Any]:
    """Return a spec as JSON values; attachments carry their ``kind``."""
    payload: Mapping[str, Any] = _converter().unstructure(spec)
    return payload


def from_payload(payload: Mapping[str, Any], kind: type[T]) -> T:
    """Return the spec that ``to_payload`` was given. A field that this version does not know is an error."""
    return _converter().structure(payload, kind)


def digest_of(*parts: Any) -> str:
    """Return 16 characters that are equal for equal JSON values."""
    return hashlib.sha256(dump(parts).encode()).hexdigest()[:DIGEST_LENGTH]


@cache
def _converter() -> "Converter":
    # Imported where first used: most users of jobs never order anything.
    from cattrs.preconf.json import make_converter  # noqa: PLC0415
    from cattrs.strategies import configure_tagged_union  # noqa: PLC0415

    converter = make_converter(omit_if_default=True, forbid_extra_keys=True)
    configure_tagged_union(Attachment, converter, tag_name="kind", tag_generator=lambda each: each.__name__)
    return converter
