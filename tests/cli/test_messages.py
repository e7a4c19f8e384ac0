"""The catalogue: everything the command line says has its Chinese, and nothing in it is left over."""

import ast
from pathlib import Path
from string import Formatter

import click
import pytest

import privcrm.cli
from privcrm.cli import jobs, tag, tag_preview
from privcrm.cli.app import COMMANDS as ROOT_COMMANDS
from privcrm.cli.demo import tagging as demo
from privcrm.cli.frame import paragraphs
from privcrm.cli.help_messages import CHINESE_HELP
from privcrm.cli.messages import CHINESE as CHINESE_SAID
from privcrm.cli.session import Session
from privcrm.jobs.model import JobState, OutcomeState
from tests.cli.commands import COMMANDS

CHINESE = CHINESE_SAID | CHINESE_HELP
SPEAKING = {"say", "note", "translate", "chapter", "agreed"}
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
        return texts(call.args[0])
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
        context = click.Context(command, obj=Session())
        for param in command.get_params(context):
            if getattr(param, "help", None):
                yield param.help


def from_tables():
    yield from (summary for _, summary in ROOT_COMMANDS.values())
    yield from (state.value for state in (*JobState, *OutcomeState))
    yield from tag.STAGES.values()
    yield from tag_preview.READ_BY.values()
    yield from (jobs.SENDING, *jobs.NEXT_STEPS)
    yield from demo.READERS.values()


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


@pytest.mark.parametrize("text", sorted(CHINESE))
def test_the_chinese_has_the_same_fields(text):
    fields = sorted(name for _, name, *_ in Formatter().parse(text) if name)
    assert sorted(name for _, name, *_ in Formatter().parse(CHINESE[text]) if name) == fields


def test_chinese_calls_a_member_as_the_field_does():
    assert not [text for text in CHINESE.values() if "会员" in text or "成员" in text]
