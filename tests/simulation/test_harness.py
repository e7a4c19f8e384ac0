"""The harness itself: crowds of the size and shape that were ordered, callbacks as bad as was asked, fair draws."""

from collections import Counter
from itertools import pairwise
from random import Random

import pytest

from privcrm.clock import ManualClock
from privcrm.models import ContactCodeSpec, GroupCodeSpec
from privcrm.models.events import GroupMembersJoined, MemberAdded
from privcrm.provider import Intent
from privcrm.sandbox.world.scanning import Entry
from tests.simulation.arrivals import DAY, HOUR, MINUTE, Burst, busiest, campaign_month, crowd, steady
from tests.simulation.crowd import Crowd, Manners, Shown
from tests.simulation.figures import overshoot, share_error, sum_up
from tests.simulation.lag import POOR, PROMPT, Lag
from tests.simulation.loop import Loop
from tests.simulation.run import Simulation
from tests.simulation.vendor import Draw, Habits

NEW = Intent("test", marker="pvc-0001a", created_at=0)


def test_steady_arrivals_have_their_rate_and_their_scatter():
    gaps = [later - earlier for earlier, later in pairwise(steady(Random(1), 20, start=0, seconds=DAY))]
    mean = sum(gaps) / len(gaps)
    assert mean == pytest.approx(3.0, rel=0.02)
    assert sum((gap - mean) ** 2 for gap in gaps) / len(gaps) == pytest.approx(mean**2, rel=0.05)


def test_a_month_has_exactly_its_people_its_bursts_and_its_nights():
    month = campaign_month(Random(1), 60_000, start=0)
    assert len(month) == 60_000
    assert month == sorted(month)
    assert month[0] >= 0
    assert month[-1] < 30 * DAY
    assert 300 <= busiest(month) < 400
    by_hour = Counter(int(at % DAY // HOUR) for at in month)
    assert by_hour[20] > 10 * by_hour[3]


def test_bursts_that_are_more_than_everybody_are_refused():
    with pytest.raises(ValueError, match="bursts"):
        crowd(Random(1), 100, start=0, days=1, bursts=[Burst(0, 1, 300)])


def test_callbacks_are_as_bad_as_was_asked():
    rng = Random(1)
    assert list(PROMPT.deliveries(rng)) == [2.0]
    times = [list(POOR.deliveries(rng)) for _ in range(20_000)]
    told = Counter(len(each) for each in times)
    assert told[0] / 20_000 == pytest.approx(POOR.lost, rel=0.15)
    assert told[2] / 20_000 == pytest.approx(POOR.twice, rel=0.15)
    late = sum(each[0] > POOR.seconds + POOR.jitter for each in times if each)
    assert late / 20_000 == pytest.approx(POOR.late, rel=0.15)


def test_deeds_come_in_order_and_a_deed_that_takes_long_makes_others_late():
    clock, seen = ManualClock(100.0), []
    loop = Loop(clock)
    loop.at(120.0, lambda: seen.append(("second", clock.time())))
    loop.at(110.0, lambda: (seen.append(("first", clock.time())), clock.sleep(20)))
    loop.every(40, lambda: seen.append(("again", clock.time())), until=200.0)
    while loop.step():
        pass
    assert seen == [("first", 110.0), ("second", 130.0), ("again", 140.0), ("again", 180.0)]


@pytest.fixture
def simulation(tmp_path):
    with Simulation(f"sqlite:///{tmp_path}/store.db", habits=Habits(entry=Entry(room=20))) as made:
        yield made


def test_a_draw_is_uniform_first_or_even(simulation):
    port, pool = simulation.crm.provider.live_codes, tuple(simulation.staff[:3])
    shares = {}
    for draw in Draw:
        simulation.scans.habits.draw = draw
        code_id = port.create_contact_code(ContactCodeSpec(pool, state=NEW.marker), intent=NEW).code_id
        came = Counter(simulation.scans.contact_code(code_id).staff_id for _ in range(3_000))
        shares[draw] = [came[staff] / 3_000 for staff in pool]
    assert shares[Draw.UNIFORM] == pytest.approx([1 / 3] * 3, abs=0.03)
    assert shares[Draw.FIRST] == [1.0, 0.0, 0.0]
    assert shares[Draw.EVEN] == pytest.approx([1 / 3] * 3)


def test_a_full_group_refuses_and_a_code_that_may_opens_the_next(simulation):
    scans, port = simulation.scans, simulation.crm.provider.live_codes
    first, _ = scans.makes_group(simulation.staff[0], "会员群1")
    spec = GroupCodeSpec((first,), state=NEW.marker, opens_groups=False, base_name="会员群", base_number=2)
    code_id = port.create_group_code(spec, intent=NEW).code_id
    joined = [scans.group_code(code_id) for _ in range(20)]
    assert [each is None for each in joined] == [False] * 19 + [True]
    assert scans.picture(first) is None
    port.update_group_code(code_id, GroupCodeSpec((first,), base_name="会员群", base_number=2))
    opened = scans.group_code(code_id)
    assert opened.group_id != first
    assert scans.name(opened.group_id) == "会员群2"
    assert [type(event).__name__ for event in opened.events] == ["GroupCreated", "GroupMembersJoined"]
    scans.leaves(first, joined[0].member_id)
    assert scans.picture(first).group_id == first


def test_events_reach_the_handlers_of_the_company_in_virtual_time(simulation):
    heard = []
    simulation.crm.on(MemberAdded, GroupMembersJoined, name="test.heard")(
        lambda event: heard.append((type(event).__name__, simulation.loop.now - event.at))
    )
    group_id, made = simulation.scans.makes_group(simulation.staff[0], "g")
    simulation.lag = Lag(seconds=10.0)
    simulation.tell(made)
    simulation.tell(simulation.scans.picture(group_id).events)
    simulation.tell([simulation.scans.adds(0)])
    simulation.settle()
    assert heard == [("GroupMembersJoined", 10.0), ("MemberAdded", 10.0)]
    assert simulation.crm.group_rosters.size(group_id).people == 2
    assert simulation.gave_up == []


def test_a_crowd_at_a_group_code_is_accounted_for_to_the_last_person(simulation):
    port = simulation.crm.provider.live_codes
    first, _ = simulation.scans.makes_group(simulation.staff[0], "g")
    code_id = port.create_group_code(GroupCodeSpec((first,), state=NEW.marker, opens_groups=False), intent=NEW).code_id

    def entrance(visitor: int) -> Shown:
        return Shown(None, "closed") if visitor % 10 == 0 else Shown(lambda: simulation.scans.group_code(code_id))

    crowd = Crowd(simulation, entrance, Manners(go_in=0.5))
    crowd.arrive(steady(Random(1), 10, start=simulation.loop.now, seconds=6 * MINUTE))
    simulation.settle()
    ledger, sizes = crowd.ledger, {first: simulation.scans.size(first)}
    assert (ledger.inside, sizes[first]) == (19, 20)
    assert min(ledger.left, ledger.refused, ledger.no_room["closed"]) > 0
    known = {(first, member) for member in ledger.joined[first]}
    exact = sum_up(ledger, sizes=sizes, caps={first: 20}, known=known, closed=[first])
    assert (exact.unexplained, exact.over_filled, exact.least_fill, exact.inside) == (0, 0, 1.0, 19)
    assert exact.turned_away == ledger.arrived - 19 - ledger.left
    wrong = sum_up(ledger, sizes=sizes, caps={first: 19}, known={*list(known)[1:], (first, "nobody")}, closed=[])
    assert (wrong.unexplained, wrong.over_filled) == (2, 1)


def test_errors_of_shares_and_caps_are_of_whoever_is_furthest_off():
    assert share_error({"a": 50, "b": 30, "c": 20}, {"a": 5, "b": 3, "c": 2}) == 0
    assert share_error({"a": 100}, {"a": 5, "b": 3, "c": 2}) == pytest.approx(0.5)
    assert overshoot({"a": 102, "b": 70}, 100) == 2
    assert overshoot({"a": 90, "b": 70}, 100) == -10
