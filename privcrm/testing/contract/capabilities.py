"""What a provider says about itself must be true."""

import inspect
from collections.abc import Iterator
from datetime import date

import pytest
from attrs import evolve

from privcrm.errors import ConfigurationError, UnsupportedCapability
from privcrm.provider import CallRecord, Level, Provider, ProviderContext, Support
from privcrm.provider.ports import Port
from privcrm.testing.contract.base import Contract, MakeProvider

# Answered by the ports themselves where a provider has nothing to say.
_ASKED_OF_ALL = {"callbacks.apps"}
_NOTHING = Support(Level.NONE)


def _ports(provider: Provider) -> Iterator[Port]:
    return (value for value in vars(provider).values() if isinstance(value, Port))


def _interface(port: Port) -> type[Port]:
    """Return the port class that the adapter's class is made from: the one that names the area."""
    return next(base for base in reversed(type(port).__mro__) if "area" in vars(base) and base is not Port)


def _methods(port: Port) -> Iterator[str]:
    return (name for name, _ in inspect.getmembers(_interface(port), inspect.isfunction) if name[0] != "_")


def _overridden(port: Port, method: str) -> bool:
    return getattr(type(port), method) is not getattr(_interface(port), method)


def _refusal(port: Port, method: str) -> UnsupportedCapability | None:
    call = getattr(port, method)
    parameters = inspect.signature(call).parameters.values()
    required = [one for one in parameters if one.default is one.empty]
    given = [None for one in required if one.kind is not one.KEYWORD_ONLY]
    try:
        call(*given, **{one.name: None for one in required if one.kind is one.KEYWORD_ONLY})
    except UnsupportedCapability as refusal:
        return refusal
    return None


class CapabilitiesContract(Contract):
    """The capability table and the limits."""

    def test_the_table_names_only_what_exists(self, provider: Provider) -> None:
        """Every row is ``port.method``, or ``call``."""
        known = {f"{port.area}.{method}" for port in _ports(provider) for method in _methods(port)} | {"call"}
        assert set(provider.capabilities) <= known

    def test_the_table_agrees_with_the_ports(self, provider: Provider) -> None:
        """What is claimed is implemented, what is implemented is claimed; a service may do the emulated."""
        wrong: list[str] = []
        for port in _ports(provider):
            for method in _methods(port):
                level = provider.capabilities.get(f"{port.area}.{method}", _NOTHING).level
                if level is not Level.EMULATED and _overridden(port, method) is (level is Level.NONE):
                    wrong.append(f"{port.area}.{method} is {level}")
        assert not wrong

    def test_what_is_not_native_is_explained(self, provider: Provider) -> None:
        """Partial, emulated and missing capabilities carry a note."""
        bare = [name for name, support in provider.capabilities.items() if support.level is not Level.NATIVE]
        assert not [name for name in bare if not provider.capabilities[name].note]

    def test_the_unsupported_is_refused_before_sending(self, provider: Provider, records: list[CallRecord]) -> None:
        """Every method that the table does not claim says so at once, with provider and capability."""
        for port in _ports(provider):
            for method in _methods(port):
                capability = f"{port.area}.{method}"
                claimed = provider.capabilities.get(capability) or _overridden(port, method)
                if claimed or capability in _ASKED_OF_ALL:
                    continue
                refusal = _refusal(port, method)
                assert refusal is not None, f"{capability} is neither claimed nor refused"
                assert (refusal.provider, refusal.capability) == (provider.name, capability)
                assert refusal.reason
        assert not records

    def test_limits_have_a_source(self, provider: Provider) -> None:
        """A figure without its page and date cannot be checked when the vendor changes it."""
        for name, limit in provider.limits.items():
            assert limit.name == name
            assert limit.value > 0
            assert limit.source
            assert limit.scope
            assert date.fromisoformat(f"{limit.as_of}-01"[:10])

    def test_limits_can_be_overridden(
        self, make_provider: MakeProvider, context: ProviderContext, provider: Provider
    ) -> None:
        """A company whose figures differ sets them by name; a name that does not exist is refused."""
        name = next(iter(provider.limits))
        wanted = provider.limits[name].value + 1
        with make_provider(evolve(context, limits={name: wanted})) as changed:
            assert changed.limits[name].value == wanted
        with pytest.raises(ConfigurationError):
            make_provider(evolve(context, limits={"no such limit": 1}))

    def test_it_says_where_it_writes(self, provider: Provider) -> None:
        """Name, company and host are there for people to read before they agree to anything."""
        assert provider.name
        assert provider.company
        assert provider.host
        assert provider.company in repr(provider)
