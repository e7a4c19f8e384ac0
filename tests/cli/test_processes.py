"""What only a process of its own can show."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.processes import PRIVCRM, privcrm, started


def test_without_click_the_command_names_the_cure_and_ends_with_three():
    code = "import sys; sys.modules['click'] = None; from privcrm.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "pip install 'privcrm[cli]'" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("package", "line", "extra"), [("rich", "provider list", "cli"), ("uvicorn", "demo", "serve")])
def test_a_missing_extra_names_its_cure(package, line, extra, tmp_path):
    code = f"import sys; sys.modules[{package!r}] = None; from privcrm.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, *line.split()], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 3
    assert f"pip install 'privcrm[{extra}]'" in done.stderr


def test_a_reader_that_leaves_causes_no_traceback():
    process = subprocess.Popen(
        [*PRIVCRM, "provider", "show", "wecom"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    process.stdout.close()
    told = process.stderr.read()
    process.wait(10)
    process.stderr.close()
    assert told == ""


@pytest.mark.parametrize("mode", [(), ("--json",)])
def test_output_to_a_full_disk_is_three_and_no_traceback(tmp_path, mode):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*PRIVCRM, "provider", "show", "wecom", *mode], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (3, "Error: No space left on device\n")


def test_the_sandbox_refuses_other_addresses_unless_told(tmp_path):
    done = privcrm("sandbox", "serve", "--host", "0.0.0.0", cwd=tmp_path)
    assert done.returncode == 2
    assert "--expose" in done.stderr


def test_a_port_that_is_taken_is_three(tmp_path):
    first = started("sandbox", "serve", "--members", "5", cwd=tmp_path)
    port = first.stdout.readline().partition('"base_url": "http://127.0.0.1:')[2].partition('"')[0]
    second = privcrm("sandbox", "serve", "--port", port, cwd=tmp_path)
    first.terminate()
    first.communicate(timeout=10)
    assert second.returncode == 3
    assert "cannot start" in second.stderr
