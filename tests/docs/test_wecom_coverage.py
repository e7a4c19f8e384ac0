"""The coverage of WeCom is complete, and what its page says is what the code does."""

import inspect
from pathlib import Path

from privcrm.provider import ports
from privcrm.sandbox.wecom.endpoints import ENDPOINTS as SIMULATED
from privcrm_wecom import WeComProvider
from privcrm_wecom.capabilities import CAPABILITIES
from privcrm_wecom.endpoints import ENDPOINTS, RETIRED

# The endpoints of customer contact and what it needs, as the vendor documents them (February 2026).
DOCUMENTED = {
    tuple(line.split()) for line in (Path(__file__).parent / "wecom_endpoints.txt").read_text().splitlines() if line
}


def test_every_documented_endpoint_is_known_to_the_adapter():
    assert {(row.method, row.path) for row in (*ENDPOINTS, *RETIRED)} >= DOCUMENTED


def test_every_documented_endpoint_is_simulated():
    assert {(row.method, path) for path, row in SIMULATED.items()} == DOCUMENTED


def test_methods_named_by_rows_exist_and_are_claimed():
    areas = {getattr(ports, name).area: getattr(ports, name) for name in ports.__all__ if name != "Port"}
    for row in ENDPOINTS:
        for used_by in row.used_by:
            area, _, method = used_by.partition(".")
            assert inspect.isfunction(getattr(areas[area], method, None)), f"{row.name}: {used_by} is no port method"
            assert CAPABILITIES.get(used_by), f"{row.name}: {used_by} is not in the capability table"


def test_every_claimed_method_is_named_by_a_row():
    named = {used_by for row in ENDPOINTS for used_by in row.used_by}
    without_a_call = {"live_codes.picture", "live_codes.settle_group_code", "messages.check_welcome"}
    without_a_call |= {f"callbacks.{method}" for method in ("apps", "open", "read", "seal")}
    assert set(WeComProvider.capabilities) - named == without_a_call
