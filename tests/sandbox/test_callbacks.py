"""Addresses, deliveries and the rule for further tries."""

import itertools
import time

import pytest

from privcrm.sandbox import Sandbox
from privcrm.sandbox.wecom.callbacks.deliveries import DeliveryBook

OURS, DIRECTORY, PLAIN, OTHERS = 1000002, 1000003, 1000004, 1000005


def flush(control):
    told = control.ok("POST", "callback/flush", {"timeout_s": 10})
    assert told["flushed"], told
    return told


def rows(control, **query):
    return control.ok("GET", "deliveries", limit=1000, **query)["items"]


def adds(control, relation, **more):
    return control.act("member_adds_staff", userid=relation.userid, **more)


class TestAddresses:
    def test_an_address_is_asked_for_echostr_and_kept(self, control, receive, sandbox):
        receiver = receive()
        assert control.ok("POST", "callback", {"url": receiver.url, "app": OURS}) == {"url": receiver.url, "app": OURS}
        assert control.ok("GET", "callback")["items"] == [{"url": receiver.url, "app": OURS}]
        control.ok("POST", "reset")
        assert control.ok("GET", "callback")["count"] == 1
        for nothing in (None, ""):
            control.ok("POST", "callback", {"url": nothing, "app": OURS})
            assert control.ok("GET", "callback")["items"] == []

    def test_an_address_nobody_listens_at_is_refused(self, control):
        reply = control("POST", "callback", {"url": "http://127.0.0.1:9/", "app": OURS})
        assert (reply.status_code, reply.json()["error"]) == (400, "the address cannot be reached (refused)")
        assert control.ok("GET", "callback")["items"] == []

    @pytest.mark.parametrize("how", [{"verify": False}, {}])
    def test_verifying_can_be_left_out(self, control, sandbox, how):
        if not how:
            control.switch(callback_verify="no")
        control.ok("POST", "callback", {"url": "http://127.0.0.1:9/", "app": OURS, **how})
        assert sandbox.callbacks.urls == {OURS: "http://127.0.0.1:9/"}
        sandbox.set_callback("")

    def test_the_key_of_another_app_does_not_verify(self, control, receive):
        receiver = receive(OTHERS)
        reply = control("POST", "callback", {"url": receiver.url, "app": OURS})
        assert "cannot be reached (broken" in reply.json()["error"]

    @pytest.mark.parametrize(
        ("url", "words"),
        [
            ("ftp://127.0.0.1/", "http://"),
            ("127.0.0.1", "http://"),
            ("http://127.0.0.1:99999/", "ort"),
            ("http://192.0.2.1/", "loopback"),
            ("http://example.invalid/", "loopback"),
        ],
    )
    def test_other_addresses_are_refused(self, control, url, words):
        reply = control("POST", "callback", {"url": url, "app": OURS})
        assert reply.status_code == 400
        assert words in reply.json()["error"]

    def test_mistakes_are_explained(self, control):
        for body in ({"url": 1}, {"url": "http://127.0.0.1/", "app": 77}, {"url": "", "app": None}):
            assert control("POST", "callback", body).status_code == 400
        assert control("POST", "callback/flush", {"timeout_s": -1}).status_code == 400
        assert control("POST", "callback/nothing", {}).status_code == 400

    def test_a_wrong_or_slow_answer_to_echostr_is_told(self, control, receive):
        receiver = receive()
        receiver.opened = lambda query, ciphertext: "something else"
        assert "wrong body" in control("POST", "callback", {"url": receiver.url}).json()["error"]
        receiver.mute = True
        assert "within a second" in control("POST", "callback", {"url": receiver.url}).json()["error"]

    def test_an_exposed_sandbox_calls_any_address(self):
        with Sandbox(members=10, groups=0, expose=True) as exposed:
            exposed.set_callback("http://192.0.2.1/", verify=False)
            assert exposed.callbacks.urls == {OURS: "http://192.0.2.1/"}

    def test_every_app_has_its_own_token_and_key(self, sandbox):
        apps = sandbox.first_line()["providers"]["wecom"]["apps"]
        assert len({app["callback_token"] for app in apps}) == len({app["callback_aes_key"] for app in apps}) == 4
        flat = {name: sandbox.first_line()[name] for name in ("callback_token", "callback_aes_key")}
        assert flat.items() <= apps[0].items()
        assert all(len(app["callback_aes_key"]) == 43 and app["callback_token"].isalnum() for app in apps)


class TestDeliveries:
    def test_what_people_do_arrives_and_is_recorded(self, control, receiver, relation):
        made = adds(control, relation, state="spring")
        flush(control)
        (event,) = receiver.events()
        expected = {"UserID": relation.userid, "ExternalUserID": made["external_userid"], "State": "spring"}
        assert event.items() >= expected.items()
        assert receiver.received[0][0].findtext("AgentID") == str(OURS)
        (row,) = rows(control)
        expected = {
            "app": OURS,
            "event": "change_external_contact",
            "change_type": "add_external_contact",
            "userid": relation.userid,
            "external_userid": made["external_userid"],
            "chat_id": "",
            "url": receiver.url,
            "try": 1,
            "status": 200,
            "error": "",
            "fault": "",
            "reply": None,
        }
        assert row.items() >= expected.items()

    def test_time_in_the_event_is_virtual_and_on_the_envelope_real(self, control, receiver, sandbox, relation):
        sandbox.clock.advance(86_400)
        adds(control, relation)
        flush(control)
        assert abs(int(receiver.events()[0]["CreateTime"]) - sandbox.clock.time()) < 30
        assert abs(int(receiver.queries[0]["timestamp"]) - time.time()) < 30

    def test_a_crowd_in_one_second_is_told_one_by_one_in_order(self, control, receiver, sandbox, relation):
        made = [sandbox.act("member_adds_staff", userid=relation.userid)["external_userid"] for _ in range(100)]
        made += control.act("crowd_adds_staff", userid=relation.userid, count=100)["external_userids"]
        flush(control)
        assert [event["ExternalUserID"] for event in receiver.events()] == made
        assert len({query["nonce"] for query in receiver.queries}) == 200

    def test_the_record_is_paged_filtered_and_forgotten(self, control, receive, sandbox, relation):
        receive(OURS), receive(OTHERS)
        for _ in range(3):
            adds(control, relation)
        flush(control)
        sandbox.clock.advance(60)
        moment = sandbox.clock.time()
        adds(control, relation)
        flush(control)
        assert len(rows(control)) == 8
        assert len(rows(control, app=OTHERS)) == 4
        assert len(rows(control, since=moment)) == 2
        first = control.ok("GET", "deliveries", limit=5)
        numbers = first["items"][0]["number"]
        rest = control.ok("GET", "deliveries", limit=5, cursor=first["next_cursor"])
        assert [row["number"] for row in first["items"] + rest["items"]] == list(range(numbers, numbers + 8))
        assert sandbox.deliveries() == first["items"] + rest["items"]
        control.ok("DELETE", "deliveries")
        assert rows(control) == []

    def test_the_record_is_bounded(self):
        book = DeliveryBook(size=3)
        blank = dict.fromkeys(
            ("event", "change_type", "userid", "external_userid", "chat_id", "url", "error", "answer", "fault"), ""
        )
        for _ in range(5):
            book.note(push=1, at=0.0, app=1, attempt=1, status=200, seconds=0.0, **blank)
        assert [each.number for each in book.select()] == [3, 4, 5]
        assert [each.number for each in book.select(after=4)] == [5]

    def test_a_long_answer_is_cut_in_the_record(self, control, receiver, relation):
        receiver.answers.append((200, b"x" * 100_000))
        adds(control, relation)
        flush(control)
        assert len(rows(control)[0]["answer"]) == 2000

    def test_a_reset_drops_what_is_on_its_way_and_the_record(self, control, receiver, relation):
        control.ok("POST", "faults", {"path": "callback/*", "kind": "delay", "delay_s": 3600})
        adds(control, relation)
        control.ok("POST", "reset")
        flush(control)
        assert (receiver.received, rows(control)) == ([], [])
        adds(control, relation)
        flush(control)
        assert len(receiver.received) == 1

    def test_a_disabled_app_and_one_without_address_are_told_nothing(self, control, receiver, sandbox, relation):
        control.ok("PATCH", "apps/1000002", {"enabled": False})
        adds(control, relation)
        flush(control)
        sandbox.set_callback("")
        control.ok("PATCH", "apps/1000002", {"enabled": True})
        adds(control, relation)
        flush(control)
        assert rows(control) == []

    def test_a_sandbox_can_be_entered_again(self, relation):
        sandbox = Sandbox(members=50, groups=0)
        sandbox.set_callback("http://127.0.0.1:9/", verify=False)
        for _ in range(2):
            with sandbox:
                sandbox.act("member_adds_staff", userid=relation.userid)
                assert sandbox.flush_callbacks()
        assert [row["error"] for row in sandbox.deliveries()] == ["refused"] * 6


class TestTries:
    @pytest.mark.parametrize("status", [200, 204, 302, 404, 500, 503])
    def test_any_status_is_final(self, control, receiver, relation, status):
        receiver.answers.append((status, b""))
        adds(control, relation)
        flush(control)
        assert [(row["try"], row["status"]) for row in rows(control)] == [(1, status)]

    def test_a_status_other_than_200_is_tried_again_where_switched(self, control, receiver, relation):
        control.switch(callback_retry="non_200")
        receiver.answers += [(500, b""), (404, b""), (200, b"")]
        adds(control, relation)
        flush(control)
        assert [(row["try"], row["status"]) for row in rows(control)] == [(1, 500), (2, 404), (3, 200)]

    def test_a_connection_that_breaks_is_tried_three_times_then_never(self, control, receiver, relation):
        receiver.answers += [(0, b"")] * 3
        adds(control, relation)
        adds(control, relation)
        flush(control)
        told = [(row["push"], row["try"], row["status"]) for row in rows(control)]
        first, second = rows(control)[0]["push"], rows(control)[-1]["push"]
        assert told == [(first, 1, 0), (first, 2, 0), (first, 3, 0), (second, 1, 200)]
        assert "broken" in rows(control)[0]["error"]
        assert len({query["nonce"] for query in receiver.queries}) == 4

    def test_a_further_try_may_be_the_same_to_the_letter(self, control, receiver, relation):
        control.switch(callback_retry_seal="same")
        receiver.answers.append((0, b""))
        adds(control, relation)
        flush(control)
        assert receiver.queries[0] == receiver.queries[1]

    def test_who_does_not_answer_in_time_is_asked_again(self, control, receiver, relation):
        control.switch(callback_timeout_ms=50)
        receiver.mute = True
        adds(control, relation)
        flush(control)
        assert [(row["try"], row["error"]) for row in rows(control)] == [(n, "timed out") for n in (1, 2, 3)]
        assert all(0.04 < row["seconds"] < 5 for row in rows(control))

    def test_after_many_failures_events_are_dropped_until_the_address_is_set_again(self, control, receiver, relation):
        control.switch(callback_drop_after=2)
        receiver.answers += [(0, b"")] * 6
        for _ in range(3):
            adds(control, relation)
        flush(control)
        assert rows(control)[-1]["error"] == "dropped: too many failed"
        assert (rows(control)[-1]["try"], len(rows(control))) == (0, 7)
        control.ok("POST", "callback", {"url": receiver.url})
        adds(control, relation)
        flush(control)
        assert rows(control)[-1]["status"] == 200

    def test_flush_says_if_it_waited_in_vain(self, control, receiver, relation, sandbox):
        receiver.mute = True
        adds(control, relation)
        told = control.ok("POST", "callback/flush", {"timeout_s": 0.01})
        assert told == {"flushed": False, "under_way": 1, "held": 0}
        assert sandbox.flush_callbacks(0.01) is False
        receiver.delay.set()
        assert sandbox.flush_callbacks()

    def test_a_slow_receiver_keeps_nobody_else_waiting(self, control, receive, relation):
        slow, quick = receive(OURS), receive(OTHERS)
        slow.mute = True
        adds(control, relation)
        while not quick.received:
            pass
        assert not [row for row in rows(control) if row["app"] == OURS]
        slow.delay.set()
        flush(control)


class TestFaults:
    ADD = "callback/change_external_contact/add_external_contact"

    def order(self, control, kind, path=ADD, **more):
        control.ok("POST", "faults", {"path": path, "kind": kind, **more})

    def three(self, control, receiver, relation):
        """Let three people add an employee; return which of them arrived, in order."""
        people = [adds(control, relation)["external_userid"] for _ in range(3)]
        told = flush(control)
        return [people.index(event["ExternalUserID"]) for event in receiver.events()], told

    def test_duplicate(self, control, receiver, relation):
        self.order(control, "duplicate")
        assert self.three(control, receiver, relation)[0] == [0, 0, 1, 2]
        assert len({query["nonce"] for query in receiver.queries}) == 4
        assert [row["push"] for row in rows(control)[:2]] == [rows(control)[0]["push"]] * 2

    def test_delay(self, control, receiver, relation):
        self.order(control, "delay", delay_s=0.5)
        made = control.act("crowd_adds_staff", userid=relation.userid, count=3)["external_userids"]
        flush(control)
        assert [made.index(event["ExternalUserID"]) for event in receiver.events()] == [1, 2, 0]

    def test_reorder(self, control, receiver, relation):
        self.order(control, "reorder")
        assert self.three(control, receiver, relation)[0] == [1, 0, 2]

    def test_what_is_held_back_waits_for_the_next(self, control, receiver, relation):
        self.order(control, "reorder", times=3)
        arrived, told = self.three(control, receiver, relation)
        assert (arrived, told["held"]) == ([], 3)
        adds(control, relation)
        assert flush(control)["held"] == 0
        assert len(receiver.received) == 4

    def test_lost(self, control, receiver, relation):
        self.order(control, "lost")
        assert self.three(control, receiver, relation)[0] == [1, 2]
        row = rows(control)[0]
        assert (row["try"], row["error"], row["fault"]) == (0, "lost", "lost")

    @pytest.mark.parametrize(("kind", "error"), [("cut", "cut"), ("slow_receiver", "timed out")])
    def test_work_done_whose_answer_is_not_seen(self, control, receiver, relation, kind, error):
        self.order(control, kind)
        arrived = self.three(control, receiver, relation)[0]
        assert sorted(arrived) == [0, 0, 1, 2]
        assert [(row["try"], row["status"], row["error"]) for row in rows(control)[:2]] == [(1, 0, error), (2, 200, "")]

    def test_a_glob_chooses_and_probability_is_decided_by_the_seed(self, control, receiver, relation):
        self.order(control, "lost", "callback/change_external_chat/*")
        assert self.three(control, receiver, relation)[0] == [0, 1, 2]

        def lost():
            control.ok("POST", "reset")
            self.order(control, "lost", "callback/*", probability=0.5)
            control.act("crowd_adds_staff", userid=relation.userid, count=40)
            flush(control)
            return [row["error"] for row in sorted(rows(control), key=lambda row: row["push"])]

        first = lost()
        assert first == lost()
        assert 10 < first.count("lost") < 30

    @pytest.mark.parametrize(
        "body",
        [
            {"path": "callback/*", "kind": "reset"},
            {"path": "*", "kind": "lost"},
            {"path": "*/mark_tag", "kind": "duplicate"},
            {"path": "callback", "kind": "cut"},
        ],
    )
    def test_a_kind_that_does_not_fit_the_path_is_refused(self, control, body):
        reply = control("POST", "faults", body)
        assert reply.status_code == 400
        assert "paths of callbacks begin with callback/" in reply.json()["error"]

    def test_faults_on_calls_do_not_meet_callbacks(self, control, receiver, relation):
        control.ok("POST", "faults", {"path": "*", "kind": "reset", "times": 100})
        assert self.three(control, receiver, relation)[0] == [0, 1, 2]


class TestReplies:
    def write(self, control, relation, receiver, answer, text="你好"):
        receiver.answers.append((200, answer))
        control.act("staff_writes_to_app", userid=relation.userid, agent_id=OURS, text=text)
        flush(control)
        return rows(control)[-1]

    def test_a_passive_reply_is_opened(self, control, receiver, relation):
        answer = receiver.reply("<xml><MsgType><![CDATA[text]]></MsgType><Content>收到 &amp; 好</Content></xml>")
        row = self.write(control, relation, receiver, answer, text="在<吗>")
        assert (row["reply"], row["reply_error"]) == ({"MsgType": "text", "Content": "收到 & 好"}, "")
        assert (row["event"], row["userid"]) == ("text", relation.userid)
        (event,) = receiver.events()
        expected = {"FromUserName": relation.userid, "MsgType": "text", "Content": "在<吗>", "AgentID": str(OURS)}
        assert event.items() >= expected.items()
        assert event["MsgId"].isdigit()
        assert "Event" not in event

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            (lambda body: body.replace(b"nonceE5", b"nonceE6"), "the signature is wrong"),
            (lambda body: body.replace(b"TimeStamp", b"Timestamp"), "the reply has no TimeStamp"),
            (lambda body: body[:-3], "the reply is no XML"),
            (lambda body: b"<!DOCTYPE x>" + body, "the reply is too long, or has a DTD"),
            (lambda body: b"<\xff" + body, "it is no UTF-8"),
        ],
    )
    def test_a_malformed_reply_is_refused(self, control, receiver, relation, change, words):
        row = self.write(control, relation, receiver, change(receiver.reply("<xml><A>1</A></xml>")))
        assert (row["reply"], row["reply_error"]) == (None, words)

    @pytest.mark.parametrize("body", [b"", b"success", b"ok"])
    def test_no_reply_is_none(self, control, receiver, relation, body):
        row = self.write(control, relation, receiver, body)
        assert (row["reply"], row["reply_error"], row["answer"]) == (None, "", body.decode())

    def test_every_message_has_its_own_id(self, control, receiver, relation):
        for _ in range(3):
            self.write(control, relation, receiver, b"")
        assert len({event["MsgId"] for event in receiver.events()}) == 3

    def test_an_app_that_the_employee_does_not_see_gets_nothing(self, control, relation):
        control.ok("PATCH", "apps/1000002", {"visible": []})
        params = {"userid": relation.userid, "agent_id": OURS, "text": "x"}
        assert control("POST", "actions/staff_writes_to_app", params).status_code == 400
        assert control("POST", "actions/staff_writes_to_app", {**params, "agent_id": 5}).status_code == 400


class TestStyles:
    @pytest.mark.parametrize("style", ["documented", "compact", "shuffled"])
    def test_all_styles_say_the_same(self, control, receiver, relation, style):
        control.switch(callback_xml_style=style)
        made = adds(control, relation, state="a<b>&]]>c")
        chat = control.act("staff_creates_group", userid=relation.userid)["chat_id"]
        people = control.act("staff_invites_to_group", chat_id=chat, count=3)["external_userids"]
        flush(control)
        added, _, joined = receiver.events()
        assert (added["State"], added["ExternalUserID"]) == ("a<b>&]]>c", made["external_userid"])
        assert (joined["MemChangeList"], joined["MemChangeCnt"]) == (people, "3")

    def test_styles_differ_in_writing(self, control, receiver, relation):
        texts = []
        for style in ("documented", "compact", "shuffled", "shuffled"):
            control.switch(callback_xml_style=style)
            adds(control, relation, state="x")
            flush(control)
            texts.append(receiver.received[-1][2])
        assert texts[0].startswith("<xml>\n<ToUserName><![CDATA[ww")
        assert "\n" not in texts[1]
        assert "CDATA" not in texts[1]
        orders = [[t for each in document if (t := each.tag) != "WelcomeCode"] for _, document, _ in receiver.received]
        assert orders[0] == orders[1]
        assert sorted(orders[2]) == sorted(orders[3])
        assert any(one != other for one, other in itertools.pairwise(orders[1:]))
