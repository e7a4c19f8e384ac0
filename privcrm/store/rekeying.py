"""Changing the store's keys: what is sealed with an older one, or not sealed at all, is sealed with the first."""

from collections.abc import Callable, Generator, Iterable
from itertools import islice
from typing import Any, Final

from attrs import frozen

from privcrm.errors import ConfigurationError
from privcrm.store.database import Database, Row, in_pages
from privcrm.store.keyring import SETTING, Keyring
from privcrm.store.staff_tasks import task_bound_to
from privcrm.store.vault import PLAIN, Vault

__all__ = ["Rekeyed", "rekey"]

PAGE: Final = 500
_TEXTS: Final = (("member", ("number",)), ("follow", ("member", "staff")))


@frozen
class Rekeyed:
    """How many were sealed anew: keys of people, secrets of the company; texts kept in the clear, details of tasks."""

    keys: int
    secrets: int
    texts: int


def rekey(database: Database, vault: Vault) -> Rekeyed:
    """Seal all keys and secrets of the company with the first store key, and the texts that are not sealed yet.

    Rows are changed in short transactions, so a run that was killed is simply run again. Afterwards the older keys can
    be taken out of ``PRIVCRM_STORE_KEYS``. Raises ``ConfigurationError`` (no keys, or one is missing).
    """
    if not vault.keyring:
        raise ConfigurationError(f"{SETTING} is not set: give the new key first, then those it replaces")
    return Rekeyed(
        keys=_rewrap_keys(database, vault),
        secrets=_rewrap_secrets(database, vault),
        texts=sum(_seal_texts(database, vault, table, keys) for table, keys in _TEXTS) + _rewrap_tasks(database, vault),
    )


def _rewrap_keys(database: Database, vault: Vault) -> int:
    rows = in_pages(
        database,
        "SELECT member, wrapped FROM privcrm_person_key WHERE company = ? AND member > ? ORDER BY member LIMIT ?",
        (database.company,),
        (-1,),
        PAGE,
    )
    # The old value is asked for again: a key that was destroyed meanwhile must not come back, nor lose a newer seal.
    update = "UPDATE privcrm_person_key SET wrapped = ? WHERE company = ? AND member = ? AND wrapped = ?"
    return _rewrap(database, vault.keyring, rows, vault.key_bound_to, update)


def _rewrap_tasks(database: Database, vault: Vault) -> int:
    rows = in_pages(
        database,
        "SELECT id, details FROM privcrm_staff_task WHERE company = ? AND id > ? AND details <> '' ORDER BY id LIMIT ?",
        (database.company,),
        ("",),
        PAGE,
    )
    update = "UPDATE privcrm_staff_task SET details = ? WHERE company = ? AND id = ? AND details = ?"
    return _rewrap(database, vault.keyring, rows, lambda task_id: task_bound_to(database.company, task_id), update)


def _rewrap(
    database: Database, keyring: Keyring, rows: Iterable[Row], bound_to: Callable[[Any], bytes], update: str
) -> int:
    changed = 0
    for page in _batches((key, wrapped) for key, wrapped in rows if not keyring.is_current(wrapped)):
        anew = [(_rewrapped(keyring, wrapped, bound_to(key)), database.company, key, wrapped) for key, wrapped in page]
        with database.transaction() as connection:
            changed += connection.run_many(update, anew)
    return changed


def _rewrap_secrets(database: Database, vault: Vault) -> int:
    row = vault.hash_secret()
    if vault.keyring.is_current(row.wrapped):
        return 0
    with database.transaction(durable=True) as connection:
        return connection.run(
            "UPDATE privcrm_secret SET wrapped = ? WHERE company = ? AND name = ? AND wrapped = ?",
            _rewrapped(vault.keyring, row.wrapped, row.bound_to),
            row.company,
            row.name,
            row.wrapped,
        )


def _seal_texts(database: Database, vault: Vault, table: str, keys: tuple[str, ...]) -> int:
    names, width = ", ".join(keys), len(keys)
    rows = in_pages(
        database,
        f"SELECT {names}, details FROM privcrm_{table} WHERE company = ? AND ({names}) > ({', '.join('?' * width)})"
        f" AND substr(details, 1, {len(PLAIN)}) = '{PLAIN}' ORDER BY {names} LIMIT ?",
        (database.company,),
        (-1,) * width,
        PAGE,
    )
    where = " AND ".join(f"{name} = ?" for name in keys)
    update = f"UPDATE privcrm_{table} SET details = ? WHERE company = ? AND {where} AND details = ?"
    changed = 0
    for page in _batches(rows):
        with database.transaction() as connection:
            opened = vault.open(connection, [(row[0], row[-1]) for row in page])
            sealed = vault.seal(connection, [(row[0], text) for row, text in zip(page, opened, strict=True)])
            changed += connection.run_many(
                update, [(new, database.company, *row) for new, row in zip(sealed, page, strict=True)]
            )
    return changed


def _rewrapped(keyring: Keyring, wrapped: str, bound_to: bytes) -> str:
    return keyring.wrap(keyring.unwrap(wrapped, bound_to), bound_to)


def _batches(rows: Iterable[Row]) -> Generator[list[Row]]:
    source = iter(rows)
    while page := list(islice(source, PAGE)):
        yield page
