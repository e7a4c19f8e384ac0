"""The gateway over HTTP: permanent links, and the small page that shows the QR code of the moment.

Names are resolved on first use.
"""

from typing import TYPE_CHECKING

from privcrm._lazy import resolver

if TYPE_CHECKING:
    from privcrm.web.gateway.clients import RequestRate
    from privcrm.web.gateway.gateway import Gateway, GatewaySide
    from privcrm.web.gateway.policy import GatewayPolicy, GatewayRequest
else:
    __getattr__ = resolver(
        __name__,
        {
            "clients": ("RequestRate",),
            "gateway": ("Gateway", "GatewaySide"),
            "policy": ("GatewayPolicy", "GatewayRequest"),
        },
    )

__all__ = ["Gateway", "GatewayPolicy", "GatewayRequest", "GatewaySide", "RequestRate"]
