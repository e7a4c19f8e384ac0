"""Mass messages: what is asked of the vendor, what comes of its answers, and what is never sent."""

import traceback

import pytest
import requests

from privcrm.errors import (
    AnswerLost,
    CursorRepeated,
    InputError,
    LimitReached,
    NotFound,
    OutcomeUnknown,
    PreconditionFailed,
    ProviderError,
)
from privcrm.models import Channel, Content, DeliveryState, Image, Link, MassMessageSpec
from privcrm.provider import Intent
from privcrm.provider.ports import MessagesPort, MomentsPort
from privcrm_wecom.capabilities import CAPABILITIES

ADD = "externalcontact/add_msg_template"
LIST = "externalcontact/get_groupmsg_list_v2"
TASKS = "externalcontact/get_groupmsg_task"
RESULTS = "externalcontact/get_groupmsg_send_result"
TEMPLATE = "externalcontact/group_welcome_template/"
NOW = 1_735_700_000
INTENT = Intent("broadcast-1", "", NOW)
HELLO = Content("Hello")
SINGLE = Channel.MEMBERS
TO_ALL = MassMessageSpec(SINGLE, HELLO, "zhaoyi")


@pytest.fixture
def messages(company):
    return company().messages


# -- ordering


@pytest.mark.parametrize(
    ("spec", "sent"),
    [
        (TO_ALL, {"chat_type": "single", "sender": "zhaoyi", "text": {"content": "Hello"}}),
        (
            MassMessageSpec(SINGLE, HELLO, member_ids=("wm1", "wm2"), may_edit=True),
            {
                "chat_type": "single",
                "external_userid": ["wm1", "wm2"],
                "allow_select": True,
                "text": {"content": "Hello"},
            },
        ),
        (
            MassMessageSpec(SINGLE, HELLO, "zhaoyi", any_of=(("et1", "et2"), ("et3",))),
            {
                "chat_type": "single",
                "sender": "zhaoyi",
                "tag_filter": {"group_list": [{"tag_list": ["et1", "et2"]}, {"tag_list": ["et3"]}]},
                "text": {"content": "Hello"},
            },
        ),
        (
            MassMessageSpec(Channel.GROUPS, Content("", (Image("M1"),)), "zhaoyi", group_ids=("wr1",)),
            {
                "chat_type": "group",
                "sender": "zhaoyi",
                "chat_id_list": ["wr1"],
                "attachments": [{"msgtype": "image", "image": {"media_id": "M1"}}],
            },
        ),
        (
            MassMessageSpec(Channel.GROUPS, HELLO, "zhaoyi"),
            {"chat_type": "group", "sender": "zhaoyi", "text": {"content": "Hello"}},
        ),
    ],
)
def test_an_order_names_its_recipients_as_the_wire_wants(vendor, messages, bodies, *, spec, sent):
    vendor.answers(ADD, {"errcode": 0, "fail_list": ["wm2"], "msgid": "msg1", "new": 1})
    receipt = messages.create(spec, intent=INTENT)
    assert bodies(ADD) == [sent]
    assert (receipt.message_id, receipt.rejected_ids, receipt.raw["new"]) == ("msg1", ("wm2",), 1)


def test_more_fields_go_last(vendor, messages, bodies):
    vendor.answers(ADD, {"errcode": 0, "msgid": "msg1"})
    messages.create(TO_ALL, intent=INTENT, extra={"sender": "qianer", "new": 1})
    assert bodies(ADD) == [{"chat_type": "single", "sender": "qianer", "text": {"content": "Hello"}, "new": 1}]


BAD = [
    (MassMessageSpec(SINGLE, HELLO), "needs member_ids, any_of or sender_id"),
    (MassMessageSpec(SINGLE, HELLO, "a", group_ids=("wr1",)), "group_ids has no meaning"),
    (MassMessageSpec(SINGLE, HELLO, member_ids=("wm1",), any_of=(("et1",),)), "any_of has no meaning"),
    (MassMessageSpec(SINGLE, HELLO, member_ids=("wm1", "")), "member_ids holds an empty id"),
    (MassMessageSpec(SINGLE, HELLO, member_ids=("wm1",) * 10_001), "member_ids has 10,001 items, at most 10,000"),
    (MassMessageSpec(SINGLE, HELLO, any_of=((),)), r"any_of\[0\] is empty"),
    (MassMessageSpec(SINGLE, HELLO, any_of=(("et1",), ("et1",) * 101)), r"any_of\[1\] has 101 items, at most 100"),
    (MassMessageSpec(Channel.GROUPS, HELLO), "sender_id is empty"),
    (MassMessageSpec(Channel.GROUPS, HELLO, "a", member_ids=("wm1",)), "member_ids has no meaning"),
    (MassMessageSpec(Channel.GROUPS, HELLO, "a", any_of=(("et1",),)), "any_of has no meaning"),
    (MassMessageSpec(Channel.GROUPS, HELLO, "a", may_edit=True), "may_edit has no meaning"),
    (MassMessageSpec(Channel.GROUPS, HELLO, "a", group_ids=("wr",) * 2001), "group_ids has 2,001 items, at most 2,000"),
    (MassMessageSpec(SINGLE, Content(), "a"), "neither a text nor an attachment"),
    (MassMessageSpec(SINGLE, Content("x" * 4001), "a"), "text has 4,001 bytes, at most 4,000"),
]


@pytest.mark.parametrize(("spec", "problem"), BAD)
def test_an_order_that_makes_no_sense_is_not_sent(vendor, messages, spec, problem):
    with pytest.raises(InputError, match=problem) as caught:
        messages.create(spec, intent=INTENT)
    assert "/92135" in str(caught.value)
    assert len(vendor.mock.calls) == 0


def test_nobody_left_is_explained(vendor, messages):
    vendor.answers(ADD, 41048)
    with pytest.raises(PreconditionFailed, match="every recipient"):
        messages.create(TO_ALL, intent=INTENT)


@pytest.mark.parametrize("lost", [requests.ConnectionError("reset"), -1, {"errcode": 0, "errmsg": "ok"}])
def test_a_lost_answer_hands_the_intent_back_and_nothing_is_sent_twice(vendor, messages, lost):
    vendor.answers(ADD, lost)
    with pytest.raises(OutcomeUnknown) as caught:
        messages.create(TO_ALL, intent=INTENT)
    assert caught.value.intent is INTENT
    assert len(vendor.asked(ADD)) == 1


# -- reading


def test_a_listing_reads_every_kind_of_row(vendor, messages, bodies):
    rows = [
        {
            "msgid": "msg1",
            "creator": "zhaoyi",
            "create_time": "1735700000",
            "create_type": "1",
            "text": {"content": "Hello"},
            "attachments": [
                {"msgtype": "image", "image": {"pic_url": "u"}},
                {"msgtype": "location", "location": {"x": 1}},
            ],
            "new": {"a": 1},
        },
        {"msgid": "msg2", "create_time": 1735700001, "create_type": 0},
    ]
    vendor.answers(LIST, {"errcode": 0, "group_msg_list": rows, "next_cursor": "C"}, {"errcode": 0})
    first, second = messages.list(
        Channel.GROUPS, created_after=NOW, created_before=NOW + 86_400, creator_id="zhaoyi", by_company=False
    )
    assert (first.creator_id, first.created_at, first.by_company) == ("zhaoyi", 1_735_700_000, False)
    assert first.content == Content("Hello", (Image(url="u"),))
    assert first.raw["new"] == {"a": 1}
    assert (second.creator_id, second.created_at, second.by_company) == (None, 1_735_700_001, True)
    asked = {
        "chat_type": "group",
        "start_time": NOW,
        "end_time": NOW + 86_400,
        "creator": "zhaoyi",
        "filter_type": 1,
        "limit": 100,
    }
    assert bodies(LIST) == [asked, asked | {"cursor": "C"}]


@pytest.mark.parametrize(("by_company", "number"), [(None, 2), (True, 0), (False, 1)])
def test_a_listing_is_filtered_by_who_ordered(vendor, messages, bodies, *, by_company, number):
    vendor.answers(LIST, {"errcode": 0})
    assert list(messages.list(SINGLE, created_after=1, created_before=2, by_company=by_company)) == []
    assert bodies(LIST)[0]["filter_type"] == number


@pytest.mark.parametrize("end", [NOW - 1, NOW + 31 * 86_400 + 1])
def test_a_span_that_the_vendor_refuses_is_not_sent(vendor, messages, end):
    with pytest.raises(InputError, match=r"created_before - created_after is .* seconds .*/93338"):
        messages.list(SINGLE, created_after=NOW, created_before=end)
    assert len(vendor.mock.calls) == 0


def test_a_cursor_that_comes_twice_ends_a_listing(vendor, messages):
    vendor.answers(LIST, {"errcode": 0, "next_cursor": "C"})
    with pytest.raises(CursorRepeated):
        list(messages.list(SINGLE, created_after=1, created_before=2))


def test_senders_say_whether_they_sent(vendor, messages, bodies):
    rows = [
        {"userid": "a", "status": 2, "send_time": "1735700200"},
        {"userid": "b", "status": "0", "send_time": 0},
        {"userid": "c", "status": 1, "new": 1},
    ]
    vendor.answers(TASKS, {"errcode": 0, "task_list": rows, "next_cursor": "C"}, {"errcode": 0})
    found = list(messages.tasks("msg1"))
    assert [(task.staff_id, task.sent, task.sent_at) for task in found] == [
        ("a", True, 1_735_700_200),
        ("b", False, None),
        ("c", False, None),
    ]
    assert found[2].raw["new"] == 1
    assert bodies(TASKS) == [{"msgid": "msg1", "limit": 1000}, {"msgid": "msg1", "limit": 1000, "cursor": "C"}]


def test_deliveries_tell_what_became_of_it(vendor, messages, bodies):
    rows = [
        {"external_userid": "wm1", "userid": "a", "status": 1, "send_time": 5},
        {"chat_id": "wr1", "userid": "a", "status": 0, "send_time": 0},
        *({"external_userid": "wm2", "userid": "a", "status": status} for status in ("2", 3, 9, None)),
    ]
    vendor.answers(RESULTS, {"errcode": 0, "send_list": rows})
    found = list(messages.deliveries("msg1", "a", "C9"))
    assert [one.state for one in found] == [
        DeliveryState.SENT,
        DeliveryState.WAITING,
        DeliveryState.NOT_FOLLOWED,
        DeliveryState.QUOTA_USED,
        DeliveryState.UNKNOWN,
        DeliveryState.UNKNOWN,
    ]
    assert [(one.member_id, one.group_id, one.sent_at) for one in found[:2]] == [("wm1", None, 5), (None, "wr1", None)]
    assert bodies(RESULTS) == [{"msgid": "msg1", "userid": "a", "limit": 1000, "cursor": "C9"}]


def test_senders_are_reminded_and_stopped(vendor, messages, bodies):
    vendor.answers("externalcontact/remind_groupmsg_send", 0, 41094)
    vendor.answers("externalcontact/cancel_groupmsg_send", 0, 41047)
    messages.remind("msg1")
    messages.cancel("msg1")
    assert bodies("externalcontact/remind_groupmsg_send") == [{"msgid": "msg1"}]
    assert bodies("externalcontact/cancel_groupmsg_send") == [{"msgid": "msg1"}]
    with pytest.raises(LimitReached, match="three reminders"):
        messages.remind("msg1")
    with pytest.raises(NotFound):
        messages.cancel("msg0")


def test_what_was_cancelled_before_is_cancelled(vendor, messages):
    vendor.answers("externalcontact/cancel_groupmsg_send", requests.ConnectionError("reset"), 41093, 41063)
    messages.cancel("msg1")
    assert len(vendor.asked("externalcontact/cancel_groupmsg_send")) == 2
    with pytest.raises(PreconditionFailed):
        messages.cancel("msg2")


def test_a_reminder_whose_answer_is_lost_is_not_repeated(vendor, messages):
    vendor.answers("externalcontact/remind_groupmsg_send", requests.ConnectionError("reset"))
    with pytest.raises(AnswerLost):
        messages.remind("msg1")
    assert len(vendor.asked("externalcontact/remind_groupmsg_send")) == 1


@pytest.mark.parametrize(
    "work",
    [
        lambda m: m.tasks(""),
        lambda m: m.deliveries("", "a"),
        lambda m: m.deliveries("msg1", ""),
        lambda m: m.remind(""),
        lambda m: m.cancel(""),
        lambda m: m.welcome("", HELLO),
        lambda m: m.welcome("CODE", Content()),
        lambda m: m.welcome("CODE", Content("x" * 4001)),
        lambda m: m.get_group_welcome(""),
        lambda m: m.create_group_welcome(Content()),
        lambda m: m.create_group_welcome(Content("x" * 3001)),
        lambda m: m.update_group_welcome("", HELLO),
        lambda m: m.update_group_welcome("msg1", Content("", (Image("M"), Image("M")))),
        lambda m: m.delete_group_welcome(""),
    ],
)
def test_what_is_missing_or_too_long_is_not_sent(vendor, messages, work):
    with pytest.raises(InputError, match=r"https://developer\.work\.weixin\.qq\.com/document/path/\d+"):
        work(messages)
    assert len(vendor.mock.calls) == 0


@pytest.mark.parametrize("area", ["messages", "moments"])
def test_every_method_of_the_port_is_there_and_in_the_table(company, area):
    served = type(getattr(company(), area))
    port = {"messages": MessagesPort, "moments": MomentsPort}[area]
    names = [name for name, value in vars(port).items() if callable(value) and not name.startswith("_")]
    assert names
    for name in names:
        assert getattr(served, name) is not getattr(port, name), name
        assert f"{area}.{name}" in CAPABILITIES


@pytest.mark.parametrize("answer", [40058, -1, requests.ConnectionError("reset"), {"errcode": 0}])
def test_texts_show_in_no_failure(vendor, messages, answer):
    for path in (ADD, TEMPLATE + "add", TEMPLATE + "edit"):
        vendor.answers(path, answer)
    words = Content("老客户张三丰", (Link("u", "老客户张三丰"),))
    works = (
        lambda: messages.create(MassMessageSpec(SINGLE, words, member_ids=("wm1",)), intent=INTENT),
        lambda: messages.create_group_welcome(words),
    )
    for work in works:
        with pytest.raises(ProviderError) as caught:
            work()
        told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
        ours = [frame for frame in told.stack if "privcrm" in frame.filename]
        assert ours
        assert not any("张三丰" in value for frame in ours for value in (frame.locals or {}).values())
        assert "张三丰" not in str(caught.value) + repr(vars(caught.value))
