import os
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import sqlalchemy
from alembic.script import ScriptDirectory

import privcrm.store
from privcrm.clock import ManualClock
from privcrm.errors import StoreError
from privcrm.store import open_store, schema
from privcrm.store.database import Connection
from privcrm.store.schema import HEAD, VERSION_TABLE, bring_up_to_date, migrate, script_of
from tests.store.contents import contents
from tests.store.databases import KINDS, database_at, new_database
from tests.store.made_tables import made_by_migrations


def set_version(url: str, version: str) -> None:
    with open_store(url, clock=ManualClock()) as store, store.database.transaction() as connection:
        assert connection.run("UPDATE privcrm_version SET version_num = ?", version) == 1


def test_rows_survive_closing_and_belong_to_one_company(url: str, clock: ManualClock) -> None:
    with open_store(url, clock=clock, company="acme") as store:
        store.breakers.open("secret", 50.0)
    with open_store(url, clock=clock, company="acme") as again, open_store(url, clock=clock, company="other") as other:
        assert again.breakers.open_until("secret") == 50.0
        assert other.breakers.open_until("secret") == 0.0


def test_many_openings_at_once_migrate_once(url: str, clock: ManualClock) -> None:
    errors: list[Exception] = []

    def open_and_close() -> None:
        try:
            open_store(url, clock=clock).close()
        except Exception as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=open_and_close) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
def test_many_openings_at_once_where_transactions_see_one_moment(level: str, tmp_path: Path) -> None:
    def open_and_close(url: str) -> None:
        engine = sqlalchemy.create_engine(url.replace("postgresql:", "postgresql+psycopg:", 1))
        usual = f"SET default_transaction_isolation = '{level}'"
        sqlalchemy.event.listen(engine, "connect", lambda connection, _: committed(connection, usual))
        open_store(engine, clock=ManualClock()).close()
        engine.dispose()

    def committed(connection: Any, statement: str) -> None:
        connection.execute(statement)
        connection.commit()

    with new_database("postgresql", tmp_path) as url, ThreadPoolExecutor(6) as threads:
        list(threads.map(open_and_close, [url] * 6))


def test_a_role_of_postgresql_need_not_read_its_catalog(tmp_path: Path, clock: ManualClock) -> None:
    said: list[str] = []
    with new_database("postgresql", tmp_path) as url:
        open_store(url, clock=clock).close()
        real = Connection.one

        def one(connection: Connection, sql: str, *params: object) -> Any:
            said.append(sql)
            return real(connection, sql, *params)

        with mock.patch.object(Connection, "one", one):
            open_store(url, clock=clock).close()
    assert said
    assert not [sql for sql in said if "pg_" in sql]


def test_a_file_that_somebody_reads_for_long_is_given_up_in_time(tmp_path: Path, clock: ManualClock) -> None:
    file = tmp_path / "app.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as reader:
        reader.execute("CREATE TABLE theirs (a)")
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM theirs").fetchall()
        engine = sqlalchemy.create_engine(f"sqlite:///{file}", connect_args={"timeout": 0.3})
        began = time.monotonic()
        with mock.patch.object(schema, "PATIENCE", 0.2), pytest.raises(StoreError, match="SQLITE_BUSY"):
            open_store(engine, clock=clock)
        assert time.monotonic() - began < 10
        engine.dispose()


def test_a_newer_store_is_refused(url: str, clock: ManualClock) -> None:
    set_version(url, "9999")
    with pytest.raises(StoreError, match="newer privcrm"):
        open_store(url, clock=clock)


def test_an_older_postgresql_wants_an_upgrade_by_hand(tmp_path: Path, clock: ManualClock) -> None:
    with new_database("postgresql", tmp_path) as url:
        set_version(url, "0000")
        with pytest.raises(StoreError, match="privcrm store upgrade"):
            open_store(url, clock=clock)


def test_head_is_the_last_migration() -> None:
    folder = Path(privcrm.store.__file__).parent / "migrations"
    assert ScriptDirectory(str(folder)).get_current_head() == HEAD


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_database_gets_what_the_migrations_make(kind: str) -> None:
    script = script_of(kind).read_text(encoding="utf-8")
    assert script == made_by_migrations(kind), "run `python -m tests.store.made_tables`"
    assert not {"?", "%"} & set(script), "drivers take these for places of parameters"


@pytest.mark.parametrize("kind", KINDS)
def test_a_database_holds_the_same_in_both_ways(kind: str, tmp_path: Path) -> None:
    """Also what the script's maker overlooked: rows, and statements that it does not know."""
    held: list[Any] = []
    for make in (partial(bring_up_to_date, forced=False), migrate):
        folder = tmp_path / str(len(held))
        folder.mkdir()
        with new_database(kind, folder) as url, closing(database_at(url)) as database:
            make(database)
            held.append(contents(database))
    assert held[0] == held[1]
    assert held[0][0][VERSION_TABLE] == [repr((HEAD,))]
    assert kind != "sqlite" or held[0][0]["sqlite_stat1"]


def test_alembic_is_imported_only_to_migrate(tmp_path: Path) -> None:
    program = (
        "import sys; import privcrm.store, privcrm.jobs; from privcrm.clock import ManualClock\n"
        "assert 'sqlalchemy' not in sys.modules\n"
        "for _ in range(2):\n"
        f"    privcrm.store.open_store('sqlite:///{tmp_path}/a.db', clock=ManualClock()).close()\n"
        "    print('alembic' in sys.modules)"
    )
    seen = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert seen == ["False", "False"]


def test_a_new_sqlite_file_is_private_with_its_side_files(tmp_path: Path, clock: ManualClock) -> None:
    before = os.umask(0)
    try:
        with open_store(f"sqlite:///{tmp_path}/a.db", clock=clock) as store:
            store.breakers.open("x", 1.0)
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    finally:
        os.umask(before)
    assert modes == {"a.db": 0o600, "a.db-wal": 0o600, "a.db-shm": 0o600}


def test_an_existing_file_is_taken_from_others_and_that_is_told(
    tmp_path: Path, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "a.db"
    path.touch(0o644)
    path.chmod(0o644)
    with open_store(f"sqlite:///{path}", clock=clock) as store:
        store.breakers.open("x", 1.0)
        assert {stat.S_IMODE(one.stat().st_mode) for one in tmp_path.iterdir()} == {0o600}
    assert "others could read the store" in caplog.text
    caplog.clear()
    open_store(f"sqlite:///{path}", clock=clock).close()
    assert caplog.text == ""


def test_a_link_that_leads_nowhere_is_refused(tmp_path: Path, clock: ManualClock) -> None:
    (tmp_path / "a.db").symlink_to(tmp_path / "target.db")
    with pytest.raises(StoreError, match="link to a file that does not exist"):
        open_store(f"sqlite:///{tmp_path}/a.db", clock=clock)
    assert not (tmp_path / "target.db").exists()


@pytest.mark.parametrize(
    "address", ["sqlite://", "sqlite:///:memory:", "mysql://u:geheim@h/d", "geheim", "sqlite:////no/such/folder/a.db"]
)
def test_unusable_addresses_are_refused_without_repeating_a_password(address: str, clock: ManualClock) -> None:
    with pytest.raises(StoreError) as caught:
        open_store(address, clock=clock)
    assert "geheim" not in str(caught.value)


def test_the_repr_shows_no_password(clock: ManualClock) -> None:
    engine = sqlalchemy.create_engine("postgresql+psycopg://amy:geheim@127.0.0.1:1/db?password=geheim")
    with pytest.raises(StoreError) as caught:
        open_store(engine, clock=clock)
    assert "geheim" not in str(caught.value)
    assert "amy" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_an_engine_of_the_application_stays_open_and_as_it_was(tmp_path: Path, clock: ManualClock) -> None:
    engine = sqlalchemy.create_engine(f"sqlite:///{tmp_path}/app.db")
    with open_store(engine, clock=clock) as store:
        store.breakers.open("x", 1.0)
    with engine.connect() as connection:  # its transactions are still SQLAlchemy's, not autocommit
        connection.execute(sqlalchemy.text("DELETE FROM privcrm_breaker"))
        connection.rollback()
        assert connection.execute(sqlalchemy.text("SELECT count(*) FROM privcrm_breaker")).scalar() == 1
    engine.dispose()
