"""What a provider can do, as one table: it feeds the check, the docs matrix, the CLI and the contract tests."""

from collections.abc import Mapping
from enum import StrEnum

from attrs import frozen


class Level(StrEnum):
    """How well something is supported."""

    NATIVE = "native"
    EMULATED = "emulated"
    PARTIAL = "partial"
    NONE = "none"


@frozen
class Support:
    """The level for one capability, with a note: how it is emulated, which part works, or why it does not.

    ``instead`` says what a caller can do where the level is none.
    """

    level: Level
    note: str = ""
    instead: str = ""

    def __bool__(self) -> bool:
        return self.level is not Level.NONE


NATIVE = Support(Level.NATIVE)

Capabilities = Mapping[str, Support]
"""Capability names are ``port.method``, such as ``tags.mark``; what a table does not name is not supported."""
