"""What the ports of this adapter share: the client, and the figures that bound what is sent."""

from collections.abc import Collection
from inspect import cleandoc, isfunction
from typing import Any

from privcrm.provider import Limit, LimitTable
from privcrm.provider.ports import Port
from privcrm_wecom.arguments import Method, checked
from privcrm_wecom.capabilities import CAPABILITIES
from privcrm_wecom.client import WeComClient


class Area(Port):
    """One area of WeCom; a port of this adapter is an ``Area`` and the port that it serves.

    Tracebacks may show the local values of every frame: a method wraps ``extra`` and bodies with texts in ``Params``
    before anything can raise, and deletes arguments that hold texts or codes.

    What a class serves of its port refuses arguments of wrong types, and its docstrings begin with the port's. Methods
    named in ``unchecked`` take what they are given: for those that are called for every request that comes in.
    """

    def __init_subclass__(cls, *, unchecked: Collection[str] = (), **arguments: Any) -> None:
        super().__init_subclass__(**arguments)
        for name, promised in _contract(cls).items():
            method = getattr(cls, name)
            if method is not promised and not hasattr(method, "__wrapped__"):
                setattr(cls, name, _served(method, promised, unchecked=name in unchecked))

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


def _contract(area: type) -> dict[str, Method]:
    """Return the public methods of the ports that a class serves."""
    ports = [base for base in area.__mro__ if issubclass(base, Port) and not issubclass(base, Area)]
    return {
        name: method
        for port in reversed(ports)
        for name, method in vars(port).items()
        if isfunction(method) and not name.startswith("_")
    }


def _served(method: Method, promised: Method, *, unchecked: bool) -> Method:
    served = method if unchecked else checked(method)
    if promised.__doc__ and method.__doc__:  # there are none under -OO
        served.__doc__ = f"{cleandoc(promised.__doc__)}\n\nAt WeCom: {cleandoc(method.__doc__)}"
    return served
