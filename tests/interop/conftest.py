"""One simulated company, and wechatpy as its customer-contact app."""

import pytest
import requests

from privcrm.sandbox import Sandbox

from .wechat import client_for, record


@pytest.fixture(scope="package")
def running():
    with Sandbox(seed=11, members=300, groups=8) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running):
    running.reset()
    return running


@pytest.fixture
def client(request, sandbox):
    """A client of the customer-contact app; when the test ends, it must have called what the test `covers`."""
    client = client_for(sandbox, sandbox.credentials.secret)
    asked = record(client)
    yield client
    client._http.close()
    assert getattr(request.function, "covers", frozenset()) <= asked


@pytest.fixture
def relation(sandbox):
    """A relation with somebody whom WeChat knows."""
    return next(r for r in sandbox.company.relations() if r.unionid)


@pytest.fixture
def colleague(sandbox, relation):
    """Somebody else who serves members."""
    return next(r.userid for r in sandbox.company.relations() if r.userid != relation.userid)


@pytest.fixture
def state(sandbox):
    """Return the rows of one kind of state, as the control plane has them."""

    def rows(kind):
        reply = requests.get(f"{sandbox.control_url}state/{kind}", params={"limit": 1000}, timeout=10)
        assert reply.ok, reply.text
        return reply.json()["items"]

    return rows
