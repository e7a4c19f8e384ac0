"""What the ports of this adapter share: the client, and the figures that bound what is sent."""

from privcrm.provider import Limit, LimitTable
from privcrm.provider.ports import Port
from privcrm_wecom.capabilities import CAPABILITIES
from privcrm_wecom.client import WeComClient


class Area(Port):
    """One area of WeCom; a port of this adapter is an ``Area`` and the port that it serves.

    Tracebacks may show the local values of every frame: a method wraps ``extra`` and bodies with texts in ``Params``
    before anything can raise, and deletes arguments that hold texts or codes.
    """

    def __init__(self, client: WeComClient, limits: LimitTable) -> None:
        super().__init__("wecom", CAPABILITIES)
        self._client = client
        self._limits = limits

    def _most(self, name: str) -> int:
        """Return the figure of a limit in force."""
        return self._limits[name].value

    def _limit(self, name: str) -> Limit:
        """Return a limit in force, for ``checks``."""
        return self._limits[name]
