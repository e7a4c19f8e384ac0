"""Keeping relations true, event by event: a fact is noted as it was told, everything else is read."""

from typing import Final

from privcrm.errors import NotFound, NotSent
from privcrm.events.try_again import TryAgain
from privcrm.models import Member, staff_key
from privcrm.models.events import (
    EventSource,
    FollowEnded,
    Leaving,
    MemberAdded,
    MemberAddedUnconfirmed,
    MemberEdited,
    MemberEvent,
)
from privcrm.provider import Provider
from privcrm.services.sync.entries import Entries
from privcrm.store import Store
from privcrm.store.database import Connection
from privcrm.store.mirror.relations import Ended, Relations
from privcrm.store.tombstones import Tombstones

__all__ = ["MEMBER_EVENTS", "MemberKeeper"]

MEMBER_EVENTS: Final = (MemberAdded, MemberAddedUnconfirmed, MemberEdited, FollowEnded)
SETTLE_SECONDS: Final = 3.0  # details of the vendor's may lag behind its callbacks
LOOK_AGAIN_SECONDS: Final = 1.0
AWAY_SECONDS: Final = 60.0


class MemberKeeper:
    """The handler ``privcrm.relations``. Twice is once, and an event that comes late undoes nothing that came later.

    An add that came after it lifts the tombstone of somebody who was erased; everything else that is told of such a
    person is passed over.
    """

    def __init__(
        self,
        provider: Provider,
        store: Store,
        relations: Relations,
        entries: Entries,
        tombstones: Tombstones,
    ) -> None:
        self._provider = provider
        self._database = store.database
        self._clock = store.clock
        self._relations = relations
        self._entries = entries
        self._tombstones = tombstones
        self._away_until = 0.0

    def take(self, event: MemberEvent) -> None:
        """Take an event in. Raises what the port raises, and ``TryAgain`` while the vendor does not show it yet."""
        if not (event.member_id and event.staff_id):
            return
        if isinstance(event, FollowEnded):
            self._end(event)
            return
        if isinstance(event, MemberAdded | MemberAddedUnconfirmed):
            self._begin(event)
        with self._database.connect() as connection:
            if self._is_erased(connection, event.member_id):
                return
        member = self._read(event.member_id)
        young = event.at + SETTLE_SECONDS > self._clock.time()
        if isinstance(event, MemberAdded) and young and (member is None or not member.followed_by(event.staff_id)):
            raise TryAgain(LOOK_AGAIN_SECONDS, "the member's details may be older than the event")

    def _begin(self, event: MemberAdded | MemberAddedUnconfirmed) -> None:
        with self._database.transaction() as connection:
            if event.source is EventSource.CALLBACK:
                self._tombstones.lift(connection, event.member_id, added_at=event.at)
            if self._is_erased(connection, event.member_id):
                return
            if isinstance(event, MemberAdded):
                self._relations.begin(connection, event.staff_id, event.member_id, event.at, self._clock.time())

    def _end(self, event: FollowEnded) -> None:
        with self._database.transaction() as connection:
            if self._is_erased(connection, event.member_id):
                return
            now = self._clock.time()
            if event.how is Leaving.UNKNOWN:  # a comparison found it: nobody told when and how
                pair = self._relations.pair(connection, event.staff_id, event.member_id)
                if pair is not None:
                    self._relations.vanish(connection, [pair], now, listed_at=float(event.at))
            else:
                ended = Ended(event.at, str(event.how))
                self._relations.end(connection, event.staff_id, event.member_id, ended, now)

    def _read(self, member_id: str) -> Member | None:
        """Read a member and keep what is told of all relations; None for one whom the vendor does not find."""
        read_at = self._clock.time()
        if read_at < self._away_until:  # each try costs seconds, and more events may wait behind this one
            raise NotSent("not reached a moment ago", provider=self._provider.name, operation="members.get")
        try:
            member = self._provider.members.get(member_id)
        except NotFound:
            return None
        except NotSent:
            self._away_until = self._clock.time() + AWAY_SECONDS
            raise
        entries = [self._entries.of(member, follow) for follow in member.follows if staff_key(follow.staff_id)]
        with self._database.transaction() as connection:
            if not self._is_erased(connection, member_id):
                self._relations.put(connection, entries, self._clock.time(), read_at=read_at)
        return member

    def _is_erased(self, connection: Connection, member_id: str) -> bool:
        return bool(self._tombstones.is_erased(connection, [member_id]))
