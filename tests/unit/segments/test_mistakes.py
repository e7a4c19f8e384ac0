"""Every mistake is told with its place, what was found, and what belongs there."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privcrm.errors import ExpressionError, InputError
from privcrm.models.segments import parse, to_text
from privcrm.models.segments.grammar import LONGEST
from tests.unit.segments.expressions import expressions

MISTAKES = [
    ("", 1, 1, 'the expression is empty: write a condition such as HasTag("VIP")'),
    ("  \n ", 2, 2, "the expression is empty"),
    ('HasTag("VIP") HasTag("x")', 1, 15, "found HasTag: expected & or | or the end"),
    ('HasTag("VIP") & InAnyGroup() nonsense', 1, 30, "found nonsense: expected & or | or the end"),
    ('HasTg("VIP")', 1, 1, "HasTg is no condition; did you mean HasTag?"),
    ('hastag("VIP")', 1, 1, "hastag is no condition; did you mean HasTag?"),
    ('在任意群("x")', 1, 1, "在任意群 is no condition; did you mean 在任一群?"),
    ("xyz()", 1, 1, "xyz is no condition; there are AddedAfter, AddedBefore"),
    ('HasTag("VIP)', 1, 8, 'the quote " is not closed on its line'),
    ("HasTag('VIP\n')", 1, 8, "the quote ' is not closed on its line"),
    ("有标签（“VIP）", 1, 5, "the quote “ is not closed on its line"),
    ("HasTag(3)", 1, 8, "HasTag.tag takes a text, an int was given"),
    ('HasTag("")', 1, 8, "HasTag.tag takes a text, an empty one was given"),
    (r'HasTag("a\0")', 1, 8, "HasTag.tag takes a text, one with half a character or a NUL was given"),
    (r'HasTag("\ud800")', 1, 8, "HasTag.tag takes a text, one with half a character or a NUL was given"),
    ('HasTag("a", staff=3)', 1, 19, "HasTag.staff takes a text, an int was given"),
    ("HasTag()", 1, 1, "HasTag lacks tag"),
    ('HasTag("a", "b")', 1, 13, 'found "b": HasTag takes 1 value without a name, and staff= or tag_id='),
    ('InAnyGroup("x")', 1, 12, 'found "x": InAnyGroup takes no values without a name'),
    ("InAnyGroup(x=1)", 1, 12, "found x: InAnyGroup takes nothing"),
    ('HasTag("a", stff="x")', 1, 13, "found stff: HasTag takes tag, staff, tag_id; did you mean staff?"),
    ('HasTag("a", tag="b")', 1, 13, "HasTag was given tag already"),
    ('HasFact(value=1, "x")', 1, 18, 'found "x" after a value with a name: put it first, or name it'),
    ("HasTag(VIP)", 1, 8, "found VIP: text stands in quotes"),
    ("HasTag(,)", 1, 8, "found ,: expected a value or )"),
    ('HasTag("a" "b")', 1, 12, 'found "b": expected , or ) after a value'),
    ('HasTag("a"', 1, 11, "found the end: expected , or ) after a value"),
    ("HasTag", 1, 7, "found the end: expected ( after HasTag"),
    ("HasTag & InAnyGroup()", 1, 8, "found &: expected ( after HasTag"),
    ("(InAnyGroup()", 1, 14, "found the end: expected & or | or ) for the ( at line 1, column 1"),
    ("InAnyGroup())", 1, 13, "found ): there is no ( that it closes"),
    ("InAnyGroup() &", 1, 15, "found the end: expected a condition such as"),
    ("InAnyGroup() & | GroupOnly()", 1, 16, "found |: expected a condition such as"),
    ("~", 1, 2, "found the end: expected a condition such as"),
    ("()", 1, 2, "found ): expected a condition such as"),
    ('"VIP"', 1, 1, 'found "VIP": expected a condition such as'),
    ("InAnyGroup()\n  & $", 2, 5, "found $: text stands in quotes, and conditions are combined with & | ~"),
    ("InAnyGroup()\0", 1, 13, r"found '\x00': text stands in quotes"),
    ("AddedWithin(-1)", 1, 13, "AddedWithin.days takes a whole number from 0 to 100,000, another number was given"),
    ("AddedWithin(True)", 1, 13, "AddedWithin.days takes a whole number from 0 to 100,000, a bool was given"),
    ("AddedWithin(1.5)", 1, 13, "AddedWithin.days takes a whole number from 0 to 100,000, a float was given"),
    ('AddedAfter("2026-02-30")', 1, 12, "AddedAfter.day takes a day such as 2026-01-31, another text was given"),
    ('AddedAfter("20260131")', 1, 12, "AddedAfter.day takes a day such as 2026-01-31, another text was given"),
    ("AddedAfter(20260131)", 1, 12, "AddedAfter.day takes a day such as 2026-01-31, an int was given"),
    ("AddedAfter(date(2026, 2, 30))", 1, 12, "this is no day: write date(2026, 1, 31)"),
    ("AddedAfter(date(2026, 2, 1)", 1, 28, "found the end: expected , or ) after a value"),
    ('HasFact("a", "=>", 1)', 1, 14, "HasFact.comparison takes one of = != < <= > >=, another text was given"),
    ('HasFact("a", ">=")', 1, 14, "HasFact takes a comparison and a value together, or neither"),
    ('HasFact("a", value=1)', 1, 1, "HasFact takes a comparison and a value together, or neither"),
    ('HasFact("a", "=", 1e999)', 1, 19, "HasFact.value takes a text, a number, True, False or a day, a number beyond"),
    (f'HasFact("a", "=", {"9" * 30})', 1, 19, "a number beyond 64 bits was given"),
    (f'HasFact("a", "=", {"9" * 50})', 1, 19, "a number has at most 40 characters, this one has 50"),
    (r'HasTag("a\xZZ")', 1, 10, r"\x names no character: write \\ for a backslash"),
    (r'HasTag("\U99999999")', 1, 9, r"\U names no character: write \\ for a backslash"),
]


@pytest.mark.parametrize(("text", "line", "column", "said"), MISTAKES, ids=[repr(row[0]) for row in MISTAKES])
def test_each_has_its_place_and_its_message(text, line, column, said):
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    first, *shown = str(caught.value).split("\n")
    assert first.startswith(f"line {line}, column {column}: ")
    assert said in first
    assert len(shown) == 2
    assert shown[1].strip() == "^"


def test_the_mark_stands_under_the_place_also_below_wide_characters():
    with pytest.raises(ExpressionError) as caught:
        parse('InAnyGroup() &\n有标签("中文") & 有标前("x")')
    assert str(caught.value).split("\n")[1:] == ['    有标签("中文") & 有标前("x")', " " * 21 + "^"]


def test_a_long_line_is_cut_around_the_place():
    with pytest.raises(ExpressionError) as caught:
        parse(f'HasTag("{"x" * 500}") & & HasTag("{"y" * 500}")')
    _, shown, mark = str(caught.value).split("\n")
    assert len(shown) < 120
    assert shown[mark.index("^")] == "&"
    assert shown[mark.index("^") - 2] == "&"
    assert (shown[4], shown[-1]) == ("…", "…")


def test_a_long_word_is_not_repeated():
    with pytest.raises(ExpressionError) as caught:
        parse("x" * 90_000 + "()")
    assert len(str(caught.value)) < 500


def test_no_control_character_reaches_the_terminal():
    with pytest.raises(ExpressionError) as caught:
        parse('HasTag("\x1b[31m") & \x1b')
    assert "\x1b" not in str(caught.value)


def test_too_long_a_text_is_not_read():
    fits = "InAnyGroup()".ljust(LONGEST)
    assert to_text(parse(fits)) == "InAnyGroup()"
    with pytest.raises(InputError, match="at most 100,000 characters, this one has 100,001: split it"):
        parse(fits + " ")
    assert to_text(parse(fits + " ", longest=None)) == "InAnyGroup()"


def test_the_error_survives_pickling():
    with pytest.raises(ExpressionError) as caught:
        parse("InAnyGroup(")
    copy = pickle.loads(pickle.dumps(caught.value))
    assert (str(copy), vars(copy)) == (str(caught.value), vars(caught.value))


def read_or_refused(text):
    """Return what a text says, or where it is wrong."""
    try:
        return parse(text, longest=None), None
    except ExpressionError as error:
        return None, (error.line, error.column)


@given(st.text(st.sampled_from("HasTag(\"'“”\\n)（），,=&|~且或非 and3.5e\n_有标签"), max_size=40))
def test_whatever_is_typed_is_read_or_refused(text):
    condition, place = read_or_refused(text)
    if place is None:
        assert parse(to_text(condition)) == condition
    else:
        line, column = place
        assert 1 <= column <= len(text.split("\n")[line - 1]) + 1


@given(expressions, st.data())
def test_a_cut_expression_is_read_or_refused_where_it_is_cut(condition, data):
    text = to_text(condition)
    cut = text[: data.draw(st.integers(0, len(text)))]
    read, place = read_or_refused(cut)
    assert (read is None) is (place is not None)
    assert place is None or (place[0] == 1 and place[1] <= len(cut) + 1)
