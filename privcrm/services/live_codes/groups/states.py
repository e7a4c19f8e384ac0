"""Where a group stands, by how many are inside now: pure, and with a gap so that one leaver does not open it again."""

from privcrm.models.codes import GroupCapacity, OverflowPolicy, OverflowStrategy
from privcrm.store.live_codes.groups import RoomState

__all__ = ["soft_bound", "state_after", "takes_nobody", "usable_seats"]

_LED_BY_US = (OverflowStrategy.CHAIN, OverflowStrategy.IMAGES, OverflowStrategy.STAFF_FIRST)


def soft_bound(capacity: GroupCapacity, policy: OverflowPolicy) -> int:
    """Return from how many people on it is time for the next group, at the latest where the kept seats begin."""
    by_share = -(-capacity.scan_cap * policy.soft_full // 100)
    return min(by_share, max(capacity.scan_cap - policy.margin, capacity.staff_seats + 1))


def usable_seats(capacity: GroupCapacity, policy: OverflowPolicy) -> int:
    """Return how many members a new group takes by scanning before the next one is shown, 1 at least."""
    return max(1, capacity.scan_cap - capacity.staff_seats - policy.margin)


def state_after(state: RoomState, seats: int, capacity: GroupCapacity, policy: OverflowPolicy) -> RoomState:
    """Return the state of a group in which ``seats`` people are now, staff included; spare and retired ones stay so.

    What was full has room again only with ``reopen_gap`` free seats, and what was soft full is quite open only that
    much below its bound.
    """
    if state in (RoomState.SPARE, RoomState.RETIRED):
        return state
    if seats >= capacity.hard_cap:
        return RoomState.HARD_FULL
    if seats >= capacity.scan_cap:
        return RoomState.SCAN_FULL
    if state.is_full and seats > capacity.scan_cap - policy.reopen_gap:
        return RoomState.SCAN_FULL
    soft = soft_bound(capacity, policy)
    if seats >= soft:
        return RoomState.SOFT_FULL
    was_fuller = state in (RoomState.SOFT_FULL, RoomState.SCAN_FULL, RoomState.HARD_FULL)
    return RoomState.SOFT_FULL if was_fuller and seats > soft - policy.reopen_gap else RoomState.OPEN


def takes_nobody(state: RoomState, seats: int, capacity: GroupCapacity, policy: OverflowPolicy) -> bool:
    """Tell whether nobody more comes in.

    Where we lead people in ourselves that is so from the seats on that are kept for those on their way.
    """
    kept_free = policy.strategy in _LED_BY_US and seats >= capacity.scan_cap - policy.margin
    return state.is_full or (state is RoomState.SOFT_FULL and kept_free)
