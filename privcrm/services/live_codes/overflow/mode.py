"""Who opens groups: the vendor or we, never both, or one full group would be followed by two new ones."""

from typing import Final

from privcrm.models.codes import GroupLiveCode, OverflowStrategy
from privcrm.store.live_codes.codes import CodeRow
from privcrm.store.live_codes.generations import Generation, GenerationState

__all__ = ["opens_at_vendor", "strategy_now"]


_STUCK: Final = (GenerationState.WAITING, GenerationState.FAILED)


def strategy_now(row: CodeRow, code: GroupLiveCode, newest: Generation | None) -> OverflowStrategy:
    """Return by which strategy groups are opened; ``newest`` is the newest generation.

    One that is under way goes on as it began, unless nothing came of that yet and the code was changed. A code that
    fell back to its spare groups stays with them until somebody changes it: what failed once would make visitors wait
    as long again with every group.
    """
    wanted = code.overflow.strategy
    if newest is None:
        return wanted
    unchanged = row.changed_at <= newest.asked_at
    if newest.state in (GenerationState.READY, GenerationState.WITHDRAWN):
        fell_back = newest.strategy is OverflowStrategy.SPARE_POOL and code.overflow.fall_back
        return newest.strategy if unchanged and fell_back else wanted
    return newest.strategy if unchanged or newest.target else wanted


def opens_at_vendor(row: CodeRow, code: GroupLiveCode, newest: Generation | None) -> bool:
    """Tell whether the vendor's code is to open groups by itself (auto-create) now.

    It is also while a code that fell back has no spare group left: a vendor seems late as well where nobody came by
    night, and whoever comes then is to find a group all the same.
    """
    strategy = strategy_now(row, code, newest)
    is_stuck = newest is not None and newest.state in _STUCK and not newest.target
    return strategy is OverflowStrategy.NATIVE or (is_stuck and code.overflow.strategy is OverflowStrategy.NATIVE)
