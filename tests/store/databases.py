"""Databases to test on: a new SQLite file, or a schema of its own in the PostgreSQL of PRIVCRM_TEST_POSTGRES."""

import multiprocessing
import os
import random
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from privcrm.store.leases import new_holder

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
        yield f"{POSTGRES}?options={quote(f'-csearch_path={schema}')}"
    finally:
        _administer(f"DROP SCHEMA {schema} CASCADE")


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
