"""The contract of ``MembersPort``."""

from itertools import islice

import pytest

from privcrm.errors import InputError, NotFound
from privcrm.models import Follow, Pages
from privcrm.provider import CallRecord, Provider
from privcrm.testing.contract.base import Contract, Relation, needs


def _follow(provider: Provider, relation: Relation) -> Follow:
    follow = provider.members.get(relation.member_id).followed_by(relation.staff_id)
    assert follow is not None
    return follow


class MembersContract(Contract):
    """Reading members, editing what staff noted about them."""

    @pytest.fixture
    def strangers_unionid(self) -> str:
        """A unionid of the vendor's form that belongs to nobody whom the company knows."""
        return "nobody"

    @needs("members.get")
    def test_a_member_comes_with_relations(self, provider: Provider, relation: Relation) -> None:
        """``get`` returns the member asked for, and the relation by which it was found."""
        member = provider.members.get(relation.member_id)
        assert member.member_id == relation.member_id
        assert member.is_customer
        assert member.followed_by(relation.staff_id.swapcase()) is not None, "staff ids compare without case"

    @needs("members.get")
    def test_vendor_data_survives(self, provider: Provider, relation: Relation) -> None:
        """``raw`` holds the answer, for the member and for each relation."""
        member = provider.members.get(relation.member_id)
        assert member.raw
        assert all(follow.raw for follow in member.follows)

    @needs("members.get")
    def test_personal_data_is_not_shown(self, provider: Provider, relation: Relation) -> None:
        """Nothing that names a person is in a ``repr``."""
        member = provider.members.get(relation.member_id)
        shown = repr(member)
        follows = member.follows
        secrets = [member.name, *(follow.remark for follow in follows), *(p for f in follows for p in f.phones or ())]
        assert not [secret for secret in secrets if len(secret) > 1 and secret in shown]

    @needs("members.get")
    def test_unknown_member_is_not_found(self, provider: Provider, unknown_id: str) -> None:
        """An unknown id is an error of its own class, with the vendor's code kept."""
        with pytest.raises(NotFound) as caught:
            provider.members.get(unknown_id)
        assert (caught.value.provider, bool(caught.value.operation)) == (provider.name, True)
        assert caught.value.code not in (None, 0, "")

    @needs("members.ids")
    def test_ids_come_once(self, provider: Provider, relation: Relation) -> None:
        """A member stands once in an employee's list."""
        found = list(provider.members.ids(relation.staff_id))
        assert relation.member_id in found
        assert len(found) == len(set(found))

    @needs("members.ids")
    def test_ids_of_unknown_staff_are_not_found(self, provider: Provider, unknown_id: str) -> None:
        """Nobody's list is empty, an unknown employee's is an error."""
        with pytest.raises(NotFound):
            list(provider.members.ids(unknown_id))

    @needs("members.list", "members.ids")
    def test_both_listings_agree(self, provider: Provider, relation: Relation) -> None:
        """The bulk listing of one employee holds exactly the members in the list of ids."""
        listed = [member.member_id for member in provider.members.list([relation.staff_id])]
        assert sorted(listed) == sorted(provider.members.ids(relation.staff_id))

    @needs("members.list")
    def test_each_entry_is_one_relation(self, provider: Provider, relation: Relation) -> None:
        """A ``Member`` from the bulk listing carries the one relation that it stands for."""
        for member in islice(provider.members.list([relation.staff_id]), 20):
            assert len(member.follows) == 1
            assert member.followed_by(relation.staff_id) is not None

    @needs("members.list", "members.get")
    def test_bulk_and_single_reading_agree(self, provider: Provider, relation: Relation) -> None:
        """Tags, remark and time of a relation are the same whichever way they are read."""
        for listed in islice(provider.members.list([relation.staff_id]), 3):
            one = listed.follows[0]
            other = provider.members.get(listed.member_id).followed_by(relation.staff_id)
            assert other is not None
            assert (set(one.tag_ids), one.remark, one.created_at) == (
                set(other.tag_ids),
                other.remark,
                other.created_at,
            )

    @needs("members.list", "members.ids", "staff.serving")
    def test_a_member_of_several_staff_comes_once_for_each(self, provider: Provider) -> None:
        """The bulk listing of several employees is the sum of their lists, over all pages."""
        staff_ids = list(islice(provider.staff.serving(), 4))
        listed = [(member.follows[0].staff_id, member.member_id) for member in provider.members.list(staff_ids)]
        wanted = {(one, member_id) for one in staff_ids for member_id in provider.members.ids(one)}
        assert len(listed) == len(set(listed))
        assert set(listed) == wanted

    @needs("members.list", "staff.serving")
    def test_a_listing_resumes(self, provider: Provider) -> None:
        """Resumed from any cursor, a listing gives what the first one gave from there on."""
        staff_ids = list(islice(provider.staff.serving(), 4))
        pages = list(provider.members.list(staff_ids).pages())
        cursors = [page.next_cursor for page in pages if page.next_cursor]
        assert cursors, "the company is too small to have a second page"
        assert len(cursors) == len(set(cursors))
        rest = [member.member_id for page in pages[-1:] for member in page.items]
        assert [member.member_id for member in provider.members.list(staff_ids, cursors[-1])] == rest

    @needs("members.list")
    def test_a_listing_is_guarded_against_circles(self, provider: Provider, relation: Relation) -> None:
        """Listings are ``Pages``, which refuse a cursor that they have used."""
        assert isinstance(provider.members.list([relation.staff_id]), Pages)

    @needs("members.list")
    def test_a_listing_of_nobody_is_empty(self, provider: Provider, records: list[CallRecord]) -> None:
        """No staff id at all lists nothing, without a call: vendors refuse such a call, or list everybody."""
        assert not list(provider.members.list([]))
        assert not records

    @needs("members.get")
    def test_absent_is_not_empty(self, provider: Provider, relation: Relation) -> None:
        """Phones are None where the answer left them out, and a tuple where it did not."""
        phones = _follow(provider, relation).phones
        assert phones is None or isinstance(phones, tuple)

    @needs("members.edit_remark", "members.get")
    def test_none_leaves_and_empty_clears(self, provider: Provider, relation: Relation) -> None:
        """A change overwrites what it names and nothing else."""
        before = _follow(provider, relation)
        provider.members.edit_remark(relation.remark("王女士", "likes tea"))
        noted = _follow(provider, relation)
        assert (noted.remark, noted.description) == ("王女士", "likes tea")
        provider.members.edit_remark(relation.remark(description=""))
        cleared = _follow(provider, relation)
        assert (cleared.remark, cleared.description, cleared.phones) == ("王女士", "", before.phones)
        provider.members.edit_remark(relation.remark(before.remark, before.description))
        assert _follow(provider, relation).remark == before.remark

    @needs("members.edit_remark")
    def test_a_remark_that_changes_nothing_is_refused(
        self, provider: Provider, relation: Relation, records: list[CallRecord]
    ) -> None:
        """Nothing to change is a mistake of the caller, known before sending."""
        sent = len(records)
        with pytest.raises(InputError):
            provider.members.edit_remark(relation.remark())
        assert len(records) == sent

    @needs("members.edit_remark")
    def test_a_remark_needs_a_relation(self, provider: Provider, relation: Relation, unknown_id: str) -> None:
        """A member whom the employee does not follow cannot be noted about."""
        with pytest.raises(NotFound):
            provider.members.edit_remark(Relation(relation.staff_id, unknown_id).remark("nobody"))

    @needs("members.id_of_unionid")
    def test_a_strangers_unionid_is_nobody(self, provider: Provider, strangers_unionid: str) -> None:
        """Somebody who is no member is None, not an error."""
        assert provider.members.id_of_unionid(strangers_unionid, "an openid") is None

    @needs("members.id_of_unionid", "members.list")
    def test_members_are_found_by_unionid(self, provider: Provider, relation: Relation) -> None:
        """The unionid of a member leads back to the member."""
        member = next(member for member in provider.members.list([relation.staff_id]) if member.unionid)
        assert provider.members.id_of_unionid(str(member.unionid), "an openid") == member.member_id
