import json
import signal
import stat
import subprocess
import sys
import threading

import pytest
import requests

from privcrm.sandbox import Sandbox, write_env

SERVER = """
import json, sys
from pathlib import Path
from privcrm.sandbox import serve
serve(announce=lambda line: print(json.dumps(line), flush=True), seed=5, members=50, env_file=Path(sys.argv[1]))
print("ended", flush=True)
"""


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_it_announces_serves_and_ends_cleanly(tmp_path, ending):
    env_file = tmp_path / "e"
    process = subprocess.Popen([sys.executable, "-c", SERVER, env_file], stdout=subprocess.PIPE, text=True)
    line = json.loads(process.stdout.readline())
    assert line["seed"] == 5
    query = {"corpid": line["corp_id"], "corpsecret": line["secret"]}
    reply = requests.get(f"{line['base_url']}/cgi-bin/gettoken", params=query, timeout=5)
    assert reply.json()["errcode"] == 0
    assert requests.get(line["control_url"], timeout=5).json()["members"] == 50
    assert dict(row.split("=", 1) for row in env_file.read_text().splitlines()) == line["env"]
    process.send_signal(ending)
    assert process.communicate(timeout=10)[0] == "ended\n"
    assert process.returncode == 0


def test_the_first_line_has_what_scripts_rely_on(sandbox):
    line = sandbox.first_line()
    flat = {"corp_id", "secret", "directory_secret", "agent_id", "callback_token", "callback_aes_key"}
    assert line.keys() == {"base_url", "control_url", "seed", "providers", "env", *flat}
    apps = line["providers"]["wecom"]["apps"]
    assert [app["secret"] for app in apps][:2] == [line["secret"], line["directory_secret"]]
    assert line["env"]["PRIVCRM_WECOM_BASE_URL"] == line["base_url"] == sandbox.base_url
    assert line["env"]["PRIVCRM_PROVIDER"] == "wecom"
    assert line["env"] == sandbox.env
    json.dumps(line)


def test_the_env_file_is_for_its_owner_only_even_if_it_was_open(tmp_path):
    path = tmp_path / "e"
    path.write_text("old and long " * 50)
    path.chmod(0o644)
    write_env(path, {"NAME": "a value", "OTHER": "x"})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text() == "NAME='a value'\nOTHER=x\n"


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "example.org"])
def test_other_hosts_than_loopback_are_refused(host):
    with pytest.raises(ValueError, match="loopback"):
        Sandbox(host=host)
    Sandbox(host=host, expose=True)


def test_a_taken_port_is_an_error(sandbox):
    port = int(sandbox.base_url.rpartition(":")[2])
    with pytest.raises(OSError, match="in use"), Sandbox(port=port):
        pass


def test_two_companies_live_in_one_process(sandbox):
    with Sandbox(seed=2, members=10) as other:
        assert other.credentials.corp_id != sandbox.credentials.corp_id
        query = {"corpid": sandbox.credentials.corp_id, "corpsecret": sandbox.credentials.secret}
        reply = requests.get(f"{other.base_url}/cgi-bin/gettoken", params=query, timeout=5)
        assert reply.json()["errcode"] == 40013


def test_it_leaves_no_thread_and_no_port():
    before = set(threading.enumerate())
    with Sandbox(members=5) as sandbox:
        url = sandbox.control_url
        assert requests.get(url, timeout=5).ok
    assert set(threading.enumerate()) == before
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=5)


def test_the_same_seed_gives_the_same_secrets_and_ids(sandbox):
    again = Sandbox(seed=1)
    assert again.credentials == sandbox.credentials
    assert next(again.company.relations()) == next(sandbox.company.relations())
    assert Sandbox(seed=9).credentials.secret != again.credentials.secret
