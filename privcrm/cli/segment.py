"""``privcrm segment``: who meets a condition."""

from collections.abc import Generator
from contextlib import contextmanager
from getpass import getuser
from typing import TYPE_CHECKING

import click

from privcrm.cli.failures import DONE, SOME_FAILED
from privcrm.cli.frame import Group, examples, jsonl_option, pass_session
from privcrm.cli.personal_files import remember
from privcrm.cli.progress import progress
from privcrm.cli.segment_text import age_of, count_json, finding_json, lines_of, saved_json, snapshot_json
from privcrm.cli.session import Session
from privcrm.cli.times import beijing

if TYPE_CHECKING:
    from privcrm.crm import CRM
    from privcrm.services.segments import Segments
    from privcrm.store.mirror.membership import Report

BUILDING = "Building the index"

sql_option = click.option("--sql", is_flag=True, help="Ask by plain SQL instead of the index; slower, the same answer.")


@click.group(
    cls=Group,
    epilog=examples(
        'privcrm segment count \'HasTag("VIP") & ~HasTag("churned") & AddedWithin(days=90)\'',
        "privcrm segment export 'HasTag(\"VIP\")' --out vip.csv",
        "privcrm segment save keen 'HasTag(\"VIP\") & ~InAnyGroup()'",
        "privcrm segment count @keen",
    ),
)
def segment() -> None:
    """Segments: count, export, explain, save, freeze.

    An expression combines conditions with & | ~ (or and, or, not) and parentheses. They are HasTag, HasAnyTagOf,
    InGroup, InAnyGroup, InGroupTagged, FollowedBy, InShop, InRegion, InSegment, FromChannel, AddedWithin, AddedAfter,
    AddedBefore, DeletedStaff, GroupOnly and HasFact; whoever leaves out what one takes is told.
    """


@segment.command(
    epilog=examples(
        "privcrm segment count 'HasTag(\"VIP\") & ~InAnyGroup()'",
        "privcrm segment count '有标签(\"VIP\") 且 非 在任一群()'",
        "privcrm segment count @keen --json",
    )
)
@click.argument("expression", metavar="EXPR")
@sql_option
@pass_session
def count(session: Session, expression: str, *, sql: bool) -> None:
    """Count the members that an expression selects, and say how old the data are.

    EXPR is an expression, @NAME for a saved segment, or @snapshot:ID for a frozen one. It selects customers; people
    known from groups only, if it contains GroupOnly().

    The first question builds an index, within a minute for some millions of members.
    """
    with _segments(session) as (crm, segments, report):
        found = segments.count(expression, bitmaps=not sql, progress=report)
        age = age_of(session, found, crm.clock.time())
    session.out.say("Members: {members}", members=found.members)
    session.out.say("{line}", line=age)
    session.out.result(count_json(found))


@segment.command(
    epilog=examples(
        "privcrm segment export 'HasTag(\"VIP\")' --out vip.csv",
        "privcrm segment export @keen --out keen.csv",
        "privcrm segment export @keen --jsonl keen.jsonl",
    )
)
@click.argument("expression", metavar="EXPR")
@click.option("--out", default="-", metavar="FILE|-", help="Write a CSV file that only you can read.")
@jsonl_option("One JSON object a line, as many as there are.")
@sql_option
@pass_session
def export(session: Session, expression: str, *, out: str, jsonl: str | None, sql: bool) -> None:
    """List the members that an expression selects, each with the employees who follow.

    CSV with the columns member_id and staff_ids, UTF-8 with a byte-order mark, ids as text. The store remembers where
    files are, because somebody who is erased later may be in them.
    """
    if jsonl and out != "-":
        raise click.UsageError("--jsonl names its own file: leave out --out")
    if session.json and not jsonl and out == "-":
        raise click.UsageError("--json prints one object: name a file with --out, or use --jsonl")
    with _segments(session) as (crm, segments, report):
        if out != "-" and not jsonl:
            members = segments.export(expression, out, bitmaps=not sql, progress=report)
            session.out.note("Written to {path}: {members} members", members=members, path=out)
            session.out.result({"members": members, "path": out})
            return
        rows = segments.rows(expression, bitmaps=not sql, progress=report)
        if jsonl:
            remember(crm, jsonl, "segment")
            session.out.lines(jsonl, ({"member_id": member, "staff_ids": staff} for member, staff in rows))
        else:
            from privcrm.services.segments.exporting import EXPORTS
            from privcrm.services.segments.exporting import lines_of as cells

            EXPORTS.write_to(session.out.stdout, cells(rows))


@segment.command(epilog=examples("privcrm segment explain wmEXTERNALID 'HasTag(\"VIP\") & ~InAnyGroup()'"))
@click.argument("member_id", metavar="MEMBER_ID")
@click.argument("expression", metavar="EXPR")
@pass_session
def explain(session: Session, member_id: str, expression: str) -> None:
    """Say why an expression selects a member or not, clause by clause, and what was found."""
    with _segments(session) as (_, segments, _report):
        told = segments.explain(member_id, expression)
    session.out.say("Selected." if told.selected else "Not selected.")
    if not told.is_customer:
        session.out.say("No employee has this person as a member now.")
    for line in lines_of(session, told.findings):
        session.out.say("{line}", line=line)
    session.out.result(
        {
            "selected": told.selected,
            "is_customer": told.is_customer,
            "findings": [finding_json(each) for each in told.findings],
        }
    )


@segment.command(epilog=examples("privcrm segment save keen 'HasTag(\"VIP\") & ~InAnyGroup()'"))
@click.argument("name", metavar="NAME")
@click.argument("expression", metavar="EXPR")
@pass_session
def save(session: Session, name: str, expression: str) -> None:
    """Keep an expression under a name, in place of what was there.

    Tags are kept by their ids, so that a new name in the console is followed. When a tag that it uses is deleted, the
    segment is frozen until it is saved anew.
    """
    with _segments(session) as (_, segments, _report):
        saved = segments.save(name, expression, created_by=getuser())
    session.out.say("Saved: @{name} is {expression}", name=saved.name, expression=saved.expression)
    session.out.result(saved_json(saved))


@segment.command("list", epilog=examples("privcrm segment list", "privcrm segment list --snapshots --json"))
@click.option("--snapshots", is_flag=True, help="List the frozen ones.")
@pass_session
def list_(session: Session, *, snapshots: bool) -> None:
    """List the saved segments, those that cannot be used with the reason; or the frozen ones."""
    with _segments(session) as (_, segments, _report):
        found = _list_snapshots(session, segments) if snapshots else _list_saved(session, segments)
    if not found:
        session.out.say("Nothing yet.")


@segment.command(epilog=examples("privcrm segment delete keen", "privcrm segment delete @snapshot:ID"))
@click.argument("name", metavar="NAME|@snapshot:ID")
@pass_session
def delete(session: Session, name: str) -> None:
    """Forget a saved segment or a snapshot; members are not touched."""
    with _segments(session) as (_, segments, _report):
        if name.startswith("@snapshot:"):
            segments.delete_snapshot(name.removeprefix("@snapshot:"))
        else:
            segments.delete(name.removeprefix("@"))
    session.out.say("Deleted.")
    session.out.result({"deleted": name})


@segment.command(
    epilog=examples("privcrm segment snapshot @keen", "privcrm segment snapshot 'HasTag(\"VIP\")' --name spring")
)
@click.argument("expression", metavar="NAME|EXPR")
@click.option("--name", default="", metavar="NAME", help="What to call it.")
@sql_option
@pass_session
def snapshot(session: Session, expression: str, *, name: str, sql: bool) -> None:
    """Freeze who is selected now: @snapshot:ID stands for them whatever comes later, except for persons erased."""
    with _segments(session) as (_, segments, report):
        if any(each.name == expression for each in segments.list()):
            expression = f"@{expression}"
        taken = segments.snapshot(expression, name=name, bitmaps=not sql, progress=report)
    session.out.say("Frozen as @snapshot:{id}: {members} members", members=taken.members, id=taken.id)
    session.out.result(snapshot_json(taken))


@segment.command(epilog=examples("privcrm segment check", "privcrm segment check --json"))
@pass_session
def check(session: Session) -> int:
    """Find the saved segments that use deleted tags, and freeze them; exit code 1 if there are any."""
    with _segments(session) as (_, segments, _report):
        frozen = segments.check()
    session.out.table(
        ("Name", "Expression", "Frozen because"),
        ((each.name, each.expression, session.retell(each.frozen)) for each in frozen),
    )
    if not frozen:
        session.out.say("All is well.")
    code = SOME_FAILED if frozen else DONE
    session.out.result({"frozen": [saved_json(each) for each in frozen], "exit_code": code})
    return code


def _list_saved(session: Session, segments: "Segments") -> int:
    saved = segments.list()
    session.out.table(
        ("Name", "Expression", "Frozen because"),
        ((each.name, each.expression, session.retell(each.frozen)) for each in saved),
    )
    session.out.result({"segments": [saved_json(each) for each in saved], "count": len(saved)})
    return len(saved)


def _list_snapshots(session: Session, segments: "Segments") -> int:
    taken = segments.snapshots()
    session.out.table(
        ("Snapshot", "Name", "Members", "Taken", "Expression"),
        ((each.id, each.name, each.members, beijing(each.at), each.expression) for each in taken),
    )
    session.out.result({"snapshots": [snapshot_json(each) for each in taken], "count": len(taken)})
    return len(taken)


@contextmanager
def _segments(session: Session) -> "Generator[tuple[CRM, Segments, Report]]":
    with session.crm() as crm, progress(session.out) as report:
        yield crm, crm.segments, lambda done, total: report(BUILDING, done, total)
