"""How many places the newcomers of one address hold: whoever keeps no cookie is somebody new at every look."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Final

from privcrm.forks import reset_in_children
from privcrm.services.live_codes.gateway.visits import Visit

__all__ = ["Newcomers"]

MOST_CLIENTS: Final = 4_096


class Newcomers:
    """Lets newcomers of one client hold so many places at a time, at all codes together; ``most``, 0 for none.

    Kept in memory only, bounded in number, and safe for threads. Of whom the client is not known, nobody is held back.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._places: OrderedDict[str, dict[tuple[str, int], float]] = OrderedDict()
        self.reset()
        reset_in_children(self)

    def reset(self) -> None:
        """Start with a lock that nobody holds: a forked child has none of the threads that would release it."""
        self._lock = threading.Lock()

    def may_hold(self, visit: Visit, code: int, now: float, until: float, *, most: int | None = None) -> bool:
        """Tell whether a visitor may hold a place at a code until a moment (unix seconds); it is one of his client's.

        Who holds one there already may again. ``most`` is a bound for this code alone.
        """
        if not visit.client or not visit.visitor.is_newcomer:
            return True
        place = visit.visitor.mark, code
        with self._lock:
            places = self._places.setdefault(visit.client, {})
            self._places.move_to_end(visit.client)
            if place not in places and not self._has_free(places, code, most):
                for over in [each for each, ends in places.items() if ends <= now]:
                    del places[over]
            may = place in places or self._has_free(places, code, most)
            if may:
                places[place] = until
            if len(self._places) > MOST_CLIENTS:
                self._places.popitem(last=False)
        return may

    def leave(self, visit: Visit, code: int) -> None:
        """Take up nothing at a code for a visitor who holds no place there after all."""
        if visit.client in self._places:
            with self._lock:
                self._places.get(visit.client, {}).pop((visit.visitor.mark, code), None)

    def forget(self, visit: Visit) -> None:
        """Take up nothing any more for a visitor who is no newcomer now."""
        if visit.client in self._places:
            with self._lock:
                places = self._places.get(visit.client, {})
                for his in [each for each in places if each[0] == visit.visitor.mark]:
                    del places[his]

    def _has_free(self, places: Mapping[tuple[str, int], float], code: int, most: int | None) -> bool:
        return len(places) < self._most and (most is None or sum(each[1] == code for each in places) < most)
