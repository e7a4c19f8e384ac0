"""The groups behind a code: added, pictured, opened to visitors."""

from datetime import date, datetime, time, timedelta
from getpass import getuser
from pathlib import Path

import click

from privcrm.cli.failures import DONE, SOME_FAILED
from privcrm.cli.frame import Command, examples, pass_session
from privcrm.cli.session import Session
from privcrm.cli.times import beijing, iso


@click.command("add-group", cls=Command, epilog=examples("privcrm live-code add-group welfare wrAbc wrDef"))
@click.argument("key", metavar="KEY")
@click.argument("groups", nargs=-1, required=True, metavar="GROUP_ID...")
@pass_session
def add_group(session: Session, *, key: str, groups: tuple[str, ...]) -> int:
    """Put empty groups behind a code, to be opened when their turn comes; exit code 1 if some cannot be taken."""
    with session.crm() as crm:
        done = crm.live_codes.groups.add_groups(key, groups)
    session.out.table(
        ("Group", "Outcome"),
        ((each.group_id, session.retell(each.reason) or session.translate("added")) for each in done),
    )
    code = DONE if all(each.is_added for each in done) else SOME_FAILED
    rows = [{"group_id": each.group_id, "added": each.is_added, "reason": each.reason} for each in done]
    session.out.result({"key": key, "groups": rows, "exit_code": code})
    return code


@click.command(
    "add-image",
    cls=Command,
    epilog=examples(
        "privcrm live-code add-image welfare wrAbc group3.png",
        "privcrm live-code add-image welfare wrAbc group3.png --valid-until 2026-12-05",
    ),
)
@click.argument("key", metavar="KEY")
@click.argument("group", metavar="GROUP_ID")
@click.argument("file", metavar="FILE")
@click.option("--valid-until", metavar="DAY", help="The last day on which it is good, Beijing time; else for 7 days.")
@pass_session
def add_image(session: Session, *, key: str, group: str, file: str, valid_until: str | None) -> None:
    """Keep the picture of a group's own code, which the gateway shows while it is good.

    A picture that says what that of another group says is refused. Before it expires, somebody is asked for another.
    """
    until = _end_of(valid_until) if valid_until else None
    content = Path(file).read_bytes()
    with session.crm() as crm:
        image = crm.live_codes.groups.add_image(key, group, content, until)
    session.out.say("{group} is shown until {until}.", group=group, until=beijing(image.expires_at))
    session.out.result({"key": key, "group_id": group, "expires_at": iso(image.expires_at)})


@click.command(
    "open",
    cls=Command,
    epilog=examples("privcrm live-code open spring", "privcrm live-code open spring --in-spite-of-gate"),
)
@click.argument("key", metavar="KEY")
@click.option("--in-spite-of-gate", is_flag=True, help="Also if fewer would come than the code wants; it is audited.")
@pass_session
def open_(session: Session, /, *, key: str, in_spite_of_gate: bool) -> None:
    """Let visitors into a code that waits for enough of them (--min-start)."""
    with session.crm() as crm:
        row = crm.live_codes.groups.open(key, in_spite_of_gate=in_spite_of_gate, who=getuser())
    session.out.say("{key} is open.", key=row.key)
    session.out.result({"key": row.key, "life": row.life.value})


def _end_of(day: str) -> float:
    from privcrm.clock import VENDOR_TIME

    try:
        after = date.fromisoformat(day) + timedelta(days=1)
    except ValueError:
        raise click.BadParameter(f"{day!r} is no day as 2026-12-05", param_hint="--valid-until") from None
    return datetime.combine(after, time(), VENDOR_TIME).timestamp()
