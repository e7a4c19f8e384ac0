"""The control plane answers programs of this machine, and no web page."""

import http.client
from email.utils import parsedate_to_datetime

import pytest
import requests

from privcrm.sandbox import Sandbox, write_env


def ask(sandbox, **headers):
    return requests.get(f"{sandbox.control_url}clock", headers=headers, timeout=5).status_code


def test_a_program_is_answered(sandbox):
    assert ask(sandbox) == 200
    assert ask(sandbox, Host="localhost") == 200
    assert ask(sandbox, Origin=sandbox.base_url) == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "192.0.2.1", "[::"])
def test_a_name_that_was_bent_to_loopback_is_not(sandbox, host):
    assert ask(sandbox, Host=host) == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1"])
def test_a_page_of_another_origin_is_not(sandbox, origin):
    before = sandbox.clock.offset
    reply = requests.post(
        f"{sandbox.control_url}clock", data='{"advance_seconds": 60}', headers={"Origin": origin}, timeout=5
    )
    assert reply.status_code == 403
    assert sandbox.clock.offset == before


def test_an_exposed_sandbox_has_any_name_but_still_no_pages():
    with Sandbox(members=10, staff=3, groups=1, expose=True) as sandbox:
        assert ask(sandbox, Host="sandbox.test") == 200
        assert ask(sandbox, Origin="http://evil.example") == 403


def test_a_caller_cannot_choose_the_address_it_comes_from(vendor, sandbox):
    token = vendor.token
    sandbox.company.app(sandbox.company.apps[0].agent_id).trusted_addresses = frozenset({"192.0.2.1"})
    connection = http.client.HTTPConnection(*sandbox.base_url.removeprefix("http://").split(":"))
    connection.request("GET", f"/cgi-bin/getcallbackip?access_token={token}", headers={"X-Forwarded-For": "192.0.2.1"})
    assert b"60020" in connection.getresponse().read()
    connection.close()


@pytest.mark.parametrize("seconds", [1e308, 1e12, -1, "60", None])
def test_time_moves_forward_by_sane_steps_only(control, seconds):
    assert control("POST", "clock", {"advance_seconds": seconds}).status_code == 400


def test_an_id_of_thousands_of_digits_is_the_callers_mistake(control):
    assert control("GET", f"faults/{'9' * 5000}").status_code == 400


def test_the_date_of_an_answer_is_the_companys(vendor, sandbox):
    sandbox.clock.advance(86400)
    reply = requests.get(f"{sandbox.base_url}/cgi-bin/gettoken", timeout=5)
    assert abs(parsedate_to_datetime(reply.headers["Date"]).timestamp() - sandbox.clock.time()) < 5


def test_secrets_are_not_written_through_a_link(tmp_path):
    target = tmp_path / "somewhere"
    (tmp_path / "e").symlink_to(target)
    with pytest.raises(OSError, match="e"):
        write_env(tmp_path / "e", {"NAME": "value"})
    assert not target.exists()
