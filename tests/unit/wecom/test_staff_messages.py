"""Messages to employees and chats of the app: what is sent, what comes back, and what is refused before."""

from contextlib import nullcontext

import pytest
import requests

from privcrm.errors import (
    AnswerLost,
    Conflict,
    InputError,
    InvalidArgument,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    PreconditionFailed,
    WriteForbidden,
    WrongApp,
)
from privcrm.models import Content, File, Image, Link, StaffChatChange, StaffChatSpec, StaffMessage
from privcrm.provider import CannotTell, Done, Intent, NotDone, Secret, WriteScope
from privcrm_wecom import WeComApp, WeComProvider

SEND = "message/send"
INTENT = Intent("chat-1", "privcrm0001", 1_735_700_000)
HELLO = Content("Hello")
TWO = ("zhaoyi", "qianer")
ONCE = {"enable_duplicate_check": 1, "duplicate_check_interval": 1800}


@pytest.fixture
def messages(company):
    roles = frozenset({"customer_contact", "messages", "app_chats"})
    return company(apps=(WeComApp("main", Secret("m"), agent_id="1000002", roles=roles),)).messages


@pytest.mark.parametrize(
    ("message", "sent"),
    [
        (
            StaffMessage(HELLO, TWO, ("2", "3")),
            {"touser": "zhaoyi|qianer", "toparty": "2|3", "msgtype": "text", "text": {"content": "Hello"}},
        ),
        (
            StaffMessage(Content("**Hello**"), everybody=True, markdown=True),
            {"touser": "@all", "msgtype": "markdown", "markdown": {"content": "**Hello**"}},
        ),
        (
            StaffMessage(Content("", (Link("u", "T", "D"),)), department_ids=("2",)),
            {"toparty": "2", "msgtype": "textcard", "textcard": {"title": "T", "description": "D", "url": "u"}},
        ),
        (
            StaffMessage(Content("", (File("M1"),)), ("zhaoyi",)),
            {"touser": "zhaoyi", "msgtype": "file", "file": {"media_id": "M1"}},
        ),
    ],
)
def test_a_message_goes_out_once_in_half_an_hour(vendor, messages, bodies, *, message, sent):
    vendor.answers(SEND, {"errcode": 0, "msgid": "m1", "invaliduser": ""})
    messages.send_to_staff(message)
    assert bodies(SEND) == [sent | ONCE | {"agentid": 1000002}]


def test_more_goes_last(vendor, messages, bodies):
    vendor.answers(SEND, {"errcode": 0, "msgid": "m1"})
    messages.send_to_staff(StaffMessage(HELLO, ("a",)), extra={"safe": 1, "duplicate_check_interval": 60})
    assert bodies(SEND)[0]["safe"] == 1
    assert bodies(SEND)[0]["duplicate_check_interval"] == 60


def test_the_receipt_says_whom_it_did_not_reach(vendor, messages):
    answer = {
        "errcode": 0,
        "invaliduser": "zhaoyi|qianer",
        "invalidparty": "2|3",
        "unlicenseduser": "sunsan",
        "msgid": "m1",
        "new": 1,
    }
    vendor.answers(SEND, answer)
    receipt = messages.send_to_staff(StaffMessage(HELLO, ("a",)))
    assert (receipt.message_id, receipt.raw["new"]) == ("m1", 1)
    assert receipt.invalid_staff_ids == ("zhaoyi", "qianer")
    assert receipt.invalid_department_ids == ("2", "3")
    assert receipt.unlicensed_staff_ids == ("sunsan",)


def test_nobody_of_that_name_is_an_error(vendor, messages):
    vendor.answers(SEND, 81013)
    with pytest.raises(InvalidArgument):
        messages.send_to_staff(StaffMessage(HELLO, ("nobody",)))


def test_a_lost_answer_is_repeated_because_the_vendor_drops_the_second_one(vendor, messages, bodies):
    vendor.answers(SEND, requests.ConnectionError("reset"), {"errcode": 0, "msgid": "m1"})
    messages.send_to_staff(StaffMessage(HELLO, ("a",)))
    first, second = bodies(SEND)
    assert first == second
    assert first["enable_duplicate_check"] == 1


@pytest.mark.parametrize(
    "other", [{"enable_duplicate_check": 0}, {"enable_duplicate_check": None}, {"duplicate_check_interval": 1}]
)
def test_with_another_check_a_lost_message_is_not_sent_again(vendor, messages, bodies, other):
    vendor.answers(SEND, requests.ConnectionError("reset"), {"errcode": 0, "msgid": "m1"})
    with pytest.raises(AnswerLost):
        messages.send_to_staff(StaffMessage(HELLO, ("a",)), extra=other)
    assert len(bodies(SEND)) == 1


@pytest.mark.parametrize(("receivers", "allowed"), [({}, True), ({"totag": "1"}, False), ({"touser": ""}, False)])
def test_a_write_scope_knows_nobody_behind_a_directory_tag(vendor, company, bodies, receivers, allowed):
    app = WeComApp("main", Secret("m"), agent_id="1000002")
    scope = WriteScope(WeComProvider.scope_parameters, staff=frozenset({"alice"}))
    provider, wanted = company(apps=(app,), guards=(scope,)), {"touser": "alice", **receivers}
    vendor.answers(SEND, {"errcode": 0, "msgid": "m1"})
    with nullcontext() if allowed else pytest.raises(WriteForbidden):
        provider.call("message_send", msgtype="text", agentid=1000002, text={"content": "hi"}, **wanted)
    assert len(bodies(SEND)) == allowed


def test_a_lost_message_of_a_plain_call_is_not_sent_again(vendor, company, bodies):
    app = WeComApp("main", Secret("m"), agent_id="1000002", roles=frozenset({"messages"}))
    vendor.answers(SEND, requests.ConnectionError("reset"), {"errcode": 0, "msgid": "m1"})
    with pytest.raises(AnswerLost):
        company(apps=(app,)).call("message_send", touser="a", msgtype="text", agentid=1000002, text={"content": "pay"})
    assert len(bodies(SEND)) == 1


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        (StaffMessage(HELLO), "needs staff_ids, department_ids or everybody"),
        (StaffMessage(HELLO, ("a",), everybody=True), "mean nothing beside everybody"),
        (StaffMessage(HELLO, ("a", "")), "staff_ids holds an empty id"),
        (StaffMessage(HELLO, ("a|b",)), "staff_ids holds an id with a bar"),
        (StaffMessage(HELLO, ("a",) * 1001), "staff_ids has 1,001 items, at most 1,000"),
        (StaffMessage(HELLO, department_ids=("1",) * 101), "department_ids has 101 items, at most 100"),
        (StaffMessage(Content(), ("a",)), "neither a text nor an attachment"),
        (StaffMessage(Content("x" * 2049), ("a",)), "text has 2,049 bytes"),
        (StaffMessage(Content("x", (Image("M"),)), ("a",)), "a text and an attachment"),
        (StaffMessage(Content("", (Image("M"),)), ("a",), markdown=True), "takes no attachments"),
    ],
)
def test_a_message_that_the_vendor_would_refuse_or_cut_is_not_sent(vendor, messages, message, problem):
    with pytest.raises(InputError, match=problem) as caught:
        messages.send_to_staff(message)
    assert "/90236" in str(caught.value)
    assert len(vendor.mock.calls) == 0


def test_an_app_without_agent_id_is_told_what_is_missing(vendor, company):
    with pytest.raises(WrongApp, match="PRIVCRM_WECOM_AGENT_ID"):
        company().messages.send_to_staff(StaffMessage(HELLO, ("a",)))
    with pytest.raises(WrongApp, match="app_chats"):
        company().messages.get_staff_chat("privcrm0001")
    assert len(vendor.mock.calls) == 0


def test_a_message_is_taken_back_within_a_day(vendor, messages, bodies):
    vendor.answers("message/recall", 0, 42052)
    messages.recall_from_staff("m1")
    assert bodies("message/recall") == [{"msgid": "m1"}]
    with pytest.raises(PreconditionFailed):
        messages.recall_from_staff("m1")


# -- chats


def test_a_chat_is_opened_under_an_id_of_ours(vendor, messages, bodies):
    vendor.answers("appchat/create", {"errcode": 0, "chatid": "privcrm0001"})
    assert messages.create_staff_chat(StaffChatSpec(TWO), intent=INTENT) == "privcrm0001"
    spec = StaffChatSpec(TWO, "Shop 1", TWO[0], "mine1")
    messages.create_staff_chat(spec, intent=INTENT, extra={"new": 1})
    assert bodies("appchat/create") == [
        {"userlist": [*TWO], "chatid": "privcrm0001"},
        {"userlist": [*TWO], "chatid": "mine1", "name": "Shop 1", "owner": "zhaoyi", "new": 1},
    ]


@pytest.mark.parametrize(
    ("spec", "problem"),
    [
        (StaffChatSpec(()), "staff_ids is empty"),
        (StaffChatSpec(("a",)), "staff_ids has 1 items, at least 2"),
        (StaffChatSpec(("a", "")), "staff_ids holds an empty id"),
        (StaffChatSpec(("a",) * 2001), "staff_ids has 2,001 items, at most 2,000"),
        (StaffChatSpec(TWO, owner_id="boss"), "owner_id is not among staff_ids"),
        (StaffChatSpec(TWO, "x" * 51), "name has 51 characters, at most 50"),
        (StaffChatSpec(TWO, chat_id="x" * 33), "chat_id has 33 characters, at most 32"),
        (StaffChatSpec(TWO, chat_id="a-b"), "chat_id holds other characters"),
        (StaffChatSpec(TWO, chat_id="群1"), "chat_id holds other characters"),
    ],
)
def test_a_chat_that_the_vendor_would_refuse_is_not_opened(vendor, messages, spec, problem):
    with pytest.raises(InputError, match=problem) as caught:
        messages.create_staff_chat(spec, intent=INTENT)
    assert "/90245" in str(caught.value)
    assert len(vendor.mock.calls) == 0


def test_a_chat_whose_answer_is_lost_is_found_by_its_id(vendor, messages):
    vendor.answers("appchat/create", requests.ConnectionError("reset"), 86215)
    vendor.answers("appchat/get", {"errcode": 0, "chat_info": {"chatid": "privcrm0001"}}, 86003, method="GET")
    spec = StaffChatSpec(TWO)
    with pytest.raises(OutcomeUnknown) as caught:
        messages.create_staff_chat(spec, intent=INTENT)
    assert caught.value.intent is INTENT
    assert len(vendor.asked("appchat/create")) == 1
    assert messages.settle_staff_chat(INTENT, spec) == Done("privcrm0001")
    assert messages.settle_staff_chat(INTENT, spec) == NotDone()
    assert isinstance(messages.settle_staff_chat(Intent("k", "", 0.0), spec), CannotTell)
    with pytest.raises(Conflict):
        messages.create_staff_chat(spec, intent=INTENT)


def test_a_chat_is_read(vendor, messages):
    row = {"chatid": "c1", "name": "Shop", "owner": "zhaoyi", "userlist": [*TWO, 7], "chat_type": 0}
    vendor.answers("appchat/get", {"errcode": 0, "chat_info": row}, 86001, 86008, method="GET")
    chat = messages.get_staff_chat("c1")
    assert (chat.chat_id, chat.name, chat.owner_id, chat.staff_ids) == ("c1", "Shop", "zhaoyi", (*TWO, "7"))
    assert chat.raw["chat_type"] == 0
    assert "chatid=c1" in vendor.asked("appchat/get")[0].url
    with pytest.raises(NotFound):
        messages.get_staff_chat("c0")
    with pytest.raises(PermissionDenied, match="opened"):
        messages.get_staff_chat("c2")


def test_a_chat_is_changed_by_what_changes_only(vendor, messages, bodies):
    vendor.answers("appchat/update", 0)
    messages.update_staff_chat("c1", StaffChatChange(name="New"))
    messages.update_staff_chat("c1", StaffChatChange(None, "qianer", ("sunsan",), ("zhaoyi",)), extra={"new": 1})
    assert bodies("appchat/update") == [
        {"chatid": "c1", "name": "New"},
        {"chatid": "c1", "owner": "qianer", "add_user_list": ["sunsan"], "del_user_list": ["zhaoyi"], "new": 1},
    ]


@pytest.mark.parametrize(
    "work",
    [
        lambda m: m.update_staff_chat("", StaffChatChange(name="New")),
        lambda m: m.update_staff_chat("c1", StaffChatChange()),
        lambda m: m.update_staff_chat("c1", StaffChatChange(name="")),
        lambda m: m.update_staff_chat("c1", StaffChatChange(name="x" * 51)),
        lambda m: m.update_staff_chat("c1", StaffChatChange(add_staff_ids=("",))),
        lambda m: m.update_staff_chat("c1", StaffChatChange(remove_staff_ids=("a",) * 2001)),
        lambda m: m.get_staff_chat(""),
        lambda m: m.send_to_staff_chat("", HELLO),
        lambda m: m.send_to_staff_chat("c1", Content()),
        lambda m: m.send_to_staff_chat("c1", Content("x" * 2049)),
        lambda m: m.recall_from_staff(""),
    ],
)
def test_what_is_missing_or_too_long_is_not_sent(vendor, messages, work):
    with pytest.raises(InputError, match=r"https://developer\.work\.weixin\.qq\.com/document/path/\d+"):
        work(messages)
    assert len(vendor.mock.calls) == 0


def test_a_chat_is_spoken_to_and_never_twice(vendor, messages, bodies):
    vendor.answers("appchat/send", 0, 0, requests.ConnectionError("reset"))
    messages.send_to_staff_chat("c1", HELLO, extra={"safe": 1})
    messages.send_to_staff_chat("c1", Content("**x**"), markdown=True)
    with pytest.raises(AnswerLost):
        messages.send_to_staff_chat("c1", HELLO)
    assert bodies("appchat/send") == [
        {"chatid": "c1", "msgtype": "text", "text": {"content": "Hello"}, "safe": 1},
        {"chatid": "c1", "msgtype": "markdown", "markdown": {"content": "**x**"}},
        {"chatid": "c1", "msgtype": "text", "text": {"content": "Hello"}},
    ]
