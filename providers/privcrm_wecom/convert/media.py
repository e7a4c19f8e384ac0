"""Uploads, and jobs that fetch files."""

from typing import Any

from privcrm.models import Media, MediaJob, MediaJobState, MediaKind, MediaPurpose
from privcrm_wecom.convert.values import mapping, number, text

_STATES = {1: MediaJobState.RUNNING, 2: MediaJobState.DONE, 3: MediaJobState.FAILED}


def media(row: dict[str, Any], kind: MediaKind, purpose: MediaPurpose, lifetime: int) -> Media:
    """Return an upload; its time comes as a text from one endpoint and as a number from the next."""
    created_at = number(row.get("created_at"))
    return Media(
        media_id=text(row.get("media_id")),
        kind=kind,
        purpose=purpose,
        created_at=created_at,
        expires_at=None if created_at is None else created_at + lifetime,
        raw=row,
    )


def media_job(row: dict[str, Any], kind: MediaKind, lifetime: int) -> MediaJob:
    """Return how far a job is; one of which the vendor does not tell is running still."""
    detail = mapping(row.get("detail"))
    state = _STATES.get(number(row.get("status")) or 0, MediaJobState.RUNNING)
    done = state is MediaJobState.DONE
    return MediaJob(
        state=state,
        media=media(detail, kind, MediaPurpose.MESSAGE, lifetime) if done else None,
        code=number(detail.get("errcode")) or 0,
        raw=row,
    )
