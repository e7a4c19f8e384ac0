"""The version of the tables: compared by plain SQL on every opening, made or migrated only where it differs.

An empty database gets all tables by one script, in a tenth of the time that the migrations need one after another. The
scripts are written from the migrations by ``python -m tests.store.made_tables``, and a test holds them to be the same.
"""

import sqlite3
import threading
import time
from pathlib import Path

from privcrm.errors import StoreError
from privcrm.store.database import PATIENCE, Connection, Database
from privcrm.store.statistics import assume

__all__ = ["HEAD", "VERSION_TABLE", "bring_up_to_date", "migrate", "script_of"]

HEAD = "0016"
VERSION_TABLE = "privcrm_version"

# alembic keeps the migration at work in module globals, so two threads of a process must not migrate at once;
# other processes are held off by the database.
_one_at_a_time = threading.Lock()
_PAUSE = 0.05  # seconds
_ADVISORY_LOCK = 7_072_697_673  # any number of ours: PostgreSQL's locks have numbers for names


def bring_up_to_date(database: Database, *, forced: bool) -> None:
    """Migrate the tables to ``HEAD`` where allowed.

    SQLite is always migrated; PostgreSQL when it is empty or ``forced``. Raises ``StoreError``.
    """
    with database.connect() as connection:
        if database.is_sqlite:
            _write_ahead(connection)
        version = _version(connection)
    if version == HEAD:
        return
    if version > HEAD:
        raise StoreError(
            f"the store {database.place} was made by a newer privcrm (version {version}, this one knows {HEAD}):"
            " upgrade privcrm"
        )
    if version and not forced and not database.is_sqlite:
        raise StoreError(
            f"the store {database.place} is at version {version} and {HEAD} is needed:"
            " stop the other processes and run `privcrm store upgrade`"
        )
    if not version and _make(database):
        return
    migrate(database)


def migrate(database: Database) -> None:
    """Run the migrations that are due, each in its own transaction."""
    with _one_at_a_time:
        while _migrate_once(database):
            pass


def script_of(backend: str) -> Path:
    """Return the file with the statements that make all tables, with a blank line between two of them."""
    return Path(__file__).parent / "migrations" / f"{backend}.sql"


def _write_ahead(connection: Connection) -> None:
    """Let readers and a writer of SQLite work side by side, for all who open the file from now on."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            connection.run("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            # The last byte says what it is, the others why.
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= until:
                raise
        else:
            return
        # This statement waits by itself for who reads the file, but not for others who run it at the same time. They
        # are other processes: it is real time that passes, whatever the clock of a company shows.
        time.sleep(_PAUSE)


def _version(connection: Connection) -> str:
    is_there = (
        "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?"
        if connection.is_sqlite
        else "SELECT 1 WHERE to_regclass(?) IS NOT NULL"  # not every role may read pg_catalog
    )
    if connection.one(is_there, VERSION_TABLE) is None:
        return ""
    row = connection.one(f"SELECT version_num FROM {VERSION_TABLE}")
    return "" if row is None else str(row[0])


def _make(database: Database) -> bool:
    """Make all tables in one transaction; return whether there were none."""
    statements = script_of("sqlite" if database.is_sqlite else "postgresql").read_text(encoding="utf-8")
    try:
        with database.transaction(durable=True) as connection:
            _hold_off_others(connection)
            if _version(connection):  # somebody else was quicker
                return False
            for statement in statements.split("\n\n"):
                connection.run(statement)
            connection.run(f"INSERT INTO {VERSION_TABLE} (version_num) VALUES (?)", HEAD)
            if database.is_sqlite:
                assume(connection.sqlalchemy)
    except StoreError:
        # PostgreSQL may say in a transaction that a table is missing which was made since that began.
        with database.connect() as connection:
            if not _version(connection):
                raise
        return False
    return True


def _migrate_once(database: Database) -> bool:
    """Run the next migration in its own transaction; return whether one was due."""
    from alembic import command  # noqa: PLC0415 - only to migrate
    from alembic.config import Config  # noqa: PLC0415

    with database.transaction(durable=True) as connection:
        _hold_off_others(connection)
        if _version(connection) >= HEAD:  # somebody else was quicker
            return False
        connection.sqlalchemy.begin()  # so that alembic begins and commits nothing of its own
        config = Config(attributes={"connection": connection.sqlalchemy})
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        command.upgrade(config, "+1")
        return True


def _hold_off_others(connection: Connection) -> None:
    # SQLite has one writer at a time anyway.
    if not connection.is_sqlite:
        connection.run("SELECT pg_advisory_xact_lock(?)", _ADVISORY_LOCK)
