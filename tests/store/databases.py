"""Databases to test on: a new SQLite file, or a schema of its own in the PostgreSQL of PRIVCRM_TEST_POSTGRES.

Making the tables of a schema takes PostgreSQL a quarter of a second, emptying them a tenth of that: a process makes few
of them and lends each to one test after another. Nobody waits for the disk: tests kill processes, they pull no plugs.
"""

import atexit
import multiprocessing
import os
import random
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock
from urllib.parse import quote

import psycopg
import pytest
from sqlalchemy import create_engine

from privcrm.clock import ManualClock
from privcrm.store import open_store
from privcrm.store.database import Connection, Database
from privcrm.store.leases import new_holder
from privcrm.store.schema import HEAD, VERSION_TABLE, script_of
from tests.store.plans import watched

POSTGRES = os.environ.get("PRIVCRM_TEST_POSTGRES", "postgresql://127.0.0.1:5432/test")
KINDS = ("sqlite", "postgresql")


@contextmanager
def new_database(kind: str, folder: Path) -> Generator[str]:
    """Lend the URL of an empty database."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'store.db'}"
        return
    schema = f"privcrm_test_{uuid.uuid4().hex}"
    _administer(f"CREATE SCHEMA {schema}")
    try:
        yield f"{POSTGRES}?options={_options(schema)}"
    finally:
        _administer(f"DROP SCHEMA {schema} CASCADE")


@contextmanager
def ready_database(kind: str, folder: Path) -> Generator[str]:
    """Lend the URL of a database whose tables are there and empty."""
    if kind == "sqlite":
        with new_database(kind, folder) as url:
            ready_file(folder / "store.db")
            with watched(_made_file), _hasty():
                yield url
        return
    schema = _idle.pop() if _idle else _made_schema()
    try:
        yield _url_of(schema)
    finally:
        _take_back(schema)


def database_at(url: str) -> Database:
    """Open what stands there, without making or migrating tables. Whoever asked closes it."""
    return Database(create_engine(url.replace("postgresql:", "postgresql+psycopg:", 1)), "", owned=True)


def ready_file(path: Path) -> str:
    """Return the URL of a SQLite file whose tables are there, which it makes unless it is there already."""
    if not path.exists():
        path.touch(0o600)
        path.write_bytes(_made_file())
    return f"sqlite:///{path}"


@contextmanager
def _hasty() -> Generator[None]:
    """Let SQLite never wait for the disk in this process."""
    real = Connection.run

    def run(connection: Connection, sql: str, *params: object) -> int:
        return real(connection, "PRAGMA synchronous=OFF" if sql.startswith("PRAGMA synchronous=") else sql, *params)

    with mock.patch.object(Connection, "run", run):
        yield


_idle: list[str] = []
"""Schemas of this process with empty tables, which nobody uses."""


def _made_schema() -> str:
    schema = f"privcrm_test_{uuid.uuid4().hex}"
    _administer(f"CREATE SCHEMA {schema}")
    atexit.register(_drop, schema)
    with psycopg.connect(_url_of(schema), autocommit=True) as connection:
        tables = script_of("postgresql").read_text(encoding="utf-8").replace("\n\n", ";\n")
        connection.execute(f"{tables}; INSERT INTO {VERSION_TABLE} VALUES ('{HEAD}')".encode())
    return schema


def _url_of(schema: str) -> str:
    return f"{POSTGRES}?application_name={schema}&options={_options(schema)}"


def _options(schema: str) -> str:
    return quote(f"-csearch_path={schema} -csynchronous_commit=off")


def _take_back(schema: str) -> None:
    """Empty the tables for the next test; whoever still works on them has no business there any more."""
    try:
        connection = _keeper()
        with connection.transaction():
            connection.execute("SET LOCAL lock_timeout = '5s'")
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s", (schema,)
            )
            connection.execute(_EMPTY.replace("SCHEMA", schema).encode())
            version = connection.execute(f"SELECT version_num FROM {schema}.privcrm_version".encode()).fetchall()
        is_as_made = version == [(HEAD,)]
    except psycopg.Error:
        _keeper.cache_clear()
        is_as_made = False
    if is_as_made:
        _idle.append(schema)
    else:
        _drop(schema)


@cache
def _keeper() -> psycopg.Connection:
    """Return the connection of this process that empties tables."""
    connection = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=5, options="-csynchronous_commit=off")
    atexit.register(connection.close)
    return connection


# Only tables that have pages were ever written to.
_EMPTY = """
DO $$ DECLARE name text; BEGIN
    SET LOCAL session_replication_role = replica;  -- the audit refuses to be emptied
    FOR name IN SELECT relname FROM pg_class WHERE relnamespace = 'SCHEMA'::regnamespace AND relkind = 'r'
            AND relname <> 'privcrm_version' AND pg_relation_size(oid) > 0 LOOP
        EXECUTE format('DELETE FROM SCHEMA.%I', name);
    END LOOP;
    FOR name IN SELECT relname FROM pg_class WHERE CASE  -- in this order: it fails on what is no sequence
            WHEN relnamespace = 'SCHEMA'::regnamespace AND relkind = 'S' THEN pg_sequence_last_value(oid)
            END IS NOT NULL LOOP
        EXECUTE format('ALTER SEQUENCE SCHEMA.%I RESTART', name);
    END LOOP;
END $$
"""


def _drop(schema: str) -> None:
    _administer(f"DROP SCHEMA IF EXISTS {schema} CASCADE")


@cache
def _made_file() -> bytes:
    with TemporaryDirectory() as folder, new_database("sqlite", Path(folder)) as url:
        open_store(url, clock=ManualClock()).close()
        return (Path(folder) / "store.db").read_bytes()


def _administer(statement: str) -> None:
    try:
        with psycopg.connect(POSTGRES, autocommit=True, connect_timeout=5) as connection:
            connection.execute(statement.encode())
    except psycopg.OperationalError as error:
        if os.environ.get("CI") == "1":
            raise
        pytest.skip(f"no PostgreSQL at PRIVCRM_TEST_POSTGRES: {type(error).__name__}")


def gone_holder() -> str:
    """Return the name of a worker of this machine whose process has ended."""
    process = multiprocessing.get_context("fork").Process(target=int)
    process.start()
    process.join()
    host, _, rest = new_holder(random.Random(1)).split(" ")
    return f"{host} {process.pid} {rest}"
