"""Every row of the endpoint table, called without the app that it needs, says what is missing before sending."""

import pytest

from privcrm.errors import ConfigurationError, UnsupportedCapability, WrongApp
from privcrm.provider import Secret
from privcrm_wecom import WeComApp
from privcrm_wecom.config import ROLES
from privcrm_wecom.endpoints import ENDPOINTS, RETIRED, find

BOOK = WeComApp("book", Secret("d"), roles=frozenset({"directory"}))
SYSTEM = WeComApp("system", Secret("s"), kind="system")
SELF_BUILT = WeComApp("ours", Secret("o"))
DELEGATED = WeComApp("theirs", Secret("t"), kind="delegated")
# For each role an app that lacks it, and the setting that the error names.
LACKING = {
    "customer_contact": (BOOK, "SECRET"),
    "self_built_contact": (DELEGATED, "SECRET"),
    "acquisition": (SYSTEM, "SECRET"),
    "self_built": (DELEGATED, "SECRET"),
    "delegated": (SELF_BUILT, "APP_KIND"),
    "directory": (SELF_BUILT, "DIRECTORY_SECRET"),
    "messages": (SELF_BUILT, "AGENT_ID"),
    "app_chats": (SELF_BUILT, "ROLES"),
}
NEEDY = [row for row in ENDPOINTS if row.role not in ("", "any")]


@pytest.mark.parametrize("row", NEEDY, ids=lambda row: row.name)
def test_a_missing_role_is_named_with_its_setting_before_sending(vendor, company, row):
    app, setting = LACKING[row.role]
    with pytest.raises(WrongApp, match=f"{row.name} needs .*PRIVCRM_WECOM_{setting},"):
        company(apps=(app,)).call(row.name)
    assert len(vendor.mock.calls) == 0


@pytest.mark.parametrize("row", NEEDY, ids=lambda row: row.name)
def test_the_app_that_has_the_role_is_taken_among_several(vendor, company, row):
    vendor.mock.add(row.method, f"https://qyapi.weixin.qq.com{row.path}", json={"errcode": 0})
    # Apps of a provider and of the company itself cannot be configured together.
    wrong = {"delegated": BOOK, "self_built": SYSTEM, "self_built_contact": SYSTEM}.get(row.role, LACKING[row.role][0])
    # The directory's own secret is no self-built app.
    roles = frozenset(ROLES) - (frozenset() if row.role == "directory" else {"directory"})
    kind = "delegated" if row.role == "delegated" else "self_built"
    fitting = WeComApp("fitting", Secret("right"), "1000002", roles, kind=kind)
    apps = (wrong, fitting)
    company(apps=apps).call(row.path.removeprefix("/cgi-bin/"))
    assert "corpsecret=right" in vendor.asked("gettoken")[0].url
    assert len(vendor.mock.calls) == 2


@pytest.mark.parametrize("ours", [SELF_BUILT, SYSTEM])
def test_apps_that_see_the_same_people_under_other_ids_are_not_configured_together(company, ours):
    for apps in ((ours, DELEGATED), (DELEGATED, BOOK, ours)):
        with pytest.raises(ConfigurationError, match="other ids for the same people"):
            company(apps=apps)
    company(apps=(ours, BOOK))
    company(apps=(DELEGATED, BOOK))


@pytest.mark.parametrize("row", [row for row in ENDPOINTS if row.role in ("", "any")], ids=lambda row: row.name)
def test_what_every_app_may_do_needs_none_of_them(vendor, company, row):
    vendor.mock.add(row.method, f"https://qyapi.weixin.qq.com{row.path}", json={"errcode": 0})
    company(apps=(BOOK,)).call(row.name)
    assert len(vendor.mock.calls) >= 1


@pytest.mark.parametrize("row", RETIRED, ids=lambda row: row.path)
def test_retired_endpoints_are_refused_with_their_successor(vendor, company, row):
    for spelling in (row.path, row.path.removeprefix("/cgi-bin/")):
        with pytest.raises(UnsupportedCapability) as caught:
            company().call(spelling)
        assert row.replaced_by in str(caught.value)
        assert caught.value.instead == row.replaced_by
    assert len(vendor.mock.calls) == 0


@pytest.mark.parametrize("name", ["transfer", "get_transfer_result", "get_group_msg_result", "get_external_contact"])
def test_a_retired_endpoint_is_refused_by_its_name_too(vendor, company, name):
    with pytest.raises(UnsupportedCapability, match="externalcontact/"):
        company().call(name)
    assert len(vendor.mock.calls) == 0


def test_a_name_in_use_again_means_the_living_endpoint():
    assert [find(row.name) for row in ENDPOINTS] == list(ENDPOINTS)


def test_successors_are_endpoints_of_the_table():
    known = {row.path.removeprefix("/cgi-bin/") for row in ENDPOINTS}
    for row in RETIRED:
        named = [word.strip(",") for word in row.replaced_by.split() if "/" in word]
        assert named
        assert set(named) <= known


@pytest.mark.parametrize(("code", "words"), [(48002, "可调用接口的应用"), (301002, "agent id does not belong")])
def test_an_app_that_the_vendor_refuses_is_told_the_cure(vendor, company, code, words):
    vendor.answers("externalcontact/mark_tag", code)
    with pytest.raises(Exception, match=words) as caught:
        company().call("mark_tag")
    assert caught.value.code == code
    assert caught.value.scope == "app"
