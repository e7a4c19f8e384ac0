"""The items of jobs in the store."""

import hashlib
from collections.abc import Generator, Iterable, Sequence

from attrs import evolve

from privcrm.jobs.codec import ITEM_COLUMNS, dump, item_from_row, outcome_to_row
from privcrm.jobs.model import Item, ItemDraft, Outcome, OutcomeState
from privcrm.store.database import Connection, Database, Row, in_pages

__all__ = ["PLANNED", "Items"]

PAGE = 1_000
DELETE_SPAN = 2_000

PLANNED = Outcome(OutcomeState.PLANNED)
_INSERT = """
INSERT INTO privcrm_item (company, job_id, seq, key, payload, subject, state, reason, code, message, before, calls)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (company, job_id, key) DO NOTHING
"""
_REPLACE = """
UPDATE privcrm_item SET payload = ?, subject = ?, state = ?, reason = ?, code = ?, message = ?, before = ?, calls = ?
WHERE company = ? AND job_id = ? AND key = ?
"""
_FINISH = """
UPDATE privcrm_item SET state = ?, reason = ?, code = ?, message = ?, before = ?, calls = ?, attempts = attempts + ?,
finished_at = ? WHERE company = ? AND job_id = ? AND seq = ?
"""


class Items:
    """The items of one job."""

    def __init__(self, database: Database, job_id: str) -> None:
        self._database = database
        self._mine = (database.company, job_id)

    # -- while planning

    def insert(self, connection: Connection, first_seq: int, drafts: Sequence[ItemDraft]) -> list[ItemDraft]:
        """Insert drafts, numbered from ``first_seq``; return those whose key is already taken."""
        rows = [(*self._mine, seq, draft.key, *_draft_row(draft)) for seq, draft in enumerate(drafts, first_seq)]
        if connection.run_many(_INSERT, rows) == len(rows):
            return []
        inserted = connection.all(
            "SELECT seq FROM privcrm_item WHERE company = ? AND job_id = ? AND seq >= ?", *self._mine, first_seq
        )
        seqs = {seq for (seq,) in inserted}
        return [draft for seq, draft in enumerate(drafts, first_seq) if seq not in seqs]

    def draft(self, connection: Connection, key: str) -> ItemDraft:
        """Return the draft already stored under a key."""
        row = connection.one(
            f"SELECT {ITEM_COLUMNS} FROM privcrm_item WHERE company = ? AND job_id = ? AND key = ?", *self._mine, key
        )
        if row is None:
            raise KeyError(key)
        item = item_from_row(row)
        outcome = None if item.outcome.state is OutcomeState.PLANNED else item.outcome
        return ItemDraft(item.key, item.payload, item.subject, outcome)

    def replace(self, connection: Connection, draft: ItemDraft) -> None:
        """Put a draft in place of the one stored under its key."""
        connection.run(_REPLACE, *_draft_row(draft), *self._mine, draft.key)

    def content(self) -> Generator[Row]:
        """Yield (key, payload, subject, state, reason) as stored, in byte order of keys: what a plan's hash covers."""
        return in_pages(
            self._database,
            "SELECT key, payload, subject, state, reason FROM privcrm_item"
            " WHERE company = ? AND job_id = ? AND key > ? ORDER BY key LIMIT ?",
            self._mine,
            ("",),
            PAGE,
        )

    def clear(self) -> None:
        """Drop all items, in transactions short enough for other writers to get a turn."""
        border = 0
        with self._database.connect() as connection:
            (last,) = connection.one(
                "SELECT max(seq) FROM privcrm_item WHERE company = ? AND job_id = ?", *self._mine
            ) or (0,)
        while border < (last or 0):
            border += DELETE_SPAN
            with self._database.transaction() as connection:
                connection.run(
                    "DELETE FROM privcrm_item WHERE company = ? AND job_id = ? AND seq <= ?", *self._mine, border
                )

    # -- afterwards

    def reasons(self) -> dict[tuple[OutcomeState, str], int]:
        """Return how many items there are of each state and reason."""
        with self._database.connect() as connection:
            rows = connection.all(
                "SELECT state, reason, count(*) FROM privcrm_item WHERE company = ? AND job_id = ?"
                " GROUP BY state, reason ORDER BY state, reason",
                *self._mine,
            )
        return {(OutcomeState(state), reason): int(count) for state, reason, count in rows}

    def any_planned(self) -> bool:
        """Tell whether an item is still to be sent."""
        with self._database.connect() as connection:
            row = connection.one(
                "SELECT 1 FROM privcrm_item WHERE company = ? AND job_id = ? AND state = 'planned' LIMIT 1", *self._mine
            )
        return row is not None

    def stream(self, state: OutcomeState | None = None, after: int = 0) -> Generator[Item]:
        """Yield items behind ``after`` in order, those of one state or all."""
        only = " AND state = ?" if state else ""
        rows = in_pages(
            self._database,
            f"SELECT {ITEM_COLUMNS} FROM privcrm_item"
            f" WHERE company = ? AND job_id = ?{only} AND seq > ? ORDER BY seq LIMIT ?",
            (*self._mine, state.value) if state else self._mine,
            (after,),
            PAGE,
        )
        return (item_from_row(row) for row in rows)

    def by_seq(self, seqs: Iterable[int]) -> list[Item]:
        """Return the items with these numbers, in the order asked for."""
        with self._database.connect() as connection:
            rows = [
                connection.one(
                    f"SELECT {ITEM_COLUMNS} FROM privcrm_item WHERE company = ? AND job_id = ? AND seq = ?",
                    *self._mine,
                    seq,
                )
                for seq in seqs
            ]
        return [item_from_row(row) for row in rows if row is not None]

    def seq_of(self, key: str) -> int | None:
        """Return the number of the item with this key."""
        with self._database.connect() as connection:
            row = connection.one(
                "SELECT seq FROM privcrm_item WHERE company = ? AND job_id = ? AND key = ?", *self._mine, key
            )
        return None if row is None else int(row[0])

    def sample(self, size: int) -> list[int]:
        """Return the numbers of ``size`` planned items spread over the plan; the same ones for the same plan."""
        with self._database.connect() as connection:
            ends = connection.one(
                "SELECT min(seq), max(seq) FROM privcrm_item WHERE company = ? AND job_id = ? AND state = 'planned'",
                *self._mine,
            )
            if ends is None or ends[0] is None:
                return []
            chosen: list[int] = []
            for step in range(size):
                start = max(ends[0] + step * (ends[1] - ends[0] + 1) // size, chosen[-1] + 1 if chosen else 0)
                row = connection.one(
                    "SELECT seq FROM privcrm_item WHERE company = ? AND job_id = ? AND state = 'planned' AND seq >= ?"
                    " ORDER BY seq LIMIT 1",
                    *self._mine,
                    start,
                )
                if row is None:
                    break
                chosen.append(int(row[0]))
        return chosen

    def finish(self, connection: Connection, results: Iterable[tuple[int, Outcome, int]], now: float) -> None:
        """Write outcomes: (number of the item, outcome, sends to add to its attempts)."""
        connection.run_many(
            _FINISH, [(*outcome_to_row(outcome), sends, now, *self._mine, seq) for seq, outcome, sends in results]
        )

    def count_attempt(self, connection: Connection, seqs: Iterable[int]) -> None:
        """Count a send that may have left, and whose items are planned again."""
        connection.run_many(
            "UPDATE privcrm_item SET attempts = attempts + 1 WHERE company = ? AND job_id = ? AND seq = ?",
            [(*self._mine, seq) for seq in seqs],
        )

    def plan_again(self, connection: Connection, seq: int) -> None:
        """Make an item one that is still to be sent."""
        connection.run(
            "UPDATE privcrm_item SET state = 'planned', reason = '', code = '', message = '', finished_at = 0"
            " WHERE company = ? AND job_id = ? AND seq = ?",
            *self._mine,
            seq,
        )


def merged(first: ItemDraft, second: ItemDraft) -> ItemDraft:
    """Return the second draft under the first one's key, which a merge must not change."""
    return second if second.key == first.key else evolve(second, key=first.key)


def content_hash(head: str, rows: Iterable[Row]) -> str:
    """Return the SHA-256 of a plan: of what it is (``head``) and of its items in the order of their keys."""
    digest = hashlib.sha256(head.encode())
    for row in rows:
        digest.update(dump(row).encode())
    return digest.hexdigest()


def _draft_row(draft: ItemDraft) -> Row:
    return dump(draft.payload), draft.subject, *outcome_to_row(draft.outcome or PLANNED)
