"""From the names in an order to tags."""

from collections.abc import Iterable, Iterator

from attrs import frozen

from privcrm.errors import InputError
from privcrm.models import TagGroup
from privcrm.services.files.sentences import say
from privcrm.services.tag_library.orders import Merge, Move, Order, Restore
from privcrm.services.tagging.names import LONGEST_NAME, TagLibrary, TagRef
from privcrm.services.tagging.relation import TagTable
from privcrm.store.database import Database
from privcrm.store.mirror.deleted_tags import DeletedTag, DeletedTags

__all__ = ["Swap", "resolve", "single_tag"]


@frozen
class Swap:
    """``target`` takes the place of ``sources``; an empty id is that of a tag to be made.

    ``restored`` is the tag that a restoration brings back: it is gone already, and there is nothing to delete.
    """

    target: TagRef
    sources: tuple[TagRef, ...] = ()
    restored: DeletedTag | None = None

    @property
    def table(self) -> TagTable:
        """The tags under numbers: 0 is the target."""
        return TagTable([self.target, *self.sources])

    @property
    def replaced(self) -> tuple[str, ...]:
        """The ids in whose place the target's comes, wherever rules and segments name them."""
        return (self.restored.tag_id,) if self.restored else tuple(source.tag_id for source in self.sources)


def resolve(order: Order, groups: Iterable[TagGroup], database: Database) -> Swap:
    """Return what an order means in a library. Raises ``InputError`` for what is unknown, unclear or done already."""
    library = [group for group in groups if not group.deleted]
    match order:
        case Merge():
            return _merge(order, library)
        case Move():
            return _move(order, library)
        case Restore():
            return _restore(order, library, database)


def single_tag(text: str, library: Iterable[TagGroup]) -> TagRef:
    """Return the tag of this id or name; raises ``InputError``."""
    groups = list(library)
    by_id = (ref for ref in _refs(groups) if ref.tag_id == text)
    found = next(by_id, None)
    if found is not None:
        return found
    named = TagLibrary(groups).to_remove(text)
    if len(named) != 1:
        raise InputError(say("{text!r} names {count} tags; name one", text=text, count=len(named)))
    return named[0]


def _merge(order: Merge, library: list[TagGroup]) -> Swap:
    target = single_tag(order.target, library)
    sources = tuple(dict.fromkeys(single_tag(text, library) for text in order.sources))
    if target in sources:
        raise InputError(say("tag {tag!r} cannot be merged into itself; name another target", tag=target.title))
    return Swap(target, sources)


def _move(order: Move, library: list[TagGroup]) -> Swap:
    source = single_tag(order.tag, library)
    group = next((each.name for each in library if each.group_id == order.group), order.group)
    if not 0 < len(group) <= LONGEST_NAME:
        raise InputError(say("the name of a tag group has 1 to {most} characters", most=LONGEST_NAME))
    if group == source.group:
        raise InputError(say("tag {tag!r} is in that group already", tag=source.title))
    target = TagRef("", source.name, group)
    if any(ref.group == group and ref.name == source.name for ref in _refs(library)):
        raise InputError(say("tag {tag!r} exists already; use tag merge", tag=target.title))
    return Swap(target, (source,))


def _restore(order: Restore, library: list[TagGroup], database: Database) -> Swap:
    name = order.tag.rpartition("/")[2]
    with database.connect() as connection:
        tags = DeletedTags(database)
        found = tags.find(connection, order.tag) or tags.find(connection, name)
    group = order.tag.rpartition("/")[0]
    deleted = [each for each in found if not group or each.group == group]
    if not deleted:
        raise InputError(
            say("no deleted tag is known as {tag!r}; only what a sync has seen before can be restored", tag=order.tag)
        )
    if len(deleted) > 1 and order.tag != deleted[0].tag_id:
        places = ", ".join(f"{each.group}/{each.name} ({each.tag_id})" for each in deleted)
        raise InputError(say("{tag!r} was deleted more than once: {places}; give the id", tag=order.tag, places=places))
    tag = deleted[0]
    if not tag.name or not tag.group:
        raise InputError(say("what tag {tag!r} was called was never read; create a new one", tag=tag.tag_id))
    alive = (ref for ref in _refs(library) if (ref.group, ref.name) == (tag.group, tag.name))
    return Swap(next(alive, TagRef("", tag.name, tag.group)), restored=tag)


def _refs(library: Iterable[TagGroup]) -> Iterator[TagRef]:
    for group in library:
        yield from (TagRef(tag.tag_id, tag.name, group.name) for tag in group.tags if not tag.deleted)
