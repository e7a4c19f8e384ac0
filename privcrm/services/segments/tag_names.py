"""The tag library of the mirror, by name and by id."""

from collections import defaultdict
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from attrs import evolve, frozen

from privcrm.errors import InputError
from privcrm.models.segments import Condition, HasAnyTagOf, HasTag
from privcrm.services.files.sentences import say
from privcrm.services.tagging.cells import TagName, tag_names
from privcrm.store.database import Connection

__all__ = ["TagNames"]

MOST: Final = 100_000
SHOWN: Final = 3


@frozen
class _Tag:
    tag_id: str
    name: str
    group: str
    deleted: bool

    @property
    def title(self) -> str:
        return str(TagName(self.name, self.group or None)) if self.name else self.tag_id


class TagNames:
    """What tags and tag groups are called now, deleted ones included."""

    def __init__(self, connection: Connection, company: str) -> None:
        groups = connection.all(
            "SELECT group_id, name, deleted_at FROM privcrm_tag_group WHERE company = ? LIMIT ?", company, MOST
        )
        tags = connection.all(
            "SELECT tag_id, name, group_id, deleted_at FROM privcrm_tag WHERE company = ? LIMIT ?", company, MOST
        )
        self._groups = {group_id: (name, bool(deleted_at)) for group_id, name, deleted_at in groups}
        self._tags = {
            tag_id: _Tag(tag_id, name, self._group_name(group_id), bool(deleted_at))
            for tag_id, name, group_id, deleted_at in tags
        }
        self._by_name: defaultdict[str, list[_Tag]] = defaultdict(list)
        for tag in self._tags.values():
            self._by_name[tag.name].append(tag)

    def titles(self, expression: Condition) -> dict[str, str]:
        """Return what to show for the ids of the tags and tag groups that an expression speaks of."""
        shown: dict[str, str] = {}
        for clause in expression.clauses():
            if isinstance(clause, HasTag) and clause.tag_id in self._tags:
                shown[clause.tag_id] = self._tags[clause.tag_id].title
            elif isinstance(clause, HasAnyTagOf) and clause.group_id in self._groups:
                shown[clause.group_id] = self._groups[clause.group_id][0]
        return shown

    def title(self, tag_id: str) -> str:
        """Return what to show for the id of a tag."""
        return self._tags[tag_id].title if tag_id in self._tags else tag_id

    def resolved(self, clause: Condition) -> Condition:
        """Return the clause with the id that its name stands for.

        Raises ``InputError`` with near names for one that is unknown, ambiguous or deleted.
        """
        if isinstance(clause, HasTag):
            tag = self._tag(clause)
            return evolve(clause, tag=tag.title, tag_id=tag.tag_id)
        if isinstance(clause, HasAnyTagOf):
            return evolve(clause, group_id=self._group(clause))
        return clause

    def gone(self, expression: Condition) -> str:
        """Return why an expression cannot be used any more, "" if it can."""
        for clause in expression.clauses():
            if isinstance(clause, HasTag) and self._is_gone(clause.tag_id):
                return say("tag {tag!r} was deleted", tag=self.titles(clause).get(clause.tag_id, clause.tag))
            if isinstance(clause, HasAnyTagOf) and self._groups.get(clause.group_id, ("", True))[1]:
                return say(
                    "tag group {group!r} was deleted", group=self.titles(clause).get(clause.group_id, clause.group)
                )
        return ""

    def _is_gone(self, tag_id: str) -> bool:
        tag = self._tags.get(tag_id)
        return tag is None or tag.deleted

    def _group_name(self, group_id: str) -> str:
        return str(self._groups.get(group_id, ("", False))[0])

    def _tag(self, clause: HasTag) -> _Tag:
        tag = self._tags.get(clause.tag_id or clause.tag)
        if tag is None:
            tag = self._named(clause.tag)
        if tag.deleted:
            raise InputError(say("tag {tag!r} was deleted: restore it, or leave it out", tag=tag.title))
        return tag

    def _named(self, written: str) -> _Tag:
        names = tag_names(written)
        if len(names) != 1:
            raise InputError(say("{tag!r} names several tags: write a condition for each", tag=written))
        [wanted] = names
        found = [tag for tag in self._by_name.get(wanted.name, ()) if wanted.group in (None, tag.group)]
        live = [tag for tag in found if not tag.deleted] or found[:1]
        if len(live) == 1:
            return live[0]
        if live:
            places = ", ".join(sorted(tag.title for tag in live))
            raise InputError(
                say("tag {tag!r} exists more than once: {places}; write Group/Tag", tag=written, places=places)
            )
        raise InputError(self._unknown(wanted))

    def _unknown(self, wanted: TagName) -> str:
        live = [tag for tag in self._tags.values() if not tag.deleted and tag.name]
        alike = {wanted.name} if wanted.name in self._by_name else _near(wanted.name, (tag.name for tag in live))
        near = [tag.title for tag in live if tag.name in alike]
        if near:
            listed = ", ".join(near[:SHOWN])
            return say("tag {tag!r} is unknown; did you mean {near}?", tag=str(wanted), near=listed)
        return say("the mirror knows no tag {tag!r}: privcrm sync reads the tags of the company", tag=str(wanted))

    def _group(self, clause: HasAnyTagOf) -> str:
        wanted = clause.group_id or clause.group
        named = [wanted] if wanted in self._groups else self._groups_named(clause.group)
        live = [group_id for group_id in named if not self._groups[group_id][1]]
        if len(live) == 1:
            return live[0]
        if live:
            raise InputError(say("tag group {group!r} exists more than once: write its id", group=clause.group))
        if named:
            raise InputError(say("tag group {group!r} was deleted: leave it out", group=clause.group))
        near = _near(clause.group, [name for name, deleted in self._groups.values() if not deleted])
        if near:
            listed = ", ".join(sorted(near)[:SHOWN])
            raise InputError(
                say("tag group {group!r} is unknown; did you mean {near}?", group=clause.group, near=listed)
            )
        raise InputError(
            say(
                "the mirror knows no tag group {group!r}: privcrm sync reads the tags of the company",
                group=clause.group,
            )
        )

    def _groups_named(self, wanted: str) -> list[str]:
        return [group_id for group_id, (name, _) in self._groups.items() if name == wanted]


def _near(wanted: str, names: Iterable[str]) -> set[str]:
    """Return the names that look like the wanted one, whatever their case."""
    in_small: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        in_small[name.casefold()].append(name)
    return {name for found in get_close_matches(wanted.casefold(), in_small, SHOWN) for name in in_small[found]}
