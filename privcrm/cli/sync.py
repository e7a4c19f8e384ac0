"""``privcrm sync``: the mirror of the company in the store."""

from getpass import getuser
from typing import TYPE_CHECKING, Any

import click

from privcrm.cli.failures import DONE, SOME_FAILED
from privcrm.cli.frame import Group, examples, pass_session
from privcrm.cli.progress import progress
from privcrm.cli.session import Session

if TYPE_CHECKING:
    from privcrm.cli.progress import Report
    from privcrm.services.sync import SyncProgress, SyncReport
    from privcrm.store.mirror.proposals import Rename

STAGES = {"tags": "Reading tags", "staff": "Reading staff", "members": "Reading members", "groups": "Reading groups"}

DIFFERENCES = {
    "missing": "Relations that were missing",
    "vanished": "Relations that vanished",
    "fields": "Relations with other fields",
    "tags": "Relations with other tags",
    "tag_library": "Tags of the library",
    "staff": "Employees",
    "groups": "Groups",
}


@click.group(
    cls=Group,
    invoke_without_command=True,
    epilog=examples("privcrm sync", "privcrm sync --check", "privcrm sync --check --no-repair", "privcrm sync renames"),
)
@click.option("--check", is_flag=True, help="Compare everything row by row, and mend what differs.")
@click.option("--no-repair", is_flag=True, help="With --check: compare only; exit code 1 if anything differs.")
@pass_session
@click.pass_context
def sync(ctx: click.Context, session: Session, *, check: bool, no_repair: bool) -> int:
    """Read the whole company into the local mirror: tags, staff, members, groups.

    What is as it was is not written, so it may run every night. A run that was cut goes on where it was, within a day.

    Reading cannot tell that a member deleted an employee: the vendor goes on listing the relation. Only the callback
    tells; where that was lost, --check does not find it either.
    """
    if ctx.invoked_subcommand is not None:
        return DONE
    if no_repair and not check:
        raise click.UsageError("--no-repair goes with --check")
    with session.crm() as crm, progress(session.out) as report:
        shown = _shower(report)
        done = crm.sync.check(repair=not no_repair, progress=shown) if check else crm.sync.run(progress=shown)
    if check:
        _show_differences(session, done)
    else:
        _show(session, done)
    session.out.result(_as_json(done))
    return SOME_FAILED if done.counts.cut or (no_repair and done.differences) else DONE


@sync.group(
    invoke_without_command=True,
    epilog=examples("privcrm sync renames", "privcrm sync renames confirm zhangsan zhang.san"),
)
@pass_session
@click.pass_context
def renames(ctx: click.Context, session: Session) -> None:
    """Changed ids of employees that nobody told of.

    An id that vanished while a new one has the same members is one employee, probably: confirm it, and everything
    that names the old id names the new one.
    """
    if ctx.invoked_subcommand is None:
        _list(session)


@renames.command("list", epilog=examples("privcrm sync renames list"))
@pass_session
def list_(session: Session) -> None:
    """List those that wait for a decision."""
    _list(session)


@renames.command(epilog=examples("privcrm sync renames confirm zhangsan zhang.san"))
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@pass_session
def confirm(session: Session, old: str, new: str) -> None:
    """Say that OLD is NEW now: members, seats, plans and ledgers of the one are the other's."""
    with session.crm() as crm:
        crm.sync.confirm_rename(old, new, getuser())
    session.out.say("{old} is {new} from now on.", old=old, new=new)
    session.out.result({"old": old, "new": new, "state": "confirmed"})


@renames.command(epilog=examples("privcrm sync renames reject zhangsan lisi"))
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@pass_session
def reject(session: Session, old: str, new: str) -> None:
    """Say that OLD and NEW are two employees; it is not asked again."""
    with session.crm() as crm:
        crm.sync.reject_rename(old, new, getuser())
    session.out.say("{old} and {new} are two employees.", old=old, new=new)
    session.out.result({"old": old, "new": new, "state": "rejected"})


def _list(session: Session) -> None:
    with session.crm() as crm:
        found = crm.sync.renames()
    if found:
        rows = [(each.old, each.new, f"{each.shared:,} / {each.held:,}") for each in found]
        session.out.table(["Old id", "New id", "Members in common"], rows)
    else:
        session.out.say("No changed id waits for a decision.")
    session.out.result({"renames": [_rename_json(each) for each in found]})


def _rename_json(rename: "Rename") -> dict[str, Any]:
    return {
        "old": rename.old,
        "new": rename.new,
        "shared": rename.shared,
        "held": rename.held,
        "at": rename.at,
    }


def _shower(report: "Report") -> Any:
    def show(step: "SyncProgress") -> None:
        report(STAGES[step.stage], step.done, step.total)

    return show


def _show(session: Session, done: "SyncReport") -> None:
    held, counts = done.held, done.counts
    session.out.facts(
        [
            ("Members", f"{held.members:,}"),
            ("Relations", f"{held.follows:,}"),
            ("Tags", f"{held.tags:,}"),
            ("Staff", f"{held.staff:,}"),
            ("Groups", f"{held.groups:,}"),
            ("Written", f"{done.written:,}"),
            ("Unchanged", f"{counts.unchanged:,}"),
            ("Vanished", f"{counts.vanished:,}"),
            ("Calls", f"{done.calls:,}"),
            ("Seconds", f"{done.seconds:.1f}"),
        ]
    )
    _remark(session, done)


def _show_differences(session: Session, done: "SyncReport") -> None:
    rows = [(session.translate(DIFFERENCES[kind]), f"{count:,}") for kind, count in done.differences.items()]
    if rows:
        session.out.table(["Difference", "Count"], rows)
        if done.repaired:
            session.out.say("The mirror is mended.")
        else:
            session.out.say("Nothing was mended: privcrm sync --check mends it.")
    else:
        session.out.say("The mirror is as the vendor has it: {follows} relations.", follows=f"{done.held.follows:,}")
    session.out.say("Not to be found by reading: members who deleted an employee while the callback was lost.")
    _remark(session, done)


def _remark(session: Session, done: "SyncReport") -> None:
    counts, note = done.counts, session.out.note
    if counts.renames_proposed:
        note("{count} ids of employees seem to have changed: privcrm sync renames", count=counts.renames_proposed)
    if counts.staff_missing:
        note("{count} employees are in no list any more; nothing of theirs was touched.", count=counts.staff_missing)
    if counts.without_follow or counts.without_id:
        count = counts.without_follow + counts.without_id
        note("{count} entries of the vendor named no member or no employee and were passed over.", count=count)
    if counts.unknown_staff:
        note("{count} relations are of employees who are in no list; they are kept.", count=counts.unknown_staff)
    if counts.erased:
        note("{count} entries are of erased persons and were not kept.", count=counts.erased)
    if counts.cut:
        note("{count} listings could not be read to their end; nothing is missing because of them.", count=counts.cut)
    if done.unreadable:
        note("The vendor does not show this app: {what}.", what=", ".join(done.unreadable))


def _as_json(done: "SyncReport") -> dict[str, Any]:
    held = done.held
    return {
        "members": held.members,
        "follows": held.follows,
        "tags": held.tags,
        "staff": held.staff,
        "groups": held.groups,
        "written": done.written,
        "unchanged": done.counts.unchanged,
        "vanished": done.counts.vanished,
        "calls": done.calls,
        "seconds": round(done.seconds, 3),
        "resumed": done.resumed,
        "repaired": done.repaired,
        "differences": done.differences,
        "undetectable": list(done.undetectable),
        "unreadable": list(done.unreadable),
        "counts": done.counts.values(),
    }
