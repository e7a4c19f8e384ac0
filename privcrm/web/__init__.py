"""The receiver's side of HTTP: one handler, mounted under WSGI, ASGI, or our own server.

Names are resolved on first use.
"""

from typing import TYPE_CHECKING

from privcrm._lazy import resolver

if TYPE_CHECKING:
    from privcrm.web.asgi import AsgiApp
    from privcrm.web.health import HealthApp
    from privcrm.web.limits import ServerLimits
    from privcrm.web.receiver import Receiver
    from privcrm.web.reply import Handle, Reply
    from privcrm.web.server import WebhookServer
    from privcrm.web.webhooks import Webhooks
    from privcrm.web.wsgi import WsgiApp
else:
    __getattr__ = resolver(
        __name__,
        {
            "asgi": ("AsgiApp",),
            "health": ("HealthApp",),
            "limits": ("ServerLimits",),
            "receiver": ("Receiver",),
            "reply": ("Handle", "Reply"),
            "server": ("WebhookServer",),
            "webhooks": ("Webhooks",),
            "wsgi": ("WsgiApp",),
        },
    )

__all__ = [
    "AsgiApp",
    "Handle",
    "HealthApp",
    "Receiver",
    "Reply",
    "ServerLimits",
    "WebhookServer",
    "Webhooks",
    "WsgiApp",
]
