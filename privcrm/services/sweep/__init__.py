"""Finding what callbacks did not tell, by comparing what the vendor lists with what is known.

Names are resolved on first use.
"""

from typing import TYPE_CHECKING

from privcrm._lazy import resolver

if TYPE_CHECKING:
    from privcrm.services.sweep.sweep import Sweep
else:
    __getattr__ = resolver(__name__, {"sweep": ("Sweep",)})

__all__ = ["Sweep"]
