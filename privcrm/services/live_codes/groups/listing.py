"""Which groups stand on the vendor's code, and what that is to be: pure."""

from collections.abc import Sequence
from typing import Final

from privcrm.models import GroupCodeSpec, GroupId
from privcrm.models.codes import GroupLiveCode, OverflowPolicy, OverflowStrategy
from privcrm.store.live_codes.groups import Room, RoomState

__all__ = ["MOST_LISTED", "needs_next", "side_by_side", "spec_over", "wanted_list"]

MOST_LISTED: Final = 5
"""Groups that a vendor's code holds."""


def wanted_list(
    rooms: Sequence[Room], length: int, *, in_burst: bool = False, most: int = MOST_LISTED
) -> tuple[str, ...]:
    """Return the groups to be listed, of those that are not retired, by place; empty only where none was ever open.

    Groups with room come first, the oldest ``length`` of them; in a burst the oldest ``most`` - 1 and the freshest.
    One that is quite open is always among them: of those that are almost full we may not have heard who came last.
    Full ones go only where one with room stays: without any, the last ``length`` that were open stay, at least one and
    one fewer than the vendor takes, for some vendors open no other once a list is full of full ones.
    """
    with_room = [room.group_id for room in rooms if room.state.has_room]
    if not with_room:
        full = [room.group_id for room in rooms if room.state.is_full]
        return tuple(full[-max(1, min(length, most - 1)) :])
    if in_burst and len(with_room) > most:
        return _with_an_open_one((*with_room[: most - 1], with_room[-1]), rooms, most)
    return _with_an_open_one(with_room[: most if in_burst else max(1, min(length, most))], rooms, most)


def _with_an_open_one(listed: Sequence[str], rooms: Sequence[Room], most: int) -> tuple[str, ...]:
    quite_open = [room.group_id for room in rooms if room.state is RoomState.OPEN]
    if not quite_open or not set(quite_open).isdisjoint(listed):
        return tuple(listed)
    return (*listed[: most - 1], quite_open[0])


def spec_over(
    code: GroupLiveCode, group_ids: Sequence[str], state: str, *, opens_from: int | None = None
) -> GroupCodeSpec:
    """Return what the vendor's code over these groups is to be.

    ``opens_from`` is the number of the next group where the vendor opens it by itself, None where it opens none.
    """
    groups = tuple(map(GroupId, group_ids))
    if opens_from is None:
        return GroupCodeSpec(groups, state=state, note=code.note, opens_groups=False)
    return GroupCodeSpec(
        groups, state=state, note=code.note, opens_groups=True, base_name=code.prefix, base_number=opens_from
    )


def side_by_side(policy: OverflowPolicy, *, in_burst: bool = False, most: int = MOST_LISTED) -> int:
    """Return how many groups with plenty of room there are to be, as far as there are spare ones.

    In a burst they are as many as vendors list, but for one that is left for the next. Where the vendor opens groups he
    opens one when all are full, and where we lead people ourselves they fill one after the other.
    """
    if policy.strategy is not OverflowStrategy.SPARE_POOL:
        return 1
    return min(most, max(policy.listed, most - 1 if in_burst else 1))


def needs_next(rooms: Sequence[Room], wanted: int = 1) -> bool:
    """Tell whether it is time for the next group.

    None of these is more than a few people from being full, or fewer than ``wanted`` and another one is spare.
    """
    count = sum(room.state is RoomState.OPEN for room in rooms)
    return not count or (count < wanted and any(room.state is RoomState.SPARE for room in rooms))
