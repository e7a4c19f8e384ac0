"""Keeping what is known of follows true, callback by callback."""

from privcrm.clock import Clock
from privcrm.models.events import MemberAdded, StaffDeletedMember
from privcrm.services.mirror.mirror import KnownFollow, Mirror
from privcrm.store.database import Database

__all__ = ["FollowKeeper"]


class FollowKeeper:
    """The handler ``privcrm.mirror``.

    A member who deletes an employee stays in that employee's list, and so here. One who was added without a
    confirmation (免验证) may not be in it yet: if no ``MemberAdded`` follows and the vendor lists the member, a sweep
    tells.
    """

    def __init__(self, mirror: Mirror, database: Database, clock: Clock) -> None:
        self._mirror = mirror
        self._database = database
        self._clock = clock

    def take(self, event: MemberAdded | StaffDeletedMember) -> None:
        """Take an event in, unless something that happened later is known; twice is once."""
        if isinstance(event, StaffDeletedMember) and self._mirror.erased([event.member_id]):
            return
        with self._database.transaction() as connection:
            known = self._mirror.follow(connection, event.staff_id, event.member_id)
            if known is None or known.since <= event.at:
                lives = isinstance(event, MemberAdded)
                now = self._clock.time()
                follow = KnownFollow(event.staff_id, event.member_id, event.at, now, lives)
                self._mirror.put_follows(connection, [follow])
