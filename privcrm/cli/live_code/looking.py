"""Looking at codes: all of them, one, and the ids by which the vendor keeps them."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from privcrm.cli.frame import Command, examples, jsonl_option, pass_session
from privcrm.cli.live_code import group_views, staff_views
from privcrm.cli.live_code.notes import alarms_json, show_alarms
from privcrm.cli.live_code.words import KINDS, LIVES, ON_EMPTY, ON_FULL, ROUTINGS, STRATEGIES
from privcrm.cli.session import Session
from privcrm.cli.times import iso
from privcrm.services.files.csv_files import CsvFiles
from privcrm.services.files.sentences import say

if TYPE_CHECKING:
    from privcrm.models.codes import StaffLiveCode
    from privcrm.services.live_codes.views import CodeView
    from privcrm.store.live_codes.exporting import ExportedCode
    from privcrm.store.live_codes.vendor_codes import VendorCode

EXPORTED: Final = CsvFiles(
    ("key", "name", "part", "kind", "config_id", "state", "qr_url", "life", "code_life", "created_at"),
    say("holds something else than exported codes; name another file, or delete it first"),
    "name another place",
)


@click.command(
    "list",
    cls=Command,
    epilog=examples("privcrm live-code list", "privcrm live-code list --kind group", "privcrm live-code list --jsonl"),
)
@click.option("--kind", type=click.Choice(("staff", "group")), help="Only those that lead to employees, or to groups.")
@click.option("--deleted", is_flag=True, help="Also those that were deleted.")
@jsonl_option("One JSON object a line, as many as there are.")
@pass_session
def list_(session: Session, /, *, kind: str | None, deleted: bool, jsonl: str | None) -> None:
    """List the codes in the order in which they were made."""
    from privcrm.store.live_codes.codes import CodeKind, CodeLife

    with session.crm() as crm:
        found = crm.live_codes.list(CodeKind(kind) if kind else None)
        views = (each for each in found if deleted or each.life is not CodeLife.DELETED)
        if jsonl:
            session.out.lines(jsonl, map(view_json, views))
            return
        shown = list(views)
    session.out.table(
        ("Live code", "Name", "Leads to", "State", "Alarms"),
        (
            (each.key, each.name, session.translate(KINDS[each.kind.value]), _life(session, each), len(each.alarms))
            for each in shown
        ),
    )
    if not shown:
        session.out.say("Nothing yet.")
    session.out.result({"codes": [view_json(each) for each in shown], "count": len(shown)})


@click.command(cls=Command, epilog=examples("privcrm live-code show S001", "privcrm live-code show welfare --json"))
@click.argument("key", metavar="KEY")
@pass_session
def show(session: Session, /, *, key: str) -> None:
    """Show a code: what it is to be, what the vendor has of it, its permanent links, and the alarms that stand."""
    from privcrm.models.codes import StaffLiveCode
    from privcrm.services.live_codes.staff.entry_tags import are_kept

    with session.crm() as crm:
        crm.live_codes.link(key)  # so that there is one
        view = crm.live_codes.get(key)
        staff = view.code if isinstance(view.code, StaffLiveCode) else None
        told = None if staff else crm.live_codes.groups.report(key)
        tags_kept = staff is None or are_kept(crm.tag_rules.list(), staff)
    _show_facts(session, view, tags_kept=tags_kept)
    found = view_json(view)
    if staff:
        staff_views.show_seats(session, staff.seats)
        found["seats"] = [staff_views.seat_json(each) for each in staff.seats]
        found |= {"entry_tags": list(staff.entry_tags), "entry_tags_kept": tags_kept}
    if told is not None:
        group_views.show_report(session, told)
        found |= group_views.report_json(told)
    show_alarms(session, view.alarms)
    session.out.result(found)


@click.command(
    cls=Command,
    epilog=examples("privcrm live-code export --out codes.csv", "privcrm live-code export --jsonl codes.jsonl"),
)
@click.option("--out", default="-", metavar="FILE|-", help="Write a CSV file.")
@jsonl_option("One JSON object a line, as many as there are.")
@pass_session
def export(session: Session, *, out: str, jsonl: str | None) -> None:
    """List every code that was ever made at the vendor, with its id there; deleted ones too.

    Keep it with your backups: consoles show no code made by a program, and lists forget old ones, so that a lost id is
    a lost code. Names nobody.
    """
    if jsonl and out != "-":
        raise click.UsageError("--jsonl names its own file: leave out --out")
    if session.json and not jsonl and out == "-":
        raise click.UsageError("--json prints one object: name a file with --out, or use --jsonl")
    with session.crm() as crm:
        rows = map(_exported, crm.live_codes.export())
        if jsonl:
            session.out.lines(jsonl, rows)
            return
        lines = (list(map(str, row.values())) for row in rows)
        if out == "-":
            EXPORTED.write_to(session.out.stdout, lines)
            return
        count = EXPORTED.write(lines, Path(out))
    session.out.note("Written to {path}: {count} codes", count=count, path=out)
    session.out.result({"codes": count, "path": out})


def view_json(view: "CodeView") -> dict[str, Any]:
    """Return a code as ``--json`` prints it."""
    return {
        "key": view.key,
        "name": view.name,
        "kind": view.kind.value,
        "life": view.life.value,
        "created_at": iso(view.row.created_at),
        "opened_at": iso(view.row.opened_at or None),
        "links": list(view.links),
        "vendor_codes": [
            {
                "part": each.part,
                "config_id": each.vendor_id,
                "state": each.state,
                "qr_url": each.qr_url,
                "life": each.life.value,
                "unsure": each.unsure,
            }
            for each in view.vendor_codes
        ],
        "alarms": alarms_json(view.alarms),
    }


def _show_facts(session: Session, view: "CodeView", *, tags_kept: bool) -> None:
    from privcrm.models.codes import GroupLiveCode, StaffLiveCode

    translate = session.translate
    staff = view.code if isinstance(view.code, StaffLiveCode) else None
    groups = view.code if isinstance(view.code, GroupLiveCode) else None
    session.out.facts(
        [
            ("Live code", view.key),
            ("Name", view.name),
            ("Leads to", translate(KINDS[view.kind.value])),
            ("State", _life(session, view)),
            ("Links", ", ".join(view.links)),
            *((_vendor_part(session, each, staff), each.vendor_id) for each in view.vendor_codes),
            *((_picture_of(session, each, staff), each.qr_url) for each in view.vendor_codes),
            ("Who chooses", staff and _named(session, ROUTINGS, staff.routing)),
            ("Pool", staff and staff.pool),
            ("If nobody is free", staff and _named(session, ON_EMPTY, staff.on_empty, staff.redirect_to)),
            ("Tags", staff and _tags(session, staff, kept=tags_kept)),
            ("Next group by", groups and _named(session, STRATEGIES, groups.overflow.strategy)),
            ("If all are full", groups and _named(session, ON_FULL, groups.on_full, groups.redirect_to)),
            ("Starts at", groups and (groups.gate.min_start or "")),
            ("Responsible", groups and groups.owner_id),
            ("Zone", view.code.zone),
        ]
    )


def _named(session: Session, words: Mapping[str, str], code: str, target: str = "") -> str:
    """Return in words what a code is set to, with the value that options take."""
    return " ".join(filter(None, (session.translate(words[code]), f"({code})", target)))


def _tags(session: Session, code: "StaffLiveCode", *, kept: bool) -> str:
    tags = ", ".join(code.entry_tags)
    return tags if kept else session.translate("{tags} (not put on anybody: no tag rule holds them)", tags=tags)


def _life(session: Session, view: "CodeView") -> str:
    return session.translate(LIVES[view.life.value])


def _vendor_part(session: Session, code: "VendorCode", staff: "StaffLiveCode | None") -> str:
    if employee := _employee(code, staff):
        return session.translate("Vendor's code of {staff}", staff=employee)
    return session.translate("Vendor's code {part}", part=code.part + 1)


def _picture_of(session: Session, code: "VendorCode", staff: "StaffLiveCode | None") -> str:
    if employee := _employee(code, staff):
        return session.translate("Its picture for {staff}", staff=employee)
    return session.translate("Its picture {part}", part=code.part + 1)


def _employee(code: "VendorCode", staff: "StaffLiveCode | None") -> str:
    """Return whose own code it is; "" for one that several share, or of which that is not known."""
    from privcrm.models.codes import Routing
    from privcrm.services.live_codes.staff.wishes import load_wish

    held = load_wish(code.acked) if staff and staff.routing is Routing.PULL else None
    return ", ".join(held.staff_ids) if held else ""


def _exported(each: "ExportedCode") -> dict[str, Any]:
    """Return a code by the names of columns and keys."""
    return {
        "key": each.key,
        "name": each.name,
        "part": each.part,
        "kind": each.kind,
        "config_id": each.vendor_id,
        "state": each.state,
        "qr_url": each.qr_url,
        "life": each.life,
        "code_life": each.code_life,
        "created_at": iso(each.created_at),
    }
