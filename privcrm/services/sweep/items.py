"""Differences as items of a job: what is to be told, and what the mirror is to hold once it is."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from attrs import asdict, frozen

from privcrm.events.codec import dump_event, load_event
from privcrm.jobs import Item, ItemDraft
from privcrm.models.events import Event, GroupMembersChanged, MemberAdded, MemberEvent
from privcrm.services.mirror.mirror import KnownFollow, KnownGroup, Roster

__all__ = ["Difference", "difference_of", "draft_of", "people_in"]

_EVENTS: Final = "events"
_SEEN_AT: Final = "seen_at"
_GROUP: Final = "group"
_ROSTER: Final = "roster"


@frozen
class Difference:
    """Events about one follow or one group, as of ``seen_at`` (unix seconds); ``group`` and ``roster`` as listed."""

    events: tuple[Event, ...]
    seen_at: float
    group: KnownGroup | None = None
    roster: Roster | None = None

    def follow(self, now: float) -> KnownFollow | None:
        """Return the relation that it leads to, if it is about one."""
        match self.events:
            case (MemberEvent() as event,):
                lives = isinstance(event, MemberAdded)
                return KnownFollow(event.staff_id, event.member_id, event.at, now, lives)
            case _:
                return None


def draft_of(difference: Difference) -> ItemDraft:
    """Return the item of a difference."""
    first = difference.events[0]
    payload: dict[str, Any] = {
        _EVENTS: [dump_event(event) for event in difference.events],
        _SEEN_AT: difference.seen_at,
    }
    if difference.group is not None:
        payload[_GROUP] = asdict(difference.group)
        payload[_ROSTER] = dict(difference.roster or {})
    key = f"{first.staff_id} {first.member_id}" if isinstance(first, MemberEvent) else first.concerns
    return ItemDraft(key, payload, first.subject)


def difference_of(item: Item) -> Difference:
    """Return what an item holds."""
    payload = item.payload
    events = tuple(load_event(text) for text in payload[_EVENTS])
    if _GROUP not in payload:
        return Difference(events, payload[_SEEN_AT])
    return Difference(events, payload[_SEEN_AT], _group(payload[_GROUP]), payload[_ROSTER])


def people_in(item: Item) -> Iterable[str]:
    """Yield the ids of the people whom an item names, staff among them."""
    yield item.subject
    yield from item.payload.get(_ROSTER, ())
    events: Sequence[str] = item.payload[_EVENTS]
    for event in map(load_event, events):
        if isinstance(event, GroupMembersChanged):
            yield from event.user_ids


def _group(values: Mapping[str, Any]) -> KnownGroup:
    fields: dict[str, Any] = {**values, "versions": tuple(values["versions"])}
    return KnownGroup(**fields)
