"""Chats that an app makes for employees and speaks in."""

import pytest

CREATE, UPDATE, GET, SEND = (f"appchat/{name}" for name in ("create", "update", "get", "send"))
TEXT = {"msgtype": "text", "text": {"content": "今日目标"}}


@pytest.fixture(autouse=True)
def long_lived_tokens(control):
    control.switch(token_lifetime=10**8)


@pytest.fixture
def people(relations):
    return list(dict.fromkeys(r.userid for r in relations))[:4]


@pytest.fixture
def chat(vendor, people):
    reply = vendor.post(CREATE, name="门店群", userlist=people, owner=people[1], chatid="shop1")
    assert (reply["errcode"], reply["chatid"]) == (0, "shop1")
    return reply["chatid"]


def info(vendor, chat_id):
    return vendor.get(GET, chatid=chat_id)["chat_info"]


class TestChat:
    def test_a_chat_is_made_described_and_spoken_in(self, vendor, control, chat, people):
        assert info(vendor, chat) == {
            "chatid": chat,
            "name": "门店群",
            "owner": people[1],
            "userlist": people,
            "chat_type": 0,
        }
        assert vendor.post(SEND, chatid=chat, **TEXT) == {"errcode": 0, "errmsg": "ok"}
        (row,) = control.ok("GET", "state/staff_chats")["items"]
        assert (row["chatid"], row["agent_id"], row["userlist"]) == (chat, 1000002, people)
        assert [m["text"] for m in row["messages"]] == [TEXT["text"]]

    def test_ids_and_owners_are_made_when_none_are_given(self, vendor, people):
        first, second = (vendor.post(CREATE, userlist=people)["chatid"] for _ in range(2))
        assert first != second
        assert info(vendor, first)["owner"] in people

    def test_long_names_are_cut(self, vendor, people):
        chat_id = vendor.post(CREATE, userlist=people, name="名" * 51)["chatid"]
        assert info(vendor, chat_id)["name"] == "名" * 50

    def test_names_owners_and_people_change(self, vendor, chat, people, relations):
        newcomer = next(r.userid for r in relations if r.userid not in people)
        body = {"name": "新名", "owner": people[2], "add_user_list": [newcomer], "del_user_list": people[:2]}
        assert vendor.post(UPDATE, chatid=chat, **body)["errcode"] == 0
        after = info(vendor, chat)
        assert (after["name"], after["owner"], after["userlist"]) == ("新名", people[2], [*people[2:], newcomer])
        assert vendor.post(UPDATE, chatid=chat, name="又一名")["errcode"] == 0
        assert info(vendor, chat)["owner"] == people[2]


class TestRefusals:
    @pytest.mark.parametrize(
        ("body", "errcode"),
        [
            ({"chatid": "shop1"}, 86215),
            ({"chatid": "x" * 33}, 86205),
            ({"chatid": "with space"}, 86001),
            ({"userlist": []}, 86006),
            ({"userlist": "one"}, 86006),
            ({"userlist": ["nobody", "noone"]}, 86216),
            ({"owner": "nobody"}, 86216),
        ],
    )
    def test_chats_that_are_not_made(self, vendor, chat, people, body, errcode):
        assert chat == "shop1"
        assert vendor.post(CREATE, **{"userlist": people, **body})["errcode"] == errcode

    def test_a_chat_has_two_people_and_its_owner_is_among_them(self, vendor, people):
        assert vendor.post(CREATE, userlist=people[:1])["errcode"] == 86006
        assert vendor.post(CREATE, userlist=[people[0], people[0].upper()])["errcode"] == 86006
        assert vendor.post(CREATE, userlist=people[:2], owner=people[2])["errcode"] == 86207

    def test_people_from_outside_and_leavers_are_never_in_it(self, vendor, control, relation, people):
        assert vendor.post(CREATE, userlist=[*people, relation.external_userid])["errcode"] == 86216
        control.act("staff_resigns", userid=people[0])
        assert vendor.post(CREATE, userlist=people)["errcode"] == 86216

    def test_changes_that_are_refused(self, vendor, chat, people):
        assert vendor.post(UPDATE, chatid=chat, del_user_list=[people[1]])["errcode"] == 86225
        assert vendor.post(UPDATE, chatid=chat, del_user_list=[people[0], *people[2:]])["errcode"] == 86006
        assert vendor.post(UPDATE, chatid=chat, owner="nobody")["errcode"] == 86216
        assert info(vendor, chat)["userlist"] == people

    def test_ids_missing_malformed_and_unknown(self, vendor):
        for send in (
            lambda **id: vendor.post(UPDATE, **id),
            lambda **id: vendor.get(GET, **id),
            lambda **id: vendor.post(SEND, **id, **TEXT),
        ):
            assert send()["errcode"] == 86201
            assert send(chatid="ä")["errcode"] == 86001
            assert send(chatid="unknown")["errcode"] == 86003

    @pytest.mark.parametrize(
        ("body", "errcode"),
        [
            ({}, 40008),
            ({"msgtype": "template_card", "template_card": {"card_type": "x"}}, 40008),
            ({"msgtype": "text", "text": {}}, 44004),
            ({"msgtype": "voice", "voice": {"media_id": "x"}}, 40007),
        ],
    )
    def test_words_that_are_refused(self, vendor, chat, body, errcode):
        assert vendor.post(SEND, chatid=chat, **body)["errcode"] == errcode


class TestPermission:
    def test_only_the_app_that_made_a_chat_uses_it(self, vendor_as, sandbox, chat):
        other = vendor_as(sandbox.company.app(1000004).secret)
        assert other.get(GET, chatid=chat)["errcode"] == 86008
        assert other.post(UPDATE, chatid=chat, name="x")["errcode"] == 86008
        assert other.post(SEND, chatid=chat, **TEXT)["errcode"] == 86008

    def test_apps_see_the_whole_company_and_are_its_own(self, vendor, control, people):
        control.ok("PATCH", "apps/1000002", {"visible": [10]})
        assert vendor.post(CREATE, userlist=people)["errcode"] == 48002
        control.ok("PATCH", "apps/1000002", {"visible": [1]})
        control.switch(app_kind="delegated")
        assert vendor.post(CREATE, userlist=people)["errcode"] == 48002


class TestQuotas:
    def test_chats_per_day(self, vendor, control, people):
        control.switch(app_chats_per_day=1)
        now = control.ok("GET", "clock")["now"]
        control.ok("POST", "clock", {"advance_seconds": 86_400 - (now + 8 * 3600) % 86_400})
        assert [vendor.post(CREATE, userlist=people)["errcode"] for _ in range(2)] == [0, 45009]
        control.ok("POST", "clock", {"advance_seconds": 86_400})
        assert vendor.post(CREATE, userlist=people)["errcode"] == 0

    def test_changes_per_hour(self, vendor, control, chat):
        control.switch(app_chat_changes_per_hour=0)
        assert vendor.post(UPDATE, chatid=chat, name="x")["errcode"] == 45009

    def test_receivers_per_minute(self, vendor, control, chat, people):
        control.switch(app_chat_sends_per_minute=len(people))
        assert vendor.post(SEND, chatid=chat, **TEXT)["errcode"] == 0
        control.switch(app_chat_sends_per_minute=len(people) - 1)
        control.ok("POST", "clock", {"advance_seconds": 60})
        assert vendor.post(SEND, chatid=chat, **TEXT)["errcode"] == 45009
