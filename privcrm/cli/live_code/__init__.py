"""``privcrm live-code``: entries that are printed once, and lead where there is somebody, or room."""

import click

from privcrm.cli.frame import Group, examples
from privcrm.cli.live_code.behind import add_group, add_image, group_capacity, open_, retire_group, retry
from privcrm.cli.live_code.changing import adopt, delete, update
from privcrm.cli.live_code.creating import create
from privcrm.cli.live_code.looking import export, list_, show
from privcrm.cli.live_code.pictures import qr
from privcrm.cli.live_code.serving import serve
from privcrm.cli.live_code.upkeep import explain, forecast, reconcile, report


@click.group(
    cls=Group,
    epilog=examples(
        "privcrm live-code create S001 --staff zhangsan:2,lisi --pool 1",
        "privcrm live-code create welfare --group wrAbc --prefix 福利群",
        "privcrm live-code create --from shops.xlsx --zip codes.zip",
        "privcrm live-code list",
        "privcrm live-code qr S001",
    ),
)
def live_code() -> None:
    """Live codes (活码): make, print, watch and change them."""


for command in (
    *(create, list_, show, qr, update, adopt, delete, export),
    *(reconcile, explain, report, forecast),
    *(add_group, retire_group, group_capacity, add_image, retry, open_, serve),
):
    live_code.add_command(command)
