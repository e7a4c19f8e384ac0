"""Every port method that WeCom claims does ask the endpoints that say so, and no others."""

import pytest

from privcrm.sandbox import Sandbox, VirtualClock
from privcrm_wecom.capabilities import CAPABILITIES
from privcrm_wecom.endpoints import ENDPOINTS

from .port_calls import walk


@pytest.fixture(scope="module")
def asked():
    with Sandbox(seed=5, staff=12, members=400, groups=8, clock=VirtualClock(auto_advance=True)) as sandbox:
        yield walk(sandbox)


@pytest.mark.parametrize("method", CAPABILITIES)
def test_a_method_asks_what_the_table_says(asked, method):
    assert asked[method] == {row.name for row in ENDPOINTS if method in row.used_by}


def test_no_method_goes_unclaimed(asked):
    assert asked.keys() == CAPABILITIES.keys()
