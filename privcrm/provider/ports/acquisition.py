"""Port: acquisition links."""

from collections.abc import Mapping
from typing import Any

from privcrm.models import (
    Acquired,
    AcquiredChat,
    AcquisitionFigures,
    AcquisitionLink,
    AcquisitionLinkSpec,
    AcquisitionPermit,
    AcquisitionQuota,
    LinkId,
    Pages,
)
from privcrm.provider.ports._base import Port


class AcquisitionPort(Port):
    """Keeps the addresses that lead people to staff; each member who comes through one is paid for."""

    area = "acquisition"

    def list(self, cursor: str = "") -> Pages[LinkId]:
        """List the links that this app made."""
        raise self._unsupported("list")

    def get(self, link_id: str) -> AcquisitionLink:
        """Return one link; an unknown id raises ``NotFound``."""
        raise self._unsupported("get")

    def create(self, spec: AcquisitionLinkSpec, *, extra: Mapping[str, Any] | None = None) -> AcquisitionLink:
        """Make a link. Not safe to repeat: look for its name among the listed links when an answer was lost."""
        raise self._unsupported("create")

    def update(self, link_id: str, spec: AcquisitionLinkSpec, *, extra: Mapping[str, Any] | None = None) -> None:
        """Replace a link's name and people; its address stays. Safe to repeat."""
        raise self._unsupported("update")

    def delete(self, link_id: str) -> None:
        """Delete a link: its address leads nowhere afterwards. Cannot be undone."""
        raise self._unsupported("delete")

    def acquired(self, link_id: str, cursor: str = "") -> Pages[Acquired]:
        """List the members who came through a link."""
        raise self._unsupported("acquired")

    def quota(self) -> AcquisitionQuota:
        """Return how many more members links may bring."""
        raise self._unsupported("quota")

    def figures(self, link_id: str, first_day: int, last_day: int) -> AcquisitionFigures:
        """Count over whole days in UTC+8, both included, given in unix seconds; at most 30 of the last 180 days."""
        raise self._unsupported("figures")

    def chat(self, chat_key: str) -> AcquiredChat:
        """Return the chat that a callback about a member's first messages named; such keys live half an hour."""
        raise self._unsupported("chat")

    def permitted(self) -> AcquisitionPermit:
        """Return to whom links of this app may lead, where a provider's app is limited in that."""
        raise self._unsupported("permitted")
