"""What the clients of this field got wrong about the wire, or learnt late; one function for each lesson."""

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest
import responses

from privcrm.clock import ManualClock
from privcrm.errors import OutcomeUnknown, PreconditionFailed
from privcrm.models import Channel, Content, Image, Link, MassMessageSpec, MiniProgram, MomentSpec
from privcrm.provider import Intent, ProviderContext, Secret
from privcrm_wecom import WeComApp, WeComConfig, WeComProvider

BASE = "https://qyapi.weixin.qq.com/cgi-bin/"
INTENT = Intent("one", "", 1_735_700_000)


@pytest.fixture
def wire() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as wire:
        wire.get(BASE + "gettoken", json={"access_token": "T" * 64, "expires_in": 7200})
        yield wire


@pytest.fixture
def answers(wire) -> Callable[..., list[Any]]:
    """Let a path answer one after another, the last one for ever; return the list of bodies that it was sent."""

    def have(path: str, *replies: Any) -> list[Any]:
        left, asked = list(replies), list[Any]()

        def reply(request: Any) -> Any:
            asked.append(json.loads(request.body))
            return 200, {}, json.dumps(left.pop(0) if len(left) > 1 else left[0])

        wire.add_callback("POST", BASE + path, callback=reply)
        return asked

    return have


@pytest.fixture
def provider(wire) -> WeComProvider:
    config = WeComConfig("ww1", (WeComApp("main", Secret("S" * 43)),))
    return WeComProvider(config, ProviderContext(clock=ManualClock(), random=Random(1)))


def messages_of(provider):
    return list(provider.messages.list(Channel.MEMBERS, created_after=1, created_before=2))


# -- messages and moments


def test_the_time_of_a_mass_message_comes_as_text_and_as_number(answers, provider):
    rows = [{"msgid": "msg1", "create_time": "1735700000"}, {"msgid": "msg2", "create_time": 1735700000}]
    answers("externalcontact/get_groupmsg_list_v2", {"errcode": 0, "group_msg_list": rows})
    assert {message.created_at for message in messages_of(provider)} == {1_735_700_000}


def test_a_sender_who_sent_has_the_state_2_and_there_is_no_1(answers, provider):
    rows = [{"userid": "a", "status": 2, "send_time": 5}, {"userid": "b", "status": 0}, {"userid": "c", "status": 1}]
    answers("externalcontact/get_groupmsg_task", {"errcode": 0, "task_list": rows})
    assert [task.sent for task in provider.messages.tasks("msg1")] == [True, False, False]


def test_an_attachment_that_nobody_knows_costs_neither_the_message_nor_its_neighbours(answers, provider):
    attachments = [{"msgtype": "channels", "channels": {"x": 1}}, {"msgtype": "image", "image": {"media_id": "M"}}]
    row = {"msgid": "msg1", "text": {"content": "Hi"}, "attachments": attachments}
    answers("externalcontact/get_groupmsg_list_v2", {"errcode": 0, "group_msg_list": [row]})
    (message,) = messages_of(provider)
    assert message.content == Content("Hi", (Image("M"),))
    assert message.raw["attachments"] == attachments


def test_absent_null_and_empty_content_are_told_apart_in_raw_and_read_the_same(answers, provider):
    rows = [{"msgid": "a"}, {"msgid": "b", "text": None}, {"msgid": "c", "text": {"content": ""}}]
    answers("externalcontact/get_groupmsg_list_v2", {"errcode": 0, "group_msg_list": rows})
    found = messages_of(provider)
    assert [message.content for message in found] == [Content()] * 3
    assert [message.raw for message in found] == rows


def test_covers_go_under_three_different_keys(answers, provider):
    asked = answers("externalcontact/add_msg_template", {"errcode": 0, "msgid": "msg1"})
    attachments = (Image(url="u"), Link("u", "T", cover_url="c"), MiniProgram("wx1", "p", "T", "M"))
    provider.messages.create(MassMessageSpec(Channel.MEMBERS, Content("", attachments), "a"), intent=INTENT)
    image, link, program = asked[0]["attachments"]
    assert (image["image"]["pic_url"], link["link"]["picurl"]) == ("u", "c")
    assert program["miniprogram"]["pic_media_id"] == "M"


def test_members_are_chosen_by_tags(answers, provider):
    asked = answers("externalcontact/add_msg_template", {"errcode": 0, "msgid": "msg1"})
    spec = MassMessageSpec(Channel.MEMBERS, Content("Hi"), "a", any_of=(("et1", "et2"), ("et3",)))
    provider.messages.create(spec, intent=INTENT)
    assert asked[0]["tag_filter"] == {"group_list": [{"tag_list": ["et1", "et2"]}, {"tag_list": ["et3"]}]}


def test_a_mass_message_is_not_sent_again_because_the_system_was_busy(answers, provider):
    asked = answers("externalcontact/add_msg_template", {"errcode": -1, "errmsg": "system error"})
    with pytest.raises(OutcomeUnknown):
        provider.messages.create(MassMessageSpec(Channel.MEMBERS, Content("Hi"), "a"), intent=INTENT)
    assert len(asked) == 1


def test_ordering_a_moment_answers_a_job_and_not_the_moment(answers, provider):
    answers("externalcontact/add_moment_task", {"errcode": 0, "errmsg": "ok", "jobid": "JOB1"})
    assert provider.moments.create(MomentSpec(Content("Hi")), intent=INTENT) == "JOB1"


def test_the_code_of_the_vendor_stands_beside_the_kind_of_error(answers, provider):
    answers("externalcontact/add_msg_template", {"errcode": 41048, "errmsg": "no customer to send, hint: [1700000]"})
    with pytest.raises(PreconditionFailed) as caught:
        provider.messages.create(MassMessageSpec(Channel.MEMBERS, Content("Hi"), "a"), intent=INTENT)
    assert (caught.value.code, caught.value.message, caught.value.request_id) == (
        41048,
        "no customer to send",
        "1700000",
    )


@pytest.mark.parametrize(
    ("path", "work"),
    [
        ("externalcontact/get_groupmsg_list_v2", messages_of),
        ("externalcontact/get_groupmsg_task", lambda p: list(p.messages.tasks("m"))),
        ("externalcontact/get_groupmsg_send_result", lambda p: list(p.messages.deliveries("m", "a"))),
        ("externalcontact/get_moment_list", lambda p: list(p.moments.list(created_after=1, created_before=2))),
        ("externalcontact/get_moment_task", lambda p: list(p.moments.tasks("m"))),
        ("externalcontact/get_moment_customer_list", lambda p: list(p.moments.audience("m", "a"))),
        ("externalcontact/get_moment_send_result", lambda p: list(p.moments.viewers("m", "a"))),
    ],
)
def test_no_listing_of_messages_and_moments_drops_the_cursor(answers, provider, path, work):
    asked = answers(path, {"errcode": 0, "next_cursor": "C1"}, {"errcode": 0, "next_cursor": "C2"}, {"errcode": 0})
    work(provider)
    assert [body.get("cursor") for body in asked] == [None, "C1", "C2"]
