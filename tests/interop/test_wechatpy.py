"""A client written for the real service works against the sandbox unchanged, apart from its address.

One file for each area; here what all areas share: tokens and errors.
"""

import pytest
from wechatpy.exceptions import APILimitedException, WeChatClientException

from .wechat import client_for, covers


@covers("misc.get_wechat_ips")
def test_token_and_addresses(client):
    assert client.fetch_access_token()["expires_in"] == 7200
    assert client.misc.get_wechat_ips() == ["127.0.0.1"]


def test_an_expired_token_is_renewed(client, sandbox, relation):
    client.user.get(relation.userid)
    sandbox.company.tokens.revoke(client.access_token)
    assert client.user.get(relation.userid)["userid"] == relation.userid


def test_errors_arrive_as_its_own(client, sandbox):
    with pytest.raises(WeChatClientException) as caught:
        client.external_contact.get("wmnobody")
    assert caught.value.errcode == 40096
    sandbox.company.rules.change({"minute_limit": 0})
    with pytest.raises(APILimitedException):
        client.external_contact.get_follow_user_list()


def test_an_app_without_permission_is_told(sandbox):
    plain = client_for(sandbox, sandbox.credentials.plain_secret)
    with pytest.raises(WeChatClientException) as caught:
        plain.external_contact.get_follow_user_list()
    assert caught.value.errcode == 48002
    plain._http.close()
