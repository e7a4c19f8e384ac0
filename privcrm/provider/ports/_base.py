"""What all ports share."""

from privcrm.errors import UnsupportedCapability
from privcrm.provider.capabilities import Capabilities, Level, Support


class Port:
    """One area of a vendor's interface.

    The docstrings of a port's methods are the contract that adapters keep and the shipped contract tests check.
    A method that an adapter does not override raises ``UnsupportedCapability`` before any network call. Calls made
    on a port go out at once and are not journalled: what must survive a crash goes through the services.
    """

    area = ""

    def __init__(self, provider: str, capabilities: Capabilities) -> None:
        self._provider = provider
        self._capabilities = capabilities

    def _unsupported(self, method: str) -> UnsupportedCapability:
        capability = f"{self.area}.{method}"
        support = self._capabilities.get(capability, Support(Level.NONE, "this adapter does not offer it"))
        return UnsupportedCapability(self._provider, capability, support.note, support.instead)
