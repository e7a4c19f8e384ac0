"""The contract of ``GroupsPort``."""

from itertools import islice

import pytest

from privcrm.errors import InputError, NotFound
from privcrm.models import Pages, staff_key
from privcrm.provider import Provider
from privcrm.testing.contract.base import Contract, needs


class GroupsContract(Contract):
    """Reading customer groups."""

    @needs("groups.list")
    def test_groups_are_listed_once(self, provider: Provider) -> None:
        """A group stands once in the listing, which cannot go round in circles."""
        listing = provider.groups.list()
        assert isinstance(listing, Pages)
        found = [group.group_id for group in listing]
        assert found
        assert len(found) == len(set(found))

    @needs("groups.list", "groups.get")
    def test_listed_groups_can_be_read(self, provider: Provider) -> None:
        """``get`` returns the group with everybody in it, the owner among them."""
        for summary in islice(provider.groups.list(), 3):
            group = provider.groups.get(summary.group_id)
            assert group.group_id == summary.group_id
            assert group.raw, "the vendor's answer is lost"
            assert group.owner_id is not None
            staff = {staff_key(person.user_id) for person in group.members if person.is_staff}
            assert staff_key(group.owner_id) in staff

    @needs("groups.list", "groups.get")
    def test_names_come_when_asked_for(self, provider: Provider) -> None:
        """Names cost the vendor more, so they are left out unless wanted."""
        summary = next(iter(provider.groups.list()))
        assert any(person.name for person in provider.groups.get(summary.group_id, names=True).members)

    @needs("groups.get")
    def test_an_unknown_group_is_not_found(self, provider: Provider, unknown_id: str) -> None:
        """An unknown id is an error of its own class."""
        with pytest.raises(NotFound) as caught:
            provider.groups.get(unknown_id)
        assert caught.value.provider == provider.name

    @needs("groups.id_of_opengid")
    def test_an_opengid_of_nobodys_group_is_not_found(self, provider: Provider, unknown_id: str) -> None:
        """There is no group without an id: an unknown opengid is an error."""
        with pytest.raises(NotFound) as caught:
            provider.groups.id_of_opengid(unknown_id)
        assert caught.value.provider == provider.name

    @needs("groups.list", "groups.get")
    def test_groups_are_listed_by_owner(self, provider: Provider) -> None:
        """Asked for one owner's groups, the listing holds exactly that part of all groups."""
        owners = {
            summary.group_id: provider.groups.get(summary.group_id).owner_id for summary in provider.groups.list()
        }
        owner = next(iter(owners.values()))
        assert owner is not None
        wanted = {group_id for group_id, of in owners.items() if of == owner}
        assert {summary.group_id for summary in provider.groups.list(owner_ids=[owner])} == wanted

    @needs("groups.list")
    def test_no_owners_have_no_groups(self, provider: Provider) -> None:
        """A selection that turned out empty does not stand for everybody; a text is no selection."""
        assert list(provider.groups.list(owner_ids=[])) == []
        with pytest.raises(InputError, match="owner_ids"):
            list(provider.groups.list(owner_ids="somebody"))

    @needs("groups.list")
    def test_groups_of_leavers_are_listed_when_named(self, provider: Provider, leaver_id: str) -> None:
        """They are missing from the plain listing, and there when the leaver is named."""
        if not leaver_id:
            pytest.skip("nobody who left owns a group")
        theirs = {summary.group_id for summary in provider.groups.list(owner_ids=[leaver_id])}
        assert theirs
        assert not theirs & {summary.group_id for summary in provider.groups.list()}

    @needs("groups.list", "groups.list_all")
    def test_groups_of_leavers_are_always_among_all(self, provider: Provider, leaver_id: str) -> None:
        """All groups are those of the plain listing and those of leavers, each once."""
        everybody = [summary.group_id for summary in provider.groups.list_all()]
        plain = {summary.group_id for summary in provider.groups.list()}
        assert len(everybody) == len(set(everybody))
        assert plain <= set(everybody)
        if leaver_id:
            theirs = {summary.group_id for summary in provider.groups.list(owner_ids=[leaver_id])}
            assert theirs <= set(everybody) - plain
