"""The JSON form, and where it is wrong."""

from datetime import date

import pytest

from privcrm.errors import InputError
from privcrm.models.segments import AddedAfter, And, HasFact, HasTag, InAnyGroup, Not, Or, from_json, to_json


def test_what_it_looks_like():
    condition = And(
        (HasTag("VIP", staff="zhang", tag_id="et1"), Not(InAnyGroup()), Or((AddedAfter("2026-01-31"), HasFact("a"))))
    )
    assert to_json(condition) == {
        "all": [
            {"has_tag": {"tag": "VIP", "staff": "zhang", "tag_id": "et1"}},
            {"not": {"in_any_group": {}}},
            {"any": [{"added_after": {"day": "2026-01-31"}}, {"has_fact": {"name": "a"}}]},
        ]
    }


def test_facts():
    assert to_json(HasFact("seen", ">=", date(2026, 1, 31))) == {
        "has_fact": {"name": "seen", "comparison": ">=", "value": {"date": "2026-01-31"}}
    }
    written = to_json(HasFact("orders", ">=", 3))
    assert written == {"has_fact": {"name": "orders", "comparison": ">=", "value": 3}}
    assert type(written["has_fact"]["comparison"]) is str


def test_one_of_one_is_that_one():
    assert from_json({"all": [{"any": [{"in_any_group": {}}]}]}) == InAnyGroup()


def test_null_is_what_is_left_out():
    assert from_json({"has_tag": {"tag": "VIP", "staff": None}}) == HasTag("VIP")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ([], r'$: expected an object such as {"has_tag": …}, a value of the type list was given'),
        ("HasTag", r'$: expected an object such as {"has_tag": …}, a text was given'),
        ({}, "$: expected one key, found 0"),
        ({"all": [], "any": []}, "$: expected one key, found 2: combine conditions with all, any, not"),
        ({"all": []}, "$.all: expected a list of conditions, an empty one was given"),
        ({"any": {"in_any_group": {}}}, "$.any: expected a list of conditions, a value of the type dict was given"),
        ({"any": "in_any_group"}, "$.any: expected a list of conditions, a text was given"),
        ({"has_tg": {}}, "$: 'has_tg' is no condition; did you mean has_tag?"),
        ({"all": [{"in_any_group": {}}, {"not": 3}]}, "$.all[1].not: expected an object such as"),
        ({"not": {"has_tag": "VIP"}}, "$.not.has_tag: expected an object, a text was given"),
        ({"has_tag": {}}, "$.has_tag: tag is missing"),
        ({"has_tag": {"tag": "a", "stff": "x"}}, "$.has_tag: 'stff' is not known, it takes tag, staff, tag_id; did"),
        ({"in_any_group": {"x": 1}}, "$.in_any_group: 'x' is not known, it takes nothing"),
        ({"any": [{"has_tag": {"tag": 3}}]}, "$.any[0].has_tag.tag: HasTag.tag takes a text, an int was given"),
        ({"has_tag": {"tag": {"a": 1}}}, '$.has_tag.tag: expected {"date": "2026-01-31"}, another object was given'),
        ({"has_fact": {"name": "a", "comparison": "=", "value": {"date": "x"}}}, "$.has_fact.value: expected {"),
        ({"has_fact": {"name": "a", "comparison": "=", "value": [1]}}, "$.has_fact.value: HasFact.value takes a text"),
        ({"has_fact": {"name": "a", "comparison": "="}}, "$.has_fact.comparison: HasFact takes a comparison and"),
        ({"added_within": {"days": True}}, "$.added_within.days: AddedWithin.days takes a whole number"),
        ({"added_after": {"day": "31.1.2026"}}, "$.added_after.day: AddedAfter.day takes a day such as 2026-01-31"),
    ],
)
def test_mistakes_are_told_with_their_path(value, said):
    with pytest.raises(InputError) as caught:
        from_json(value)
    assert str(caught.value).startswith(said)


def test_a_deep_path_is_cut():
    value = {"oops": {}}
    for _ in range(50_000):
        value = {"not": value}
    with pytest.raises(InputError) as caught:
        from_json(value)
    assert str(caught.value).startswith("$…")
    assert len(str(caught.value)) < 300
