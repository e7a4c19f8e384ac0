"""Configuration, tables, and what ``privcrm doctor`` sees."""

import json
import os
import subprocess
import sys
from email.utils import formatdate

import pytest
import requests

from privcrm.errors import ConfigurationError, InputError, PrivcrmError, ProviderError, Refused
from privcrm.provider import ProviderContext, Repeat, Secret, Settings, Verdict, load_provider
from privcrm_wecom import WeComApp, WeComConfig, WeComProvider, errcodes
from privcrm_wecom.endpoints import ENDPOINTS, find
from privcrm_wecom.limits import LIMITS

PREFIX = "PRIVCRM_WECOM_"


def config(**values: str) -> WeComConfig:
    return WeComConfig.from_settings(Settings({"CORP_ID": "ww1", "SECRET": "s1"} | values, PREFIX))


def test_one_app_has_customer_contact_and_messages():
    (main,) = config(AGENT_ID="1000002").apps
    assert main.roles == {"customer_contact", "messages"}
    assert main.agent_id == "1000002"


def test_the_directory_secret_is_an_app_of_its_own():
    assert [app.name for app in config(DIRECTORY_SECRET="d").apps] == ["main", "directory"]


@pytest.mark.parametrize("missing", ["CORP_ID", "SECRET"])
def test_what_is_missing_is_named(missing):
    with pytest.raises(ConfigurationError, match=PREFIX + missing):
        config(**{missing: ""})


@pytest.mark.parametrize(
    "changes",
    [
        {"base_url": "http://example.com"},
        {"corp_id": ""},
        {"apps": ()},
        {"apps": (WeComApp("a", Secret("x")), WeComApp("a", Secret("y")))},
        {"apps": (WeComApp("a", Secret("x"), roles=frozenset({"king"})),)},
    ],
)
def test_a_broken_configuration_is_refused(changes):
    values = {"corp_id": "ww1", "apps": (WeComApp("a", Secret("x")),)} | changes
    with pytest.raises(ConfigurationError):
        WeComConfig(**values)


def test_nothing_shows_a_secret():
    key = "hush" + "0" * 39
    shown = repr(config(SECRET="hush", CALLBACK_TOKEN="hush", CALLBACK_AES_KEY=key, DIRECTORY_SECRET="hush"))
    assert "hush" not in shown


def test_the_provider_is_found_by_name_and_opens_no_connection():
    provider = load_provider("wecom").from_settings(
        Settings({"CORP_ID": "ww1", "SECRET": "s"}, PREFIX), ProviderContext()
    )
    assert isinstance(provider, WeComProvider)
    assert (provider.company, provider.host) == ("ww1", "qyapi.weixin.qq.com")
    assert "ww1 at qyapi.weixin.qq.com" in repr(provider)


def test_unknown_limits_are_refused():
    with pytest.raises(ConfigurationError, match="calls_per_minute"):
        WeComProvider(config(), ProviderContext(limits={"calls_per_minite": 1}))


def test_every_row_names_limits_that_exist_and_a_page():
    for row in ENDPOINTS:
        assert set(row.limits) <= set(LIMITS)
        assert row.doc.startswith("https://developer.work.weixin.qq.com/document/path/") or row.role == "delegated"
        assert row.path.startswith("/cgi-bin/")
    assert len({row.path for row in ENDPOINTS}) == len({row.name for row in ENDPOINTS}) == len(ENDPOINTS)


def test_endpoints_are_found_by_name_and_path():
    mark = find("mark_tag")
    assert find("externalcontact/mark_tag") is find("/cgi-bin/externalcontact/mark_tag") is mark
    assert (find("message/send").role, find("appchat/get", "get").method) == ("messages", "GET")
    assert find("externalcontact/anything").repeat is Repeat.NEVER
    assert find("externalcontact/anything").writes


@pytest.mark.parametrize(
    "path",
    [
        "user/delete?userid=bob&z=",
        "user/delete#x",
        "externalcontact/../user/delete",
        "./user/delete",
        "//evil.example/user/delete",
        "user//delete",
        "user/delete/",
        "user/delete ",
        "user/delete\n",
        "user%2Fdelete",
        "user\\delete",
        "用户/delete",
        "",
    ],
)
def test_only_plain_paths_are_endpoints(path):
    with pytest.raises(InputError):
        find(path)


def test_other_methods_are_refused():
    with pytest.raises(InputError):
        find("user/delete", "DELETE")


def test_an_unknown_app_is_refused(company):
    with pytest.raises(ConfigurationError, match="configured: main"):
        company().call("mark_tag", _app="other")


def test_codes_have_classes():
    assert len(errcodes._KINDS) == 581
    assert all(issubclass(kind, ProviderError) for kind in errcodes._KINDS.values())
    assert errcodes.kind_of("x", 123456789) is Refused


def verdicts(provider: WeComProvider) -> dict[str, Verdict]:
    return {finding.subject: finding.verdict for finding in provider.diagnose()}


def test_a_good_set_up_has_no_complaints(vendor, company, clock):
    date = {"Date": formatdate(clock.time(), usegmt=True)}
    vendor.mock.replace("GET", "https://qyapi.weixin.qq.com/cgi-bin/gettoken", **_token_reply(date))
    vendor.answers("agent/get", {"errcode": 0, "agentid": 1000002, "allow_partys": {"partyid": [1]}}, method="GET")
    vendor.answers("externalcontact/get_follow_user_list", 0, method="GET")
    vendor.answers("user/list_id", 0)
    apps = (
        WeComApp("main", Secret("m"), "1000002"),
        WeComApp("book", Secret("d"), roles=frozenset({"directory"})),
    )
    findings = company(apps=apps).diagnose()
    assert {finding.verdict for finding in findings} == {Verdict.OK}
    assert len(findings) == 7


@pytest.mark.parametrize(
    ("seen", "roles", "verdict"),
    [
        ({"allow_partys": {"partyid": [7]}}, ["customer_contact"], Verdict.OK),
        ({"allow_partys": {"partyid": [7]}}, ["customer_contact", "app_chats"], Verdict.WARNING),
        ({"allow_userinfos": {"user": [{"userid": "a"}]}}, ["customer_contact"], Verdict.OK),
        ({}, ["customer_contact"], Verdict.WARNING),
    ],
)
def test_whom_an_app_sees_is_told_before_calls_are_refused(vendor, company, seen, roles, verdict):
    vendor.answers("agent/get", {"errcode": 0, "agentid": 1000002, **seen}, method="GET")
    vendor.answers("externalcontact/get_follow_user_list", 0, method="GET")
    apps = (WeComApp("main", Secret("m"), "1000002", frozenset(roles)),)
    (found,) = (each for each in company(apps=apps).diagnose() if each.subject == "agent id of app main")
    assert found.verdict is verdict
    assert "可见范围" in found.cure


def _token_reply(headers: dict[str, str]) -> dict[str, object]:
    return {"json": {"errcode": 0, "access_token": "T", "expires_in": 7200}, "headers": headers}


def test_a_wrong_clock_is_a_warning(vendor, company, clock):
    date = {"Date": formatdate(clock.time() - 400, usegmt=True)}
    vendor.mock.replace("GET", "https://qyapi.weixin.qq.com/cgi-bin/gettoken", **_token_reply(date))
    vendor.answers("externalcontact/get_follow_user_list", 48002, method="GET")
    findings = {finding.subject: finding for finding in company().diagnose()}
    assert findings["clock"].verdict is Verdict.WARNING
    assert findings["customer contact (客户联系) of app main"].verdict is Verdict.FAILED
    assert "可调用接口的应用" in findings["customer contact (客户联系) of app main"].cure


def test_an_untrusted_address_is_named_with_its_cure(bare_vendor, company):
    bare_vendor.answers("gettoken", {"errcode": 60020, "errmsg": "not allow, from ip: 203.0.113.9, more"}, method="GET")
    failed = next(finding for finding in company().diagnose() if finding.verdict is Verdict.FAILED)
    assert "203.0.113.9" in failed.cure


def test_the_address_that_the_vendor_sees_is_told_even_if_nothing_is_wrong(vendor, company):
    bare = {"errcode": 41002, "errmsg": "corpid missing, hint: [1], from ip: 203.0.113.9, more info at x"}
    granted = {"access_token": "T", "expires_in": 7200}
    vendor.mock.remove("GET", "https://qyapi.weixin.qq.com/cgi-bin/gettoken")
    vendor.answers("gettoken", bare, granted, method="GET")
    vendor.answers("externalcontact/get_follow_user_list", 0, method="GET")
    findings = {finding.subject: finding for finding in company().diagnose()}
    assert findings["egress address"].detail == "203.0.113.9"
    assert {finding.verdict for finding in findings.values()} == {Verdict.OK}


def test_an_unreachable_host_is_the_only_finding(bare_vendor, company):
    bare_vendor.answers("gettoken", requests.ConnectionError("x"), method="GET")
    assert verdicts(company()) == {"reachability": Verdict.FAILED}


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # Python 3.12 warns of any fork beside threads
def test_a_forked_child_has_connections_and_budgets_of_its_own(company):
    transport = company()._client._transport
    before = transport._session._kept, transport._budgets
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:  # the child leaves without unwinding pytest
        after = transport._session._kept, transport._budgets
        os.write(writing, json.dumps([one is not other for one, other in zip(before, after, strict=True)]).encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert json.loads(os.read(reading, 100)) == [True, True]
    assert (transport._session._kept, transport._budgets) == before


def test_importing_the_adapter_needs_no_store_and_no_cli():
    program = "import sys, privcrm_wecom; print([m for m in ('sqlalchemy', 'alembic', 'click') if m in sys.modules])"
    output = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert output.stdout.strip() == "[]"


def test_errors_of_the_adapter_are_ours(vendor, company):
    vendor.answers("externalcontact/mark_tag", {"errcode": "abc"})
    with pytest.raises(PrivcrmError, match="errcode is no number"):
        company().call("mark_tag")
