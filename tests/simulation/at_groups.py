"""A crowd at a group code: everybody is led in, and the store is compared with what the vendor has."""

from collections.abc import Sequence

from attrs import frozen

from privcrm.models import GroupId
from privcrm.models.codes import GroupCapacity, GroupLiveCode, OverflowPolicy, OverflowStrategy, Seat, StaffLiveCode
from privcrm.sandbox.world.scanning import Entry
from tests.simulation.codes import Desk
from tests.simulation.crowd import EAGER, USUAL, Crowd, Manners
from tests.simulation.figures import Outcome, sum_up
from tests.simulation.lag import PROMPT, Lag
from tests.simulation.run import Simulation
from tests.simulation.vendor import Habits

LED_BY_US = frozenset({OverflowStrategy.CHAIN, OverflowStrategy.IMAGES, OverflowStrategy.STAFF_FIRST})
BY_LINK = frozenset({OverflowStrategy.CHAIN, OverflowStrategy.IMAGES})
"""Strategies whose visitors see our page first, so that some leave again."""


@frozen
class Hall:
    """What a crowd meets: how groups come, how many a group takes, how many spare ones people keep ready."""

    strategy: OverflowStrategy = OverflowStrategy.NATIVE
    cap: int = 200
    listed: int = 2
    margin: int = 10
    spares: int = 6
    lag: Lag = PROMPT
    tended_every: float = 300.0

    @property
    def manners(self) -> Manners:
        """How people behave there."""
        return USUAL if self.strategy in BY_LINK else EAGER


class Occasion:
    """One crowd at one code; ``outcome`` may be asked for when it has settled."""

    def __init__(self, simulation: Simulation, hall: Hall) -> None:
        self.simulation = simulation
        self.hall = hall
        self.desk = Desk(simulation)
        staff_code = ""
        if hall.strategy is OverflowStrategy.STAFF_FIRST:
            staff_code = "desk"
            self.desk.make_staff_code(StaffLiveCode(staff_code, (Seat(simulation.staff[0]),)))
        self.code = GroupLiveCode(
            "hall",
            self._first_groups(),
            overflow=OverflowPolicy(
                hall.strategy, prefix="会员群", listed=hall.listed, margin=hall.margin, low_water=hall.spares
            ),
            capacity=GroupCapacity(scan_cap=hall.cap, hard_cap=max(500, hall.cap)),
            staff_code=staff_code,
        )
        self.row = self.desk.make_group_code(self.code)
        simulation.run_for(30)
        if hall.strategy is not OverflowStrategy.NATIVE:
            self.tend()
        self.crowd = Crowd(simulation, self.desk.entrance(self.row, hall.strategy), hall.manners)

    def _first_groups(self) -> tuple[GroupId, ...]:
        group_id, events = self.simulation.scans.makes_group(self.simulation.staff[0], "会员群1")
        self.simulation.tell(events)
        self.simulation.settle(10)
        return (group_id,)

    def tend(self) -> None:
        """Let people do what they were asked to."""
        self.desk.keep_supplied(self.row, self.code, self.hall.spares)

    def let_come(self, arrivals: Sequence[float]) -> None:
        """Let everybody come, and everything settle that follows of it."""
        self.crowd.arrive(arrivals)
        if self.hall.strategy is not OverflowStrategy.NATIVE:
            self.simulation.loop.every(self.hall.tended_every, self.tend, until=arrivals[-1])
        self.simulation.settle(60)
        self.desk.codes.groups.look_through()
        self._hear_of_all()
        self.simulation.settle(600)

    def _hear_of_all(self) -> None:
        """Read every group once, as the night's sweep does: what no later event healed is healed by it."""
        for room in self.desk.codes.groups.history(self.code.key):
            self.simulation.crm.group_rosters.refresh(room.group_id)
        self.desk.codes.groups.look_through()

    def outcome(self) -> Outcome:
        """Compare what the vendor has with what the store knows."""
        rooms = {room.group_id: room for room in self.desk.codes.groups.history(self.code.key)}
        closed = [each.group_id for each in rooms.values() if each.retired_at or each.full_at]
        used = [group_id for group_id in rooms if self.simulation.scans.size(group_id) > 1]
        return sum_up(
            self.crowd.ledger,
            sizes={group_id: self.simulation.scans.size(group_id) for group_id in used},
            caps={group_id: rooms[group_id].capacity.scan_cap for group_id in used},
            known=self.known(),
            closed=closed,
        )

    def known(self) -> set[tuple[str, str]]:
        """Return (group, member) of everybody of whom the store knows that they came by the code."""
        with self.desk.book.database.connect() as connection:
            rows = connection.all(
                "SELECT j.group_id, m.member_id FROM privcrm_code_join j JOIN privcrm_member m"
                " ON m.company = j.company AND m.number = j.member WHERE j.company = ? AND j.code = ?"
                " AND j.how = 'by_code'",
                *(self.desk.book.database.company, self.row.number),
            )
        return {(group_id, member_id) for group_id, member_id in rows}

    def alarms(self) -> set[str]:
        """Return the kinds of the alarms that stand."""
        return {alarm.kind for alarm in self.desk.codes.get(self.code.key).alarms}

    def names(self) -> list[str]:
        """Return what the groups are called into which people came, in order."""
        return [self.simulation.scans.name(group_id) for group_id in self.crowd.ledger.joined]


def open_hall(url: str, hall: Hall, *, seed: int) -> Simulation:
    """Open a company for a hall."""
    return Simulation(url, seed=seed, lag=hall.lag, habits=Habits(entry=Entry(room=hall.cap)))
