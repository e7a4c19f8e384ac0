"""The one door to the database: statements as plain SQL with ``?``, the same text for SQLite and PostgreSQL.

Statements go to the driver's own cursor: on a hot path SQLAlchemy's wrapping costs twice what the statement does. It
keeps the connections, the dialects and the migrations. Every
connection is in the driver's autocommit mode and transactions are opened by statement: SQLite's driver would otherwise
begin a read transaction that cannot become a write transaction while somebody else writes.
"""

from collections.abc import Callable, Generator, Iterable, Sequence, Sized
from contextlib import closing, contextmanager, suppress
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from privcrm.errors import StoreError
from privcrm.store.line import Line

if TYPE_CHECKING:
    import sqlalchemy

__all__ = ["MOST_CONNECTIONS", "PATIENCE", "Connection", "Database", "Row"]

MOST_CONNECTIONS: Final = 15
"""Connections of a process to a store that we opened; PostgreSQL has 100 for all."""
PATIENCE: Final = 30.0
"""Seconds to wait for one, or for others who open the same file."""

Row = tuple[Any, ...]


class Connection:
    """Runs statements. Parameters are positional, rows are tuples in the order of the columns named."""

    def __init__(self, connection: "sqlalchemy.Connection", *, is_sqlite: bool) -> None:
        self.sqlalchemy = connection
        self.is_sqlite = is_sqlite
        self._cursor = connection.connection.cursor
        self._text = _as_it_is if is_sqlite else _for_postgresql

    def run(self, sql: str, *params: Any) -> int:
        """Run a statement and return how many rows it touched."""
        with closing(self._cursor()) as cursor:
            cursor.execute(self._text(sql), params)
            return cursor.rowcount

    def run_many(self, sql: str, rows: Iterable[Row]) -> int:
        """Run a statement once for each row of parameters and return how many rows all of them touched."""
        if not rows:
            return 0
        with closing(self._cursor()) as cursor:
            cursor.executemany(self._text(sql), cast("Sequence[Row]", rows))  # drivers take any iterable
            return cursor.rowcount

    def copy(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        """Stream rows into a table of PostgreSQL by its COPY."""
        with closing(self._cursor()) as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def one(self, sql: str, *params: Any) -> Row | None:
        """Return the first row, or None."""
        with closing(self._cursor()) as cursor:
            cursor.execute(self._text(sql), params)
            row: Row | None = cursor.fetchone()
            return row

    def all(self, sql: str, *params: Any) -> list[Row]:
        """Return every row: for statements with a LIMIT only, because memory must stay flat."""
        with closing(self._cursor()) as cursor:
            cursor.execute(self._text(sql), params)
            return list(cursor.fetchall())

    def stream(self, sql: str, *params: Any) -> Generator[Row]:
        """Yield the rows as the database finds them; until the last one the connection serves nothing else."""
        with closing(self._cursor()) as cursor:
            if self.is_sqlite:
                yield from cursor.execute(sql, params)
            else:
                yield from cursor.stream(self._text(sql), params)


class Database:
    """An engine and the company whose rows are meant."""

    def __init__(self, engine: "sqlalchemy.Engine", company: str, *, owned: bool) -> None:
        self.company = company
        self._engine = engine
        self._owned = owned
        self._line = Line(MOST_CONNECTIONS)

    @cached_property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite, which has one writer and pragmas."""
        return self._engine.dialect.name == "sqlite"

    @property
    def place(self) -> str:
        """Where the data is, without user, password and options: for messages and ``repr``."""
        url = self._engine.url
        return f"{url.get_backend_name()}:{url.host or ''}/{url.database or ''}"

    @property
    def file(self) -> Path | None:
        """The file of an SQLite database."""
        name = self._engine.url.database
        return Path(name) if self.is_sqlite and name else None

    @contextmanager
    def connect(self, patience: float | None = None) -> Generator[Connection]:
        """Lend a connection on which every statement is its own transaction. Raises ``StoreError``.

        ``patience`` is how many seconds to wait for one, where that is to be less than usual.
        """
        with self._store_errors(), self._place_in_line(patience), self._engine.connect() as connection:
            yield Connection(connection, is_sqlite=self.is_sqlite)

    @contextmanager
    def _place_in_line(self, patience: float | None) -> Generator[None]:
        """Wait for a connection in turn: at the pool alone, whoever gives one back takes it again before others wake.

        An application knows itself how many connections its own engine has.
        """
        if not self._owned:
            yield
            return
        line = self._line
        if not line.enter(PATIENCE if patience is None else patience):
            raise StoreError(f"the store {self.place} has no free connection: all {MOST_CONNECTIONS} stayed in use")
        try:
            yield
        finally:
            line.leave()

    @contextmanager
    def transaction(self, *, durable: bool = False, patience: float | None = None) -> Generator[Connection]:
        """Lend a connection inside one write transaction; commit at the end, roll back on an exception.

        ``durable`` also survives a loss of power on SQLite (synchronous=FULL), at the price of waiting for the disk;
        without it a commit survives a killed process. PostgreSQL always waits. ``patience`` is how many seconds to wait
        for a connection, and then for other writers, where that is to be less than usual. Raises ``StoreError``.
        """
        with self.connect(patience) as connection, self._patient(connection, patience):
            if self.is_sqlite:
                connection.run(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
            connection.run("BEGIN IMMEDIATE" if self.is_sqlite else "BEGIN")
            try:
                if patience is not None and not self.is_sqlite:
                    connection.run(f"SET LOCAL statement_timeout = {_milliseconds(patience)}")
                yield connection
                connection.run("COMMIT")
            except BaseException:
                with suppress(Exception):  # the connection may be what broke; the first error is the one to tell
                    connection.run("ROLLBACK")
                raise

    @contextmanager
    def snapshot(self) -> Generator[Connection]:
        """Lend a connection whose reads all see the store of one moment, and which nobody waits for.

        For a few statements: until it ends, what is overwritten meanwhile must be kept. Raises ``StoreError``.
        """
        with self.connect() as connection:
            connection.run("BEGIN" if self.is_sqlite else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            try:
                yield connection
            finally:
                with suppress(Exception):  # nothing was written; a connection that broke has told so already
                    connection.run("ROLLBACK")

    @contextmanager
    def _patient(self, connection: Connection, patience: float | None) -> Generator[None]:
        """Let SQLite wait for other writers no longer than that; the connection goes back as it came."""
        if patience is None or not self.is_sqlite:
            yield
            return
        before = connection.one("PRAGMA busy_timeout") or (0,)
        connection.run(f"PRAGMA busy_timeout={_milliseconds(patience)}")
        try:
            yield
        finally:
            connection.run(f"PRAGMA busy_timeout={int(before[0])}")

    def reset(self) -> None:
        """Start anew with connections, leaving the old ones to the parent: for a forked child.

        A child that used its parent's connections would mix two conversations on one socket.
        """
        self._engine.dispose(close=False)
        self._line = Line(MOST_CONNECTIONS)

    def close(self) -> None:
        """Close the pool, unless the application handed in its own engine."""
        if self._owned:
            self._engine.dispose()

    @contextmanager
    def _store_errors(self) -> Generator[None]:
        """Turn the driver's errors into ``StoreError`` without their text, which quotes rows and parameters."""
        from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415 - only when a store is opened

        try:
            yield
        except (SQLAlchemyError, self._engine.dialect.loaded_dbapi.Error) as error:
            origin = getattr(error, "orig", None) or error
            code = getattr(origin, "sqlite_errorname", None) or getattr(origin, "sqlstate", None) or "no code"
            raise StoreError(f"the store {self.place} failed: {type(origin).__name__} ({code})") from None


def in_pages(
    database: Database,
    sql: str,
    key: Sequence[Any],
    after: Sequence[Any],
    page: int,
    *,
    confirm: Callable[[Connection], None] | None = None,
) -> Generator[Row]:
    """Yield the rows of a statement page by page, by keyset.

    ``sql`` takes the values of ``key``, then those of the last row seen, then the page's size; each row begins with
    the columns that ``after`` describes. No connection is held between pages. ``confirm`` is called after each page is
    read and may raise, if the rows may have been dropped meanwhile.
    """
    width = len(after)
    while True:
        with database.connect() as connection:
            rows = connection.all(sql, *key, *after, page)
            if confirm is not None:
                confirm(connection)
        yield from rows
        if len(rows) < page:
            return
        after = rows[-1][:width]


def _milliseconds(seconds: float) -> int:
    return max(1, int(seconds * 1000))  # none at all would mean for ever to PostgreSQL


def marks(values: Sized) -> str:
    """Return as many ``?`` as there are values, for an IN list."""
    return ", ".join("?" * len(values))


def _as_it_is(sql: str) -> str:
    return sql


@lru_cache(maxsize=512)
def _for_postgresql(sql: str) -> str:
    return sql.replace("?", "%s")
