"""What is counted of a crowd, in the same words as in the documentation."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from attrs import define, field, frozen


def share_error(came: Mapping[str, int], weights: Mapping[str, int]) -> float:
    """Return by how much the share of whoever is furthest off differs from what the weights say, 0 to 1."""
    total, weight = sum(came.values()), sum(weights.values())
    return max(abs(came.get(each, 0) / total - wanted / weight) for each, wanted in weights.items())


def overshoot(came: Mapping[str, int], cap: int) -> int:
    """Return how many whoever is furthest above a cap has too many; below 0: how many the fullest still takes."""
    return max(came.values()) - cap


@define
class Ledger:
    """Where everybody went who came to a group code: each person stands in exactly one of these."""

    arrived: int = 0
    joined: dict[str, list[str]] = field(factory=dict[str, list[str]])
    """Members by the group into which they came."""
    left: int = 0
    """Who saw an entry and did not go in."""
    no_room: Counter[str] = field(factory=Counter[str])
    """Who was told that there is no room, by what was said."""
    refused: int = 0
    """Who was shown an entry that the vendor did not let in by: the group was full."""

    def join(self, group_id: str, member_id: str) -> None:
        """Count somebody who is inside."""
        self.joined.setdefault(group_id, []).append(member_id)

    @property
    def inside(self) -> int:
        """How many came in."""
        return sum(map(len, self.joined.values()))

    @property
    def turned_away(self) -> int:
        """How many wanted to come in and could not."""
        return self.refused + self.no_room.total()

    @property
    def lost(self) -> int:
        """How many cannot be told where they went; more than 0 is a fault of the harness."""
        return self.arrived - self.inside - self.left - self.turned_away


@frozen
class Outcome:
    """A crowd at a group code, summed up.

    ``over_filled`` groups hold more than their scan cap. ``unexplained`` are people inside of whom the store does not
    know that they came by this code, or whom it has in a group in which they are not. ``fills`` are the shares of
    their scan caps to which groups are full that take nobody any more.
    """

    arrived: int
    inside: int
    turned_away: int
    over_filled: int
    unexplained: int
    groups: int
    fills: Sequence[float] = field(repr=False)

    @property
    def least_fill(self) -> float:
        """How full the emptiest of the groups is that take nobody any more; 1 where there are none."""
        return min(self.fills, default=1.0)

    @property
    def mean_fill(self) -> float:
        """How full such groups are on average; 1 where there are none."""
        return sum(self.fills) / len(self.fills) if self.fills else 1.0

    def told(self) -> str:
        """Return it as one line."""
        return (
            f"{self.arrived:,} came, {self.inside:,} inside, {self.turned_away:,} turned away, {self.groups:,} groups,"
            f" {self.over_filled} over-filled, {self.unexplained} unexplained,"
            f" full groups at {self.least_fill:.0%} at least and {self.mean_fill:.1%} on average"
        )


def sum_up(
    ledger: Ledger,
    *,
    sizes: Mapping[str, int],
    caps: Mapping[str, int],
    known: Collection[tuple[str, str]],
    closed: Iterable[str],
) -> Outcome:
    """Compare where people went with what the store knows: ``known`` are its (group, member) pairs of the code.

    ``sizes`` are how many are in each group by the vendor, ``closed`` the groups that take nobody any more.
    """
    true = {(group_id, member) for group_id, members in ledger.joined.items() for member in members}
    return Outcome(
        arrived=ledger.arrived,
        inside=ledger.inside,
        turned_away=ledger.turned_away,
        over_filled=sum(sizes[group_id] > caps[group_id] for group_id in sizes),
        unexplained=len(true.symmetric_difference(known)) + ledger.lost,
        groups=len(sizes),
        fills=[sizes[group_id] / caps[group_id] for group_id in closed],
    )
