"""Why a worker stops working on a job."""

from attrs import frozen

from privcrm.jobs.model import JobState

__all__ = ["StopReason"]


@frozen
class StopReason:
    """Why a worker gives a job back, and the state in which it leaves it.

    ``due_at`` (unix seconds): not before then, and nobody has to do anything; 0 otherwise. ``reason`` begins with a
    word for programs: approval, canary, window, rate_limited, quota, settling, max_calls, stopped, suspicious,
    unreachable, refused, forbidden, unfinished, store, interrupted, internal.
    """

    state: JobState
    reason: str = ""
    due_at: float = 0.0
