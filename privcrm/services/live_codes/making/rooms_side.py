"""Groups behind group live codes, as making needs them."""

from collections.abc import Callable, Sequence

from privcrm.errors import InputError, ProviderError
from privcrm.models import GroupCodeSpec
from privcrm.models.codes import GroupLiveCode, OverflowStrategy
from privcrm.services.files.sentences import say
from privcrm.services.live_codes.book import CodeBook
from privcrm.services.live_codes.groups.listing import spec_over, wanted_list
from privcrm.services.live_codes.groups.names import LONGEST_PREFIX, check_prefix, readings
from privcrm.services.live_codes.groups.putting import put_behind
from privcrm.services.live_codes.groups.reconciling import acked_text
from privcrm.services.live_codes.groups.strategies import check_strategy
from privcrm.services.live_codes.making.sides import Wanted
from privcrm.services.live_codes.specs import load_group_code
from privcrm.store.database import Connection
from privcrm.store.live_codes.codes import CodeLife, CodeRow
from privcrm.store.live_codes.group_names import GroupNames
from privcrm.store.live_codes.groups import Room, Rooms, RoomState
from privcrm.store.live_codes.joins import Joins

__all__ = ["GroupRooms"]

_BY_GATEWAY = (OverflowStrategy.IMAGES, OverflowStrategy.STAFF_FIRST)


class GroupRooms:
    """The groups of group live codes, for making.

    ``push`` reconciles a code by its key; ``made`` is told of a code that was made, by its key.
    """

    def __init__(
        self, book: CodeBook, push: Callable[[str], object], made: Callable[[str], object] = lambda _: None
    ) -> None:
        self._book = book
        self._push = push
        self._made = made
        self._rooms = Rooms(book.database)
        self._names = GroupNames(book.database)
        self._joins = Joins(book.database)

    def put(self, connection: Connection, row: CodeRow, code: GroupLiveCode, known: Sequence[str] = ()) -> None:
        """Keep the groups that a code begins with: the first ones open, as many as are listed, the others spare.

        Of those ``known``, which it began with already, none is put back that was taken out of use meanwhile.
        Raises ``InputError`` for a group that stands behind another code, and for what the vendor cannot do.
        """
        check_strategy(self._book.provider, code.overflow.strategy)
        if code.overflow.strategy not in _BY_GATEWAY:
            check_prefix(code.prefix, _longest_prefix(self._book))
        self._names.use(connection, row.number, code.prefix)
        rooms = self._rooms.live(connection, row.number)
        held = {room.group_id for room in rooms}
        untried = row.life is CodeLife.WANTED and all(room.state is RoomState.SPARE for room in rooms)
        first = not held or untried
        new = [group_id for group_id in dict.fromkeys(code.group_ids) if group_id not in held.union(known)]
        for place, group_id in enumerate(new):
            self._add(connection, row, code, group_id, opens=first and place < code.overflow.listed)
        self._rooms.set_common_capacity(connection, row.number, code.capacity)

    def withdraw(self, connection: Connection, row: CodeRow, group_ids: Sequence[str]) -> None:
        """Forget groups of a code that never was at the vendor: nobody came into them by it."""
        self._rooms.remove(connection, row.number, group_ids)

    def load(self, connection: Connection, row: CodeRow) -> GroupLiveCode:
        """Return a code."""
        del connection
        return load_group_code(row.spec)

    def wanted(self, connection: Connection, row: CodeRow) -> Sequence[Wanted]:
        """Return the first of the vendor's codes; those that follow it in a chain are made when their turn comes."""
        code = load_group_code(row.spec)
        rooms = [room for room in self._rooms.live(connection, row.number) if room.part == 0]
        listed = wanted_list(rooms, code.overflow.listed)
        is_made = bool(listed) and not self.by_gateway_alone(connection, row)
        if not (is_made or code.state):
            return ()
        state = self._book.rows.claim_state(connection, row.number, 0, code.state)
        if not is_made:
            return ()
        opens = code.overflow.strategy is OverflowStrategy.NATIVE
        number = self._names.next_number(connection, code.prefix, code.overflow.first_number)
        return [Wanted(0, spec_over(code, listed, state, opens_from=number if opens else None))]

    def by_gateway_alone(self, connection: Connection, row: CodeRow) -> bool:
        """Tell whether a code is to have no code at the vendor: the gateway shows pictures, or an employee."""
        del connection
        return load_group_code(row.spec).overflow.strategy in _BY_GATEWAY

    def acked(self, spec: GroupCodeSpec) -> str:
        """Return the text that stands for a spec which the vendor said yes to."""
        return acked_text(spec)

    def made(self, row: CodeRow) -> None:
        """Have its groups counted, and the numbers in their names claimed."""
        self._made(row.key)

    def push(self, key: str) -> str:
        """Reconcile a code now."""
        try:
            self._push(key)
        except ProviderError as error:
            return str(error)
        return ""

    def _add(self, connection: Connection, row: CodeRow, code: GroupLiveCode, group_id: str, *, opens: bool) -> None:
        now = self._book.clock.time()
        room = Room(
            group_id,
            row.number,
            state=RoomState.OPEN if opens else RoomState.SPARE,
            capacity=code.capacity,
            added_at=now,
            opened_at=now if opens else 0.0,
        )
        if why := put_behind(self._book, connection, room):
            raise InputError(
                say("group {group!r} cannot be had: {why}, and a group has one code at a time", group=group_id, why=why)
            )
        self._claim_name(connection, row, code, group_id)

    def _claim_name(self, connection: Connection, row: CodeRow, code: GroupLiveCode, group_id: str) -> None:
        """Claim the number in a group's name where the mirror knows it: the vendor is to begin behind it at once."""
        inside = self._joins.inside(connection, group_id)
        told = next((n for prefix, n in readings(inside.name if inside else "") if prefix == code.prefix), None)
        if told is not None and self._names.claim(connection, row.number, code.prefix, told, group_id):
            self._rooms.set_number(connection, row.number, group_id, told)


def _longest_prefix(book: CodeBook) -> int:
    limits = book.provider.limits
    return limits["group_code_base_name"].value if "group_code_base_name" in limits else LONGEST_PREFIX
