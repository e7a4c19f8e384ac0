"""The contract of ``TagsPort``."""

import itertools
from collections.abc import Callable, Iterator

import pytest

from privcrm.errors import Conflict, InputError, NotFound
from privcrm.models import TagGroup
from privcrm.provider import CallRecord, CannotTell, Done, Intent, NotDone, Provider
from privcrm.testing.contract.base import Contract, Relation, needs

_LONGEST = 30


def _tags_on(provider: Provider, relation: Relation) -> set[str]:
    follow = provider.members.get(relation.member_id).followed_by(relation.staff_id)
    assert follow is not None
    return set(follow.tag_ids)


def _library(provider: Provider) -> dict[str, set[str]]:
    return {group.group_id: {tag.name for tag in group.tags} for group in provider.tags.list()}


class TagsContract(Contract):
    """Keeping the tag library, tagging relations."""

    @pytest.fixture
    def name(self) -> Callable[[], str]:
        """A function that returns names which the company does not use, a new one each time."""
        numbers = itertools.count(1)
        return lambda: f"contract {next(numbers)}"

    @pytest.fixture
    def group(self, provider: Provider, name: Callable[[], str]) -> Iterator[TagGroup]:
        """A group with two tags, made for the test and removed afterwards."""
        group = provider.tags.create([name(), name()], group_name=name())
        yield group
        if group.group_id in _library(provider):
            provider.tags.delete(group_ids=[group.group_id])

    @needs("tags.create", "tags.list")
    def test_created_tags_are_listed(self, provider: Provider, group: TagGroup) -> None:
        """What ``create`` returns is what ``list`` finds, whole and by id."""
        names = {tag.name for tag in group.tags}
        assert len(names) == 2  # noqa: PLR2004 - as the fixture made them
        assert _library(provider)[group.group_id] == names
        (found,) = provider.tags.list(group_ids=[group.group_id])
        assert {tag.tag_id for tag in found.tags} == {tag.tag_id for tag in group.tags}
        assert found.raw, "the vendor's answer is lost"

    @needs("tags.list", "tags.create")
    def test_tags_are_found_by_id(self, provider: Provider, group: TagGroup) -> None:
        """Asked for one tag, ``list`` gives its group with that tag alone."""
        wanted = group.tags[0]
        (found,) = provider.tags.list(tag_ids=[wanted.tag_id])
        assert found.group_id == group.group_id
        assert [tag.tag_id for tag in found.tags] == [wanted.tag_id]

    @needs("tags.list", "tags.create")
    def test_no_ids_find_no_tags(self, provider: Provider, group: TagGroup) -> None:
        """A selection that turned out empty does not stand for the whole library; a text is no selection."""
        assert list(provider.tags.list(tag_ids=[])) == list(provider.tags.list(group_ids=[])) == []
        (found,) = provider.tags.list(tag_ids=[], group_ids=[group.group_id])
        assert found.group_id == group.group_id
        with pytest.raises(InputError, match="tag_ids"):
            list(provider.tags.list(tag_ids=group.tags[0].tag_id))

    @needs("tags.create")
    def test_a_group_is_extended_by_id_and_by_name(
        self, provider: Provider, group: TagGroup, name: Callable[[], str]
    ) -> None:
        """An existing group takes more tags; the answer holds the new ones."""
        by_id = provider.tags.create([name()], group_id=group.group_id)
        by_name = provider.tags.create([name()], group_name=group.name)
        assert by_id.group_id == by_name.group_id == group.group_id
        assert len(_library(provider)[group.group_id]) == 4  # noqa: PLR2004 - two and two

    @needs("tags.create")
    def test_an_existing_name_is_a_conflict(self, provider: Provider, group: TagGroup) -> None:
        """A name that the group has already is told apart from all other refusals."""
        with pytest.raises(Conflict):
            provider.tags.create([group.tags[0].name], group_id=group.group_id)

    @needs("tags.create", "tags.settle")
    def test_a_lost_answer_is_settled_by_the_names(
        self, provider: Provider, group: TagGroup, name: Callable[[], str]
    ) -> None:
        """All names there: done, with those tags alone; none: not done; some: nobody can tell."""
        intent, names = Intent("contract", "", 0.0), [tag.name for tag in group.tags]
        for where in ({"group_id": group.group_id}, {"group_name": group.name}):
            settled = provider.tags.settle(intent, names[:1], **where)
            assert isinstance(settled, Done)
            assert settled.result.group_id == group.group_id
            assert [tag.tag_id for tag in settled.result.tags] == [group.tags[0].tag_id]
            assert provider.tags.settle(intent, [name()], **where) == NotDone()
            assert isinstance(provider.tags.settle(intent, [*names, name()], **where), CannotTell)
        assert provider.tags.settle(intent, names, group_name=name()) == NotDone()
        assert len(_library(provider)[group.group_id]) == len(names), "settling created something"

    @needs("tags.create")
    def test_the_same_name_may_stand_in_two_groups(
        self, provider: Provider, group: TagGroup, name: Callable[[], str]
    ) -> None:
        """Names are unique inside a group only."""
        other = provider.tags.create([group.tags[0].name], group_name=name())
        assert other.group_id != group.group_id
        provider.tags.delete(group_ids=[other.group_id])

    @needs("tags.create")
    def test_names_have_at_most_thirty_characters(
        self, provider: Provider, group: TagGroup, records: list[CallRecord]
    ) -> None:
        """Characters count, not bytes; one too many is refused before sending, never cut."""
        made = provider.tags.create(["长" * _LONGEST], group_id=group.group_id)
        assert made.tags[0].name == "长" * _LONGEST
        sent = len(records)
        for bad in ("长" * (_LONGEST + 1), ""):
            with pytest.raises(InputError):
                provider.tags.create([bad], group_id=group.group_id)
        assert len(records) == sent

    @needs("tags.create")
    def test_creating_nothing_is_refused(self, provider: Provider, records: list[CallRecord]) -> None:
        """No names, or no word about the group, is a mistake of the caller."""
        with pytest.raises(InputError):
            provider.tags.create([], group_name="somewhere")
        with pytest.raises(InputError):
            provider.tags.create(["something"])
        assert not records

    @needs("tags.create")
    def test_an_unknown_tag_group_is_not_found(self, provider: Provider, unknown_id: str) -> None:
        """Tags cannot be put into a group that is not there."""
        with pytest.raises(NotFound):
            provider.tags.create(["something"], group_id=unknown_id)

    @needs("tags.edit", "tags.list")
    def test_tags_and_groups_are_renamed(self, provider: Provider, group: TagGroup, name: Callable[[], str]) -> None:
        """A new name shows in the library; members and ids stay."""
        new_tag, new_group = name(), name()
        provider.tags.edit(group.tags[0].tag_id, name=new_tag)
        provider.tags.edit(group.group_id, name=new_group)
        (found,) = provider.tags.list(group_ids=[group.group_id])
        assert found.name == new_group
        assert {tag.tag_id: tag.name for tag in found.tags}[group.tags[0].tag_id] == new_tag

    @needs("tags.edit")
    def test_editing_nothing_is_refused(self, provider: Provider, group: TagGroup, records: list[CallRecord]) -> None:
        """Neither name nor order is a mistake of the caller."""
        sent = len(records)
        with pytest.raises(InputError):
            provider.tags.edit(group.group_id)
        assert len(records) == sent

    @needs("tags.edit")
    def test_an_unknown_tag_cannot_be_edited(self, provider: Provider, unknown_id: str) -> None:
        """Editing what is not there is ``NotFound``."""
        with pytest.raises(NotFound):
            provider.tags.edit(unknown_id, name="something")

    @needs("tags.delete", "tags.mark", "members.get")
    def test_a_deleted_tag_vanishes_everywhere(self, provider: Provider, group: TagGroup, relation: Relation) -> None:
        """It leaves the library and every relation."""
        doomed = group.tags[0].tag_id
        provider.tags.mark(relation.change(add=[doomed]))
        provider.tags.delete(tag_ids=[doomed])
        assert group.tags[0].name not in _library(provider)[group.group_id]
        assert doomed not in _tags_on(provider, relation)

    @needs("tags.delete")
    def test_deleting_a_group_deletes_its_tags(self, provider: Provider, group: TagGroup) -> None:
        """A group goes with everything in it."""
        provider.tags.delete(group_ids=[group.group_id])
        assert group.group_id not in _library(provider)

    @needs("tags.delete")
    def test_deleting_nothing_is_refused(self, provider: Provider, records: list[CallRecord]) -> None:
        """No ids at all is a mistake of the caller."""
        with pytest.raises(InputError):
            provider.tags.delete()
        assert not records

    @needs("tags.mark", "members.get")
    def test_marking_adds_and_removes(self, provider: Provider, group: TagGroup, relation: Relation) -> None:
        """One change puts tags on and takes tags off, and touches no other tag."""
        first, second = (tag.tag_id for tag in group.tags)
        before = _tags_on(provider, relation)
        provider.tags.mark(relation.change(add=[first]))
        assert _tags_on(provider, relation) == before | {first}
        provider.tags.mark(relation.change(add=[second], remove=[first]))
        assert _tags_on(provider, relation) == before | {second}
        provider.tags.mark(relation.change(remove=[second]))
        assert _tags_on(provider, relation) == before

    @needs("tags.mark", "members.get")
    def test_marking_twice_changes_nothing_more(self, provider: Provider, group: TagGroup, relation: Relation) -> None:
        """A change is safe to repeat, and taking off what is not there is no error."""
        change = relation.change(add=[group.tags[0].tag_id], remove=[group.tags[1].tag_id])
        provider.tags.mark(change)
        once = _tags_on(provider, relation)
        provider.tags.mark(change)
        assert _tags_on(provider, relation) == once
        assert group.tags[0].tag_id in once

    @needs("tags.mark", "members.list")
    def test_marks_show_in_the_bulk_listing(self, provider: Provider, group: TagGroup, relation: Relation) -> None:
        """A read-back by pages proves the same as a single one."""
        provider.tags.mark(relation.change(add=[group.tags[0].tag_id]))
        listing = provider.members.list([relation.staff_id])
        (member,) = [member for member in listing if member.member_id == relation.member_id]
        assert group.tags[0].tag_id in member.follows[0].tag_ids

    @needs("tags.mark", "members.get")
    def test_marking_ignores_the_case_of_staff_ids(
        self, provider: Provider, group: TagGroup, relation: Relation
    ) -> None:
        """Staff ids compare without case, in writing too."""
        shouted = Relation(relation.staff_id.swapcase(), relation.member_id)
        provider.tags.mark(shouted.change(add=[group.tags[0].tag_id]))
        assert group.tags[0].tag_id in _tags_on(provider, relation)

    @needs("tags.mark")
    def test_contradictions_are_refused(
        self, provider: Provider, group: TagGroup, relation: Relation, records: list[CallRecord]
    ) -> None:
        """Nothing to do, or a tag both to add and to remove: refused before sending."""
        tag_id, sent = group.tags[0].tag_id, len(records)
        for change in (relation.change(), relation.change(add=[tag_id], remove=[tag_id])):
            with pytest.raises(InputError):
                provider.tags.mark(change)
        assert len(records) == sent

    @needs("tags.mark")
    def test_an_unknown_tag_is_not_found(self, provider: Provider, relation: Relation, unknown_id: str) -> None:
        """A tag that is not in the library cannot be put on anybody."""
        with pytest.raises(NotFound):
            provider.tags.mark(relation.change(add=[unknown_id]))

    @needs("tags.mark")
    def test_marking_needs_a_relation(
        self, provider: Provider, group: TagGroup, relation: Relation, unknown_id: str
    ) -> None:
        """Tags hang on relations: an unknown member has none."""
        with pytest.raises(NotFound):
            provider.tags.mark(Relation(relation.staff_id, unknown_id).change(add=[group.tags[0].tag_id]))
