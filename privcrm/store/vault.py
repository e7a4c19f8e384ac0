"""What the store keeps of people that must not be read from its file: sealed texts, and hashes for joining."""

import hmac
import os
from collections.abc import Iterable, Sequence
from itertools import islice

from attrs import field, frozen
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from privcrm.errors import ConfigurationError, StoreError
from privcrm.provider.config import Secret
from privcrm.store.database import Connection, Database, marks
from privcrm.store.keyring import NONCE_BYTES, Entropy, Keyring, from_base64, to_base64

__all__ = ["HASHED_KINDS", "StoredSecret", "Vault"]

HASHED_KINDS = ("unionid", "phone", "card_no")
"""The kinds of identity whose values are kept as hashes only."""

HASH_BYTES = 18  # 24 characters: two of 10^12 values meet with a chance of 10^-20
PLAIN, SEALED = "p:", "s:"
KEYS_AT_ONCE = 500


@frozen
class StoredSecret:
    """A row of ``privcrm_secret``, and what its key is bound to."""

    company: str
    name: str
    wrapped: str = field(repr=False)
    bound_to: bytes


class Vault:
    """Seals texts with a key for each person, and hashes what people are joined by.

    ``keys`` are those of ``PRIVCRM_STORE_KEYS``: the first seals, any opens. Without keys texts and the hash key lie
    in the store in the clear (marked ``p:``): whoever reads the file can read the texts and can find out a phone
    number from its hash by trying. Companies of one store that name the same ``identity_space`` share a hash key, so
    that their people can be joined; others cannot be.

    Each person's texts are sealed with that person's own random key, which is sealed with the store's: when the row of
    that key is deleted, copies of the texts that a database or a backup still holds are noise.
    Making one reads the store, and writes the company's hash key where there is none: not to be done inside a write
    transaction. Safe for threads. ``entropy`` stands in for ``os.urandom``. Raises ``ConfigurationError`` for what is
    no key, for a key that is missing, and if ``identity_space`` is not the one with which the hashes were made.
    """

    def __init__(
        self,
        database: Database,
        keys: Sequence[Secret | str] = (),
        *,
        identity_space: str = "",
        entropy: Entropy = os.urandom,
    ) -> None:
        self.keyring = Keyring(keys, entropy=entropy)
        self._database = database
        self._entropy = entropy
        self.space = identity_space
        """The space of this company's hashes; "" if they are joined with nobody else's."""
        self._space = f"space:{identity_space}" if identity_space else database.company
        # At once, and not with the first hash: that may come inside a transaction, and SQLite has one writer.
        self._hash_key = self.keyring.unwrap(self.hash_secret().wrapped, self._hash_bound_to)

    def hash(self, kind: str, value: str) -> str:
        """Return the keyed hash of a value: the same for the same kind and value, 24 characters of URL-safe base64.

        Values of different kinds never meet. The caller brings a value into its normal form (E.164 for a phone).
        """
        digest = hmac.digest(self._hash_key, f"{kind}\0{value}".encode(), "sha256")
        return to_base64(digest[:HASH_BYTES])

    def neighbours(self, connection: Connection) -> list[str]:
        """Return the other companies of this store whose hashes can be joined with ours."""
        if not self.space:
            return []
        rows = connection.all(
            "SELECT company FROM privcrm_secret WHERE name = 'hash_space' AND wrapped = ? AND company <> ?"
            " ORDER BY company",
            self._space,
            self._database.company,
        )
        return [row[0] for row in rows]

    def seal(self, connection: Connection, texts: Iterable[tuple[int, str]]) -> list[str]:
        """Seal texts of people, given as (member number, text), for keeping; an empty text stays empty.

        Keys of people who have none yet are written with ``connection``, in the transaction of the caller.
        """
        pairs = list(texts)
        if not self.keyring:
            return [PLAIN + text if text else "" for _, text in pairs]
        ciphers = self._keys(connection, sorted({number for number, text in pairs if text}), make=True)
        return [self._seal(ciphers[number], number, text) if text else "" for number, text in pairs]

    def open(self, connection: Connection, texts: Iterable[tuple[int, str]]) -> list[str]:
        """Open what ``seal`` returned, given as (member number, sealed); "" where the person's key was destroyed.

        Raises ``ConfigurationError`` (sealed with a store key that is not ours), ``StoreError`` (damaged, or the text
        of another person or company).
        """
        pairs = list(texts)
        sealed = sorted({number for number, text in pairs if text.startswith(SEALED)})
        ciphers = self._keys(connection, sealed, make=False) if sealed else {}
        return [self._open(ciphers.get(number), number, text) for number, text in pairs]

    def destroy(self, connection: Connection, number: int) -> bool:
        """Delete a person's key: nothing sealed for them opens any more. Return whether there was one."""
        sql = "DELETE FROM privcrm_person_key WHERE company = ? AND member = ?"
        return connection.run(sql, self._database.company, number) > 0

    def key_bound_to(self, number: int) -> bytes:
        """Return what a person's wrapped key is bound to."""
        return f"person\0{self._database.company}\0{number}".encode()

    def _seal(self, cipher: AESGCM, number: int, text: str) -> str:
        nonce = self._entropy(NONCE_BYTES)
        return SEALED + to_base64(nonce + cipher.encrypt(nonce, text.encode(), self._text_bound_to(number)))

    def _open(self, cipher: AESGCM | None, number: int, text: str) -> str:
        if not text.startswith(SEALED):
            return text.removeprefix(PLAIN)
        if cipher is None:
            return ""
        try:
            sealed = from_base64(text.removeprefix(SEALED))
            return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], self._text_bound_to(number)).decode()
        except (InvalidTag, ValueError):
            raise StoreError("a sealed text in the store is damaged or belongs to another person") from None

    def _text_bound_to(self, number: int) -> bytes:
        return f"text\0{self._database.company}\0{number}".encode()

    def _keys(self, connection: Connection, numbers: Sequence[int], *, make: bool) -> dict[int, AESGCM]:
        found: dict[int, AESGCM] = {}
        source = iter(numbers)
        while page := list(islice(source, KEYS_AT_ONCE)):
            self._read_keys(connection, page, found)
            missing = [number for number in page if number not in found] if make else []
            if missing:
                self._make_keys(connection, missing, found)
        return found

    def _read_keys(self, connection: Connection, numbers: Sequence[int], found: dict[int, AESGCM]) -> None:
        rows = connection.all(
            f"SELECT member, wrapped FROM privcrm_person_key WHERE company = ? AND member IN ({marks(numbers)})",
            self._database.company,
            *numbers,
        )
        for number, wrapped in rows:
            found[number] = AESGCM(self.keyring.unwrap(wrapped, self.key_bound_to(number)))

    def _make_keys(self, connection: Connection, numbers: Sequence[int], found: dict[int, AESGCM]) -> None:
        new = {number: self.keyring.new_key() for number in numbers}
        company, wrap = self._database.company, self.keyring.wrap
        written = connection.run_many(
            "INSERT INTO privcrm_person_key (company, member, wrapped) VALUES (?, ?, ?)"
            " ON CONFLICT (company, member) DO NOTHING",
            [(company, number, wrap(key, self.key_bound_to(number))) for number, key in new.items()],
        )
        if written < len(new):  # somebody else was quicker with one of them, and theirs counts
            self._read_keys(connection, numbers, found)
        else:
            found.update({number: AESGCM(key) for number, key in new.items()})

    def hash_secret(self) -> StoredSecret:
        """Return the row that holds the hash key, made where it is missing. Raises ``ConfigurationError``."""
        wrapped, space = self._secret(self._space, "hash"), self._secret(self._database.company, "hash_space")
        if wrapped is None or space != self._space:
            wrapped = self._settle(space)
        return StoredSecret(self._space, "hash", wrapped, self._hash_bound_to)

    @property
    def _hash_bound_to(self) -> bytes:
        return f"hash\0{self._space}".encode()

    def _settle(self, space: str | None) -> str:
        """Make the hash key of our space where there is none, and note that this company's hashes are made with it."""
        if space is not None and space != self._space and self._has_hashes():
            cure = f"put {space.removeprefix('space:')!r} back" if space.startswith("space:") else "leave it out"
            raise ConfigurationError(
                "identity_space is not the one with which this store's hashes were made:"
                f" {cure}, or begin with a new store"
            )
        put = "INSERT INTO privcrm_secret (company, name, wrapped) VALUES (?, ?, ?) ON CONFLICT (company, name)"
        key = self.keyring.wrap(self.keyring.new_key(), self._hash_bound_to)
        with self._database.transaction(durable=True) as connection:
            connection.run(f"{put} DO NOTHING", self._space, "hash", key)
            connection.run(
                f"{put} DO UPDATE SET wrapped = excluded.wrapped", self._database.company, "hash_space", self._space
            )
        return self._secret(self._space, "hash") or key

    def _secret(self, company: str, name: str) -> str | None:
        with self._database.connect() as connection:
            sql = "SELECT wrapped FROM privcrm_secret WHERE company = ? AND name = ?"
            row = connection.one(sql, company, name)
        return None if row is None else str(row[0])

    def _has_hashes(self) -> bool:
        kinds, company = marks(HASHED_KINDS), self._database.company
        with self._database.connect() as connection:
            return any(
                connection.one(sql, company, *params) is not None
                for sql, params in (
                    (f"SELECT 1 FROM privcrm_identity WHERE company = ? AND kind IN ({kinds}) LIMIT 1", HASHED_KINDS),
                    (f"SELECT 1 FROM privcrm_fact WHERE company = ? AND kind IN ({kinds}) LIMIT 1", HASHED_KINDS),
                    ("SELECT 1 FROM privcrm_tombstone WHERE company = ? LIMIT 1", ()),
                )
            )
