"""Mass messages (群发): each ordered once, whatever happens to the vendor's answer.

Names are resolved on first use.
"""

from typing import TYPE_CHECKING

from privcrm._lazy import resolver

if TYPE_CHECKING:
    from privcrm.services.mass_messages.handler import KIND, MessageHandler
    from privcrm.services.mass_messages.mass_messages import MassMessages
else:
    __getattr__ = resolver(__name__, {"handler": ("KIND", "MessageHandler"), "mass_messages": ("MassMessages",)})

__all__ = ["KIND", "MassMessages", "MessageHandler"]
