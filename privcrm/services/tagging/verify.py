"""The proof by reading back: whether every relation of a job holds what the job wanted."""

from collections.abc import Iterable, Iterator
from typing import Any

from attrs import frozen

from privcrm.jobs import Item, OutcomeState
from privcrm.models import Member, staff_key
from privcrm.provider import Provider
from privcrm.services.tagging.creation import ids_by_name
from privcrm.services.tagging.plan import NO_CHANGE, Facts
from privcrm.services.tagging.presence import Presence, ReadBy, Sketch, facts_of
from privcrm.services.tagging.problems import Problems
from privcrm.services.tagging.progress import PlanStage, Watch
from privcrm.services.tagging.relation import Relation, TagTable
from privcrm.services.tagging.scratch import told
from privcrm.services.tagging.sentences import say
from privcrm.store import Stage


@frozen
class Verification:
    """What a reading back found.

    ``checked`` relations were done or needed no change; ``as_planned`` of them hold what was wanted, ``differing`` do
    not: somebody changed them since, or the vendor lost it. ``differences`` names the first twenty. ``calls`` is what
    it cost.
    """

    checked: int
    as_planned: int
    differing: int
    differences: tuple[str, ...]
    read_by: ReadBy
    calls: int


class Verifier:
    """Checks one job; relations and facts meet in the store, as they did for the plan."""

    def __init__(self, provider: Provider, table: TagTable, watch: Watch) -> None:
        self._presence = Presence(provider, watch)
        self._table = _with_ids(table, self._presence)
        self._watch = watch
        self._members = Sketch()
        self._staff: set[str] = set()
        self._checked = 0
        self._differences = Problems("read back")

    def verify(self, stage: Stage, items: Iterable[Item]) -> Verification:
        """Read what the items changed; ``stage`` is used up."""
        stage.add_many(self._settled(items))
        staff_ids = [staff_id for staff_id in self._presence.serving() if staff_key(staff_id) in self._staff]
        read_by = self._presence.choose(self._members.distinct, staff_ids)
        if read_by is ReadBy.STAFF_PAGES:
            stage.add_many(self._relations(staff_ids))
        for relation, present in self._watch.passing(PlanStage.CHECKING, self._pairs(stage, read_by)):
            self._compare(relation, present)
        differing = self._differences.count
        sentences = self._differences.sentences()
        return Verification(
            self._checked, self._checked - differing, differing, sentences, read_by, self._presence.calls
        )

    def _settled(self, items: Iterable[Item]) -> Iterator[tuple[str, dict[str, Any]]]:
        for item in items:
            if item.outcome.state is OutcomeState.DONE or item.outcome.reason == NO_CHANGE:
                self._members.add(item.payload["member"])
                self._staff.add(staff_key(item.payload["staff"]))
                yield item.payload["member"], {"relation": item.payload}

    def _relations(self, staff_ids: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
        for member in self._watch.passing(PlanStage.READING_MEMBERS, self._presence.relations(staff_ids)):
            if member.member_id in self._members:
                yield member.member_id, {"follows": facts_of(member, self._table).follows}

    def _pairs(self, stage: Stage, read_by: ReadBy) -> Iterator[tuple[Relation, tuple[int, ...] | None]]:
        """Yield each relation with the tags that it has now; None where it is gone."""
        groups = ((key, payloads) for key, payloads in stage.groups() if any("relation" in entry for entry in payloads))
        if read_by is ReadBy.STAFF_PAGES:
            known = ((payloads, told(payloads) or Facts()) for _, payloads in groups)
        else:
            asked = self._presence.get_each(groups)
            known = ((payloads, self._facts(member)) for _, payloads, member in asked)
        for payloads, facts in known:
            present = {staff_key(staff_id): tags for staff_id, tags in facts.follows}
            for entry in payloads:
                if "relation" in entry:
                    relation = Relation.of_payload(entry["relation"])
                    yield relation, present.get(staff_key(relation.staff_id))

    def _facts(self, member: Member | None) -> Facts:
        return facts_of(member, self._table) if member else Facts()

    def _compare(self, relation: Relation, present: tuple[int, ...] | None) -> None:
        self._checked += 1
        place = {"member": relation.member_id, "staff": relation.staff_id}
        if present is None:
            self._differences.add(say("{member} at {staff}: the relation is gone", **place))
        elif not relation.is_fulfilled(present):
            self._differences.add(say("{member} at {staff}: the tags are not as planned", **place))


def _with_ids(table: TagTable, presence: Presence) -> TagTable:
    """Return the table with the ids of the tags that the job created."""
    if all(ref.tag_id for ref in table.refs):
        return table
    ids = ids_by_name(presence.tag_groups())
    return table.with_ids(ref.tag_id or ids.get((ref.group, ref.name), "") for ref in table.refs)
