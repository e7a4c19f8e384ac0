"""Who uses a tag by its id: rules and saved segments. Ids that change are followed, deleted ones freeze their users."""

import logging
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from attrs import evolve

from privcrm.models.segments import Condition, HasTag, rebuild
from privcrm.models.segments.stored import condition_of_text, text_of_condition
from privcrm.models.tag_rule import Matches, RuleTag, TagRule, Trigger
from privcrm.services.tag_rules.codec import dump_rule, load_rule
from privcrm.store.database import Connection, Database, Row
from privcrm.store.mirror.deleted_tags import DeletedTags

__all__ = ["TagUsers"]

log = logging.getLogger("privcrm.tag_rules")

MOST_USERS: Final = 100_000
WHY_FROZEN: Final = "a tag that it uses was deleted"

_RULES: Final = (
    "SELECT id, spec, state, frozen, created_at, created_by FROM privcrm_tag_rule"
    " WHERE company = ? AND state <> 'removed' LIMIT ?"
)


class TagUsers:
    """The rules and the saved segments of a company, looked at by the tags that they name."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._company = database.company
        self._deleted = DeletedTags(database)

    def replace(self, connection: Connection, replaced: Iterable[str], tag_id: str, title: str) -> int:
        """Put one tag in the place of others wherever they are named, inside the transaction; return how many changed.

        What was frozen because of them is frozen no more.
        """
        old = frozenset(replaced) - {tag_id}
        new = RuleTag(tag_id, title)
        rules = [self._change_rule(connection, rule, old, new) for rule in self._rules(connection)]
        return sum(rules) + sum(self._change_segment(connection, row, old, new) for row in self._segments(connection))

    def freeze(self, connection: Connection, tag_ids: Iterable[str], why: str = WHY_FROZEN) -> list[str]:
        """Freeze, with an alarm, the rules that put or ask for one of these tags; return the newly frozen by name."""
        gone = frozenset(tag_ids)
        found = [rule for rule in self._rules(connection) if not rule.frozen and not gone.isdisjoint(_tags_of(rule))]
        connection.run_many(
            "UPDATE privcrm_tag_rule SET frozen = ? WHERE company = ? AND id = ?",
            [(why, self._company, rule.id) for rule in found],
        )
        for rule in found:
            log.error("tag rule %s is frozen: %s; restore the tag or remove the rule", rule.name, why)
        return [rule.name for rule in found]

    def freeze_deleted(self, connection: Connection) -> list[str]:
        """Freeze the rules that use a tag which the mirror knows as deleted; return the names of those newly frozen."""
        used = {tag for rule in self._rules(connection) if not rule.frozen for tag in _tags_of(rule)}
        gone = self._deleted.among(connection, sorted(used)) if used else set[str]()
        return self.freeze(connection, gone) if gone else []

    def _change_rule(self, connection: Connection, rule: TagRule, old: frozenset[str], new: RuleTag) -> bool:
        if old.isdisjoint(_tags_of(rule)):
            return False
        tags = dict.fromkeys(new if tag.tag_id in old else tag for tag in rule.add)
        when = tuple(_exchanged(trigger, old, new) for trigger in rule.when)
        changed = evolve(rule, add=tuple({tag.tag_id: tag for tag in tags}.values()), when=when)
        frozen = rule.frozen if self._deleted.among(connection, sorted(_tags_of(changed))) else ""
        connection.run(
            "UPDATE privcrm_tag_rule SET spec = ?, frozen = ? WHERE company = ? AND id = ?",
            *(dump_rule(changed), frozen, self._company, rule.id),
        )
        return True

    def _change_segment(self, connection: Connection, row: Row, old: frozenset[str], new: RuleTag) -> bool:
        name, text, frozen = row
        before = condition_of_text(text)
        after = rebuild(before, _exchanging(old, new))
        if after is before:
            return False
        still = frozen if self._deleted.among(connection, sorted(_tags_in(after))) else ""
        connection.run(
            "UPDATE privcrm_segment SET expression = ?, frozen = ? WHERE company = ? AND name = ?",
            *(text_of_condition(after), still, self._company, name),
        )
        return True

    def _rules(self, connection: Connection) -> list[TagRule]:
        return [load_rule(row) for row in connection.all(_RULES, self._company, MOST_USERS)]

    def _segments(self, connection: Connection) -> list[Row]:
        return connection.all(
            "SELECT name, expression, frozen FROM privcrm_segment WHERE company = ? LIMIT ?",
            *(self._company, MOST_USERS),
        )


def _tags_of(rule: TagRule) -> set[str]:
    asked = (tag for trigger in rule.when if isinstance(trigger, Matches) for tag in _tags_in(trigger.condition))
    return {*(tag.tag_id for tag in rule.add), *asked}


def _tags_in(condition: Condition) -> Iterator[str]:
    return (clause.tag_id for clause in condition.clauses() if isinstance(clause, HasTag) and clause.tag_id)


def _exchanged(trigger: Trigger, old: frozenset[str], new: RuleTag) -> Trigger:
    if not isinstance(trigger, Matches):
        return trigger
    return Matches(rebuild(trigger.condition, _exchanging(old, new)))


def _exchanging(old: frozenset[str], new: RuleTag) -> Callable[[Condition], Condition]:
    def leaf(clause: Condition) -> Condition:
        if isinstance(clause, HasTag) and clause.tag_id in old:
            return HasTag(new.title, staff=clause.staff, tag_id=new.tag_id)
        return clause

    return leaf
