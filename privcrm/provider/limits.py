"""Vendor limits as data: each with its source and date, because vendors change them."""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

from attrs import evolve, frozen

from privcrm.errors import ConfigurationError

PER_ADDRESS = "address and endpoint"
"""The scope of a limit that holds for all calls from one IP address, whichever company they are for."""


class Confidence(StrEnum):
    """How sure we are of a figure."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    CONFIGURED = "configured"


class Unit(StrEnum):
    """What a limit counts."""

    CALLS_PER_MINUTE = "calls/minute"
    CALLS_PER_HOUR = "calls/hour"
    CALLS_PER_DAY = "calls/day"
    CALLS_PER_MONTH = "calls/month"
    IN_FLIGHT = "calls in flight"
    ITEMS = "items"
    CHARACTERS = "characters"
    BYTES = "bytes"
    SECONDS = "seconds"
    PIXELS = "pixels"
    FEN = "fen"


@frozen
class Limit:
    """One limit: ``scope`` says of what (company and endpoint, member, request), ``source`` names the vendor's page."""

    name: str
    value: int
    unit: Unit
    scope: str
    source: str
    as_of: str
    confidence: Confidence
    note: str = ""


class LimitTable(Mapping[str, Limit]):
    """The limits of one provider by name; a company whose figures differ overrides them."""

    def __init__(self, limits: Iterable[Limit]) -> None:
        self._limits = {limit.name: limit for limit in limits}

    def __getitem__(self, name: str) -> Limit:
        return self._limits[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._limits)

    def __len__(self) -> int:
        return len(self._limits)

    def override(self, values: Mapping[str, int]) -> "LimitTable":
        """Return a table with those values; an unknown name raises ``ConfigurationError`` and lists the known ones."""
        unknown = sorted(set(values) - set(self._limits))
        if unknown:
            raise ConfigurationError(f"no limit is called {unknown[0]!r}; known: {', '.join(sorted(self._limits))}")
        changed = {
            name: evolve(self._limits[name], value=value, confidence=Confidence.CONFIGURED)
            for name, value in values.items()
        }
        return LimitTable((self._limits | changed).values())
