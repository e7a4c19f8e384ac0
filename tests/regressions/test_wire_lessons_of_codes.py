"""What other clients of WeCom got wrong about codes, handover and figures; each test is named after its lesson."""

import json

import pytest
import requests
from attrs import evolve

from privcrm.errors import CursorRepeated, InputError, LimitReached, OutcomeUnknown
from privcrm.models import ContactCodeSpec, GroupCodeSpec, HandoverKind, HandoverState
from privcrm.provider import Done, Intent, NotDone

DAY = 86_400
YESTERDAY = 1_767_196_800 - DAY  # the clock stands at eight in the morning of 2026-01-01 in Beijing
INTENT = Intent("key-1", "01JGMARKERMARKERMARKERMARK", 1_767_225_600.0)
CONTACT_WAY, JOIN_WAY = "externalcontact/get_contact_way", "externalcontact/groupchat/get_join_way"
LOST = requests.ConnectionError("reset")


def bodies(vendor, path):
    return [json.loads(request.body) for request in vendor.asked(path)]


# fields and types


def test_unknown_fields_of_codes_transfers_and_figures_are_kept(vendor, company):
    new = {"of": {"next": ["year"]}}
    vendor.answers(CONTACT_WAY, {"errcode": 0, "contact_way": {"config_id": "c", "new": new}})
    vendor.answers(JOIN_WAY, {"errcode": 0, "join_way": {"config_id": "j", "new": new}})
    vendor.answers("externalcontact/transfer_result", {"errcode": 0, "customer": [{"new": new}], "next_cursor": ""})
    vendor.answers("externalcontact/get_unassigned_list", {"errcode": 0, "info": [{"new": new}], "next_cursor": ""})
    vendor.answers("externalcontact/get_user_behavior_data", {"errcode": 0, "behavior_data": [{"new": new}]})
    provider = company()
    for model in (
        provider.live_codes.get_contact_code("c"),
        provider.live_codes.get_group_code("j"),
        *provider.handover.results(HandoverKind.ON_JOB, "a", "b"),
        *provider.handover.unassigned(),
        *provider.statistics.staff("a", YESTERDAY, YESTERDAY),
    ):
        assert model.raw["new"] == new


def test_numbers_come_as_texts_and_texts_as_numbers(vendor, company):
    row = {"external_userid": 7, "status": "2", "takeover_time": "1767312000"}
    vendor.answers("externalcontact/transfer_result", {"errcode": "0", "customer": [row], "next_cursor": ""})
    vendor.answers(
        CONTACT_WAY,
        {"errcode": 0, "contact_way": {"config_id": 12, "scene": "2", "skip_verify": "false", "party": ["2", 3]}},
    )
    (moved,) = company().handover.results(HandoverKind.ON_JOB, "a", "b")
    code = company().live_codes.get_contact_code("12")
    assert (moved.member_id, moved.state, moved.at) == ("7", HandoverState.WAITING, 1_767_312_000)
    assert (code.code_id, code.spec.skip_confirmation, code.spec.department_ids) == ("12", False, ("2", "3"))


def test_absent_null_and_empty_are_told_apart(vendor, company):
    rows = [
        {"stat_time": YESTERDAY - DAY, "chat_cnt": 0},
        {"stat_time": YESTERDAY - DAY, "reply_percentage": None, "avg_reply_time": None},
        {"stat_time": YESTERDAY - DAY, "reply_percentage": 0, "avg_reply_time": 0},
    ]
    vendor.answers("externalcontact/get_user_behavior_data", {"errcode": 0, "behavior_data": rows})
    vendor.answers(
        CONTACT_WAY,
        {"errcode": 0, "contact_way": {"type": 2}},
        {"errcode": 0, "contact_way": {"type": 2, "skip_verify": None}},
        {"errcode": 0, "contact_way": {"type": 2, "skip_verify": False}},
    )
    figures = company().statistics.staff("a", YESTERDAY - DAY, YESTERDAY)
    assert [one.reply_share for one in figures] == [None, None, 0.0]
    port = company().live_codes
    assert [port.get_contact_code("c").spec.skip_confirmation for _ in range(3)] == [True, True, False]


# lists


def test_the_cursor_of_the_contact_way_list_is_not_dropped(vendor, company):
    pages = [{"errcode": 0, "contact_way": [{"config_id": f"c{n}"}], "next_cursor": f"C{n}"} for n in range(3)]
    vendor.answers("externalcontact/list_contact_way", *pages, {"errcode": 0, "contact_way": [], "next_cursor": ""})
    assert list(company().live_codes.contact_codes()) == ["c0", "c1", "c2"]


@pytest.mark.parametrize(
    ("path", "listing"),
    [
        ("list_contact_way", lambda provider: provider.live_codes.contact_codes()),
        ("get_unassigned_list", lambda provider: provider.handover.unassigned()),
        ("transfer_result", lambda provider: provider.handover.results(HandoverKind.ON_JOB, "a", "b")),
        ("resigned/transfer_result", lambda provider: provider.handover.results(HandoverKind.DEPARTURE, "a", "b")),
    ],
)
def test_a_cursor_that_comes_again_is_refused(vendor, company, path, listing):
    vendor.answers(f"externalcontact/{path}", {"errcode": 0, "next_cursor": "C"})
    with pytest.raises(CursorRepeated):
        list(listing(company()))
    assert len(vendor.asked(f"externalcontact/{path}")) == 2


# updates


def test_an_update_sends_the_full_object_because_what_is_left_out_may_stay_or_vanish(vendor, company):
    vendor.answers(CONTACT_WAY, {"errcode": 0, "contact_way": {"type": 2, "scene": 2, "remark": "old"}})
    vendor.answers("externalcontact/update_contact_way", 0)
    vendor.answers("externalcontact/groupchat/get_join_way", {"errcode": 0, "join_way": {"mark_source": True}})
    vendor.answers("externalcontact/groupchat/update_join_way", 0)
    port = company().live_codes
    port.update_contact_code("c", ContactCodeSpec(staff_ids=("a",)))
    port.update_group_code("j", GroupCodeSpec(group_ids=("wr1",)))
    (contact,) = bodies(vendor, "externalcontact/update_contact_way")
    (join,) = bodies(vendor, "externalcontact/groupchat/update_join_way")
    assert contact.keys() >= {"config_id", "remark", "skip_verify", "state", "user", "party"}
    assert join.keys() >= {"config_id", "scene", "remark", "state", "chat_id_list"}
    assert join.keys() >= {"auto_create_room", "room_base_name", "room_base_id", "mark_source"}


def test_a_code_for_one_is_made_for_several_because_its_type_is_fixed(vendor, company):
    vendor.answers("externalcontact/add_contact_way", {"errcode": 0, "config_id": "c"})
    company().live_codes.create_contact_code(ContactCodeSpec(staff_ids=("a",)), intent=INTENT)
    assert bodies(vendor, "externalcontact/add_contact_way")[0]["type"] == 2


# handover


@pytest.mark.parametrize(
    ("kind", "paths"),
    [
        (HandoverKind.ON_JOB, ("transfer_customer", "transfer_result", "groupchat/onjob_transfer")),
        (
            HandoverKind.DEPARTURE,
            ("resigned/transfer_customer", "resigned/transfer_result", "groupchat/transfer"),
        ),
    ],
)
def test_leavers_have_endpoints_of_their_own(vendor, company, kind, paths):
    for path in paths:
        vendor.answers(f"externalcontact/{path}", 0)
    port = company().handover
    port.transfer_members(kind, "a", "b", ["wm1"], intent=INTENT)
    list(port.results(kind, "a", "b"))
    port.transfer_groups(kind, ["wr1"], "b", intent=INTENT)
    assert [len(vendor.asked(f"externalcontact/{path}")) for path in paths] == [1, 1, 1]
    assert len(vendor.asked("externalcontact/")) == 3


def test_success_of_a_transfer_call_is_not_success_of_its_entries(vendor, company):
    rows = [{"external_userid": "wm1", "errcode": 0}, {"external_userid": "wm2", "errcode": 40128}]
    vendor.answers("externalcontact/transfer_customer", {"errcode": 0, "customer": rows})
    receipts = company().handover.transfer_members(HandoverKind.ON_JOB, "a", "b", ["wm2", "wm1", "wm3"], intent=INTENT)
    assert [(one.item_id, one.accepted) for one in receipts] == [("wm2", False), ("wm1", True), ("wm3", False)]


def test_the_vendors_code_stands_beside_the_class_of_the_error(vendor, company):
    vendor.answers("externalcontact/add_contact_way", {"errcode": 41045, "errmsg": "too many, hint: [1700_abc]"})
    with pytest.raises(LimitReached) as caught:
        company().live_codes.create_contact_code(ContactCodeSpec(staff_ids=("a",)), intent=INTENT)
    assert (caught.value.code, caught.value.operation) == (41045, "add_contact_way")


def test_a_transfer_whose_answer_is_lost_is_looked_up_and_not_repeated(vendor, company):
    vendor.answers("externalcontact/transfer_customer", LOST)
    waiting = {"external_userid": "wm1", "status": 2, "takeover_time": 1_767_312_000}
    vendor.answers("externalcontact/transfer_result", {"errcode": 0, "customer": [waiting]}, {"errcode": 0})
    port = company().handover
    with pytest.raises(OutcomeUnknown):
        port.transfer_members(HandoverKind.ON_JOB, "a", "b", ["wm1", "wm2"], intent=INTENT)
    assert len(vendor.asked("externalcontact/transfer_customer")) == 1
    settled = port.settle_members(INTENT, HandoverKind.ON_JOB, "a", "b", ["wm1", "wm2"])
    assert isinstance(settled, Done)
    assert [one.item_id for one in settled.result] == ["wm1"]
    assert port.settle_members(INTENT, HandoverKind.ON_JOB, "a", "b", ["wm1", "wm2"]) == NotDone()


# figures


def test_zeros_of_yesterday_are_not_ready_and_are_read_again_later(vendor, company):
    path = "externalcontact/get_user_behavior_data"
    early, late = {"stat_time": YESTERDAY, "chat_cnt": 0}, {"stat_time": YESTERDAY, "chat_cnt": 9}
    vendor.answers(path, {"errcode": 0, "behavior_data": [early]}, {"errcode": 0, "behavior_data": [late]})
    port = company().statistics
    assert [port.staff("a", YESTERDAY, YESTERDAY)[0].ready for _ in range(2)] == [False, True]


def test_figures_of_staff_are_read_one_by_one_because_the_vendor_adds_several_up(vendor, company):
    path = "externalcontact/get_user_behavior_data"
    vendor.answers(path, {"errcode": 0, "behavior_data": [{"stat_time": YESTERDAY, "chat_cnt": 1}]})
    port = company().statistics
    for staff_id in ("a", "b"):
        port.staff(staff_id, YESTERDAY, YESTERDAY)
    assert [body["userid"] for body in bodies(vendor, path)] == [["a"], ["b"]]


# bad input


def test_what_the_vendor_would_cut_is_refused(vendor, company):
    spec = GroupCodeSpec(group_ids=("wr1",), note="注" * 31)
    with pytest.raises(InputError, match="note has 31 characters, at most 30"):
        company().live_codes.create_group_code(spec, intent=INTENT)
    with pytest.raises(InputError, match="group_ids has 6 items, at most 5"):
        company().live_codes.update_group_code("j", evolve(spec, note="", group_ids=tuple("abcdef")))
    assert len(vendor.mock.calls) == 0
