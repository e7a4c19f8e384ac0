"""What the library said in English is said again in Chinese: every sentence of the source, with its parts."""

import re
from functools import cache
from string import Formatter

import pytest

from privcrm.cli.adapter_messages import CHINESE_OF_ADAPTERS
from privcrm.cli.code_messages import CHINESE_OF_CODES
from privcrm.cli.messages import CHINESE
from privcrm.cli.model_messages import CHINESE_OF_MODELS
from privcrm.cli.refusal_messages import CHINESE_OF_REFUSALS
from privcrm.cli.retelling import SENTENCES, _pattern, in_chinese
from privcrm.cli.session import Session
from privcrm.cli.term_messages import CHINESE_TERMS
from privcrm.cli.usage_messages import CHINESE_OF_CLICK, CHINESE_OF_USAGE
from privcrm.errors import InputError, InvalidArgument
from privcrm.models import fields
from privcrm.models.codes import Seat, StaffLiveCode, Window
from privcrm.models.segments import parse
from tests.cli.spoken import advice_of, every_text, sentences, shape

OURS = CHINESE_OF_CODES | CHINESE_OF_MODELS | CHINESE_OF_REFUSALS | CHINESE_OF_USAGE
# Names of locks and hashes, SQL, a file, what only a debugger shows, and templates that ``say`` is given by name.
NOT_FOR_PEOPLE = {
    "/System/Library/Fonts/STHeiti Light.ttc",
    "<{name__}, not set up>",
    "address and endpoint",
    "calls in flight",
    "has more than {{most:,}} characters; shorten it",
    "live code seat",
    "privcrm tag rules {company}",
    "privcrm_tag_rule_hit.state IN ('failed', 'skipped', 'cancelled')",
    "remove tag rule",
}


@cache
def shapes():
    told = {shape(text) for text in (*SENTENCES, *CHINESE)}
    return told | {each.removesuffix("\0") for each in told}


def test_every_sentence_of_the_library_has_its_chinese():
    missing = {text: place for text, place in sentences() if shape(text) not in shapes()}
    assert {text: place for text, place in missing.items() if text not in NOT_FOR_PEOPLE} == {}


def test_nothing_is_in_the_catalogue_that_nobody_says():
    said = {shape(text) for text in every_text()}
    assert [text for text in OURS if not {shape(text), shape(text).removesuffix("\0")} & said] == []


def test_what_the_adapter_of_wecom_advises_and_finds_has_its_chinese():
    told = "\n".join(map(shape, CHINESE_OF_ADAPTERS))
    assert [text for text in advice_of("privcrm_wecom") if shape(text) not in told] == []


@pytest.mark.parametrize("text", sorted(OURS | CHINESE_OF_CLICK | CHINESE_OF_ADAPTERS))
def test_the_chinese_has_the_same_fields(text):
    names = {name for _, name, *_ in Formatter().parse(text) if name}
    assert {name for _, name, *_ in Formatter().parse(SENTENCES[text]) if name} <= names
    assert len(names) == sum(name is not None for _, name, *_ in Formatter().parse(text)), "a name twice"
    assert "会员" not in SENTENCES[text]


@pytest.mark.parametrize("text", sorted(OURS))
def test_what_was_put_together_is_recognised(text):
    """Each template, filled with what resembles nothing else, comes back as its own Chinese."""
    values = {name: f"<{name}>" for _, name, *_ in Formatter().parse(text) if name}
    letters = sum(char.isalpha() for literal, *_ in Formatter().parse(text) for char in literal)
    if letters >= 5:
        told = in_chinese(text.format(**values))
        assert told == plain(SENTENCES[text], text, values)


def plain(chinese, english, values):
    quoted = {name for _, name, _, conversion in Formatter().parse(english) if conversion}
    parts = []
    for literal, name, *_ in Formatter().parse(chinese):
        parts += [literal, (repr(values[name]) if name in quoted else values[name]) if name else ""]
    return "".join(parts)


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("nobody is free: the pool stays as it was", "无人可接待：平台上的员工保持不变"),
        ("job 7 is paused: it cannot be approved", "任务 7 已暂停：不能批准"),
        ("the note was changed; taken off the list: wrA, wrB", "备注被改动；从列表中移除：wrA, wrB"),
        (
            "wrA: 12 inside, 200 by scanning (default); open: 4 more until the next group is asked for; unprepared",
            "wrA：群内 12 人，扫码上限 200（默认）；使用中：再来 4 人就准备下一个群；尚未准备好",
        ),
        (
            "the new tag could not be created: wecom tag_add: code 40071, name exists (http 200, attempt 2) - look",
            "无法创建新标签：wecom tag_add：代码 40071，name exists（HTTP 200，第 2 次尝试） - look",
        ),
        ("no shop has the code 'a \"b\" c'; privcrm shop list shows the codes", None),
        ("张三 said: the house is free", "张三 said: the house is free"),
        ("done", "done"),
        ("paused", "paused"),
        ("No such option '--forze'. Did you mean '--force'?", "没有选项 '--forze'。是不是 '--force'？"),
        ("a.csv: No such file or directory", "a.csv：文件或文件夹不存在"),
        ("every 24.0 hours from '25:00' is no schedule: give hours above 0 and HH:MM", None),
        (
            "invalid userid - the corp id is wrong (我的企业 → 企业信息)",
            "invalid userid - 企业 ID 有误（我的企业 → 企业信息）",
        ),
        ("Invalid value for --until: '25' is no time as 20:00", "--until 的值无效：'25' 不是 20:00 形式的时间"),
    ],
)
def test_parts_go_over_and_what_others_wrote_stays(english, chinese):
    told = in_chinese(english)
    assert told == chinese or (chinese is None and told != english and not re.search("[a-z]{3} [a-z]{2} ", told))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("HasTag(VIP)", "第 1 行第 8 列：此处是 VIP：文本须加引号"),
        ("HasTag('a') &", '第 1 行第 14 列：此处是 结尾：此处应为条件，如 HasTag("VIP")'),
        ("HasTga('a')", "第 1 行第 1 列：没有条件 HasTga；是不是 HasTag？"),
        ("HasTag('a'))", "第 1 行第 12 列：此处是 )：没有与它对应的 ("),
        ("", '第 1 行第 1 列：表达式为空：请写条件，如 HasTag("VIP")'),
        ("HasTag 'a'", "第 1 行第 8 列：此处是 'a'：此处应为 HasTag 之后的 ("),
    ],
)
def test_what_is_wrong_with_a_segment_is_told_in_chinese_and_shown(text, told):
    with pytest.raises(InputError) as caught:
        parse(text)
    first, _, place = in_chinese(str(caught.value)).partition("\n")
    assert first == told
    assert place.endswith("^")


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: Seat(""), "Seat.staff_id（员工账号）为空"),
        (lambda: Window("9:00", "25:00"), "Window.start 应为 09:30 形式的时间，给出的是 '9:00'"),
        (lambda: StaffLiveCode("S1", ()), "StaffLiveCode.seats（席位）为空：活码至少要引向一名员工"),
        (lambda: fields.instance_of(int, "Seat.weight", "3"), "Seat.weight 应为整数，给出的是文本"),
        (lambda: fields.instance_of(bool, "X.y", 3.5), "X.y 应为 True 或 False，给出的是小数"),
        (lambda: fields.several("X.ids", "abc"), "X.ids 应为多个 ID ，给出的是文本：只有一个时也请放入列表"),
    ],
)
def test_what_a_model_refuses_is_told_in_chinese(make, told):
    with pytest.raises(InputError) as caught:
        make()
    assert in_chinese(str(caught.value)) == told


def test_an_error_of_the_vendor_keeps_the_vendors_words():
    error = InvalidArgument("bad id: x, hint: [1]", provider="wecom", operation="tag_add", code=40058, http_status=200)
    assert in_chinese(str(error)) == "wecom tag_add：代码 40058，bad id: x, hint: [1]（HTTP 200，第 1 次尝试）"


def test_english_stays_english():
    assert Session().retell("nobody is free: the pool stays as it was").startswith("nobody")


def test_a_term_alone_is_never_translated():
    assert [word for word in CHINESE_TERMS if in_chinese(word) != word and word not in SENTENCES] == []


def test_a_text_of_very_many_parts_is_told_part_by_part():
    """Every part is looked at once: without that, each part more would double the work."""
    english, chinese = "the note was changed; seats: a - b; ", "备注被改动；seats: a - b；"
    assert in_chinese(english * 40 + "the note was changed") == chinese * 40 + "备注被改动"


@pytest.mark.parametrize("part", ["a; ", "a b: ", "a - ", "; a: b - c ", "a b\n", "the note was changed; "])
def test_a_text_of_more_parts_than_can_be_told_stays(part):
    """Found by attacking: a vendor's message of 300 parts ended the command with a RecursionError."""
    told = in_chinese(part * (4_000 // len(part)))
    assert told.replace("；", "; ").replace("：", ": ").replace("备注被改动", "the note was changed").startswith(part)
    assert in_chinese(part * 100_000) == part * 100_000


@pytest.mark.parametrize("english", [text for text in sorted(SENTENCES) if text.count("{") > 2 and text[-1] != "}"])
def test_no_text_takes_longer_to_recognise_than_to_read(english):
    """Found by attacking: each field was tried at each place, so that a long text of many joints took hours."""
    literals = [literal for literal, *_ in Formatter().parse(english)]
    joints = "".join(f"x{literal}" for literal in literals[1:])
    assert _pattern(english).fullmatch(literals[0] + joints * 20_000 + "\0") is None
