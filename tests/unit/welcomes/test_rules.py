"""What a rule may be: refused when it is added, not when the first member comes."""

import pytest
from attrs import evolve

from privcrm.errors import InputError, NotFound, UnsupportedCapability
from privcrm.models import Content, Image
from privcrm.provider import Provider, ProviderContext
from privcrm.services.welcomes import MediaFile, OnlyFor, WelcomeOutcome, WelcomeRule, Welcomes, words

HELLO = Content("您好")


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (lambda: WelcomeRule("", HELLO), "needs a name"),
        (lambda: WelcomeRule("a", "您好"), "takes a Content, or a function"),
        (lambda: WelcomeRule("a", HELLO, OnlyFor(states=())), "states is empty"),
        (lambda: WelcomeRule("a", HELLO, OnlyFor(staff="zhang")), "takes several"),
        (lambda: WelcomeRule("a", HELLO, only_for={"staff": ["a"]}), "only_for takes"),
        (lambda: WelcomeRule("a", HELLO, prepare=HELLO), "prepare takes several"),
        (lambda: WelcomeRule("a", HELLO, prepare=("您好",)), "prepare takes"),
        (lambda: WelcomeRule("a", Content("您好 {phone}")), "no name; known: member_name, staff_name"),
        (lambda: WelcomeRule("a", Content("您好 {member_name.raw}")), "no name"),
        (lambda: WelcomeRule("a", Content()), "neither a text nor an attachment"),
        (lambda: WelcomeRule("a", Content("长" * 2_001)), "at most 2,000"),
        (lambda: WelcomeRule("a", Content("长" * 1_970 + "{member_name}")), "at most 2,000"),
        (lambda: WelcomeRule("a", lambda event: None, prepare=(Content("长" * 2_001),)), "at most 2,000"),
        (lambda: WelcomeRule("a", Content("", (Image(MediaFile("/no/such.png")),))), r"no file /no/such\.png"),
        (lambda: WelcomeRule("first", HELLO), "two rules are called 'first'"),
    ],
)
def test_a_rule_that_could_not_be_kept_is_refused(welcomes, rule, told):
    welcomes.add(WelcomeRule("first", HELLO))
    with pytest.raises(InputError, match=told) as caught:
        welcomes.add(rule())
    assert "您好" not in str(caught.value)


def test_what_is_no_rule_is_refused(welcomes):
    with pytest.raises(InputError, match="add takes"):
        welcomes.add(HELLO)


def test_a_provider_that_cannot_greet_takes_no_rule(router, clock):
    class Bare(Provider):
        name, capabilities, default_limits, company = "bare", {}, {}, "c"

        def __init__(self):
            type(self).default_limits = __import__("privcrm.provider", fromlist=["LimitTable"]).LimitTable(())
            super().__init__(ProviderContext(clock))

    with pytest.raises(UnsupportedCapability, match=r"messages\.welcome"):
        Welcomes(Bare(), router, clock, None).add(WelcomeRule("a", HELLO))
    assert not router.names


def names(text, **known):
    return words.fill(text, lambda name: known.get(name, ""))


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("{member_name}您好", "小王您好"),
        ("{ member_name | 朋友 }您好", "小王您好"),
        ("{staff_name|我}在", "我在"),
        ("{staff_name}在", "在"),
        ("{{member_name}} 100%", "{member_name} 100%"),
        ("{member_name}{member_name}", "小王小王"),
        ("a { b", "a { b"),
    ],
)
def test_names_stand_in_texts_and_nothing_is_evaluated(text, becomes):
    assert names(text, member_name="小王") == becomes


def test_a_name_with_braces_is_only_a_name():
    assert names("{member_name}", member_name="{staff_name}", staff_name="x") == "{staff_name}"


@pytest.fixture
def greeted(welcomes, added, said):
    def greet(text, **told):
        welcomes.add(WelcomeRule("names", Content(text)))
        record = welcomes.handle(added(**told))
        assert record.outcome is WelcomeOutcome.SENT
        return said()[-1][1]

    return greet


def test_names_of_both_are_read_for_the_welcome(provider, staff_id, greeted):
    text = greeted("{member_name|朋友}，我是{staff_name}")
    member, staff = text.split("，我是")
    assert staff == provider.staff.get(staff_id).name
    assert member not in ("", "朋友")


def test_a_member_who_cannot_be_read_yet_is_greeted_without_a_name(provider, monkeypatch, greeted):
    def missing(member_id):
        raise NotFound("no relation", provider="memory", operation="members.get", code=84061)

    monkeypatch.setattr(provider.members, "get", missing)
    assert greeted("{member_name|朋友}您好") == "朋友您好"


def test_with_little_time_left_no_name_is_read(provider, monkeypatch, greeted, clock):
    monkeypatch.setattr(provider.members, "get", None)
    assert greeted("{member_name|朋友}您好", at=int(clock.time()) - 16) == "朋友您好"


def test_names_of_employees_are_read_once_and_anew_after_prepare(provider, monkeypatch, welcomes, added):
    reads, get = [], provider.staff.get
    monkeypatch.setattr(provider.staff, "get", lambda one: reads.append(one) or get(one))
    welcomes.add(WelcomeRule("names", Content("{staff_name}")))
    for _ in range(3):
        welcomes.handle(added())
    assert len(reads) == 1
    welcomes.prepare()
    welcomes.handle(added())
    assert len(reads) == 2


def test_a_function_whose_text_asks_for_no_name_of_ours_fails(welcomes, added):
    welcomes.add(WelcomeRule("bad", lambda event: Content("{phone}")))
    record = welcomes.handle(added())
    assert (record.outcome, record.code) == (WelcomeOutcome.FAILED, "InputError")


def test_rules_are_values():
    assert evolve(OnlyFor(states=["a"]), staff=["b"]) == OnlyFor(("a",), ("b",))
