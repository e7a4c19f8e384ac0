"""What is written is read back as the same, at any depth."""

import json
from datetime import date

import pytest
from hypothesis import given

from privcrm.models import segments
from privcrm.models.segments import (
    HasAnyTagOf,
    HasFact,
    HasTag,
    InGroup,
    InGroupTagged,
    Not,
    from_json,
    parse,
    to_json,
    to_text,
)
from privcrm.models.segments.tokens import Kind, tokens
from tests.unit.segments.expressions import clauses, expressions, nested

PYTHON = {name: getattr(segments, name) for name in segments.__all__} | {"date": date}


@given(expressions)
def test_text_is_read_back(condition):
    assert parse(to_text(condition), longest=None) == condition


@given(expressions)
def test_json_is_read_back(condition):
    assert from_json(json.loads(json.dumps(to_json(condition)))) == condition


@given(clauses)
def test_the_text_of_a_clause_is_its_python(condition):
    assert eval(to_text(condition), dict(PYTHON)) == condition


def groupings(text):
    """Yield where the parentheses stand that group, in pairs."""
    opened, before = [], None
    for token in tokens(text):
        if token.kind is Kind.OPEN:
            opened.append((token.at, before is not Kind.WORD))
        elif token.kind is Kind.CLOSE:
            at, groups = opened.pop()
            if groups:
                yield at, token.at
        before = token.kind


@given(expressions)
def test_no_parentheses_could_be_left_out(condition):
    text = to_text(condition)
    for start, end in groupings(text):
        assert parse(f"{text[:start]}{text[start + 1 : end]}{text[end + 1 :]}", longest=None) != condition


@pytest.mark.parametrize("depth", [10_000, pytest.param(60_000, marks=pytest.mark.soak)])
def test_depth_knows_no_limit(depth):
    condition = nested(depth)
    assert parse(to_text(condition), longest=None) == condition
    assert from_json(to_json(condition)) == condition


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000 + "GroupOnly()" + ")" * 10_000,
        "~" * 10_000 + "GroupOnly()",
        "~(" * 10_000 + "GroupOnly()" + ")" * 10_000,
    ],
    ids=["parentheses", "denials", "both"],
)
def test_what_is_typed_may_be_nested_as_deeply(text):
    denials = 10_000 if "~" in text else 0
    condition = parse(text)
    for _ in range(denials):
        assert isinstance(condition, Not)
        condition = condition.part
    assert to_text(condition) == "GroupOnly()"


def test_what_equals_one_is_told_from_one():
    values = [True, 1, 1.0, "1"]
    facts = [HasFact("level", "=", value) for value in values]
    assert len(set(facts)) == 4
    assert [type(parse(to_text(fact)).value) for fact in facts] == [bool, int, float, str]
    assert [type(from_json(to_json(fact)).value) for fact in facts] == [bool, int, float, str]


def test_a_day_is_told_from_a_text_that_looks_like_one():
    day, text = HasFact("seen", ">=", date(2026, 1, 31)), HasFact("seen", ">=", "2026-01-31")
    assert to_text(day) == 'HasFact("seen", ">=", date(2026, 1, 31))'
    assert parse(to_text(day)) == from_json(to_json(day)) == day != text
    assert parse(to_text(text)) == from_json(to_json(text)) == text


def test_a_rename_follows_the_id():
    bound = HasTag("VIP", tag_id="et1") & ~HasAnyTagOf("Level", group_id="eg1") & HasTag("Old", tag_id="et2")
    names = {"et1": "贵宾", "eg1": "Levels", "": "nothing"}
    shown = to_text(bound, names={"et1": "贵宾", "eg1": "Levels"}, ids=False)
    assert shown == 'HasTag("贵宾") & ~HasAnyTagOf("Levels") & HasTag("Old")'
    assert parse(to_text(bound)) == bound
    assert 'HasTag("贵宾", tag_id="et1")' in to_text(bound, names=names)


def test_no_name_replaces_what_has_no_id():
    assert to_text(HasTag("VIP"), names={"": "wrong"}) == 'HasTag("VIP")'
    assert to_text(InGroupTagged("a") | HasTag("b"), names={"": "wrong"}) == 'InGroupTagged("a") | HasTag("b")'


def test_the_id_of_a_group_is_no_name():
    assert to_text(InGroup("wr1"), names={"wr1": "Fans"}, ids=False) == 'InGroup("wr1")'
