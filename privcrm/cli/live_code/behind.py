"""The groups behind a code: added and taken out, with bounds of their own, pictured, opened to visitors."""

from datetime import date, datetime, time, timedelta
from getpass import getuser
from pathlib import Path

import click
from attrs import asdict

from privcrm.cli.failures import DONE, SOME_FAILED
from privcrm.cli.frame import Command, examples, pass_session
from privcrm.cli.live_code.drafts import BY_HAND
from privcrm.cli.live_code.options import AT_LEAST_ONE, COUNT
from privcrm.cli.session import Session
from privcrm.cli.times import beijing, iso
from privcrm.clock import VENDOR_TIME


@click.command("add-group", cls=Command, epilog=examples("privcrm live-code add-group welfare wrAbc wrDef"))
@click.argument("key", metavar="KEY")
@click.argument("groups", nargs=-1, required=True, metavar="GROUP_ID...")
@pass_session
def add_group(session: Session, *, key: str, groups: tuple[str, ...]) -> int:
    """Put empty groups behind a code, to be opened when their turn comes; exit code 1 if some cannot be taken.

    Groups that were taken out of use come back.
    """
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
    "retire-group",
    cls=Command,
    epilog=examples(
        "privcrm live-code retire-group welfare wrAbc", "privcrm live-code retire-group welfare wrAbc wrDef"
    ),
)
@click.argument("key", metavar="KEY")
@click.argument("groups", nargs=-1, required=True, metavar="GROUP_ID...")
@pass_session
def retire_group(session: Session, *, key: str, groups: tuple[str, ...]) -> int:
    """Take groups out of use: nobody more is led into them; exit code 1 if some were not in use.

    Whoever is inside stays, and who came by the code is known still. add-group puts them back.
    """
    with session.crm() as crm:
        in_use = {room.group_id for room in crm.live_codes.groups.report(key).rooms}
        count = crm.live_codes.groups.retire_groups(key, groups, who=getuser())
    given = list(dict.fromkeys(groups))
    session.out.say("Groups taken out of use: {count} of {all}.", count=count, all=len(given))
    session.out.facts([("Not in use", ", ".join(each for each in given if each not in in_use))])
    code = DONE if count == len(given) else SOME_FAILED
    session.out.result({"key": key, "groups": list(groups), "retired": count, "exit_code": code})
    return code


@click.command(
    "group-capacity",
    cls=Command,
    epilog=examples(
        "privcrm live-code group-capacity welfare wrAbc --scan-cap 100",
        'privcrm live-code group-capacity welfare wrAbc --scan-cap 40 --source "client page"',
        "privcrm live-code group-capacity welfare wrAbc --hard-cap 200 --as-of 2026-12-01",
    ),
)
@click.argument("key", metavar="KEY")
@click.argument("group", metavar="GROUP_ID")
@click.option("--scan-cap", type=AT_LEAST_ONE, metavar="N", help="People from whom on a group lets no scan in.")
@click.option("--hard-cap", type=AT_LEAST_ONE, metavar="N", help="People whom a group holds at all.")
@click.option("--staff-seats", type=COUNT, metavar="N", help="Employees who are expected inside.")
@click.option(
    "--source",
    metavar="TEXT",
    help="Where the figures are from; 'set by hand' if nothing is said.",
)
@click.option("--as-of", metavar="DAY", help="The day of which they are, Beijing time; today if nothing is said.")
@pass_session
def group_capacity(
    session: Session,
    /,
    *,
    key: str,
    group: str,
    source: str | None,
    as_of: str | None,
    **bounds: int | None,
) -> None:
    """Say how many people one group of a code takes, whatever holds for the others (--scan-cap of update).

    What is not named stays as it is.
    """
    given = {name: value for name, value in bounds.items() if value is not None}
    if not given:
        raise click.UsageError("say what it takes: --scan-cap, --hard-cap or --staff-seats")
    with session.crm() as crm:
        day = _day(as_of) if as_of else datetime.fromtimestamp(crm.clock.time(), VENDOR_TIME).date()
        told = crm.live_codes.groups.change_capacity(
            key, group, source=source or BY_HAND, as_of=day.isoformat(), who=getuser(), **given
        )
    session.out.say(
        "{group} takes {scan_cap} by scanning and {hard_cap} at all.",
        group=group,
        scan_cap=told.scan_cap,
        hard_cap=told.hard_cap,
    )
    session.out.result({"key": key, "group_id": group, **asdict(told)})


@click.command("retry", cls=Command, epilog=examples("privcrm live-code retry welfare"))
@click.argument("key", metavar="KEY")
@pass_session
def retry(session: Session, *, key: str) -> None:
    """Let a code that took to its spare groups have its next group opened in its own way again.

    It tries that by itself hours after it failed. Say so here when you know that it works.
    """
    with session.crm() as crm:
        crm.live_codes.groups.try_own_way(key, who=getuser())
    session.out.say("{key} has its next group opened in its own way.", key=key)
    session.out.result({"key": key})


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
    return datetime.combine(_day(day, "--valid-until") + timedelta(days=1), time(), VENDOR_TIME).timestamp()


def _day(text: str, option: str = "--as-of") -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no day as 2026-12-05", param_hint=option) from None
