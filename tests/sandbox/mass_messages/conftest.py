import pytest

from tests.sandbox.mass_messages.mass import ADD, DAY, TEXT


@pytest.fixture(autouse=True)
def long_lived_tokens(control):
    control.switch(token_lifetime=10 * 366 * DAY)


@pytest.fixture
def mine(vendor, relation):
    """All customers of the first relation's employee."""
    return vendor.get("externalcontact/list", userid=relation.userid)["external_userid"]


@pytest.fixture
def order(vendor, relation):
    def place(**body):
        reply = vendor.post(ADD, **{"sender": relation.userid, "text": TEXT, **body})
        assert reply["errcode"] == 0, reply
        return reply

    return place
