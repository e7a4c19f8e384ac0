import pytest

from privcrm.errors import InputError
from privcrm.models import Tag, TagGroup, TagGroupId, TagId
from privcrm.services.tagging.names import TagLibrary, TagRef


def group(name: str, *tags: str, deleted: bool = False) -> TagGroup:
    group_id = TagGroupId(f"g-{name}")
    made = tuple(Tag(TagId(f"{name}-{tag}"), tag, group_id, name) for tag in tags)
    return TagGroup(group_id, name, made, deleted=deleted)


GROUPS = [group("等级", "VIP", "普通"), group("门店", "VIP", "南/北"), group("旧", "遗留", deleted=True)]


def test_a_tag_is_found_by_its_name_alone_or_with_its_group():
    library = TagLibrary(GROUPS)
    assert library.to_add("普通;等级/VIP;南\\/北") == (
        TagRef("等级-普通", "普通", "等级"),
        TagRef("等级-VIP", "VIP", "等级"),
        TagRef("门店-南/北", "南/北", "门店"),
    )


def test_a_name_in_two_groups_is_refused_and_both_are_listed():
    with pytest.raises(InputError, match="等级/VIP, 门店/VIP"):
        TagLibrary(GROUPS).to_add("VIP")


def test_an_unknown_name_is_refused_with_the_nearest():
    with pytest.raises(InputError, match=r"did you mean 等级/VIP"):
        TagLibrary(GROUPS).to_add("等级/VIP1")


def test_the_nearest_is_found_in_whatever_case():
    with pytest.raises(InputError, match=r"did you mean 等级/VIP"):
        TagLibrary(GROUPS).to_add("等级/vip")
    with pytest.raises(InputError, match="VIP"):
        TagLibrary(GROUPS).to_add("vip")


def test_a_name_of_another_group_is_suggested():
    with pytest.raises(InputError, match=r"did you mean 等级/普通"):
        TagLibrary(GROUPS).to_add("门店/普通")


def test_deleted_tags_are_unknown():
    with pytest.raises(InputError, match="unknown"):
        TagLibrary(GROUPS).to_add("遗留")


def test_tags_are_created_only_when_allowed_and_only_with_their_group():
    library = TagLibrary(GROUPS, create=True)
    assert library.to_add("等级/黑卡") == (TagRef("", "黑卡", "等级"),)
    with pytest.raises(InputError, match="write Group/Tag"):
        library.to_add("黑卡")
    with pytest.raises(InputError, match="unknown"):
        library.to_remove("等级/黑卡")


@pytest.mark.parametrize("cell", ["等级/" + "长" * 31, "长" * 31 + "/x"])
def test_names_above_the_vendors_length_are_refused(cell: str):
    with pytest.raises(InputError, match="31 characters"):
        TagLibrary(GROUPS, create=True).to_add(cell)
