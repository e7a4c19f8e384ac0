"""What rules hit: one row for each rule, relation and tag, and how far that has come."""

import json
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Final

from attrs import field, frozen

from privcrm.models.tag_rule import TagRule
from privcrm.store.database import Connection, Database, Row, in_pages

__all__ = ["HitState", "Hits", "Pair", "RuleHit"]

PAGE: Final = 1_000

Pair = tuple[int, int]
"""Numbers of a member and an employee."""


class HitState(StrEnum):
    """How a hit stands.

    ``PUT``: the rule put the tag; ``ALREADY``: it was there, and is nobody's of ours. ``ADDING`` and ``REMOVING`` are
    in a job. ``TAKE_BACK`` waits to be taken off because its rule was removed; ``KEPT`` stays, because another rule
    wants it. ``TAKEN_OFF``: somebody else took it off. ``CANCELLED``: never sent.
    """

    PLANNED = "planned"
    ADDING = "adding"
    PUT = "put"
    ALREADY = "already"
    FAILED = "failed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    TAKEN_OFF = "taken_off"
    TAKE_BACK = "take_back"
    REMOVING = "removing"
    REMOVED = "removed"
    KEPT = "kept"


@frozen
class RuleHit:
    """A hit as the log tells it: ``clause`` of the rule and ``event`` (its key, "" on demand) say why.

    Times are unix seconds; ``removed_at`` is 0 for what was not taken back.
    """

    rule: str
    member_id: str = field(repr=False)
    staff_id: str
    tag_id: str
    state: HitState
    clause: str
    event: str
    job_id: str
    at: float
    removed_at: float


_RECORD: Final = """
INSERT INTO privcrm_tag_rule_hit (company, rule, member, staff, tag_id, state, why, job_id, at)
VALUES (?, ?, ?, ?, ?, 'planned', ?, '', ?) ON CONFLICT (company, rule, member, staff, tag_id)
DO UPDATE SET state = 'planned', why = excluded.why, job_id = '', at = excluded.at, removed_at = 0
WHERE {again}
"""
_BEGAN_ANEW: Final = """
privcrm_tag_rule_hit.at < ? AND privcrm_tag_rule_hit.why <> excluded.why
AND privcrm_tag_rule_hit.state NOT IN ('planned', 'adding', 'take_back', 'removing')
"""
_NOT_PUT: Final = "privcrm_tag_rule_hit.state IN ('failed', 'skipped', 'cancelled')"
_LEAVE: Final = """
UPDATE privcrm_tag_rule_hit AS h SET state = 'already' WHERE h.company = ? AND h.state = 'put' AND h.rule <> ?
AND EXISTS (SELECT 1 FROM privcrm_tag_rule_hit o WHERE o.company = h.company AND o.member = h.member
AND o.staff = h.staff AND o.tag_id = h.tag_id AND o.rule = ? AND o.state = 'put')
"""
_LOG: Final = """
SELECT h.member, h.staff, h.tag_id, m.member_id, s.shown_id, h.state, h.why, h.job_id, h.at, h.removed_at
FROM privcrm_tag_rule_hit h
JOIN privcrm_member m ON m.company = h.company AND m.number = h.member
JOIN privcrm_staff s ON s.company = h.company AND s.number = h.staff
WHERE h.company = ? AND h.rule = ? AND (h.member, h.staff, h.tag_id) > (?, ?, ?)
ORDER BY h.member, h.staff, h.tag_id LIMIT ?
"""


class Hits:
    """The hits of a company's rules. Methods with a connection work inside the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._company = database.company

    def record(
        self,
        connection: Connection,
        rule: TagRule,
        pairs: Sequence[Pair],
        *,
        clause: str,
        now: float,
        event: str = "",
        anew_before: float = 0.0,
    ) -> int:
        """Plan the tags of a rule on relations, each once; return how many are new.

        What was hit before ``anew_before`` (unix seconds) is planned again: the relation began anew since.
        """
        rows = [(*row, anew_before) for row in self._planned(rule, pairs, clause, event, now)]
        return sum(connection.run(_RECORD.format(again=_BEGAN_ANEW), *row) for row in rows)

    def record_on_demand(
        self, connection: Connection, rule: TagRule, pairs: Sequence[Pair], *, clause: str, now: float
    ) -> int:
        """Plan the tags of a rule on relations, those too that could not be put before; return how many are new."""
        rows = self._planned(rule, pairs, clause, "", now)
        return sum(connection.run(_RECORD.format(again=_NOT_PUT), *row) for row in rows)

    def taken_off(self, connection: Connection, member: int) -> int:
        """Note which tags that rules put on a member are there no more: somebody else took them off.

        What somebody puts on again later is theirs.
        """
        return connection.run(
            "UPDATE privcrm_tag_rule_hit SET state = 'taken_off' WHERE company = ? AND member = ? AND state = 'put'"
            " AND NOT EXISTS (SELECT 1 FROM privcrm_follow_tag w JOIN privcrm_tag t"
            " ON t.company = w.company AND t.number = w.tag WHERE w.company = privcrm_tag_rule_hit.company"
            " AND w.member = privcrm_tag_rule_hit.member AND w.staff = privcrm_tag_rule_hit.staff"
            " AND t.tag_id = privcrm_tag_rule_hit.tag_id)",
            *(self._company, member),
        )

    def let_go(self, connection: Connection, rule_id: str, *, take_back: bool) -> None:
        """Let the hits of a rule that is removed stand as they shall: what is not sent yet never is.

        What is not taken back is left for good: it is no other rule's either.
        """
        if not take_back:
            connection.run(_LEAVE, self._company, rule_id, rule_id)
        steps = [(HitState.CANCELLED, HitState.PLANNED)]
        if take_back:
            steps.append((HitState.TAKE_BACK, HitState.PUT))
        for new, old in steps:
            connection.run(
                "UPDATE privcrm_tag_rule_hit SET state = ? WHERE company = ? AND rule = ? AND state = ?",
                *(new.value, self._company, rule_id, old.value),
            )

    def count(self, rule_id: str) -> dict[HitState, int]:
        """Return how many hits of a rule stand how."""
        with self._database.connect() as connection:
            rows = connection.all(
                "SELECT state, COUNT(*) FROM privcrm_tag_rule_hit WHERE company = ? AND rule = ? GROUP BY state",
                *(self._company, rule_id),
            )
        return {HitState(state): count for state, count in sorted(rows)}

    def log(self, rule: TagRule) -> Iterator[RuleHit]:
        """Yield the hits of a rule in the order of members and employees."""
        rows = in_pages(self._database, _LOG, (self._company, rule.id), (-1, -1, ""), PAGE)
        return (_hit(rule.name, row) for row in rows)

    def _planned(self, rule: TagRule, pairs: Sequence[Pair], clause: str, event: str, now: float) -> Iterator[Row]:
        why = json.dumps({"clause": clause, "event": event}, ensure_ascii=False)
        for member, staff in pairs:
            for tag in rule.add:
                yield self._company, rule.id, member, staff, tag.tag_id, why, now


def _hit(name: str, row: Row) -> RuleHit:
    tag_id, member_id, staff_id, state, why, *rest = row[2:]
    told = json.loads(why or "{}")
    return RuleHit(
        name, member_id, staff_id, tag_id, HitState(state), told.get("clause", ""), told.get("event", ""), *rest
    )
