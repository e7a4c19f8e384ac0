"""The ports themselves: complete, documented, and refusing by default."""

import inspect

import pytest

from privcrm import provider as interface
from privcrm.errors import UnsupportedCapability
from privcrm.models import Pages
from privcrm.provider import Intent, Level, Provider, Support, ports

PORTS = [getattr(ports, name) for name in ports.__all__ if name != "Port"]
METHODS = [
    (port, name)
    for port in PORTS
    for name, value in inspect.getmembers(port)
    if inspect.isfunction(value) and not name.startswith("_")
]
IDS = [f"{port.area}.{name}" for port, name in METHODS]
CREATES_ONCE = {
    "tags.create": "settle",
    "live_codes.create_contact_code": "settle_contact_code",
    "live_codes.create_group_code": "settle_group_code",
    "handover.transfer_members": "settle_members",
    "handover.transfer_groups": "settle_groups",
    "moments.create": "settle",
    "messages.create": "settle",
    "messages.create_staff_chat": "settle_staff_chat",
}


@pytest.mark.parametrize(("port", "name"), METHODS, ids=IDS)
def test_a_port_refuses_what_no_adapter_offers(port, name):
    method = getattr(port("acme", {f"{port.area}.{name}": Support(Level.NONE, "no such thing", "a letter")}), name)
    required = [one for one in inspect.signature(method).parameters.values() if one.default is one.empty]
    arguments = [None for one in required if one.kind is not one.KEYWORD_ONLY]
    with pytest.raises(UnsupportedCapability) as caught:
        method(*arguments, **{one.name: None for one in required if one.kind is one.KEYWORD_ONLY})
    assert str(caught.value) == f"acme does not support {port.area}.{name}: no such thing; instead: a letter"


@pytest.mark.parametrize(("port", "name"), METHODS, ids=IDS)
def test_every_method_has_a_contract_and_types(port, name):
    method = getattr(port, name)
    assert inspect.getdoc(method).rstrip().endswith(".")
    signature = inspect.signature(method)
    assert signature.return_annotation is not signature.empty
    assert all(one.annotation is not one.empty for one in list(signature.parameters.values())[1:])


@pytest.mark.parametrize(("port", "name"), METHODS, ids=IDS)
def test_what_takes_a_cursor_returns_pages(port, name):
    signature = inspect.signature(getattr(port, name))
    returns_pages = getattr(signature.return_annotation, "__origin__", None) is Pages
    assert returns_pages is ("cursor" in signature.parameters)


def test_what_must_not_be_repeated_takes_an_intent_and_can_be_settled():
    takes_intent = {
        f"{port.area}.{name}"
        for port, name in METHODS
        if "intent" in inspect.signature(getattr(port, name)).parameters and not name.startswith("settle")
    }
    assert takes_intent == set(CREATES_ONCE)
    for capability, settle in CREATES_ONCE.items():
        area, name = capability.split(".")
        port = next(port for port in PORTS if port.area == area)
        parameters = inspect.signature(getattr(port, name)).parameters
        # Tags are recognised by their names: whoever creates them directly may do without an intent.
        assert parameters["intent"].annotation == (Intent | None if capability == "tags.create" else Intent)
        assert parameters["intent"].kind is inspect.Parameter.KEYWORD_ONLY
        assert inspect.signature(getattr(port, settle)).return_annotation is interface.Settled


def test_every_port_hangs_on_a_provider_under_its_own_name():
    class Bare(Provider):
        name = "bare"
        capabilities = {}  # noqa: RUF012
        default_limits = interface.LimitTable([])

    bare = Bare(interface.ProviderContext())
    assert {name for name, value in vars(bare).items() if isinstance(value, ports.Port)} == {p.area for p in PORTS}
    assert all(type(getattr(bare, port.area)) is port for port in PORTS)
    with pytest.raises(UnsupportedCapability):
        bare.call("anything")
