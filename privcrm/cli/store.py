"""``privcrm store``: the database of jobs, tokens and audit."""

from getpass import getuser
from typing import TYPE_CHECKING, Any

import click

from privcrm.cli.failures import DONE
from privcrm.cli.for_good import agreed_for_good
from privcrm.cli.frame import Group, examples, pass_session
from privcrm.cli.progress import progress
from privcrm.cli.session import DEFAULT_STORE, Session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from privcrm.services.retention import Purged, Retention
    from privcrm.store import Store


@click.group(
    cls=Group, epilog=examples("privcrm store check", "privcrm store upgrade", "privcrm store purge --dry-run")
)
def store() -> None:
    """The database: upgrade, check, rekey, purge."""


@store.command(epilog=examples("privcrm store upgrade", "privcrm --env-file company.env store upgrade"))
@pass_session
def upgrade(session: Session) -> None:
    """Bring the tables up to the version that this privcrm needs.

    SQLite is upgraded by itself whenever it is opened; a PostgreSQL in use only by this command, because other
    processes must be stopped first.
    """
    with _open(session, upgrade=True) as opened:
        _show(session, opened)


@store.command(epilog=examples("privcrm store check", "privcrm store check --json"))
@pass_session
def check(session: Session) -> None:
    """Open the store and say where it is and at which version; an unusable one ends with exit code 3."""
    with _open(session, upgrade=False) as opened:
        _show(session, opened)


@store.command(epilog=examples("privcrm store rekey", "privcrm --profile north store rekey"))
@pass_session
def rekey(session: Session) -> None:
    """Seal what is sealed of this company anew, with the first of PRIVCRM_STORE_KEYS.

    Put the new key in front of the old ones, run this, then take the old ones out. What had been kept in the clear
    because there were no keys is sealed as well. A run that was interrupted is simply run again.
    """
    from privcrm.crm import CRM
    from privcrm.store.rekeying import rekey as seal_anew
    from privcrm.store.vault import Vault

    described = session.settings()
    arguments: dict[str, Any] = {"store": DEFAULT_STORE, **described.arguments}
    with CRM.connect(described.provider, **arguments) as crm:
        database = crm.store.database
        space = arguments.get("identity_space", "")
        vault = Vault(database, arguments.get("store_keys", ()), identity_space=space)
        done = seal_anew(database, vault)
        crm.store.audit.add(getuser(), "store.rekeyed", keys=done.keys, secrets=done.secrets, texts=done.texts)
    session.out.say(
        "{keys} keys of people, {secrets} secrets and {texts} texts were sealed with the first key.",
        keys=done.keys,
        secrets=done.secrets,
        texts=done.texts,
    )
    session.out.result({"keys": done.keys, "secrets": done.secrets, "texts": done.texts})


@store.command(
    epilog=examples(
        "privcrm store purge --dry-run",
        "privcrm store purge --keep jobs=90 --keep members=0",
        "privcrm store purge --yes --json",
    )
)
@click.option("--dry-run", is_flag=True, help="Count what would go; delete nothing.")
@click.option(
    "--keep",
    multiple=True,
    metavar="NAME=DAYS",
    help="Another age for a rule, 0 for ever; may be given several times.",
)
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@pass_session
def purge(session: Session, *, dry_run: bool, keep: tuple[str, ...], yes: bool) -> int:
    """Delete what is older than it has to be kept. This cannot be undone.

    Each rule has an age in days, and --dry-run shows them all. Other work may go on; a purge that was interrupted is
    simply run again. The audit stays. To have it done every night: privcrm run --purge-at 04:00.
    """
    from privcrm.services.retention import Retention

    changed = dict(_kept(each) for each in keep)
    with session.crm() as crm:
        place = {"company": crm.provider.company, "host": crm.provider.host, "store": crm.store.database.place}
        retention = Retention(crm.store, ages=changed)
        if not dry_run:
            session.out.note("At {company} ({host}), in {store}.", **place)
            if not yes:
                _tell(session, retention, _purge(session, retention, dry_run=True))
            if not agreed_for_good(session, session.translate("Delete these rows for good?"), yes=yes):
                session.out.say("Nothing was deleted.")
                session.out.result({"purged": False, "exit_code": DONE})
                return DONE
        done = _purge(session, retention, dry_run=dry_run)
    _tell(session, retention, done)
    if dry_run:
        session.out.say("{rows} rows would go, with what belongs to them. Nothing was deleted.", rows=done.total)
    else:
        session.out.say("{rows} rows were deleted, with what belonged to them.", rows=done.total)
    session.out.result({"purged": not dry_run, **_as_json(retention, done), "exit_code": DONE})
    return DONE


def _kept(text: str) -> tuple[str, float]:
    from privcrm.store.retention import RULES

    name, _, days = (part.strip() for part in text.partition("="))
    known = [rule.name for rule in RULES]
    if name not in known:
        raise click.BadParameter(f"there is no rule {name!r}; known: {', '.join(known)}", param_hint="--keep")
    if not days.isdecimal():
        raise click.BadParameter(f"give {name}=DAYS, a whole number, 0 for ever", param_hint="--keep")
    return name, float(days)


def _purge(session: Session, retention: "Retention", *, dry_run: bool) -> "Purged":
    from privcrm.store.retention import RULES

    what = {rule.name: rule.what for rule in RULES}
    with progress(session.out) as report:
        return retention.purge(
            dry_run=dry_run, who=getuser(), progress=lambda step: report(what[step.rule], step.done, None)
        )


def _tell(session: Session, retention: "Retention", done: "Purged") -> None:
    from privcrm.store.retention import RULES

    rows: list[Sequence[object]] = []
    for rule in RULES:
        days = retention.ages[rule.name]
        age = session.translate("for ever") if days is None else f"{days:,g}"
        rows.append((rule.name, session.translate(rule.what), age, done.rows.get(rule.name, 0)))
    session.out.table(["Rule", "What it deletes", "Days kept", "Rows"], rows)


def _as_json(retention: "Retention", done: "Purged") -> dict[str, Any]:
    rules = [{"name": name, "days": days, "rows": done.rows.get(name, 0)} for name, days in retention.ages.items()]
    return {"dry_run": done.dry_run, "rows": done.total, "rules": rules}


def _open(session: Session, *, upgrade: bool) -> "Store":
    from privcrm.clock import SystemClock
    from privcrm.store import open_store

    target = session.settings().arguments.get("store", DEFAULT_STORE)
    return open_store(target, clock=SystemClock(), upgrade=upgrade)


def _show(session: Session, opened: "Store") -> None:
    from privcrm.store.schema import HEAD

    session.out.facts([("Store", opened.database.place), ("Version", HEAD)])
    session.out.result({"store": opened.database.place, "version": HEAD})
