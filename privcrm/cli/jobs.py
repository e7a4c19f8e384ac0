"""What all commands about jobs share: running one in the foreground, showing how it ended."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from privcrm.cli.doubts import say_unknown, show_orphans
from privcrm.cli.failures import DONE, INTERRUPTED, SOME_FAILED, VENDOR, described
from privcrm.cli.failures import exit_code as code_of
from privcrm.cli.interruption import stop_on_signal
from privcrm.cli.made import MOVING, TAGGING, made_by
from privcrm.cli.progress import progress
from privcrm.cli.reason_messages import reason_of, word_of
from privcrm.cli.times import beijing, iso
from privcrm.errors import PrivcrmError
from privcrm.jobs.model import Job, JobState, OutcomeState, Progress

if TYPE_CHECKING:
    from privcrm.cli.session import Session
    from privcrm.crm import CRM
    from privcrm.jobs.model import Item

wait_option = click.option("--wait", is_flag=True, help="Wait here while the job's window is closed.")
out_option = click.option("--out", metavar="CSV", help="Write the outcome of every row to a CSV file (tagging jobs).")

FAILURES_SHOWN = 10
SENDING = "Sending"
MOMENTS = "moment.order"
# How the kernel's reasons begin when the vendor is why a job paused.
_VENDOR_REASONS = ("refused:", "unreachable:")

EVERY_ITEM = (
    ALL_OF_TAGGING := "… {count} in all: privcrm job show {id} --out outcomes.csv",
    ALL_OF_OTHERS := "… {count} in all: privcrm job show {id} --jsonl items.jsonl",
)

NEXT_STEPS = (
    WINDOW := "Waits until {due} (Beijing time): privcrm run sends it. To wait here: privcrm job resume {id} --wait",
    APPROVAL := "Waiting for approval: privcrm job approve {id} --count {planned}, then privcrm job resume {id}",
    MORE_CALLS := (
        "For {max_calls} more calls: privcrm job resume {id}   For others: privcrm job resume {id} --max-calls N"
    ),
    FOLLOW_UP := "The vendor makes {count} in the background; a program learns how that ended: "
    "crm.moments.follow_up('{id}')",
    RESUME := "Nothing is lost. To go on: privcrm job resume {id}   To give up: privcrm job cancel {id}",
)


def run_job(session: "Session", crm: "CRM", job_id: str, *, wait: bool) -> tuple[Job, bool]:
    """Run a job, or follow whoever runs it, until it ends, waits or is interrupted; return it, and whether it was.

    A closed window is waited for only with ``wait``: hours in which a terminal may be closed.
    """
    from privcrm.services.following import run_or_follow

    with stop_on_signal() as stop, progress(session.out) as report:

        def show(now: Progress) -> None:
            report(now.waiting_for or SENDING, now.finished, now.items)

        job = run_or_follow(crm.jobs, crm.clock, job_id, progress=show, stop=stop, wait_for_window=wait)
        return job, stop.is_set() and job.state not in (JobState.DONE, JobState.CANCELLED)


def run_and_finish(
    session: "Session", crm: "CRM", job_id: str, *, wait: bool, out: str | None = None, **more: Any
) -> int:
    """Run a job, write its outcomes to ``out`` if asked, and ``finish``."""
    job, interrupted = run_job(session, crm, job_id, wait=wait)
    return write_and_finish(session, crm, job, out=out, interrupted=interrupted, **more)


def write_and_finish(
    session: "Session", crm: "CRM", job: Job, *, out: str | None, interrupted: bool = False, **more: Any
) -> int:
    """Write the outcomes of a job to ``out`` if asked, and ``finish``."""
    failure = None
    if out:
        more["outcomes_file"] = out
        failure = write_outcomes(session, crm, job.id, out)
    return finish(session, crm, job, interrupted=interrupted, failure=failure, **more)


def write_outcomes(session: "Session", crm: "CRM", job_id: str, path: str) -> PrivcrmError | None:
    """Write the outcomes to a file; return what hindered it, so that the job itself is still reported."""
    try:
        rows = crm.tagging.write_outcomes(job_id, path)
    except PrivcrmError as error:
        return error
    session.out.note("{rows} rows written to {path}", rows=rows, path=path)
    return None


def finish(
    session: "Session",
    crm: "CRM",
    job: Job,
    *,
    interrupted: bool = False,
    failure: PrivcrmError | None = None,
    **more: Any,
) -> int:
    """Show how a job stands, say how to go on, and return the exit code that says the same.

    ``failure`` is what went wrong beside the job; its exit code comes first.
    """
    show_job(session, job)
    if told_of(job):
        show_items(session, crm, job)
    orphans = show_orphans(session, crm, job.id)
    say_unknown(session, job)
    if hint := next_step(session, job):
        session.out.say("")
        session.out.say(hint)
    code = INTERRUPTED if interrupted else exit_code(job)
    if failure is not None:
        session.out.error(str(failure))
        more |= described(failure)
        code = code_of(failure)
    session.out.result(as_json(job) | {"orphans": orphans} | more | {"exit_code": code})
    return code


def exit_code(job: Job) -> int:
    """Return 0 when nothing failed and the job stands where it was meant to stand."""
    if job.state is JobState.PAUSED and job.reason.startswith(_VENDOR_REASONS):
        return VENDOR
    troubled = job.counts.get(OutcomeState.FAILED) or job.counts.get(OutcomeState.UNKNOWN)
    return SOME_FAILED if troubled or job.state is JobState.PAUSED else DONE


def next_step(session: "Session", job: Job) -> str:
    """Return the command that takes an unfinished job further, in the language of the session."""
    translate = session.translate
    if job.state is JobState.WAITING and job.due_at:
        return translate(WINDOW, id=job.id, due=beijing(job.due_at))
    if job.state is JobState.WAITING:
        return translate(APPROVAL, id=job.id, planned=str(job.planned))
    if job.state is JobState.PAUSED and job.reason.startswith("max_calls:"):
        return translate(MORE_CALLS, id=job.id, max_calls=job.limits.max_calls)
    if job.kind == MOMENTS and job.state is JobState.DONE and (count := job.counts.get(OutcomeState.WAITING, 0)):
        return translate(FOLLOW_UP, id=job.id, count=count)
    return translate(RESUME, id=job.id) if job.state in (JobState.READY, JobState.RUNNING, JobState.PAUSED) else ""


def show_job(session: "Session", job: Job) -> None:
    """Print a job's facts and counts."""
    translate = session.translate
    session.out.facts(
        [
            ("Job", job.id),
            ("Kind", job.kind),
            ("Company", job.company),
            ("State", translate(job.state.value)),
            ("Reason", reason_of(session, job)),
            ("Note", "" if job.note == job.reason else job.note),
            ("Created", f"{beijing(job.created_at)} {translate('Beijing time')}  {job.created_by}"),
            ("Finished", f"{beijing(job.finished_at)} {translate('Beijing time')}" if job.finished_at else ""),
            ("Undoes", job.undo_of),
            ("Calls spent", job.calls_spent),
        ]
    )
    session.out.say("")
    rows = [(translate(state.value), count) for state, count in job.counts.items() if count]
    session.out.table(("Outcome", "Items"), rows)


def show_items(session: "Session", crm: "CRM", job: Job) -> None:
    """Print the first items that did not happen as meant."""
    if session.json:
        return
    states = told_of(job)
    told = list(_first(crm, job.id, states))
    session.out.say("")
    session.out.table(
        ("No.", "Item", "Outcome", "Code", "What happened"),
        (
            (
                item.seq,
                item.key.rstrip("/"),
                session.translate(item.outcome.state.value),
                _code(item),
                session.retell(item.outcome.message) if item.outcome.message else word_of(session, item.outcome.reason),
            )
            for item in told
        ),
        title="What went wrong",
    )
    count = sum(job.counts.get(state, 0) for state in states)
    if count > len(told):
        every = ALL_OF_TAGGING if job.kind == TAGGING else ALL_OF_OTHERS
        session.out.say(every, count=count, id=job.id)


def told_of(job: Job) -> list[OutcomeState]:
    """Return in which states a job has items to tell of; that a list of tags skips what is so already is everyday."""
    troubled = [OutcomeState.FAILED, OutcomeState.UNKNOWN]
    if job.kind not in (TAGGING, MOVING):
        troubled.append(OutcomeState.SKIPPED)
    return [state for state in troubled if job.counts.get(state)]


def _first(crm: "CRM", job_id: str, states: Iterable[OutcomeState]) -> "Iterable[Item]":
    from itertools import islice

    for state in states:
        yield from islice(crm.jobs.items(job_id, state=state), FAILURES_SHOWN)


def _code(item: "Item") -> str:
    outcome = item.outcome
    return str(outcome.code if outcome.code is not None else outcome.reason)


def as_json(job: Job) -> dict[str, Any]:
    """Return a job as the object that ``--json`` prints: English keys, UTC times."""
    return {
        "job_id": job.id,
        "kind": job.kind,
        "company": job.company,
        "state": job.state.value,
        "reason": job.reason,
        "note": job.note,
        "items": job.items,
        "counts": {state.value: job.counts.get(state, 0) for state in OutcomeState},
        "calls_spent": job.calls_spent,
        "created_at": iso(job.created_at),
        "created_by": job.created_by,
        "finished_at": iso(job.finished_at or None),
        "due_at": iso(job.due_at or None),
        "plan_hash": job.plan_hash,
        "undo_of": job.undo_of or None,
    }


def item_json(item: "Item") -> dict[str, Any]:
    """Return an item as a JSON row: its key, what became of it and what was made, not its payload."""
    outcome = item.outcome
    return {
        "seq": item.seq,
        "key": item.key,
        "outcome": outcome.state.value,
        "reason": outcome.reason,
        "code": outcome.code,
        "message": outcome.message,
        "attempts": item.attempts,
        "made": made_by(outcome),
    }
