"""From the names that people write to the tags of the company."""

from collections import defaultdict
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

from attrs import frozen

from privcrm.errors import InputError
from privcrm.models import TagGroup
from privcrm.services.files.sentences import Sentence, say, without_phones
from privcrm.services.tagging.cells import TagName, tag_names

LONGEST_NAME = 30  # characters, for tags and for groups: developer.work.weixin.qq.com/document/path/92117


@frozen
class TagRef:
    """A tag that a row names; ``tag_id`` is empty while the tag is still to be created."""

    tag_id: str
    name: str
    group: str

    @property
    def title(self) -> str:
        """The full name, as it can be written in a list."""
        return str(TagName(self.name, self.group))


class TagLibrary:
    """The company's tags by name."""

    def __init__(self, groups: Iterable[TagGroup], *, create: bool = False) -> None:
        self._create = create
        self._by_name: defaultdict[str, list[TagRef]] = defaultdict(list)
        for group in groups:
            for tag in group.tags:
                if not (tag.deleted or group.deleted):
                    self._by_name[tag.name].append(TagRef(tag.tag_id, tag.name, group.name))
        # A million rows repeat a handful of cells, and finding near names is slow.
        self.to_add = lru_cache(4096)(self._to_add)
        self.to_remove = lru_cache(4096)(self._to_remove)

    def _to_add(self, cell: str) -> tuple[TagRef, ...]:
        """Return the tags to put on; names to be created come without an id."""
        return tuple(self._resolve(name, create=self._create) for name in tag_names(cell))

    def _to_remove(self, cell: str) -> tuple[TagRef, ...]:
        """Return the tags to take off: those must exist."""
        return tuple(self._resolve(name, create=False) for name in tag_names(cell))

    def _resolve(self, wanted: TagName, *, create: bool) -> TagRef:
        named = self._by_name.get(wanted.name, [])
        found = [ref for ref in named if wanted.group in (None, ref.group)]
        if len(found) == 1:
            return found[0]
        if found:
            places = ", ".join(sorted(ref.title for ref in found))
            raise InputError(
                say("tag {tag!r} exists more than once: {places}; write Group/Tag", tag=str(wanted), places=places)
            )
        return self._missing(wanted, create=create)

    def _missing(self, wanted: TagName, *, create: bool) -> TagRef:
        for part in (wanted.name, wanted.group or ""):
            if len(part) > LONGEST_NAME:
                shown = without_phones(part)[:LONGEST_NAME]  # hidden first: half a phone is not recognised any more
                size = {"count": len(part), "most": LONGEST_NAME}
                raise InputError(say("name {name!r}... has {count} characters; the most is {most}", name=shown, **size))
        if not create:
            raise InputError(self._unknown(wanted))
        if wanted.group is None:
            raise InputError(
                say("tag {tag!r} is unknown and names no group to create it in; write Group/Tag", tag=str(wanted))
            )
        return TagRef("", wanted.name, wanted.group)

    def _unknown(self, wanted: TagName) -> Sentence:
        titles = [ref.title for refs in self._by_name.values() for ref in refs]
        elsewhere = [ref.title for ref in self._by_name.get(wanted.name, [])]
        alike = [ref.title for name in _near(wanted.name, self._by_name) for ref in self._by_name[name]]
        near = dict.fromkeys((*elsewhere, *_near(str(wanted), titles), *alike))
        if not near:
            return say("tag {tag!r} is unknown; create it first (`tag apply --create-tags`)", tag=str(wanted))
        return say("tag {tag!r} is unknown; did you mean {near}?", tag=str(wanted), near=", ".join(list(near)[:3]))


def _near(wanted: str, names: Iterable[str]) -> list[str]:
    """Return the names that look like the wanted one, whatever their case."""
    in_small: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        in_small[name.casefold()].append(name)
    return [name for found in get_close_matches(wanted.casefold(), in_small) for name in in_small[found]]
