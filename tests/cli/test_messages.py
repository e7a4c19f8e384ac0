"""The catalogue: everything the command line says has its Chinese, and nothing in it is left over."""

import ast
import re
from pathlib import Path
from string import Formatter

import click
import pytest

import privcrm.cli
import privcrm.services
from privcrm.cli import (
    doubts,
    frame,
    jobs,
    sandbox,
    segment,
    segment_text,
    sync,
    tag,
    tag_move,
    tag_preview,
    tag_rule,
    task,
)
from privcrm.cli.app import COMMANDS as ROOT_COMMANDS
from privcrm.cli.demo import tagging as demo
from privcrm.cli.frame import paragraphs
from privcrm.cli.help_messages import CHINESE_HELP
from privcrm.cli.live_code import creating, options, shops, upkeep, words
from privcrm.cli.messages import CHINESE as CHINESE_SAID
from privcrm.cli.problem_messages import CHINESE_PROBLEMS
from privcrm.cli.reason_messages import CHINESE_REASONS
from privcrm.cli.session import Session
from privcrm.errors import InputError
from privcrm.jobs.model import JobState, OutcomeState
from privcrm.jobs.stop_reason import StopReason
from privcrm.services.files.problems import Problems
from privcrm.services.files.sentences import say
from privcrm.services.shops import ShopState
from privcrm.services.tagging.tagging import FOREIGN_IDS
from privcrm.store.retention import RULES
from tests.cli.commands import COMMANDS

CHINESE = CHINESE_SAID | CHINESE_HELP
ALL = CHINESE | CHINESE_PROBLEMS
SPEAKING = {"say": 0, "note": 0, "translate": 0, "chapter": 0, "agreed": 0, "agreed_for_good": 1}
"""Where each takes its text."""
SOURCES = sorted(Path(privcrm.cli.__file__).parent.rglob("*.py"))


def texts(node):
    return {each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)}


def first_texts(node):
    """Return the names in ``[("Name", value), …]``."""
    rows = [each for each in ast.walk(node) if isinstance(each, ast.Tuple) and each.elts]
    return {row.elts[0].value for row in rows if isinstance(row.elts[0], ast.Constant)}


def said_by(call):
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if not call.args:
        return set()
    if name in SPEAKING:
        return texts(call.args[SPEAKING[name]])
    if name == "facts":
        return first_texts(call.args[0])
    if name == "table":
        return texts(call.args[0]) | {text for key in call.keywords if key.arg == "title" for text in texts(key.value)}
    if isinstance(call.func, ast.Call) and getattr(call.func.func, "id", "") == "_":
        return texts(call.args[0])
    return set()


def said():
    for path in SOURCES:
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call):
                yield from said_by(call)


def helped():
    for command in COMMANDS.values():
        yield from paragraphs(command.help or "")
        # click keeps the help option that it makes for the first context it meets, for all that follow.
        context = click.Context(command, obj=Session(), **command.context_settings)
        for param in command.get_params(context):
            if getattr(param, "help", None):
                yield param.help


def from_tables():
    yield from (summary for _, summary in ROOT_COMMANDS.values())
    yield from (state.value for state in (*JobState, *OutcomeState, *ShopState))
    yield from (*tag.STAGES.values(), *sandbox.STAGES.values())
    yield from (*sync.STAGES.values(), *sync.DIFFERENCES.values())
    yield from tag_preview.READ_BY.values()
    yield from tag_rule.HIT_STATES.values()
    yield tag_move.FOR_GOOD
    yield from (segment.BUILDING, *segment_text.COMBINED.values())
    yield from (jobs.SENDING, *jobs.NEXT_STEPS, *jobs.EVERY_ITEM)
    yield from (*doubts.LOOK.values(), doubts.LOOK_ELSEWHERE)
    yield from demo.READERS.values()
    yield from (upkeep.CHECKING, shops.MAKING, frame.OPTIONS)
    yield from (options.TO_EMPLOYEES, options.TO_GROUPS, creating.WITH_FROM)
    for table in (each for name, each in vars(words).items() if name.isupper()):
        yield from table.values()
    yield from task.STATES.values()
    yield from (rule.what for rule in RULES)


def needed():
    chosen = {*said(), *helped(), *from_tables()}
    return {text for text in chosen if any(char.isalpha() for char in Formatter().format(strip(text)))}


def strip(text):
    """Return a message without its fields: what is only fields needs no translation."""
    return "".join(literal for literal, *_ in Formatter().parse(text)).replace("{", "").replace("}", "")


def test_everything_said_has_its_chinese():
    assert sorted(needed() - set(CHINESE)) == []


def test_nothing_in_the_catalogue_is_left_over():
    assert sorted(set(CHINESE) - needed()) == []


def test_why_a_job_stands_still_has_its_chinese():
    told = {"approval", "cancelled", "paused", "resolved", FOREIGN_IDS.partition(":")[0]}
    assert set(CHINESE_REASONS) == told | set(re.findall(r"\b[a-z_]+(?=[,.])", codes_of_reasons()))


def codes_of_reasons():
    return StopReason.__doc__.split("word for programs:")[1]


def problems():
    """Return the templates of all sentences that services say."""
    for path in sorted(Path(privcrm.services.__file__).parent.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "say":
                yield from (each.value for each in call.args if isinstance(each, ast.Constant))


def test_every_problem_has_its_chinese_and_nothing_is_left_over():
    assert sorted(set(problems()) - {"{what}"} ^ set(CHINESE_PROBLEMS)) == []


def test_problems_are_told_in_chinese_and_quote_as_they_did():
    session = Session()
    session.lang = "zh"
    told = Problems("list.csv")
    told.add(say("tag {tag!r} is unknown; did you mean {near}?", tag="VIP1", near="等级/VIP"), row=3, column="添加标签")
    assert [session.retell(each) for each in told.sentences()] == [
        "list.csv，第 3 行，添加标签 列：标签 'VIP1' 不存在；是不是 等级/VIP？"
    ]
    with pytest.raises(InputError) as caught:
        told.refuse()
    assert session.retell(caught.value.args[0]).startswith("list.csv：1 个问题；没有发送任何内容")
    assert session.retell("{braces} of a vendor") == "{braces} of a vendor"


@pytest.mark.parametrize("text", sorted(ALL))
def test_the_chinese_has_the_same_fields(text):
    fields = sorted(name for _, name, *_ in Formatter().parse(text) if name)
    assert sorted(name for _, name, *_ in Formatter().parse(ALL[text]) if name) == fields


def test_chinese_calls_a_member_as_the_field_does():
    assert not [text for text in ALL.values() if "会员" in text or "成员" in text]
