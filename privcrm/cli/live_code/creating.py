"""Making codes."""

from getpass import getuser
from typing import TYPE_CHECKING, Any

import click

from privcrm.cli.frame import Command, examples, pass_session
from privcrm.cli.live_code.drafts import group_code, staff_code
from privcrm.cli.live_code.options import what_it_is
from privcrm.cli.live_code.outcomes import told_outcome
from privcrm.cli.live_code.seats import named_seats, seat_of, with_seats
from privcrm.cli.session import Session

if TYPE_CHECKING:
    from privcrm.models.codes import GroupLiveCode, StaffLiveCode


@click.command(
    cls=Command,
    epilog=examples(
        "privcrm live-code create S001 --staff zhangsan:2,lisi --tag 门店/徐汇",
        'privcrm live-code create S002 --seat "zhangsan;cap=50;hours=1-5@09:00-18:00" --seat "lisi;tier=1"',
        "privcrm live-code create welfare --group wrAbc --prefix 福利群 --owner zhangsan",
        "privcrm live-code create spring --group wrAbc --strategy spare_pool --scan-cap 180",
    ),
)
@click.argument("key", metavar="KEY")
@click.option("--staff", metavar="ID[:WEIGHT],…", help="Employees to whom it leads.")
@click.option("--seat", "seats", multiple=True, metavar="SPEC", help='One with settings: "ID;weight=3;cap=50;tier=1".')
@click.option("--group", "groups", multiple=True, metavar="ID", help="A group that it fills; may be repeated.")
@what_it_is
@pass_session
def create(
    session: Session,
    /,
    *,
    key: str,
    staff: str | None,
    seats: tuple[str, ...],
    groups: tuple[str, ...],
    **wanted: Any,
) -> int:
    """Make a live code that leads to employees or groups.

    KEY is your own name for it, such as a shop's code; it never changes. The same command again makes no second one.

    A seat is an employee's id and, after semicolons, any of weight=N, cap=N (a day), total=N, tier=N (0 works, 1 and
    above step in), ramp=DAY (a new account), offline, and hours= as 1-5@09:00-18:00,6+7@22:00-02:00, where days are 1
    for Monday to 7.
    """
    code = _code(key, staff, seats, groups, wanted)
    with session.crm() as crm:
        return told_outcome(session, crm.live_codes.create(code, who=getuser()))


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
