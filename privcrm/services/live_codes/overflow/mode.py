"""Who opens groups: the vendor or we, never both, or one full group would be followed by two new ones."""

from typing import Final

from privcrm.models.codes import GroupLiveCode, OverflowStrategy
from privcrm.store.live_codes.codes import CodeRow
from privcrm.store.live_codes.generations import Generation, GenerationState

__all__ = ["fell_back", "opens_at_vendor", "strategy_now"]

_STUCK: Final = (GenerationState.WAITING, GenerationState.FAILED)
TRY_ANEW_SECONDS: Final = 6 * 3600.0
"""What failed once would make visitors wait as long again with every group: so long it is not tried again."""


def strategy_now(
    row: CodeRow, code: GroupLiveCode, newest: Generation | None, now: float, *, in_burst: bool = False
) -> OverflowStrategy:
    """Return by which strategy groups are opened; ``newest`` is the newest generation.

    One that is under way goes on as it began, unless nothing came of that yet and the code was changed. A code that
    fell back to its spare groups tries its own way again with the first group that is due six hours later, when no
    burst lasts; at once when somebody changed it, or its own way brought a group after all.
    """
    wanted = code.overflow.strategy
    if newest is None:
        return wanted
    unchanged = row.changed_at <= newest.asked_at
    if newest.state in (GenerationState.READY, GenerationState.WITHDRAWN):
        too_soon = in_burst or now < newest.alarm_at + TRY_ANEW_SECONDS
        return newest.strategy if unchanged and too_soon and fell_back(code, newest) else wanted
    return newest.strategy if unchanged or newest.target else wanted


def fell_back(code: GroupLiveCode, newest: Generation) -> bool:
    """Tell whether a generation was left to the spare groups though the code has another strategy."""
    return newest.strategy is OverflowStrategy.SPARE_POOL is not code.overflow.strategy and code.overflow.fall_back


def opens_at_vendor(
    row: CodeRow, code: GroupLiveCode, newest: Generation | None, now: float, *, in_burst: bool = False
) -> bool:
    """Tell whether the vendor's code is to open groups by itself (auto-create) now.

    It is also while a code that fell back has no spare group left: a vendor seems late as well where nobody came by
    night, and whoever comes then is to find a group all the same.
    """
    strategy = strategy_now(row, code, newest, now, in_burst=in_burst)
    is_stuck = newest is not None and newest.state in _STUCK and not newest.target
    return strategy is OverflowStrategy.NATIVE or (is_stuck and code.overflow.strategy is OverflowStrategy.NATIVE)
