"""The fault matrix of one call: what is repeated, what is not, and what the caller gets."""

import threading
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from attrs import frozen

from privcrm.errors import (
    AnswerLost,
    CredentialRejected,
    InputError,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    QuotaExhausted,
    RateLimited,
    Refused,
    TokenRejected,
    TooConcurrent,
    UnsupportedCapability,
    WriteForbidden,
)
from privcrm.models import TagChange
from privcrm.provider import Done, Intent, KillSwitch, MemoryBreakerState, NotDone, ReadOnly, Secret, WriteScope
from privcrm.transport.budgets import Budget
from privcrm_wecom import WeComApp, WeComProvider
from privcrm_wecom.endpoints.tags import TAG_ADD

MARK = "externalcontact/mark_tag"
ADD = "externalcontact/add_corp_tag"
DELEGATED = (WeComApp("main", Secret("m"), kind="delegated"),)
SPEAKING = (WeComApp("main", Secret("m"), "1000002"),)
CHANGE = TagChange("zhangsan", "wmA", ("et1",), ("et2",))
HTML = (200, {}, "<html>gateway</html>")


def test_a_call_carries_token_and_body(vendor, company):
    vendor.answers(MARK, 0)
    company().tags.mark(CHANGE, extra={"note": "张"})
    request = vendor.asked(MARK)[0]
    assert parse_qs(urlsplit(request.url).query)["access_token"][0].startswith("T1")
    wanted = '{"userid":"zhangsan","external_userid":"wmA","add_tag":["et1"],"remove_tag":["et2"],"note":"张"}'
    assert request.body == wanted.encode()


def test_an_answer_without_a_code_must_be_plainly_the_vendors(vendor, company):
    vendor.answers("externalcontact/get_corp_tag_list", {"tag_group": []}, {"status": "blocked"})
    provider = company()
    assert list(provider.tags.list()) == []
    with pytest.raises(AnswerLost, match="may not be WeCom's"):
        provider.tags.list()


def test_a_gateways_answer_is_no_success_of_an_unknown_write(vendor, company):
    vendor.answers("externalcontact/anything", {"status": "blocked"})
    vendor.answers("media/anything", {"what": "ever"}, method="GET")
    with pytest.raises(AnswerLost):
        company().call("externalcontact/anything")
    assert company().call("media/anything", _method="GET") == {"what": "ever"}


def test_a_gateways_refusal_stays_a_refusal(vendor, company):
    vendor.answers(MARK, (403, {}, '{"status":"blocked"}'))
    with pytest.raises(Refused):
        company().tags.mark(CHANGE)


@pytest.mark.parametrize("answer", [0, {"errcode": 0, "external_contact": {"name": "x"}}])
def test_a_member_without_an_id_is_no_member(vendor, company, answer):
    vendor.answers("externalcontact/get", answer, method="GET")
    with pytest.raises(AnswerLost, match="no external_userid"):
        company().members.get("wmA")


@pytest.mark.parametrize(
    "answer", [{"errmsg": "ok"}, {"errcode": 0}, {"errcode": "0"}, (200, {}, b'\xef\xbb\xbf{"errcode":0}')]
)
def test_these_answers_are_successes(vendor, company, answer):
    vendor.answers(MARK, answer)
    company().tags.mark(CHANGE)
    assert len(vendor.asked(MARK)) == 1


LOST = [
    -1,
    {},
    {"status": "blocked"},
    (500, {}, "oops"),
    (502, {}, '{"errcode":0}'),
    HTML,
    (200, {}, '{"errcode":'),
    (200, {}, b'{"errcode":0,"errmsg":"\xff"}'),
    (200, {}, "[]"),
    (200, {}, ""),
    requests.ConnectionError("reset"),
    requests.ReadTimeout("slow"),
]


@pytest.mark.parametrize("answer", LOST, ids=str)
def test_a_lost_answer_of_a_safe_call_is_repeated(vendor, company, clock, answer):
    vendor.answers(MARK, answer, answer, answer, 0)
    company().tags.mark(CHANGE)
    assert len(vendor.asked(MARK)) == 4
    assert [0.25 <= clock.slept[0] <= 0.5, 0.5 <= clock.slept[1] <= 1, 1 <= clock.slept[2] <= 2] == [True] * 3


@pytest.mark.parametrize("answer", LOST, ids=str)
def test_four_lost_answers_are_enough(vendor, company, answer):
    vendor.answers(MARK, answer)
    with pytest.raises(AnswerLost) as caught:
        company().tags.mark(CHANGE)
    assert len(vendor.asked(MARK)) == 4
    assert caught.value.attempt == 4


@pytest.mark.parametrize("answer", LOST, ids=str)
def test_a_lost_answer_of_an_unsafe_call_is_not_repeated(vendor, company, answer):
    vendor.answers(ADD, answer)
    provider = company()
    with pytest.raises(AnswerLost) as caught:
        provider.tags.create(["new"], group_name="G")
    assert not isinstance(caught.value, OutcomeUnknown)
    intent = Intent("key", "", 0.0)
    with pytest.raises(OutcomeUnknown) as unknown:
        provider._client.call(TAG_ADD, {"tag": []}, intent=intent)
    assert unknown.value.intent is intent
    assert len(vendor.asked(ADD)) == 2


def test_retry_after_is_obeyed_within_the_deadline(vendor, company, clock):
    vendor.answers(MARK, (503, {"Retry-After": "7"}, ""), 0)
    company().tags.mark(CHANGE)
    assert clock.slept == [7.0]


def test_a_wait_beyond_the_deadline_is_not_begun(vendor, company, clock):
    vendor.answers(MARK, (503, {"Retry-After": "60"}, ""), 0)
    with pytest.raises(AnswerLost):
        company().tags.mark(CHANGE)
    assert clock.slept == []


def test_a_redirect_is_refused_and_not_repeated(vendor, company):
    vendor.answers(MARK, (302, {"Location": "https://evil.example/"}, ""))
    with pytest.raises(AnswerLost, match="redirect"):
        company().tags.mark(CHANGE)
    assert len(vendor.mock.calls) == 2  # the token, and this


@pytest.mark.parametrize(("status", "kind"), [(404, Refused), (400, Refused), (429, RateLimited)])
def test_http_refusals(vendor, company, status, kind):
    vendor.answers(MARK, (status, {}, "no"))
    with pytest.raises(kind) as caught:
        company().tags.mark(CHANGE)
    assert caught.value.http_status == status
    assert len(vendor.asked(MARK)) == 1


@pytest.mark.parametrize("code", [40014, 42001, 41001])
def test_an_expired_token_is_replaced_once_and_the_call_repeated(vendor, company, code):
    vendor.answers(MARK, code, 0)
    company().tags.mark(CHANGE)
    tokens = [parse_qs(urlsplit(request.url).query)["access_token"] for request in vendor.asked(MARK)]
    assert [len(values) for values in tokens] == [1, 1]
    assert [values[0][:2] for values in tokens] == ["T1", "T2"]


def test_an_expired_token_is_replaced_for_unsafe_calls_too(vendor, company):
    vendor.answers(ADD, 42001, {"errcode": 0, "tag_group": {"group_id": "etG", "tag": [{"id": "et9", "name": "new"}]}})
    assert company().tags.create(["new"], group_name="G").tags[0].tag_id == "et9"


def test_a_token_refused_for_ever_costs_two_fetches(vendor, company):
    vendor.answers(MARK, 40014)
    with pytest.raises(TokenRejected):
        company().tags.mark(CHANGE)
    assert vendor.tokens == 2
    assert len(vendor.asked(MARK)) == 2


def test_calls_under_way_whose_tokens_are_refused_for_ever_ask_for_one_replacement(vendor, company):
    all_sent = threading.Barrier(8)

    def reply(request):
        if "access_token=T1" in request.url:
            all_sent.wait(10)
        return 200, {}, '{"errcode":40014}'

    vendor.mock.add_callback("POST", f"https://qyapi.weixin.qq.com/cgi-bin/{MARK}", callback=reply)
    provider = company(limits={"calls_in_flight": 8})
    failures: list[Exception] = []

    def work(number: int) -> None:
        try:
            provider.tags.mark(TagChange("zhangsan", f"wm{number}", ("et1",)))
        except TokenRejected as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(failures) == 8
    assert vendor.tokens == 2


def test_a_token_that_expires_while_a_call_is_repeated_is_replaced_too(vendor, company):
    vendor.answers(MARK, 45033, -1, 42001, 0)
    company().tags.mark(CHANGE)
    assert vendor.tokens == 2


def test_64_threads_with_a_revoked_token_fetch_one_new_one(vendor, company, clock):
    revoked = threading.Event()

    class Answer:
        def __call__(self, request):
            good = not revoked.is_set() or "access_token=T1" not in request.url
            return 200, {}, '{"errcode":0}' if good else '{"errcode":40014}'

    vendor.mock.add_callback("POST", f"https://qyapi.weixin.qq.com/cgi-bin/{MARK}", callback=Answer())
    provider = company()
    provider.tags.mark(CHANGE)
    revoked.set()
    failures: list[Exception] = []

    def work(number: int) -> None:
        try:
            provider.tags.mark(TagChange("zhangsan", f"wm{number}", ("et1",)))
        except Exception as error:  # noqa: BLE001 - the main thread looks at it
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert failures == []
    assert vendor.tokens == 2


@pytest.mark.parametrize("code", [40001, 40013, 40091])
def test_a_wrong_secret_is_asked_once(bare_vendor, company, code):

    vendor = bare_vendor
    vendor.answers("gettoken", code, method="GET")
    provider = company()
    for _ in range(3):
        with pytest.raises(CredentialRejected):
            provider.tags.mark(CHANGE)
    assert len(vendor.asked("gettoken")) == 1


def test_45033_is_repeated_with_fewer_calls_in_flight(vendor, company):
    vendor.answers(MARK, 45033, 45033, 0)
    provider = company()
    provider.tags.mark(CHANGE)
    assert len(vendor.asked(MARK)) == 3
    budget = provider._client._transport._budgets._budgets[f"/cgi-bin/{MARK}"]
    assert budget.gate.width < 5


def test_45035_is_repeated_after_a_moment_without_narrowing(vendor, company, clock):
    vendor.answers(MARK, 45035, 0)
    provider = company()
    provider.tags.mark(CHANGE)
    assert 0.1 <= clock.slept[0] <= 1
    assert provider._client._transport._budgets._budgets[f"/cgi-bin/{MARK}"].gate.width == 5


def test_endless_45035_ends(vendor, company):
    vendor.answers(MARK, 45035)
    with pytest.raises(TooConcurrent):
        company().tags.mark(CHANGE)
    assert len(vendor.asked(MARK)) == 9


def test_45009_closes_the_endpoint_and_no_other_until_the_window_ends(vendor, company, clock):
    vendor.answers(MARK, 45009, 0)
    vendor.answers("externalcontact/get_corp_tag_list", 0)
    provider = company()
    with pytest.raises(RateLimited) as caught:
        provider.tags.mark(CHANGE)
    assert caught.value.retry_at == clock.time() + 60
    for _ in range(5):
        with pytest.raises(RateLimited, match="nothing was sent"):
            provider.tags.mark(CHANGE)
    assert len(vendor.asked(MARK)) == 1
    list(provider.tags.list())
    clock.advance(60)
    provider.tags.mark(CHANGE)


def test_45009_again_right_after_the_minute_means_the_hour_then_the_day(vendor, company, clock):
    vendor.answers(MARK, 45009)
    provider = company()
    waits = []
    for _ in range(3):
        with pytest.raises(RateLimited) as caught:
            provider.tags.mark(CHANGE)
        waits.append(caught.value.retry_at - clock.time())
        clock.advance(waits[-1])
    assert waits[:2] == [60, 3600]
    assert clock.time() % 86400 == 16 * 3600  # midnight in Beijing


@pytest.mark.parametrize(
    ("code", "kind"), [(48002, PermissionDenied), (84061, NotFound), (40096, NotFound), (987654, Refused)]
)
def test_refusals_are_raised_at_once(vendor, company, clock, code, kind):
    vendor.answers(MARK, code)
    with pytest.raises(kind) as caught:
        company().tags.mark(CHANGE)
    assert caught.value.code == code
    assert len(vendor.asked(MARK)) == 1
    assert clock.slept == []


def test_an_error_has_all_that_a_ticket_needs(vendor, company):
    errmsg = "not allow to access from your ip, hint: [1699999999123_ab12], from ip: 203.0.113.7, more info at https://x?e=60020"
    vendor.answers(MARK, {"errcode": 60020, "errmsg": errmsg})
    with pytest.raises(PermissionDenied) as caught:
        company().tags.mark(CHANGE)
    error = caught.value
    assert (error.provider, error.operation, error.code) == ("wecom", "mark_tag", 60020)
    assert error.message == "not allow to access from your ip"
    assert error.request_id == "1699999999123_ab12"
    assert "203.0.113.7" in error.advice
    assert "企业可信IP" in error.advice


def test_every_attempt_is_observed(vendor, company, records):
    vendor.answers(MARK, -1, 45033, 0)
    company().tags.mark(CHANGE)
    assert [(r.operation, r.attempt, r.code) for r in records] == [
        ("gettoken", 1, 0),
        ("mark_tag", 1, -1),
        ("mark_tag", 2, 45033),
        ("mark_tag", 3, 0),
    ]


def test_read_only_lets_reads_through_and_no_write(vendor, company):
    vendor.answers("externalcontact/get_corp_tag_list", 0)
    provider = company(guards=(ReadOnly(),))
    assert list(provider.tags.list()) == []
    with pytest.raises(WriteForbidden):
        provider.tags.mark(CHANGE)
    with pytest.raises(WriteForbidden):
        provider.call("externalcontact/add_moment_task", text={})
    assert len(vendor.mock.calls) == 2


def test_the_write_scope_sees_the_staff_of_a_call(vendor, company):
    vendor.answers(MARK, 0)
    provider = company(guards=(WriteScope({"staff": ("userid",)}, staff=frozenset({"ZhangSan"})),))
    provider.tags.mark(CHANGE)
    with pytest.raises(WriteForbidden):
        provider.tags.mark(TagChange("lisi", "wmA", ("et1",)))


DETOURS = [
    ("del_corp_tag", {"tag_id": ["et1"], "userid": "alice"}),
    ("mark_tag", {"userid": "alice", "external_userid": "wmA", "handover_userid": "bob"}),
    ("mark_tag", {"rows": [{"userid": "alice"}], "external_userid": "wmA"}),
    ("user/delete", {"_method": "GET", "userid": "alice"}),
    ("user/batchdelete", {"userid": "alice", "useridlist": ["bob"]}),
    ("message/send", {"user": "alice", "touser": "bob|carol"}),
    ("externalcontact/Mark_Tag", {"userid": "alice"}),
]


@pytest.mark.parametrize(("endpoint", "params"), DETOURS, ids=str)
def test_no_detour_leads_out_of_the_write_scope(vendor, company, endpoint, params):
    scope = WriteScope(WeComProvider.scope_parameters, staff=frozenset({"alice"}))
    with pytest.raises(WriteForbidden):
        company(apps=SPEAKING, guards=(scope,)).call(endpoint, **params)
    assert len(vendor.mock.calls) == 0


def test_the_kill_switch_acts_on_a_call_that_waits(vendor, company):
    vendor.answers(MARK, -1, 0)
    provider = company(guards=(KillSwitch(lambda: bool(vendor.asked(MARK))),))
    with pytest.raises(WriteForbidden):
        provider.tags.mark(CHANGE)
    assert len(vendor.asked(MARK)) == 1


def test_a_minute_is_waited_for_and_shared_with_others(vendor, company, clock):
    vendor.answers(MARK, 0)
    provider = company(limits={"calls_per_minute": 60}, limits_share=0.5)
    for _ in range(4):
        provider.tags.mark(CHANGE)
    assert sum(clock.slept) == pytest.approx(6, abs=0.1)


def test_a_used_up_day_says_when_it_ends(vendor, company, clock):
    vendor.answers("idconvert/unionid_to_external_userid", {"external_userid": "wmA"})
    provider = company(apps=DELEGATED, limits={"unionid_per_day": 2}, limits_share=1.0)
    for _ in range(2):
        provider.members.id_of_unionid("u", "o")
    with pytest.raises(QuotaExhausted) as caught:
        provider.members.id_of_unionid("u", "o")
    assert clock.time() < caught.value.reset_at <= clock.time() + 86400


def test_two_provider_objects_of_one_company_share_one_budget(vendor, company):
    vendor.answers("idconvert/unionid_to_external_userid", {"external_userid": "wmA"})
    one, two = (company(apps=DELEGATED, limits={"unionid_per_hour": 2}, limits_share=1.0) for _ in range(2))
    one.members.id_of_unionid("u", "o")
    two.members.id_of_unionid("u", "o")
    with pytest.raises(RateLimited):
        one.members.id_of_unionid("u", "o")


def test_calls_on_one_relation_are_never_parallel(vendor, company):
    inside: set[str] = set()
    clashes: list[str] = []

    def reply(request):
        key = request.body.decode()
        if key in inside:
            clashes.append(key)
        inside.add(key)
        threading.Event().wait(0.002)
        inside.discard(key)
        return 200, {}, '{"errcode":0}'

    vendor.mock.add_callback("POST", f"https://qyapi.weixin.qq.com/cgi-bin/{MARK}", callback=reply)
    provider = company()
    provider.tags.mark(CHANGE)
    threads = [threading.Thread(target=provider.tags.mark, args=(CHANGE,)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert clashes == []
    assert len(vendor.asked(MARK)) == 13


@frozen
class Unsendable:
    phone: str = "13800001234"


def test_what_cannot_be_sent_is_an_input_error(vendor, company):
    with pytest.raises(InputError) as caught:
        company().call(MARK, userid=Unsendable())
    assert "138" not in str(caught.value)
    assert vendor.asked(MARK) == []


def test_unknown_paths_are_writes_that_are_never_repeated(vendor, company):
    vendor.answers("externalcontact/something_new", -1)
    with pytest.raises(AnswerLost):
        company().call("externalcontact/something_new", limit=1)
    assert len(vendor.asked("externalcontact/something_new")) == 1


def test_unknown_paths_can_be_read_with_get(vendor, company):
    vendor.answers("tag/list", {"errcode": 0, "taglist": [], "new": 1}, method="GET")
    assert company().call("/cgi-bin/tag/list", _method="GET", id=3) == {"errcode": 0, "taglist": [], "new": 1}
    assert "id=3&access_token=" in vendor.asked("tag/list")[0].url


@pytest.mark.parametrize("path", ["externalcontact/transfer", "externalcontact/get_group_msg_result"])
def test_retired_endpoints_name_their_successor_and_send_nothing(vendor, company, path):
    with pytest.raises(UnsupportedCapability, match="instead: externalcontact/"):
        company().call(path, external_userid="wmA")
    assert len(vendor.mock.calls) == 0


def test_a_vendor_that_names_the_moment_is_believed(vendor, company, clock):
    vendor.answers(MARK, (429, {"Retry-After": "5"}, "slow down"), 0)
    provider = company()
    with pytest.raises(RateLimited) as caught:
        provider.tags.mark(CHANGE)
    assert caught.value.retry_at == clock.time() + 5
    clock.advance(5)
    provider.tags.mark(CHANGE)


def test_an_endless_retry_after_closes_for_a_day_at_most(vendor, company, clock):
    breakers = MemoryBreakerState()
    vendor.answers(MARK, (429, {"Retry-After": "9" * 400}, "slow down"))
    with pytest.raises(RateLimited) as caught:
        company(breakers=breakers).tags.mark(CHANGE)
    assert caught.value.retry_at == clock.time() + 86400
    assert list(breakers._until.values()) == [clock.time() + 86400]


@pytest.mark.parametrize("until", [float("inf"), 1e15])
def test_a_block_that_was_stored_without_end_is_not_believed(vendor, company, until):
    breakers = MemoryBreakerState()
    breakers.open("wecom:qyapi.weixin.qq.com:ww1:/cgi-bin/externalcontact/mark_tag", until)
    vendor.answers(MARK, 0)
    company(breakers=breakers).tags.mark(CHANGE)
    assert len(vendor.asked(MARK)) == 1


def test_an_observer_that_fails_does_not_fail_the_call(vendor, company, caplog):
    vendor.answers(MARK, 0)

    def observe(record):
        raise ValueError("13800001234")

    company(on_call=observe).tags.mark(CHANGE)
    assert "on_call raised ValueError for mark_tag" in caplog.text
    assert "138" not in caplog.text


def test_a_repeat_is_not_overtaken_by_a_newer_write(vendor, company, clock):
    vendor.answers(MARK, -1, 0)
    newer: list[threading.Thread] = []

    class Overtaking(type(clock)):
        def sleep(self, seconds: float) -> None:
            if not newer:  # while the older write waits for its repeat, a newer one comes along
                newer.append(
                    threading.Thread(target=provider.tags.mark, args=(TagChange("ZhangSan", "wmA", ("et9",)),))
                )
                newer[0].start()
                newer[0].join(0.1)
            super().sleep(seconds)

    provider = company(clock=Overtaking())
    provider.tags.mark(CHANGE)
    newer[0].join(5)
    assert [b"et9" in request.body for request in vendor.asked(MARK)] == [False, False, True]


def test_a_lost_answer_to_new_tags_comes_back_with_its_intent_and_is_settled(vendor, company):
    made = {"group_id": "g1", "group_name": "等级", "tag": [{"id": "t1", "name": "VIP"}, {"id": "t2", "name": "普通"}]}
    vendor.answers("externalcontact/add_corp_tag", (200, {}, "<html>"))
    vendor.answers("externalcontact/get_corp_tag_list", {"tag_group": []}, {"tag_group": [made]})
    tags, intent = company().tags, Intent("k", "", 0.0)
    with pytest.raises(OutcomeUnknown) as caught:
        tags.create(["VIP"], group_name="等级", intent=intent)
    assert caught.value.intent is intent
    assert len(vendor.asked("externalcontact/add_corp_tag")) == 1
    assert tags.settle(intent, ["VIP"], group_name="等级") == NotDone()
    settled = tags.settle(intent, ["VIP"], group_name="等级")
    assert isinstance(settled, Done)
    assert [tag.tag_id for tag in settled.result.tags] == ["t1"]


def test_an_endpoint_without_a_port_may_be_called_ahead_of_bulk_calls(vendor, company, monkeypatch):
    vendor.answers("externalcontact/send_welcome_msg", 0)
    provider, lanes = company(), []
    enter = Budget.enter
    monkeypatch.setattr(Budget, "enter", lambda self, *, priority=False: lanes.append(priority) or enter(self))
    provider.call("externalcontact/send_welcome_msg", _priority=True, welcome_code="c")
    provider.call("externalcontact/send_welcome_msg", welcome_code="c")
    assert lanes[-2:] == [True, False]
    assert "_priority" not in str(vendor.asked("externalcontact/send_welcome_msg")[0].body)
