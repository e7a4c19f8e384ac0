"""The tag library in the store: names, groups, order; what was deleted is marked, so that history keeps its names."""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from attrs import frozen

from privcrm.models import Tag, TagGroup
from privcrm.store.bulk import Upsert
from privcrm.store.database import Connection, Database, Row, marks
from privcrm.store.mirror.numbers import Numbers

__all__ = ["Library", "LibraryChange"]

ASKED_AT_ONCE: Final = 500
MOST_TAGS: Final = 100_000  # of a library: vendors allow a tenth of it

_TAG: Final = Upsert(
    "tag",
    ("company", "number", "tag_id", "name", "group_id", "sort", "created_at", "deleted_at", "as_of"),
    keys=2,
    kept=("tag_id",),
)
_GROUP: Final = Upsert(
    "tag_group", ("company", "group_id", "name", "sort", "created_at", "deleted_at", "as_of"), keys=2
)
_Told = tuple[str, str, int, int]


@frozen
class LibraryChange:
    """How many tags and groups of tags were there, came, changed, and went."""

    tags: int = 0
    groups: int = 0
    changed: int = 0
    deleted: int = 0


class Library:
    """The tags of a company. Every method works inside the transaction whose connection it is given."""

    def __init__(self, database: Database) -> None:
        self._company = database.company
        self._numbers = Numbers(database)

    def put(self, connection: Connection, groups: Sequence[TagGroup], now: float, *, whole: bool) -> LibraryChange:
        """Write what the vendor lists; if that is the ``whole`` library, what is not in it is deleted."""
        live = [group for group in groups if not group.deleted]
        tags = [tag for group in live for tag in group.tags if not tag.deleted]
        changed = self._put_groups(connection, live, now) + self._put_tags(connection, tags, now)
        if whole:
            gone_tags = self._others(connection, "tag", {tag.tag_id for tag in tags}, now)
            gone_groups = self._others(connection, "tag_group", {group.group_id for group in live}, now)
        else:
            told = [tag for group in groups for tag in group.tags if tag.deleted or group.deleted]
            gone_tags = [tag.tag_id for tag in told]
            gone_groups = [group.group_id for group in groups if group.deleted]
        deleted = self.delete(connection, gone_tags, gone_groups, now)
        return LibraryChange(len(tags), len(live), changed, deleted)

    def nameless(self, connection: Connection, tag_ids: Collection[str]) -> list[str]:
        """Return those of these tags that were met on a relation and never in the library: a few hundred at most."""
        rows = connection.all(
            f"SELECT tag_id FROM privcrm_tag WHERE company = ? AND name = '' AND tag_id IN ({marks(tag_ids)})",
            self._company,
            *tag_ids,
        )
        return [tag_id for (tag_id,) in rows]

    def delete(self, connection: Connection, tag_ids: Collection[str], group_ids: Collection[str], now: float) -> int:
        """Mark tags, and groups with all their tags, as deleted; return how many of them were live until now.

        Relations that wore them lose them when they are read again: there may be a million of them.
        """
        inside = [row[0] for group_id in group_ids for row in self._inside(connection, group_id)]
        numbers = self._numbers.tags(connection, [*tag_ids, *inside])
        done = 0
        for group_id in group_ids:
            done += connection.run(
                "UPDATE privcrm_tag_group SET deleted_at = ?, as_of = ?"
                " WHERE company = ? AND group_id = ? AND deleted_at = 0",
                *(now, now, self._company, group_id),
            )
        for number in numbers.values():
            done += connection.run(
                "UPDATE privcrm_tag SET deleted_at = ?, as_of = ? WHERE company = ? AND number = ? AND deleted_at = 0",
                *(now, now, self._company, number),
            )
        return done

    def _inside(self, connection: Connection, group_id: str) -> list[Row]:
        return connection.all(
            "SELECT tag_id FROM privcrm_tag WHERE company = ? AND group_id = ? AND deleted_at = 0 LIMIT ?",
            *(self._company, group_id, MOST_TAGS),
        )

    def _put_groups(self, connection: Connection, groups: Iterable[TagGroup], now: float) -> int:
        told = {each.group_id: (each.name, each.order, each.created_at or 0) for each in groups}
        kept = self._kept(connection, "tag_group", "group_id, name, sort, created_at, deleted_at", told)
        rows = [
            (self._company, group_id, *values, 0.0, now)
            for group_id, values in told.items()
            if kept.get(group_id) != (*values, 0.0)
        ]
        _GROUP.run(connection, rows)
        return len(rows)

    def _put_tags(self, connection: Connection, tags: Iterable[Tag], now: float) -> int:
        told = {each.tag_id: (each.name, each.group_id, each.order, each.created_at or 0) for each in tags}
        numbers = self._numbers.ensure_tags(connection, told)
        kept = self._kept(connection, "tag", "tag_id, name, group_id, sort, created_at, deleted_at", told)
        changed = [tag_id for tag_id, values in told.items() if kept.get(tag_id) != (*values, 0.0)]
        _TAG.run(connection, [(self._company, numbers[each], each, *told[each], 0.0, now) for each in changed])
        return len(changed)

    def _kept(self, connection: Connection, table: str, columns: str, ids: Iterable[str]) -> dict[str, Row]:
        name = columns.partition(",")[0]
        wanted, found = list(ids), dict[str, Row]()
        for start in range(0, len(wanted), ASKED_AT_ONCE):
            some = wanted[start : start + ASKED_AT_ONCE]
            rows = connection.all(
                f"SELECT {columns} FROM privcrm_{table} WHERE company = ? AND {name} IN ({marks(some)})",
                self._company,
                *some,
            )
            found.update({row[0]: tuple(row[1:]) for row in rows})
        return found

    def _others(self, connection: Connection, table: str, listed: Collection[str], now: float) -> list[str]:
        """Return the ids of the live ones that are not listed; what was written since then is left alone."""
        name = "tag_id" if table == "tag" else "group_id"
        rows = connection.all(
            f"SELECT {name} FROM privcrm_{table} WHERE company = ? AND deleted_at = 0 AND as_of <= ? LIMIT ?",
            *(self._company, now, MOST_TAGS),
        )
        return [each for (each,) in rows if each not in listed]
