"""Comparing follows: whom the vendor lists for each employee, and whom we know of."""

from collections.abc import Generator, Iterable, Iterator, Mapping
from typing import Final

from attrs import frozen

from privcrm.models import Follow, MemberId, StaffId, staff_key
from privcrm.models.events import EventSource, Leaving, MemberAdded, StaffDeletedMember
from privcrm.services.mirror.mirror import KnownFollow
from privcrm.services.sweep.items import Difference
from privcrm.services.sweep.round import Round

__all__ = ["compare_follows"]

STAFF_A_LISTING: Final = 100
MEMBERS_A_LISTING: Final = 10_000  # in memory at a time, unless one employee alone has more
FORGET_SECONDS: Final = 86_400.0  # what ended is remembered for as long as an event about it may come late


@frozen
class _Listed:
    """Whom the vendor listed for an employee, as of ``seen_at``; ``whole`` if the listing came to its end."""

    staff_id: StaffId
    follows: Mapping[MemberId, Follow]
    seen_at: float
    whole: bool
    is_new: bool


def compare_follows(sweep: Round) -> Generator[Difference]:
    """Yield what differs for all who serve members; what is no news is written at once.

    Who serves nobody any more is not listed and loses nothing by that: members of a leaver wait for an heir, and an
    employee out of the visible range still has them.
    """
    for listed in _everybody(sweep):
        yield from _compare(sweep, listed)


def _compare(sweep: Round, listed: _Listed) -> Iterator[Difference]:
    known = {follow.member_id: follow for follow in sweep.mirror.follows(listed.staff_id)}
    silent: list[KnownFollow] = []
    for member_id, follow in listed.follows.items():
        if _is_settled_and_new(sweep, listed, follow, known.get(member_id)):
            at = int(listed.seen_at) if follow.created_at is None else follow.created_at
            if sweep.is_first or (listed.is_new and member_id not in known and sweep.is_history(at)):
                silent.append(KnownFollow(listed.staff_id, member_id, at, listed.seen_at))
            else:
                yield _added(sweep, listed, member_id, at, follow.state)
    gone = _gone(sweep, listed, known.values()) if listed.whole else None
    for ended in gone or ():
        if sweep.is_first:
            silent.append(
                KnownFollow(listed.staff_id, ended.member_id, int(listed.seen_at), listed.seen_at, lives=False)
            )
        else:
            yield _ended(sweep, listed, ended.member_id)
    sweep.note_follows(silent)
    if gone is not None:
        sweep.note_staff(listed.staff_id, len(listed.follows), listed.seen_at - FORGET_SECONDS)


def _is_settled_and_new(sweep: Round, listed: _Listed, follow: Follow, known: KnownFollow | None) -> bool:
    border = sweep.border(listed.seen_at)
    if known is not None and (known.lives or known.noted_at >= border):
        return False
    return follow.created_at is None or follow.created_at < border


def _gone(sweep: Round, listed: _Listed, known: Iterable[KnownFollow]) -> list[KnownFollow] | None:
    """Return who is not in the employee's list any more; None if that cannot be told.

    Lists that are read by pages may pass over somebody while they change, so a second look is taken at all ids at once.
    """
    border = sweep.border(listed.seen_at)
    missing = [each for each in known if each.lives and each.member_id not in listed.follows and each.noted_at < border]
    if not missing:
        return []
    with sweep.reading() as reading:
        sweep.calls += 1
        there = set(sweep.provider.members.ids(listed.staff_id))
        missing = [each for each in missing if each.member_id not in there]
    return missing if reading.whole else None


def _added(sweep: Round, listed: _Listed, member_id: MemberId, at: int, state: str) -> Difference:
    event = MemberAdded(
        sweep.company, at=at, source=EventSource.SWEEP, staff_id=listed.staff_id, member_id=member_id, state=state
    )
    return Difference((event,), listed.seen_at)


def _ended(sweep: Round, listed: _Listed, member_id: MemberId) -> Difference:
    """Say that the employee has the member no more.

    The member cannot have ended it, or the employee would still have it in the list; whether it was deleted or handed
    on, nobody can tell.
    """
    event = StaffDeletedMember(
        sweep.company,
        at=int(listed.seen_at),
        source=EventSource.SWEEP,
        staff_id=listed.staff_id,
        member_id=member_id,
        how=Leaving.UNKNOWN,
    )
    return Difference((event,), listed.seen_at)


# -- reading


def _everybody(sweep: Round) -> Iterator[_Listed]:
    known = sweep.mirror.staff()
    sweep.calls += 1
    serving = {staff_key(staff_id): staff_id for staff_id in sweep.provider.staff.serving()}
    for staff_ids in _together([serving[key] for key in sorted(serving)], known):
        seen_at = sweep.clock.time()
        follows, whole = _read(sweep, staff_ids)
        for staff_id in staff_ids:
            mine = follows.pop(staff_key(staff_id), {})
            yield _Listed(staff_id, mine, seen_at, whole, is_new=staff_key(staff_id) not in known)


def _together(staff_ids: Iterable[StaffId], known: Mapping[str, int]) -> Iterator[list[StaffId]]:
    """Group those who are listed together; whose number of members is not known is listed alone."""
    group: list[StaffId] = []
    members = 0
    for staff_id in staff_ids:
        expected = known.get(staff_key(staff_id), MEMBERS_A_LISTING)
        if group and (len(group) == STAFF_A_LISTING or members + expected > MEMBERS_A_LISTING):
            yield group
            group, members = [], 0
        group.append(staff_id)
        members += expected
    if group:
        yield group


def _read(sweep: Round, staff_ids: list[StaffId]) -> tuple[dict[str, dict[MemberId, Follow]], bool]:
    """Return the follows of these employees, and whether that is all of them."""
    listed: dict[str, dict[MemberId, Follow]] = {}
    with sweep.reading() as reading:
        for page in sweep.pages(sweep.provider.members.list(staff_ids)):
            erased = sweep.mirror.erased(member.member_id for member in page.items)
            for member in page.items:
                if member.member_id in erased:
                    continue
                for follow in member.follows:
                    listed.setdefault(staff_key(follow.staff_id), {})[member.member_id] = follow
    return listed, reading.whole
