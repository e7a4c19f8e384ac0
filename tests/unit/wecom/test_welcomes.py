"""Welcomes for newcomers and groups: what is sent, what counts as done, and what is never sent twice."""

import pytest
import requests

from privcrm.errors import (
    AnswerLost,
    ConfigurationError,
    InputError,
    LimitReached,
    NotFound,
    PermissionDenied,
    PreconditionFailed,
    TooConcurrent,
)
from privcrm.models import Content, Greeted, Image, Link
from privcrm.provider import Secret
from privcrm_wecom import WeComApp

WELCOME = "externalcontact/send_welcome_msg"
TEMPLATE = "externalcontact/group_welcome_template/"
HELLO = Content("Hello")


@pytest.fixture
def messages(company):
    return company().messages


def test_a_newcomer_is_greeted(vendor, messages, bodies):
    vendor.answers(WELCOME, 0)
    messages.welcome("CODE", Content("Hi", (Image(url="u"),)), extra={"new": 1})
    assert bodies(WELCOME) == [
        {
            "welcome_code": "CODE",
            "text": {"content": "Hi"},
            "attachments": [{"msgtype": "image", "image": {"pic_url": "u"}}],
            "new": 1,
        }
    ]


RESET = requests.ConnectionError("reset")


@pytest.mark.parametrize(
    ("answers", "greeted"),
    [
        ((0,), Greeted.NOW),
        ((41051,), Greeted.BEFORE),
        ((RESET, 0), Greeted.NOW),
        ((RESET, 41051), Greeted.NOW),
        ((-1, 42001, 45033, 41051), Greeted.NOW),
        ((41096, 41051), Greeted.BEFORE),
        ((RESET, 41096, 41051), Greeted.BEFORE),
        ((41096, RESET, 41051), Greeted.NOW),
    ],
    ids=str,
)
def test_whose_welcome_arrived_is_told_by_what_the_attempts_met(vendor, messages, answers, greeted):
    vendor.answers(WELCOME, *answers)
    assert messages.welcome("CODE", HELLO) is greeted
    assert len(vendor.asked(WELCOME)) == len(answers)


def test_the_app_that_was_given_the_code_greets(vendor, company):
    vendor.answers(WELCOME, 0)
    apps = (WeComApp("main", Secret("a" * 43)), WeComApp("shop", Secret("b" * 43)))
    company(apps=apps).messages.welcome("CODE", HELLO, app="shop")
    (asked,) = vendor.asked("gettoken")
    assert asked.params["corpsecret"] == "b" * 43
    with pytest.raises(ConfigurationError, match="no app is called 'old'"):
        company(apps=apps).messages.welcome("CODE", HELLO, app="old")


def test_a_welcome_is_held_against_the_limits_of_the_company_without_a_call(vendor, company):
    messages = company(limits={"welcome_text": 4}).messages
    messages.check_welcome(Content("Hi"))
    with pytest.raises(InputError, match="text has 5 bytes, at most 4"):
        messages.check_welcome(HELLO)
    assert not vendor.mock.calls


def test_while_another_app_greets_the_call_is_repeated_inside_the_20_seconds(vendor, messages, clock):
    began = clock.time()
    vendor.answers(WELCOME, 41096, 41096, 41096, 0)
    messages.welcome("CODE", HELLO)
    assert len(vendor.asked(WELCOME)) == 4
    assert clock.time() - began < 20


def test_when_another_app_does_not_come_to_an_end_it_is_told_inside_the_20_seconds(vendor, messages, clock):
    began = clock.time()
    vendor.answers(WELCOME, 41096)
    with pytest.raises(TooConcurrent):
        messages.welcome("CODE", HELLO)
    assert 1 < clock.time() - began < 20


def test_a_code_that_is_spent_is_explained(vendor, messages):
    vendor.answers(WELCOME, 41050)
    with pytest.raises(PreconditionFailed, match="20 seconds"):
        messages.welcome("CODE", HELLO)
    assert len(vendor.asked(WELCOME)) == 1


def test_group_welcomes_are_made_read_changed_and_deleted(vendor, messages, bodies):
    vendor.answers(TEMPLATE + "add", {"errcode": 0, "template_id": "msgT"})
    vendor.answers(
        TEMPLATE + "get",
        {
            "errcode": 0,
            "errmsg": "ok",
            "text": {"content": "Hi %NICKNAME%"},
            "image": {"pic_url": "u"},
            "new": 1,
        },
    )
    vendor.answers(TEMPLATE + "edit", 0)
    vendor.answers(TEMPLATE + "del", 0)
    words = Content("Hi %NICKNAME%", (Link("u", "Rules"),))
    assert messages.create_group_welcome(words, notify=False, extra={"agentid": 1}) == "msgT"
    found = messages.get_group_welcome("msgT")
    messages.update_group_welcome("msgT", words)
    messages.delete_group_welcome("msgT")
    sent = {"text": {"content": "Hi %NICKNAME%"}, "link": {"title": "Rules", "url": "u"}}
    assert bodies(TEMPLATE + "add") == [sent | {"notify": 0, "agentid": 1}]
    assert bodies(TEMPLATE + "edit") == [sent | {"template_id": "msgT"}]
    assert bodies(TEMPLATE + "get") == bodies(TEMPLATE + "del") == [{"template_id": "msgT"}]
    assert (found.template_id, found.content) == ("msgT", Content("Hi %NICKNAME%", (Image(url="u"),)))
    assert found.raw["new"] == 1


@pytest.mark.parametrize("lost", [requests.ConnectionError("reset"), {"errcode": 0}])
def test_a_group_welcome_whose_answer_is_lost_is_not_made_twice(vendor, messages, lost):
    vendor.answers(TEMPLATE + "add", lost)
    with pytest.raises(AnswerLost):
        messages.create_group_welcome(HELLO)
    assert len(vendor.asked(TEMPLATE + "add")) == 1


@pytest.mark.parametrize(("code", "kind"), [(40037, NotFound), (41058, PermissionDenied)])
def test_group_welcomes_of_nobody_and_of_others(vendor, messages, code, kind):
    for path in ("get", "edit", "del"):
        vendor.answers(TEMPLATE + path, code)
    with pytest.raises(kind):
        messages.get_group_welcome("msg0")
    with pytest.raises(kind):
        messages.update_group_welcome("msg0", HELLO)
    with pytest.raises(kind):
        messages.delete_group_welcome("msg0")


def test_the_hundred_and_first_group_welcome_is_explained(vendor, messages):
    vendor.answers(TEMPLATE + "add", 41055)
    with pytest.raises(LimitReached, match="delete one"):
        messages.create_group_welcome(HELLO)
