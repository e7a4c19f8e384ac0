"""Going through expressions, comparing and making them."""

import operator
from datetime import UTC, datetime

import pytest
from hypothesis import given

from privcrm.errors import InputError
from privcrm.models.segments import (
    AddedAfter,
    And,
    Condition,
    GroupOnly,
    HasFact,
    HasTag,
    InAnyGroup,
    InShop,
    Not,
    Or,
    evaluate,
    rebuild,
)
from tests.unit.segments.expressions import expressions, nested

A, B, C = HasTag("a"), HasTag("b"), HasTag("c")


def holds(condition, tags):
    return evaluate(
        condition, lambda clause: clause.tag in tags, both=operator.and_, either=operator.or_, negate=operator.not_
    )


def test_evaluation_goes_by_the_combinations():
    condition = Or((And((A, Not(B))), C))
    assert [holds(condition, tags) for tags in ("a", "ab", "c", "abc", "")] == [True, False, True, True, False]


def test_the_order_of_parts_is_kept():
    said = evaluate(
        And((A, Or((B, Not(C), A)), B)),
        lambda clause: clause.tag,
        both="({}&{})".format,
        either="({}|{})".format,
        negate="~{}".format,
    )
    assert said == "((a&((b|~c)|a))&b)"


def test_no_more_results_are_held_than_needed():
    class Result:
        alive = most = 0

        def __init__(self, *_):
            Result.alive += 1
            Result.most = max(Result.most, Result.alive)

        def __del__(self):
            Result.alive -= 1

    evaluate(Or([A] * 1000), Result, both=Result, either=Result, negate=Result)
    assert Result.most <= 3


@given(expressions)
def test_rebuilding_with_the_same_is_no_copy(condition):
    assert rebuild(condition, lambda clause: clause) is condition


def test_rebuilding_replaces_clauses():
    bound = rebuild(And((A, Not(Or((B, InAnyGroup()))))), lambda each: HasTag("x") if each == B else each)
    assert bound == And((A, Not(Or((HasTag("x"), InAnyGroup())))))


def test_clauses_come_in_the_order_of_writing():
    assert list((A & ~(B | C) & InAnyGroup()).clauses()) == [A, B, C, InAnyGroup()]
    assert list(A.clauses()) == [A]


def test_depth_knows_no_limit():
    one, two = nested(30_000), nested(30_000)
    assert one == two
    assert hash(one) == hash(two)
    assert one != nested(30_003)
    assert len(repr(one)) > 30_000
    assert rebuild(one, lambda each: InShop("1")) != one
    assert sum(1 for _ in one.clauses()) == 20_001
    assert isinstance(holds(rebuild(one, lambda each: A), "a"), bool)


@given(expressions, expressions)
def test_equal_is_what_is_written_alike(one, two):
    assert (one == two) is (repr(one) == repr(two) and list(one.clauses()) == list(two.clauses()))


def test_what_is_put_together_otherwise_is_not_equal():
    assert And((A, B)) != Or((A, B))
    assert And((A, B)) != And((B, A))
    assert And((A, B)) != And((A, B, C))
    assert Not(A) != A
    assert Not(A) != "~a"


def test_python_flattens_what_is_chained():
    assert (A & B & C).parts == (A & (B & C)).parts == (A, B, C)
    assert (A | B | C).parts == (A | (B | C)).parts == (A, B, C)
    assert ~~A == A


def test_the_words_of_python_do_not_combine():
    with pytest.raises(TypeError, match=r"combine with & \| ~"):
        bool(A and B)


@pytest.mark.parametrize(
    "make",
    [
        lambda: A & "b",
        lambda: Not("a"),
        lambda: And((A,)),
        lambda: Or(()),
        lambda: HasTag(None),
        lambda: AddedAfter(datetime(2026, 1, 31, tzinfo=UTC)),
        lambda: HasFact("a", "=", datetime(2026, 1, 31, tzinfo=UTC)),
        lambda: HasFact("a", "=", float("nan")),
        lambda: HasFact("a", "=", b"x"),
        lambda: HasFact("a", 3, 1),
    ],
)
def test_what_no_condition_can_hold_is_refused(make):
    with pytest.raises(InputError, match="takes"):
        make()


def test_no_value_of_a_fact_is_shown():
    assert "13800000000" not in repr(HasFact("phone", "=", "13800000000") | GroupOnly())


def test_what_is_no_combination_is_its_own_clause():
    class Custom(Condition):
        pass

    custom = Custom()
    assert list((custom & A).clauses()) == [custom, A]
