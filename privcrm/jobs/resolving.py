"""What a person says of an item whose outcome nobody could tell."""

from collections.abc import Mapping
from typing import Any

from privcrm.errors import JobError
from privcrm.jobs.items import Items
from privcrm.jobs.model import Item, Job, OutcomeState
from privcrm.jobs.registry import Handlers

__all__ = ["given_as", "resolvable"]


def resolvable(job_id: str, items: Items, item: int | str) -> Item:
    """Return the item, by number or key, that a person may resolve. Raises ``JobError``."""
    seq = items.seq_of(item) if isinstance(item, str) else item
    found = items.by_seq([seq]) if seq is not None else []
    if not found:
        raise JobError(f"job {job_id} has no such item")
    state = found[0].outcome.state
    if state not in (OutcomeState.UNKNOWN, OutcomeState.WAITING):
        raise JobError(f"item {found[0].seq} of job {job_id} is {state}: only unknown or waiting ones are resolved")
    return found[0]


def given_as(job: Job, item: Item, handlers: Handlers, vendor_id: str, *, as_done: bool) -> Mapping[str, Any] | None:
    """Return the ``before`` of a resolved item, with the vendor's id if a person has found it. Raises ``JobError``."""
    if not vendor_id:
        return item.outcome.before
    given = handlers.for_job(job).handler.given_as(job, item, vendor_id) if as_done else None
    if given is None:
        what = f"jobs of kind {job.kind!r} keep no ids" if as_done else "what did not happen has no id"
        raise JobError(f"{what}: resolve item {item.seq} of job {job.id} without one")
    return given
