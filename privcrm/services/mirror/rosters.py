"""Who is in which group: counted by the versions of the group's list of members, so that no event counts twice.

An event that leads from our version to its own is applied; one that tells what the list holds already is passed over;
for anything else the whole list is read, once for many who come within seconds. So what was lost, came twice or out of
order heals with the next event.
"""

from typing import Final

from attrs import evolve, frozen

from privcrm.clock import Clock
from privcrm.errors import NotFound
from privcrm.events.try_again import TryAgain
from privcrm.models import Group, GroupId, GroupMember, OwnerState, staff_key
from privcrm.models.events import (
    GroupCreated,
    GroupDismissed,
    GroupEvent,
    GroupMembersChanged,
    GroupMembersJoined,
)
from privcrm.provider import Provider
from privcrm.services.mirror.mirror import KnownGroup, Mirror, Roster
from privcrm.store.database import Connection, Database

__all__ = ["GroupRosters", "RosterSize", "known_from", "person_key", "roster_of"]

LAG_SECONDS: Final = 2.0  # WeCom wants as much before a group is read
SETTLE_SECONDS: Final = LAG_SECONDS + 1.0  # events are told by whole seconds
LOOK_AGAIN_SECONDS: Final = 1.0

Move = tuple[Roster, frozenset[str]]


@frozen
class RosterSize:
    """How many people are in a group; ``as_of`` is when that was last seen or told (unix seconds)."""

    members: int
    staff: int
    version: str
    as_of: float

    @property
    def people(self) -> int:
        """All of them: what the vendor's limits count."""
        return self.members + self.staff


class GroupRosters:
    """What ``crm.group_rosters`` is, and the handler ``privcrm.rosters``, which comes before the application's own.

    An id that joins is counted as staff if it is known to be staff's: who was never in a sweep nor in a list that was
    read whole is taken for a member until the list is read again.
    """

    def __init__(self, provider: Provider, mirror: Mirror, database: Database, clock: Clock) -> None:
        self._provider = provider
        self._mirror = mirror
        self._database = database
        self._clock = clock

    # -- asking

    def size(self, group_id: str) -> RosterSize:
        """Return how many people are in a group; one that is not known yet is read. A dismissed one has nobody.

        Raises what the port raises, ``NotFound`` for an unknown id.
        """
        group, roster = self._read(group_id)
        staff = sum(roster.values())
        return RosterSize(len(roster) - staff, staff, group.version, group.noted_at)

    def holds(self, group_id: str, user_id: str) -> bool:
        """Tell whether a member or an employee is in a group. Raises as ``size`` does."""
        _, roster = self._read(group_id)
        return user_id in roster or roster.get(staff_key(user_id), False)

    def refresh(self, group_id: str) -> RosterSize:
        """Read the whole list from the vendor and return its size. Raises what the port raises."""
        self._pull(group_id)
        return self.size(group_id)

    # -- in a transaction

    def put(
        self, connection: Connection, group: Group, read_at: float, owner_state: OwnerState | None = None
    ) -> bool | None:
        """Keep a group that was read at a time (unix seconds), unless what is known is newer.

        Returns whether it is not as it was known, or None if it was passed over.
        """
        found, roster = known_from(group, read_at), self._mirror.without_erased(connection, roster_of(group))
        known = self._mirror.group(connection, group.group_id)
        changed = True
        if known is not None:
            if _is_newer(known, found):
                return None
            had = self._mirror.roster(connection, group.group_id)
            changed = (known.owner_id, known.name, known.lives, had) != (found.owner_id, found.name, True, roster)
            found = _following(known, found)
        self._mirror.put_group(connection, found)
        self._mirror.put_roster(connection, group.group_id, roster)
        self._mirror.put_details(connection, group, owner_state)
        return changed

    def dismiss(self, connection: Connection, group_id: str, at: int) -> None:
        """Keep that a group is no more; nobody is in it."""
        known = self._mirror.group(connection, group_id) or KnownGroup(GroupId(group_id))
        self._mirror.put_group(connection, evolve(known, lives=False, current_to=at, noted_at=self._clock.time()))
        self._mirror.put_roster(connection, group_id, {})

    # -- events

    def take(self, event: GroupEvent) -> None:
        """Take an event in. Raises what the port raises, and while the vendor's details may not have caught up."""
        match event:
            case GroupDismissed():
                self._dismiss(event.group_id, event.at)
            case GroupMembersChanged():
                if not self._follow(event):
                    self._wait_for_others(event)
                    self._look(event)
            case GroupCreated():
                if self._mirror.group_and_roster(event.group_id) is None:
                    self._look(event)
            case _:
                self._look(event)

    def _follow(self, event: GroupMembersChanged) -> bool:
        """Go from version to version where that can be done; return whether what the event tells is in the list."""
        with self._database.transaction() as connection:
            known = self._mirror.group(connection, event.group_id)
            if known is None:
                return False
            if _is_old(event, known):
                self._reach(connection, event, known)
                return True
            move = self._move(connection, event, known)
            if move is None:
                return False
            self._mirror.move(connection, event.group_id, *move)
            versions = known.with_version(event.version)
            self._mirror.put_group(
                connection, evolve(known, versions=versions, current_to=event.at, noted_at=self._clock.time())
            )
        return True

    def _move(self, connection: Connection, event: GroupMembersChanged, known: KnownGroup) -> Move | None:
        """Return who comes and who goes, or None if the event does not follow what is known, or does not say."""
        follows = known.lives and event.last_version and event.last_version == known.version
        # A version that was ours before and comes again says that equal lists have equal versions: then this may be
        # an old event, come again.
        if not follows or event.version in known.versions or not event.version:
            return None
        roster = self._mirror.roster(connection, event.group_id)
        staff = self._mirror.staff_among(connection, event.user_ids)
        people = {staff_key(each) if staff_key(each) in staff else each for each in event.user_ids}
        joins = isinstance(event, GroupMembersJoined)
        if len(people) != event.count or any((each in roster) is joins for each in people):
            return None
        return ({each: each in staff for each in people}, frozenset()) if joins else ({}, frozenset(people))

    def _reach(self, connection: Connection, event: GroupMembersChanged, known: KnownGroup) -> None:
        """Keep up to when the list is complete, which the event that led to it tells better than the reading did."""
        if event.version and event.version == known.version and event.at > known.current_to:
            self._mirror.put_group(connection, evolve(known, current_to=event.at))

    def _wait_for_others(self, event: GroupMembersChanged) -> None:
        """Have an event come again that does not follow while many come: what it lacks may, or one reading serves all.

        Raises ``TryAgain``.
        """
        if event.attempt > 1:
            return
        with self._database.connect() as connection:
            known = self._mirror.group(connection, event.group_id)
        if known is not None and 0 <= self._clock.time() - known.noted_at < SETTLE_SECONDS:
            raise TryAgain(SETTLE_SECONDS, "others came just before", holds=True)

    def _look(self, event: GroupEvent) -> None:
        """Read the whole list, and come back later if it may be older than the event."""
        settled_in = event.at + SETTLE_SECONDS - self._clock.time()
        later = max(settled_in, LOOK_AGAIN_SECONDS)
        try:
            version = self._pull(event.group_id)
        except NotFound:
            if settled_in > 0:
                raise TryAgain(later, "the group is not to be found yet") from None
            self._dismiss(event.group_id, event.at)
            return
        told = event.version if isinstance(event, GroupMembersChanged) else ""
        if version is None or (settled_in > 0 and version != (told or None)):
            raise TryAgain(later, "the group's details may be older than the event")

    # -- the mirror

    def _read(self, group_id: str) -> tuple[KnownGroup, Roster]:
        known = self._mirror.group_and_roster(group_id)
        if known is None:
            self._pull(group_id)
            known = self._mirror.group_and_roster(group_id)
        return known or (KnownGroup(GroupId(group_id)), {})

    def _pull(self, group_id: str) -> str | None:
        """Read the list and keep it; return its version, or None if it was passed over for what is known by then."""
        read_at = self._clock.time()
        group = self._provider.groups.get(group_id)
        with self._database.transaction() as connection:
            taken = self.put(connection, group, read_at)
        return None if taken is None else group.member_version

    def _dismiss(self, group_id: str, at: int) -> None:
        with self._database.transaction() as connection:
            self.dismiss(connection, group_id, at)


def known_from(group: Group, read_at: float) -> KnownGroup:
    """Return what a group that was read at a time (unix seconds) tells; the vendor's details may lag behind."""
    owner_id = staff_key(group.owner_id or "")
    versions = (group.member_version,) if group.member_version else ()
    return KnownGroup(group.group_id, owner_id, group.name, versions, int(read_at - LAG_SECONDS), read_at)


def roster_of(group: Group) -> dict[str, bool]:
    """Return who is in a group."""
    return {person_key(person): person.is_staff for person in group.members}


def person_key(person: GroupMember) -> str:
    """Return the id of somebody in a group in the form under which it is compared."""
    return staff_key(person.user_id) if person.is_staff else person.user_id


def _is_old(event: GroupMembersChanged, known: KnownGroup) -> bool:
    """Tell whether the list holds already what the event tells."""
    if event.at < known.current_to or (event.version and event.version == known.version):
        return True
    both = event.version in known.versions and event.last_version in known.versions[:-1]
    return event.at == known.current_to and both


def _is_newer(known: KnownGroup, found: KnownGroup) -> bool:
    """Tell whether what was found is older than what is known: read before, or details of the vendor's that lag."""
    lags = found.version in known.versions[:-1] and found.version != known.version
    return known.noted_at > found.noted_at or (lags and found.current_to < known.current_to)


def _following(known: KnownGroup, found: KnownGroup) -> KnownGroup:
    """Return what was found with the versions that were known."""
    current_to = max(known.current_to, found.current_to) if found.version == known.version else found.current_to
    return evolve(found, versions=known.with_version(found.version), current_to=current_to)
