"""``crm.group_tags``: tags of groups, which vendors do not have."""

from collections.abc import Generator, Iterable
from typing import Final

from privcrm.errors import InputError
from privcrm.models.fields import ids_in
from privcrm.store import Store
from privcrm.store.mirror.group_tags import GroupTags as StoredGroupTags
from privcrm.store.mirror.group_tags import TaggedGroup

__all__ = ["GroupTags", "TaggedGroup"]

LONGEST_TAG: Final = 100


class GroupTags:
    """The tags of a company's groups. Segments that ask for a group tag follow every change at once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._tags = StoredGroupTags(store.database)

    def put(
        self, group_id: str, add: Iterable[str] = (), remove: Iterable[str] = (), *, who: str = "", force: bool = False
    ) -> tuple[str, ...]:
        """Put tags on a group, take others off it, and return those that it carries now.

        Raises ``InputError`` for a group that the mirror does not know, unless ``force`` says to believe the id; for a
        tag that is empty, too long or in both lists; and when nothing is to be changed.
        """
        adding, removing = _names("add", add), _names("remove", remove)
        if not adding and not removing:
            raise InputError("name a tag to add or to remove")
        if both := sorted(set(adding) & set(removing)):
            raise InputError(f"tag {both[0]!r} is in add and in remove; keep one")
        with self._store.database.transaction() as connection:
            if not force and not self._tags.knows(connection, group_id):
                raise InputError(f"the mirror knows no group {group_id!r}; run privcrm sync first, or use force")
            now = self._store.clock.time()
            changed = self._tags.change(connection, group_id, add=adding, remove=removing, who=who, now=now)
            if changed:
                self._store.audit.write(connection, who, "group_tag", group=group_id, add=adding, remove=removing)
            return self._tags.of(connection, [group_id]).get(group_id, ())

    def of(self, group_id: str) -> tuple[str, ...]:
        """Return the tags of a group in order; none for a group that has none or is not known."""
        with self._store.database.connect() as connection:
            return self._tags.of(connection, [group_id]).get(group_id, ())

    def groups_with(self, tag: str) -> Generator[str]:
        """Yield the ids, in order, of the groups that carry a tag."""
        return self._tags.groups_with(tag)

    def list(self, tag: str | None = None) -> Generator[TaggedGroup]:
        """Yield groups with their tags, by id: those that carry a tag, or all that live."""
        return self._tags.stream(tag)


def _names(where: str, given: Iterable[str]) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in ids_in(where, given)))
    for name in names:
        if not name or len(name) > LONGEST_TAG:
            raise InputError(f"{where} takes tags of 1 to {LONGEST_TAG} characters")
    return names
