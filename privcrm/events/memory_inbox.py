"""The inbox of a CRM without a store: it lasts as long as the process."""

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from attrs import evolve

from privcrm.errors import StoreError
from privcrm.events.inbox import Arrival, Entry, EntryState, InboxSummary

__all__ = ["MemoryInbox"]

MOST_KEPT: Final = 100_000


class _Kept:
    """One entry with what decides when it is handed out."""

    __slots__ = ("concerns", "due_at", "entry", "leased_until", "urgent")

    def __init__(self, entry: Entry, arrival: Arrival) -> None:
        self.entry = entry
        self.concerns = arrival.concerns
        self.urgent = arrival.urgent
        self.due_at = 0.0
        self.leased_until = 0.0

    @property
    def order(self) -> tuple[int, int]:
        return self.entry.at, self.entry.number


class MemoryInbox:
    """``Inbox`` in memory, of at most 100,000 entries: what is done makes room, and a full one takes nothing in."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[int, _Kept] = {}
        self._by_key: dict[str, int] = {}
        self._first: dict[str, int] = {}
        self._pending: dict[int, _Kept] = {}
        self._number = 0

    def add(self, arrivals: Sequence[Arrival], patience: float) -> int:
        """Keep deliveries that are not kept yet; a full inbox raises ``StoreError``."""
        del patience  # nothing is waited for
        with self._lock:
            new = [arrival for arrival in arrivals if arrival.storage_key not in self._by_key]
            self._make_room(len(new))
            for arrival in new:
                self._keep(arrival)
            return len(new)

    def _make_room(self, wanted: int) -> None:
        while self._kept and len(self._kept) + wanted > MOST_KEPT:
            oldest = next(iter(self._kept.values()))
            if oldest.entry.state != "done":
                raise StoreError(f"{len(self._pending)} events wait in memory: give the CRM a store, or handle them")
            self._forget(oldest.entry)

    def _keep(self, arrival: Arrival) -> None:
        self._number += 1
        first = self._first.setdefault(arrival.business_key, self._number) == self._number
        entry = Entry(
            self._number,
            arrival.storage_key,
            arrival.business_key,
            first,
            arrival.app,
            arrival.source,
            arrival.kind,
            arrival.at,
            arrival.received_at,
            arrival.stale,
            EntryState.NEW,
            0,
            (),
            "",
            0,
            arrival.payload,
        )
        self._by_key[entry.storage_key] = entry.number
        self._kept[entry.number] = self._pending[entry.number] = _Kept(entry, arrival)

    def claim(self, holder: str, now: float, lease: float) -> Entry | None:
        """Take what is to be handled next, or return None."""
        del holder  # all are threads of this process
        with self._lock:
            lanes: dict[str, list[_Kept]] = {}
            for kept in self._pending.values():
                lanes.setdefault(kept.concerns, []).append(kept)
            ready = (kept for kept in self._pending.values() if kept.due_at <= now and kept.leased_until <= now)
            free = (kept for kept in ready if not (kept.concerns and _is_held_back(kept, lanes[kept.concerns], now)))
            chosen = min(free, key=lambda kept: (not kept.urgent, kept.entry.number), default=None)
            if chosen is None:
                return None
            chosen.leased_until = now + lease
            entry = chosen.entry
            chosen.entry = evolve(entry, fence=entry.fence + 1, attempts=entry.attempts + 1)
            return chosen.entry

    def finish(self, entry: Entry) -> bool:
        """Note that an entry is handled; False if another worker has taken it meanwhile."""
        return self._end(entry, evolve(entry, state=EntryState.DONE, error=""), 0.0)

    def postpone(self, entry: Entry, *, finished: Iterable[str], error: str, due_at: float | None) -> bool:
        """Note that a try failed: again at ``due_at``, or parked where that is None."""
        state = EntryState.DEAD if due_at is None else EntryState.NEW
        changed = evolve(entry, state=state, finished=tuple(finished), error=error)
        return self._end(entry, changed, due_at or 0.0)

    def _end(self, entry: Entry, changed: Entry, due_at: float) -> bool:
        with self._lock:
            kept = self._kept.get(entry.number)
            if kept is None or kept.entry.fence != entry.fence:
                return False
            kept.entry, kept.due_at, kept.leased_until = changed, due_at, 0.0
            if changed.state != "new":
                self._pending.pop(entry.number, None)
            return True

    def siblings(self, entry: Entry) -> Mapping[str, str]:
        """Return the payloads of all deliveries of the same event, by app."""
        with self._lock:
            same = (kept.entry for kept in self._kept.values() if kept.entry.business_key == entry.business_key)
            return {one.app: one.payload for one in same}

    def entries(self, state: EntryState | None = None, *, after: int = 0) -> Iterator[Entry]:
        """Yield entries in the order of arrival, those of one state or all, behind number ``after``."""
        with self._lock:
            found = [kept.entry for number, kept in self._kept.items() if number > after]
        return (entry for entry in found if state in (None, entry.state))

    def replay(self, numbers: Iterable[int], *, everybody: bool) -> int:
        """Make entries new again; ``everybody``: also for handlers that were through. Return how many there were."""
        with self._lock:
            found = [self._kept[number] for number in numbers if number in self._kept]
            again = [kept for kept in found if kept.entry.state != "new"]
            for kept in again:
                finished = () if everybody else kept.entry.finished
                kept.entry = evolve(kept.entry, state=EntryState.NEW, attempts=0, error="", finished=finished)
                kept.due_at = 0.0
                self._pending[kept.entry.number] = kept
            return len(again)

    def purge(self, before: float) -> int:
        """Forget what was done and had arrived before then; return how many deliveries that was."""
        with self._lock:
            old = [kept.entry for kept in self._kept.values() if kept.entry.received_at < before]
            done = [entry for entry in old if entry.state == "done"]
            for entry in done:
                self._forget(entry)
            return len(done)

    def _forget(self, entry: Entry) -> None:
        del self._kept[entry.number], self._by_key[entry.storage_key]
        if self._first.get(entry.business_key) == entry.number:
            del self._first[entry.business_key]

    def summary(self) -> InboxSummary:
        """Count what is not done."""
        with self._lock:
            oldest = min((kept.entry.received_at for kept in self._pending.values()), default=None)
            new = len(self._pending)
        return InboxSummary(new, self.count(EntryState.DEAD), oldest)

    def count(self, state: EntryState) -> int:
        """Return how many entries of a state there are."""
        with self._lock:
            return sum(kept.entry.state == state for kept in self._kept.values())


def _is_held_back(kept: _Kept, lane: Sequence[_Kept], now: float) -> bool:
    """Tell whether another of the same member or group is being handled, or comes before it in time.

    A right that lives for seconds does not wait with those that wait for one that failed.
    """
    others = [other for other in lane if other is not kept]
    earlier = [other for other in others if other.order < kept.order]
    passes = kept.urgent and any(other.due_at > now for other in earlier)
    return any(other.leased_until > now for other in others) or (bool(earlier) and not passes)
