"""Rules in the store."""

import random
from typing import Final

from attrs import evolve

from privcrm.errors import InputError
from privcrm.models.tag_rule import TagRule
from privcrm.services.tag_rules.codec import dump_rule, load_rule
from privcrm.store.database import Connection, Database

__all__ = ["RuleRecords"]

MOST_RULES: Final = 10_000

_ALL: Final = (
    "SELECT id, spec, state, frozen, created_at, created_by FROM privcrm_tag_rule WHERE company = ?"
    " ORDER BY created_at, id LIMIT ?"
)
_BURY: Final = """
UPDATE privcrm_tag_rule SET state = 'removed' WHERE company = ? AND state = 'removing' AND NOT EXISTS
(SELECT 1 FROM privcrm_tag_rule_hit h WHERE h.company = privcrm_tag_rule.company AND h.rule = privcrm_tag_rule.id
AND h.state IN ('adding', 'take_back', 'removing'))
"""


class RuleRecords:
    """The rules of a company. Methods work inside the transaction whose connection they are given."""

    def __init__(self, database: Database, rng: random.Random) -> None:
        self._company = database.company
        self._is_sqlite = database.is_sqlite
        self._rng = rng

    def add(self, connection: Connection, rule: TagRule) -> TagRule:
        """Keep a new rule and return it with its id; raises ``InputError`` for a name that is taken."""
        self.lock(connection)
        self.refuse_taken(connection, rule.name)
        made = evolve(rule, id=f"{self._rng.getrandbits(64):016x}")
        connection.run(
            "INSERT INTO privcrm_tag_rule (company, id, spec, state, created_at, created_by) VALUES (?, ?, ?, ?, ?, ?)",
            *(self._company, made.id, dump_rule(made), made.state, made.created_at, made.created_by),
        )
        return made

    def refuse_taken(self, connection: Connection, name: str) -> None:
        """Raise ``InputError`` if a rule that is not removed has this name."""
        if any(each.name == name for each in self.all(connection) if each.state != "removed"):
            raise InputError(f"there is a tag rule named {name!r}; remove it first, or take another name")

    def all(self, connection: Connection) -> list[TagRule]:
        """Return all rules, removed ones among them, the oldest first."""
        return [load_rule(row) for row in connection.all(_ALL, self._company, MOST_RULES)]

    def get(self, connection: Connection, name_or_id: str) -> TagRule:
        """Return a rule by name or id, of several with one name the last; raises ``InputError``."""
        rules = self.all(connection)
        found = [each for each in rules if name_or_id in (each.id, each.name)]
        if not found:
            known = ", ".join(repr(each.name) for each in rules if each.state != "removed") or "none"
            raise InputError(f"there is no tag rule {name_or_id!r}; known: {known}")
        return found[-1]

    def move(self, connection: Connection, rule_id: str, state: str) -> None:
        """Let a rule have another state."""
        connection.run(
            "UPDATE privcrm_tag_rule SET state = ? WHERE company = ? AND id = ? AND state <> 'removed'",
            *(state, self._company, rule_id),
        )

    def bury(self, connection: Connection) -> None:
        """Let rules that were being removed be so, once nothing of them is under way."""
        connection.run(_BURY, self._company)

    def lock(self, connection: Connection) -> None:
        """Let one process at a time decide what is to be put and taken off: SQLite has one writer anyway."""
        if not self._is_sqlite:
            connection.run("SELECT pg_advisory_xact_lock(hashtext(?))", f"privcrm tag rules {self._company}")
