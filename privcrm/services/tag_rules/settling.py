"""What became of hits: read from the items of the job that carried them."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from privcrm.clock import Clock
from privcrm.jobs import Item, Job, Jobs, OutcomeState
from privcrm.models.ids import staff_key
from privcrm.services.tag_rules.hits import HitState
from privcrm.services.tag_rules.records import RuleRecords
from privcrm.services.tagging.plan import NO_CHANGE
from privcrm.services.tagging.relation import Relation, TagTable
from privcrm.store.database import Connection, Database, Row
from privcrm.store.mirror.numbers import Numbers

__all__ = ["Settling"]

AT_ONCE: Final = 100

_SETTLE: Final = """
UPDATE privcrm_tag_rule_hit SET state = ?, removed_at = ?
WHERE company = ? AND job_id = ? AND member = ? AND staff = ? AND tag_id = ? AND state = ?
"""
_PUT_TOO_LATE: Final = """
UPDATE privcrm_tag_rule_hit SET state = 'take_back' WHERE company = ? AND job_id = ? AND state = 'put'
AND rule IN (SELECT r.id FROM privcrm_tag_rule r WHERE r.company = ? AND r.state = 'removing')
"""


class Settling:
    """Takes in jobs that have ended. The same one twice changes nothing."""

    def __init__(self, database: Database, jobs: Jobs, records: RuleRecords, clock: Clock) -> None:
        self._database = database
        self._company = database.company
        self._jobs = jobs
        self._records = records
        self._clock = clock
        self._numbers = Numbers(database)

    def settle(self, job: Job) -> None:
        """Write what became of the hits of a job that has ended."""
        table = TagTable.of_params(job.params)
        items = iter(self._jobs.items(job.id))
        while some := list(islice(items, AT_ONCE)):
            with self._database.transaction() as connection:
                self._settle(connection, job, table, some)
        with self._database.transaction() as connection:
            self._records.lock(connection)
            for state in ("adding", "removing"):  # of whom no item speaks: not sent
                connection.run(
                    "UPDATE privcrm_tag_rule_hit SET state = 'failed' WHERE company = ? AND job_id = ? AND state = ?",
                    *(self._company, job.id, state),
                )
            connection.run(_PUT_TOO_LATE, self._company, job.id, self._company)
            self._records.bury(connection)

    def _settle(self, connection: Connection, job: Job, table: TagTable, items: Sequence[Item]) -> None:
        pairs = [(item, Relation.of_payload(item.payload)) for item in items]
        members = self._numbers.members(connection, (relation.member_id for _, relation in pairs))
        staff = self._numbers.staff(connection, (relation.staff_id for _, relation in pairs))
        rows: list[Row] = []
        for item, relation in pairs:
            who = members.get(relation.member_id), staff.get(staff_key(relation.staff_id))
            if None in who:
                continue
            for tag, before, now, removed_at in self._ends(item, relation, table):
                rows.append((now.value, removed_at, self._company, job.id, *who, tag, before.value))
        connection.run_many(_SETTLE, rows)

    def _ends(self, item: Item, relation: Relation, table: TagTable) -> Iterator[tuple[str, HitState, HitState, float]]:
        for number in _named(wish.add for wish in relation.wishes):
            yield table.refs[number].tag_id, HitState.ADDING, _how_put(item, was_there=number in relation.present), 0.0
        for number in _named(wish.remove for wish in relation.wishes):
            now = _how_removed(item)
            at = self._clock.time() if now is HitState.REMOVED else 0.0
            yield table.refs[number].tag_id, HitState.REMOVING, now, at


def _named(numbers: Iterable[Sequence[int]]) -> list[int]:
    return sorted({number for some in numbers for number in some})


def _how_put(item: Item, *, was_there: bool) -> HitState:
    state = item.outcome.state
    if was_there and (state is OutcomeState.DONE or item.outcome.reason == NO_CHANGE):
        return HitState.ALREADY
    match state:
        case OutcomeState.DONE | OutcomeState.UNKNOWN:  # it was not there before: if it is now, it is ours
            return HitState.PUT
        case OutcomeState.PLANNED:
            return HitState.CANCELLED
        case OutcomeState.SKIPPED:
            return HitState.SKIPPED
        case _:
            return HitState.FAILED


def _how_removed(item: Item) -> HitState:
    done = item.outcome.state is OutcomeState.DONE or item.outcome.reason == NO_CHANGE
    return HitState.REMOVED if done else HitState.FAILED
