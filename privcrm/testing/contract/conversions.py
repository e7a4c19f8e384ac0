"""The contract of ids turned into other ids, a part of ``StaffPort``, ``MembersPort`` and ``GroupsPort``."""

from collections import Counter
from itertools import islice

import pytest

from privcrm.errors import NotFound
from privcrm.models import MemberIdConversion, Pages, StaffIdConversion, staff_key
from privcrm.provider import CallRecord, Provider
from privcrm.testing.contract.base import Contract, Relation, needs

_SOME = 5


class ConversionsContract(Contract):
    """Ids of one and the same person or group, as others know them."""

    @pytest.fixture
    def open_group(self) -> tuple[str, str]:
        """The id under which a mini-program sees some group, and that group's id; override it where there is one."""
        pytest.skip("no group is known to mini-programs")

    @pytest.fixture
    def member_conversion(self) -> MemberIdConversion:
        """A way that is open to this provider's members."""
        return MemberIdConversion.OPENID

    @pytest.fixture
    def reachable_staff(self) -> tuple[str, str, str]:
        """Somebody's staff id, phone number and mail address in the directory; override it where they are known."""
        pytest.skip("nobody's phone number is known")

    @needs("groups.id_of_opengid")
    def test_a_group_is_found_by_the_id_of_mini_programs(self, provider: Provider, open_group: tuple[str, str]) -> None:
        """Another id of the same group."""
        opengid, group_id = open_group
        assert provider.groups.id_of_opengid(opengid) == group_id

    @needs("groups.id_of_opengid")
    def test_an_unknown_opengid_is_not_found(self, provider: Provider, unknown_id: str) -> None:
        """An unknown id is an error of its own class."""
        with pytest.raises(NotFound):
            provider.groups.id_of_opengid(unknown_id)

    @needs("members.convert", "members.ids")
    def test_ids_of_members_are_converted_in_their_order(
        self, provider: Provider, relation: Relation, member_conversion: MemberIdConversion, unknown_id: str
    ) -> None:
        """One outcome for each id given; what has no other id is no error."""
        members = list(islice(provider.members.ids(relation.staff_id), _SOME))
        given = [*members[1:], unknown_id, members[0]]
        found = provider.members.convert(given, member_conversion)
        assert [one.given for one in found] == given
        assert found[len(members) - 1].found is None
        others = [one.found for one in found if one.found is not None]
        assert others
        assert len(others) == len(set(others))
        assert provider.members.convert(given[-1:], member_conversion)[0] == found[-1]

    @needs("members.convert")
    def test_converting_no_members_calls_nobody(
        self, provider: Provider, member_conversion: MemberIdConversion, records: list[CallRecord]
    ) -> None:
        """Nothing in, nothing out."""
        assert provider.members.convert([], member_conversion) == ()
        assert not records

    @needs("members.convert")
    def test_converted_ids_are_not_shown(
        self, provider: Provider, relation: Relation, member_conversion: MemberIdConversion
    ) -> None:
        """They name people in other systems."""
        (found,) = provider.members.convert([relation.member_id], member_conversion)
        assert relation.member_id not in repr(found)
        assert (found.found or relation.member_id) not in repr(found)

    @needs("staff.convert", "staff.serving")
    def test_ids_of_staff_are_converted_there_and_back(self, provider: Provider, unknown_id: str) -> None:
        """One outcome for each id given, in order; the way back leads to the same people."""
        staff_ids = list(islice(provider.staff.serving(), _SOME))
        given = [staff_ids[0], unknown_id, *staff_ids[1:]]
        there = provider.staff.convert(given, StaffIdConversion.OPENID)
        assert [one.given for one in there] == given
        assert [one.found is None for one in there] == [one == unknown_id for one in given]
        back = provider.staff.convert([one.found for one in there if one.found], StaffIdConversion.FROM_OPENID)
        assert [staff_key(one.found or "") for one in back] == list(map(staff_key, staff_ids))

    @needs("staff.id_of_phone", "staff.id_of_mail")
    def test_staff_are_found_by_phone_and_mail(self, provider: Provider, reachable_staff: tuple[str, str, str]) -> None:
        """Nobody has a number that nobody has."""
        staff_id, phone, mail = reachable_staff
        assert staff_key(provider.staff.id_of_phone(phone) or "") == staff_key(staff_id)
        assert staff_key(provider.staff.id_of_mail(mail) or "") == staff_key(staff_id)
        assert provider.staff.id_of_phone("13000000000") is None
        assert provider.staff.id_of_mail("nobody@example.invalid") is None

    @needs("members.served", "members.ids")
    def test_everybody_who_is_served_is_listed(self, provider: Provider, relation: Relation) -> None:
        """The customers of an employee stand under that employee, once; others have a name and no id."""
        listing = provider.members.served()
        assert isinstance(listing, Pages)
        rows = list(listing)
        theirs = [one for one in rows if one.group_id is None and one.is_customer]
        mine = Counter(one.member_id for one in theirs if staff_key(one.staff_id or "") == staff_key(relation.staff_id))
        assert mine == Counter(provider.members.ids(relation.staff_id))
        assert all((one.member_id is not None) is one.is_customer for one in rows)
        assert all(one.name for one in rows if not one.is_customer)
        assert all(one.temporary_id and one.since for one in rows)
