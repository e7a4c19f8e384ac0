"""``privcrm shop``: the company's shops."""

from collections.abc import Iterable
from getpass import getuser
from typing import TYPE_CHECKING, Any

import click

from privcrm.cli.frame import Group, examples, jsonl_option, pass_session
from privcrm.cli.session import Session

if TYPE_CHECKING:
    from privcrm.models.shop import Shop
    from privcrm.services.shops import ShopImport

SHOWN = 20


@click.group(cls=Group, epilog=examples("privcrm shop import shops.xlsx --dry-run", "privcrm shop list"))
def shop() -> None:
    """Shops (门店): import, list, show."""


@shop.command(
    "import",
    epilog=examples(
        "privcrm shop import shops.xlsx --dry-run",
        "privcrm shop import 门店.csv",
        "privcrm shop import shops.csv --prune",
    ),
)
@click.argument("file", metavar="FILE")
@click.option("--dry-run", is_flag=True, help="Show what would change; write nothing.")
@click.option("--prune", is_flag=True, help="Remove the shops that no row names.")
@pass_session
def import_(session: Session, /, file: str, *, dry_run: bool, prune: bool) -> None:
    """Take shops from a CSV or XLSX file; the same file again changes nothing.

    Columns: code (门店编码), name (门店名称), region (区域), manager (店长), departments (部门), staff (员工);
    every other column is kept as an attribute. Several departments or employees in a cell are separated by ; ； or 、.
    A department is written as its id, its name or Parent/Name. A column that is not there leaves what is known, an
    empty cell takes it away. Everything is checked before anything is written.
    """
    with session.crm() as crm:
        done = crm.shops.import_file(file, dry_run=dry_run, prune=prune, who=getuser())
    _show_import(session, done, dry_run=dry_run)


@shop.command(
    "list", epilog=examples("privcrm shop list", "privcrm shop list --region 华东", "privcrm shop list --jsonl")
)
@click.option("--region", metavar="NAME", help="Only shops of this region.")
@jsonl_option("One JSON object a line, as many as there are.")
@pass_session
def list_(session: Session, region: str | None, jsonl: str | None) -> None:
    """List the shops by code."""
    with session.crm() as crm:
        shops = crm.shops.list(region)
        if jsonl:
            session.out.lines(jsonl, map(_row, shops))
            return
        _show_list(session, list(shops))


@shop.command(epilog=examples("privcrm shop show S001", "privcrm shop show S001 --json"))
@click.argument("code", metavar="CODE")
@pass_session
def show(session: Session, code: str) -> None:
    """Show a shop and who works in it, as of the last synchronisation."""
    with session.crm() as crm:
        shops = crm.shops
        found, staff = shops.get(code), shops.staff_of(code)
    out = session.out
    out.facts(
        [
            ("Code", found.code),
            ("Name", found.name),
            ("Region", found.region),
            ("Manager", found.manager_id),
            ("Departments", ", ".join(found.department_ids)),
            ("Named staff", ", ".join(found.staff_ids)),
            *found.attributes.items(),
        ]
    )
    out.say("{count} employees work there: {staff}", count=len(staff), staff=_some(staff))
    out.result({**_row(found), "staff": list(staff)})


def _show_import(session: Session, done: "ShopImport", *, dry_run: bool) -> None:
    from privcrm.services.shops import ShopState

    out, counts = session.out, {state.value: done.count(state) for state in ShopState}
    out.say("{created} created, {changed} changed, {unchanged} unchanged, {removed} removed.", **counts)
    told = [each for each in done.outcomes if each.state is not ShopState.UNCHANGED]
    rows = ((each.code, each.row or "", session.translate(each.state.value)) for each in told[:SHOWN])
    out.table(("Code", "Row", "Outcome"), rows)
    if len(told) > SHOWN:
        out.say("And {hidden} more.", hidden=len(told) - SHOWN)
    if dry_run:
        out.say("Dry run: nothing was written.")
    outcomes = [{"row": each.row, "code": each.code, "state": each.state.value} for each in done.outcomes]
    out.result({"dry_run": dry_run, "counts": counts, "outcomes": outcomes})


def _show_list(session: Session, shops: "list[Shop]") -> None:
    session.out.table(
        ("Code", "Name", "Region", "Manager", "Departments", "Named staff"),
        (
            (each.code, each.name, each.region, each.manager_id, len(each.department_ids), len(each.staff_ids))
            for each in shops
        ),
    )
    if not shops:
        session.out.say("Nothing yet.")
    session.out.result({"shops": [_row(each) for each in shops], "count": len(shops)})


def _row(found: "Shop") -> dict[str, Any]:
    return {
        "code": found.code,
        "name": found.name,
        "region": found.region,
        "manager_id": found.manager_id,
        "department_ids": list(found.department_ids),
        "staff_ids": list(found.staff_ids),
        "attributes": dict(found.attributes),
    }


def _some(names: Iterable[str]) -> str:
    shown = list(names)
    return ", ".join(shown[:SHOWN]) + (", …" if len(shown) > SHOWN else "")
