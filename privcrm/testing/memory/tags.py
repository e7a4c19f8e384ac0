"""The tag library of the memory provider."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import asdict

from privcrm.errors import Conflict, InputError, LimitReached, NotFound, PermissionDenied
from privcrm.models import Tag, TagChange, TagGroup, TagGroupId, TagId
from privcrm.models.fields import ids_in
from privcrm.provider.capabilities import Capabilities
from privcrm.provider.intents import Intent, Settled
from privcrm.provider.limits import LimitTable
from privcrm.provider.ports.tags import TagsPort, settled_by_name
from privcrm.sandbox import world as simulated
from privcrm.sandbox.world.tags import TagLibrary
from privcrm.testing.memory import ids
from privcrm.testing.memory.door import NAME, Call, Door
from privcrm.testing.memory.members import relation


class MemoryTags(TagsPort):
    """Keeps tags; those that the console or another program made can be used, not changed."""

    def __init__(self, door: Door, capabilities: Capabilities, limits: LimitTable) -> None:
        super().__init__(NAME, capabilities)
        self._door = door
        self._limits = limits

    def list(
        self, *, tag_ids: Sequence[str] | None = None, group_ids: Sequence[str] | None = None
    ) -> Iterator[TagGroup]:
        """Yield tag groups with their tags."""
        with self._door.reading("tags.list") as call:
            library = call.world.tags
            if tag_ids is None and group_ids is None:
                return iter([_group(group, library.tags(group.number)) for group in library.groups()])
            return _chosen(library, ids_in("tag_ids", tag_ids or ()), ids_in("group_ids", group_ids or ()))

    def create(
        self,
        names: Sequence[str],
        *,
        group_id: str = "",
        group_name: str = "",
        intent: Intent | None = None,  # noqa: ARG002 - no answer is ever lost here
        extra: Mapping[str, Any] | None = None,  # noqa: ARG002 - there is no vendor to pass it on to
    ) -> TagGroup:
        """Create tags; a name given twice is made once."""
        wanted = tuple(dict.fromkeys(names))
        if not wanted or bool(group_id) == bool(group_name):
            raise InputError("tags.create needs names, and either group_id or group_name")
        self._check_names((*wanted, group_name) if group_name else wanted)
        with self._door.writing("tags.create") as call:
            library = call.world.tags
            group = _group_with(call, group_id) if group_id else library.group_named(group_name)
            taken = {tag.name for tag in library.tags(group.number)} if group else set[str]()
            _refuse_taken(call, taken.intersection(wanted))
            if sum(1 for _ in library.tags()) + len(wanted) > self._limits["tags.library"].value:
                raise call.refuse(LimitReached, "library_full", "the company has as many tags as it may have")
            maker = simulated.OUR_PROGRAM
            group = group or library.add_group(group_name, order=0, at=call.now, maker=maker)
            made = [library.add_tag(group.number, name, order=0, at=call.now, maker=maker) for name in wanted]
            return _group(group, made)

    def settle(
        self,
        intent: Intent,  # noqa: ARG002 - names are unique in a group, so nothing had to be planted
        names: Sequence[str],
        *,
        group_id: str = "",
        group_name: str = "",
    ) -> Settled:
        """Look the names up in the group."""
        return settled_by_name(self.list(), names, group_id=group_id, group_name=group_name)

    def edit(
        self,
        tag_or_group_id: str,
        *,
        name: str | None = None,
        order: int | None = None,
        extra: Mapping[str, Any] | None = None,  # noqa: ARG002 - there is no vendor to pass it on to
    ) -> None:
        """Rename or move a tag or a tag group."""
        if name is None and order is None:
            raise InputError("tags.edit was given nothing to change")
        if name is not None:
            self._check_names((name,))
        with self._door.writing("tags.edit") as call:
            target = _own(call, tag_or_group_id)
            library = call.world.tags
            rivals = library.tags(target.group) if isinstance(target, simulated.Tag) else library.groups()
            _refuse_taken(call, {rival.name for rival in rivals if rival.number != target.number} & {name})
            library.rename(target.number, name, order)

    def delete(self, *, tag_ids: Sequence[str] = (), group_ids: Sequence[str] = ()) -> None:
        """Delete tags and groups; an unknown id among them leaves all of them as they were."""
        if not tag_ids and not group_ids:
            raise InputError("tags.delete was given nothing to delete")
        with self._door.writing("tags.delete") as call:
            doomed = [_own(call, one) for one in (*tag_ids, *group_ids)]
            for thing in doomed:
                is_tag = isinstance(thing, simulated.Tag)
                (call.world.tags.delete_tag if is_tag else call.world.tags.delete_group)(thing.number)

    def mark(
        self,
        change: TagChange,
        *,
        extra: Mapping[str, Any] | None = None,  # noqa: ARG002 - there is no vendor to pass it on to
    ) -> None:
        """Put tags on one relation and take tags off it."""
        if not change.add and not change.remove:
            raise InputError("tags.mark was given nothing to add or remove")
        if set(change.add) & set(change.remove):
            raise InputError("tags.mark was given a tag both to add and to remove")
        with self._door.writing("tags.mark", staff_id=change.staff_id) as call:
            follow = relation(call, change.staff_id, change.member_id)
            add, remove = (_numbers(call, given) for given in (change.add, change.remove))
            wanted = (set(call.world.live_tags(follow.staff, follow.member)) | add) - remove
            if len(wanted) > self._limits["tags.relation"].value:
                raise call.refuse(LimitReached, "relation_full", "the relation has as many tags as it may have")
            call.world.follows.set_tags(follow.staff, follow.member, wanted)

    def _check_names(self, names: Iterable[str]) -> None:
        most = self._limits["tags.name"].value
        if not all(0 < len(name) <= most for name in names):
            raise InputError(f"the name of a tag or tag group has 1 to {most} characters")


def _refuse_taken(call: Call, taken: Iterable[str | None]) -> None:
    if any(taken):
        raise call.refuse(Conflict, "name_taken", "something of that name is there already")


def _own(call: Call, text: str) -> simulated.Tag | simulated.TagGroup:
    """Return a tag or group that this program made; raises ``NotFound`` or ``PermissionDenied``."""
    library = call.world.tags
    found = library.tag(ids.number_of(ids.TAG, text)) or library.group(ids.number_of(ids.TAG_GROUP, text))
    if found is None or found.deleted:
        raise call.refuse(NotFound, "unknown_tag", "no tag or tag group has this id")
    if found.maker != simulated.OUR_PROGRAM:
        raise call.refuse(PermissionDenied, "foreign_tag", "only who made a tag may change it")
    return found


def _group_with(call: Call, group_id: str) -> simulated.TagGroup:
    group = call.world.tags.group(ids.number_of(ids.TAG_GROUP, group_id))
    if group is None or group.deleted:
        raise call.refuse(NotFound, "unknown_tag_group", "no tag group has this id")
    return group


def _numbers(call: Call, tag_ids: Iterable[str]) -> set[int]:
    numbers = {ids.number_of(ids.TAG, tag_id) for tag_id in tag_ids}
    if not all(call.world.tags.has(number) for number in numbers):
        raise call.refuse(NotFound, "unknown_tag", "no tag has this id")
    return numbers


def _chosen(library: TagLibrary, tag_ids: Iterable[str], group_ids: Iterable[str]) -> Iterator[TagGroup]:
    """Yield what was asked for by id, deleted things included."""
    tags = [tag for tag in (library.tag(ids.number_of(ids.TAG, one)) for one in tag_ids) if tag is not None]
    whole = {ids.number_of(ids.TAG_GROUP, one) for one in group_ids}
    for number in sorted(whole | {tag.group for tag in tags}):
        group = library.group(number)
        if group is not None:
            members = library.tags(number, deleted=True) if number in whole else (t for t in tags if t.group == number)
            yield _group(group, members)


def _group(group: simulated.TagGroup, tags: Iterable[simulated.Tag]) -> TagGroup:
    group_id = TagGroupId(ids.id_of(ids.TAG_GROUP, group.number))
    return TagGroup(
        group_id,
        group.name,
        tags=tuple(_tag(tag, group_id, group.name) for tag in tags),
        order=group.order,
        created_at=group.created_at,
        deleted=group.deleted,
        raw=asdict(group, recurse=False),
    )


def _tag(tag: simulated.Tag, group_id: TagGroupId, group_name: str) -> Tag:
    return Tag(
        TagId(ids.id_of(ids.TAG, tag.number)),
        tag.name,
        group_id,
        group_name=group_name,
        order=tag.order,
        created_at=tag.created_at,
        deleted=tag.deleted,
        raw=asdict(tag, recurse=False),
    )
