"""What hangs at present on the relations of a job, read in the way that costs fewer calls."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from privcrm.models import Member, staff_key
from privcrm.provider import Provider
from privcrm.services.tagging.creation import ids_by_name
from privcrm.services.tagging.plan import Facts
from privcrm.services.tagging.presence import Presence, ReadBy, Sketch, facts_of
from privcrm.services.tagging.progress import PlanStage, Watch
from privcrm.services.tagging.relation import Relation, TagTable
from privcrm.services.tagging.scratch import told
from privcrm.store import Stage


class ReadBack:
    """Reads once; ``read_by`` and ``calls`` (what it cost) tell about it afterwards."""

    def __init__(self, provider: Provider, table: TagTable, watch: Watch) -> None:
        self.read_by = ReadBy.GET
        self._presence = Presence(provider, watch)
        self._table = _with_ids(table, self._presence)
        self._watch = watch
        self._members = Sketch()
        self._staff: set[str] = set()

    @property
    def calls(self) -> int:
        """The vendor calls spent so far."""
        return self._presence.calls

    def pairs(self, stage: Stage, payloads: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Relation, Facts]]:
        """Yield each relation, given as a job's items hold it, with what is known of its member; uses up ``stage``.

        Relations and facts meet in the store, as they did for the plan.
        """
        stage.add_many(self._noted(payloads))
        staff_ids = [staff_id for staff_id in self._presence.serving() if staff_key(staff_id) in self._staff]
        self.read_by = self._presence.choose(self._members.distinct, staff_ids)
        if self.read_by is ReadBy.STAFF_PAGES:
            stage.add_many(self._relations(staff_ids))
        return self._watch.passing(PlanStage.CHECKING, self._met(stage))

    def _noted(self, payloads: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
        for payload in payloads:
            self._members.add(payload["member"])
            self._staff.add(staff_key(payload["staff"]))
            yield payload["member"], {"relation": payload}

    def _relations(self, staff_ids: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
        for member in self._watch.passing(PlanStage.READING_MEMBERS, self._presence.relations(staff_ids)):
            if member.member_id in self._members:
                yield member.member_id, {"follows": facts_of(member, self._table).follows}

    def _met(self, stage: Stage) -> Iterator[tuple[Relation, Facts]]:
        groups = ((key, entries) for key, entries in stage.groups() if any("relation" in entry for entry in entries))
        if self.read_by is ReadBy.STAFF_PAGES:
            known = ((entries, told(entries) or Facts()) for _, entries in groups)
        else:
            asked = self._presence.get_each(groups)
            known = ((entries, self._facts(member)) for _, entries, member in asked)
        for entries, facts in known:
            for entry in entries:
                if "relation" in entry:
                    yield Relation.of_payload(entry["relation"]), facts

    def _facts(self, member: Member | None) -> Facts:
        return facts_of(member, self._table) if member else Facts()


def _with_ids(table: TagTable, presence: Presence) -> TagTable:
    """Return the table with the ids of the tags that the job created."""
    if all(ref.tag_id for ref in table.refs):
        return table
    ids = ids_by_name(presence.tag_groups())
    return table.with_ids(ref.tag_id or ids.get((ref.group, ref.name), "") for ref in table.refs)
