"""What travels on the belt: a journalled send with its items, and what came of it."""

from collections.abc import Iterator, Sequence

from attrs import define, frozen

from privcrm.jobs.model import Item, JobState, Outcome, Send

__all__ = ["Delivered", "Ending", "Parcel"]


@define
class Parcel:
    """A send that is under way. ``not_before`` is on the monotonic clock."""

    send: Send
    items: Sequence[Item]
    sends: int = 0
    not_before: float = 0.0


@frozen
class Delivered:
    """A parcel whose answer is known."""

    parcel: Parcel
    outcomes: Sequence[Outcome]

    @property
    def results(self) -> Iterator[tuple[int, Outcome, int]]:
        """Yield (number of the item, outcome, sends it took)."""
        for item, outcome in zip(self.parcel.items, self.outcomes, strict=True):
            yield item.seq, outcome, self.parcel.sends


@frozen
class Ending:
    """Why a worker lets go of a job, and how the job stands then.

    ``due_at`` (unix seconds): not before then, and nobody has to do anything; 0 otherwise. ``reason`` begins with a
    word for programs: approval, canary, window, rate_limited, quota, settling, max_calls, stopped, suspicious,
    unreachable, refused, interrupted, internal.
    """

    state: JobState
    reason: str = ""
    due_at: float = 0.0
