"""Groups that the vendor opened for a code: found by its list, by the state of their members, or by their names.

Each is stored with owner, number and code. Its number is claimed once; where the name bears none of ours, or one that
is another group's, the group gets the next number for itself, and that is noted.
"""

import json
from collections.abc import Iterable
from typing import Final

from attrs import frozen

from privcrm.errors import NotFound
from privcrm.models import staff_key
from privcrm.services.live_codes.groups.counting import Counting
from privcrm.services.live_codes.groups.names import name_of, readings
from privcrm.services.live_codes.groups.preparing import Preparing
from privcrm.services.live_codes.groups.shelf import GroupShelf, Kept
from privcrm.services.mirror.rosters import GroupRosters
from privcrm.store.database import Connection
from privcrm.store.live_codes.groups import Room, RoomSource, RoomState
from privcrm.store.live_codes.joins import Inside, Unlisted

__all__ = ["Adopting"]

OWNERS_ASKED: Final = 100


@frozen
class _Found:
    """To which code a group belongs, and which of its vendor codes led there."""

    kept: Kept
    part: int = 0


class Adopting:
    """Adopts groups."""

    def __init__(self, shelf: GroupShelf, rosters: GroupRosters, counting: Counting, preparing: Preparing) -> None:
        self._shelf = shelf
        self._rosters = rosters
        self._counting = counting
        self._preparing = preparing

    def meet(self, group_id: str) -> Room | None:
        """Adopt a group that stands behind no code, if it is one's; return it as it stands then, else None."""
        with self._shelf.database.connect() as connection:  # most groups are nobody's: nothing is locked for them
            known = self._shelf.rooms.ever_of(connection, group_id)
            inside = None if known else self._shelf.joins.inside(connection, group_id, lock=False)
            if inside is None or self._owner(connection, inside) is None:
                return None
        with self._shelf.database.transaction() as connection:
            inside = self._shelf.joins.inside(connection, group_id)
            found = self._owner(connection, inside) if inside is not None else None
            return self._adopt(connection, found, inside) if found and inside else None

    def listed(self, kept: Kept, part: int, group_ids: Iterable[str]) -> list[Room]:
        """Adopt what the vendor's list holds and we do not know; return the groups that are new."""
        adopted: list[Room] = []
        for group_id in group_ids:
            try:
                self._rosters.size(group_id)  # reads it where the mirror does not know it yet
            except NotFound:
                continue
            with self._shelf.database.transaction() as connection:
                inside = self._shelf.joins.inside(connection, group_id)
                if inside is not None and inside.lives:
                    room = self._adopt(connection, _Found(kept, part), inside)
                    adopted += [room] if room else []
        return adopted

    def search(self, kept: Kept) -> list[Room]:
        """Look among the groups of the owners for one that no event told of; return those that are adopted.

        Costs a listing of these owners' groups, and one call for each that is not known. Raises what the ports raise.
        """
        with self._shelf.database.connect() as connection:
            owners = self._shelf.rooms.owners(connection, kept.number, OWNERS_ASKED)
        if not owners:
            return []
        adopted: list[Room] = []
        for summary in self._shelf.book.provider.groups.list(owner_ids=owners):
            with self._shelf.database.connect() as connection:
                if self._shelf.rooms.ever_of(connection, summary.group_id):
                    continue
            self._rosters.size(summary.group_id)
            room = self.meet(summary.group_id)
            adopted += [room] if room else []
        return adopted

    def sweep(self) -> list[Room]:
        """Look through all groups that the mirror knows and no code does; return those that are adopted. No calls."""
        met = (self.meet(each.group_id) for each in self._shelf.joins.unlisted() if _may_be_ours(each))
        return [room for room in met if room is not None]

    # -- whose it is

    def _owner(self, connection: Connection, inside: Inside) -> _Found | None:
        if not inside.lives:
            return None
        by_state = self._by_state(connection, inside.group_id)
        return by_state or self._by_name(connection, inside)

    def _by_state(self, connection: Connection, group_id: str) -> _Found | None:
        """Find the code whose state members of the group bear; None where they bear those of several."""
        owners = self._shelf.book.rows.of_states(connection, self._shelf.joins.states_in(connection, group_id))
        found = [
            _Found(kept, part)
            for number, part in sorted(set(owners.values()))
            if (kept := self._shelf.of_number(connection, number)) is not None
        ]
        return found[0] if len({each.kept.number for each in found}) == 1 else None

    def _by_name(self, connection: Connection, inside: Inside) -> _Found | None:
        """Find the code whose groups are named so and belong to the same owner; None where several do.

        Anybody inside may rename a group: one that people came into otherwise is not opened to strangers for its name.
        """
        numbers = {
            code for prefix, _ in readings(inside.name) for code in self._shelf.names.codes_with(connection, prefix)
        }
        found = [
            _Found(kept)
            for number in sorted(numbers)
            if (kept := self._shelf.of_number(connection, number)) is not None
            and self._is_owner(connection, number, inside.owner_id)
            and self._shelf.joins.may_be_new(connection, inside.group_id, kept.row.created_at)
        ]
        return found[0] if len(found) == 1 else None

    def _is_owner(self, connection: Connection, number: int, owner: str) -> bool:
        return staff_key(owner) in self._shelf.rooms.owners(connection, number, OWNERS_ASKED)

    # -- taking it in

    def _adopt(self, connection: Connection, found: _Found, inside: Inside) -> Room | None:
        kept, now = found.kept, self._shelf.clock.time()
        self._shelf.reservations.take_turn(connection, kept.number)
        self._shelf.rooms.let_go(connection, inside.group_id, now)
        number = self._claim(connection, kept, inside)
        room = Room(
            inside.group_id,
            kept.number,
            part=found.part,
            source=RoomSource.ADOPTED,
            state=RoomState.OPEN,
            number=number,
            capacity=kept.code.capacity,
            added_at=now,
            opened_at=now,
        )
        if not self._shelf.rooms.add(connection, room):
            return None
        self._shelf.overflow.arrived(connection, kept.row, inside.group_id)
        self._preparing.ask(connection, kept, room, inside.owner_id, inside.name)
        told = {"group": inside.group_id, "number": number, "part": found.part}
        self._shelf.book.notes.decided(connection, kept.number, "adopted", json.dumps(told), now)
        self._counting.first(connection, kept, room, inside)
        return self._shelf.rooms.get(connection, kept.number, inside.group_id)

    def _claim(self, connection: Connection, kept: Kept, inside: Inside) -> int:
        """Claim the number in the group's name, or else the next one; return it."""
        prefix, names = kept.code.prefix, self._shelf.names
        told = next((number for before, number in readings(inside.name) if before == prefix), None)
        if told is not None and names.claim(connection, kept.number, prefix, told, inside.group_id):
            return told
        mine = names.number_of(connection, kept.number, inside.group_id)
        if mine is not None:  # it came back, or another process has just adopted it
            return mine
        number = names.next_number(connection, prefix, kept.code.overflow.first_number)
        names.claim(connection, kept.number, prefix, number, inside.group_id)
        why = {"group": inside.group_id, "number": number, "wanted_name": name_of(prefix, number)}
        what = "name_taken" if told is not None else "name_is_other"
        self._shelf.book.notes.decided(connection, kept.number, what, json.dumps(why), self._shelf.clock.time())
        return number


def _may_be_ours(group: Unlisted) -> bool:
    return group.has_state or group.name[-1:].isdecimal()
