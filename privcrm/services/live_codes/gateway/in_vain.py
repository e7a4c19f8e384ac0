"""Visitors who were shown a vendor's code while all of its groups were full: their scans let him open the next. Pure.

Nobody tells us of a scan. So it is three visitors without a group that say that he does not open one, and after a
while the next ones are shown the code again, for he may do so by then.
"""

import json
from collections.abc import Sequence
from typing import Final

from attrs import frozen

__all__ = ["InVain"]

VISITORS: Final = 3
"""So many in vain: one of them alone may just not have scanned."""
SHOWN_AGAIN_AFTER: Final = 3600.0


@frozen
class InVain:
    """When the first of them were shown the code (unix seconds), ``VISITORS`` at most."""

    times: Sequence[float] = ()

    @classmethod
    def since(cls, text: str, full_at: float, now: float) -> "InVain":
        """Return those of a kept text who came since the groups are full, and lately."""
        times: list[float] = json.loads(text) if text else []
        return cls([at for at in times if at >= full_at and at > now - SHOWN_AGAIN_AFTER])

    def shown(self, count: int, now: float) -> "InVain":
        """Return it with more who were shown the code now."""
        return InVain([*self.times, *([now] * count)][:VISITORS])

    def says_late(self, now: float, within: float) -> bool:
        """Tell whether the vendor had ``within`` seconds to open a group for them and opened none."""
        return len(self.times) >= VISITORS and now >= self.times[-1] + within

    def to_text(self) -> str:
        """Return it as it is kept."""
        return json.dumps(list(self.times))
