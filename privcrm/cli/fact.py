"""``privcrm fact``: what the company's own systems know of members."""

import click

from privcrm.cli.frame import Group, examples, pass_session
from privcrm.cli.progress import progress
from privcrm.cli.session import Session


@click.group(cls=Group, epilog=examples("privcrm fact import orders.csv --key phone", "privcrm fact unbound"))
def fact() -> None:
    """What the company's own systems know of members."""


@fact.command(
    "import",
    epilog=examples(
        "privcrm fact import orders.csv --key unionid --dry-run",
        "privcrm fact import 订单.xlsx --key phone --source till",
    ),
)
@click.argument("file", metavar="FILE")
@click.option(
    "--key",
    type=click.Choice(["unionid", "phone", "card_no", "member_id"]),
    required=True,
    help="By which column people are known.",
)
@click.option("--source", default="", metavar="NAME", help="Which system tells this, where no column says so.")
@click.option("--dry-run", is_flag=True, help="Check the file and show its types; write nothing.")
@pass_session
def import_(session: Session, file: str, *, key: str, source: str, dry_run: bool) -> None:
    """Import facts from a CSV or XLSX file: a column with the key, then one for each fact, headed by its name.

    A head may end in a type (orders:int; also text, float, bool, date, datetime). Optional columns: source (来源) and
    date (日期), as of when; otherwise it is the time of the file. Blank cells tell nothing. A fact is tied to its
    member when the key turns up, also later.

    Everything is checked before anything is written. The same file again changes nothing.
    """
    stage = session.translate("Importing facts")
    with session.crm() as crm, progress(session.out) as report:
        done = crm.facts.import_file(
            file, key, source=source, dry_run=dry_run, progress=lambda now, of: report(stage, now, of)
        )
    session.out.table(["Fact", "Type"], [[name, kind.value] for name, kind in done.types.items()])
    if dry_run:
        session.out.say(
            "{facts} facts in {rows} rows. Dry run: nothing was written.", facts=done.counts.given, rows=done.rows
        )
    else:
        session.out.say(
            "{facts} facts in {rows} rows, {written} of them new.",
            facts=done.counts.given,
            rows=done.rows,
            written=done.counts.written,
        )
    session.out.result(
        {
            "dry_run": dry_run,
            "rows": done.rows,
            "types": {name: kind.value for name, kind in done.types.items()},
            "facts": done.counts.given,
            "written": done.counts.written,
        }
    )


@fact.command(epilog=examples("privcrm fact show ID", "privcrm fact show ID --json"))
@click.argument("member_id", metavar="ID")
@pass_session
def show(session: Session, member_id: str) -> None:
    """Show what is known of a member, by whichever key it came; of each name the newest first."""
    with session.crm() as crm:
        found = crm.facts.of(member_id)
    session.out.table(
        ["Fact", "Value", "Source", "Key"], [[each.name, each.value, each.source, each.key.value] for each in found]
    )
    session.out.result(
        {
            "facts": [
                {
                    "name": each.name,
                    "value": each.value if isinstance(each.value, str | int | float) else each.value.isoformat(),
                    "source": each.source,
                    "key": each.key.value,
                    "at": each.at,
                }
                for each in found
            ]
        }
    )


@fact.command(epilog=examples("privcrm fact unbound", "privcrm fact unbound --json"))
@pass_session
def unbound(session: Session) -> None:
    """Count the keys with facts that belong to nobody yet."""
    with session.crm() as crm:
        found = {key.value: count for key, count in crm.facts.unbound().items()}
    session.out.table(["Key", "Count"], list(found.items()))
    session.out.result({"unbound": found})
