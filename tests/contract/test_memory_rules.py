"""What the memory provider does beyond the contract: its own rules, settings and determinism."""

from itertools import islice

import pytest

from privcrm import CRM
from privcrm.errors import ConfigurationError, InvalidArgument, LimitReached, PermissionDenied
from privcrm.models import MemberId, StaffId, TagChange
from privcrm.provider import ProviderContext, Settings
from privcrm.sandbox.world import OTHER_PROGRAM, World
from privcrm.testing import MemoryProvider


def small(**limits):
    return MemoryProvider(World(members=50), ProviderContext(limits=limits))


def test_it_is_connected_by_name_and_size():
    with CRM.connect("memory", seed=7, members=40, staff=5, groups=2) as crm:
        assert crm.provider.company == "memory-7"
        assert "40 members" in crm.provider.diagnose()[0].detail
        assert len(list(crm.provider.groups.list())) <= 2


def test_the_same_seed_is_the_same_company():
    def members(seed):
        provider = MemoryProvider.from_settings(Settings({"SEED": seed, "MEMBERS": "30"}), ProviderContext())
        return [*provider.members.list(list(provider.staff.serving()))]

    assert members("3") == members("3")
    assert members("3") != members("4")


def test_two_companies_share_nothing():
    one, other = small(), small()
    one.tags.create(["only here"], group_name="only here")
    assert "only here" in {group.name for group in one.tags.list()}
    assert "only here" not in {group.name for group in other.tags.list()}


def test_two_providers_may_look_at_one_company():
    world = World(members=50)
    MemoryProvider(world).tags.create(["shared"], group_name="shared")
    assert "shared" in {group.name for group in MemoryProvider(world).tags.list()}


def test_a_size_that_is_no_number_is_named():
    with pytest.raises(ConfigurationError, match="PRIVCRM_MEMORY_MEMBERS must be a whole number"):
        MemoryProvider.from_settings(Settings({"MEMBERS": "many"}, "PRIVCRM_MEMORY_"), ProviderContext())


def test_what_another_program_made_is_used_and_not_changed():
    provider = small()
    foreign = next(tag for tag in provider.world.tags.tags() if tag.maker == OTHER_PROGRAM)
    with pytest.raises(PermissionDenied):
        provider.tags.edit(f"tag-{foreign.number}", name="ours now")
    with pytest.raises(PermissionDenied):
        provider.tags.delete(tag_ids=[f"tag-{foreign.number}"])
    staff_id = next(provider.staff.serving())
    member_id = next(provider.members.ids(staff_id))
    provider.tags.mark(TagChange(StaffId(staff_id), MemberId(member_id), add=(f"tag-{foreign.number}",)))
    assert f"tag-{foreign.number}" in provider.members.get(member_id).followed_by(staff_id).tag_ids


def test_a_failed_deletion_deletes_nothing():
    provider = small()
    group = provider.tags.create(["a", "b"], group_name="G")
    with pytest.raises(Exception, match="no tag"):
        provider.tags.delete(tag_ids=[group.tags[0].tag_id, "tag-9999"])
    (found,) = provider.tags.list(group_ids=[group.group_id])
    assert not any(tag.deleted for tag in found.tags)


def test_deleted_tags_are_found_by_id_and_marked():
    provider = small()
    group = provider.tags.create(["a", "b"], group_name="G")
    provider.tags.delete(tag_ids=[group.tags[0].tag_id])
    (found,) = provider.tags.list(tag_ids=[group.tags[0].tag_id])
    assert [tag.deleted for tag in found.tags] == [True]


def test_a_full_library_and_a_full_relation_are_limits():
    present = sum(1 for _ in World(members=50).tags.tags())
    provider = small(**{"tags.library": present + 1, "tags.relation": 1})
    group = provider.tags.create(["last"], group_name="G")
    with pytest.raises(LimitReached):
        provider.tags.create(["one more"], group_id=group.group_id)
    staff_id = next(provider.staff.serving())
    member_id = next(provider.members.ids(staff_id))
    marks = [f"tag-{tag.number}" for tag in islice(provider.world.tags.tags(), 2)]
    with pytest.raises(LimitReached):
        provider.tags.mark(TagChange(staff_id, member_id, add=tuple(marks)))


@pytest.mark.parametrize("cursor", ["nonsense", "99:0", "0:x"])
def test_a_cursor_of_another_listing_is_refused(cursor):
    provider = small()
    with pytest.raises(InvalidArgument, match="cursor"):
        list(provider.members.list([next(provider.staff.serving())], cursor))


def test_an_error_shows_no_person():
    provider = small()
    with pytest.raises(Exception) as caught:  # noqa: PT011 - whatever it is
        provider.members.get("member-13800138000")
    assert "13800138000" not in str(caught.value)
