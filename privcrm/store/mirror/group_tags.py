"""The tags that the company keeps of its groups: vendors have none."""

from collections.abc import Collection, Generator, Iterable
from typing import Final

from attrs import frozen

from privcrm.store.database import Connection, Database, Row, in_pages, marks

__all__ = ["GroupTags", "TaggedGroup"]

PAGE: Final = 500
_PAGE_OF_ALL: Final = (
    "SELECT group_id, name, owner_id FROM privcrm_known_group"
    " WHERE company = ? AND lives = 1 AND group_id > ? ORDER BY group_id LIMIT ?"
)
_PAGE_OF_ONE: Final = (
    "SELECT t.group_id, COALESCE(g.name, ''), COALESCE(g.owner_id, '') FROM privcrm_group_tag t"
    " LEFT JOIN privcrm_known_group g ON g.company = t.company AND g.group_id = t.group_id"
    " WHERE t.company = ? AND t.name = ? AND t.group_id > ? ORDER BY t.group_id LIMIT ?"
)


@frozen
class TaggedGroup:
    """A group with its tags in order; name and owner are "" for a group that the mirror does not know."""

    group_id: str
    name: str = ""
    owner_id: str = ""
    tags: tuple[str, ...] = ()


class GroupTags:
    """The tags of groups. Methods with a connection work inside the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._company = database.company

    def knows(self, connection: Connection, group_id: str) -> bool:
        """Return whether the mirror knows a group, dismissed or not."""
        found = connection.one(
            "SELECT 1 FROM privcrm_known_group WHERE company = ? AND group_id = ?", self._company, group_id
        )
        return found is not None

    def change(
        self,
        connection: Connection,
        group_id: str,
        *,
        add: Collection[str] = (),
        remove: Collection[str] = (),
        who: str = "",
        now: float,
    ) -> int:
        """Put tags on a group and take others off it; return how many of them made a difference."""
        taken = connection.run_many(
            "DELETE FROM privcrm_group_tag WHERE company = ? AND group_id = ? AND name = ?",
            [(self._company, group_id, name) for name in remove],
        )
        return taken + connection.run_many(
            "INSERT INTO privcrm_group_tag (company, group_id, name, who, at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (company, group_id, name) DO NOTHING",
            [(self._company, group_id, name, who, now) for name in add],
        )

    def of(self, connection: Connection, group_ids: Collection[str]) -> dict[str, tuple[str, ...]]:
        """Return the tags, in order, of those of these groups (at most some hundreds) that have any."""
        if not group_ids:
            return {}
        found: dict[str, list[str]] = {}
        for group_id, name in connection.all(
            f"SELECT group_id, name FROM privcrm_group_tag WHERE company = ? AND group_id IN ({marks(group_ids)})"
            " ORDER BY group_id, name",
            self._company,
            *group_ids,
        ):
            found.setdefault(group_id, []).append(name)
        return {group_id: tuple(names) for group_id, names in found.items()}

    def groups_with(self, tag: str) -> Generator[str]:
        """Yield the ids, in order, of the groups that carry a tag."""
        return (row[0] for row in in_pages(self._database, _PAGE_OF_ONE, (self._company, tag), ("",), PAGE))

    def stream(self, tag: str | None = None) -> Generator[TaggedGroup]:
        """Yield the groups by id: those that carry a tag, or all that live."""
        statement, key = (_PAGE_OF_ALL, (self._company,)) if tag is None else (_PAGE_OF_ONE, (self._company, tag))
        some: list[Row] = []
        for row in in_pages(self._database, statement, key, ("",), PAGE):
            some.append(row)
            if len(some) == PAGE:
                yield from self._tagged(some)
                some = []
        yield from self._tagged(some)

    def _tagged(self, rows: Collection[Row]) -> Iterable[TaggedGroup]:
        with self._database.connect() as connection:
            tags = self.of(connection, [group_id for group_id, *_ in rows])
        return [TaggedGroup(group_id, name, owner, tags.get(group_id, ())) for group_id, name, owner in rows]
