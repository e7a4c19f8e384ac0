"""The framework examples: each on a real server, told things the way the vendor tells them."""

import contextlib
import http.client
import os
import queue
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from . import vendor_callbacks as vendor

FOLDER = Path(__file__).parents[2] / "examples" / "webhooks"
COMMANDS = {
    "flask_app": ["-m", "flask", "--app", str(FOLDER / "flask_app"), "run", "--port", "{port}"],
    "fastapi_app": [
        "-m",
        "uvicorn",
        "--app-dir",
        str(FOLDER),
        "--port",
        "{port}",
        "--no-access-log",
        "fastapi_app:app",
    ],
    "django_app": [str(FOLDER / "django_app.py"), "runserver", "--noreload", "{port}"],
}


class Running:
    """One example in a process of its own; ``lines`` is what it prints."""

    def __init__(self, name, folder):
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        command = [sys.executable, *(part.format(port=self.port) for part in COMMANDS[name])]
        clean = {key: value for key, value in os.environ.items() if not key.startswith("PRIVCRM_")}
        company = {
            "PRIVCRM_PROVIDER": "wecom",
            "PRIVCRM_STORE": f"sqlite:///{folder}/events.db",
            "PRIVCRM_WECOM_CORP_ID": vendor.CORP_ID,
            "PRIVCRM_WECOM_SECRET": "not-needed-to-listen",
            "PRIVCRM_WECOM_CALLBACK_TOKEN": vendor.TOKEN,
            "PRIVCRM_WECOM_CALLBACK_AES_KEY": vendor.AES_KEY,
        }
        self.process = subprocess.Popen(
            command, cwd=folder, env=clean | company, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        self.lines = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line)

    def request(self, method, query, body=b"", path="/wecom"):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        with contextlib.closing(connection):
            connection.request(method, f"{path}?{query}", body)
            response = connection.getresponse()
            return response.status, response.read()

    def wait_for(self, text, seconds=15):
        """Wait until a line with this text was printed, and return all lines up to it."""
        seen, until = [], time.monotonic() + seconds
        while not seen or text not in seen[-1]:
            seen.append(self.lines.get(timeout=max(0.0, until - time.monotonic())))
        return seen

    def wait_until_listening(self, seconds=30):
        until = time.monotonic() + seconds
        tick = threading.Event()
        while True:
            with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", self.port)):
                return
            assert self.process.poll() is None, "".join(self.lines.queue)
            assert time.monotonic() < until
            tick.wait(0.05)

    def close(self):
        self.process.terminate()
        self.process.wait(10)
        self._reader.join(10)
        self.process.stdout.close()


@pytest.fixture(params=COMMANDS)
def example(request, tmp_path):
    running = Running(request.param, tmp_path)
    try:
        running.wait_until_listening()
        yield running
    finally:
        running.close()


def test_a_webhook_example_receives_what_the_vendor_tells(example):
    assert example.request("GET", vendor.verification("3141592653589793")) == (200, b"3141592653589793")

    query, body = vendor.member_added("wmMember0000000000000000000001")
    assert example.request("POST", query, body)[0] == 200
    assert example.request("POST", query, body)[0] == 200  # the vendor did not see the first answer
    example.wait_for("zhangsan has a new member: wmMember0000000000000000000001")

    query, body = vendor.member_added("wmMember0000000000000000000002")
    assert example.request("POST", query, body)[0] == 200
    seen = example.wait_for("wmMember0000000000000000000002")
    assert [line for line in seen if "0001" in line] == []  # handled once

    assert example.request("POST", query.replace("nonce=", "nonce=0"), body)[0] == 403
    assert example.request("PUT", query, body)[0] == 405
    assert example.request("GET", "", path="/elsewhere")[0] == 404


def test_every_webhook_example_is_run_here_and_in_the_index():
    names = {path.stem for path in FOLDER.glob("*.py")}
    assert names == set(COMMANDS)
    index = (FOLDER.parent / "README.md").read_text(encoding="utf-8")
    assert [name for name in names if f"{name}.py" not in index] == []
