"""The contract of ``CallbacksPort``."""

import ipaddress

from privcrm.provider import Provider
from privcrm.testing.contract.base import Contract, needs


class CallbacksContract(Contract):
    """Where callbacks come from."""

    @needs("callbacks.addresses")
    def test_callbacks_come_from_networks(self, provider: Provider) -> None:
        """Every entry can stand in a firewall's rules."""
        found = provider.callbacks.addresses()
        assert found
        assert all(ipaddress.ip_network(one) for one in found)
