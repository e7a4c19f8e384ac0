"""Write the scripts that make all tables of an empty database: ``python -m tests.store.made_tables``.

They hold what the migrations make, one after another, on a database of each kind.
"""

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import event

from privcrm.store.database import Database
from privcrm.store.schema import migrate, script_of
from tests.store.databases import KINDS, database_at, new_database

CHANGES = ("CREATE", "ALTER", "DROP")


def made_by_migrations(kind: str) -> str:
    """Return the script of one kind of database."""
    with TemporaryDirectory() as folder, new_database(kind, Path(folder)) as url:
        said: list[str] = []
        with closing(database_at(url)) as database:
            with database.connect() as connection:
                event.listen(connection.sqlalchemy.engine, "before_cursor_execute", lambda *call: said.append(call[2]))
            migrate(database)
            statements = _what_is_there(database) if kind == "sqlite" else _what_changed(said)
    return "\n\n".join(_without_blank_lines(each) for each in statements) + "\n"


def _what_is_there(database: Database) -> list[str]:
    with database.connect() as connection:
        return [
            str(sql)
            for (sql,) in connection.all(
                "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
                " ORDER BY instr('table index trigger', type), tbl_name, name"
            )
        ]


def _what_changed(said: list[str]) -> list[str]:
    """PostgreSQL does not tell how a table is made, so the script says what the migrations said."""
    return [each for each in said if each.lstrip().startswith(CHANGES)]


def _without_blank_lines(statement: str) -> str:
    return "\n".join(line.rstrip() for line in statement.replace("\t", "  ").splitlines() if line.strip())


def write() -> None:
    """Write the script of each kind."""
    for kind in KINDS:
        script_of(kind).write_text(made_by_migrations(kind), encoding="utf-8")


if __name__ == "__main__":
    write()
