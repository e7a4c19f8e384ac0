"""From what the vendor lists to what the mirror keeps: hashes by default, clear personal values if asked for."""

import json
from collections.abc import Collection, Iterator
from hashlib import blake2b
from typing import Final, Protocol

from privcrm.errors import ConfigurationError
from privcrm.models import Follow, Member
from privcrm.models.phones import normalised
from privcrm.store.mirror.entries import Entry

__all__ = ["CLEAR_FIELDS", "Entries", "Hasher"]

_OF_MEMBER: Final = ("name", "avatar", "unionid", "corp_name")
_OF_FOLLOW: Final = ("remark", "description", "company", "phone")
CLEAR_FIELDS: Final = _OF_MEMBER + _OF_FOLLOW
"""What ``store_fields`` may name."""

DIGEST_BYTES: Final = 8


class Hasher(Protocol):
    """Makes keyed hashes, the same for the same kind and value."""

    def hash(self, kind: str, value: str) -> str:
        """Return the keyed hash of a value in its normal form."""
        ...


class Entries:
    """Makes entries. ``store_fields`` are kept in clear (sealed, if the store has keys).

    Raises ``ConfigurationError`` for a field that is not to be had.
    """

    def __init__(self, hasher: Hasher, store_fields: Collection[str] = ()) -> None:
        unknown = sorted(set(store_fields) - set(CLEAR_FIELDS))
        if unknown:
            raise ConfigurationError(f"store_fields has {unknown[0]!r}; known: {', '.join(CLEAR_FIELDS)}")
        self._hasher = hasher
        self._of_member = tuple(name for name in _OF_MEMBER if name in store_fields)
        self._of_follow = tuple(name for name in _OF_FOLLOW if name in store_fields)
        self._digest_key = b""

    def of(self, member: Member, follow: Follow) -> Entry:
        """Return what is to be kept of a relation. Its digest says nothing to who has not the company's key."""
        identities = tuple(self._identities(member, follow))
        of_member = _details(member, self._of_member)
        of_follow = _details(follow, self._of_follow)
        kept = (
            str(member.kind),
            member.gender,
            follow.created_at or 0,
            follow.add_way or 0,
            follow.state,
            follow.operator_id,
        )
        told = repr((kept, sorted(follow.tag_ids), identities, of_member, of_follow))
        digest = blake2b(told.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES, key=self._key()).hexdigest()
        return Entry(
            member.member_id,
            follow.staff_id,
            digest,
            *kept,
            follow.tag_ids,
            identities,
            of_member,
            of_follow,
        )

    def _identities(self, member: Member, follow: Follow) -> Iterator[tuple[str, str]]:
        if member.unionid:
            yield "unionid", self._hasher.hash("unionid", member.unionid)
        seen: set[str] = set()
        for text in follow.phones or ():
            phone = normalised(text)
            if phone is not None and phone not in seen:
                seen.add(phone)
                yield "phone", self._hasher.hash("phone", phone)

    def _key(self) -> bytes:
        """Return a key that comes from the company's: an open digest would confirm a guess."""
        if not self._digest_key:
            self._digest_key = self._hasher.hash("digest", "").encode()
        return self._digest_key


def _details(source: Member | Follow, names: tuple[str, ...]) -> str:
    if not names:
        return ""
    values = {name: getattr(source, "phones" if name == "phone" else name) for name in names}
    given = {name: value for name, value in values.items() if value}
    return json.dumps(given, ensure_ascii=False, sort_keys=True) if given else ""
