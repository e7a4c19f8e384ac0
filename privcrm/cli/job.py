"""``privcrm job``: look at jobs, and steer them."""

from getpass import getuser

import click

from privcrm.cli.doubts import say_unknown, show_orphans
from privcrm.cli.failures import DONE
from privcrm.cli.frame import Group, examples, jsonl_option, pass_session
from privcrm.cli.jobs import (
    as_json,
    item_json,
    next_step,
    out_option,
    run_and_finish,
    show_items,
    show_job,
    told_of,
    wait_option,
)
from privcrm.cli.made import show_made
from privcrm.cli.personal_files import remember
from privcrm.cli.reason_messages import reason_of
from privcrm.cli.session import Session
from privcrm.cli.times import beijing
from privcrm.jobs.model import Job, JobState, OutcomeState

_STATES = [state.value for state in JobState]
_OUTCOMES = [state.value for state in OutcomeState]


@click.group(
    cls=Group,
    epilog=examples("privcrm job list", "privcrm job show JOB", "privcrm job resume JOB", "privcrm job undo JOB"),
)
def job() -> None:
    """Jobs: list, look at, pause, cancel, approve, resume, undo, resolve."""


@job.command("list", epilog=examples("privcrm job list", "privcrm job list --state paused", "privcrm job list --jsonl"))
@click.option("--state", type=click.Choice(_STATES), help="Only jobs in this state.")
@jsonl_option("One JSON object a line, as many as there are.")
@pass_session
def list_(session: Session, state: str | None, jsonl: str | None) -> None:
    """List the jobs of this company, the oldest first."""
    with session.crm() as crm:
        jobs = crm.jobs.list(state=JobState(state) if state else None)
        if jsonl:
            session.out.lines(jsonl, map(as_json, jobs))
            return
        shown = list(jobs)
        session.out.table(
            ("Job", "Kind", "State", "Items", "To do", "Calls spent", "Created", "By", "Reason"),
            (
                (
                    each.id,
                    each.kind,
                    session.translate(each.state.value),
                    each.items,
                    each.planned,
                    each.calls_spent,
                    beijing(each.created_at),
                    each.created_by,
                    reason_of(session, each),
                )
                for each in shown
            ),
        )
        if not shown:
            session.out.say("Nothing yet.")
        for each in shown:
            say_unknown(session, each)
        session.out.result({"jobs": [as_json(each) for each in shown]})


@job.command(
    epilog=examples(
        "privcrm job show JOB",
        "privcrm job show JOB --out outcomes.csv",
        "privcrm job show JOB --outcome failed --jsonl",
    )
)
@click.argument("job_id", metavar="ID")
@out_option
@jsonl_option("Print the items as JSON lines instead.")
@click.option("--outcome", type=click.Choice(_OUTCOMES), help="With --jsonl: only items that ended so.")
@pass_session
def show(session: Session, job_id: str, out: str | None, outcome: str | None, jsonl: str | None) -> None:
    """Show one job: state, counts, what went wrong, and how to go on."""
    with session.crm() as crm:
        found = crm.jobs.get(job_id)
        if jsonl:
            items = crm.jobs.items(job_id, state=OutcomeState(outcome) if outcome else None)
            remember(crm, jsonl, "items")
            session.out.lines(jsonl, map(item_json, items))
            return
        if out:
            rows = crm.tagging.write_outcomes(job_id, out)
            session.out.note("{rows} rows written to {path}", rows=rows, path=out)
        show_job(session, found)
        if told_of(found):
            show_items(session, crm, found)
        made = show_made(session, crm, found)
        orphans = show_orphans(session, crm, job_id)
        say_unknown(session, found)
        session.out.say(next_step(session, found))
        session.out.result(as_json(found) | made | {"orphans": orphans})


@job.command(epilog=examples("privcrm job pause JOB"))
@click.argument("job_id", metavar="ID")
@pass_session
def pause(session: Session, job_id: str) -> None:
    """Pause a job before its next send, whichever process runs it."""
    with session.crm() as crm:
        _told(session, crm.jobs.pause(job_id, getuser()))


@job.command(epilog=examples("privcrm job cancel JOB"))
@click.argument("job_id", metavar="ID")
@pass_session
def cancel(session: Session, job_id: str) -> None:
    """Give up what a job has not sent yet; what was sent stays, and can be undone."""
    with session.crm() as crm:
        _told(session, crm.jobs.cancel(job_id, getuser()))


@job.command(epilog=examples("privcrm job approve JOB --count 12000", "privcrm job approve JOB"))
@click.argument("job_id", metavar="ID")
@click.option("--count", type=int, help="The number of items still to send, typed exactly.")
@pass_session
def approve(session: Session, job_id: str, count: int | None) -> None:
    """Approve a job that waits: another person than its maker may, or its maker by typing the exact count."""
    with session.crm() as crm:
        _told(session, crm.jobs.approve(job_id, getuser(), count))


@job.command(epilog=examples("privcrm job resume JOB", "privcrm job resume JOB --max-calls 5000"))
@click.argument("job_id", metavar="ID")
@click.option("--max-calls", type=click.IntRange(min=0), metavar="N", help="Allow so many more calls.")
@wait_option
@out_option
@pass_session
def resume(session: Session, job_id: str, *, max_calls: int | None, wait: bool, out: str | None) -> int:
    """Take a job up again and run it here, from where it stood. What may have been sent is settled first.

    A job that used up its --max-calls gets as many again.
    """
    with session.crm() as crm:
        if out:
            crm.tagging.check_outcomes_file(out)
        crm.jobs.resume(job_id, getuser(), max_calls=max_calls)
        return run_and_finish(session, crm, job_id, wait=wait, out=out)


@job.command(epilog=examples("privcrm job undo JOB", "privcrm job undo JOB --yes"))
@click.argument("job_id", metavar="ID")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@wait_option
@pass_session
def undo(session: Session, job_id: str, *, yes: bool, wait: bool) -> int:
    """Take back what a job did, item by item, by a new job. What was changed since is left as it is."""
    with session.crm() as crm:
        place = {"company": crm.provider.company, "host": crm.provider.host}
        if not session.agreed("Undo job {id} at {company} ({host})?", yes=yes, id=job_id, **place):
            return DONE
        created = crm.jobs.undo(job_id, getuser())
        return run_and_finish(session, crm, created.id, wait=wait)


@job.command(
    epilog=examples(
        "privcrm job resolve JOB 17 --done",
        "privcrm job resolve JOB 17 --done --id MSGID",
        "privcrm job resolve JOB 17 --not-done",
    )
)
@click.argument("job_id", metavar="ID")
@click.argument("item", metavar="ITEM")
@click.option("--done", is_flag=True, help="You saw that it happened.")
@click.option("--not-done", is_flag=True, help="You saw that it did not happen: it is sent again.")
@click.option("--id", "vendor_id", default="", metavar="ID", help="The vendor's id of what was made, if you know it.")
@pass_session
def resolve(session: Session, job_id: str, item: str, *, done: bool, not_done: bool, vendor_id: str) -> None:
    """Settle by hand an item that nobody could settle, by --done or --not-done: look at the vendor first.

    Without its id what was made cannot be undone, nor be told from a like one ordered soon after.
    """
    if done is not_done:  # what is guessed here is sent twice, or never
        raise click.UsageError("say one of --done and --not-done")
    with session.crm() as crm:
        which = int(item) if item.isdigit() else item
        crm.jobs.resolve(job_id, which, as_done=done, who=getuser(), vendor_id=vendor_id)
        _told(session, crm.jobs.get(job_id))


def _told(session: Session, found: Job) -> None:
    show_job(session, found)
    session.out.say(next_step(session, found))
    session.out.result(as_json(found))
