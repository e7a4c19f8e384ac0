"""What a receiver answers, without any framework."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from attrs import field, frozen

__all__ = ["Handle", "Reply"]


@frozen
class Reply:
    """An HTTP answer: status, headers as pairs, body.

    ``abort``: nothing may be answered, because the vendor would take any status as the end of it: close the
    connection without a status line, or hold the answer until the vendor has given up and comes again.
    """

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = field(default=b"", repr=False)
    abort: bool = False


class Handle(Protocol):
    """``crm.webhooks.handle``: what every mount calls."""

    def __call__(
        self,
        method: str,
        query: str,
        headers: Iterable[tuple[str, str]] | Mapping[str, str],
        body: bytes,
        path: str = "",
    ) -> Reply:
        """Answer one request: ``query`` is the raw query string, ``headers`` pairs as they came."""
        ...
