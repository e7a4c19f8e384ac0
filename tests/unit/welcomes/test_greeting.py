"""What becomes of an add: who is greeted, when we keep silent, and what is written down."""

import logging

import pytest
from attrs import evolve

from privcrm.errors import AnswerLost, InputError, NotSent, RateLimited, TooConcurrent
from privcrm.models import Content, Greeted
from privcrm.models.events import ArchivingAgreed, MemberAddedUnconfirmed, MemberEdited
from privcrm.provider import ReadOnly, WriteScope
from privcrm.sandbox.world import OTHER_PROGRAM, OUR_PROGRAM, Greeting
from privcrm.services.welcomes import OnlyFor, ShopStaff, WelcomeOutcome, WelcomeRule, Welcomes

HELLO = Content("您好，欢迎光临")
RULE = WelcomeRule("all", HELLO)
WHERE = {"provider": "memory", "operation": "messages.welcome"}


@pytest.fixture
def outcome(welcomes):
    """Hand an event to the handler and return the outcome that is written down."""

    def handle(event):
        welcomes.handle(event)
        (record,) = [each for each in welcomes.outcomes() if each.key == event.key]
        return record

    return handle


def other(provider, code, *, at, ends_at, arrives=True):
    book = provider.world.welcomes
    book.greet(book.find(code), Greeting(OTHER_PROGRAM, at, ends_at, arrives, {}))


class Scripted:
    """A port that answers as it is told to, the last answer for ever."""

    def __init__(self, port, *answers):
        self.port, self.answers, self.calls = port, list(answers), []

    def welcome(self, code, content, *, app=""):
        self.calls.append((app, code))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer or self.port.welcome(code, content, app=app)

    def check_welcome(self, content):
        self.port.check_welcome(content)


@pytest.fixture
def scripted(provider):
    def script(*answers):
        provider.messages = Scripted(provider.messages, *answers)
        return provider.messages

    return script


def test_whoever_adds_an_employee_is_greeted_by_the_first_rule_that_fits(welcomes, added, said, outcome, clock):
    welcomes.add(WelcomeRule("spring", Content("春天"), OnlyFor(states=("spring-*",))))
    welcomes.add(RULE)
    event = added(state="spring-3")
    clock.advance(2)
    record = outcome(event)
    assert (record.outcome, record.rule, record.seconds, record.app) == (WelcomeOutcome.SENT, "spring", 2.0, "main")
    assert outcome(added(state="summer")).rule == "all"
    assert said() == [(OUR_PROGRAM, "春天"), (OUR_PROGRAM, HELLO.text)]


def test_an_add_is_greeted_once_however_often_it_is_handled(welcomes, added, said, scripted):
    calls = scripted(None).calls
    welcomes.add(RULE)
    event = added()
    for attempt in (1, 2, 3):
        welcomes.handle(evolve(event, attempt=attempt))
    assert len(calls) == len(said()) == 1
    assert [each.outcome for each in welcomes.outcomes()] == [WelcomeOutcome.SENT]


@pytest.mark.parametrize(
    ("only_for", "fits"),
    [
        (OnlyFor(states=("spring",)), True),
        (OnlyFor(states=("spr*",)), True),
        (OnlyFor(states=("spr",)), False),
        (OnlyFor(states=("autumn", "spring")), True),
        (OnlyFor(staff=("nobody",)), False),
        (OnlyFor(states=("spring",), staff=("nobody",)), False),
    ],
    ids=str,
)
def test_where_it_is_not_ours_no_call_is_made(welcomes, added, scripted, outcome, *, only_for, fits):
    calls = scripted(None).calls
    welcomes.add(WelcomeRule("some", HELLO, only_for))
    record = outcome(added(state="spring"))
    assert record.outcome is (WelcomeOutcome.SENT if fits else WelcomeOutcome.NOT_OURS)
    assert bool(calls) is fits


def test_staff_ids_compare_without_case(welcomes, added, outcome, staff_id):
    welcomes.add(WelcomeRule("own", HELLO, OnlyFor(staff=(staff_id.upper(),))))
    assert outcome(added()).outcome is WelcomeOutcome.SENT


def test_a_shop_is_its_employees_and_those_of_its_departments(welcomes, provider, added, outcome):
    department = next(iter(provider.staff.departments(None))).department_id
    inside = {one.staff_id for one in provider.staff.list(department)}
    with pytest.raises(InputError, match="no shop is called 'north'"):
        welcomes.add(WelcomeRule("north", HELLO, OnlyFor(shops=("north",))))
    welcomes.set_shops({"north": ShopStaff(department_ids=(department,)), "south": ShopStaff(("nobody",))})
    welcomes.add(WelcomeRule("north", HELLO, OnlyFor(shops=("north",))))
    here = next(staff for staff in provider.staff.serving() if staff in inside)
    assert outcome(added(staff_id=here)).outcome is WelcomeOutcome.SENT
    with pytest.raises(InputError, match="no shop is called 'north'"):
        welcomes.set_shops({})
    welcomes.set_shops({"north": ShopStaff((f"{here}x",))})
    assert outcome(added(staff_id=here)).outcome is WelcomeOutcome.NOT_OURS


def test_departments_of_shops_are_read_before_and_not_in_the_window(welcomes, provider, added, monkeypatch, outcome):
    department = next(iter(provider.staff.departments(None))).department_id
    welcomes.set_shops({"north": ShopStaff(department_ids=(department,))})
    welcomes.add(WelcomeRule("north", HELLO, OnlyFor(shops=("north",))))
    welcomes.prepare()
    monkeypatch.setattr(provider.staff, "list", None)
    assert outcome(added()).outcome is WelcomeOutcome.SENT


def test_a_function_may_leave_an_add_to_the_next_rule_or_to_nobody(welcomes, added, outcome):
    welcomes.add(WelcomeRule("vip", lambda event: HELLO if event.state == "vip" else None))
    assert outcome(added(state="vip")).rule == "vip"
    assert outcome(added()).outcome is WelcomeOutcome.NOT_OURS


@pytest.mark.parametrize("wrong", [lambda event: 1 / 0, lambda event: "hello"], ids=["raises", "text"])
def test_a_function_that_fails_is_told_and_not_asked_again(welcomes, added, outcome, wrong):
    welcomes.add(WelcomeRule("bad", wrong))
    record = outcome(added())
    assert (record.outcome, record.rule) == (WelcomeOutcome.FAILED, "bad")
    assert record.code in ("ZeroDivisionError", "InputError")


def test_what_is_handled_too_late_expires_without_a_call(welcomes, added, scripted, outcome, clock):
    calls = scripted(None).calls
    welcomes.add(RULE)
    event = added()
    clock.advance(25)
    assert outcome(event).outcome is WelcomeOutcome.EXPIRED
    assert not calls


def test_a_code_that_the_vendor_does_not_take_has_expired(welcomes, added, outcome):
    welcomes.add(RULE)
    record = outcome(added(welcome_code="made up"))
    assert (record.outcome, record.code) == (WelcomeOutcome.EXPIRED, "dead_code")


def test_another_system_may_be_faster(welcomes, provider, added, outcome, clock):
    welcomes.add(RULE)
    event = added()
    other(provider, event.welcome_code, at=clock.time(), ends_at=clock.time())
    record = outcome(event)
    assert (record.outcome, record.seconds) == (WelcomeOutcome.SENT_BY_OTHER, None)


@pytest.mark.parametrize(
    ("arrives", "ends"), [(True, WelcomeOutcome.SENT_BY_OTHER), (False, WelcomeOutcome.SENT)], ids=["arrives", "fails"]
)
def test_while_another_system_is_at_it_we_ask_again(welcomes, provider, added, outcome, clock, *, arrives, ends):
    welcomes.add(RULE)
    event = added()
    other(provider, event.welcome_code, at=clock.time(), ends_at=clock.time() + 5, arrives=arrives)
    assert outcome(event).outcome is ends
    assert clock.time() <= event.at + 6


def test_when_another_system_does_not_end_in_time_we_give_up_in_time(welcomes, provider, added, outcome, clock):
    welcomes.add(RULE)
    event = added()
    other(provider, event.welcome_code, at=clock.time(), ends_at=clock.time() + 60)
    record = outcome(event)
    assert (record.outcome, record.code) == (WelcomeOutcome.EXPIRED, "under_way")
    assert event.at + 15 < clock.time() < event.at + 20


@pytest.mark.parametrize("lose", ["lose_answer", "lose_request"])
def test_a_lost_answer_is_asked_for_again_and_the_welcome_is_ours(welcomes, provider, added, outcome, said, *, lose):
    welcomes.add(RULE)
    event = added()
    getattr(provider, lose)("messages.welcome")
    assert outcome(event).outcome is WelcomeOutcome.SENT
    assert len(said()) == 1


@pytest.mark.parametrize(
    ("answers", "ends"),
    [
        ((AnswerLost("x", **WHERE),), WelcomeOutcome.UNKNOWN),
        ((NotSent("x", **WHERE),), WelcomeOutcome.EXPIRED),
        ((TooConcurrent("x", **WHERE),), WelcomeOutcome.EXPIRED),
        ((RateLimited("x", retry_at=4e9, **WHERE),), WelcomeOutcome.EXPIRED),
        ((RateLimited("x", retry_at=1_767_225_603.0, **WHERE), Greeted.NOW), WelcomeOutcome.SENT),
        ((NotSent("x", **WHERE), Greeted.BEFORE), WelcomeOutcome.SENT_BY_OTHER),
        ((AnswerLost("x", **WHERE), NotSent("x", **WHERE), Greeted.BEFORE), WelcomeOutcome.SENT),
        ((AnswerLost("x", **WHERE), TooConcurrent("x", **WHERE), Greeted.BEFORE), WelcomeOutcome.SENT_BY_OTHER),
        ((NotSent("x", earlier=[AnswerLost("x", **WHERE)], **WHERE), Greeted.BEFORE), WelcomeOutcome.SENT),
    ],
    ids=lambda value: value.value if isinstance(value, WelcomeOutcome) else "+".join(type(v).__name__ for v in value),
)
def test_what_is_worth_another_try_gets_it_until_the_window_ends(
    welcomes, added, scripted, outcome, clock, *, answers, ends
):
    scripted(*answers)
    welcomes.add(RULE)
    event = added()
    assert outcome(event).outcome is ends
    assert clock.time() < event.at + 20


def test_without_a_code_none_was_offered(welcomes, added, outcome, scripted):
    calls = scripted(None).calls
    welcomes.add(RULE)
    assert outcome(added(welcome_code="")).outcome is WelcomeOutcome.NONE_OFFERED
    assert not calls


def test_the_code_of_an_app_that_was_told_later_is_used_all_the_same(welcomes, added, outcome, scripted):
    calls = scripted(None).calls
    welcomes.add(RULE)
    event = added()
    assert outcome(evolve(event, app="office", welcome_code="")).outcome is WelcomeOutcome.NONE_OFFERED
    record = outcome(event)
    assert (record.outcome, record.app) == (WelcomeOutcome.SENT, "main")
    assert calls == [("main", event.welcome_code)]


def test_the_code_of_another_app_is_used_at_once_where_it_is_known(welcomes, added, outcome, scripted):
    calls = scripted(None).calls
    welcomes.add(RULE)
    event = added()
    record = outcome(evolve(event, app="office", welcome_code="", welcome_codes={"main": event.welcome_code}))
    assert (record.outcome, record.app) == (WelcomeOutcome.SENT, "main")
    assert calls == [("main", event.welcome_code)]


def test_when_the_code_of_one_app_is_refused_that_of_another_is_tried(welcomes, added, outcome, scripted):
    port = scripted(None)
    welcomes.add(RULE)
    event = added()
    record = outcome(evolve(event, app="office", welcome_code="bad", welcome_codes={"main": event.welcome_code}))
    assert (record.outcome, record.app) == (WelcomeOutcome.SENT, "main")
    assert [app for app, _ in port.calls] == ["office", "main"]


def test_what_is_decided_asks_no_function_again_whatever_another_app_was_given(welcomes, added, scripted):
    calls, asked = scripted(None).calls, []
    welcomes.add(WelcomeRule("made", lambda event: asked.append(event.app) or HELLO))
    event = added()
    welcomes.handle(event)
    assert welcomes.handle(evolve(event, app="office", welcome_code="theirs")) is None
    assert (asked, len(calls)) == (["main"], 1)


def test_what_failed_is_not_tried_again_with_the_same_code(welcomes, added):
    asked = []
    welcomes.add(WelcomeRule("bad", lambda event: asked.append(event.app) or 1 / 0))
    event = added()
    assert welcomes.handle(event).outcome is WelcomeOutcome.FAILED
    assert welcomes.handle(event) is None
    assert welcomes.handle(evolve(event, app="office", welcome_code="theirs")).outcome is WelcomeOutcome.FAILED
    assert asked == ["main", "office"]


def test_what_another_worker_decides_meanwhile_is_not_sent_again(welcomes, added, scripted):
    calls, workers = scripted(None).calls, iter(["office"])
    event = added()

    def slow(_):
        for app in workers:
            assert welcomes.handle(evolve(event, app=app)).outcome is WelcomeOutcome.SENT
        return HELLO

    welcomes.add(WelcomeRule("slow", slow))
    assert welcomes.handle(event) is None
    assert len(calls) == 1


def unconfirmed(event, key="half"):
    fields = {name: getattr(event, name) for name in ("app", "at", "staff_id", "member_id", "welcome_code", "state")}
    return MemberAddedUnconfirmed(key=key, **fields)


def test_the_add_after_one_that_was_not_confirmed_was_greeted_before(welcomes, added, outcome, clock):
    welcomes.add(RULE)
    event = added()
    assert outcome(unconfirmed(event)).outcome is WelcomeOutcome.SENT
    clock.advance(3_000)
    later = evolve(event, at=int(clock.time()), welcome_code="")
    assert outcome(later).outcome is WelcomeOutcome.GREETED_BEFORE
    stranger = evolve(later, key="other", member_id="wmOther")
    assert outcome(stranger).outcome is WelcomeOutcome.NONE_OFFERED


def test_the_add_that_comes_ahead_of_the_one_that_was_not_confirmed_is_explained_afterwards(welcomes, added, outcome):
    welcomes.add(RULE)
    event = added()
    assert outcome(evolve(event, welcome_code="")).outcome is WelcomeOutcome.NONE_OFFERED
    assert outcome(unconfirmed(event)).outcome is WelcomeOutcome.SENT
    assert {each.key: each.outcome for each in welcomes.outcomes()} == {
        "half": WelcomeOutcome.SENT,
        event.key: WelcomeOutcome.GREETED_BEFORE,
    }


def test_an_add_whose_first_welcome_failed_was_not_greeted_before(welcomes, added, outcome):
    welcomes.add(RULE)
    event = added()
    assert outcome(evolve(unconfirmed(event), welcome_code="bad")).outcome is WelcomeOutcome.EXPIRED
    assert outcome(evolve(event, welcome_code="")).outcome is WelcomeOutcome.NONE_OFFERED


def test_where_writing_is_stopped_it_is_said_and_not_tried_again(make_provider, router, clock, store, added):
    welcomes = Welcomes(make_provider(guards=(ReadOnly(),)), router, clock, store)
    welcomes.add(RULE)
    event = added()
    first, second = welcomes.handle(event), welcomes.handle(event)
    assert (first.outcome, first.code, second) == (WelcomeOutcome.FORBIDDEN, "WriteForbidden", None)


def test_a_pilot_greets_for_its_own_employees_only(make_provider, router, clock, store, added, *, provider):
    own, foreign = list(provider.staff.serving())[:2]
    scope = WriteScope(provider.scope_parameters, staff=frozenset({own}), free=frozenset({"messages.welcome"}))
    welcomes = Welcomes(make_provider(guards=(scope,)), router, clock, store)
    welcomes.add(RULE)
    assert welcomes.handle(added(staff_id=own)).outcome is WelcomeOutcome.SENT
    record = welcomes.handle(added(staff_id=foreign))
    assert (record.outcome, record.code) == (WelcomeOutcome.FORBIDDEN, "OutOfScope")


def test_a_shadow_decides_everything_and_sends_nothing(welcomes, added, outcome, scripted):
    calls = scripted(None).calls
    welcomes.add(WelcomeRule("some", HELLO, OnlyFor(states=("a",))))
    welcomes.shadow = True
    assert outcome(added(state="a")).outcome is WelcomeOutcome.SHADOW
    assert outcome(added(state="b")).outcome is WelcomeOutcome.NOT_OURS
    assert not calls


def test_one_who_agreed_to_archiving_is_greeted_where_no_state_is_asked_for(welcomes, added, outcome):
    welcomes.add(WelcomeRule("spring", HELLO, OnlyFor(states=("spring",))))
    welcomes.add(RULE)
    event = added()
    fields = {name: getattr(event, name) for name in ("app", "at", "key", "staff_id", "member_id", "welcome_code")}
    assert outcome(ArchivingAgreed(**fields)).rule == "all"


def test_an_event_without_a_key_is_refused(welcomes, added):
    welcomes.add(RULE)
    with pytest.raises(InputError, match="key"):
        welcomes.handle(added(key=""))


def test_the_router_has_every_delivery_of_what_can_be_greeted_handled(welcomes, router, added):
    event = added()
    assert not list(router.subscriptions(event, first=True))
    welcomes.add(RULE)
    welcomes.add(WelcomeRule("second", HELLO))
    (subscription,) = router.subscriptions(event, first=False)
    assert subscription.name == "privcrm.welcomes"
    assert not list(router.subscriptions(MemberEdited(), first=True))
    subscription.handler(event)
    assert [each.outcome for each in welcomes.outcomes()] == [WelcomeOutcome.SENT]


def test_a_line_in_the_log_tells_nothing_about_a_person(welcomes, added, caplog):
    welcomes.add(RULE)
    event = added()
    with caplog.at_level(logging.INFO, "privcrm"):
        record = welcomes.handle(event)
    assert "welcome sent (rule all, app main" in caplog.text
    for secret in (event.member_id, event.staff_id, event.welcome_code, HELLO.text):
        assert secret not in caplog.text
    assert event.member_id not in repr(record)
    assert HELLO.text not in repr(RULE)
