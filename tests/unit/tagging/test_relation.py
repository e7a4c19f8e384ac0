"""Which of a job's tags hang on a relation."""

from privcrm.models import Follow, MemberTag, StaffId, TagId
from privcrm.services.tagging.names import TagRef
from privcrm.services.tagging.relation import TagTable

TABLE = TagTable([TagRef("et1", "VIP", "等级"), TagRef("et2", "普通", "等级")])


def numbers(*tags, tag_ids=()):
    return TABLE.numbers_on(Follow(StaffId("a"), tuple(map(TagId, tag_ids)), tags=tags))


def test_tags_are_known_by_id_and_where_there_is_none_by_name():
    assert numbers(tag_ids=["et2", "et9"]) == (1,)
    assert numbers(MemberTag("VIP", "等级"), MemberTag("VIP", "别的组")) == (0,)


def test_tags_of_staff_and_of_rule_groups_do_not_count_whatever_they_are_called():
    assert numbers(MemberTag("VIP", "等级", personal=True), MemberTag("VIP", "等级", of_rule_group=True)) == ()
