"""Comparing groups: a listing tells neither owner nor people, so each group is read whole, one call each."""

from collections.abc import Generator, Iterator
from contextlib import suppress
from typing import Any

from attrs import evolve, frozen

from privcrm.errors import NotFound
from privcrm.models import Group, GroupMember, JoinScene
from privcrm.models.events import (
    Event,
    EventSource,
    GroupCreated,
    GroupDismissed,
    GroupMembersJoined,
    GroupMembersLeft,
    GroupOwnerChanged,
    GroupRenamed,
)
from privcrm.services.mirror.mirror import KnownGroup, Roster
from privcrm.services.mirror.rosters import known_from, person_key, roster_of
from privcrm.services.sweep.items import Difference
from privcrm.services.sweep.round import Round

__all__ = ["compare_groups"]


@frozen
class _Seen:
    """A group as it was read, None if there is none (any more); only if ``whole`` was it read at all."""

    group: Group | None
    seen_at: float
    whole: bool


def compare_groups(sweep: Round) -> Generator[Difference]:
    """Yield what differs, one difference a group: first of those that are known, then of those that are listed.

    A group that is not listed is not dismissed by that: it is read, and only what the vendor does not find is gone.
    """
    for known in sweep.mirror.groups():
        yield from _compare(sweep, known)
    with sweep.reading():
        for page in sweep.pages(sweep.provider.groups.list_all()):
            for summary in page.items:
                yield from _meet(sweep, summary.group_id)


def _compare(sweep: Round, known: KnownGroup) -> Iterator[Difference]:
    seen = _look(sweep, known.group_id)
    border = sweep.border(seen.seen_at)
    if not seen.whole or known.noted_at >= border:
        return
    if seen.group is None:
        gone = evolve(known, lives=False, current_to=int(seen.seen_at), noted_at=seen.seen_at)
        yield from _told(sweep, gone, {}, (GroupDismissed(**_common(sweep, known, seen)),))
    elif not _is_young(seen.group, border):
        yield from _changed(sweep, known, seen.group, seen)


def _changed(sweep: Round, known: KnownGroup, group: Group, seen: _Seen) -> Iterator[Difference]:
    _, had = sweep.mirror.group_and_roster(known.group_id) or (known, {})
    found, roster = known_from(group, seen.seen_at), roster_of(group)
    events = tuple(_events(known, found, had, group, _common(sweep, known, seen)))
    yield from _told(sweep, found, roster, events)


def _meet(sweep: Round, group_id: str) -> Iterator[Difference]:
    """Compare a group that is listed, unless it has been compared as a known one."""
    kept = sweep.mirror.group_and_roster(group_id)
    known = kept[0] if kept else None
    if known is not None and known.lives:
        return
    seen = _look(sweep, group_id)
    border = sweep.border(seen.seen_at)
    group = seen.group
    if group is None or _is_young(group, border) or (known is not None and known.noted_at >= border):
        return
    found = known_from(group, seen.seen_at)
    at = int(seen.seen_at) if group.created_at is None else group.created_at
    is_news = known is not None or not sweep.is_history(at)
    if known is None and is_news:
        sweep.stays_news(at)
    events = (evolve(GroupCreated(**_common(sweep, found, seen)), at=at),) if is_news else ()
    yield from _told(sweep, found, roster_of(group), events)


def _told(sweep: Round, group: KnownGroup, roster: Roster, events: tuple[Event, ...]) -> Iterator[Difference]:
    if events and not sweep.is_first:
        yield Difference(events, group.noted_at, group, roster)
    else:
        sweep.note_group(group, roster)


def _look(sweep: Round, group_id: str) -> _Seen:
    seen_at = sweep.clock.time()
    group: Group | None = None
    with sweep.reading() as reading:
        sweep.calls += 1
        with suppress(NotFound):
            group = _without_erased(sweep, sweep.provider.groups.get(group_id))
    return _Seen(group, seen_at, reading.whole)


def _without_erased(sweep: Round, group: Group) -> Group:
    erased = sweep.mirror.erased(person.user_id for person in group.members if not person.is_staff)
    kept = tuple(person for person in group.members if person.is_staff or person.user_id not in erased)
    return evolve(group, members=kept)


def _events(known: KnownGroup, found: KnownGroup, had: Roster, group: Group, common: dict[str, Any]) -> Iterator[Event]:
    people = {person_key(person): person for person in group.members}
    change: dict[str, Any] = {**common, "last_version": known.version, "version": found.version}
    joined = [person for key, person in people.items() if key not in had]
    if joined:
        ids = tuple(person.user_id for person in joined)
        yield GroupMembersJoined(**change, user_ids=ids, count=len(ids), scanned=_scanned(joined))
    if left := tuple(sorted(had.keys() - people.keys())):
        yield GroupMembersLeft(**change, user_ids=left, count=len(left))
    if known.owner_id != found.owner_id:
        yield GroupOwnerChanged(**common)
    if known.name != found.name:
        yield GroupRenamed(**common)


def _common(sweep: Round, group: KnownGroup, seen: _Seen) -> dict[str, Any]:
    return {
        "company": sweep.company,
        "at": int(seen.seen_at),
        "source": EventSource.SWEEP,
        "group_id": group.group_id,
    }


def _is_young(group: Group, border: float) -> bool:
    """Tell whether callbacks about the group may be under way."""
    times = (group.created_at, *(person.joined_at for person in group.members))
    return any(at is not None and at >= border for at in times)


def _scanned(joined: list[GroupMember]) -> bool | None:
    """Tell whether all came by the code; None if some did, or nobody knows."""
    scenes = {None if who.scene is JoinScene.UNKNOWN else who.scene is JoinScene.SCANNED for who in joined}
    return scenes.pop() if len(scenes) == 1 else None
