"""Both databases, a clock that only moves when told to, and an open store."""

from tests.store.fixtures import clock, store, url

__all__ = ["clock", "store", "url"]
