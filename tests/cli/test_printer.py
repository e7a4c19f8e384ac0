"""Output: one place, one object, nothing that moves a terminal's cursor."""

import io
import json
import re

import pytest
from rich.cells import cell_len

from privcrm.cli.printer import Printer, safe
from privcrm.cli.progress import Lines, progress
from privcrm.cli.session import Session
from privcrm.cli.times import beijing, duration, iso


def printer(**modes):
    settings = {"json": False, "quiet": False} | modes
    return Printer(
        **settings, translate=Session().translate, retell=Session().retell, stdout=io.StringIO(), stderr=io.StringIO()
    )


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("\x1b[2Jgone", "\\u001b[2Jgone"),
        ("abc\u202egnp.exe", "abc\\u202egnp.exe"),
        ("a\u2066b\u2069", "a\\u2066b\\u2069"),
        ("a\rb\x07", "a\\u000db\\u0007"),
        ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
        ("王小明 VIP👨\u200d👩\u200d👧 ñ", "王小明 VIP👨\u200d👩\u200d👧 ñ"),
    ],
)
def test_characters_that_rewrite_a_terminal_are_written_out(given, shown):
    assert safe(given) == shown


def test_text_from_a_vendor_is_escaped_wherever_it_is_printed():
    out = printer()
    out.say("{name}", name="\x1b[31m")
    out.table(("A",), [("\x1b[31m",)])
    out.facts([("A", "\x1b[31m"), ("\x1b[31m", "head of a column of somebody's file")])
    out.note("{name}", name="\x1b[31m")
    out.error("\x1b[31m", ["\x1b[31m"])
    assert "\x1b" not in out.stdout.getvalue() + out.stderr.getvalue()
    assert (out.stdout.getvalue() + out.stderr.getvalue()).count("\\u001b") == 7


def test_with_json_only_the_object_is_on_standard_output():
    out = printer(json=True)
    out.say("hello")
    out.table(("A",), [("b",)])
    out.facts([("A", "b")])
    out.note("remark")
    out.result({"答": "\x1b", "n": 1})
    assert json.loads(out.stdout.getvalue()) == {"答": "\x1b", "n": 1}
    assert out.stdout.getvalue().count("\n") == 1
    assert "\x1b" not in out.stdout.getvalue()
    assert out.stderr.getvalue() == "remark\n"


@pytest.mark.parametrize("code", [0x7F, 0x85, 0x9B, 0xAD, 0x200B, 0x202E, 0x2028, 0xD800, 0xE000, 0xE0041, 0xFFFFE])
def test_json_writes_out_what_moves_a_terminal_and_means_the_same(code, tmp_path):
    name = f"王{chr(code)}\u3000x"
    out = printer(json=True)
    out.result({"name": name})
    out.lines("-", [{"name": name}])
    out.lines(str(tmp_path / "rows.jsonl"), [{"name": name}])
    shown = [*out.stdout.getvalue().splitlines(), (tmp_path / "rows.jsonl").read_text(encoding="utf-8").rstrip("\n")]
    assert [json.loads(line) for line in shown] == [{"name": name}] * 3
    assert all(chr(code) not in line and "王" in line and "\u3000" in line for line in shown)


def test_a_table_off_a_terminal_is_plain_whole_and_takes_markup_literally():
    out = printer()
    out.table(("Name", "Id"), [("[bold]王小明[/bold]", "x" * 300), (":smile:", "2\n3")])
    lines = out.stdout.getvalue().splitlines()
    assert len(lines) == 3
    assert "[bold]王小明[/bold]" in lines[1]
    assert "x" * 300 in lines[1]
    assert lines[2].split() == [":smile:", "2", "3"]


def test_on_a_narrow_terminal_names_and_figures_are_whole_and_nothing_is_cut(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    out = printer()
    monkeypatch.setattr(out.stdout, "isatty", lambda: True)
    rows = [("calls_per_minute_per_address", 4294967295, "word " * 30, "https://vendor/" + "x" * 50)]
    out.table(("Limit", "Value", "Scope", "Source"), rows)
    shown = re.sub("\x1b\\[[0-9;]*m", "", out.stdout.getvalue())
    assert "calls_per_minute_per_address" in shown
    assert "4,294,967,295" in shown
    assert shown.count("x") == 50
    assert "…" not in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_quiet_leaves_errors_and_results():
    out = printer(quiet=True)
    out.note("remark")
    out.error("wrong")
    out.say("result")
    assert (out.stdout.getvalue(), out.stderr.getvalue()) == ("result\n", "Error: wrong\n")


def test_progress_lines_come_with_each_stage_then_seldom_and_tell_rate_and_time_left():
    out = printer()
    now = [100.0]
    report = Lines(out, lambda: now[0])
    for done in range(0, 1001, 100):
        report("Sending", done, 1000)
        now[0] += 1.0
    for done in (3, 5, 7):
        report("Checking", done, None)
    report.flush()
    assert out.stderr.getvalue().splitlines() == [
        "Sending: 0 / 1,000",
        "Sending: 500 / 1,000 (100/s, 5.0 s left)",
        "Sending: 1,000 / 1,000 (100/s)",
        "Checking: 3",
        "Checking: 7",
    ]


def test_what_is_told_while_a_bar_stands_is_put_above_it(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    screen = Terminal()
    told = Session()
    out = Printer(json=False, quiet=False, translate=told.translate, retell=told.retell, stdout=screen, stderr=screen)
    with progress(out) as report:
        report("Sending", 1, 3)
        out.note("a remark")
        out.say("a result")
        report("Sending", 3, 3)
    assert (out.stdout, out.stderr) == (screen, screen)
    for line in ("a remark", "a result"):
        assert re.search(rf"\x1b\[2K{line}\n", screen.getvalue()), "the line was empty before"
    assert "3/3" in screen.getvalue().rpartition("a result")[2]


def test_a_result_that_goes_elsewhere_does_so_while_a_bar_stands(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    out = Printer(json=False, quiet=False, translate=str, retell=str, stdout=io.StringIO(), stderr=Terminal())
    with progress(out) as report:
        report("Sending", 1, 3)
        out.say("a result")
    assert out.stdout.getvalue() == "a result\n"
    assert "a result" not in out.stderr.getvalue()


def test_times_are_beijing_for_people_and_utc_for_programs():
    assert beijing(1_767_225_600.0) == "2026-01-01 08:00"
    assert iso(1_767_225_600.0) == "2026-01-01T00:00:00+00:00"
    assert (beijing(None), iso(None)) == ("", None)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.42, "0.4 s"),
        (59.4, "59 s"),
        (75, "1 min 15 s"),
        (3599.6, "1 h 00 min"),
        (7500, "2 h 05 min"),
        (97_200, "1 d 03 h"),
    ],
)
def test_a_duration_shows_its_two_largest_units(seconds, text):
    assert duration(seconds) == text


def test_a_duration_is_told_in_chinese():
    session = Session()
    session.lang = "zh"
    told = [duration(seconds, session.translate) for seconds in (0.42, 75, 7500, 97_200)]
    assert told == ["0.4 秒", "1 分 15 秒", "2 小时 05 分", "1 天 03 小时"]


@pytest.mark.parametrize("seconds", [1e13, 1e300, float("inf"), -1e13, -1e300])
def test_absurd_times_are_the_ends_of_the_calendar(seconds):
    assert beijing(seconds)[:4] in ("9999", "0001", "1-01")
    assert iso(seconds)[:4] in ("9999", "0001")
    assert duration(abs(seconds)) == "999999 d 00 h"


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture(params=[60, 80, 120])
def terminal(request, monkeypatch):
    """Return a printer onto a terminal of so many columns."""
    monkeypatch.setenv("COLUMNS", str(request.param))
    return Printer(json=False, quiet=False, translate=str, retell=str, stdout=Terminal()), request.param


def shown(out):
    """Return the lines that a terminal shows."""
    return re.sub(r"\x1b\[[0-9;]*m", "", out.stdout.getvalue()).splitlines()


GROUP = ("wrKUqgTbUG8EFOCpDw-YkgpW_o-fHB", "福利群一百二十三", "nearly full", 187, 200, 12, 3, "yes")


def test_a_terminal_that_is_too_narrow_loses_nothing_of_a_table(terminal):
    out, columns = terminal
    names = ("Group", "Name", "State", "Inside", "By scanning", "Joined", "On the way", "Prepared")
    out.table(names, [GROUP, GROUP])
    lines = shown(out)
    assert all(cell_len(line) <= columns for line in lines)
    told = "\n".join(lines)
    assert [told.count(str(each)) for each in GROUP[:3]] == [2, 2, 2]
    assert all(name in told for name in names)


def test_a_table_that_just_fits_is_no_record(terminal):
    out, columns = terminal
    count = columns // 20
    each, rest = divmod(columns - 3 * count + 1, count)
    row = ["x" * (each + rest), *("y" * each for _ in range(count - 1))]
    out.table([f"No. {place}" for place in range(count)], [row])
    assert "   ".join(row) in "\n".join(shown(out))


def test_a_long_text_is_folded_where_it_can_still_be_read(terminal):
    out, columns = terminal
    text = "the groups are full, and the vendor has opened no other for 120 seconds" * 3
    out.table(("Alarm", "Since", "Details"), [("No new group came", "2026-11-29 07:52", text)])
    lines = shown(out)
    assert all(cell_len(line) <= columns for line in lines)
    assert "No new group came" in "".join(lines)
    assert max(len(line.strip()) for line in lines[3:]) >= 24


def test_facts_are_folded_beside_their_name_and_an_address_stays_whole(terminal):
    out, columns = terminal
    address = "https://wework.qpic.cn/" + "wwpic" * 30
    out.facts([("Next group", "no other group is needed yet: one has plenty of room " * 3), ("Picture", address)])
    *folded, last = out.stdout.getvalue().splitlines()
    assert len(folded) > 1
    assert all(line.startswith(" " * 14) for line in folded[1:])
    assert all(cell_len(line) <= columns for line in folded)
    assert last == f"  Picture     {address}"
