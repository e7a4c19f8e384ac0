"""Who may call: tokens, secrets, addresses, permissions."""

from privcrm.sandbox.wecom.apps import CUSTOMER_CONTACT_AGENT, PLAIN_AGENT

LIST = "externalcontact/get_follow_user_list"


def test_a_token_is_the_same_while_it_is_valid(vendor, sandbox):
    first = vendor.gettoken()
    sandbox.clock.advance(100)
    second = vendor.gettoken()
    assert first["access_token"] == second["access_token"]
    assert first["expires_in"] == 7200
    assert 7000 < second["expires_in"] <= 7100


def test_an_expired_token_is_refused_with_42001(vendor, sandbox):
    assert vendor.get(LIST)["errcode"] == 0
    sandbox.clock.advance(7201)
    assert vendor.get(LIST)["errcode"] == 42001
    assert vendor.gettoken()["access_token"] != vendor.token


def test_the_lifetime_of_tokens_is_adjustable(vendor, control):
    control.switch(token_lifetime=60)
    assert vendor.gettoken()["expires_in"] == 60


def test_an_unknown_token_is_refused_with_40014(vendor):
    assert vendor.get(LIST, access_token="nonsense")["errcode"] == 40014


def test_no_token_is_refused_with_41001_also_if_it_is_in_the_body(vendor):
    reply = vendor.request("POST", "externalcontact/get_corp_tag_list", json={"access_token": vendor.token})
    assert reply.json()["errcode"] == 41001


def test_apps_have_tokens_of_their_own(vendor, vendor_as, sandbox):
    assert vendor.token != vendor_as(sandbox.credentials.other_secret).token


def test_another_company_is_refused_with_40013(vendor):
    assert vendor.gettoken(corp_id="ww0000000000000000")["errcode"] == 40013


def test_missing_credentials_have_codes_of_their_own(vendor):
    assert vendor.request("GET", "gettoken").json()["errcode"] == 41002
    assert vendor.request("GET", "gettoken", params={"corpid": "x"}).json()["errcode"] == 41004


def test_repeated_wrong_secrets_block_the_address_for_an_hour(vendor, sandbox):
    assert [vendor.gettoken(secret="wrong")["errcode"] for _ in range(5)] == [40001] * 5
    assert vendor.gettoken()["errcode"] == 45009
    sandbox.clock.advance(3601)
    assert vendor.gettoken()["errcode"] == 0


def test_a_right_secret_forgives_wrong_ones(vendor):
    for _ in range(3):
        vendor.gettoken(secret="wrong")
        vendor.gettoken(secret="wrong")
        assert vendor.gettoken()["errcode"] == 0


def test_whether_a_blocked_address_may_use_its_tokens_is_a_switch(vendor, control):
    assert vendor.token
    control.switch(wrong_secret_limit=1)
    vendor.gettoken(secret="wrong")
    assert vendor.get(LIST)["errcode"] == 0
    control.switch(blocked_address="all")
    assert vendor.get(LIST)["errcode"] == 45009


def test_a_disabled_app_loses_secret_and_token(vendor, control):
    assert vendor.token
    control.ok("PATCH", f"apps/{CUSTOMER_CONTACT_AGENT}", {"enabled": False})
    assert vendor.get(LIST)["errcode"] == 40014
    assert vendor.gettoken()["errcode"] == 40001


def test_an_address_that_is_not_trusted_is_refused_with_60020(vendor, control):
    assert vendor.token
    control.ok("PATCH", f"apps/{CUSTOMER_CONTACT_AGENT}", {"trusted_addresses": ["203.0.113.7"]})
    assert vendor.get(LIST)["errcode"] == 60020
    assert vendor.gettoken()["errcode"] == 60020
    control.ok("PATCH", f"apps/{CUSTOMER_CONTACT_AGENT}", {"trusted_addresses": ["127.0.0.1"]})
    assert vendor.get(LIST)["errcode"] == 0


def test_an_app_without_customer_contact_is_refused_with_48002(vendor_as, sandbox, control):
    plain = vendor_as(sandbox.credentials.plain_secret)
    assert plain.get(LIST)["errcode"] == 48002
    assert plain.get("getcallbackip")["errcode"] == 0
    control.ok("PATCH", f"apps/{PLAIN_AGENT}", {"roles": ["customer_contact"]})
    assert plain.get(LIST)["errcode"] == 0


def test_only_the_contact_sync_app_lists_all_ids(vendor, vendor_as, sandbox):
    assert vendor.post("user/list_id")["errcode"] == 48002
    assert vendor_as(sandbox.credentials.directory_secret).post("user/list_id")["errcode"] == 0


def test_an_app_describes_itself_only(vendor):
    assert vendor.get("agent/get", agentid=CUSTOMER_CONTACT_AGENT)["name"] == "客户运营"
    assert vendor.get("agent/get", agentid=PLAIN_AGENT)["errcode"] == 301002
    assert vendor.get("agent/get", agentid=1)["errcode"] == 40056
    assert vendor.get("agent/get")["errcode"] == 41011
