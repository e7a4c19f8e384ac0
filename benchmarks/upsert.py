"""Writing relations into the mirror, against raw statements of the same rows: `executemany`, on PostgreSQL COPY.

Both write the same rows into new stores, in transactions of the same size, in turns; the figures are medians. The raw
way knows all numbers beforehand, looks nothing up and compares nothing. `PRIVCRM_BENCH_ROWS` scales it down,
`PRIVCRM_TEST_POSTGRES` names a database; without one that half is left out.
"""

import os
import random
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from urllib.parse import quote

import psycopg
from _report import report

from privcrm.clock import SystemClock
from privcrm.store import Store, open_store
from privcrm.store.database import Connection
from privcrm.store.mirror.entries import Entry
from privcrm.store.mirror.relations import Relations

RELATIONS = int(os.environ.get("PRIVCRM_BENCH_ROWS", "100000"))
BATCH = 1_000
ROUNDS = 5
STAFF = 200
TAGS = 200
TAGS_EACH = 5
POSTGRES = os.environ.get("PRIVCRM_TEST_POSTGRES", "postgresql://127.0.0.1:5432/test")
TABLES = ("member", "follow", "follow_tag", "identity")


def entries(count: int) -> list[Entry]:
    """Return relations of as many members: five tags and a unionid each, as in the field's reference case."""
    rng = random.Random(5)
    tags = [f"et{number:030}" for number in range(TAGS)]
    return [
        Entry(
            f"wmBenchMemberNumber{number:013}",
            f"staff{number % STAFF:04}",
            f"{rng.getrandbits(64):016x}",
            kind="consumer",
            gender=number % 3,
            created_at=1_700_000_000 + number,
            add_way=1,
            state=f"channel{number % 50}",
            operator_id=f"staff{number % STAFF:04}",
            tag_ids=tuple(rng.sample(tags, TAGS_EACH)),
            identities=(("unionid", f"{rng.getrandbits(144):036x}"[:24]),),
        )
        for number in range(count)
    ]


def batches(rows: list) -> Iterator[list]:
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


def put(store: Store, told: list[Entry]) -> float:
    """Write them as a synchronisation does; return the seconds."""
    relations = Relations(store.database)
    begin = time.perf_counter()
    for batch in batches(told):
        with store.database.transaction() as connection:
            relations.put(connection, batch, 1_800_000_000.0, read_at=1_800_000_000.0)
    return time.perf_counter() - begin


def rows_of(store: Store) -> list[dict[str, list[tuple]]]:
    """Return what was written, in the batches in which it was."""
    with store.database.connect() as connection:
        columns = {
            table: connection.sqlalchemy.exec_driver_sql(f"SELECT * FROM privcrm_{table} LIMIT 0").keys()
            for table in TABLES
        }
        found: list[dict[str, list[tuple]]] = []
        for start in range(0, RELATIONS, BATCH):
            batch: dict[str, list[tuple]] = {}
            for table in TABLES:
                key = "number" if table == "member" else "member"
                batch[table] = connection.all(
                    f"SELECT {', '.join(columns[table])} FROM privcrm_{table} WHERE {key} >= ? AND {key} < ?",
                    start,
                    start + BATCH,
                )
            found.append(batch)
    COLUMNS.update({table: tuple(names) for table, names in columns.items()})
    return found


COLUMNS: dict[str, tuple[str, ...]] = {}


def write_raw(store: Store, told: list[dict[str, list[tuple]]]) -> float:
    """Write the same rows by nothing but statements; return the seconds."""
    begin = time.perf_counter()
    for batch in told:
        with store.database.transaction() as connection:
            for table, rows in batch.items():
                raw(connection, table, rows)
    return time.perf_counter() - begin


def raw(connection: Connection, table: str, rows: list[tuple]) -> None:
    names = COLUMNS[table]
    if connection.is_sqlite:
        marks = ", ".join("?" for _ in names)
        connection.run_many(f"INSERT INTO privcrm_{table} ({', '.join(names)}) VALUES ({marks})", rows)
    else:
        connection.copy(f"privcrm_{table}", names, rows)


@contextmanager
def sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{folder}/store.db"


@contextmanager
def postgresql() -> Iterator[str]:
    schema = f"privcrm_bench_{uuid.uuid4().hex}"
    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}".encode())
        try:
            yield f"{POSTGRES}?options={quote(f'-csearch_path={schema}')}"
        finally:
            connection.execute(f"DROP SCHEMA {schema} CASCADE".encode())


def measure(database: Callable) -> dict[str, float]:
    """Return median seconds: written by us, unchanged by us, raw."""
    told = entries(RELATIONS)
    seconds: dict[str, list[float]] = {"put": [], "unchanged": [], "raw": []}
    rows: list[dict[str, list[tuple]]] = []
    for _ in range(ROUNDS):
        with database() as url, open_store(url, clock=SystemClock(), company="bench") as store:
            seconds["put"].append(put(store, told))
            rows = rows or rows_of(store)
            seconds["unchanged"].append(put(store, told))
        with database() as url, open_store(url, clock=SystemClock(), company="bench") as store:
            seconds["raw"].append(write_raw(store, rows))
    return {name: median(values) for name, values in seconds.items()}


def is_there() -> bool:
    try:
        psycopg.connect(POSTGRES, connect_timeout=3).close()
    except psycopg.Error:
        return False
    return True


def main() -> int:
    met: list[bool] = []
    kinds = [("SQLite", sqlite, "executemany", 1.3)]
    if is_there():
        kinds.append(("PostgreSQL", postgresql, "COPY", 2.5))
    for name, database, rival, target in kinds:
        found = measure(database)
        rates = {f"{what}_relations_per_second": round(RELATIONS / value) for what, value in found.items()}
        met.append(
            report(
                "upsert", f"{name}: over {rival}", found["put"] / found["raw"], target=target, rows=RELATIONS, **rates
            )
        )
        report("upsert", f"{name}: unchanged relations over {rival}", found["unchanged"] / found["raw"])
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
