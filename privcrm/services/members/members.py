"""The front: what ``crm.members`` is."""

from collections.abc import Iterator
from pathlib import Path
from random import Random, SystemRandom
from typing import Any

from privcrm.errors import InputError
from privcrm.models.ids import MemberId
from privcrm.services.members.erasing import Erasing, Erasure
from privcrm.services.members.exporting import Exporting
from privcrm.services.members.identities import Duplicate, Identities
from privcrm.store import Store
from privcrm.store.staff_tasks import StaffTasks
from privcrm.store.vault import Vault

__all__ = ["Members"]


class Members:
    """Who is who among the members, and everything that is kept of one of them, to be given or removed."""

    def __init__(self, store: Store, vault: Vault, random: Random | None = None) -> None:
        self._store = store
        self._vault = vault
        self._identities = Identities(store, vault, random or SystemRandom())
        self.tasks = StaffTasks(store.database, store.clock, vault.keyring)
        """What employees were asked to do because of an erasure."""

    def resolve(
        self,
        *,
        member_id: str | None = None,
        unionid: str | None = None,
        phone: str | None = None,
        card_no: str | None = None,
        app_id: str | None = None,
    ) -> tuple[MemberId, ...]:
        """Return all ids of everybody who has each of what is given; several if nobody has decided who is who.

        Raises ``InputError`` (nothing given, a phone that is none).
        """
        return self._identities.resolve(
            member_id=member_id, unionid=unionid, phone=phone, card_no=card_no, app_id=app_id
        )

    def same(self, member_id: str) -> tuple[MemberId, ...]:
        """Return all ids of this person, this one first; nothing for an id that the store does not know."""
        return self._identities.same(member_id)

    def link(self, member_id: str, *, app_id: str | None = None, card_no: str | None = None) -> None:
        """Note the application's own id of a member, or a card number (kept as a keyed hash).

        Raises ``InputError`` for a member whom the store does not know.
        """
        for kind, value in _given(app_id=app_id, card_no=card_no):
            self._identities.link(member_id, kind, value)

    def unlink(self, member_id: str, *, app_id: str | None = None, card_no: str | None = None) -> bool:
        """Take what was linked away again; return whether it was there. Raises as ``link`` does."""
        gone = [self._identities.unlink(member_id, *each) for each in _given(app_id=app_id, card_no=card_no)]
        return any(gone)

    def merge(self, kept: str, absorbed: str, *, reason: str, who: str) -> str:
        """Let two member ids be one person, and return the merge's id, for ``split``.

        Nothing is moved: facts and identities of either are the person's from now on. Raises ``InputError`` (unknown
        id, one person already).
        """
        return self._identities.merge(kept, absorbed, reason=reason, who=who)

    def split(self, merge_id: str, *, who: str) -> None:
        """Take a merge back: everything is as if it had never been. Raises ``InputError`` for none to take back."""
        self._identities.split(merge_id, who=who)

    def duplicates(self) -> Iterator[Duplicate]:
        """Yield the pairs that share a phone, unionid or other identity and are not one person: proposals, no more."""
        return self._identities.duplicates()

    def elsewhere(self, member_id: str) -> tuple[tuple[str, MemberId], ...]:
        """Return (company, member id) of this person at other companies of the store.

        Companies are joined only if all of them were connected with the same ``identity_space``.
        """
        return self._identities.elsewhere(member_id)

    def export(self, member_id: str, *, who: str = "") -> dict[str, Any]:
        """Return everything that is kept of a person, all merged ids included, as values of JSON.

        Rows stand under the names of their tables; what was sealed is opened, what is kept as a hash stays one. That
        ``who`` asked goes into the audit.
        """
        return Exporting(self._store, self._vault).export(member_id, who=who)

    def note_file(self, path: str | Path, kind: str) -> None:
        """Note a file that may name people, so that erasures list it."""
        self._store.files.register(path, kind)

    def erase(self, member_id: str, *, who: str, reason: str = "") -> Erasure:
        """Remove everything that is kept of a person, all merged ids included. It cannot be taken back.

        A keyed tombstone keeps synchronisations from bringing the person back: only a new add does. Each employee who
        still has the contact gets a task to delete it. ``reason`` goes into the audit and must name nobody. A run that
        was killed is simply run again. Raises ``JobError`` while a job is at work for the person; then nothing was
        erased, unless it began only just now.
        """
        return Erasing(self._store, self._vault).erase(member_id, who=who, reason=reason)


def _given(**values: str | None) -> list[tuple[str, str]]:
    found = [(kind, value) for kind, value in values.items() if value]
    if not found:
        raise InputError(f"nothing to link: give {' or '.join(values)}")
    return found
