"""What a vendor tells us unasked, verified and decrypted, before anybody interprets it."""

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen


@frozen(slots=False)
class Callback:
    """One callback: ``kind`` and ``change`` are the vendor's words, ``sent_at`` unix seconds of its own clock.

    ``app`` is the configured app that received it. ``digest`` is the same for every delivery of the same callback.
    """

    kind: str
    app: str
    change: str = ""
    sent_at: int | None = None
    digest: str = ""
    raw: Mapping[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)
