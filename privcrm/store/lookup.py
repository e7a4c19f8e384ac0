"""Finding the rows of many keys at once."""

from collections.abc import Iterable
from typing import Final

from attrs import frozen

from privcrm.store.database import Connection, Row, marks

__all__ = ["Wanted", "rows_by_number", "rows_by_text"]

ASKED_AT_ONCE: Final = 500


@frozen
class Wanted:
    """``columns`` of the rows in ``privcrm_<table>``, found by ``key``."""

    columns: str
    table: str
    key: str


def rows_by_text(connection: Connection, wanted: Wanted, company: str, values: Iterable[str]) -> list[Row]:
    """Return the rows of a company whose key is one of these texts."""
    return _rows(connection, wanted, "text", company, list(values))


def rows_by_number(connection: Connection, wanted: Wanted, company: str, values: Iterable[int]) -> list[Row]:
    """Return the rows of a company whose key is one of these numbers."""
    return _rows(connection, wanted, "bigint", company, list(values))


def _rows(connection: Connection, wanted: Wanted, kind: str, company: str, values: list[str] | list[int]) -> list[Row]:
    columns, table, key = wanted.columns, wanted.table, wanted.key
    found: list[Row] = []
    for start in range(0, len(values), ASKED_AT_ONCE):
        some = values[start : start + ASKED_AT_ONCE]
        if connection.is_sqlite:
            sql = f"SELECT {columns} FROM privcrm_{table} WHERE company = ? AND {key} IN ({marks(some)})"
            found += connection.all(sql, company, *some)
        else:
            # Before a table was analysed, PostgreSQL takes all rows of a company for a few and looks through them. As
            # pairs, which it cannot see through, the keys are looked up one by one.
            sql = (
                f"SELECT {columns} FROM unnest(CAST(? AS text[]), CAST(? AS {kind}[])) AS w (w_company, w_key)"
                f" JOIN privcrm_{table} ON company = w_company AND {key} = w_key"
            )
            found += connection.all(sql, [company] * len(some), some)
    return found
