"""Hits on their way into a tagging job: claimed by one process, tied to the job, found again after a kill."""

import random
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from attrs import field, frozen

from privcrm.services.tag_rules.records import RuleRecords
from privcrm.store.database import Connection, Database, Row, in_pages
from privcrm.store.leases import is_gone, new_holder

__all__ = ["Batches", "Wanted"]

PAGE: Final = 500
MOST_HITS: Final = 20_000
MOST_JOBS: Final = 1_000
_BATCH: Final = "batch "
_FIRST: Final = (-1, -1, "", "")

_PLANNED: Final = """
SELECT h.member, h.staff, h.tag_id, h.rule FROM privcrm_tag_rule_hit h
JOIN privcrm_tag_rule r ON r.company = h.company AND r.id = h.rule AND r.state = 'active' AND r.frozen = ''
WHERE h.company = ? AND h.state = 'planned' AND NOT EXISTS (SELECT 1 FROM privcrm_tag_rule_hit o
WHERE o.company = h.company AND o.member = h.member AND o.staff = h.staff AND o.tag_id = h.tag_id
AND o.state = 'removing') AND (h.member, h.staff, h.tag_id, h.rule) > (?, ?, ?, ?)
ORDER BY h.member, h.staff, h.tag_id, h.rule LIMIT ?
"""
_TAKE_BACK: Final = """
SELECT h.member, h.staff, h.tag_id, h.rule FROM privcrm_tag_rule_hit h WHERE h.company = ? AND h.state = 'take_back'
AND (h.member, h.staff, h.tag_id, h.rule) > (?, ?, ?, ?) ORDER BY h.member, h.staff, h.tag_id, h.rule LIMIT ?
"""
_OTHERS: Final = """
SELECT o.state, o.rule, r.frozen FROM privcrm_tag_rule_hit o
JOIN privcrm_tag_rule r ON r.company = o.company AND r.id = o.rule AND r.state = 'active'
WHERE o.company = ? AND o.member = ? AND o.staff = ? AND o.tag_id = ? AND o.rule <> ?
"""
_MOVE: Final = """
UPDATE privcrm_tag_rule_hit SET state = ?, job_id = ?
WHERE company = ? AND member = ? AND staff = ? AND tag_id = ? AND rule = ? AND state = ?
"""
_GIVE_UP: Final = """
UPDATE privcrm_tag_rule_hit SET state = 'cancelled', job_id = ''
WHERE company = ? AND job_id = ? AND tag_id = ? AND state = 'adding'
AND rule NOT IN (SELECT r.id FROM privcrm_tag_rule r WHERE r.company = ? AND r.frozen <> '')
"""
_CLAIMED: Final = """
SELECT h.member, h.staff, h.tag_id, h.rule, h.state, m.member_id, s.shown_id FROM privcrm_tag_rule_hit h
JOIN privcrm_member m ON m.company = h.company AND m.number = h.member
JOIN privcrm_staff s ON s.company = h.company AND s.number = h.staff
WHERE h.company = ? AND h.job_id = ? AND h.state IN ('adding', 'removing')
AND (h.member, h.staff, h.tag_id, h.rule) > (?, ?, ?, ?) ORDER BY h.member, h.staff, h.tag_id, h.rule LIMIT ?
"""


@frozen
class Wanted:
    """What a batch wants of one relation, by ids of tags."""

    member_id: str = field(repr=False)
    staff_id: str
    add: tuple[str, ...]
    remove: tuple[str, ...]


class Batches:
    """Claims hits and ties them to jobs. A batch is named after the process that makes it."""

    def __init__(self, database: Database, records: RuleRecords, rng: random.Random) -> None:
        self._database = database
        self._company = database.company
        self._records = records
        self._rng = rng

    def claim(self) -> str | None:
        """Claim what is due, at most some ten thousand hits; return the batch, or None if nothing is."""
        batch = f"{_BATCH}{new_holder(self._rng)}"
        claimed = self._take_off(batch)
        after: Row = _FIRST
        while claimed < MOST_HITS:
            with self._database.transaction() as connection:
                self._records.lock(connection)
                rows = connection.all(_PLANNED, self._company, *after, PAGE)
                claimed += self._move(connection, rows, "planned", "adding", batch)
            if len(rows) < PAGE:
                break
            after = rows[-1]
        return batch if claimed else None

    def wanted(self, batch: str) -> Iterator[Wanted]:
        """Yield what a batch wants, relation by relation."""
        rows = in_pages(self._database, _CLAIMED, (self._company, batch), _FIRST, PAGE)
        for _, group in groupby(rows, key=lambda row: row[:2]):
            hits = list(group)
            tags = [tuple(dict.fromkeys(hit[2] for hit in hits if hit[4] == state)) for state in ("adding", "removing")]
            yield Wanted(hits[0][5], hits[0][6], tags[0], tags[1])

    def tie(self, batch: str, job_id: str) -> None:
        """Note which job a batch has become."""
        with self._database.transaction(durable=True) as connection:
            connection.run(
                "UPDATE privcrm_tag_rule_hit SET job_id = ? WHERE company = ? AND job_id = ?",
                *(job_id, self._company, batch),
            )

    def give_back(self, batch: str) -> None:
        """Let what a batch claimed be claimed again: no job came of it."""
        with self._database.transaction() as connection:
            for now, before in (("adding", "planned"), ("removing", "take_back")):
                connection.run(
                    "UPDATE privcrm_tag_rule_hit SET state = ?, job_id = ''"
                    " WHERE company = ? AND job_id = ? AND state = ?",
                    *(before, self._company, batch, now),
                )

    def drop(self, connection: Connection, batch: str, tag_ids: Sequence[str]) -> None:
        """Leave tags that are no more out of a batch: they are gone from everybody.

        Those of frozen rules wait for being restored; those that no rule puts any more are given up.
        """
        connection.run_many(_GIVE_UP, [(self._company, batch, tag_id, self._company) for tag_id in tag_ids])
        for state, ends in (("adding", "planned"), ("removing", "removed")):
            connection.run_many(
                "UPDATE privcrm_tag_rule_hit SET state = ?, job_id = ''"
                " WHERE company = ? AND job_id = ? AND tag_id = ? AND state = ?",
                [(ends, self._company, batch, tag_id, state) for tag_id in tag_ids],
            )

    def open_jobs(self) -> list[str]:
        """Return the jobs of which hits wait to be settled."""
        return [name for name in self._open() if not name.startswith(_BATCH)]

    def orphaned(self) -> list[str]:
        """Return the batches whose process has ended before a job was noted."""
        names = (name for name in self._open() if name.startswith(_BATCH))
        return [name for name in names if is_gone(name.removeprefix(_BATCH))]

    def _open(self) -> list[str]:
        with self._database.connect() as connection:
            rows = connection.all(
                "SELECT DISTINCT job_id FROM privcrm_tag_rule_hit"
                " WHERE company = ? AND state IN ('adding', 'removing') LIMIT ?",
                *(self._company, MOST_JOBS),
            )
        return sorted(name for (name,) in rows)

    def _take_off(self, batch: str) -> int:
        claimed, after = 0, _FIRST
        while claimed < MOST_HITS:
            with self._database.transaction() as connection:
                self._records.lock(connection)
                rows = connection.all(_TAKE_BACK, self._company, *after, PAGE)
                claimed += self._move(
                    connection,
                    [row for row in rows if self._is_nobody_elses(connection, row)],
                    "take_back",
                    "removing",
                    batch,
                )
            if len(rows) < PAGE:
                break
            after = rows[-1]
        return claimed

    def _is_nobody_elses(self, connection: Connection, row: Row) -> bool:
        """Tell whether a tag may go; one that another rule hit as well is that rule's from now on.

        What another rule is about to put is decided when that has ended.
        """
        others = connection.all(_OTHERS, self._company, *row)
        if any(state == "adding" or (state == "planned" and not frozen) for state, _, frozen in others):
            return False
        owners = [(*row[:3], rule) for state, rule, _ in others if state in ("put", "already")]
        if owners:
            self._move(connection, owners, "already", "put", "")
            self._move(connection, [row], "take_back", "kept", "")
        return not owners

    def _move(self, connection: Connection, rows: Sequence[Row], before: str, now: str, job_id: str) -> int:
        return connection.run_many(_MOVE, [(now, job_id, self._company, *row, before) for row in rows])
