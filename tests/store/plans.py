"""Whoever borrows a SQLite database for a test has the plans of all that is asked of it looked at.

Nothing that runs for one event, member or page may walk through all rows of a company. Each statement is explained once
a process, on empty tables: SQLite is told what to expect of full ones (``privcrm.store.statistics``).
"""

import re
import sqlite3
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import cache, wraps
from types import FrameType
from typing import Any
from unittest import mock

from privcrm.store import database
from privcrm.store.database import Connection

SMALL = {
    **dict.fromkeys(("switch", "bitmap_build", "version"), "one row"),
    **dict.fromkeys(("segment", "snapshot", "tag_rule", "live_code", "code_alarm"), "as many as people made by hand"),
    **dict.fromkeys(("tag", "tag_group", "shop", "department", "staff"), "thousands in the largest company"),
    "secret": "a few keys of each company",
    "sync_run": "one a day, of which few are kept",
    "staff_rename": "employees whose id changed, which is seldom",
}
"""Tables that may be walked through."""

OPEN = re.compile(r"INDEX privcrm_\w+_(open|dead|waiting|pending|room|live|remark|orphan|order|absorbed|kept)\b")
"""Partial indexes of what is still to be done or undone: walking through them is what they are for."""

WALKS = {
    "store.mirror.totals.Totals._count": "a report counts all",
    "store.mirror.by_sql.BySql.count": "a segment without its extra asks all members",
    "store.mirror.holders.Holders.living": "tells before tags are moved how many people there are",
    "store.mirror.facts.FactRows.unbound": "a report of all facts that are nobody's",
    "store.mirror.folding.Folding._next_marks": "takes the next marks in the order of their index",
    "store.mirror.folding.Folding.is_due": "counts marks up to a few",
    "store.mirror.renaming.Renaming._move": "an employee's id changes once in years",
    "store.mirror.renaming.Renaming._rewrite": "an employee's id changes once in years",
    "store.purging.Purging._without_owner": "jumps from owner to owner by night",
    "store.purging.Purging._old": "looks at night for what holds jobs: uploads on their way, sends not settled",
    "store.purging.still_old": "looks at night for what holds jobs: uploads on their way, sends not settled",
    "services.members.texts.Scan.rows": "whoever is to be erased is looked for in all texts",
    "services.members.holdings._Files.erase": "whoever is to be erased is looked for in all names of files",
    **dict.fromkeys(
        (
            "services.members.holdings._Found.rows",
            "services.members.holdings._Found.erase",
            "services.members.holdings._Invitations.rows",
            "services.members.holdings._Invitations.erase",
        ),
        "the export or erasure of one person, in tables that have no index for just that",
    ),
    "services.tag_rules.ownership.Ownership._move_some": "a tag is merged into another once in months",
    "events.stored_inbox.StoredInbox.count": "a report tells how many events were handled",
    "jobs.records.Records.undone_by": "asked once for each undo",
}
"""Who may walk through all rows of a company, and why."""

_STEP = re.compile(r"(?:SCAN (\w+)|SEARCH (\w+) .*\(company=\?\))")
_FIRST = re.compile(
    r"SELECT [\w, ]+ FROM privcrm_\w+ WHERE company = \? LIMIT \S+"
    r"|SELECT MAX\(number\) FROM privcrm_\w+ WHERE company = \?"
)
"""Takes the first that come, or the last of a key."""

_TABLE = re.compile(
    r"privcrm_(\w+)(?:\s+(?:AS\s+)?"
    r"(?!(?:ON|WHERE|SET|JOIN|CROSS|LEFT|ORDER|GROUP|USING|LIMIT|AND|UNION|VALUES|SELECT|INDEXED)\b)(\w+))?"
)
_ALIKE = re.compile(r"\?(?:, \?)+")

_one_at_a_time = threading.Lock()


class PlanError(AssertionError):
    """A statement walks through a table."""


@contextmanager
def watched(template: Callable[[], bytes]) -> Generator[None]:
    """Raise at the end what was asked meanwhile of SQLite by the library that walks through large tables."""
    walks: list[str] = []

    def noting(real: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(real)
        def asked(connection: Connection, sql: str, *params: Any) -> Any:
            if connection.is_sqlite and (steps := _walks(_ALIKE.sub("?, ?", sql), template)):
                callers = _callers(sys._getframe(1))
                if callers and not any(each in WALKS for each in callers):
                    walks.append(f"{callers[0]}: {', '.join(steps)}: {sql}")
            return real(connection, sql, *params)

        return asked

    asking = {name: noting(getattr(Connection, name)) for name in ("run", "run_many", "one", "all", "stream")}
    with mock.patch.multiple(Connection, **asking):
        yield
    if walks:
        raise PlanError("\n".join(walks))


def _callers(frame: FrameType | None) -> list[str]:
    """Return who of the library asks, innermost first; nobody if a test asks for itself."""
    found: list[str] = []
    is_first = True
    while frame is not None:
        name = str(frame.f_globals.get("__name__", ""))
        if name.startswith("privcrm.") and frame.f_code.co_filename != database.__file__:
            found.append(f"{name.removeprefix('privcrm.')}.{frame.f_code.co_qualname.split('.<locals>')[0]}")
        elif is_first and name.startswith("tests."):
            return []
        is_first = False
        frame = frame.f_back
    return found


@cache
def _walks(sql: str, template: Callable[[], bytes]) -> tuple[str, ...]:
    """Return the steps of a plan that walk through a table that may be large."""
    is_plain = sql.lstrip().startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH"))
    if not is_plain or " IN ()" in sql or _FIRST.fullmatch(sql):
        return ()
    tables: dict[str, set[str]] = {}
    for table, alias in _TABLE.findall(sql):
        tables.setdefault(alias or f"privcrm_{table}", set()).add(table)
    try:
        with _one_at_a_time:
            plan = _tables(template).execute(f"EXPLAIN QUERY PLAN {sql}", [None] * sql.count("?")).fetchall()
    except sqlite3.OperationalError:  # tables of the test itself
        return ()
    found = []
    for *_, step in plan:
        match = _STEP.match(step)
        if match and not OPEN.search(step) and tables.get(match[1] or match[2], set()) - SMALL.keys():
            found.append(step)
    return tuple(found)


@cache
def _tables(template: Callable[[], bytes]) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    file = bytearray(template())
    file[18:20] = b"\1\1"  # no write-ahead log in memory
    connection.deserialize(bytes(file))
    return connection
