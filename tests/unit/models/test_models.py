import pickle

import attrs
import pytest

from privcrm import models
from privcrm.models import Follow, Member, MemberId, RemarkChange, StaffId, staff_key
from privcrm.testing.factories import Factory

CLASSES = [value for value in (getattr(models, name) for name in models.__all__) if attrs.has(value)]
PERSONAL = {"name", "remark", "description", "phones", "unionid", "nickname", "text", "raw", "notice", "avatar"}
NOT_ABOUT_PEOPLE = {"Tag", "TagGroup", "Department", "Group", "InterceptRule", "InterceptRuleSpec", "ProductSpec"}
NOT_ABOUT_PEOPLE |= {"MemberTag", "AcquisitionLinkSpec", "Strategy", "StrategySpec", "StrategyChange"}
NOT_ABOUT_PEOPLE |= {"Fact", "FactIs", "Shop", "TagRule", "TaskPoint"}


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_values_are_frozen_and_have_no_hidden_personal_data(kind):
    assert attrs.fields(kind) is not None
    shown = {field.name for field in attrs.fields(kind) if field.repr}
    allowed = {"name", "description", "notice"} if kind.__name__ in NOT_ABOUT_PEOPLE else set()
    assert not shown & (PERSONAL - allowed)
    assert kind.__setattr__ is not object.__setattr__


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_raw_is_kept_and_does_not_decide_equality(kind):
    fields = attrs.fields_dict(kind)
    if "raw" in fields:
        assert fields["raw"].eq is False
        assert fields["raw"].repr is False


def test_values_survive_pickling():
    member = Factory().member()
    assert pickle.loads(pickle.dumps(member)) == member


def test_a_value_cannot_be_changed():
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        Factory().member().name = "另一个"


def test_staff_ids_compare_without_case_and_member_ids_exactly():
    assert staff_key("ZhangSan") == staff_key("zhangsan")
    member = Member(MemberId("wmA"), follows=(Follow(StaffId("ZhangSan")),))
    assert member.followed_by("zhangSAN") is member.follows[0]
    assert member.followed_by("lisi") is None
    assert member != Member(MemberId("wma"), follows=member.follows)


def test_the_vendors_words_are_understood():
    factory = Factory()
    member, staff, group = factory.member(), factory.staff(), factory.group()
    assert member.external_userid == member.member_id
    assert staff.userid == staff.staff_id
    assert member.follows[0].userid == member.follows[0].staff_id
    assert group.chat_id == group.group_id


def test_absent_and_empty_are_two_things():
    assert Follow(StaffId("a")).phones is None
    change = RemarkChange(StaffId("a"), MemberId("b"), remark="")
    assert (change.remark, change.description) == ("", None)


def test_the_same_seed_makes_the_same_values():
    def values(seed):
        make = Factory(seed)
        return [make.staff(), make.member(), make.tag_group(), make.group(), make.follow(), make.department()]

    assert values(3) == values(3)
    assert values(3) != values(4)


def test_a_factory_takes_any_field():
    make = Factory()
    assert make.member(name="王女士").name == "王女士"
    assert not make.member(follows=[]).is_customer
    assert [tag.group_name for tag in make.tag_group(["a"], name="等级").tags] == ["等级"]
