"""What may be written, and what binds how tightly."""

from datetime import date

import pytest

from privcrm.models.segments import (
    AddedAfter,
    AddedWithin,
    And,
    DeletedStaff,
    FollowedBy,
    FromChannel,
    GroupOnly,
    HasAnyTagOf,
    HasFact,
    HasTag,
    InAnyGroup,
    InGroup,
    InGroupTagged,
    InRegion,
    InShop,
    Not,
    Or,
    parse,
    to_text,
)
from privcrm.models.segments.vocabulary import CHINESE, NAMES

A, B, C, D = (HasTag(name) for name in "abcd")
README = HasTag("VIP") & ~HasTag("churned") & AddedWithin(days=90) & ~InAnyGroup()


def read(short):
    """Parse an expression in which a letter stands for a tag."""
    return parse("".join(f'HasTag("{char}")' if char in "abcd" else char for char in short))


@pytest.mark.parametrize(
    ("short", "meant"),
    [
        ("a & b | c & d", Or((And((A, B)), And((C, D))))),
        ("a | b & c | d", Or((A, And((B, C)), D))),
        ("~a & b", And((Not(A), B))),
        ("~(a & b)", Not(And((A, B)))),
        ("~a | ~~b", Or((Not(A), Not(Not(B))))),
        ("(a | b) & c", And((Or((A, B)), C))),
        ("a & b & c", And((A, B, C))),
        ("(a & b) & c", And((And((A, B)), C))),
        ("a | (b | c)", Or((A, Or((B, C))))),
        ("~(a | b) & ~(c & d)", And((Not(Or((A, B))), Not(And((C, D)))))),
        ("((a))", A),
    ],
)
def test_denial_binds_tighter_than_all_and_all_tighter_than_one(short, meant):
    assert read(short) == meant
    assert parse(to_text(meant)) == meant


def test_parentheses_are_written_only_where_they_are_needed():
    assert to_text(Or((And((A, B)), Not(C)))) == 'HasTag("a") & HasTag("b") | ~HasTag("c")'
    assert to_text(And((Or((A, B)), Not(And((C, D)))))) == (
        '(HasTag("a") | HasTag("b")) & ~(HasTag("c") & HasTag("d"))'
    )


@pytest.mark.parametrize(
    "text",
    [
        'HasTag("VIP") & ~HasTag("churned") & AddedWithin(days=90) & ~InAnyGroup()',
        "HasTag('VIP') and not HasTag('churned') and AddedWithin(90) and not InAnyGroup()",
        'has_tag("VIP") AND NOT has_tag("churned")\n  AND added_within(90) AND NOT in_any_group()',
        "有标签（“VIP”）且非有标签（“churned”）且添加于天内（90）且非在任一群（）",
        "有标签(‘VIP’) ＆ ～有标签(tag＝“churned”，) & 添加于天内(days=90) & ~在任一群()",
        "HasTag(\n  “VIP”,\n) & ~HasTag(”churned“, staff=None) & AddedWithin(+90) & ~(InAnyGroup())",
    ],
)
def test_many_hands_write_the_same(text):
    assert parse(text) == README


@pytest.mark.parametrize(
    "text", ["仅在群()或在任一群()", "GroupOnly() or InAnyGroup()", "group_only()｜in_any_group()"]
)
def test_one_of_them_in_many_hands(text):
    assert parse(text) == GroupOnly() | InAnyGroup()


def test_every_condition_has_three_names():
    assert {len([name for name in NAMES if NAMES[name].kind is kind]) for kind in CHINESE.values()} == {3}
    assert len(set(CHINESE.values())) == len(CHINESE) == 16


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ('有标签("VIP", 员工="zhang")', HasTag("VIP", staff="zhang")),
        ('有标签组("等级")', HasAnyTagOf("等级")),
        ('在群("wr1")', InGroup("wr1")),
        ('在群标签("福利")', InGroupTagged("福利")),
        ('员工("zhang")', FollowedBy("zhang")),
        ('门店("S01")', InShop("S01")),
        ('区域("华东")', InRegion("华东")),
        ('渠道("store-7")', FromChannel("store-7")),
        ('添加于之后("2026-01-31")', AddedAfter(date(2026, 1, 31))),
        ("AddedAfter(day=date(2026, 1, 31))", AddedAfter("2026-01-31")),
        ('删除了员工(员工="zhang")', DeletedStaff(staff="zhang")),
        ('事实("orders", ">=", 3)', HasFact("orders", ">=", 3)),
        ('HasFact("level")', HasFact("level")),
        ('HasFact("paid", "=", True) ', HasFact("paid", "=", True)),
        ('HasFact("spent", "<", -1.5e3)', HasFact("spent", "<", -1500.0)),
        ('HasFact("spent", value=.5, comparison=">")', HasFact("spent", ">", 0.5)),
        ('事实("seen", ">=", 日期("2026-01-31"))', HasFact("seen", ">=", date(2026, 1, 31))),
    ],
)
def test_what_conditions_take(text, meant):
    assert parse(text) == meant


@pytest.mark.parametrize(
    "literal",
    [
        r'"G/A\/B"',
        r'"a\"b\'c\\d"',
        r"'it\'s'",
        r'"\n\t\r\x41\u4e2d\U0001F600\101\q"',
        '"tab\there"',
    ],
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::SyntaxWarning")
def test_escapes_mean_what_they_mean_in_python(literal):
    assert parse(f"HasTag({literal})") == HasTag(eval(literal))


def test_quotes_of_one_kind_hold_those_of_another():
    assert parse("""HasTag("it's “so”") & HasTag('say "hi"') & HasTag(“"’”)""") == And(
        (HasTag("it's “so”"), HasTag('say "hi"'), HasTag('"’'))
    )


def test_nothing_is_run():
    with pytest.raises(ValueError, match="__import__ is no condition"):
        parse('__import__("os")')
