"""What a job leaves to people: items that nobody can tell the outcome of, and what may have been left behind."""

from typing import TYPE_CHECKING, Any

from privcrm.cli.times import beijing, iso
from privcrm.jobs.model import Job, OutcomeState

if TYPE_CHECKING:
    from privcrm.cli.session import Session
    from privcrm.crm import CRM
    from privcrm.jobs.model import Orphan

SHOWN = 10
# By kind of job: consoles do not show everything that a program made.
LOOK = {
    "message.order": "Look in the sender's own client, or by program: provider.messages.list.",
    "moment.order": "Look in the publisher's own client, or by program: provider.moments.list.",
    "live_code.contact": "Consoles show no code made by a program; look by program: provider.live_codes.",
    "live_code.group": (
        "Nothing lists group codes made by a program: unless you know its id it is safe to make another, because nobody"
        " has the picture of the first."
    ),
    "handover.members": "Look by program at where the transfers stand: provider.handover.",
    "handover.groups": "Look at who owns the group now.",
    "tag.apply": "Look at the tags of the customer.",
    "tag.move": "Look at the tags of the customer.",
}
LOOK_ELSEWHERE = "Look at the vendor."


def say_unknown(session: "Session", job: Job) -> None:
    """Say what to do about a job's unknown items, if it has any."""
    if count := job.counts.get(OutcomeState.UNKNOWN, 0):
        session.out.say(
            "Job {id}: {count} unknown. {look} Then for each: "
            "privcrm job resolve {id} NO --done (it happened) or --not-done (send it again)",
            id=job.id,
            count=count,
            look=session.translate(LOOK.get(job.kind, LOOK_ELSEWHERE)),
        )


def show_orphans(session: "Session", crm: "CRM", job_id: str) -> list[dict[str, Any]]:
    """Count and list what a job may have left behind at the vendor; return it for ``--json``."""
    orphans = list(crm.jobs.history.orphans(job_id))
    if orphans:
        session.out.say("")
        session.out.say("Possible orphans: {count}. They do no harm: nobody has their picture.", count=len(orphans))
        session.out.table(
            ("No.", "Item", "Sent", "What it may be"),
            ((each.seq, each.key, beijing(each.sent_at), each.what) for each in orphans[:SHOWN]),
        )
    return [_as_json(each) for each in orphans]


def _as_json(orphan: "Orphan") -> dict[str, Any]:
    return {"seq": orphan.seq, "key": orphan.key, "sent_at": iso(orphan.sent_at), "what": orphan.what}
