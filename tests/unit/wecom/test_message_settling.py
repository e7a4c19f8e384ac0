"""Mass messages whose answer was lost: which of those the vendor lists is ours, if any."""

import json
from collections.abc import Callable

import pytest
import requests

from privcrm.errors import OutcomeUnknown, PreconditionFailed
from privcrm.models import Channel, Content, Image, Link, MassMessageSpec, MiniProgram
from privcrm.provider import CannotTell, Done, Intent, NotDone

ADD = "externalcontact/add_msg_template"
LIST = "externalcontact/get_groupmsg_list_v2"
TASKS = "externalcontact/get_groupmsg_task"
RESULTS = "externalcontact/get_groupmsg_send_result"
NOW = 1_735_700_000
INTENT = Intent("broadcast-1", "", NOW)
HELLO = Content("Hello")
SINGLE = Channel.MEMBERS
TO_ALL = MassMessageSpec(SINGLE, HELLO, "zhaoyi")


@pytest.fixture
def messages(company):
    return company().messages


def listed(message_id: str, words: str = "Hello", **fields) -> dict:
    return {"msgid": message_id, "create_time": str(NOW), "create_type": 0, "text": {"content": words}, **fields}


@pytest.fixture
def orders(vendor):
    """Let the vendor list orders, each with its senders."""

    def have(*rows: dict, senders: dict[str, list[str]] | None = None, reached: dict[str, list[str]] | None = None):
        vendor.answers(LIST, {"errcode": 0, "group_msg_list": list(rows), "next_cursor": ""})

        def of(request, name: str, entries: Callable[[str], list[dict]]):
            return 200, {}, json.dumps({"errcode": 0, name: entries(json.loads(request.body)["msgid"])})

        def tasks(message_id: str) -> list[dict]:
            return [{"userid": one, "status": 0} for one in (senders or {}).get(message_id, [])]

        def results(message_id: str) -> list[dict]:
            return [{"external_userid": one, "userid": "x", "status": 0} for one in (reached or {}).get(message_id, [])]

        base = "https://qyapi.weixin.qq.com/cgi-bin/"
        vendor.mock.add_callback("POST", base + TASKS, callback=lambda request: of(request, "task_list", tasks))
        vendor.mock.add_callback("POST", base + RESULTS, callback=lambda request: of(request, "send_list", results))

    return have


def test_an_order_is_found_by_its_text_and_its_sender(orders, messages, bodies):
    orders(listed("msg1"), listed("msg2"), listed("msg3", "Else"), senders={"msg1": ["qianer"], "msg2": ["ZhaoYi"]})
    settled = messages.settle(INTENT, TO_ALL)
    assert isinstance(settled, Done)
    assert settled.result.message_id == "msg2"
    assert bodies(LIST) == [
        {
            "chat_type": "single",
            "start_time": NOW - 120,
            "end_time": NOW + 1800,
            "filter_type": 0,
            "limit": 100,
        }
    ]
    assert [body["msgid"] for body in bodies(TASKS)] == ["msg1", "msg2"]


def test_what_belongs_to_others_is_not_even_asked_about(orders, messages, bodies):
    orders(listed("msg1"), listed("msg2"), senders={"msg1": ["zhaoyi"], "msg2": ["zhaoyi"]})
    settled = messages.settle(INTENT, TO_ALL, claimed={"msg1"})
    assert isinstance(settled, Done)
    assert settled.result.message_id == "msg2"
    assert [body["msgid"] for body in bodies(TASKS)] == ["msg2"]


@pytest.mark.parametrize(
    "row",
    [
        listed("msg1", "Hello!"),
        listed("msg1", attachments=[{"msgtype": "image", "image": {"media_id": "M"}}]),
    ],
)
def test_an_order_that_says_something_else_is_not_ours(orders, messages, bodies, row):
    orders(row, senders={"msg1": ["zhaoyi"]})
    assert messages.settle(INTENT, TO_ALL) == NotDone()
    assert bodies(TASKS) == []


def test_an_order_of_another_sender_is_not_ours(orders, messages):
    orders(listed("msg1"), listed("msg2"), senders={"msg1": ["qianer"], "msg2": ["zhaoyi", "qianer"]})
    assert messages.settle(INTENT, TO_ALL) == NotDone()


def test_several_that_fit_are_for_a_person(orders, messages, bodies):
    ids = ["msg1", "msg2", "msg3"]
    orders(*map(listed, ids), senders={one: ["zhaoyi"] for one in ids})
    settled = messages.settle(INTENT, TO_ALL)
    assert isinstance(settled, CannotTell)
    assert "msg1 or msg2" in settled.orphan
    assert "Hello" not in settled.orphan
    assert len(bodies(TASKS)) == 2, "the third read could change nothing"


@pytest.mark.parametrize(
    ("row", "senders"),
    [
        (listed("msg1", creator="boss"), ["zhaoyi"]),  # somebody ordered the same at the console
        (listed("msg1"), []),  # nobody is told to send it yet
    ],
)
def test_one_that_only_may_be_ours_is_for_a_person(orders, messages, row, senders):
    orders(row, senders={"msg1": senders})
    settled = messages.settle(INTENT, TO_ALL)
    assert isinstance(settled, CannotTell)
    assert "msg1" in settled.orphan


def test_a_picture_under_another_id_may_be_ours(orders, messages):
    spec = MassMessageSpec(SINGLE, Content("Hello", (Image("M1"),)), "zhaoyi")
    copy = listed("msg1", attachments=[{"msgtype": "image", "image": {"media_id": "M2"}}])
    orders(copy, senders={"msg1": ["zhaoyi"]})
    assert isinstance(messages.settle(INTENT, spec), CannotTell)


def test_a_certain_one_goes_before_a_doubtful_one(orders, messages):
    spec = MassMessageSpec(SINGLE, Content("Hello", (Image("M1"),)), "zhaoyi")
    rows = [
        listed(f"msg{number}", attachments=[{"msgtype": "image", "image": {"media_id": f"M{number}"}}])
        for number in (2, 1)
    ]
    orders(*rows, senders={"msg1": ["zhaoyi"], "msg2": ["zhaoyi"]})
    settled = messages.settle(INTENT, spec)
    assert isinstance(settled, Done)
    assert settled.result.message_id == "msg1"


def test_what_the_list_shows_differently_is_the_same(orders, messages):
    attachments = (
        Image("M1"),
        Link("u", "T", "D", "cover"),
        MiniProgram("wx1", "pages/a", "Shop", "M2"),
    )
    row = listed(
        "msg1",
        "Hello\r\nyou",
        attachments=[
            {"msgtype": "image", "image": {"pic_url": "https://wework.qpic.cn/demo/0"}},
            {"msgtype": "link", "link": {"title": "T", "desc": "D", "url": "u", "picurl": "elsewhere"}},
            {"msgtype": "miniprogram", "miniprogram": {"title": "Shop", "appid": "wx1", "page": "pages/a.html"}},
        ],
    )
    orders(row, senders={"msg1": ["zhaoyi"]})
    settled = messages.settle(INTENT, MassMessageSpec(SINGLE, Content("Hello\nyou", attachments), "zhaoyi"))
    assert isinstance(settled, Done)


def test_orders_without_a_sender_are_told_apart_by_their_recipients(orders, messages):
    orders(
        listed("msg1"),
        listed("msg2"),
        senders={"msg1": ["a", "b"], "msg2": ["b"]},
        reached={"msg1": ["wm3", "wm4"], "msg2": ["wm1", "wm2"]},
    )
    settled = messages.settle(INTENT, MassMessageSpec(SINGLE, HELLO, member_ids=("wm1", "wm2")))
    assert isinstance(settled, Done)
    assert settled.result.message_id == "msg2"
    assert messages.settle(INTENT, MassMessageSpec(SINGLE, HELLO, member_ids=("wm9",))) == NotDone()


def test_an_order_still_being_handed_out_is_asked_about_later(vendor, messages):
    vendor.answers(LIST, {"errcode": 0, "group_msg_list": [listed("msg1")]})
    vendor.answers(TASKS, 41063)
    with pytest.raises(PreconditionFailed, match="again after some seconds"):
        messages.settle(INTENT, TO_ALL)


def test_no_order_at_all_may_be_sent(orders, messages):
    orders()
    assert messages.settle(INTENT, TO_ALL) == NotDone()


class Broadcast:
    """The vendor during a broadcast of one text by thousands of senders, which loses some answers."""

    def __init__(self, senders: list[str]) -> None:
        self.made: list[tuple[str, str]] = [(f"msg{number:04}", sender) for number, sender in enumerate(senders)]
        self.loses: dict[str, bool] = {}

    def add(self, request):
        sender = json.loads(request.body)["sender"]
        happens = self.loses.pop(sender, None)
        if happens is not False:
            self.made.append((f"msg{len(self.made):04}", sender))
        if happens is not None:
            raise requests.ConnectionError("reset")
        return 200, {}, json.dumps({"errcode": 0, "msgid": self.made[-1][0]})

    def list(self, request):
        start = int(json.loads(request.body).get("cursor") or 0)
        rows = [listed(message_id) for message_id, _ in self.made[start : start + 100]]
        more = str(start + 100) if start + 100 < len(self.made) else ""
        return 200, {}, json.dumps({"errcode": 0, "group_msg_list": rows, "next_cursor": more})

    def tasks(self, request):
        wanted = json.loads(request.body)["msgid"]
        rows = [{"userid": sender, "status": 0} for message_id, sender in self.made if message_id == wanted]
        return 200, {}, json.dumps({"errcode": 0, "task_list": rows})


def test_of_4000_senders_of_one_text_20_lost_answers_double_none_and_ask_nobody(vendor, messages):
    senders = [f"sender{number}" for number in range(4000)]
    unlucky = senders[3980:]
    broadcast = Broadcast(senders[:3980])
    broadcast.loses = {sender: number % 3 != 0 for number, sender in enumerate(unlucky)}
    base = "https://qyapi.weixin.qq.com/cgi-bin/"
    for path, answer in ((ADD, broadcast.add), (LIST, broadcast.list), (TASKS, broadcast.tasks)):
        vendor.mock.add_callback("POST", base + path, callback=answer)
    claimed = {message_id for message_id, _ in broadcast.made}
    for sender in unlucky:
        with pytest.raises(OutcomeUnknown):
            messages.create(MassMessageSpec(SINGLE, HELLO, sender), intent=Intent(sender, "", NOW))
    for sender in unlucky:
        spec, intent = MassMessageSpec(SINGLE, HELLO, sender), Intent(sender, "", NOW)
        match messages.settle(intent, spec, claimed=claimed):
            case Done(receipt):
                claimed.add(receipt.message_id)
            case NotDone():
                claimed.add(messages.create(spec, intent=intent).message_id)
            case CannotTell(orphan):
                pytest.fail(f"a person was asked: {orphan}")
    assert sorted(sender for _, sender in broadcast.made) == sorted(senders)
