"""Changing, taking over and deleting codes."""

from getpass import getuser
from typing import Any

import click

from privcrm.cli.failures import DONE
from privcrm.cli.for_good import agreed_for_good
from privcrm.cli.frame import Command, examples, pass_session
from privcrm.cli.live_code.drafts import changed_group_code, changed_staff_code
from privcrm.cli.live_code.options import given, what_it_is
from privcrm.cli.live_code.outcomes import told_code, told_outcome
from privcrm.cli.live_code.seats import seat_of, switched, with_seats, without_seats
from privcrm.cli.session import Session


@click.command(
    cls=Command,
    epilog=examples(
        "privcrm live-code update S001 --offline zhangsan",
        'privcrm live-code update S001 --seat "lisi;weight=2;cap=80" --remove wangwu',
        "privcrm live-code update welfare --strategy spare_pool",
    ),
)
@click.argument("key", metavar="KEY")
@click.option("--online", multiple=True, metavar="ID", help="An employee who works again; may be repeated.")
@click.option("--offline", multiple=True, metavar="ID", help="An employee who is taken out for now; may be repeated.")
@click.option("--seat", "seats", multiple=True, metavar="SPEC", help="An employee to add, or to set anew: see create.")
@click.option("--remove", multiple=True, metavar="ID", help="An employee who loses his seat; may be repeated.")
@what_it_is
@pass_session
def update(
    session: Session,
    /,
    *,
    key: str,
    online: tuple[str, ...],
    offline: tuple[str, ...],
    seats: tuple[str, ...],
    remove: tuple[str, ...],
    **wanted: Any,
) -> int:
    """Change what a code is; what is not named stays, and so does everything that is printed.

    The vendor is told at once of what differs. Groups are added by add-group.
    """
    from privcrm.models.codes import GroupLiveCode

    if not (online or offline or seats or remove or given(wanted)):
        raise click.UsageError("say what to change: see privcrm live-code update --help")
    new = [seat_of(each) for each in seats]
    with session.crm() as crm:
        codes = crm.live_codes
        code = codes.get(key).code
        if isinstance(code, GroupLiveCode):
            if online or offline or new or remove:
                raise click.UsageError("--online, --offline, --seat, --remove: not for a code that leads to groups")
            return told_outcome(session, codes.update(changed_group_code(code, wanted), who=getuser()))
        kept = without_seats(code, remove)
        kept = switched(with_seats(kept, new), online=online, offline=offline, key=key)
        changed = changed_staff_code(code, kept, wanted)
        return told_code(session, changed, codes.update(changed, who=getuser()))


@click.command(cls=Command, epilog=examples("privcrm live-code delete S001", "privcrm live-code delete S001 --yes"))
@click.argument("key", metavar="KEY")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_session
def delete(session: Session, *, key: str, yes: bool) -> int:
    """Delete a code, here and at the vendor: whoever scans a print of it finds nothing. This cannot be undone.

    What the vendor does not delete is kept as an orphan, and told; deleting again tries it again. The key is never used
    for another code, because members came by it.
    """
    with session.crm() as crm:
        name = crm.live_codes.get(key).name
        if not agreed_for_good(
            session,
            "Delete live code {code} of {company}? Prints of it lead nowhere from then on.",
            yes=yes,
            code=f"{key} ({name})" if name not in ("", key) else key,
            company=crm.provider.company,
        ):
            session.out.say("Nothing was deleted.")
            return DONE
        return told_outcome(session, crm.live_codes.delete(key, who=getuser()))


@click.command(
    cls=Command,
    epilog=examples(
        "privcrm live-code adopt 42b34949e138eb6e027c123cba77fad7 S001",
        "privcrm live-code adopt 9ad7fa5cdaa6511298498f979c472aaa welfare --group-code",
    ),
)
@click.argument("vendor_id", metavar="VENDOR_ID")
@click.argument("key", metavar="KEY")
@click.option("--contact-code", "kind", flag_value="contact", help="It leads to employees (联系我).")
@click.option("--group-code", "kind", flag_value="group", help="It leads to groups (加入群聊).")
@pass_session
def adopt(session: Session, *, vendor_id: str, key: str, kind: str | None) -> int:
    """Take over a code that was made elsewhere, by the id under which the vendor keeps it (config_id).

    What is printed stays valid, and the state that it plants stays as it is. Nothing is written at the vendor; from
    then on update and reconcile look after it. Without a kind it is found out.
    """
    with session.crm() as crm:
        return told_outcome(session, crm.live_codes.adopt(vendor_id, key, kind=kind or "", who=getuser()))
