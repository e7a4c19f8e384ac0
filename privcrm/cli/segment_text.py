"""What segments answer, in words and as JSON."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from privcrm.cli.times import beijing, duration, iso

if TYPE_CHECKING:
    from privcrm.cli.session import Session
    from privcrm.services.segments import Evidence, Finding, SavedSegment, SegmentCount
    from privcrm.store.mirror.snapshots import Snapshot

COMBINED = {"all": "all of:", "any": "one of:", "not": "not:"}


def age_of(session: "Session", count: "SegmentCount", now: float) -> str:
    """Return how old the data are that were counted."""
    if count.newest is None:
        return session.translate("The mirror was never read: privcrm sync reads the company.")
    at = beijing(count.newest)
    if count.oldest is None:
        return session.translate("Data as of {at} (Beijing time); of some employees nothing was read yet.", at=at)
    age = duration(max(0.0, now - count.oldest), session.translate)
    return session.translate("Data as of {at} (Beijing time), the oldest {age} old.", at=at, age=age)


def lines_of(session: "Session", findings: "Iterable[Finding]") -> Iterator[str]:
    """Yield the lines of an explanation: + for what holds, - for what does not."""
    for each in findings:
        said = session.translate(COMBINED[each.kind]) if each.kind in COMBINED else each.text
        yield f"{'  ' * each.depth}{'+' if each.holds else '-'} {said}"
        for found in each.found:
            yield f"{'  ' * each.depth}    {_found(found)}"


def count_json(count: "SegmentCount") -> dict[str, Any]:
    """Return a count as the object that ``--json`` prints; UTC times."""
    return {
        "members": count.members,
        "expression": count.expression,
        "oldest": iso(count.oldest),
        "newest": iso(count.newest),
    }


def saved_json(saved: "SavedSegment") -> dict[str, Any]:
    """Return a saved segment as JSON."""
    return {
        "name": saved.name,
        "expression": saved.expression,
        "frozen": str(saved.frozen),
        "created_at": iso(saved.created_at),
        "created_by": saved.created_by,
    }


def snapshot_json(snapshot: "Snapshot") -> dict[str, Any]:
    """Return a snapshot as JSON."""
    return {
        "id": snapshot.id,
        "name": snapshot.name,
        "expression": snapshot.expression,
        "members": snapshot.members,
        "at": iso(snapshot.at),
        "as_of": iso(snapshot.as_of),
    }


def finding_json(finding: "Finding") -> dict[str, Any]:
    """Return a line of an explanation as JSON; ``depth`` tells what it belongs to."""
    return {
        "depth": finding.depth,
        "kind": finding.kind,
        "text": finding.text,
        "holds": finding.holds,
        "found": [_evidence_json(each) for each in finding.found],
    }


def _evidence_json(found: "Evidence") -> dict[str, Any]:
    values = {
        "staff_id": found.staff_id,
        "added": found.added.isoformat() if found.added else "",
        "channel": found.channel,
        "tags": list(found.tags),
        "group_id": found.group_id,
        "group_name": found.group_name,
    }
    return {name: value for name, value in values.items() if value}


def _found(found: "Evidence") -> str:
    parts = (
        found.staff_id,
        found.added.isoformat() if found.added else "",
        found.channel,
        ", ".join(found.tags),
        found.group_id,
        found.group_name,
    )
    return " · ".join(part for part in parts if part)
