"""``privcrm webhook``: a receiver as a process, what it keeps, and who handles it."""

import contextlib
import json
import signal
import sys
import time
import urllib.request

import pytest

from tests.cli.processes import Company, started

APP = """
from privcrm import CRM
from privcrm.events import MemberAdded

crm = CRM.from_env(env_file="e", store="sqlite:///privcrm.db")

@crm.on(MemberAdded)
def note(event):
    with open("noted", "a") as file:
        file.write(event.member_id + "\\n")
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("company")
    with ended(
        started("sandbox", "serve", "--members", "40", "--staff", "6", "--write-env", "e", cwd=folder)
    ) as process:
        yield Company(process, folder / "e")


@pytest.fixture
def company(served, tmp_path, monkeypatch):
    served.reset()
    (tmp_path / "e").touch(0o600)
    (tmp_path / "e").write_text(served.env_file.read_text())
    (tmp_path / "shop.py").write_text(APP)
    monkeypatch.delitem(sys.modules, "shop", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    return served


@pytest.fixture
def run(privcrm):
    """Run a command line for the company in this process; an application brings its own settings."""
    return lambda *args: privcrm(*([] if "--app" in args else ["--env-file", "e"]), *args)


@contextlib.contextmanager
def ended(process):
    """Lend a process, and end it in good order."""
    try:
        yield process
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.communicate()


@contextlib.contextmanager
def receiving(company, folder, *args):
    """Lend the first line of a receiver to which the company's callbacks go."""
    settings = [] if "--app" in args else ["--env-file", "e"]
    with ended(started("webhook", "serve", "--quiet", *settings, *args, cwd=folder)) as process:
        first = json.loads(process.stdout.readline())
        company.tell("callback", url=first["url"], app=1000002)
        yield first


def added(company):
    staff = next(row["userid"] for row in company.books("state/staff")["items"] if row["state"] == "active")
    company.tell("actions/member_adds_staff", userid=staff)
    company.tell("callback/flush", timeout_s=10)


def lines_of(path, count):
    """Return the lines of a file once it holds so many."""
    for _ in range(400):
        lines = path.read_text().splitlines() if path.exists() else []
        if len(lines) >= count:
            return lines
        time.sleep(0.05)
    raise AssertionError(f"{path.name} holds {len(lines)} lines")


def listed(run, *args):
    done = run("webhook", "list", "--json", *args)
    assert done.code == 0, done.err
    return done.json


def test_events_are_written_as_lines_and_the_health_page_counts_them(company, run, tmp_path):
    with receiving(company, tmp_path, "--jsonl", "events.jsonl") as first:
        assert (first["durable"], first["workers"], first["company"]) == (True, 2, company.first_line["corp_id"])
        added(company)
        (line,) = lines_of(tmp_path / "events.jsonl", 1)
        assert (json.loads(line)["event"], json.loads(line)["app"]) == ("MemberAdded", "main")
        with urllib.request.urlopen(first["health"], timeout=10) as answer:
            health = json.load(answer)
        assert (health["status"], health["stored"], health["refused"]) == ("ok", 1, {})
    assert listed(run)["counts"] == {"new": 0, "dead": 0, "done": 1}


def test_what_nobody_handles_here_is_kept_for_the_application(company, run, tmp_path):
    with receiving(company, tmp_path) as first:
        assert first["workers"] == 0
        added(company)
    (entry,) = listed(run, "--state", "new")["entries"]
    assert (entry["event"], entry["attempts"]) == ("MemberAdded", 0)
    assert "member_id" not in entry
    run("run", "--once")
    assert listed(run)["counts"]["new"] == 1, "a runner without the application's handlers leaves events alone"
    assert run("run", "--once", "--app", "shop:crm").code == 0
    assert len((tmp_path / "noted").read_text().split()) == 1
    assert run("webhook", "replay", entry["number"], "--everybody", "--json").json == {"replayed": 1}
    run("run", "--once", "--app", "shop:crm")
    first, second = (tmp_path / "noted").read_text().split()
    assert first == second


def test_the_applications_handlers_are_called_by_the_receiver(company, run, tmp_path):
    with receiving(company, tmp_path, "--app", "shop:crm", "--workers", "3") as first:
        assert first["workers"] == 3
        added(company)
        lines_of(tmp_path / "noted", 1)


def test_a_sweep_learns_first_and_tells_then(company, run):
    assert run("webhook", "sweep", "--json").json == {"job": None, "exit_code": 0}
    added(company)
    young = run("webhook", "sweep", "--json")
    assert young.json["job"] is None, "its callback may be under way"


@pytest.mark.parametrize(
    ("app", "says"),
    [
        ("shop", "MODULE:NAME"),
        ("nowhere:crm", "no module nowhere"),
        ("shop:other", "no other"),
        ("shop:CRM", "not a CRM"),
    ],
)
def test_an_application_that_is_none_is_three(company, run, app, says):
    done = run("run", "--once", "--app", app)
    assert done.code == 3
    assert says in done.err


def test_a_company_without_callback_settings_is_told_what_to_set(company, run, tmp_path):
    env = (tmp_path / "e").read_text().splitlines()
    (tmp_path / "e").write_text("\n".join(line for line in env if "CALLBACK" not in line))
    done = run("webhook", "serve")
    assert done.code == 3
    assert "PRIVCRM_WECOM_CALLBACK_TOKEN" in done.err


def test_a_port_that_is_taken_is_three(company, run, tmp_path):
    with receiving(company, tmp_path) as first:
        port = first["url"].rpartition(":")[2].strip("/")
        done = run("webhook", "serve", "--port", port)
    assert done.code == 3
    assert "cannot listen" in done.err


def test_an_application_and_an_env_file_are_two_companies(company, privcrm):
    done = privcrm("webhook", "list", "--env-file", "e", "--app", "shop:crm")
    assert done.code == 2
    assert "its own settings" in done.err


def test_everybody_wants_numbers(company, run):
    assert run("webhook", "replay", "--everybody").code == 2
