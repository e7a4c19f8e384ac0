"""The way back from a job: planned from what hangs there now, so that nobody's later work is lost."""

from privcrm.jobs import ItemDraft, Outcome
from privcrm.models import staff_key
from privcrm.services.files.sentences import say
from privcrm.services.tagging.plan import NO_CHANGE, Facts
from privcrm.services.tagging.relation import Relation

CHANGED_SINCE = "changed_since"


def plan_way_back(done: Relation, facts: Facts) -> ItemDraft:
    """Return the item that takes back what ``done`` changed, if the relation still is as ``done`` left it."""
    way_back = done.restored()
    return ItemDraft(
        f"{done.member_id}/{staff_key(done.staff_id)}",
        way_back.to_payload(),
        subject=done.member_id,
        outcome=_obstacle(done, way_back, facts.tags_at(done.staff_id)),
    )


def _obstacle(done: Relation, way_back: Relation, present: tuple[int, ...] | None) -> Outcome | None:
    """Return why there is nothing to take back; only the tags that ``done`` changed are looked at."""
    if present is None:
        return Outcome.skipped(CHANGED_SINCE, say("the relation is gone"))
    if way_back.is_fulfilled(present):
        return Outcome.skipped(NO_CHANGE)
    if set(done.add).issubset(present) and set(done.remove).isdisjoint(present):
        return None
    return Outcome.skipped(CHANGED_SINCE, say("its tags were changed after the job"))
