"""How and when the store opens: with the first part that needs it."""

from typing import TYPE_CHECKING, Any

from privcrm.errors import ConfigurationError
from privcrm.once import Once

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from privcrm.clock import Clock
    from privcrm.store import Store

__all__ = ["Opening"]


class Opening:
    """How and when the store opens: the company is known only after the provider, which wants the store's memory."""

    def __init__(self, target: "str | Engine | None", clock: "Clock") -> None:
        self.target = target
        self.company = ""
        self.once = Once(self._open)
        self._clock = clock

    def memory(self) -> dict[str, Any]:
        """Return the durable token store, ledger and breakers, each reaching for the store only when used."""
        if self.target is None:
            return {}
        return {name: _Deferred(self.once, name) for name in ("tokens", "quotas", "breakers")}

    def _open(self) -> "Store":
        if self.target is None:
            raise ConfigurationError(
                "jobs need a store, so that nothing is lost when a process dies: "
                "pass store='sqlite:///privcrm.db' or set PRIVCRM_STORE"
            )
        from privcrm.store import open_store

        return open_store(self.target, clock=self._clock, company=self.company)


class _Deferred:
    """Stands in for one part of the store; looks it up at the first call, keeps the methods found."""

    def __init__(self, store: "Once[Store]", part: str) -> None:
        self._store = store
        self._part = part

    def __getattr__(self, name: str) -> Any:
        method = getattr(getattr(self._store(), self._part), name)
        setattr(self, name, method)
        return method
