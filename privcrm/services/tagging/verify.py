"""The proof by reading back: whether every relation of a job holds what the job wanted."""

from collections.abc import Iterable

from attrs import frozen

from privcrm.jobs import Item, OutcomeState
from privcrm.services.files.problems import Problems
from privcrm.services.files.sentences import say
from privcrm.services.tagging.plan import NO_CHANGE
from privcrm.services.tagging.presence import ReadBy
from privcrm.services.tagging.readback import ReadBack
from privcrm.services.tagging.relation import Relation
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


def verify(read_back: ReadBack, stage: Stage, items: Iterable[Item]) -> Verification:
    """Compare what the items wanted with what is read back; ``stage`` is used up."""
    checked = 0
    differences = Problems("read back")
    for relation, facts in read_back.pairs(stage, (item.payload for item in items if _is_settled(item))):
        checked += 1
        _compare(relation, facts.tags_at(relation.staff_id), differences)
    differing = differences.count
    sentences = differences.sentences()
    return Verification(checked, checked - differing, differing, sentences, read_back.read_by, read_back.calls)


def _is_settled(item: Item) -> bool:
    return item.outcome.state is OutcomeState.DONE or item.outcome.reason == NO_CHANGE


def _compare(relation: Relation, present: tuple[int, ...] | None, differences: Problems) -> None:
    place = {"member": relation.member_id, "staff": relation.staff_id}
    if present is None:
        differences.add(say("{member} at {staff}: the relation is gone", **place))
    elif not relation.is_fulfilled(present):
        differences.add(say("{member} at {staff}: the tags are not as planned", **place))
