"""``privcrm tag merge``, ``move`` and ``restore``: changes of the tag library with all who wear the tags."""

from collections.abc import Callable
from getpass import getuser
from typing import TYPE_CHECKING, Any, TypeVar

import click

from privcrm.cli.failures import DONE
from privcrm.cli.for_good import agreed_for_good
from privcrm.cli.frame import Command, examples, pass_session
from privcrm.cli.jobs import finish, run_and_finish, wait_option
from privcrm.cli.progress import progress
from privcrm.cli.session import Session
from privcrm.cli.times import beijing, duration, iso
from privcrm.jobs.model import JobState, RunLimits

if TYPE_CHECKING:
    from privcrm.cli.progress import Report
    from privcrm.crm import CRM
    from privcrm.services.tag_library import MovePreview, Order
    from privcrm.services.tagging import PlanProgress

F = TypeVar("F", bound=Callable[..., Any])

FOR_GOOD = "Delete {tags} at {company} ({host}), once {holders} relations carry {target}? That cannot be undone."


def _common(command: F) -> F:
    options = (
        click.option("--dry-run", is_flag=True, help="Show what would happen; send and keep nothing."),
        click.option("--window", default="", metavar="HH:MM-HH:MM", help="Send only within these Beijing hours."),
        wait_option,
        click.option(
            "--max-calls", type=click.IntRange(min=0), default=0, metavar="N", help="Pause before more calls."
        ),
        click.option(
            "--approve-above", type=click.IntRange(min=0), metavar="N", help="Wait for approval above N changes."
        ),
        click.option("--yes", "-y", is_flag=True, help="Do not ask."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _fresh(command: F) -> F:
    return click.option("--fresh", is_flag=True, help="Ask the vendor who wears the tag, not the mirror.")(command)


@click.command(
    cls=Command,
    epilog=examples(
        "privcrm tag merge 客户等级/老客 客户等级/普通 --dry-run",
        "privcrm tag merge 旧/A 旧/B 客户等级/VIP --yes",
    ),
)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.argument("target", metavar="TARGET")
@_common
@_fresh
@pass_session
def merge(session: Session, /, sources: tuple[str, ...], target: str, **options: Any) -> int:
    """Put TARGET on everybody who wears a SOURCE, read that back, and then delete the sources.

    Nothing is deleted while a holder lacks the target: the job pauses and says why, and privcrm job resume goes on.
    Rules and saved segments that name a source name the target from then on.
    """
    from privcrm.services.tag_library import Merge

    return _ordered(session, Merge(sources, target), **options)


@click.command(
    cls=Command, epilog=examples("privcrm tag move 旧/VIP 客户等级 --dry-run", "privcrm tag move 旧/VIP 客户等级 --yes")
)
@click.argument("tag", metavar="TAG")
@click.argument("group", metavar="GROUP")
@_common
@_fresh
@pass_session
def move(session: Session, /, tag: str, group: str, **options: Any) -> int:
    """Move TAG to another GROUP of tags, which is made if there is none.

    Vendors cannot move a tag: a new one is made and put on everybody, that is read back, and then the old one is
    deleted. Nothing is deleted while a holder lacks the new tag.
    """
    from privcrm.services.tag_library import Move

    return _ordered(session, Move(tag, group), **options)


@click.command(cls=Command, epilog=examples("privcrm tag restore 客户等级/VIP --dry-run", "privcrm tag restore TAG_ID"))
@click.argument("tag", metavar="TAG")
@_common
@pass_session
def restore(session: Session, /, tag: str, **options: Any) -> int:
    """Make a TAG anew that was deleted at the vendor, and put it on all who wore it and are still there.

    Who wore it is what the mirror saw before it was deleted. Its rules and saved segments go on with the new tag.
    """
    from privcrm.services.tag_library import Restore

    return _ordered(session, Restore(tag), fresh=False, **options)


def _ordered(
    session: Session, order: "Order", *, dry_run: bool, fresh: bool, yes: bool, wait: bool, **limits: Any
) -> int:
    with session.crm() as crm:
        with progress(session.out) as report:
            preview = crm.tag_moves.preview(order, fresh=fresh, progress=_planning(report))
        _show(session, crm, preview)
        more: dict[str, Any] = {"preview": _preview_json(preview)}
        if dry_run:
            session.out.say("Dry run: nothing was sent.")
            session.out.result({"dry_run": True, **more, "exit_code": DONE})
            return DONE
        if not _agreed(session, crm, preview, yes=yes):
            session.out.say("Cancelled: nothing was sent.")
            session.out.result({"exit_code": DONE, **more})
            return DONE
        with progress(session.out) as report:
            job, _ = crm.tag_moves.submit(
                order, created_by=getuser(), fresh=fresh, limits=RunLimits(**limits), progress=_planning(report)
            )
        if job.state is JobState.READY:
            return run_and_finish(session, crm, job.id, wait=wait, **more)
        return finish(session, crm, job, **more)


def _agreed(session: Session, crm: "CRM", preview: "MovePreview", *, yes: bool) -> bool:
    if not preview.deletes:
        return session.agreed("Send {calls} calls now?", yes=yes, calls=preview.calls_writing)
    return agreed_for_good(
        session,
        FOR_GOOD,
        yes=yes,
        tags=", ".join(preview.deletes),
        company=crm.provider.company,
        host=crm.provider.host,
        holders=preview.holders,
        target=preview.target,
    )


def _show(session: Session, crm: "CRM", preview: "MovePreview") -> None:
    translate = session.translate
    writing = translate(
        "{calls} calls, about {time} at the current limits",
        calls=preview.calls_writing + preview.calls_verifying,
        time=duration(preview.seconds, translate),
    )
    session.out.facts(
        [
            ("Company", f"{crm.provider.company}  {crm.provider.host}"),
            ("New tag", preview.target),
            ("To be made", translate("yes") if preview.creates else ""),
            ("Deleted at the end", ", ".join(preview.deletes)),
            ("Relations", preview.holders),
            ("Changes", preview.changes),
            ("To send", writing),
            ("Done at", f"{beijing(preview.finish_at)} {translate('Beijing time')}"),
        ]
    )
    session.out.say("")


def _preview_json(preview: "MovePreview") -> dict[str, Any]:
    from attrs import asdict

    return asdict(preview) | {"finish_at": iso(preview.finish_at)}


def _planning(report: "Report") -> Any:
    def show(now: "PlanProgress") -> None:
        report("Planning", now.done, now.total)

    return show
