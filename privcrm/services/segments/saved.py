"""Segments by name: kept by the ids of their tags, shown by the names of today, frozen when what they need is gone."""

import logging
from collections.abc import Collection
from typing import Final

from privcrm.clock import Clock
from privcrm.errors import InputError
from privcrm.models.segments import Condition, HasAnyTagOf, HasTag
from privcrm.models.segments.stored import condition_of_text, text_of_condition
from privcrm.services.files.sentences import say
from privcrm.services.segments.resolving import Resolver
from privcrm.services.segments.results import SavedSegment
from privcrm.store.database import Connection, Database
from privcrm.store.mirror.saved_segments import SegmentRow, SegmentRows

__all__ = ["SavedSegments"]

log = logging.getLogger("privcrm.segments")

LONGEST_NAME: Final = 100


class SavedSegments:
    """The saved segments of a company."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._rows = SegmentRows(database)

    def save(self, name: str, condition: Condition, created_by: str) -> SavedSegment:
        """Keep a condition that was resolved under a name, in place of what was there; raises ``InputError``."""
        if not name or name != name.strip() or len(name) > LONGEST_NAME or name[0] == "@" or ":" in name:
            raise InputError(
                say(
                    "a segment's name has 1 to {most} characters, no colon, no @ or space at its ends",
                    most=LONGEST_NAME,
                )
            )
        row = SegmentRow(name, text_of_condition(condition), "", self._clock.time(), created_by)
        with self._database.transaction() as connection:
            self._rows.put(connection, row)
            return _shown(row, Resolver(self._database, connection))

    def get(self, name: str) -> SavedSegment:
        """Return a segment; raises ``InputError`` if there is none of this name."""
        with self._database.connect() as connection:
            return _shown(self._row(connection, name), Resolver(self._database, connection))

    def condition(self, connection: Connection, name: str) -> Condition:
        """Return what a segment asks for; raises ``InputError`` for one that is unknown or frozen."""
        row = self._row(connection, name)
        condition = condition_of_text(row.expression)
        why = Resolver(self._database, connection).gone(condition) or row.frozen
        if why:
            raise InputError(say("segment {name!r} is frozen: {why}; save it anew without that", name=name, why=why))
        return condition

    def knows(self, connection: Connection, name: str) -> bool:
        """Tell whether there is a segment of this name."""
        return self._rows.get(connection, name) is not None

    def all(self) -> list[SavedSegment]:
        """Return all segments by name; frozen ones say why."""
        with self._database.connect() as connection:
            resolver = Resolver(self._database, connection)
            return [_shown(row, resolver) for row in self._rows.all(connection)]

    def delete(self, name: str) -> None:
        """Forget a segment; raises ``InputError`` if there is none of this name."""
        with self._database.transaction() as connection:
            if not self._rows.delete(connection, name):
                raise _unknown(name)

    def check(self) -> list[SavedSegment]:
        """Freeze the segments that use what was deleted, say so in the log, and return all that are frozen."""
        with self._database.transaction() as connection:
            resolver = Resolver(self._database, connection)
            found = [_shown(row, resolver) for row in self._rows.all(connection)]
            frozen = [each for each in found if each.frozen]
            for each in frozen:
                self._rows.freeze(connection, each.name, each.frozen)
        for each in frozen:
            log.warning("segment %s cannot be used: %s", each.name, each.frozen)
        return frozen

    def freeze_users_of(
        self, connection: Connection, tag_ids: Collection[str], group_ids: Collection[str] = (), *, why: str = ""
    ) -> list[str]:
        """Freeze the segments that use one of these tags or tag groups, and return the names of those newly frozen.

        To be called in the transaction that marks them as deleted.
        """
        resolver, frozen = Resolver(self._database, connection), list[str]()
        for row in self._rows.all(connection):
            condition = condition_of_text(row.expression)
            if not row.frozen and _uses(condition, tag_ids, group_ids):
                reason = why or resolver.gone(condition) or say("a tag that it uses was deleted")
                self._rows.freeze(connection, row.name, reason)
                frozen.append(row.name)
        return frozen

    def _row(self, connection: Connection, name: str) -> SegmentRow:
        row = self._rows.get(connection, name)
        if row is None:
            raise _unknown(name)
        return row


def _uses(condition: Condition, tag_ids: Collection[str], group_ids: Collection[str]) -> bool:
    return any(
        (isinstance(clause, HasTag) and clause.tag_id in tag_ids)
        or (isinstance(clause, HasAnyTagOf) and clause.group_id in group_ids)
        for clause in condition.clauses()
    )


def _shown(row: SegmentRow, resolver: Resolver) -> SavedSegment:
    condition = condition_of_text(row.expression)
    frozen = resolver.gone(condition) or row.frozen
    return SavedSegment(row.name, resolver.shown(condition), frozen, row.created_at, row.created_by)


def _unknown(name: str) -> InputError:
    return InputError(say("there is no segment {name!r}; privcrm segment list shows them", name=name))
