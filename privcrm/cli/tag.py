"""``privcrm tag``: batch tagging."""

from getpass import getuser
from typing import TYPE_CHECKING, Any

import click

from privcrm.cli.failures import DONE
from privcrm.cli.frame import Group, examples, pass_session
from privcrm.cli.jobs import as_json, out_option, run_and_finish, wait_option, write_and_finish
from privcrm.cli.progress import progress
from privcrm.cli.session import Session
from privcrm.cli.tag_move import merge, move, restore
from privcrm.cli.tag_preview import preview_json, show_preview
from privcrm.cli.tag_rule import rule
from privcrm.cli.tag_segment import rows_of, see_source
from privcrm.jobs.model import Job, JobState

if TYPE_CHECKING:
    from privcrm.cli.progress import Report
    from privcrm.crm import CRM
    from privcrm.services.tagging import PlanProgress, TagOptions
    from privcrm.services.tagging.reader import Source

STAGES = {
    "reading_rows": "Reading rows",
    "reading_members": "Reading members",
    "planning": "Planning",
    "checking": "Checking",
}


@click.group(
    cls=Group,
    epilog=examples(
        "privcrm tag apply members.csv --dry-run",
        "privcrm tag apply members.csv",
        "privcrm tag merge 等级/VIP客户 等级/VIP --dry-run",
        "privcrm tag rule list",
    ),
)
def tag() -> None:
    """Batch tagging, the tag library, and rules that tag by themselves."""


@tag.command(
    epilog=examples(
        "privcrm tag apply members.csv --dry-run",
        "privcrm tag apply members.csv --out outcomes.csv",
        "privcrm tag apply 客户.xlsx --key phone --create-tags",
        "privcrm tag apply members.csv --canary 20 --window 22:00-08:00",
        "privcrm tag apply --segment 'HasTag(\"Life/Old\") & ~InAnyGroup()' --add Level/VIP --dry-run",
    )
)
@click.argument("file", metavar="[FILE]", required=False)
@click.option("--segment", metavar="EXPR", help="Instead of FILE: everybody whom an expression, or @NAME, selects.")
@click.option("--add", multiple=True, metavar="TAG", help="With --segment: a tag to put on; may be repeated.")
@click.option("--remove", multiple=True, metavar="TAG", help="With --segment: a tag to take off; may be repeated.")
@click.option(
    "--key",
    type=click.Choice(["member_id", "phone", "unionid"]),
    default="member_id",
    show_default=True,
    help="By which column members are found.",
)
@click.option("--dry-run", is_flag=True, help="Show what would happen; send and keep nothing.")
@click.option("--create-tags", is_flag=True, help="Create tags named Group/Tag that do not exist yet.")
@click.option("--strict", is_flag=True, help="Refuse the whole file when a single row cannot be done.")
@click.option(
    "--canary",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Do N first, read them back and wait.",
)
@click.option("--window", default="", metavar="HH:MM-HH:MM", help="Send only within these Beijing hours.")
@wait_option
@click.option("--max-calls", type=click.IntRange(min=0), default=0, metavar="N", help="Pause before more calls.")
@click.option("--approve-above", type=click.IntRange(min=0), metavar="N", help="Wait for approval above N changes.")
@out_option
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@pass_session
def apply(
    session: Session,
    /,
    file: str | None,
    *,
    segment: str | None,
    add: tuple[str, ...],
    remove: tuple[str, ...],
    dry_run: bool,
    out: str | None,
    yes: bool,
    wait: bool,
    **options: Any,
) -> int:
    """Put tags on members and take tags off them, as a CSV or XLSX file says, or for everybody in a segment.

    Columns: member_id (客户ID), optional staff_id (员工账号), add (添加标签), remove (移除标签).
    Several tags in a cell are separated by ; ； or 、 and written Tag or Group/Tag. Without staff_id a member is
    tagged at every employee who follows. What is already as wanted costs no call.

    Everything is checked before the first call is sent. On a terminal it asks first; elsewhere it goes on, because
    privcrm job undo takes a tagging job back.
    """
    from privcrm.services.tagging import TagOptions

    see_source(file, segment, (*add, *remove), options["key"])
    chosen = TagOptions(**options)
    with session.crm() as crm:
        source = rows_of(crm, segment, add, remove) if segment else str(file)
        if dry_run:
            return _dry_run(session, crm, source, chosen)
        return _apply(session, crm, source, chosen, out=out, yes=yes, wait=wait)


for command in (merge, move, restore, rule):
    tag.add_command(command)


def _dry_run(session: Session, crm: "CRM", source: "Source", options: "TagOptions") -> int:
    from privcrm.services.tagging import UNKNOWN_SHARE

    with progress(session.out) as report:
        preview = crm.tagging.preview(source, options, progress=_planning(report))
    show_preview(session, crm, preview)
    for problem in preview.problems:
        session.out.say("  - {problem}", problem=session.retell(problem))
    if preview.unknown_share > UNKNOWN_SHARE:
        share = f"{preview.unknown_share:.0%}"
        session.out.note("Warning: {share} of the rows name unknown members; the job would be paused.", share=share)
    session.out.say("Dry run: nothing was sent.")
    session.out.result({"dry_run": True, "preview": preview_json(preview), "exit_code": DONE})
    return DONE


def _apply(
    session: Session, crm: "CRM", source: "Source", options: "TagOptions", *, out: str | None, yes: bool, wait: bool
) -> int:
    if out:
        crm.tagging.check_outcomes_file(out)
    with progress(session.out) as report:
        job, preview = crm.tagging.submit(source, options, created_by=getuser(), progress=_planning(report))
    show_preview(session, crm, preview)
    more: dict[str, Any] = {"preview": preview_json(preview)}
    calls = min(preview.calls_writing, options.canary or preview.calls_writing)
    if job.state is JobState.READY:
        if calls and not session.agreed("Send {calls} calls now?", yes=yes, calls=calls):
            return _declined(session, crm.jobs.cancel(job.id, getuser()), **more)
        return run_and_finish(session, crm, job.id, wait=wait, out=out, **more)
    return write_and_finish(session, crm, job, out=out, **more)


def _declined(session: Session, job: Job, **more: Any) -> int:
    session.out.say("Cancelled: nothing was sent.")
    session.out.result(as_json(job) | {"exit_code": DONE, **more})
    return DONE


def _planning(report: "Report") -> Any:
    def show(now: "PlanProgress") -> None:
        report(STAGES[now.stage], now.done, now.total)

    return show
