"""Making codes: one from options, or one for each shop of a list."""

from getpass import getuser
from typing import TYPE_CHECKING, Any, Final

import click

from privcrm.cli.frame import Command, examples, option_of, pass_session
from privcrm.cli.live_code.drafts import group_code, staff_code
from privcrm.cli.live_code.options import what_it_is
from privcrm.cli.live_code.outcomes import told_code
from privcrm.cli.live_code.seats import named_seats, seat_of, with_seats
from privcrm.cli.live_code.shops import make_for_shops
from privcrm.cli.session import Session

if TYPE_CHECKING:
    from privcrm.models.codes import GroupLiveCode, StaffLiveCode

WITH_FROM: Final = "Options for a list of shops"

_of_list = option_of(WITH_FROM)


@click.command(
    cls=Command,
    epilog=examples(
        "privcrm live-code create S001 --staff zhangsan:2,lisi --pool 1 --tag 门店/徐汇",
        'privcrm live-code create S002 --seat "zhangsan;cap=50;hours=1-5@09:00-18:00" --seat "lisi;tier=1"',
        "privcrm live-code create welfare --group wrAbc --prefix 福利群 --owner zhangsan",
        "privcrm live-code create spring --group wrAbc --strategy spare_pool --scan-cap 180",
        "privcrm live-code create --from shops.xlsx --dry-run",
        "privcrm live-code create --from shops.xlsx --out outcomes.csv --zip codes.zip --sheet codes.pdf",
    ),
)
@click.argument("key", required=False, metavar="[KEY]")
@click.option("--staff", metavar="ID[:WEIGHT],…", help="Employees to whom it leads.")
@click.option("--seat", "seats", multiple=True, metavar="SPEC", help='One with settings: "ID;weight=3;cap=50;tier=1".')
@click.option("--group", "groups", multiple=True, metavar="ID", help="A group that it fills; may be repeated.")
@what_it_is
@_of_list("--from", "source", metavar="FILE", help="Shops (门店) as CSV or XLSX: a code for each.")
@_of_list("--dry-run", is_flag=True, help="With --from: show what would change; make nothing.")
@_of_list("--out", metavar="FILE", help="With --from: the outcome of every row as CSV.")
@_of_list("--zip", "archive", metavar="FILE", help="With --from: the pictures, as 门店编码_店名.png.")
@_of_list("--sheet", metavar="FILE", help="With --from: the pictures on A4 sheets, as PDF.")
@pass_session
def create(
    session: Session,
    /,
    *,
    key: str | None,
    staff: str | None,
    seats: tuple[str, ...],
    groups: tuple[str, ...],
    source: str | None,
    dry_run: bool,
    out: str | None,
    archive: str | None,
    sheet: str | None,
    **wanted: Any,
) -> int:
    """Make a live code that leads to employees or groups, or with --from one for each shop of a list.

    KEY is your own name for it, such as a shop's code; it never changes. The same command again makes no second one.

    A seat is an employee's id and, after semicolons, any of weight=N, cap=N (a day), total=N, tier=N (0 works, 1 and
    above step in), ramp=DAY (a new account), offline, and hours= as 1-5@09:00-18:00,6+7@22:00-02:00, where days are 1
    for Monday to 7.

    Columns of a list: code (门店编码), name (店名), region (区域), staff (员工, as zhangsan*3;lisi), backup (备用员工),
    daily_cap (每日上限), tags (标签), remark (备注), welcome (欢迎语). A column that is not there leaves what is known,
    an empty cell takes it away; options say what new codes are besides. Everything is checked before anything is made,
    and the same list again changes nothing.
    """
    if source:
        if key or staff or seats or groups:
            raise click.UsageError("--from brings keys, employees and groups: leave out KEY, --staff, --seat, --group")
        return make_for_shops(session, source, wanted, dry_run=dry_run, out=out, archive=archive, sheet=sheet)
    if dry_run or out or archive or sheet:
        raise click.UsageError("--dry-run, --out, --zip and --sheet go with --from")
    if not key:
        raise click.UsageError("name the code: KEY, or --from FILE for many")
    code = _code(key, staff, seats, groups, wanted)
    with session.crm() as crm:
        return told_code(session, code, crm.live_codes.create(code, who=getuser()))


def _code(
    key: str, staff: str | None, seats: tuple[str, ...], groups: tuple[str, ...], wanted: dict[str, Any]
) -> "StaffLiveCode | GroupLiveCode":
    if (staff or seats) and groups:
        raise click.UsageError("a code leads to employees or to groups, not to both")
    if staff or seats:
        found = with_seats(named_seats(staff or ""), map(seat_of, seats))
        return staff_code(key, found, wanted)
    if groups or wanted["strategy"]:
        return group_code(key, groups, wanted)
    raise click.UsageError("say where it leads: --staff, --seat or --group")
