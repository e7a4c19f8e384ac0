"""For tests: a provider without a network, builders of models, the contract every provider keeps, a pytest plugin.

Only ``privcrm.testing.contract`` and ``privcrm.testing.plugin`` need pytest; the rest serves wherever a company
without a vendor is wanted.
"""

from typing import TYPE_CHECKING

from privcrm._lazy import resolver

if TYPE_CHECKING:
    from privcrm.testing.factories import Factory
    from privcrm.testing.memory import MemoryProvider
else:
    __getattr__ = resolver(__name__, {"factories": ("Factory",), "memory": ("MemoryProvider",)})

__all__ = ["Factory", "MemoryProvider"]
