"""``privcrm member``: who is who, and what is kept of one person."""

import json
from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from privcrm.cli.failures import DONE, SOME_FAILED
from privcrm.cli.for_good import agreed_for_good
from privcrm.cli.frame import Group, examples, pass_session
from privcrm.cli.personal_files import remember
from privcrm.cli.session import Session

if TYPE_CHECKING:
    from privcrm.services.members import Erasure


@click.group(cls=Group, epilog=examples("privcrm member resolve --phone 13800138000", "privcrm member export ID"))
def member() -> None:
    """One member: find, give and remove what is kept."""


@member.command(
    epilog=examples("privcrm member resolve --phone 13800138000", "privcrm member resolve --card-no 8001 --json")
)
@click.option("--member-id", metavar="ID", help="Their member id.")
@click.option("--unionid", metavar="ID", help="Their unionid.")
@click.option("--phone", metavar="NUMBER", help="Their phone, in any form.")
@click.option("--card-no", metavar="NUMBER", help="Their card number.")
@click.option("--app-id", metavar="ID", help="The application's own id of them.")
@pass_session
def resolve(session: Session, /, **known: str | None) -> int:
    """Find the member ids of whoever has each of these; several if nobody has decided who is who."""
    with session.crm() as crm:
        found = crm.members.resolve(**known)
    session.out.table(["Member"], [[each] for each in found])
    session.out.result({"member_ids": list(found)})
    return DONE if found else SOME_FAILED


@member.command(epilog=examples("privcrm member export ID --out person.json", "privcrm member export ID --json"))
@click.argument("member_id", metavar="ID")
@click.option("--out", metavar="FILE", help="Write it to a file that only you can read.")
@pass_session
def export(session: Session, member_id: str, out: str | None) -> None:
    """Give everything that the store keeps of a person, as JSON: rows by table, sealed texts opened.

    What is kept as a keyed hash (unionid, phone, card number) stays one. The audit notes who asked.
    """
    if out is not None and Path(out).exists():
        raise click.UsageError(f"{out} is there already: name another file, or remove it")
    with session.crm() as crm:
        told = crm.members.export(member_id, who=getuser())
        if out is not None:
            remember(crm, out, "export")
    text = json.dumps(told, ensure_ascii=False, indent=2)
    if out is None:
        if not session.json:
            click.echo(text)
        session.out.result(told)
        return
    Path(out).write_text(text + "\n", encoding="utf-8")
    rows = sum(map(len, told["tables"].values()))
    session.out.say("{rows} rows written to {path}", rows=rows, path=out)
    session.out.result({"path": out, "rows": rows})


@member.command(epilog=examples("privcrm member erase ID", "privcrm member erase ID --yes --reason request-17"))
@click.argument("member_id", metavar="ID")
@click.option("--reason", default="", metavar="TEXT", help="For the audit; it must name nobody.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@pass_session
def erase(session: Session, member_id: str, *, reason: str, yes: bool) -> int:
    """Remove everything that the store keeps of a person. This cannot be undone.

    No synchronisation brings the person back: only a new add does. Employees who still have the contact get a task to
    delete it. Files that were written before are listed, for you to look through. An erasure that was interrupted is
    simply run again.
    """
    with session.crm() as crm:
        place = {"company": crm.provider.company, "host": crm.provider.host, "store": crm.store.database.place}
        session.out.note("At {company} ({host}), in {store}.", **place)
        if not agreed_for_good(session, session.translate("Erase this person for good?"), yes=yes):
            session.out.say("Nothing was erased.")
            session.out.result({"erased": False, "exit_code": DONE})
            return DONE
        done = crm.members.erase(member_id, who=getuser(), reason=reason)
    return _tell(session, done)


def _tell(session: Session, done: "Erasure") -> int:
    code = DONE if done.is_complete else SOME_FAILED
    session.out.table(["Table", "Rows"], list(done.rows.items()))
    for staff_id in done.followers:
        session.out.say("{staff} still has the contact and got a task to delete it.", staff=staff_id)
    for path in done.files:
        session.out.say("{path} was written by this store: look whether it names the person.", path=path)
    for path in done.left_in:
        session.out.note("Bytes of the person are still in {path}.", path=path)
    if done.held:
        session.out.note("Another process was reading the store: run this again when it has ended.")
    elif not done.rows:
        session.out.note(
            "The store holds nothing under this id: it was erased before, or is not written as it should be."
        )
    elif done.is_complete:
        session.out.say("Nothing of the person is left in the store.")
    told: dict[str, Any] = {
        "erased": True,
        "complete": done.is_complete,
        "tombstones": list(done.tombstones),
        "rows": done.rows,
        "followers": list(done.followers),
        "tasks": list(done.tasks),
        "files": list(done.files),
        "left_in": list(done.left_in),
        "held": done.held,
        "exit_code": code,
    }
    session.out.result(told)
    return code
