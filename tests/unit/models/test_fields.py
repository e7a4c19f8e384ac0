"""What callers may put into specs, changes and contents."""

import copy
import pickle

import pytest
from attrs import evolve

from privcrm.errors import InputError
from privcrm.models import (
    AcquisitionLinkSpec,
    Channel,
    ContactCodeSpec,
    Content,
    GroupCodeSpec,
    Image,
    InterceptRuleSpec,
    MassMessageSpec,
    Media,
    MediaKind,
    MomentSpec,
    Pattern,
    ProductSpec,
    RemarkChange,
    StaffChatSpec,
    StaffMessage,
    StrategyChange,
    StrategySpec,
    TagChange,
)

HELLO = Content("hello")
UPLOAD = Media("media1", MediaKind.IMAGE)
WRONG = [
    (lambda: Content(None), r"Content\.text takes a text, None was given"),
    (lambda: Content(b"bytes"), r"Content\.text takes a text, .*bytes"),
    (lambda: Content("x", Image("m")), r"Content\.attachments takes several entries, .*Image was given: put one into"),
    (lambda: Content("x", ["media1"]), r"Content\.attachments\[0\] takes Image or Link .*, a text was given"),
    (lambda: Image(UPLOAD), r"Image\.media_id takes a text, .*Media was given: give its media_id"),
    (lambda: ContactCodeSpec(state=None), r"ContactCodeSpec\.state takes a text, None was given"),
    (lambda: ContactCodeSpec(skip_confirmation="no"), r"skip_confirmation takes True or False, a text was given"),
    (lambda: ContactCodeSpec(expires_in="60"), r"expires_in takes a whole number, a text was given"),
    (lambda: ContactCodeSpec(style=True), r"style takes a whole number, a bool was given"),
    (lambda: ContactCodeSpec(conclusions="bye"), r"conclusions takes .*Content, a text was given"),
    (lambda: ContactCodeSpec(staff_ids=None), r"staff_ids takes several ids, None was given"),
    (lambda: GroupCodeSpec("wr1"), r"GroupCodeSpec\.group_ids takes several ids, a text was given"),
    (lambda: GroupCodeSpec(["wr1"], base_number=1.5), r"base_number takes a whole number, a float was given"),
    (lambda: InterceptRuleSpec("a", "私单"), r"InterceptRuleSpec\.words takes several texts, a text was given"),
    (lambda: InterceptRuleSpec("a", ["x"], patterns=["y"]), r"patterns\[0\] takes one of 'phone_number', .*another"),
    (lambda: ProductSpec("a", "9900", ["m"]), r"ProductSpec\.price takes a whole number"),
    (lambda: MassMessageSpec("nobody", HELLO), r"channel takes one of 'members', 'groups', another text was given"),
    (lambda: MassMessageSpec("members", HELLO, any_of=["t1"]), r"any_of\[0\] takes several ids, a text was given"),
    (lambda: MassMessageSpec("members", HELLO, member_ids=[None]), r"member_ids\[0\] takes a text, None was given"),
    (lambda: MomentSpec(HELLO, "FengZihan"), r"MomentSpec\.staff_ids takes several ids, a text was given"),
    (lambda: MomentSpec("hello"), r"MomentSpec\.content takes .*Content, a text was given"),
    (lambda: StaffMessage(HELLO, "zhang"), r"StaffMessage\.staff_ids takes several ids"),
    (lambda: StaffChatSpec("zhang"), r"StaffChatSpec\.staff_ids takes several ids"),
    (lambda: StrategySpec("a", ["zhang"], denied="view"), r"StrategySpec\.denied takes several texts"),
    (lambda: AcquisitionLinkSpec("a", "zhang"), r"AcquisitionLinkSpec\.staff_ids takes several ids"),
    (lambda: RemarkChange("a", "b", phones="13900001111"), r"RemarkChange\.phones takes several texts, a text"),
    (lambda: TagChange("a", "b", "tag"), r"TagChange\.add takes several ids, a text was given"),
]


@pytest.mark.parametrize(("make", "message"), WRONG)
def test_a_wrong_type_is_refused_with_the_name_of_the_field(make, message):
    with pytest.raises(InputError, match=message) as caught:
        make()
    assert not any(value in str(caught.value) for value in ("1390000", "Feng", "私单", "hello", "zhang"))


@pytest.mark.parametrize("name", ["member_ids", "group_ids", "any_of"])
def test_an_empty_choice_of_recipients_does_not_stand_for_all(name):
    with pytest.raises(InputError, match=rf"MassMessageSpec\.{name} is empty: leave it out to mean everybody"):
        MassMessageSpec(Channel.MEMBERS, HELLO, "zhang", **{name: []})


@pytest.mark.parametrize("name", ["staff_ids", "department_ids", "tag_ids"])
def test_an_empty_choice_for_a_moment_does_not_stand_for_all(name):
    with pytest.raises(InputError, match=rf"MomentSpec\.{name} is empty"):
        MomentSpec(HELLO, **{name: (each for each in ())})


def test_what_was_left_out_stays_left_out():
    spec = MassMessageSpec(Channel.MEMBERS, HELLO, "zhang", member_ids=None)
    assert spec == MassMessageSpec(Channel.MEMBERS, HELLO, "zhang")
    assert (spec.member_ids, spec.any_of) == ((), ())
    for kept in (evolve(spec), copy.deepcopy(spec), pickle.loads(pickle.dumps(spec))):
        assert evolve(kept, sender_id="li").member_ids == ()


def test_an_empty_list_is_taken_where_it_means_nothing_but_itself():
    assert RemarkChange("a", "b", phones=[]).phones == ()
    assert StrategyChange(denied=[]).denied == frozenset()


def test_any_iterable_becomes_what_the_field_is():
    assert MomentSpec(HELLO, (each for each in ("zhang", "li"))).staff_ids == ("zhang", "li")
    assert MassMessageSpec("members", HELLO, any_of=[["t1"], {"t2"}]).any_of == (("t1",), ("t2",))
    assert Content("x", [Image("m")]).attachments == (Image("m"),)
    assert StrategySpec("a", ["zhang"], denied=["view", "view"]).denied == frozenset({"view"})
    assert RemarkChange("a", "b").phones is None


def test_a_choice_is_taken_by_its_text_and_a_department_by_its_number():
    assert MassMessageSpec("groups", HELLO, "zhang").channel is Channel.GROUPS
    assert InterceptRuleSpec("a", ["x"], patterns=["red_packet"]).patterns == (Pattern.RED_PACKET,)
    assert MomentSpec(HELLO, department_ids=[7]).department_ids == ("7",)
    assert StrategySpec("a", ["zhang"], parent_id=3).parent_id == "3"
