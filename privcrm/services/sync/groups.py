"""Groups: a listing of ids, then a call for each; only what the vendor does not find is gone."""

import logging
from typing import Final

from attrs import evolve

from privcrm.errors import (
    CredentialRejected,
    CursorRepeated,
    InvalidArgument,
    NotFound,
    PermissionDenied,
    RateLimited,
    Refused,
    TokenRejected,
    TooConcurrent,
)
from privcrm.models import Group, OwnerState
from privcrm.services.mirror.mirror import Mirror
from privcrm.services.mirror.rosters import GroupRosters
from privcrm.services.sync.progress import SyncStage
from privcrm.services.sync.under_way import UnderWay
from privcrm.store.database import Connection
from privcrm.store.mirror.runs import Part

__all__ = ["GROUPS", "GroupReader"]

log = logging.getLogger("privcrm.sync")

GROUPS: Final = "groups"
MOST_RESTARTS: Final = 2
_NOT_ABOUT_THE_GROUP: Final = (CredentialRejected, TokenRejected, RateLimited, TooConcurrent)


class GroupReader:
    """Reads all groups; ``expected`` is how many there may be, None if nobody knows."""

    def __init__(self, sync: UnderWay, mirror: Mirror, rosters: GroupRosters, expected: int | None) -> None:
        self._sync = sync
        self._mirror = mirror
        self._rosters = rosters
        self._expected = expected
        self._looked_at: set[str] = set()

    def read(self, part: Part) -> None:
        """Read from the cursor of the part to the end, then look at the groups that are known and were not listed.

        A cursor that the vendor refuses or repeats begins the listing anew, twice at most. Raises what else the ports
        raise.
        """
        begun = part if part.started_at else self._begin(part)
        while not self._is_whole(begun):
            if begun.restarts == MOST_RESTARTS:
                self._sync.counts.cut += 1
                break
            self._sync.counts.restarted += 1
            begun = self._begin(evolve(begun, restarts=begun.restarts + 1))
        self._read_the_others(begun.started_at)
        with self._sync.writing() as connection:
            self._sync.runs.end(connection, self._sync.run, begun)

    def _begin(self, part: Part) -> Part:
        begun = evolve(part, started_at=self._sync.clock.time(), cursor="", pages=0)
        with self._sync.writing() as connection:
            self._sync.runs.begin(connection, self._sync.run, begun)
        return begun

    def _is_whole(self, part: Part) -> bool:
        try:
            self._pages(part)
        except (CursorRepeated, InvalidArgument) as error:
            log.warning("a listing of groups was cut: %s", type(error).__name__)
            return False
        return True

    def _pages(self, part: Part) -> None:
        cursor, pages = part.cursor, part.pages
        while True:
            listing = self._sync.provider.groups.list_all(cursor)
            try:
                for page in self._sync.pages(listing):
                    for summary in page.items:
                        self._read_one(summary.group_id, summary.owner_state)
                    pages += 1
                    with self._sync.writing() as connection:
                        place = evolve(part, cursor=page.next_cursor, pages=pages)
                        self._sync.runs.advance(connection, self._sync.run, place, ())
            except RateLimited as error:
                self._sync.wait_out(error)
                cursor = listing.cursor
            else:
                return

    def _read_the_others(self, since: float) -> None:
        for known in self._mirror.groups():
            noted = since <= known.noted_at <= self._sync.clock.time()
            if not noted and known.group_id not in self._looked_at:
                self._read_one(known.group_id, None, known=True)

    def _read_one(self, group_id: str, owner_state: OwnerState | None, *, known: bool = False) -> None:
        """Read a group and keep it; one that the vendor refuses is left as it is, and counted."""
        read_at = self._sync.clock.time()
        self._looked_at.add(group_id)
        try:
            group = self._sync.read(lambda: self._sync.provider.groups.get(group_id))
        except NotFound:
            if known:
                self._dismiss(group_id, int(read_at))
        except Refused as error:
            if not _is_about_the_group(error):
                raise
            log.warning("a group could not be read: %s", type(error).__name__)
            self._sync.counts.cut += 1
        else:
            self._keep(group, read_at, owner_state)

    def _keep(self, group: Group, read_at: float, owner_state: OwnerState | None) -> None:
        counts = self._sync.counts

        def keep(connection: Connection, changed: bool | None) -> None:
            del connection
            counts.groups_listed += 1
            counts.groups_changed += bool(changed)

        self._sync.commit(lambda connection: self._rosters.put(connection, group, read_at, owner_state), keep)
        self._sync.tell(SyncStage.GROUPS, counts.groups_listed, self._expected)

    def _dismiss(self, group_id: str, at: int) -> None:
        def keep(connection: Connection, _: None) -> None:
            del connection
            self._sync.counts.groups_gone += 1

        self._sync.commit(lambda connection: self._rosters.dismiss(connection, group_id, at), keep)


def _is_about_the_group(error: Refused) -> bool:
    if isinstance(error, PermissionDenied):
        return error.scope == "record"
    return not isinstance(error, _NOT_ABOUT_THE_GROUP)
