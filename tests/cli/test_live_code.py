"""Live codes from a terminal, on a simulated company over HTTP."""

import csv
import io
import json
import re
import signal
import sqlite3
import urllib.error
import urllib.request
from contextlib import closing
from getpass import getuser
from zipfile import ZipFile

import pytest
from PIL import Image

from privcrm.sandbox import Sandbox
from privcrm.services.live_codes.pictures.reading import read_code
from tests.cli.processes import started

KEY = "S001"


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(members=40, staff=6, groups=3) as company:
        yield company


@pytest.fixture
def company(sandbox, tmp_path):
    """A company as it was in the beginning, described by the env file ``e``."""
    urllib.request.urlopen(urllib.request.Request(f"{sandbox.control_url}reset", method="POST"), timeout=10).close()
    (tmp_path / "e").touch(0o600)
    (tmp_path / "e").write_text("".join(f"{name}={value}\n" for name, value in sandbox.env.items()))
    return sandbox


@pytest.fixture
def run(privcrm, company):
    return lambda *args: privcrm("--env-file", "e", "live-code", *args)


@pytest.fixture
def staff(company):
    """Return the ids of employees who serve."""
    return [row["userid"] for row in books(company, "staff") if row["state"] == "active"]


def books(company, what):
    """Return the company's own list of something."""
    with urllib.request.urlopen(f"{company.control_url}state/{what}?limit=1000", timeout=10) as answer:
        return json.load(answer)["items"]


def done(ran):
    """Return what a command printed as JSON, after looking that it did what it should."""
    assert ran.code == 0, ran.err
    return ran.json


@pytest.fixture
def made(run, staff):
    """Make a code that leads to two employees."""
    done(run("create", KEY, "--staff", f"{staff[0]}:2,{staff[1]}", "--name", "徐汇店", "--json"))


@pytest.fixture
def group(company, staff):
    """Return an empty group."""
    return company.act("staff_creates_group", userid=staff[0], name="福利群1")["chat_id"]


def scanned(lines):
    """Read a code that was printed as half blocks, as a phone would."""
    halves = {"█": (0, 0), "▀": (0, 255), "▄": (255, 0), " ": (255, 255)}
    rows = [[halves[block][half] for block in line] for line in lines for half in (0, 1)]
    image = Image.new("L", (len(rows[0]), len(rows)))
    image.putdata([pixel for row in rows for pixel in row])
    file = io.BytesIO()
    image.resize((image.width * 8, image.height * 8), Image.Resampling.NEAREST).save(file, format="PNG")
    return read_code(file.getvalue())


def test_a_staff_code_is_made_once_and_found_again(run, company, staff):
    line = ("create", KEY, "--staff", f"{staff[0]}:2,{staff[1]}", "--pool", "1", "--name", "徐汇店")
    assert run(*line).out == "S001: created\n"
    assert run(*line).out == "S001: unchanged\n"
    (code,) = books(company, "live_codes")
    assert (code["type"], code["user"]) == (2, [staff[0]])
    refused = run("create", KEY, "--staff", staff[1])
    assert refused.code == 2
    assert "another" in refused.err
    assert [row["key"] for row in done(run("list", "--json"))["codes"]] == [KEY]
    assert "徐汇店  employees  in use" in run("list").out
    shown = done(run("show", KEY, "--json"))
    assert shown["vendor_codes"][0]["config_id"] == code["config_id"]
    assert [(seat["staff_id"], seat["weight"]) for seat in shown["seats"]] == [(staff[0], 2), (staff[1], 1)]
    assert len(shown["links"]) == 1
    untagged = run("create", "S002", "--staff", staff[0], "--tag", "nobody made it")
    assert untagged.code == 1
    assert "tag 'nobody made it' is unknown" in untagged.out
    assert "nobody made it (not put on anybody: " in run("show", "S002").out
    untagged = done(run("show", "S002", "--json"))
    assert (untagged["entry_tags"], untagged["entry_tags_kept"]) == (["nobody made it"], False)
    known = next(row["name"] for row in books(company, "tags"))
    assert run("create", "S003", "--staff", staff[0], "--tag", known).code == 0
    assert f"{known}\n" in run("show", "S003").out
    assert done(run("show", "S003", "--json"))["entry_tags_kept"] is True


def test_the_codes_of_a_page_that_chooses_are_told_by_their_employees(run, privcrm, staff):
    assert run("create", KEY, "--staff", f"{staff[0]},{staff[1]}", "--routing", "pull").code == 0
    told = run("show", KEY).out
    for each in staff[:2]:
        assert f"Vendor's code of {each}" in told
        assert f"Its picture for {each}" in told
    told = privcrm("--env-file", "e", "--lang", "zh", "live-code", "show", KEY).out
    assert f"{staff[0]} 的平台码" in told


def test_employees_are_taken_out_put_back_and_exchanged(run, company, staff, made):
    assert run("update", KEY, "--offline", staff[0]).out == "S001: changed\n"
    assert books(company, "live_codes")[0]["user"] == [staff[1]]
    told = done(run("explain", KEY, "--json"))
    assert [(seat["reason"], seat["staff_id"]) for seat in told["seats"]] == [("offline", staff[0]), ("free", staff[1])]
    assert "taken out" in run("explain", KEY).out
    done(run("update", KEY, "--online", staff[0], "--remove", staff[1], "--seat", f"{staff[2]};cap=5", "--json"))
    shown = done(run("show", KEY, "--json"))
    assert [(seat["staff_id"], seat["weight"], seat["daily_cap"]) for seat in shown["seats"]] == [
        (staff[0], 2, None),
        (staff[2], 1, 5),
    ]
    unknown = run("update", KEY, "--offline", staff[3])
    assert unknown.code == 2
    assert f"has no seat of '{staff[3].lower()}'" in unknown.err
    assert run("update", KEY).code == 2


def test_what_others_changed_is_told_and_mended(run, company, staff, made):
    assert done(run("reconcile", "--json"))["codes"][0]["outcome"] == "unchanged"
    code = books(company, "live_codes")[0]["config_id"]
    company.act("admin_edits_live_code", config_id=code, user=[staff[3]])
    shadow = done(run("reconcile", KEY, "--force", "--shadow", "--json"))["codes"][0]
    assert (shadow["outcome"], shadow["drift"][0]["found"]) == ("shadow", staff[3])
    assert books(company, "live_codes")[0]["user"] == [staff[3]]
    assert "Changed at the vendor." in run("reconcile", KEY, "--force").out
    assert sorted(books(company, "live_codes")[0]["user"]) == sorted(staff[:2])
    company.act("admin_edits_live_code", config_id=code, delete=True)
    gone = run("reconcile", KEY, "--force", "--json")
    assert (gone.code, gone.json["codes"][0]["outcome"]) == (1, "gone")
    assert {each["kind"] for each in done(run("report", KEY, "--json"))["alarms"]} == {"drift", "gone"}
    assert "The vendor has no such code any more" in run("show", KEY).out


def test_a_code_that_cannot_be_looked_after_keeps_no_other_from_it(run, made):
    assert run("create", "broken", "--group", "wrMistyped").code == 1
    later = run("create", "later", "--strategy", "images")
    assert (later.code, later.out) == (0, "later: created\n")
    assert "qr later --link DOMAIN" in later.err, "there is no picture of the vendor's to be printed"
    told = run("reconcile", "--json")
    assert (told.code, [each["key"] for each in told.json["codes"]]) == (1, [KEY, "broken", "later"])
    assert "message" in told.json["codes"][1]
    assert run("reconcile", "broken").code == 4


def test_a_group_code_takes_groups_and_says_how_long_they_last(run, company, staff, group):
    assert run("create", "welfare", "--group", group, "--strategy", "spare_pool", "--owner", staff[0]).code == 0
    spare = company.act("staff_creates_group", userid=staff[0], name="福利群2")["chat_id"]
    added = run("add-group", "welfare", spare, "wrNOBODY", "--json")
    assert added.code == 1
    assert [each["added"] for each in added.json["groups"]] == [True, False]
    report = done(run("report", "welfare", "--json"))
    assert [(each["group_id"], each["state"]) for each in report["groups"]] == [(group, "open"), (spare, "spare")]
    assert "spare" in run("show", "welfare").out
    assert group in run("explain", "welfare").out
    (forecast,) = run("forecast", "--until", "20:00", "--json").json["forecasts"]
    assert (forecast["spares"], forecast["short_by"]) == (1, 0)
    assert run("forecast", "welfare", "--until", "noon").code == 2
    assert run("update", "welfare", "--strategy", "native", "--prefix", "福利群").code == 0
    assert books(company, "live_codes")[0]["auto_create_room"] == 1
    assert run("update", "welfare", "--offline", staff[0]).code == 2
    assert run("report", "welfare").out.splitlines()[0].split()[0] == "Group"


def test_groups_are_taken_out_of_use_put_back_and_given_bounds_of_their_own(run, company, staff, group):
    assert run("create", "welfare", "--group", group, "--strategy", "spare_pool", "--owner", staff[0]).code == 0
    spare = company.act("staff_creates_group", userid=staff[0], name="福利群2")["chat_id"]
    assert run("add-group", "welfare", spare).code == 0
    retired = run("retire-group", "welfare", spare, "wrNOBODY", "--json")
    assert (retired.code, retired.json["retired"]) == (1, 1)
    again = run("retire-group", "welfare", spare)
    assert again.code == 1
    assert again.out.splitlines() == ["Groups taken out of use: 0 of 1.", f"  Not in use  {spare}"]
    decisions = done(run("explain", "welfare", "--json"))["decisions"]
    assert [json.loads(each["why"]) for each in decisions if each["what"] == "retired"] == [[spare]]
    report = done(run("report", "welfare", "--json"))
    assert ([each["group_id"] for each in report["groups"]], report["counts"]["retired"]) == ([group], 1)
    assert run("add-group", "welfare", spare).code == 0
    told = done(
        run(
            "group-capacity",
            "welfare",
            spare,
            "--scan-cap",
            "600",
            "--source",
            "client",
            "--as-of",
            "2026-12-01",
            "--json",
        )
    )
    assert (told["scan_cap"], told["hard_cap"], told["source"], told["as_of"]) == (600, 600, "client", "2026-12-01")
    assert done(run("group-capacity", "welfare", spare, "--scan-cap", "600", "--json"))["source"] == "set by hand"
    report = done(run("report", "welfare", "--json"))
    assert [(each["scan_cap"], each["state"]) for each in report["groups"]] == [(200, "open"), (600, "spare")]
    assert run("group-capacity", "welfare", spare).code == 2
    assert run("group-capacity", "welfare", "wrNOBODY", "--scan-cap", "9").code == 2
    assert run("group-capacity", "welfare", spare, "--scan-cap", "9", "--as-of", "soon").code == 2


def test_a_code_is_told_to_go_its_own_way_again(run, group):
    assert run("create", "welfare", "--group", group).code == 0
    assert done(run("retry", "welfare", "--json"))["key"] == "welfare"
    told = run("explain", "welfare").out
    assert "own way" in told
    assert f"asked for by {getuser()}" in told
    assert told.splitlines()[0].split() == ["Group", "Why"]


def test_a_gate_is_opened_by_somebody_who_says_so(run, group):
    assert run("create", "spring", "--group", group, "--min-start", "60").code == 0
    assert done(run("list", "--json"))["codes"][0]["life"] == "draft"
    assert "0 of 60 people have committed" in run("open", "spring").err
    assert run("open", "spring", "--in-spite-of-gate").out == "spring is open.\n"


def test_pictures_are_shown_written_and_taken(run, made, group, tmp_path):
    text = done(run("qr", KEY, "--json"))["text"]
    shown = run("qr", KEY).out
    assert shown.endswith(f"S001 leads to {text}\n")
    assert scanned(shown.splitlines()[:-1]) == text
    assert "\x1b" not in shown, "colours are for terminals"
    assert run("qr", KEY, "--out", "a.png").code == run("qr", KEY, "--out", "b.svg", "--caption", "徐汇店").code == 0
    assert run("qr", KEY, "--out", "c.png", "--size", "card").code == 0
    assert (tmp_path / "b.svg").read_text("utf-8").startswith("<svg")
    assert done(run("qr", KEY, "--link", "go.example.com", "--json"))["text"].startswith("https://go.example.com/")
    assert run("qr", KEY, "--out", "d.gif").code == 2
    assert run("qr", KEY, "--size", "a4").code == 2
    assert run("create", "pictures", "--group", group, "--strategy", "images").code == 0
    image = done(run("add-image", "pictures", group, "a.png", "--valid-until", "2099-01-01", "--json"))
    assert image["expires_at"] == "2099-01-01T16:00:00+00:00"
    assert run("add-image", "pictures", group, "b.svg").code == 2


def test_codes_of_shops_are_made_changed_and_printed(run, company, staff, tmp_path):
    path = tmp_path / "shops.csv"
    path.write_text(f"门店编码,店名,员工\nS1,徐汇店,{staff[0]}*3;{staff[1]}\nS2,静安店,{staff[2]}\n", encoding="utf-8")
    assert "Dry run: nothing was made." in run("create", "--from", path, "--dry-run").out
    assert books(company, "live_codes") == []
    made = done(run("create", "--from", path, "--out", "o.csv", "--zip", "c.zip", "--sheet", "c.pdf", "--json"))
    assert (made["counts"], made["written"]) == ({"created": 2}, {"zip": 2, "sheet": 1, "out": 2})
    assert sorted(ZipFile(tmp_path / "c.zip").namelist()) == ["S1_徐汇店.png", "S2_静安店.png"]
    with (tmp_path / "o.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [(row["code"], row["state"]) for row in csv.DictReader(file)] == [("S1", "created"), ("S2", "created")]
    path.write_text(path.read_text("utf-8").replace("静安店", "静安寺店"), encoding="utf-8")
    assert done(run("create", "--from", path, "--json"))["counts"] == {"unchanged": 1, "changed": 1}
    assert len(books(company, "live_codes")) == 2
    path.write_text("门店编码,员工\nS3,\n", encoding="utf-8")
    wrong = run("create", "--from", path)
    assert wrong.code == 2
    assert "names no employee" in wrong.err
    assert (
        run("create", KEY, "--from", path).code == run("create", KEY, "--zip", "c.zip").code == run("create").code == 2
    )


def test_of_a_list_the_rows_are_counted_not_the_codes_in_none(run, staff, made, tmp_path):
    path = tmp_path / "shops.csv"
    path.write_text(f"门店编码,店名,员工\nS8,徐汇店,{staff[0]}\nS9,静安店,{staff[1]}\n", encoding="utf-8")
    told = run("create", "--from", path, "--dry-run")
    assert "Making codes: 2" in told.err
    assert "Making codes: 3" not in told.err
    assert "in no row; it stays" in told.out


def test_what_the_vendor_keeps_is_exported_adopted_and_deleted(run, company, staff, made, tmp_path):
    assert run("export", "--out", "codes.csv").code == 0
    with (tmp_path / "codes.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["key"], row["config_id"]) == (KEY, books(company, "live_codes")[0]["config_id"])
    assert json.loads(run("export", "--jsonl").out)["config_id"] == row["config_id"]
    assert run("export", "--json").code == 2
    assert run("delete", KEY).code == 2
    assert run("delete", KEY, "--yes").out == "S001: deleted\n"
    assert books(company, "live_codes")[0]["deleted_at"] is not None
    assert run("list").out == "Nothing yet.\n"
    assert "deleted" in run("list", "--deleted").out
    assert json.loads(run("export", "--jsonl").out)["code_life"] == "deleted"


def test_before_a_code_is_deleted_it_is_named_once(run, privcrm, staff, made, monkeypatch):
    assert run("create", "gate", "--staff", staff[0]).code == 0
    asked = []
    monkeypatch.setattr("privcrm.cli.for_good.sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("privcrm.cli.for_good.click.confirm", lambda question, **_: asked.append(question))
    assert run("delete", "gate").out == run("delete", KEY).out == "Nothing was deleted.\n"
    privcrm("--env-file", "e", "--lang", "zh", "live-code", "delete", "gate")
    assert [question.partition(" of ")[0] for question in asked[:2]] == [
        "Delete live code gate",
        "Delete live code S001 (徐汇店)",
    ]
    assert "的活码 gate？" in asked[2]


def test_a_code_of_elsewhere_is_taken_over(run, company, staff, privcrm, tmp_path):
    done(run("create", KEY, "--staff", staff[0], "--json"))
    (code,) = books(company, "live_codes")
    (tmp_path / "privcrm.db").rename(tmp_path / "lost.db")
    assert run("adopt", code["config_id"], "rescued").out == "rescued: created\n"
    assert done(run("show", "rescued", "--json"))["vendor_codes"][0]["state"] == code["state"]


def test_it_speaks_chinese(privcrm, run, made):
    told = privcrm("--env-file", "e", "--lang", "zh", "live-code", "show", KEY).out
    assert "引向" in told
    assert "无人可接待时" in told
    assert "权重" in told
    refused = privcrm("--env-file", "e", "--lang", "zh", "live-code", "delete", KEY)
    assert "此操作无法撤销" in refused.err


def test_why_it_stands_there_is_told_in_chinese(privcrm, run, staff, group):
    def chinese(*args):
        return privcrm("--env-file", "e", "--lang", "zh", *args).out

    line = ("--strategy", "spare_pool", "--prefix", "福利群", "--owner", staff[0], "--low-water", "1")
    assert run("create", "welfare", "--group", group, *line).code == 0
    told = chinese("live-code", "explain", "welfare")
    assert "群内 1 人，扫码上限 200（默认）；使用中：再来 179 人就准备下一个群" in told
    assert "暂不需要下一个群：还有群有充足的空位" in told
    assert "还剩 0 个备用群，应有 1 个：请再建 1 个" in told
    assert "备用群不足  剩 0 个，应有 1 个" in told
    assert "为活码 welfare 建 1 个空群，从 福利群2 开始命名" in chinese("task", "list")
    assert "人工建的备用群 (spare_pool)" in chinese("live-code", "show", "welfare")
    decision = done(run("explain", "welfare", "--json"))["decisions"][0]
    assert (decision["what"], json.loads(decision["why"])) == ("low_water", {"spares": 0, "low_water": 1})


def test_what_is_done_while_nobody_is_free_is_told_in_words(privcrm, run, made, staff):
    run("update", KEY, "--on-empty", "closed", *(word for each in staff[:2] for word in ("--offline", each)))
    told = run("explain", KEY).out
    assert "says that nobody is there (closed)" in told
    assert "nobody is free: the link says that nobody is there" in told
    told = privcrm("--env-file", "e", "--lang", "zh", "live-code", "explain", KEY).out
    assert "提示无人接待 (closed)" in told
    assert "无人可接待：永久链接提示无人接待" in told


def test_the_gateway_serves_links_until_it_is_stopped(run, made, tmp_path):
    (link,) = done(run("show", KEY, "--json"))["links"]
    process = started("--env-file", "e", "live-code", "serve", "--quiet", "--domain", "127.0.0.1", cwd=tmp_path)
    try:
        first = json.loads(process.stdout.readline())
        assert (first["serving"], first["domains"]) == (True, ["127.0.0.1"])
        request = urllib.request.Request(f"{first['url']}{link}", headers={"Accept-Language": "en"})
        with urllib.request.urlopen(request, timeout=10) as page:
            assert page.headers["Cache-Control"] == "no-store"
            assert re.search("<h1>(.*?)</h1>", page.read().decode())[1] == "Add us"
        (day,) = done(run("report", KEY, "--json"))["funnel"].values()
        assert (day["views"], day["shown"]) == (1, 1)
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{first['url']}nothing", timeout=10)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.communicate()


def test_a_runner_reads_all_codes_back_once_a_day(privcrm, made, tmp_path):
    assert privcrm("--env-file", "e", "run", "--once", "--codes-at", "05:15").code == 0
    with closing(sqlite3.connect(tmp_path / "privcrm.db")) as store:
        nightly = dict(store.execute("SELECT kind, payload FROM privcrm_timer WHERE kind LIKE 'live_code.%.nightly'"))
    assert nightly == dict.fromkeys(("live_code.staff.nightly", "live_code.group.nightly"), '{"at": "05:15"}')
