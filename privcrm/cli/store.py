"""``privcrm store``: the database of jobs, tokens and audit."""

from getpass import getuser
from typing import TYPE_CHECKING, Any

import click

from privcrm.cli.frame import Group, examples, pass_session
from privcrm.cli.session import DEFAULT_STORE, Session

if TYPE_CHECKING:
    from privcrm.store import Store


@click.group(cls=Group, epilog=examples("privcrm store check", "privcrm store upgrade"))
def store() -> None:
    """The database: upgrade, check, rekey."""


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


def _open(session: Session, *, upgrade: bool) -> "Store":
    from privcrm.clock import SystemClock
    from privcrm.store import open_store

    target = session.settings().arguments.get("store", DEFAULT_STORE)
    return open_store(target, clock=SystemClock(), upgrade=upgrade)


def _show(session: Session, opened: "Store") -> None:
    from privcrm.store.schema import HEAD

    session.out.facts([("Store", opened.database.place), ("Version", HEAD)])
    session.out.result({"store": opened.database.place, "version": HEAD})
