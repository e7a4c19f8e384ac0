"""Tagging from a terminal, against a simulated company in another process, as the README shows it."""

import csv
import io
import json
import signal
import subprocess
from datetime import datetime, timedelta

import pytest

from privcrm.clock import VENDOR_TIME
from privcrm.errors import ConfigurationError
from tests.cli.processes import PRIVCRM, Company, started


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("company")
    process = started("sandbox", "serve", "--members", "220", "--staff", "6", "--write-env", "e", cwd=folder)
    company = Company(process, folder / "e")
    yield company
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    assert process.stderr.read().startswith("Serving at http://127.0.0.1:")
    process.stdout.close()
    process.stderr.close()


@pytest.fixture
def company(served):
    served.reset()
    return served


@pytest.fixture
def run(company, privcrm):
    """Run a command line for the company in an empty folder; nothing secret may ever be printed."""

    def run(*args):
        done = privcrm("--env-file", company.env_file, *args)
        assert not [secret for secret in company.secrets if secret in done.out + done.err]
        return done

    return run


def as_planned(company, members):
    relations = {key: tags for key, tags in company.relations().items() if key[0] in members}
    wrong = [key for key, tags in relations.items() if "客户等级/VIP" not in tags or "客户等级/普通" in tags]
    return bool(relations) and not wrong


def test_the_env_file_is_for_its_owner_only(company):
    assert company.env_file.stat().st_mode & 0o777 == 0o600


def test_two_processes_tag_a_list_and_the_books_agree(company, tmp_path):
    members = company.write_list(tmp_path / "m.csv", 30)
    line = ("--env-file", company.env_file, "--lang", "en", "tag", "apply", "m.csv", "--json", "--out", "o.csv")
    # By Python itself, which loads no more than the command asks for.
    done = subprocess.run([*PRIVCRM, *line], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    shown = json.loads(done.stdout)
    assert done.returncode == shown["exit_code"] == 0
    assert shown["state"] == "done"
    assert shown["counts"]["done"] == shown["preview"]["changes"] == company.writes() > 0
    assert shown["preview"]["rows"] == 30
    assert "Sending: " in done.stderr
    assert not [secret for secret in company.secrets if secret in done.stdout + done.stderr]
    assert as_planned(company, members)
    raw = (tmp_path / "o.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(raw.decode("utf-8-sig").splitlines()))
    assert {row["outcome"] for row in rows} == {"done", "skipped"}
    assert {row["member_id"] for row in rows} == set(members)


def test_doing_it_again_costs_no_write(company, run, tmp_path):
    company.write_list(tmp_path / "m.csv", 10)
    assert run("tag", "apply", "m.csv", "--quiet").code == 0
    before = company.writes()
    again = run("tag", "apply", "m.csv", "--json").json
    assert again["counts"]["done"] == 0
    assert again["counts"]["skipped"] == again["items"] > 0
    assert company.writes() == before


def test_a_dry_run_shows_cost_and_company_and_sends_nothing(company, run, tmp_path):
    company.write_list(tmp_path / "m.csv", 10)
    done = run("tag", "apply", "m.csv", "--dry-run")
    assert done.code == 0
    for fact in (company.first_line["corp_id"], "127.0.0.1", "Beijing time", "at the current limits", "Dry run"):
        assert fact in done.out
    assert company.writes() == 0
    assert run("job", "list", "--json").json == {"jobs": []}


def test_chinese_output(company, run, tmp_path):
    company.write_list(tmp_path / "m.csv", 3)
    done = run("--lang", "zh", "tag", "apply", "m.csv")
    assert "跟进关系" in done.out
    assert "发送：" in done.err or "发送: " in done.err
    assert "Relations" not in done.out
    (tmp_path / "bad.csv").write_text("客户ID,添加标签\nwm1,不存在的标签\n", encoding="utf-8")
    refused = run("--lang", "zh", "tag", "apply", "bad.csv")
    assert "第 2 行，添加标签 列：标签 '不存在的标签' 不存在" in refused.err
    assert "problem" not in refused.err


def test_an_unknown_member_is_an_outcome_of_its_row_and_exit_code_one(company, run, tmp_path):
    members = company.write_list(tmp_path / "m.csv", 9)
    with (tmp_path / "m.csv").open("a", encoding="utf-8") as file:
        file.write("wmNobody,客户等级/VIP,\n")
    done = run("tag", "apply", "m.csv")
    assert done.code == 1
    assert "row 11" in done.out
    assert as_planned(company, members)
    assert run("tag", "apply", "m.csv", "--strict").code == 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("member_id,add\nwm1,不存在的标签\n", "不存在的标签"),
        ("add\nVIP\n", "member_id"),
        ("", "empty"),
    ],
)
def test_a_bad_file_is_refused_whole_with_two(company, run, tmp_path, text, told):
    (tmp_path / "bad.csv").write_text(text, encoding="utf-8")
    done = run("tag", "apply", "bad.csv", "--json")
    shown = done.json
    assert (done.code, shown["error"]) == (2, "InputError")
    assert told in "".join(shown["problems"])
    assert "bad.csv" in done.err
    assert company.writes() == 0


@pytest.mark.parametrize("out", ["m.csv", "privcrm.db", "nowhere/o.csv"])
def test_a_place_where_outcomes_cannot_go_is_refused_before_anything_is_sent(company, run, tmp_path, out):
    company.write_list(tmp_path / "m.csv", 3)
    before = (tmp_path / "m.csv").read_bytes()
    assert run("tag", "apply", "m.csv", "--out", out).code == 2
    assert (tmp_path / "m.csv").read_bytes() == before
    assert company.writes() == 0
    assert run("job", "list", "--json").json == {"jobs": []}


def test_a_full_disk_at_the_end_is_three_and_the_job_is_still_told(company, run, tmp_path, monkeypatch):
    def full(lines, path):
        raise ConfigurationError("o.csv could not be written: No space left on device")

    members = company.write_list(tmp_path / "m.csv", 3)
    monkeypatch.setattr("privcrm.services.tagging.tagging.write_csv", full)
    done = run("tag", "apply", "m.csv", "--out", "o.csv", "--json")
    assert (done.code, done.json["exit_code"], done.json["state"]) == (3, 3, "done")
    assert "No space left" in done.err
    assert as_planned(company, members)


@pytest.mark.parametrize("answer", ["y", "n"])
def test_on_a_terminal_it_asks_first_and_no_sends_nothing(company, run, tmp_path, monkeypatch, answer):
    company.write_list(tmp_path / "m.csv", 4)
    typed = io.StringIO(f"{answer}\n")
    monkeypatch.setattr(typed, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", typed)
    done = run("tag", "apply", "m.csv", "--json")
    assert done.code == 0
    assert done.json["state"] == {"y": "done", "n": "cancelled"}[answer]
    assert (company.writes() > 0) is (answer == "y")


@pytest.mark.parametrize("line", ["-y", "--yes"])
def test_yes_does_not_ask(company, run, tmp_path, monkeypatch, line):
    company.write_list(tmp_path / "m.csv", 2)
    typed = io.StringIO("")
    monkeypatch.setattr(typed, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", typed)
    assert run("tag", "apply", "m.csv", line).code == 0


def test_tags_are_created_only_when_told(company, run, tmp_path):
    company.write_list(tmp_path / "m.csv", 3, add="新组/新标签", remove="")
    assert run("tag", "apply", "m.csv").code == 2
    told = run("tag", "apply", "m.csv", "--create-tags")
    assert told.code == 0
    assert "新组/新标签" in told.out
    assert any("新组/新标签" in tags for tags in company.relations().values())


def test_a_plan_above_the_threshold_waits_and_may_be_given_up(company, run, tmp_path):
    company.write_list(tmp_path / "m.csv", 6)
    waiting = run("tag", "apply", "m.csv", "--approve-above", "2")
    assert waiting.code == 0
    assert "privcrm job approve" in waiting.out
    (job,) = run("job", "list", "--state", "waiting", "--json").json["jobs"]
    assert run("job", "cancel", job["job_id"]).code == 0
    assert run("job", "resume", job["job_id"]).code == 2
    assert company.writes() == 0


def test_a_budget_of_calls_pauses_the_job_with_one(company, run, tmp_path):
    members = company.write_list(tmp_path / "m.csv", 12)
    refused = run("tag", "apply", "m.csv", "--max-calls", "5")
    assert (refused.code, company.writes()) == (2, 0)
    assert "max-calls allows 5" in refused.err
    reading = run("tag", "apply", "m.csv", "--dry-run", "--json").json["preview"]["calls_reading"]
    done = run("tag", "apply", "m.csv", "--max-calls", reading + 4, "--json")
    assert (done.code, done.json["state"], company.writes()) == (1, "paused", 4)
    assert f"For {reading + 4} more calls" in run("job", "show", done.json["job_id"]).out
    again = run("job", "resume", done.json["job_id"], "--max-calls", "1", "--json")
    assert (again.json["state"], company.writes()) == ("paused", 5)
    assert run("job", "resume", done.json["job_id"], "--max-calls", "0", "--out", "o.csv").code == 0
    assert as_planned(company, members)
    assert "wm" in (tmp_path / "o.csv").read_text(encoding="utf-8-sig")


def test_a_closed_window_does_not_hold_the_terminal(company, run, tmp_path):
    company.write_list(tmp_path / "m.csv", 5)
    opens = datetime.now(VENDOR_TIME) + timedelta(hours=2)
    window = f"{opens:%H}:00-{opens + timedelta(hours=1):%H}:30"
    done = run("tag", "apply", "m.csv", "--window", window)
    assert done.code == 0
    assert f"Waits until {opens:%Y-%m-%d %H}:00 (Beijing time)" in done.out
    (job,) = run("job", "list", "--state", "waiting", "--json").json["jobs"]
    assert job["due_at"]
    assert f"只在北京时间 {window} 执行" in run("--lang", "zh", "job", "show", job["job_id"]).out
    assert company.writes() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_job_cleanly_and_resume_finishes_it(company, run, tmp_path, number):
    members = company.write_list(tmp_path / "m.csv", 100)
    company.tell("switches", method="PATCH", latency_ms=100)
    process = started("--env-file", company.env_file, "tag", "apply", "m.csv", "--json", "--lang", "en", cwd=tmp_path)
    for line in process.stderr:
        if line.startswith("Sending"):
            break
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    shown = json.loads(out)
    assert (process.returncode, shown["state"], shown["exit_code"]) == (130, "paused", 130)
    assert "Traceback" not in err
    assert shown["counts"]["planned"] > 0
    company.tell("switches", method="PATCH", latency_ms=0)
    resumed = run("job", "resume", shown["job_id"])
    assert resumed.code == 0
    assert as_planned(company, members)


def test_a_canary_waits_for_approval_by_its_exact_count(company, run, tmp_path):
    members = company.write_list(tmp_path / "m.csv", 20)
    waiting = run("tag", "apply", "m.csv", "--canary", "4", "--json").json
    assert (waiting["state"], waiting["exit_code"], waiting["counts"]["done"]) == ("waiting", 0, 4)
    assert "as planned" in waiting["note"]
    job_id, planned = waiting["job_id"], waiting["counts"]["planned"]
    assert run("job", "resume", job_id).code == 2
    assert run("job", "approve", job_id, "--count", planned + 1).code == 2
    assert run("job", "approve", job_id, "--count", planned).code == 0
    assert run("run", "--once").code == 0
    assert run("job", "show", job_id, "--json").json["state"] == "done"
    assert as_planned(company, members)


def test_stop_halts_the_next_job_until_start(company, run, tmp_path):
    members = company.write_list(tmp_path / "m.csv", 5)
    assert run("stop", "--reason", "drill").code == 0
    halted = run("tag", "apply", "m.csv", "--json")
    assert halted.code == 1
    assert company.writes() == 0
    assert "drill" in run("doctor").out
    assert run("start").code == 0
    assert run("job", "resume", halted.json["job_id"]).code == 0
    assert as_planned(company, members)
    shown = run("audit", "--limit", "1", "--json").json["entries"]
    assert shown == run("audit", "--json").json["entries"][-1:]
    assert "reason=drill" in run("audit").out
    whats = [entry["what"] for entry in run("audit", "--json").json["entries"]]
    assert {"stop", "plan", "start", "resume", "run"} <= set(whats)


def test_undo_puts_everything_back(company, run, tmp_path):
    before = company.relations()
    company.write_list(tmp_path / "m.csv", 20)
    job_id = run("tag", "apply", "m.csv", "--json").json["job_id"]
    assert company.relations() != before
    undone = run("job", "undo", job_id, "--json").json
    assert (undone["state"], undone["undo_of"]) == ("done", job_id)
    assert company.relations() == before


def test_jobs_and_items_as_json_lines(company, run, tmp_path):
    company.write_list(tmp_path / "m.csv", 5)
    shown = run("tag", "apply", "m.csv", "--json").json
    (listed,) = map(json.loads, run("job", "list", "--jsonl").out.splitlines())
    assert listed["job_id"] == shown["job_id"]
    assert run("job", "list", "--jsonl", "jobs.jsonl").out == ""
    assert json.loads((tmp_path / "jobs.jsonl").read_text(encoding="utf-8")) == listed
    items = [json.loads(line) for line in run("job", "show", shown["job_id"], "--jsonl").out.splitlines()]
    assert len(items) == shown["items"]
    done = run("job", "show", shown["job_id"], "--jsonl", "--outcome", "done").out.splitlines()
    assert len(done) == shown["counts"]["done"]


def test_a_runner_says_first_that_it_runs_and_ends_on_sigterm_with_zero(company, tmp_path):
    process = started("--env-file", company.env_file, "run", cwd=tmp_path)
    first = json.loads(process.stdout.readline())
    assert (first["running"], first["company"]) == (True, company.first_line["corp_id"])
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == 0


def test_doctor_is_content_with_a_sound_company(company, run):
    done = run("doctor", "--json")
    shown = done.json
    assert (done.code, shown["ok"]) == (0, True)
    assert {"configuration", "store", "reachability"} <= {row["subject"] for row in shown["findings"]}


def test_doctor_tells_a_wrong_secret_with_four_and_its_cure(company, run, tmp_path):
    lines = company.env_file.read_text(encoding="utf-8").splitlines()
    wrong = tmp_path / "wrong"
    wrong.write_text("\n".join(line + "x" if "_SECRET" in line else line for line in lines), encoding="utf-8")
    wrong.chmod(0o600)
    done = run("--env-file", wrong, "doctor")
    assert done.code == 4
    assert "What to do:" in done.out
    assert "40001" in done.out


def test_a_company_that_cannot_be_reached_is_four(run, company, tmp_path):
    company.write_list(tmp_path / "m.csv", 3)
    nowhere = tmp_path / "nowhere"
    lines = company.env_file.read_text(encoding="utf-8").splitlines()
    nowhere.write_text(
        "\n".join("PRIVCRM_WECOM_BASE_URL=http://127.0.0.1:9" if "BASE_URL" in line else line for line in lines),
        encoding="utf-8",
    )
    nowhere.chmod(0o600)
    for command in (["doctor"], ["tag", "apply", "m.csv", "--json"]):
        done = run("--env-file", nowhere, *command)
        assert done.code == 4, done.err


def test_a_right_that_is_taken_away_pauses_the_job_with_four(company, run, tmp_path):
    members = company.write_list(tmp_path / "m.csv", 8)
    company.tell("faults", path="*/mark_tag", kind="errcode", errcode=48002, when="before", times=1000)
    done = run("tag", "apply", "m.csv", "--json")
    assert (done.code, done.json["state"]) == (4, "paused")
    assert "48002" in done.json["reason"]
    company.reset()
    again = run("job", "resume", done.json["job_id"])
    assert again.code == 0, (again.out, again.err)
    assert as_planned(company, members)


def test_stop_from_another_terminal_halts_a_job_that_is_running(company, run, tmp_path):
    company.write_list(tmp_path / "m.csv", 100)
    company.tell("switches", method="PATCH", latency_ms=100)
    process = started("--env-file", company.env_file, "tag", "apply", "m.csv", "--json", "--lang", "en", cwd=tmp_path)
    for line in process.stderr:
        if line.startswith("Sending"):
            break
    assert run("stop").code == 0
    shown = json.loads(process.communicate(timeout=30)[0])
    assert (process.returncode, shown["state"]) == (1, "paused")
    assert shown["counts"]["planned"] > 0
    sent = company.writes()
    assert sent < shown["preview"]["changes"]
