"""The journal: one row for each vendor call, durable before its first byte leaves."""

import hashlib
import json
from collections.abc import Generator, Iterable, Sequence

from privcrm.jobs.codec import dump
from privcrm.jobs.model import Item, Job, Send, intent_of
from privcrm.store.database import Connection, Database, Row, in_pages

__all__ = ["Journal", "new_send"]

MOST_OPEN = 100


def new_send(job: Job, items: Sequence[Item], number: int, now: float) -> Send:
    """Return the journal row of sending these items, with a digest of what will be sent."""
    intent = intent_of(job, items)
    digest = hashlib.sha256(dump([item.payload for item in items]).encode()).hexdigest()
    return Send(number, intent.key, intent.marker, digest, tuple(item.seq for item in items), now)


class Journal:
    """The sends of one job."""

    def __init__(self, database: Database, job_id: str) -> None:
        self._database = database
        self._mine = (database.company, job_id)

    def write(self, connection: Connection, sends: Iterable[Send]) -> None:
        """Note sends as *sent*: they may have left from now on."""
        connection.run_many(
            "INSERT INTO privcrm_send (company, job_id, number, key, marker, digest, seqs, state, sent_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, 'sent', ?)",
            [
                (*self._mine, send.number, send.key, send.marker, send.digest, dump(send.seqs), send.sent_at)
                for send in sends
            ],
        )

    def close(self, connection: Connection, numbers: Iterable[int], state: str) -> None:
        """Note what became of sends: *done* (an answer came), *lost* (it may be sent again) or *unknown*."""
        connection.run_many(
            "UPDATE privcrm_send SET state = ? WHERE company = ? AND job_id = ? AND number = ?",
            [(state, *self._mine, number) for number in numbers],
        )

    def note_look(self, connection: Connection, number: int, at: float) -> None:
        """Note that a send was looked for in vain at ``at`` (unix seconds): what is sent again was missed twice."""
        connection.run(
            "UPDATE privcrm_send SET looked_at = ? WHERE company = ? AND job_id = ? AND number = ?",
            at,
            *self._mine,
            number,
        )

    def note_orphan(self, connection: Connection, number: int, orphan: str) -> None:
        """Close a send as one that may have left something behind."""
        connection.run(
            "UPDATE privcrm_send SET state = 'orphan', orphan = ? WHERE company = ? AND job_id = ? AND number = ?",
            orphan,
            *self._mine,
            number,
        )

    def orphans(self) -> Generator[Row]:
        """Yield (number of the send, seqs as JSON, sent at, what) of the sends that may have left something behind."""
        return in_pages(
            self._database,
            "SELECT number, seqs, sent_at, orphan FROM privcrm_send"
            " WHERE company = ? AND job_id = ? AND orphan <> '' AND number > ? ORDER BY number LIMIT ?",
            self._mine,
            (0,),
            MOST_OPEN,
        )

    def forget(self, connection: Connection, numbers: Iterable[int]) -> None:
        """Drop sends that surely never left."""
        connection.run_many(
            "DELETE FROM privcrm_send WHERE company = ? AND job_id = ? AND number = ?",
            [(*self._mine, number) for number in numbers],
        )

    def open(self, connection: Connection) -> list[Send]:
        """Return the sends that may have left and whose answer is not known: never more than one window holds."""
        rows = connection.all(
            "SELECT number, key, marker, digest, seqs, sent_at, looked_at FROM privcrm_send"
            " WHERE company = ? AND job_id = ? AND state = 'sent' ORDER BY number LIMIT ?",
            *self._mine,
            MOST_OPEN,
        )
        return [_send(row) for row in rows]

    def last_number(self) -> int:
        """Return the highest number given so far."""
        with self._database.connect() as connection:
            row = connection.one("SELECT max(number) FROM privcrm_send WHERE company = ? AND job_id = ?", *self._mine)
        return int(row[0] or 0) if row else 0


def _send(row: Row) -> Send:
    number, key, marker, digest, seqs, sent_at, looked_at = row
    return Send(number, key, marker, digest, tuple(json.loads(seqs)), sent_at, looked_at)
