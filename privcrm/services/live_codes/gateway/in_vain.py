"""Visitors who were shown a vendor's code while all of its groups were full: their scans let him open the next. Pure.

Nobody tells us of a scan. So it is three visitors without a group that say that he does not open one, and after a
while the next ones are shown the code again, for he may do so by then.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Final

from attrs import field, frozen

from privcrm.services.live_codes.gateway.visits import Visit

__all__ = ["InVain"]

VISITORS: Final = 3
"""So many in vain: one of them alone may just not have scanned."""
SHOWN_AGAIN_AFTER: Final = 3600.0
_WHO_BYTES: Final = 2
"""Enough to tell three from one another, and too few to tell who they were."""


@frozen
class InVain:
    """When the first of them were shown the code (unix seconds), by who they were: ``VISITORS`` at most.

    Of one address it is one visitor, however often he looks and as how many.
    """

    times: Mapping[str, float] = field(factory=dict[str, float])

    @classmethod
    def since(cls, text: str, full_at: float, now: float) -> "InVain":
        """Return those of a kept text who came since the groups are full, and lately."""
        # What begins otherwise was kept about a chain, which the code was before.
        times: dict[str, float] = json.loads(text) if text.startswith("{") else {}
        return cls({who: at for who, at in times.items() if at >= full_at and at > now - SHOWN_AGAIN_AFTER})

    def shown(self, visits: Iterable[Visit], now: float) -> "InVain":
        """Return it with those who were shown the code now."""
        times = {**self.times, **{who: now for each in visits if (who := _who(each)) not in self.times}}
        return InVain(dict(islice(times.items(), VISITORS)))

    def says_late(self, now: float, within: float) -> bool:
        """Tell whether the vendor had ``within`` seconds to open a group for them and opened none."""
        return len(self.times) >= VISITORS and now >= max(self.times.values()) + within

    def to_text(self) -> str:
        """Return it as it is kept."""
        return json.dumps(dict(self.times))


def _who(visit: Visit) -> str:
    """Return what tells one visitor from another: his address, for whoever keeps no cookie is new at every look."""
    visitor = visit.visitor
    who = visitor.mark if visitor.identity else visit.client or visitor.mark
    return hashlib.blake2b(who.encode(), digest_size=_WHO_BYTES).hexdigest()
