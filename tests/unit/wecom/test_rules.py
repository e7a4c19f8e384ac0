"""Intercept rules."""

import pytest
import requests
from attrs import evolve

from privcrm.errors import AnswerLost, Conflict, InputError, LimitReached, NotFound
from privcrm.models import InterceptRuleSpec, Pattern

ADD, LIST, GET = (
    f"externalcontact/{name}" for name in ("add_intercept_rule", "get_intercept_rule_list", "get_intercept_rule")
)
UPDATE, DELETE = "externalcontact/update_intercept_rule", "externalcontact/del_intercept_rule"
SPEC = InterceptRuleSpec("承诺", ("保本", "包赚"), True, (Pattern.PHONE_NUMBER, Pattern.RED_PACKET), ("a",), ("2",))
ROW = {
    "rule_id": 17,
    "rule_name": "承诺",
    "word_list": ["保本", "包赚"],
    "extra_rule": {"semantics_list": [1, "3", 9]},
    "intercept_type": "1",
    "applicable_range": {"user_list": ["A", "b"], "department_list": [2, 3]},
    "create_time": "1735700000",
    "x": 1,
}


def test_rules_are_listed_by_name(vendor, company):
    vendor.answers(LIST, {"rule_list": [{"rule_id": 17, "rule_name": "承诺", "create_time": 5, "x": 1}]}, method="GET")
    (found,) = company().rules.list()
    assert (found.rule_id, found.name, found.created_at, found.spec, found.raw["x"]) == ("17", "承诺", 5, None, 1)


def test_a_rule_is_read_whole(vendor, company, bodies):
    vendor.answers(GET, {"errcode": 0, "rule": ROW})
    found = company().rules.get("17")
    assert found.spec == evolve(SPEC, staff_ids=("A", "b"), department_ids=("2", "3"))
    assert (found.rule_id, found.name, found.created_at, found.raw["x"]) == ("17", "承诺", 1735700000, 1)
    assert bodies(GET) == [{"rule_id": "17"}]


@pytest.mark.parametrize(
    ("changes", "patterns"),
    [
        ({"semantics_list": [2]}, (Pattern.PHONE_NUMBER, Pattern.RED_PACKET)),
        ({"extra_rule": {}, "semantics_list": [2]}, (Pattern.MAIL_ADDRESS,)),
        ({"extra_rule": None, "semantics_list": [2]}, (Pattern.MAIL_ADDRESS,)),
        ({"extra_rule": {"semantics_list": []}, "semantics_list": [2]}, ()),
        ({"extra_rule": {}}, ()),
    ],
)
def test_patterns_are_read_where_the_vendor_may_put_them(vendor, company, changes, patterns):
    vendor.answers(GET, {"errcode": 0, "rule": ROW | changes})
    assert company().rules.get("17").spec.patterns == patterns


@pytest.mark.parametrize(("kind", "blocks"), [(1, True), (2, False), ("2", False), (None, True)])
def test_a_rule_blocks_or_warns(vendor, company, kind, blocks):
    vendor.answers(GET, {"errcode": 0, "rule": ROW | {"intercept_type": kind}})
    assert company().rules.get("17").spec.blocks is blocks


def test_a_rule_is_made(vendor, company, bodies):
    vendor.answers(ADD, {"errcode": 0, "rule_id": 17}, {"errcode": 0, "rule_id": "18"})
    rules = company().rules
    assert rules.create(SPEC, extra={"y": 1}) == "17"
    assert rules.create(evolve(SPEC, blocks=False, patterns=(), staff_ids=())) == "18"
    assert bodies(ADD) == [
        {
            "rule_name": "承诺",
            "word_list": ["保本", "包赚"],
            "intercept_type": 1,
            "semantics_list": [1, 3],
            "applicable_range": {"user_list": ["a"], "department_list": [2]},
            "y": 1,
        },
        {
            "rule_name": "承诺",
            "word_list": ["保本", "包赚"],
            "intercept_type": 2,
            "semantics_list": [],
            "applicable_range": {"department_list": [2]},
        },
    ]


@pytest.mark.parametrize("answer", [requests.ConnectionError("x"), 0])
def test_a_lost_answer_makes_no_second_rule(vendor, company, answer):
    vendor.answers(ADD, answer)
    with pytest.raises(AnswerLost):
        company().rules.create(SPEC)
    assert len(vendor.asked(ADD)) == 1


@pytest.mark.parametrize(("code", "kind"), [(41077, Conflict), (41069, LimitReached), (41068, LimitReached)])
def test_refusals_say_what_is_full_or_taken(vendor, company, code, kind):
    vendor.answers(ADD, code)
    with pytest.raises(kind):
        company().rules.create(SPEC)


def test_a_rule_is_replaced_by_what_has_to_change(vendor, company, bodies):
    vendor.answers(GET, {"errcode": 0, "rule": ROW})
    vendor.answers(UPDATE, 0)
    company().rules.update("17", evolve(SPEC, staff_ids=("a", "c"), department_ids=("3",)), extra={"y": 1})
    assert bodies(UPDATE) == [
        {
            "rule_id": "17",
            "rule_name": "承诺",
            "word_list": ["保本", "包赚"],
            "intercept_type": 1,
            "extra_rule": {"semantics_list": [1, 3]},
            "add_applicable_range": {"user_list": ["c"]},
            "remove_applicable_range": {"user_list": ["b"], "department_list": [2]},
            "y": 1,
        }
    ]


def test_people_who_stay_are_neither_added_nor_removed(vendor, company, bodies):
    vendor.answers(GET, {"errcode": 0, "rule": ROW})
    vendor.answers(UPDATE, 0)
    company().rules.update("17", evolve(SPEC, patterns=(), staff_ids=("B", "a"), department_ids=("2", "3")))
    assert {"add_applicable_range", "remove_applicable_range"}.isdisjoint(bodies(UPDATE)[0])
    assert bodies(UPDATE)[0]["extra_rule"] == {"semantics_list": []}


@pytest.mark.parametrize("code", [41070, 41071])
def test_an_unknown_rule_is_not_found_and_not_written(vendor, company, code):
    vendor.answers(GET, code)
    vendor.answers(DELETE, code)
    rules = company().rules
    for work in (rules.get, rules.delete, lambda rule_id: rules.update(rule_id, SPEC)):
        with pytest.raises(NotFound):
            work("17")
    assert vendor.asked(UPDATE) == []


def test_a_rule_is_deleted(vendor, company, bodies):
    vendor.answers(DELETE, 0)
    company().rules.delete("17")
    assert bodies(DELETE) == [{"rule_id": "17"}]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "name is empty"),
        ({"name": "字" * 21}, "name has 21 characters, at most 20"),
        ({"words": ()}, "words is empty"),
        ({"words": ("a",) * 301}, "words has 301 items, at most 300"),
        ({"words": ("",)}, "empty word"),
        ({"words": ("字" * 33,)}, "a word of words has 33 characters, at most 32"),
        ({"staff_ids": (), "department_ids": ()}, "staff_ids and department_ids is empty"),
        ({"staff_ids": ("",)}, "holds an empty id"),
        ({"staff_ids": ("a",) * 1001}, "staff_ids has 1,001 items, at most 1,000"),
        ({"department_ids": ("1",) * 1001}, "department_ids has 1,001 items"),
        ({"department_ids": ("root",)}, "no number"),
        ({"department_ids": ("01",)}, "begins with 0"),
    ],
)
def test_a_rule_that_would_be_refused_is_not_sent(vendor, company, changes, words):
    with pytest.raises(InputError, match=words) as caught:
        company().rules.create(evolve(SPEC, **changes))
    assert "path/95097" in str(caught.value)
    assert len(vendor.mock.calls) == 0


def test_a_rule_has_an_id(vendor, company):
    rules = company().rules
    for work in (rules.get, rules.delete, lambda rule_id: rules.update(rule_id, SPEC)):
        with pytest.raises(InputError, match="rule_id is empty"):
            work("")
    with pytest.raises(InputError, match="words is empty"):
        rules.update("17", evolve(SPEC, words=()))
    assert len(vendor.mock.calls) == 0
