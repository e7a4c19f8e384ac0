"""Segments from a terminal: the mirror is read once, then counted, exported, explained, saved and frozen."""

import csv
import io
import json
import re
import stat

import pytest

from privcrm.models.segments.vocabulary import NAMES
from tests.cli.conftest import Ran


@pytest.fixture
def run(privcrm, memory_company):
    """Run a command line for a company whose mirror was read."""
    assert privcrm("sync", "--quiet").code == 0
    return privcrm


def ids(done: Ran) -> list[str]:
    return [row[0] for row in csv.reader(io.StringIO(done.out))][1:]


VIP = 'HasTag("客户等级/VIP")'
POTENTIAL = 'HasTag("潜在") | HasAnyTagOf("消费频次")'


def test_a_count_says_how_old_the_data_are(run):
    done = run("segment", "count", VIP)
    assert done.code == 0
    assert "Members: 1\n" in done.out
    assert "Data as of 20" in done.out
    assert "oldest" in done.out


def test_a_count_in_json_is_one_object(run):
    by_index, by_sql = run("segment", "count", VIP, "--json").json, run("segment", "count", VIP, "--sql", "--json").json
    assert by_index == by_sql
    assert by_index["members"] == 1
    assert by_index["expression"] == VIP
    assert by_index["oldest"] <= by_index["newest"]


def test_chinese_is_read_and_said(run):
    done = run("--lang", "zh", "segment", "count", '有标签("VIP") 或 仅在群()')
    assert done.code == 0
    assert "客户：" in done.out


def test_a_mirror_that_was_never_read_says_so(privcrm, memory_company):
    assert "privcrm sync" in privcrm("segment", "count", "InAnyGroup()").out


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ('HasTag("VIP"', "line 1, column 13"),
        ('HasTag("VIPP")', "did you mean 客户等级/VIP?"),
        ('HasTag("其他")', "write Group/Tag"),
        ("@nobody", "no segment 'nobody'"),
    ],
)
def test_what_is_wrong_with_an_expression_is_said(run, expression, said):
    done = run("segment", "count", expression)
    assert done.code == 2
    assert said in done.err
    in_json = run("segment", "count", expression, "--json")
    assert said.split("?", maxsplit=1)[0] in in_json.json["message"]


def test_a_place_is_shown_with_a_mark(run):
    lines = run("segment", "count", 'HasTag("VIP"').err.splitlines()
    mark = next(number for number, line in enumerate(lines) if line.strip() == "^")
    assert lines[mark - 1].strip() == 'HasTag("VIP"'


def test_an_export_lists_members_with_their_staff(run, tmp_path):
    to_screen = run("segment", "export", POTENTIAL)
    assert to_screen.out.startswith("member_id,staff_ids\r\n")
    counted = run("segment", "count", POTENTIAL, "--json").json["members"]
    assert len(ids(to_screen)) == counted > 1
    done = run("segment", "export", POTENTIAL, "--out", "keen.csv", "--json")
    assert done.json == {"members": counted, "path": "keen.csv"}
    file = tmp_path / "keen.csv"
    assert file.read_text(encoding="utf-8-sig") == to_screen.out.replace("\r\n", "\n")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    lines = run("segment", "export", POTENTIAL, "--jsonl").out.splitlines()
    assert [json.loads(line)["member_id"] for line in lines] == ids(to_screen)
    run("segment", "export", POTENTIAL, "--jsonl", "keen.jsonl")
    assert (tmp_path / "keen.jsonl").read_text(encoding="utf-8").splitlines() == lines
    assert stat.S_IMODE((tmp_path / "keen.jsonl").stat().st_mode) == 0o600


@pytest.mark.parametrize("more", [("--json",), ("--jsonl", "a.jsonl", "--out", "b.csv")])
def test_two_outputs_at_once_are_refused(run, more):
    assert run("segment", "export", VIP, *more).code == 2


def test_an_explanation_names_the_clauses(run):
    [member] = ids(run("segment", "export", VIP))
    told = run("segment", "explain", member, f"{VIP} & ~InGroupTagged")
    assert told.code == 2
    told = run("segment", "explain", member, f"{VIP} & ~AddedWithin(days=0)")
    assert told.out.startswith("Selected.\n+ all of:\n  + HasTag(")
    assert "客户等级/VIP" in told.out.splitlines()[3]
    in_json = run("segment", "explain", member, f"~{VIP}", "--json").json
    assert in_json["selected"] is False
    assert [(each["kind"], each["holds"]) for each in in_json["findings"]] == [("not", False), ("clause", True)]
    assert in_json["findings"][1]["found"][0]["tags"] == ["客户等级/VIP"]
    unknown = run("segment", "explain", "nobody-knows", VIP)
    assert (unknown.code, "nobody-knows" in unknown.err) == (2, False)


def test_segments_are_saved_listed_and_deleted(run):
    assert "Saved: @keen is" in run("segment", "save", "keen", 'HasTag("VIP")').out
    assert run("segment", "count", "@keen", "--json").json["members"] == 1
    listed = run("segment", "list", "--json").json
    assert [(each["name"], each["expression"], each["frozen"]) for each in listed["segments"]] == [("keen", VIP, "")]
    assert "keen" in run("segment", "list").out
    assert run("segment", "check", "--json").json == {"frozen": [], "exit_code": 0}
    assert run("segment", "delete", "keen").code == 0
    assert run("segment", "delete", "keen").code == 2
    assert "Nothing yet." in run("segment", "list").out


def test_snapshots_are_taken_by_name_or_expression(run):
    run("segment", "save", "keen", VIP)
    taken = run("segment", "snapshot", "keen", "--json").json
    assert (taken["name"], taken["members"]) == ("keen", 1)
    other = run("segment", "snapshot", POTENTIAL, "--name", "spring", "--sql", "--json").json
    assert other["name"] == "spring"
    assert run("segment", "count", f"@snapshot:{taken['id']}", "--json").json["members"] == 1
    listed = run("segment", "list", "--snapshots", "--json").json
    assert {each["id"] for each in listed["snapshots"]} == {taken["id"], other["id"]}
    assert run("segment", "delete", f"@snapshot:{taken['id']}").code == 0
    assert run("segment", "count", f"@snapshot:{taken['id']}").code == 2


def test_a_whole_segment_is_tagged(run):
    planned = run(
        "tag", "apply", "--segment", POTENTIAL, "--add", "复购", "--remove", "沉睡", "--dry-run", "--json"
    ).json
    counted = run("segment", "count", POTENTIAL, "--json").json["members"]
    assert planned["preview"]["members"] == planned["preview"]["rows"] == counted
    taken = run("segment", "snapshot", POTENTIAL, "--json").json["id"]
    done = run("tag", "apply", "--segment", f"@snapshot:{taken}", "--add", "复购", "--yes", "--json")
    assert done.code == 0
    assert done.json["counts"]["done"] > 0


@pytest.mark.parametrize(
    "line",
    [
        ("members.csv", "--segment", VIP, "--add", "复购"),
        ("--add", "复购"),
        ("--segment", VIP),
        ("members.csv", "--add", "复购"),
        ("--segment", VIP, "--add", "复购", "--key", "phone"),
        (),
    ],
)
def test_it_must_be_clear_whom_tags_are_for(privcrm, memory_company, line):
    done = privcrm("tag", "apply", *line)
    assert done.code == 2
    assert "--segment" in done.err


def test_a_saved_segment_stands_in_an_expression(run):
    assert run("segment", "save", "会员", VIP).code == 0
    done = run("segment", "count", "@会员 且 非 在任一群()", "--json")
    assert done.code == 0, done.err
    assert done.json["expression"] == f"{VIP} & ~InAnyGroup()"
    rule = run("tag", "rule", "add", "all", "--segment", "@会员", "--add", "客户等级/VIP", "--json")
    assert rule.json["when"] == [f"Matches({VIP})"]


def test_help_names_every_condition_in_both_languages(privcrm):
    english, chinese = privcrm("segment", "--help").out, privcrm("--lang", "zh", "segment", "--help").out
    latin = [name for name in NAMES if name.isascii() and name[0].isupper()]
    ours = [name for name in NAMES if not name.isascii()]
    assert len(latin) == len(ours) > 0
    assert [name for name in latin if not re.search(rf"\b{name}\b", english)] == []
    assert [name for name in ours if name not in "".join(chinese.split())] == []
