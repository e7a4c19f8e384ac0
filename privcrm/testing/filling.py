"""Filling a store with a simulated company: what a synchronisation over HTTP would leave there, much sooner."""

from collections.abc import Collection
from threading import Event

from privcrm.errors import InputError
from privcrm.sandbox.clock import VirtualClock
from privcrm.sandbox.wecom.apps import company_id
from privcrm.sandbox.wecom.company import Company, Size
from privcrm.services.sync.progress import Report
from privcrm.services.sync.report import SyncReport
from privcrm.services.sync.sync import Sync
from privcrm.store import Store
from privcrm.store.vault import Vault
from privcrm.testing.straight import StraightProvider

__all__ = ["Size", "company_id", "fill"]


def fill(
    store: Store,
    size: Size,
    vault: Vault | None = None,
    *,
    store_fields: Collection[str] = (),
    progress: Report | None = None,
    stop: Event | None = None,
) -> SyncReport:
    """Write the mirror of a simulated company into an empty store, by the synchronisation itself.

    The store is to be that of the company (``company_id(seed)``), ``vault`` the store's. Ids are those of the sandbox's
    WeCom wire: a later synchronisation with ``privcrm sandbox serve`` of the same size finds nothing to change. Raises
    ``InputError`` for the store of another company and for one that has members already, and as ``Sync.run``.
    """
    company = Company(size, VirtualClock())
    if store.company != company.corp_id:
        raise InputError(f"this company is {company.corp_id}, and the store was opened for {store.company}")
    _refuse_filled(store)
    sync = Sync(StraightProvider(company), store, vault or Vault(store.database), store_fields=store_fields)
    return sync.run(progress=progress, stop=stop)


def _refuse_filled(store: Store) -> None:
    with store.database.connect() as connection:
        found = connection.one("SELECT 1 FROM privcrm_member WHERE company = ? LIMIT 1", store.company)
    if found is not None:
        raise InputError("the store has members of this company already; name an empty one with PRIVCRM_STORE")
