"""The store of one company: every repository behind one object."""

import random
from collections.abc import Callable
from types import TracebackType
from typing import Self

from privcrm.clock import Clock
from privcrm.forks import reset_in_children
from privcrm.store.audit import Audit
from privcrm.store.breakers import StoredBreakers
from privcrm.store.database import Connection, Database
from privcrm.store.files import Files
from privcrm.store.leases import Leases
from privcrm.store.quotas import StoredQuotas
from privcrm.store.stage import Stage
from privcrm.store.switch import Switch
from privcrm.store.timers import StoredTimers
from privcrm.store.tokens import StoredTokens

__all__ = ["Store"]


class Store:
    """What ``open_store`` returns; closing it ends its connections. Safe for threads, and after a fork."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self.audit = Audit(database, clock)
        self.switch = Switch(database, clock, self.audit)
        self.timers = StoredTimers(database, clock)
        self.files = Files(database, clock)
        # Names of workers must differ between processes that were started with the same seed.
        self.tokens = StoredTokens(database, Leases(database, clock, random.SystemRandom()))
        self.quotas = StoredQuotas(database)
        self.breakers = StoredBreakers(database)
        reset_in_children(database)

    @property
    def company(self) -> str:
        """The company whose rows these are."""
        return self.database.company

    def stage(self, job_id: str, confirm: Callable[[Connection], None] | None = None) -> Stage:
        """Return the scratch rows of a job in the making; ``confirm`` raises if they may have been dropped."""
        return Stage(self.database, job_id, confirm)

    def close(self) -> None:
        """End the connections; an engine handed in by the application stays open."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Store({self.database.place!r}, company={self.company!r})"
