"""Whether anything of a person is left in the bytes of an SQLite database, and getting rid of it."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from attrs import frozen

from privcrm.store import Connection, Database

__all__ = ["Swept", "sweep_files"]

CHUNK: Final = 4 << 20
PATIENCE_MS: Final = 2_000


@frozen
class Swept:
    """What was found in the files: ``left`` are those in which bytes of the person still stand.

    ``held``: another process was reading, so that the write-ahead log could not be emptied; it is emptied when that
    process has ended. ``rewritten``: the database was written anew, because older versions had left something behind.
    """

    left: tuple[Path, ...] = ()
    held: bool = False
    rewritten: bool = False


def sweep_files(database: Database, traces: Sequence[bytes]) -> Swept:
    """Empty the write-ahead log, read the files for the traces, and rewrite the database if there are any.

    Does nothing on PostgreSQL, where the bytes of deleted rows are not to be reached: what was sealed there cannot be
    read any more, because the person's key is gone.
    """
    file = database.file
    if file is None:
        return Swept()
    with database.connect() as connection, _hasty(connection):
        held = not _empty_log(connection)
        left, rewritten = _holding(file, traces), False
        if left and not held:
            connection.run("PRAGMA secure_delete=ON")
            connection.run("VACUUM")
            held, rewritten = not _empty_log(connection), True
            left = _holding(file, traces)
    return Swept(left, held, rewritten)


@contextmanager
def _hasty(connection: Connection) -> Generator[None]:
    """Wait only shortly for others; the connection goes back as it came."""
    (before,) = connection.one("PRAGMA busy_timeout") or (0,)
    connection.run(f"PRAGMA busy_timeout={PATIENCE_MS}")
    try:
        yield
    finally:
        connection.run(f"PRAGMA busy_timeout={int(before)}")


def _empty_log(connection: Connection) -> bool:
    row = connection.one("PRAGMA wal_checkpoint(TRUNCATE)")
    return row is not None and not row[0]


def _holding(file: Path, traces: Sequence[bytes]) -> tuple[Path, ...]:
    files = (file, file.with_name(f"{file.name}-wal"))
    return tuple(each for each in files if each.exists() and _is_in(each, traces))


def _is_in(file: Path, traces: Sequence[bytes]) -> bool:
    overlap = max(map(len, traces), default=1) - 1
    tail = b""
    with file.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            window = tail + chunk
            if any(trace in window for trace in traces):
                return True
            tail = window[-overlap:] if overlap else b""
    return False
