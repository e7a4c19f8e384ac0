"""Who is next: the seat that was given least for its weight; and which seats the vendor is told of."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from attrs import evolve, field, frozen

from privcrm.models.codes.staff_code import OnEmpty
from privcrm.services.live_codes.staff.verdicts import HELD_BACK, SeatFacts, SeatReason, Verdict

__all__ = ["Choice", "choose"]

_TINY: Final = 1e-9


@frozen
class Choice:
    """Who may be chosen, best first; the vendor is told of the ``pool``.

    ``order`` are all seats of the tier that works, ``pool`` the first ``k`` of them, or fewer. ``stands_in``: nobody
    was free, and the last tier stands in whatever its caps and hours. ``empty``: nobody can be chosen at all.
    ``credit`` are seats that came in and start at the share of the others, ``floors`` those shares by tier.
    """

    order: tuple[Verdict, ...]
    pool: tuple[Verdict, ...]
    tier: int
    stands_in: bool = False
    credit: Mapping[int, float] = field(factory=dict[int, float])
    floors: Mapping[int, float] = field(factory=dict[int, float])

    @property
    def empty(self) -> bool:
        """Whether nobody can be chosen; the vendor is told nothing then."""
        return not self.pool


def choose(
    seats: Iterable[tuple[SeatFacts, Verdict]],
    most: int,
    on_empty: OnEmpty,
    floors: Mapping[int, float],
    *,
    lively: Collection[int] = (),
    slack: float = 0.0,
) -> Choice:
    """Order the free seats of the lowest tier that has any, by the least share and then by the longest idle.

    Vendors draw from the pool as they like, against the weights, too: so whoever is more than ``slack`` visitors ahead
    of the first is left out of it, where the first is one of the ``lively``, of whom it is known that he can be added.
    """
    judged = list(seats)
    raised = _raised_floors(judged, floors)
    lifted = [_lifted(facts, verdict, raised) for facts, verdict in judged]
    credit = {
        facts.number: facts.credit
        for (facts, _), (before, _) in zip(lifted, judged, strict=True)
        if facts.credit != before.credit
    }
    free = [each for each in lifted if each[1].is_free]
    stands_in = not free and on_empty is OnEmpty.BACKUP
    able = _last_tier(lifted) if stands_in else free
    tier = min((verdict.tier for _, verdict in able), default=0)
    order = _ordered([each for each in able if each[1].tier == tier])
    pool = _pool(order, most, lively, slack)
    return Choice(order, pool, tier, stands_in and bool(able), credit, _raised_floors(lifted, raised, new=True))


def _pool(order: Sequence[Verdict], most: int, lively: Collection[int], slack: float) -> tuple[Verdict, ...]:
    some = tuple(order[:most])
    if not some or some[0].number not in lively:
        return some
    return tuple(each for each in some if (each.share - some[0].share) * each.weight <= slack)


def _ordered(seats: Sequence[tuple[SeatFacts, Verdict]]) -> tuple[Verdict, ...]:
    by_need = sorted(seats, key=lambda each: (each[0].share, each[0].last_served_at, each[0].place))
    return tuple(verdict for _, verdict in by_need)


def _lifted(facts: SeatFacts, verdict: Verdict, floors: Mapping[int, float]) -> tuple[SeatFacts, Verdict]:
    """Let a seat that comes in start where the others are: else it would be given everybody until it has caught up."""
    floor = floors.get(verdict.tier, 0.0)
    if facts.was_free or not verdict.is_free or facts.share >= floor - _TINY:
        return facts, verdict
    facts = evolve(facts, credit=floor * facts.seat.weight - facts.served - facts.held)
    return facts, evolve(verdict, share=facts.share)


def _raised_floors(
    seats: Iterable[tuple[SeatFacts, Verdict]], floors: Mapping[int, float], *, new: bool = False
) -> dict[int, float]:
    """Return the least share of those who stayed (with ``new`` also of those who came in), by tier; it never falls."""
    least: dict[int, float] = {}
    for facts, verdict in seats:
        if verdict.is_free and (new or facts.was_free):
            least[verdict.tier] = min(facts.share, least.get(verdict.tier, facts.share))
    return {**floors, **{tier: max(share, floors.get(tier, 0.0)) for tier, share in least.items()}}


def _last_tier(seats: Iterable[tuple[SeatFacts, Verdict]]) -> list[tuple[SeatFacts, Verdict]]:
    """Return those of the highest tier whom only our own bounds hold back."""
    able = [each for each in seats if each[1].reason in HELD_BACK or each[1].reason is SeatReason.FREE]
    highest = max((facts.seat.tier for facts, _ in able), default=0)
    return [each for each in able if each[0].seat.tier == highest]
