"""Whatever a program sends, the simulated vendor answers: it never breaks."""

import asyncio
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privcrm.sandbox.calls import Recorder
from privcrm.sandbox.clock import VirtualClock
from privcrm.sandbox.wecom.company import Company, Size
from privcrm.sandbox.wecom.endpoints import ENDPOINTS
from privcrm.sandbox.wecom.wire import Request, WeComWire

COMPANY = Company(Size(members=100, groups=4), VirtualClock())
COMPANY.rules.change({"minute_limit": 10**9, "hour_limit": 10**9})
COMPANY.rules.change({"address_minute_limit": 10**9, "address_hour_limit": 10**9})
WIRE = WeComWire(COMPANY, Recorder(10))
TOKENS = [COMPANY.tokens.issue(app, COMPANY.clock.time())[0] for app in COMPANY.apps]
RELATION = next(COMPANY.relations())
TAG = COMPANY.ids.tag.encode(1)
GROUP = COMPANY.ids.group.encode(0)

WORDS = st.sampled_from([RELATION.userid, RELATION.external_userid, TAG, GROUP, "", "0", "-1", "9" * 30]) | st.text()
SCALARS = st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.floats(allow_nan=False) | WORDS
LEAVES = SCALARS | st.lists(SCALARS, max_size=3) | st.dictionaries(st.sampled_from(["name", "userid_list"]), SCALARS)
VALUES = LEAVES | st.lists(LEAVES, max_size=3) | st.dictionaries(st.sampled_from(["name", "userid_list"]), LEAVES)


@pytest.fixture(scope="module")
def runner():
    """One event loop for thousands of calls: making one costs as much as an answer."""
    with asyncio.Runner() as runner:
        yield runner


def answer(runner, path, method, token, given):
    query = {name: str(value) for name, value in given.items()}
    request = Request(method, path, {**query, "access_token": token}, json.dumps(given).encode(), "127.0.0.1")
    return runner.run(WIRE.answer(request))


@pytest.mark.parametrize("path", sorted(ENDPOINTS))
@settings(max_examples=60, deadline=None, derandomize=True)
@given(data=st.data())
def test_every_call_gets_an_answer(runner, path, data):
    endpoint = ENDPOINTS[path]
    given = {field.name: data.draw(VALUES) for field in endpoint.fields if data.draw(st.booleans())}
    reply = answer(runner, path, endpoint.method, data.draw(st.sampled_from(TOKENS)), given)
    body = json.loads(reply.body)
    assert body["errcode"] == reply.errcode
    assert (reply.errcode == 0) == (reply.errmsg == "ok")
    if reply.errcode:
        assert body.keys() >= {"errcode", "errmsg", *endpoint.empty}
        assert not reply.errmsg.startswith("error,")
