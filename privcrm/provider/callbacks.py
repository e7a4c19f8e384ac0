"""A vendor's callback: the request as it came, and what it holds once it is verified and decrypted."""

from collections.abc import Mapping

from attrs import field, frozen

from privcrm.models.events import Event
from privcrm.provider.config import Secret

__all__ = ["Callback", "CallbackApp", "CallbackRequest", "Opened", "SealedReply"]


@frozen
class CallbackRequest:
    """An HTTP request that claims to be a callback: raw query string, headers by lower-case name, untouched body."""

    method: str
    query: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    path: str = ""


@frozen
class CallbackApp:
    """An app that is told of things: its configured name, the path that it is told at ("" for any), its tokens."""

    name: str
    path: str = ""
    tokens: tuple[Secret, ...] = ()


@frozen(slots=False)
class Callback:
    """One thing that the vendor tells, verified.

    ``text`` is what was decrypted, from which ``CallbacksPort.read`` makes the event again. ``storage_key`` is the same
    for every delivery of it to one app; ``business_key`` also for other apps that are told of the same.
    """

    event: Event
    text: str = field(repr=False)
    storage_key: str
    business_key: str


@frozen(slots=False)
class Opened:
    """A request that was verified and decrypted.

    ``signed_at`` is unix seconds, signed by the vendor by its own (real) clock. ``challenge`` is set where the vendor
    only checks our address: it is to be answered with, and there is no callback then. ``secrets`` says which pair of
    token and key it was sealed with (0 for the current one), for a reply that is to be sealed alike; ``nonce`` is the
    vendor's.
    """

    app: str
    signed_at: int
    callbacks: tuple[Callback, ...] = ()
    challenge: bytes | None = field(default=None, repr=False)
    secrets: int = 0
    nonce: str = ""
    is_json: bool = False


@frozen
class SealedReply:
    """A passive reply as it goes out."""

    body: bytes = field(repr=False)
    content_type: str
