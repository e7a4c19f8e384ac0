"""Scratch rows of a plan in the making: input is merged here by key, not in memory."""

import json
from collections.abc import Callable, Generator, Iterable
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from privcrm.store.database import Connection, Database, in_pages

__all__ = ["Stage"]

COMMIT = 2_000
PAGE = 1_000


class Stage:
    """The scratch rows of one job: many payloads under one key, handed back together in the order of keys.

    ``confirm`` is called with every page written or read, and raises if the rows may be gone.
    """

    def __init__(self, database: Database, job_id: str, confirm: Callable[[Connection], None] | None) -> None:
        self._database = database
        self._job_id = job_id
        self._confirm = confirm
        self._seq = 0

    def add_many(self, rows: Iterable[tuple[str, dict[str, Any]]]) -> None:
        """Keep (key, payload) rows; the payloads of a key stay in the order in which they came."""
        source = iter(rows)
        while page := list(islice(source, COMMIT)):
            values = [
                (self._database.company, self._job_id, key, self._seq + offset, json.dumps(payload, ensure_ascii=False))
                for offset, (key, payload) in enumerate(page, start=1)
            ]
            self._seq += len(page)
            with self._database.transaction() as connection:
                if self._confirm is not None:
                    self._confirm(connection)
                connection.run_many(
                    "INSERT INTO privcrm_stage (company, job_id, key, seq, payload) VALUES (?, ?, ?, ?, ?)", values
                )

    def groups(self) -> Generator[tuple[str, list[dict[str, Any]]]]:
        """Yield each key once with its payloads, keys in byte order."""
        rows = in_pages(
            self._database,
            "SELECT key, seq, payload FROM privcrm_stage WHERE company = ? AND job_id = ?"
            " AND (key, seq) > (?, ?) ORDER BY key, seq LIMIT ?",
            (self._database.company, self._job_id),
            ("", 0),
            PAGE,
            confirm=self._confirm,
        )
        for key, group in groupby(rows, key=itemgetter(0)):
            yield key, [json.loads(payload) for _, _, payload in group]

    def clear(self) -> None:
        """Drop the rows, in transactions short enough for other writers to get a turn."""
        mine = (self._database.company, self._job_id)
        while True:
            with self._database.transaction() as connection:
                border = connection.one(
                    "SELECT key FROM privcrm_stage WHERE company = ? AND job_id = ? ORDER BY key LIMIT 1 OFFSET ?",
                    *mine,
                    COMMIT,
                )
                if border is None:
                    connection.run("DELETE FROM privcrm_stage WHERE company = ? AND job_id = ?", *mine)
                    return
                connection.run(
                    "DELETE FROM privcrm_stage WHERE company = ? AND job_id = ? AND key <= ?", *mine, *border
                )
