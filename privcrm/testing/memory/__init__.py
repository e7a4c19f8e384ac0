"""The memory provider: a company inside the process, with rules of its own and no vendor.

It keeps the contract of every port that it serves, so what runs against it runs, in the same words, against a vendor.
It is the quick way to try the library and to test an application; a vendor's own rules are the sandbox's business.
"""

from privcrm.testing.memory.provider import MemoryProvider

__all__ = ["MemoryProvider"]
