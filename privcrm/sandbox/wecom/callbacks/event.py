"""One event, before it is written for each app that is told."""

from collections.abc import Callable, Mapping

import attrs

from privcrm.sandbox.wecom.apps import App
from privcrm.sandbox.world import Welcome

Value = str | int | tuple[str, ...] | Mapping[str, str | int]
"""A text, a number, a list of items, or elements inside."""
Elements = tuple[tuple[str, Value], ...]


@attrs.frozen(kw_only=True)
class Event:
    """An event or message: its name, what is told, from when, by whom, and to which apps."""

    name: str
    change: str = ""
    at: int
    elements: Elements = attrs.field(default=(), repr=False)
    to: Callable[[App], bool]
    sender: str = "sys"
    welcome: Welcome | None = None
    """Told to each app by a code of its own."""
    kind: str = "event"
    """The MsgType."""

    @property
    def path(self) -> str:
        """What orders for faults are compared with: callback/<event>/<change_type>."""
        return "/".join(filter(None, ("callback", self.name, self.change)))

    def text(self, name: str) -> str:
        """Return an element as text, empty if it is not there."""
        return str(dict(self.elements).get(name, ""))
