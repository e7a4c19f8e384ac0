"""Values of the kernel as columns and back."""

import json
from typing import Any

import attrs

from privcrm.jobs.model import Item, Job, JobState, Outcome, OutcomeState, RunLimits
from privcrm.store.database import Row

__all__ = [
    "ITEM_COLUMNS",
    "JOB_COLUMNS",
    "dump",
    "item_from_row",
    "job_from_row",
    "limits_to_text",
    "outcome_to_row",
]

JOB_COLUMNS = (
    "id, kind, version, state, reason, params, plan_hash, items, created_at, created_by, finished_at,"
    " calls_spent, undo_of, note, limits, due_at, counts"
)
ITEM_COLUMNS = "seq, key, payload, subject, state, reason, code, message, before, calls, attempts"


# Built once: json.dumps builds an encoder for every call that is not all defaults.
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def dump(value: Any) -> str:
    """Return the one JSON text of a value: equal values give equal text, so it can be hashed."""
    return _encode(value)


def limits_to_text(limits: RunLimits) -> str:
    """Return limits as JSON."""
    return dump(attrs.asdict(limits))


def job_from_row(company: str, row: Row) -> Job:
    """Return the job of a row of ``JOB_COLUMNS``."""
    *head, at, by, finished, calls, undo_of, note, limits, due, counts = row
    job_id, kind, version, state, reason, params, plan_hash, items = head
    return Job(
        id=job_id,
        kind=kind,
        version=version,
        company=company,
        state=JobState(state),
        reason=reason,
        params=json.loads(params),
        plan_hash=plan_hash,
        items=items,
        counts={OutcomeState(name): count for name, count in json.loads(counts or "{}").items()},
        created_at=at,
        created_by=by,
        finished_at=finished,
        calls_spent=calls,
        undo_of=undo_of,
        note=note,
        limits=RunLimits(**json.loads(limits)),
        due_at=due,
    )


def item_from_row(row: Row) -> Item:
    """Return the item of a row of ``ITEM_COLUMNS``."""
    seq, key, payload, subject, state, reason, code, message, before, calls, attempts = row
    outcome = Outcome(
        OutcomeState(state),
        reason,
        json.loads(code) if code else None,
        message,
        json.loads(before) if before else None,
        calls,
    )
    return Item(seq, key, json.loads(payload), subject, outcome, attempts)


def outcome_to_row(outcome: Outcome) -> Row:
    """Return state, reason, code, message, before and calls; a code keeps its type by being JSON."""
    return (
        outcome.state.value,
        outcome.reason,
        "" if outcome.code is None else json.dumps(outcome.code),
        outcome.message,
        "" if outcome.before is None else dump(outcome.before),
        outcome.calls,
    )
