"""What one client may cost our own server."""

from attrs import frozen

__all__ = ["ServerLimits"]


@frozen
class ServerLimits:
    """Bounds of `WebhookServer`; who passes one of them is cut off without a status line.

    ``head_seconds`` and ``body_seconds`` are for receiving headers and body, whatever trickles in meanwhile;
    ``idle_seconds`` for a connection without a request; ``most_head`` and ``most_message`` are bytes of headers, and
    of headers and body as they came (chunks and trailers included); ``most_connections`` are open at a time: of
    more, some of the address that holds most go, those first that have asked for nothing longest. Who asks for more
    than fits on the way has ``reply_seconds`` for fetching it.
    """

    head_seconds: float = 5.0
    body_seconds: float = 5.0
    idle_seconds: float = 10.0
    most_connections: int = 512
    most_head: int = 64 * 1024
    most_message: int = 2 * 1024 * 1024
    reply_seconds: float = 30.0
