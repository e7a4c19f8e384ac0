"""Port: company tags."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import evolve

from privcrm.models import TagChange, TagGroup
from privcrm.provider.intents import CannotTell, Done, Intent, NotDone, Settled
from privcrm.provider.ports._base import Port


class TagsPort(Port):
    """Keeps the library of company tags and puts tags on relations."""

    area = "tags"

    def list(
        self, *, tag_ids: Sequence[str] | None = None, group_ids: Sequence[str] | None = None
    ) -> Iterator[TagGroup]:
        """Yield tag groups with their tags; with ids, only those, deleted ones included and marked.

        Given ids that turn out to be none, it yields nothing.
        """
        raise self._unsupported("list")

    def create(
        self,
        names: Sequence[str],
        *,
        group_id: str = "",
        group_name: str = "",
        intent: Intent | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> TagGroup:
        """Create tags in an existing group (``group_id``) or in a group named ``group_name``, made if missing.

        Returns the group with the tags created. Names have at most 30 characters. A name that the group has already
        raises ``Conflict``: list and reuse it. A full library raises ``LimitReached``. A lost answer raises
        ``AnswerLost``; with an ``intent`` it is ``OutcomeUnknown``, and ``settle`` finds out what became of it.
        """
        raise self._unsupported("create")

    def settle(self, intent: Intent, names: Sequence[str], *, group_id: str = "", group_name: str = "") -> Settled:
        """Find out by reading what became of a ``create`` whose answer was lost; takes what that call was given.

        Tags are made all or none, and names are unique in a group. So all names there are ``Done`` with the group and
        those tags, whoever made them; none are ``NotDone``; some are ``CannotTell``: list, and create what is missing.
        """
        raise self._unsupported("settle")

    def edit(
        self,
        tag_or_group_id: str,
        *,
        name: str | None = None,
        order: int | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        """Rename or move a tag or a tag group. What another app made raises ``PermissionDenied`` or ``NotFound``."""
        raise self._unsupported("edit")

    def delete(self, *, tag_ids: Sequence[str] = (), group_ids: Sequence[str] = ()) -> None:
        """Delete tags, and groups with all their tags; they vanish from every member. Cannot be undone."""
        raise self._unsupported("delete")

    def mark(self, change: TagChange, *, extra: Mapping[str, Any] | None = None) -> None:
        """Put tags on one relation and take tags off it. Safe to repeat.

        A change that adds and removes nothing, or adds and removes the same tag, raises ``InputError`` before
        sending; no relation raises ``NotFound``; an unknown tag raises ``NotFound``; too many tags ``LimitReached``.
        """
        raise self._unsupported("mark")

    def strategy_tags(
        self, strategy_id: str = "", *, tag_ids: Sequence[str] | None = None, group_ids: Sequence[str] | None = None
    ) -> Iterator[TagGroup]:
        """Yield the tag groups of a strategy (规则组标签) or of all, by id as ``list`` does; no other list has them."""
        raise self._unsupported("strategy_tags")

    def create_strategy_tags(
        self,
        strategy_id: str,
        names: Sequence[str],
        *,
        group_id: str = "",
        group_name: str = "",
        extra: Mapping[str, Any] | None = None,
    ) -> TagGroup:
        """Create tags of a strategy, as ``create`` does those of the company.

        Names are unique in a group: when an answer was lost, look through ``strategy_tags`` before repeating.
        """
        raise self._unsupported("create_strategy_tags")

    def edit_strategy_tag(
        self,
        tag_or_group_id: str,
        *,
        name: str | None = None,
        order: int | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        """Rename or move a tag of a strategy, or a group of them. Safe to repeat."""
        raise self._unsupported("edit_strategy_tag")

    def delete_strategy_tags(self, *, tag_ids: Sequence[str] = (), group_ids: Sequence[str] = ()) -> None:
        """Delete tags of strategies, and groups with all their tags. Cannot be undone."""
        raise self._unsupported("delete_strategy_tags")


def settled_by_name(
    groups: Iterable[TagGroup], names: Sequence[str], *, group_id: str = "", group_name: str = ""
) -> Settled:
    """Return what ``TagsPort.settle`` says of a tag library, or of the part of it that holds the group."""
    wanted = set(names)
    for group in groups:
        named = group.group_id == group_id if group_id else group.name == group_name
        if not named or group.deleted:
            continue
        found = tuple(tag for tag in group.tags if tag.name in wanted and not tag.deleted)
        if len(found) == len(wanted):
            return Done(evolve(group, tags=found))
        if found:
            return CannotTell(f"{len(found)} of {len(wanted)} tags in tag group {group.group_id}")
    return NotDone()
