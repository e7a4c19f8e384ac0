"""A group code whose answer was lost twice: seen, explained and resolved by commands in processes of their own."""

import json
import subprocess

import pytest

from tests.cli.processes import Company, privcrm, started
from tests.forking import python

ORDER = """
from privcrm import CRM
from privcrm.models import GroupCodeSpec
from privcrm.sandbox.clock import SandboxClock


class HastyClock(SandboxClock):
    def sleep(self, seconds):
        self.advance(seconds)


with CRM.from_env(env_file="e", store="sqlite:///privcrm.db", clock=HastyClock({base_url!r})) as crm:
    groups = [group.group_id for group in crm.provider.groups.list()]
    job = crm.live_codes.create_group_codes([GroupCodeSpec((each,)) for each in groups[:2]], created_by="amy")
    print(crm.jobs.run(job.id).id)
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sandbox")
    process = started(
        "sandbox", "serve", "--seed", "3", "--members", "40", "--groups", "3", "--write-env", "e", cwd=folder
    )
    company = Company(process, folder / "e")
    yield company
    process.terminate()
    process.communicate(timeout=10)


@pytest.fixture
def lost(served):
    """Make two group codes, of which the first loses its answer twice; return the job's id and a command line."""
    served.reset()
    folder = served.env_file.parent
    (folder / "privcrm.db").unlink(missing_ok=True)
    served.tell("faults", kind="reset", path="*/add_join_way", when="after", times=2)
    program = ORDER.format(base_url=served.first_line["base_url"])
    done = subprocess.run(python("-c", program), cwd=folder, capture_output=True, text=True, check=True)

    def run(*args, lang="en"):
        return privcrm("--env-file", "e", "--lang", lang, *args, cwd=folder)

    return done.stdout.strip(), run


def codes(company):
    return {code["config_id"]: code["state"] for code in company.books("state/live_codes")["items"]}


def test_the_job_says_what_is_unknown_what_may_be_left_and_what_to_do(served, lost):
    job_id, run = lost
    assert len(codes(served)) == 3
    for line in (["job", "list"], ["job", "show", job_id]):
        told = run(*line).stdout
        assert f"Job {job_id}: 1 unknown." in told
        assert f"privcrm job resolve {job_id} NO --done" in told
    assert "Possible orphans: 1. They do no harm: nobody has their picture." in told
    assert "console" not in told  # which shows no code that a program made
    assert "Nothing lists group codes made by a program" in told
    told = run("job", "show", job_id, lang="zh").stdout
    assert f"privcrm job resolve {job_id} 序号 --done" in told
    assert "可能的遗留：1 个" in told
    assert "由程序创建的群活码没有任何列表" in told
    shown = json.loads(run("job", "show", job_id, "--json").stdout)
    assert shown["counts"]["unknown"] == 1
    (orphan,) = shown["orphans"]
    assert (orphan["seq"], orphan["key"]) == (1, "code-1")
    assert any(state in orphan["what"] for state in codes(served).values())
    entries = json.loads(run("audit", "--json").stdout)["entries"]
    assert [entry["what"] for entry in entries].count("possible orphan") == 1


def test_it_is_resolved_as_done(served, lost):
    job_id, run = lost
    done = run("job", "resolve", job_id, "1", "--done", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["counts"] | {"done": 2, "unknown": 0} == json.loads(done.stdout)["counts"]
    assert "unknown." not in run("job", "list").stdout
    assert len(codes(served)) == 3


def test_with_its_id_it_can_be_taken_back(served, lost):
    job_id, run = lost
    (lost_twice, *_) = codes(served)
    done = run("job", "resolve", job_id, "1", "--done", "--id", lost_twice, "--json")
    assert done.returncode == 0, done.stderr
    undone = run("job", "undo", job_id, "--yes", "--json")
    assert undone.returncode == 0, undone.stderr
    assert json.loads(undone.stdout)["counts"]["done"] == 2
    gone = [code["config_id"] for code in served.books("state/live_codes")["items"] if code.get("deleted_at")]
    assert lost_twice in gone


@pytest.mark.parametrize("said", [[], ["--done", "--not-done"], ["--id", "x"]])
def test_without_being_told_what_happened_nothing_is_sent_again(served, lost, said):
    job_id, run = lost
    told = run("job", "resolve", job_id, "1", *said, "--json")
    assert (told.returncode, json.loads(told.stdout)["error"]) == (2, "UsageError")
    assert "--not-done" in told.stderr
    assert json.loads(run("job", "show", job_id, "--json").stdout)["counts"]["unknown"] == 1
    run("job", "resume", job_id)
    assert len(codes(served)) == 3


def test_an_id_of_what_did_not_happen_is_refused(served, lost):
    job_id, run = lost
    told = run("job", "resolve", job_id, "1", "--not-done", "--id", "x")
    assert told.returncode != 0
    assert "what did not happen has no id" in told.stderr


def test_it_is_resolved_as_not_done_and_made(served, lost):
    job_id, run = lost
    assert run("job", "resolve", job_id, "code-1", "--not-done").returncode == 0
    done = run("job", "resume", job_id, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["state"], told["counts"]["done"], len(told["orphans"])) == ("done", 2, 1)
    assert len(codes(served)) == 4
