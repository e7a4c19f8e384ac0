"""Visitors at a staff code: who got how many of them, and what that cost in calls."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from attrs import frozen

from privcrm.models.codes import Seat, StaffLiveCode
from tests.simulation.arrivals import HOUR, MINUTE, steady
from tests.simulation.codes import Desk
from tests.simulation.figures import share_error
from tests.simulation.lag import Lag
from tests.simulation.run import Simulation
from tests.simulation.vendor import Draw, Habits

WEIGHTS = (5, 3, 2)
HOURS = 10


@frozen
class Shares:
    """What became of weights: by how much the furthest seat is off (0 to 1), and how often the pool was written."""

    error: float
    pushes_per_hour: float
    came: int


class Door:
    """A staff code at the vendor, and everybody who came through it."""

    def __init__(self, simulation: Simulation, code: StaffLiveCode) -> None:
        self.simulation = simulation
        self.code = code
        self.desk = Desk(simulation)
        self.vendor_id = self.desk.make_staff_code(code)
        self.came: Counter[str] = Counter()
        self.by_moment: list[tuple[float, str]] = []
        self.nobody = 0

    def arrive(self, arrivals: Iterable[float]) -> None:
        """Let people scan at these moments (unix seconds)."""
        for at in arrivals:
            self.simulation.loop.at(at, self._scan)

    def _scan(self) -> None:
        added = self.simulation.scans.contact_code(self.vendor_id)
        if added is None:
            self.nobody += 1
            return
        self.came[added.staff_id] += 1
        self.by_moment.append((self.simulation.loop.now, added.staff_id))
        self.simulation.tell([added])


def seats(staff: Sequence[str], weights: Sequence[int] = WEIGHTS, *, daily_cap: int | None = None) -> tuple[Seat, ...]:
    """Return a seat for each weight."""
    return tuple(Seat(who, weight, daily_cap=daily_cap) for who, weight in zip(staff, weights, strict=False))


def measure_shares(
    url: str,
    *,
    pool: int,
    per_minute: float,
    lag: Lag,
    seed: int,
    weights: Sequence[int] = WEIGHTS,
    draw: Draw = Draw.UNIFORM,
    hours: float = HOURS,
) -> Shares:
    """Let people come for some hours at one rate to seats of these weights."""
    with Simulation(url, seed=seed, lag=lag, habits=Habits(draw=draw)) as simulation:
        behind = seats(simulation.staff, weights)
        door = Door(simulation, StaffLiveCode("door", behind, pool=pool))
        began = simulation.calls.copy()
        start = simulation.loop.now
        door.arrive(steady(simulation.rng, per_minute, start=start, seconds=hours * HOUR))
        simulation.run(start + hours * HOUR)
        pushes = (simulation.calls - began)["live_codes.update_contact_code"]
        simulation.settle()
        wanted: Mapping[str, int] = {seat.staff_id: seat.weight for seat in behind}
        return Shares(share_error(door.came, wanted), pushes / hours, door.came.total())


def measure_overshoot(
    url: str, *, cap: int, per_minute: float, lag: Lag, seed: int, staff: int = 3, pool: int = 2
) -> Mapping[str, int]:
    """Let more people come in a day than capped seats take; return how many each of these got.

    A seat of another tier, without a cap, takes the rest: where nobody is free the pool would stay as it was.
    """
    with Simulation(url, seed=seed, lag=lag) as simulation:
        capped = seats(simulation.staff, (1,) * staff, daily_cap=cap)
        rest = Seat(simulation.staff[staff], tier=1)
        door = Door(simulation, StaffLiveCode("door", (*capped, rest), pool=pool))
        simulation.run_for(60)
        minutes = 2 * cap * staff / per_minute
        door.arrive(steady(simulation.rng, per_minute, start=simulation.loop.now, seconds=minutes * MINUTE))
        simulation.settle()
        assert door.came[rest.staff_id] > cap
        return {seat.staff_id: door.came[seat.staff_id] for seat in capped}
