"""The one door to the database: statements as plain SQL with ``?``, the same text for SQLite and PostgreSQL.

Statements go through the driver, because building them anew for every row costs more than running them. Every
connection is in the driver's autocommit mode and transactions are opened by statement: SQLite's driver would otherwise
begin a read transaction that cannot become a write transaction while somebody else writes.
"""

from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from privcrm.errors import StoreError

if TYPE_CHECKING:
    import sqlalchemy

__all__ = ["Connection", "Database", "Row"]

Row = tuple[Any, ...]


class Connection:
    """Runs statements. Parameters are positional, rows are tuples in the order of the columns named."""

    def __init__(self, connection: "sqlalchemy.Connection", *, numbered: bool) -> None:
        self.raw = connection
        self._text = _for_postgresql if numbered else _as_it_is

    def run(self, sql: str, *params: Any) -> int:
        """Run a statement and return how many rows it touched."""
        return self.raw.exec_driver_sql(self._text(sql), params).rowcount

    def run_many(self, sql: str, rows: Sequence[Row]) -> int:
        """Run a statement once for each row of parameters and return how many rows all of them touched."""
        return self.raw.exec_driver_sql(self._text(sql), list(rows)).rowcount if rows else 0

    def one(self, sql: str, *params: Any) -> Row | None:
        """Return the first row, or None."""
        row = self.raw.exec_driver_sql(self._text(sql), params).first()
        return None if row is None else tuple(row)

    def all(self, sql: str, *params: Any) -> list[Row]:
        """Return every row: for statements with a LIMIT only, because memory must stay flat."""
        return [tuple(row) for row in self.raw.exec_driver_sql(self._text(sql), params)]


class Database:
    """An engine and the company whose rows are meant."""

    def __init__(self, engine: "sqlalchemy.Engine", company: str, *, owned: bool) -> None:
        self.company = company
        self._engine = engine
        self._owned = owned

    @cached_property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite, which has one writer and pragmas."""
        return self._engine.dialect.name == "sqlite"

    @property
    def place(self) -> str:
        """Where the data is, without user, password and options: for messages and ``repr``."""
        url = self._engine.url
        return f"{url.get_backend_name()}:{url.host or ''}/{url.database or ''}"

    @contextmanager
    def connect(self) -> Generator[Connection]:
        """Lend a connection on which every statement is its own transaction. Raises ``StoreError``."""
        with _store_errors(), self._engine.connect() as connection:
            yield Connection(connection, numbered=not self.is_sqlite)

    @contextmanager
    def transaction(self, *, durable: bool = False) -> Generator[Connection]:
        """Lend a connection inside one write transaction; commit at the end, roll back on an exception.

        ``durable`` also survives a loss of power on SQLite (synchronous=FULL), at the price of waiting for the disk;
        without it a commit survives a killed process. PostgreSQL always waits. Raises ``StoreError``.
        """
        with self.connect() as connection:
            if self.is_sqlite:
                connection.run(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
            connection.run("BEGIN IMMEDIATE" if self.is_sqlite else "BEGIN")
            try:
                yield connection
                connection.run("COMMIT")
            except BaseException:
                with suppress(Exception):  # the connection may be what broke; the first error is the one to tell
                    connection.run("ROLLBACK")
                raise

    def forget_connections(self) -> None:
        """Start anew with connections, leaving the old ones to the parent process: for a forked child."""
        self._engine.dispose(close=False)

    def close(self) -> None:
        """Close the pool, unless the application handed in its own engine."""
        if self._owned:
            self._engine.dispose()


def in_pages(connect: Database, sql: str, key: Sequence[Any], after: Sequence[Any], page: int) -> Generator[Row]:
    """Yield the rows of a statement page by page, by keyset.

    ``sql`` takes the values of ``key``, then those of the last row seen, then the page's size; each row begins with
    the columns that ``after`` describes. No connection is held between pages.
    """
    width = len(after)
    while True:
        with connect.connect() as connection:
            rows = connection.all(sql, *key, *after, page)
        yield from rows
        if len(rows) < page:
            return
        after = rows[-1][:width]


def marks(values: Iterable[Any]) -> str:
    """Return as many ``?`` as there are values, for an IN list."""
    return ", ".join("?" for _ in values)


def _as_it_is(sql: str) -> str:
    return sql


@lru_cache(maxsize=512)
def _for_postgresql(sql: str) -> str:
    return sql.replace("?", "%s")


@contextmanager
def _store_errors() -> Generator[None]:
    """Turn the driver's errors into ``StoreError`` without their text, which quotes rows and parameters."""
    try:
        yield
    except Exception as error:
        told = _told(error)
        if told is None:
            raise
        raise StoreError(told) from None


def _told(error: Exception) -> str | None:
    from sqlalchemy.exc import DBAPIError, SQLAlchemyError

    if isinstance(error, DBAPIError):
        origin = error.orig
        code = getattr(origin, "sqlite_errorname", None) or getattr(origin, "sqlstate", None) or "no code"
        return f"the database refused: {type(origin).__name__} ({code})"
    if isinstance(error, SQLAlchemyError):
        return f"the database could not be used: {type(error).__name__}"
    return None
