"""Tags of groups on both databases."""

from typing import Any

import pytest

from privcrm.errors import InputError
from privcrm.services.groups import GroupTags, TaggedGroup
from privcrm.store import Store


def know(store: Store, *group_ids: str, lives: int = 1) -> None:
    with store.database.transaction() as connection:
        connection.run_many(
            "INSERT INTO privcrm_known_group (company, group_id, name, owner_id, lives)"
            " VALUES ('acme', ?, ?, 'ann', ?)",
            [(group_id, f"name of {group_id}", lives) for group_id in group_ids],
        )


@pytest.fixture
def tags(store: Store) -> GroupTags:
    know(store, "g1", "g2", "g3")
    return GroupTags(store)


def test_tags_are_put_and_taken_off(tags: GroupTags, store: Store):
    assert tags.put("g1", add=[" 华东 ", "VIP", "VIP"], who="me") == ("VIP", "华东")
    assert tags.put("g1", add=["B"], remove=["华东", "never"]) == ("B", "VIP")
    assert tags.of("g1") == ("B", "VIP")
    assert tags.of("g2") == tags.of("unknown") == ()
    told = [(entry.who, entry.what, entry.details) for entry in store.audit.newest(5)]
    assert told[0] == ("me", "group_tag", {"group": "g1", "add": ["华东", "VIP"], "remove": []})
    tags.put("g1", add=["B"], remove=["never"])
    assert len(store.audit.newest(5)) == len(told) == 2


def test_groups_are_found_by_tag(tags: GroupTags, store: Store):
    know(store, "g9", lives=0)
    for group_id in ("g3", "g1", "g9"):
        tags.put(group_id, add=["VIP"])
    tags.put("g2", add=["vip", "other"])
    tags.put("elsewhere", add=["VIP"], force=True)
    assert list(tags.groups_with("VIP")) == ["elsewhere", "g1", "g3", "g9"]
    assert list(tags.groups_with("none")) == []
    assert [each.group_id for each in tags.list()] == ["g1", "g2", "g3"]
    assert next(tags.list("other")) == TaggedGroup("g2", "name of g2", "ann", ("other", "vip"))
    assert next(tags.list("VIP")) == TaggedGroup("elsewhere", tags=("VIP",))


def test_more_groups_than_a_page(tags: GroupTags, store: Store):
    many = [f"many{number:04}" for number in range(1100)]
    know(store, *many)
    for group_id in many[:600]:
        tags.put(group_id, add=["m"])
    assert [each.group_id for each in tags.list("m")] == many[:600]
    assert list(tags.groups_with("m")) == many[:600]
    assert len(list(tags.list())) == 1103


def test_a_group_that_is_not_known_is_refused_unless_forced(tags: GroupTags):
    with pytest.raises(InputError, match="the mirror knows no group 'g7'; run privcrm sync first, or use force"):
        tags.put("g7", add=["VIP"])
    assert list(tags.groups_with("VIP")) == []
    assert tags.put("g7", add=["VIP"], force=True) == ("VIP",)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, "name a tag to add or to remove"),
        ({"add": ["a"], "remove": ["b", "a "]}, "'a' is in add and in remove"),
        ({"add": [" "]}, "add takes tags of 1 to 100 characters"),
        ({"remove": ["x" * 101]}, "remove takes tags of 1 to 100 characters"),
        ({"add": "VIP"}, "put one into a list"),
    ],
)
def test_changes_that_mean_nothing_are_refused(tags: GroupTags, change: dict[str, Any], told: str):
    with pytest.raises(InputError, match=told):
        tags.put("g1", **change)
    assert tags.of("g1") == ()
