"""What a job leaves to people: items that nobody can tell the outcome of, and what may have been left behind."""

from typing import TYPE_CHECKING, Any

from privcrm.cli.times import beijing, iso
from privcrm.jobs.model import Job, OutcomeState

if TYPE_CHECKING:
    from privcrm.cli.session import Session
    from privcrm.crm import CRM
    from privcrm.jobs.model import Orphan

SHOWN = 10


def say_unknown(session: "Session", job: Job) -> None:
    """Say what to do about a job's unknown items, if it has any."""
    if count := job.counts.get(OutcomeState.UNKNOWN, 0):
        session.out.say(
            "Job {id}: {count} unknown. Look in the vendor's console, then for each: "
            "privcrm job resolve {id} NO --done (it happened) or --not-done (send it again)",
            id=job.id,
            count=count,
        )


def show_orphans(session: "Session", crm: "CRM", job_id: str) -> list[dict[str, Any]]:
    """Count and list what a job may have left behind at the vendor; return it for ``--json``."""
    orphans = list(crm.jobs.history.orphans(job_id))
    if orphans:
        session.out.say("")
        session.out.say("Possible orphans: {count}. They do no harm; what was meant was made anew.", count=len(orphans))
        session.out.table(
            ("No.", "Item", "Sent", "What it may be"),
            ((each.seq, each.key, beijing(each.sent_at), each.what) for each in orphans[:SHOWN]),
        )
    return [_as_json(each) for each in orphans]


def _as_json(orphan: "Orphan") -> dict[str, Any]:
    return {"seq": orphan.seq, "key": orphan.key, "sent_at": iso(orphan.sent_at), "what": orphan.what}
