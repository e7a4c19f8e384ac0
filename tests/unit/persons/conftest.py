"""Both databases, a clock, an open store and its vault."""

import pytest
from cryptography.fernet import Fernet

from privcrm.store import Store
from privcrm.store.vault import Vault
from tests.store.fixtures import clock, store, url

__all__ = ["clock", "store", "url"]

KEY = Fernet.generate_key().decode()


@pytest.fixture
def vault(store: Store) -> Vault:
    return Vault(store.database, [KEY])
