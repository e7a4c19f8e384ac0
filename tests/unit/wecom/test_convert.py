"""Conversion is total: whatever JSON the vendor sends, a model comes out and ``raw`` keeps the rest."""

from functools import partial

import attrs
from hypothesis import given
from hypothesis import strategies as st

from privcrm.models import MediaKind, MediaPurpose
from privcrm_wecom.convert import (
    acquisition,
    groups,
    handover,
    live_codes,
    media,
    members,
    messages,
    moments,
    products,
    rules,
    staff,
    statistics,
    strategies,
    tags,
    values,
)

NAMES = """
    external_contact follow_info external_userid name type gender unionid tags tag_id tag remark_mobiles createtime
    add_way userid status department parentid id group_id order deleted chat_id owner member_list admin_list invitor
    join_scene
    scene is_temp expires_in unionid conclusions text content image user party skip_verify style auto_create_room
    msgid fail_list creator attachments msgtype link miniprogram video file media_id send_time invaliduser result
    room_base_id stat_time chat_cnt reply_percentage data chat_total takeover_time dimission_time
    created_at detail errcode strategy_id privilege admin_list range partyid is_customer rule_id extra_rule
    semantics_list applicable_range word_list intercept_type product_id attachments price link priority_option
    priority_type chat_info chat_status quota_list expire_date balance user_list department_list
"""
FIELDS = st.sampled_from(NAMES.split())
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6) | FIELDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS | st.text(max_size=3), inner, max_size=6),
    max_leaves=25,
)
OBJECTS = st.dictionaries(FIELDS, JSON, max_size=12)

CONVERTERS = [
    members.listed_member,
    members.follow,
    staff.staff,
    staff.department,
    tags.tag_group,
    groups.group_summary,
    groups.group,
    members.served_contact,
    strategies.strategy,
    rules.listed_rule,
    rules.rule,
    products.product,
    acquisition.link,
    acquisition.acquired_chat,
    acquisition.permit,
    partial(media.media, kind=MediaKind.FILE, purpose=MediaPurpose.MESSAGE, lifetime=3),
    partial(media.media_job, kind=MediaKind.FILE, lifetime=3),
    live_codes.contact_code,
    live_codes.group_code,
    handover.unassigned,
    handover.member_handover,
    partial(statistics.staff_figures, yesterday=0),
    partial(statistics.owner_figures, may_be_early=True),
    partial(statistics.day_figures, yesterday=0),
    messages.receipt,
    messages.message,
    messages.task,
    messages.delivery,
    partial(messages.group_welcome, "msg1"),
    messages.staff_receipt,
    messages.staff_chat,
    moments.job,
    moments.moment,
    moments.task,
    moments.comment,
    moments.like,
]


@given(OBJECTS)
def test_no_object_is_too_strange(row):
    for converted in CONVERTERS:
        model = converted(row)
        assert model.raw is row
        hash(model)


@given(OBJECTS)
def test_rows_that_keep_nothing_are_read_too(row):
    for converted in (strategies.node, acquisition.acquired, acquisition.quota, acquisition.figures):
        hash(converted(row))


@given(JSON)
def test_helpers_keep_their_types(value):
    assert isinstance(values.text(value), str)
    assert isinstance(values.number(value), int | None)
    assert isinstance(values.fraction(value), float | None)
    assert isinstance(values.flag(value), bool)
    assert all(isinstance(entry, str) and entry for entry in values.texts(value))
    assert all(isinstance(row, dict) for row in values.rows(value))


@given(st.lists(JSON, max_size=4), st.lists(st.text(min_size=1, max_size=3), max_size=4))
def test_good_entries_survive_bad_neighbours(bad, good):
    assert list(values.texts([*bad, *good]))[len(values.texts(bad)) :] == good


def test_numbers_and_texts_are_taken_for_each_other():
    follow = members.follow({"userid": 12, "createtime": "1700000000", "add_way": 1.0, "tag_id": ["et1", 7, None, ""]})
    assert (follow.staff_id, follow.created_at, follow.add_way, follow.tag_ids) == (
        "12",
        1_700_000_000,
        1,
        ("et1", "7"),
    )


def test_absent_differs_from_empty():
    assert members.follow({}).phones is None
    assert members.follow({"remark_mobiles": []}).phones == ()
    assert members.follow({"createtime": 0}).created_at == 0
    assert members.follow({}).created_at is None


def test_one_bad_field_is_not_fatal():
    member = members.listed_member(
        {"external_contact": {"external_userid": "wm1", "gender": {}, "name": ["x"]}, "follow_info": 3}
    )
    assert (member.member_id, member.gender, member.name) == ("wm1", 0, "")


def test_decoded_models_have_every_field_that_the_model_declares():
    member = members.listed_member({})
    for value in (member, member.follows[0]):
        assert vars(value).keys() == {field.name for field in attrs.fields(type(value))}


def test_tags_of_staff_and_of_rule_groups_are_told_from_company_tags():
    names = {"group_name": "等级", "tag_name": "VIP", "tag_id": "et1"}
    told = members.follow({"userid": "a", "tags": [names | {"type": kind} for kind in (1, 2, 3)]})
    assert [tag.is_company_tag for tag in told.tags] == [True, False, False]
    assert told.tag_ids == ("et1",)


def test_fractions_and_flags_are_read_from_texts_too():
    assert [values.fraction(value) for value in (60.25, "60.25", 3, "3", "3e9", "", True, None)] == [
        60.25,
        60.25,
        3.0,
        3.0,
        None,
        None,
        None,
        None,
    ]
    assert [values.flag(value, default=True) for value in (True, 1, "1", "true", False, 0, "0", "False")] == [
        True,
        True,
        True,
        True,
        False,
        False,
        False,
        False,
    ]
    assert [values.flag(value, default=True) for value in (None, "", 7, [], "no")] == [True] * 5


@given(st.lists(JSON, max_size=3), st.lists(st.text(max_size=3), max_size=3))
def test_every_entry_of_a_transfer_has_a_receipt(answered, ids):
    rows = values.rows(answered)
    for receipts in (handover.member_receipts(ids, rows), handover.group_receipts(ids, rows)):
        assert [receipt.item_id for receipt in receipts] == ids
