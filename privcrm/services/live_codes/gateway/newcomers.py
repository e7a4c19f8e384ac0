"""How many places the newcomers of one address hold: whoever keeps no cookie is somebody new at every look."""

import threading
from collections import OrderedDict
from typing import Final

from privcrm.forks import reset_in_children
from privcrm.services.live_codes.gateway.visits import Visit

__all__ = ["Newcomers"]

MOST_CLIENTS: Final = 4_096


class Newcomers:
    """Lets so many newcomers of one client hold a place at a time; ``most`` of them, 0 for none.

    Kept in memory only, bounded in number, and safe for threads. Of whom the client is not known, nobody is held back.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._places: OrderedDict[str, dict[str, float]] = OrderedDict()
        self.reset()
        reset_in_children(self)

    def reset(self) -> None:
        """Start with a lock that nobody holds: a forked child has none of the threads that would release it."""
        self._lock = threading.Lock()

    def may_hold(self, visit: Visit, now: float, until: float, *, most: int | None = None) -> bool:
        """Tell whether a visitor may hold a place until a moment (unix seconds); a newcomer then takes up one of his.

        Who holds one already may again. ``most`` is a lower bound than usual.
        """
        if not visit.client or not visit.visitor.is_newcomer:
            return True
        mark, bound = visit.visitor.mark, self._most if most is None else min(most, self._most)
        with self._lock:
            places = self._places.setdefault(visit.client, {})
            self._places.move_to_end(visit.client)
            if mark not in places and len(places) >= bound:
                for over in [each for each, ends in places.items() if ends <= now]:
                    del places[over]
            may = mark in places or len(places) < bound
            if may:
                places[mark] = until
            if len(self._places) > MOST_CLIENTS:
                self._places.popitem(last=False)
        return may

    def forget(self, visit: Visit) -> None:
        """Take up nothing any more for a visitor who holds no place after all, or is no newcomer now."""
        if visit.client in self._places:
            with self._lock:
                self._places.get(visit.client, {}).pop(visit.visitor.mark, None)
