"""Opening a store: which engine, with which rights on the file, at which version."""

import logging
import os
import stat
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from privcrm.clock import Clock
from privcrm.errors import MissingExtra, StoreError
from privcrm.shield import shielded
from privcrm.store.database import MOST_CONNECTIONS, Database
from privcrm.store.schema import bring_up_to_date
from privcrm.store.store import Store

if TYPE_CHECKING:
    import sqlite3

    import sqlalchemy

__all__ = ["open_store"]

_log = logging.getLogger(__name__)

BUSY_SECONDS = 30
# Seconds and milliseconds: without them a server that is cut off would be waited for until the kernel gives up.
_PATIENCE = {"connect_timeout": 5, "tcp_user_timeout": 15_000}
CACHE_KIB = 32 * 1024
KEPT = 5
_POOL = {"pool_size": KEPT, "max_overflow": MOST_CONNECTIONS - KEPT}


@shielded
def open_store(
    url_or_engine: "str | sqlalchemy.Engine", *, clock: Clock, company: str = "", upgrade: bool = False
) -> Store:
    """Open the store of one company, making or migrating its tables where that is allowed.

    ``url_or_engine``: ``sqlite:///file.db``, ``postgresql://host/name``, or an engine of yours (left open on close).
    SQLite and an empty PostgreSQL are brought up to date; a PostgreSQL in use only with ``upgrade``.
    Raises ``StoreError`` (older or newer store, in-memory SQLite, unreachable), ``MissingExtra`` (no psycopg).
    """
    owned = isinstance(url_or_engine, str)
    engine = _make_engine(url_or_engine) if isinstance(url_or_engine, str) else _borrow(url_or_engine)
    database = Database(engine, company, owned=owned)
    try:
        bring_up_to_date(database, forced=upgrade)
    except BaseException:
        database.close()
        raise
    return Store(database, clock)


def _make_engine(address: str) -> "sqlalchemy.Engine":
    import sqlalchemy  # noqa: PLC0415 - only when a store is opened
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415

    try:
        url = sqlalchemy.make_url(address)
    except ArgumentError:
        # The address is not repeated: it may hold a password.
        raise StoreError("the store's address is no database URL; write sqlite:///file.db") from None
    backend = url.get_backend_name()
    if backend == "sqlite":
        _make_private(url.database)
        return _sqlite_engine(url)
    if backend not in ("postgresql", "postgres"):
        raise StoreError(f"a store is SQLite or PostgreSQL, not {backend}")
    if url.drivername in ("postgresql", "postgres"):
        if find_spec("psycopg") is None:
            raise MissingExtra("psycopg", "postgres")
        url = url.set(drivername="postgresql+psycopg")
    given = {name: value for name, value in _PATIENCE.items() if name not in url.query}
    # Hidden: an exception must not quote the parameters of a statement, which are rows about people.
    return sqlalchemy.create_engine(
        url, isolation_level="AUTOCOMMIT", hide_parameters=True, pool_pre_ping=True, connect_args=given, **_POOL
    )


def _sqlite_engine(url: "sqlalchemy.URL") -> "sqlalchemy.Engine":
    import sqlalchemy  # noqa: PLC0415 - only when a store is opened
    from sqlalchemy import event  # noqa: PLC0415

    engine = sqlalchemy.create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        connect_args={"timeout": BUSY_SECONDS},
        pool_use_lifo=True,  # so that one warm cache serves most statements
        **_POOL,
    )

    event.listen(engine, "connect", _set_up)
    return engine


def _set_up(connection: "sqlite3.Connection", record: object) -> None:
    del record
    # Large plans touch their indexes at random; with SQLite's own 2 MiB every insert reads the disk.
    connection.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
    # What is deleted of a person must not be left in the file between the rows of others.
    connection.execute("PRAGMA secure_delete=ON")


def _borrow(engine: "sqlalchemy.Engine") -> "sqlalchemy.Engine":
    if engine.dialect.name not in ("sqlite", "postgresql"):
        raise StoreError(f"a store is SQLite or PostgreSQL, not {engine.dialect.name}")
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def _make_private(path: str | None) -> None:
    """See to it that nobody else can read the file; SQLite gives new side files the same mode."""
    if not path or path == ":memory:" or path.startswith("file:"):
        raise StoreError("a store in memory would forget what was sent; give it a file: sqlite:///file.db")
    if not Path(path).parent.is_dir():
        raise StoreError(f"the folder of the store does not exist: {Path(path).parent}")
    if Path(path).is_symlink() and not Path(path).exists():
        raise StoreError(f"the store {path} is a link to a file that does not exist: remove it, or make the file")
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        for suffix in ("", "-wal", "-shm"):
            _take_from_others(Path(f"{path}{suffix}"))


def _take_from_others(path: Path) -> None:
    """Close an existing file to others: it holds access tokens and rows about people."""
    if os.name != "posix" or not path.exists() or not stat.S_IMODE(path.stat().st_mode) & 0o077:
        return
    with suppress(PermissionError):  # somebody else's file; its owner has decided
        path.chmod(0o600)
        _log.warning("others could read the store %s; its mode is 600 now", path)
