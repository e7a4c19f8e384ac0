"""What was decided about live codes is told in words, whatever the kind; and every alarm has its words."""

import ast
import json
from importlib import import_module
from pathlib import Path

import pytest

import privcrm.services.live_codes
from privcrm.cli.live_code.decisions import what_was_decided, why_it_was
from privcrm.cli.live_code.words import ALARMS, DECISIONS, ROOMS
from privcrm.cli.session import Session
from privcrm.store.live_codes.notes import Decision

HOME = Path(privcrm.services.live_codes.__file__).parent


def kinds(*names):
    """Return the constants that are given to calls of these names, as kind of what is told."""
    for path in HOME.rglob("*.py"):
        module = import_module(".".join(("privcrm.services.live_codes", *path.relative_to(HOME).with_suffix("").parts)))
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "attr", "") in names:
                yield from constants(module, [*call.args, *(each.value for each in call.keywords)])


def constants(module, nodes):
    """Return the words among arguments: written out, or by the name of a constant."""
    for node in nodes:
        text = ast.unparse(node)
        name = text.rpartition(".")[2]
        if isinstance(node, ast.Constant) and str(node.value).isidentifier():
            yield node.value
        elif isinstance(node, ast.Name | ast.Attribute) and name.isupper():
            yield eval(text, vars(module))


def test_every_kind_of_alarm_has_its_words():
    found = {*kinds("alarm", "_alarm", "_let_wait")}
    assert len(found) > 8
    assert found - set(ALARMS) == set()


def test_every_kind_of_decision_has_its_words():
    found = {*kinds("decided", "_note")}
    assert len(found) > 8
    assert found | set(ROOMS) <= set(DECISIONS)


def test_no_word_is_left_over_from_a_decision_that_nobody_takes():
    said = {
        each.value
        for path in HOME.rglob("*.py")
        for each in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(each, ast.Constant)
    }
    assert set(DECISIONS) - set(ROOMS) - said == set()


POOL = {
    "pool": ["lisi"],
    "was": [],
    "tier": 1,
    "stands_in": True,
    "margin": 2,
    "lag_seconds": 1.5,
    "seats": {"free": 1, "offline": 1},
    "order": [["lisi", 0.5, 3, 5], ["wangwu", 1.25, 0, None]],
}
POOL_IN_ENGLISH = (
    "leads to lisi; before: -; seats: 1 free, 1 taken out; tier 1; the last tier stands in; next: lisi (share 0.50,"
    " today 3 of 5), wangwu (share 1.25, today 0); on the way, at most: 2"
)
POOL_IN_CHINESE = (
    "引向 lisi；此前：-；席位：1 可接待, 1 已暂停；梯队 1；由最后一个梯队顶替；接下来：lisi（人均 0.50，今日 3/5）,"
    " wangwu（人均 1.25，今日 0）；最多在途 2 人"
)
NEXT = {
    "generation": 2,
    "strategy": "spare_pool",
    "target": "wrB",
    "why": "group wrA is soft_full",
    "people": {"wrA": 181},
}


@pytest.mark.parametrize(
    ("what", "why", "english", "chinese"),
    [
        (
            "pushed",
            POOL,
            POOL_IN_ENGLISH,
            POOL_IN_CHINESE,
        ),
        (
            "next_group",
            NEXT,
            "group wrA is soft_full; strategy spare_pool; next: wrB; inside: wrA (181)",
            "群 wrA 快满；策略 spare_pool；下一个群：wrB；群内人数：wrA (181)",
        ),
        ("waits", NEXT | {"target": "", "people": {}}, "group wrA is soft_full; strategy spare_pool", None),
        ("scan_full", {"group": "wrA", "was": "open"}, "wrA; before: has room", "wrA；此前：有空位"),
        (
            "name_taken",
            {"group": "wrA", "number": 1001, "wanted_name": "福利群1001"},
            "wrA; number 1001; wanted name: 福利群1001",
            None,
        ),
        ("adopted", {"group": "wrA", "number": 2, "part": 0}, "wrA; number 2", "wrA；编号 2"),
        ("retired", ["wrA", "wrB"], "wrA, wrB", "wrA, wrB"),
        ("low_water", {"spares": 0, "low_water": 2}, "0 are left, 2 are wanted", "剩 0 个，应有 2 个"),
        ("listed", {"0": ["wrA", "wrB"]}, "Vendor's code 1: wrA, wrB", "平台码 1: wrA, wrB"),
        ("drift", [["staff_ids", "lisi", ""]], "staff_ids: lisi → -", None),
        ("drift", ["the note was changed"], "the note was changed", "备注被改动"),
        ("barred", {"lisi": "NotFound 40003"}, "lisi: NotFound 40003", None),
        ("rebound", {"because": "daily_cap"}, "daily cap reached", "已到每日上限"),
        ("rebound", {"because": "another tier works"}, "another tier works", "当前由另一个梯队接待"),
        ("image", {"group": "wrA", "expires_at": 0.0}, "wrA; good until 1970-01-01 08:00", None),
        ("of a later release", {"left": 3}, "left: 3", "left: 3"),
    ],
)
def test_why_it_was_decided_is_told_with_its_figures(what, why, english, chinese):
    session = Session()
    session.lang = "en"
    assert why_it_was(session, Decision(0.0, what, json.dumps(why))) == english
    session.lang = "zh"
    told = why_it_was(session, Decision(0.0, what, json.dumps(why)))
    assert told == chinese or (chinese is None and told)
    assert what_was_decided(session, Decision(0.0, what, "")) == session.translate(DECISIONS.get(what, what))


def test_what_is_no_json_is_told_as_it_is():
    session = Session()
    session.lang = "zh"
    assert why_it_was(session, Decision(0.0, "spare_added", "wrA")) == "wrA"
    why = "the vendor did not delete its code, which still works: wecom del: gone (attempt 1)"
    assert why_it_was(session, Decision(0.0, "orphan", why)).startswith("平台没有删除活码")
