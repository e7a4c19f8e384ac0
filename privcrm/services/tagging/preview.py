"""What a tagging job would do, before anything is sent."""

from collections import Counter
from collections.abc import Mapping

from attrs import field, frozen

from privcrm.jobs import ItemDraft, OutcomeState
from privcrm.services.files.problems import Problems
from privcrm.services.files.sentences import say
from privcrm.services.tagging.plan import NO_CHANGE, UNKNOWN_MEMBER
from privcrm.services.tagging.presence import ReadBy
from privcrm.services.tagging.relation import Relation, TagTable


@frozen
class TagPreview:
    """The figures of a plan.

    ``rows`` were read and ``members`` found; ``relations`` are (staff, member) pairs, of which ``changes`` need a call
    and ``no_ops`` are as wanted already. ``calls_reading`` were spent to find that out, ``calls_writing`` are still to
    come: at the limits in force they take ``seconds``, until ``finish_at`` (unix seconds, the window counted in).
    ``adding`` and ``removing`` count relations by full tag name. ``problems`` holds a sentence for each row that cannot
    be done (the first twenty, then how many more) and ``skipped`` counts those rows, and the relations outside a write
    scope (``out_of_scope``), by reason. ``unknown_share`` (0 to 1) is the part of the rows whose member id this app
    does not know; above a fifth the job is kept paused.
    """

    rows: int
    members: int
    relations: int
    changes: int
    no_ops: int
    calls_reading: int
    calls_writing: int
    seconds: float
    finish_at: float
    read_by: ReadBy
    adding: Mapping[str, int] = field(factory=dict[str, int])
    removing: Mapping[str, int] = field(factory=dict[str, int])
    tags_to_create: tuple[str, ...] = ()
    skipped: Mapping[str, int] = field(factory=dict[str, int])
    problems: tuple[str, ...] = ()
    unknown_share: float = 0.0


class Tally:
    """Counts the items of a plan as they pass by."""

    def __init__(self, source: str) -> None:
        self.rows = 0
        self.members = 0
        self.changes = 0
        self.no_ops = 0
        self.unknown = 0
        self.adding: Counter[int] = Counter()
        self.removing: Counter[int] = Counter()
        self.skipped: Counter[str] = Counter()
        self.problems = Problems(source)

    def note(self, item: ItemDraft) -> None:
        """Count one item."""
        relation = Relation.of_payload(item.payload)
        if item.outcome is None:
            self.changes += 1
            self.adding.update(relation.add)
            self.removing.update(relation.remove)
        elif item.outcome.reason == NO_CHANGE:
            self.no_ops += 1
        else:
            reason = item.outcome.reason or str(item.outcome.code)
            self.skipped[reason] += 1
            self.unknown += reason == UNKNOWN_MEMBER
            if item.outcome.state is OutcomeState.FAILED:
                told = say("{message} ({reason})", message=item.outcome.message, reason=reason)
                self.problems.add(told, row=relation.wishes[0].row)

    def named(self, counts: Counter[int], table: TagTable) -> dict[str, int]:
        """Return counts by tag number as counts by full name, the most frequent first."""
        return {table.refs[number].title: count for number, count in counts.most_common()}
