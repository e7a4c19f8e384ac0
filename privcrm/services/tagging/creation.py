"""Tags that a job is to create: made just before its first send, and found again by name after a crash."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from privcrm.errors import AnswerLost, Conflict
from privcrm.models import TagGroup
from privcrm.provider import Provider
from privcrm.services.tagging.relation import TagTable

_TRIES: Final = 3


class TagCreation:
    """Gives every tag of one table an id."""

    def __init__(self, provider: Provider, table: TagTable) -> None:
        self._provider = provider
        self._table = table
        self._known = dict[tuple[str, str], str]()

    def ids(self) -> tuple[str, ...]:
        """Return the tag ids of the table, creating what is missing; raises what the port raises.

        Looks, creates, and looks again: a name taken meanwhile, or a lost answer, is settled by name.
        """
        for attempt in range(1, _TRIES + 1):
            try:
                self._create(self._missing())
                break
            except (Conflict, AnswerLost):
                if attempt == _TRIES:
                    raise
        return tuple(ref.tag_id or self._known[ref.group, ref.name] for ref in self._table.refs)

    def _missing(self) -> Mapping[str, list[str]]:
        """Return the names that the library lacks, by group."""
        missing: defaultdict[str, list[str]] = defaultdict(list)
        wanted = [(ref.group, ref.name) for ref in self._table.refs if not ref.tag_id]
        if wanted:
            self._known = ids_by_name(self._provider.tags.list())
        for group, name in wanted:
            if (group, name) not in self._known:
                missing[group].append(name)
        return missing

    def _create(self, missing: Mapping[str, list[str]]) -> None:
        for group, names in missing.items():
            made = self._provider.tags.create(names, group_name=group)
            self._known.update({(group, tag.name): tag.tag_id for tag in made.tags})


def ids_by_name(groups: Iterable[TagGroup]) -> dict[tuple[str, str], str]:
    """Return the id of every tag of a library under (group, tag)."""
    living = (group for group in groups if not group.deleted)
    return {(group.name, tag.name): tag.tag_id for group in living for tag in group.tags if not tag.deleted}
