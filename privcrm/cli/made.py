"""What a job made at the vendor, as far as it names nobody."""

from typing import TYPE_CHECKING, Any

from privcrm.jobs.model import OutcomeState

if TYPE_CHECKING:
    from privcrm.cli.session import Session
    from privcrm.crm import CRM
    from privcrm.jobs.model import Job, Outcome

MOVING = "tag.move"  # of what it was planned for, much is so already
TAGGING = "tag.apply"  # makes nothing that has an id, and has many items
# Of what the vendor gave; who was ``rejected`` is personal data, so these are counted.
_SHOWN = ("id", "job", "qr_url")
_COUNTED = ("rejected",)


def made_by(outcome: "Outcome") -> dict[str, Any]:
    """Return ids, the address of a picture, and how many were rejected: those of them that there are."""
    given = outcome.before or {}
    shown = {name: given[name] for name in _SHOWN if given.get(name)}
    return shown | {name: len(given[name]) for name in _COUNTED if name in given}


def show_made(session: "Session", crm: "CRM", job: "Job") -> dict[str, int]:
    """Say how much a job made and how to see it; return the numbers for ``--json``."""
    counts = {"made": 0, "rejected": 0}
    for state in () if job.kind in (TAGGING, MOVING) else (OutcomeState.DONE, OutcomeState.WAITING):
        for item in crm.jobs.items(job.id, state):
            made = made_by(item.outcome)
            counts["made"] += any(name in made for name in _SHOWN)
            counts["rejected"] += made.get("rejected", 0)
    if counts["made"]:
        session.out.say("")
        session.out.say(
            "Made: {made}; recipients that the vendor rejected: {rejected}. Ids and pictures: "
            "privcrm job show {id} --jsonl",
            id=job.id,
            **counts,
        )
    return counts
