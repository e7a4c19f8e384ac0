"""``privcrm store``: the database of jobs, tokens and audit."""

from typing import TYPE_CHECKING

import click

from privcrm.cli.frame import Group, examples, pass_session
from privcrm.cli.session import DEFAULT_STORE, Session

if TYPE_CHECKING:
    from privcrm.store import Store


@click.group(cls=Group, epilog=examples("privcrm store check", "privcrm store upgrade"))
def store() -> None:
    """The database: upgrade, check."""


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


def _open(session: Session, *, upgrade: bool) -> "Store":
    from privcrm.clock import SystemClock
    from privcrm.store import open_store

    target = session.settings().arguments.get("store", DEFAULT_STORE)
    return open_store(target, clock=SystemClock(), upgrade=upgrade)


def _show(session: Session, opened: "Store") -> None:
    from privcrm.store.schema import HEAD

    session.out.facts([("Store", opened.database.place), ("Version", HEAD)])
    session.out.result({"store": opened.database.place, "version": HEAD})
