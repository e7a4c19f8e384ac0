"""From orders to a job that is ready to run, unless a lost answer of one could not be told from that of another."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, TypeVar

from privcrm.errors import InputError, JobError, UnsupportedCapability
from privcrm.jobs import Draft, Item, ItemDraft, Job, Jobs, Outcome, OutcomeState, RunLimits
from privcrm.models.fields import instance_of, several
from privcrm.provider import Provider
from privcrm.provider.capabilities import Level, Support

NO_LIMITS: Final = RunLimits()

Alike = Callable[[str], bool]
T = TypeVar("T")


def require(provider: Provider, capability: str) -> None:
    """Raise ``UnsupportedCapability`` before anything is planned that the vendor cannot do at all."""
    support = provider.capabilities.get(capability, Support(Level.NONE, "this adapter does not offer it"))
    if not support:
        raise UnsupportedCapability(provider.name, capability, support.note, support.instead)


def each_a(kind: type[T], specs: Iterable[T]) -> Iterator[T]:
    """Return the specs; ``InputError`` for one alone in place of several, and for what is no such spec."""
    found = enumerate(several("specs", specs, kind.__name__))
    return (instance_of(kind, f"specs[{place}]", spec) for place, spec in found)


def submit(
    jobs: Jobs,
    kind: str,
    drafts: Iterable[ItemDraft],
    *,
    alike: Alike,
    key: str,
    created_by: str,
    limits: RunLimits,
    params: Mapping[str, Any] | None = None,
) -> Job:
    """Plan a job and keep it; nothing is sent yet.

    ``alike`` says of an open item's key, once all drafts have been taken in, that the vendor could not tell it from one
    of these. A ``key`` that was used before returns the job of then, if it was for the same. Raises ``InputError``
    (nothing to do, an order given twice), ``JobError`` (something alike is open, the key stands for something else).
    """
    with jobs.prepare(kind, {**(params or {}), "key": key}, created_by=created_by, limits=limits) as draft:
        draft.merge = _refuse_twice
        draft.add(drafts)
        if draft.is_empty:
            raise InputError("there is nothing to do: the list is empty")
        # Looked for only now that the items are stored: of two who submit at once, at least one sees the other.
        if earlier := jobs.history.of_key(kind, key, besides=draft.job_id) if key else None:
            return _same(earlier, draft, key)
        _refuse_alike(jobs, kind, draft, alike)
        return draft.seal()


def refused(items: Iterable[Item], error: InputError) -> list[Outcome]:
    """Return the outcomes of items that the port refused to send."""
    return [Outcome.failed("invalid_input", str(error)) for _ in items]


def _same(earlier: Job, draft: Draft, key: str) -> Job:
    if earlier.plan_hash != draft.plan_hash():
        raise JobError(f"job {earlier.id} was submitted with the key {key!r} for something else: use another key")
    return earlier


def _refuse_alike(jobs: Jobs, kind: str, draft: Draft, alike: Alike) -> None:
    for item in jobs.history.open_items(kind, besides=draft.job_id):
        if alike(item.key):
            cure = "resolve it first" if item.state is OutcomeState.UNKNOWN else "run or cancel that job first"
            raise JobError(
                f"job {item.job_id} holds the same for the same employee, and it is {item.state}: a lost answer of one"
                f" could not be told from the other; {cure}"
            )


def _refuse_twice(first: ItemDraft, second: ItemDraft) -> ItemDraft:
    del first, second
    raise InputError(
        "the list holds the same for the same employee twice: a lost answer of one could not be told from the other"
    )
