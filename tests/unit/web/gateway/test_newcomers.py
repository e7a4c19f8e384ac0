"""One client that keeps no cookie closes nothing and opens nothing, and people behind one address are all served."""

from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from privcrm.clock import ManualClock
from privcrm.models.codes import LaunchGate, OnEmpty, OverflowStrategy, Routing
from privcrm.store import Store, open_store
from privcrm.store.live_codes.codes import CodeLife
from privcrm.web.gateway.clients import RequestRate
from privcrm.web.gateway.gateway import Gateway, GatewaySide
from privcrm.web.gateway.marks import keyed_hash
from privcrm.web.gateway.policy import GatewayPolicy
from tests.store.databases import KINDS, ready_database
from tests.unit.live_codes.gateway.fronts import Front
from tests.unit.live_codes.gateway.places import Place, group_code
from tests.unit.live_codes.staff.desk import code, open_desk, seat
from tests.unit.web.gateway.browsing import KEY, Browser, gateway_of, heading

FLOOD, OTHER = "203.0.113.7", "198.51.100.9"
NO_RATE = RequestRate(1e9, 1_000_000)
PEOPLE = 1_000


@pytest.fixture(params=KINDS)
def front(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Front]:
    clock = ManualClock()
    with ready_database(request.param, tmp_path) as url, open_store(url, clock=clock, company="acme") as store:
        yield Front(open_desk(store, clock), patience=60.0)


def gateway_before(front: Front) -> Gateway:
    return Gateway([GatewaySide(front.gate, keyed_hash(KEY))], GatewayPolicy(rate=NO_RATE), clock=front.company.clock)


def pull_code(front: Front, *caps: int) -> str:
    """Make a code whose employees take so many a day, and return its link."""
    seats = [seat(each, daily_cap=cap) for each, cap in zip(front.company.people, caps, strict=False)]
    front.company.make(code("desk", *seats, routing=Routing.PULL, on_empty=OnEmpty.CLOSED))
    return front.link("desk")


def funnel_of(front: Front) -> dict[str, int]:
    with front.company.store.database.connect() as connection:
        return front.gate.tables.funnel.of_code(connection, front.company.row("desk").number)


def look(gateway: Gateway, link: str, client: str = FLOOD) -> str:
    """Look as somebody who keeps no cookie, and return the heading."""
    return heading(Browser(gateway).ask(f"/{link}/en", client=client))


def test_looking_without_cookies_closes_no_staff_code(front: Front) -> None:
    """Found in review: 149 looks of one client closed a code that had 150 places left, for five minutes."""
    link, gateway = pull_code(front, 75, 75), gateway_before(front)
    assert {look(gateway, link) for _ in range(400)} == {"Add us"}
    assert {look(gateway, link, OTHER) for _ in range(50)} == {"Add us"}
    assert funnel_of(front) == {"views": 450, "shown": 450, "withheld": 350}


def test_who_holds_no_place_is_spread_over_the_employees_by_their_weights(front: Front) -> None:
    link, gateway = pull_code(front, 1_000, 1_000), gateway_before(front)
    for _ in range(50):
        look(gateway, link)
    pages = [Browser(gateway).ask(f"/{link}", client=FLOOD).body for _ in range(200)]
    assert sorted(pages.count(page) > 70 for page in set(pages)) == [True, True]


def test_a_code_that_nobody_is_free_for_says_so_to_newcomers_as_well(front: Front) -> None:
    link, gateway = pull_code(front, 50), gateway_before(front)
    assert [look(gateway, link) for _ in range(51)] == ["Add us"] * 50 + ["Nobody is here right now"]


def test_where_nobody_is_free_nobody_takes_up_a_place(front: Front) -> None:
    (ann, bob, *_) = front.company.people
    for key, others in (("away", {"online": False}), ("desk", {"daily_cap": 1_000})):
        employee = ann if key == "away" else bob
        front.company.make(code(key, seat(employee, **others), routing=Routing.PULL, on_empty=OnEmpty.CLOSED))
    gateway = gateway_before(front)
    away, desk = front.link("away"), front.link("desk")
    assert {look(gateway, away) for _ in range(100)} == {"Nobody is here right now"}
    for _ in range(50):
        look(gateway, desk)
    assert "withheld" not in funnel_of(front)


def test_places_of_an_address_end_with_the_clock(front: Front) -> None:
    link, gateway = pull_code(front, 75, 75), gateway_before(front)
    for _ in range(51):
        look(gateway, link)
    assert isinstance(front.company.clock, ManualClock)
    front.company.clock.advance(301)
    look(gateway, link)
    assert funnel_of(front)["withheld"] == 1


@pytest.mark.parametrize("people", [200, pytest.param(PEOPLE, marks=pytest.mark.soak)])
def test_people_behind_one_address_are_all_served_and_hold_their_places(front: Front, people: int) -> None:
    """Each looks, comes back with his cookie a little later, and is one of his address no longer."""
    assert isinstance(front.company.clock, ManualClock)
    link, gateway = pull_code(front, people, people), gateway_before(front)
    for _ in range(people // 100):
        crowd = [Browser(gateway) for _ in range(100)]
        assert {heading(each.ask(f"/{link}/en", client=FLOOD)) for each in crowd} == {"Add us"}
        front.company.clock.advance(10)
        assert {heading(each.ask(f"/{link}/en", client=FLOOD)) for each in crowd} == {"Add us"}
    counts = funnel_of(front)
    assert (counts["views"], counts["shown"], counts["withheld"]) == (2 * people, 2 * people, people // 2)
    with front.company.store.database.connect() as connection:
        held = connection.all("SELECT staff, count(*) FROM privcrm_code_hold GROUP BY staff")
    assert [count for _, count in held] == [people // 2] * 2


def test_looking_without_cookies_fills_no_group(place: Place) -> None:
    link, gateway = place.images(rooms=(0,)), gateway_of(place, rate=NO_RATE)
    assert {look(gateway, link) for _ in range(500)} == {"Join the group"}
    assert look(gateway, link, OTHER) == "Join the group"
    with place.store.database.connect() as connection:
        figures = place.tables.reservations.figures(connection, place.number_of("town"))["g1"]
    assert (figures.reserved, figures.handed_out) == (51, 501)
    assert place.funnel() == {"views": 501, "shown": 501, "withheld": 450}


def test_a_crowd_that_holds_no_places_is_spread_over_the_groups_all_the_same(place: Place) -> None:
    link, gateway = place.images(rooms=(0, 0, 0)), gateway_of(place, rate=NO_RATE)
    for _ in range(300):
        look(gateway, link)
    with place.store.database.connect() as connection:
        figures = place.tables.reservations.figures(connection, place.number_of("town"))
    assert [figures[f"g{number}"].handed_out for number in (1, 2, 3)] == [100, 100, 100]


def sign_up(browser: Browser, link: str, client: str = FLOOD) -> str:
    browser.ask(f"/{link}/en", client=client)
    browser.ask(f"/{link}/en", "POST", client=client)
    return heading(browser.ask(f"/{link}/en", client=client))


@pytest.mark.parametrize("wanted", [60, 20])
def test_one_client_opens_no_gate_at_once(place: Place, wanted: int) -> None:
    """Found in review: one client signed up 60 times, each time as somebody new, and opened a gate of 60."""
    link = place.add(group_code("town", gate=LaunchGate(wanted, 100)), CodeLife.DRAFT)
    gateway = gateway_of(place, rate=NO_RATE)
    for _ in range(500):
        assert sign_up(Browser(gateway), link) == "You are signed up"
    assert place.gathered == []
    assert place.funnel() == {
        "views": 1_000,
        "gated": 1_000,
        "committed": wanted // 10,
        "withheld": 500 - wanted // 10,
    }


def test_a_place_in_another_code_opens_no_gate(place: Place) -> None:
    """Found by attacking: one client that looked at another link first signed up 50 times at a gate of 60."""
    other = place.images("other", rooms=(0,))
    link = place.add(group_code("town", gate=LaunchGate(60, 100)), CodeLife.DRAFT)
    gateway = gateway_of(place, rate=NO_RATE)
    for _ in range(60):
        browser = Browser(gateway)
        browser.ask(f"/{other}", client=FLOOD)
        sign_up(browser, link)
    assert place.funnel()["committed"] == 6


def test_words_that_never_count_are_forgotten_so_that_a_gate_stays_quick(place: Place, clock: ManualClock) -> None:
    """Found by attacking: each sign-up of a script stayed a row, and every look at the gate counts the rows."""
    link = place.add(group_code("town", gate=LaunchGate(60, 100)), CodeLife.DRAFT)
    gateway = gateway_of(place, rate=NO_RATE)
    for _ in range(20):
        for _ in range(30):
            sign_up(Browser(gateway), link)
        clock.advance(300)
    with place.store.database.connect() as connection:
        counted = place.tables.visitors.committed(connection, place.number_of("town"))
        rows = connection.one("SELECT count(*) FROM privcrm_code_commitment")
    assert (counted, rows) == (12, (12 + 4 * 30,))  # of two hours; and of a quarter of an hour


def test_one_client_opens_no_gate_by_way_of_several_processes(place: Place) -> None:
    """Found by attacking: two processes that let through half of those wanted each opened the gate."""
    link = place.add(group_code("town", gate=LaunchGate(60, 100)), CodeLife.DRAFT)
    gateways = [gateway_of(Place(place.store, place.clock), rate=NO_RATE) for _ in range(4)]
    for number in range(400):
        sign_up(Browser(gateways[number % 4]), link)
    assert place.visit(link, "ann").committed == 24


def test_people_behind_one_address_all_count_at_a_gate(place: Place, clock: ManualClock) -> None:
    link = place.add(group_code("town", gate=LaunchGate(5_000, 5_001)), CodeLife.DRAFT)
    gateway = gateway_of(place, rate=NO_RATE)
    crowd = [Browser(gateway) for _ in range(PEOPLE)]
    for each in crowd:
        assert sign_up(each, link) == "You are signed up"
    clock.advance(60)  # the page asks for itself again
    pages = [each.ask(f"/{link}/en", client=FLOOD) for each in crowd]
    assert {heading(page) for page in pages} == {"You are signed up"}
    assert "1,000 so far" in pages[-1].body.decode()
    assert place.funnel()["committed"] == PEOPLE


def test_who_took_his_time_counts_at_once_however_many_do(place: Place, clock: ManualClock) -> None:
    link = place.add(group_code("town", gate=LaunchGate(100, 101)), CodeLife.DRAFT)
    gateway = gateway_of(place, rate=NO_RATE)
    crowd = [Browser(gateway) for _ in range(100)]
    for each in crowd:
        each.ask(f"/{link}", client=FLOOD)
    clock.advance(5)
    for each in crowd:
        each.ask(f"/{link}", "POST", client=FLOOD)
    assert place.funnel()["committed"] == 100
    assert place.gathered == ["town"]


@pytest.mark.parametrize(
    "who",
    [
        lambda number: {"client": f"198.51.100.{number}"},
        lambda number: {"client": ""},
        lambda number: {"client": FLOOD, "x_name": f"u{number}"},
    ],
    ids=["addresses", "no_address", "identities"],
)
def test_only_newcomers_of_one_known_address_are_held_back(place: Place, who: Callable[[int], dict[str, str]]) -> None:
    link = place.images(rooms=(0, 0))
    gateway = gateway_of(place, rate=NO_RATE, identify=lambda request: request.headers.get("x-name", ""))
    for number in range(100):
        Browser(gateway).ask(f"/{link}", **who(number))
    assert "withheld" not in place.funnel()


def test_a_site_of_ipv6_is_one_client(place: Place) -> None:
    link, gateway = place.images(rooms=(0,)), gateway_of(place, rate=NO_RATE)
    for number in range(60):
        look(gateway, link, f"2001:db8::{number:x}")
    assert place.funnel()["withheld"] == 10


def test_no_address_is_kept_in_clear(store: Store, clock: ManualClock) -> None:
    place = Place(store, clock, newcomers=1)
    link, gateway = place.images(), gateway_of(place)
    for _ in range(2):
        look(gateway, link)
    assert FLOOD not in f"{vars(gateway._buckets)}{vars(place.desk._newcomers)}"


def test_the_clock_of_another_process_lets_nobody_hold_more(place: Place, clock: ManualClock) -> None:
    """Found by attacking: marks of a process a minute ahead were no newcomers' to all others."""
    first, link, ahead = place.add(group_code("first", OverflowStrategy.NATIVE)), place.images(), ManualClock()
    ahead.advance(60)
    gateway = gateway_of(place, rate=NO_RATE)
    other = gateway_of(Place(place.store, ahead), rate=NO_RATE)
    for _ in range(60):
        browser = Browser(other)
        browser.ask(f"/{first}", client=FLOOD)
        browser.gateway = gateway
        browser.ask(f"/{link}", client=FLOOD)
    assert place.funnel() == {"views": 60, "shown": 60, "withheld": 10}


def full_at_vendor(place: Place) -> str:
    """Make a code whose vendor opens the next group when somebody scans, all of its groups full."""
    link = place.add(group_code("town", OverflowStrategy.NATIVE, new_group_within=300))
    place.vendor_code("town")
    place.room("town", "g1", seats=199)
    place.join("town", "g1")
    return link


def test_one_client_closes_no_code_whose_vendor_opens_groups(place: Place, clock: ManualClock) -> None:
    """Found by attacking: three looks of one visitor had the page say to everybody for an hour that all was full."""
    link = full_at_vendor(place)
    gateway = gateway_of(place, rate=NO_RATE)
    browser = Browser(gateway)
    for _ in range(10):
        look(gateway, link)
        browser.ask(f"/{link}", client=FLOOD)
        clock.advance(300)
    assert look(gateway, link, OTHER) == "Join the group"


def test_three_visitors_of_whom_none_found_room_do(place: Place, clock: ManualClock) -> None:
    link = full_at_vendor(place)
    gateway = gateway_of(place, rate=NO_RATE)
    for number in range(3):
        assert look(gateway, link, f"198.51.100.{number}") == "Join the group"
    clock.advance(300)
    assert look(gateway, link, OTHER) == "The groups are full, a new one is on its way"


def test_what_was_kept_of_a_chain_before_hides_no_code(place: Place) -> None:
    """Found by attacking: a chain that became its vendor's to open could not be shown any more once it was full."""
    link, number = full_at_vendor(place), place.number_of("town")
    with place.store.database.transaction() as connection:
        place.tables.reservations.hand_out(connection, number, {"part:0": 1})
        place.tables.reservations.note_recent(connection, number, {"part:0": "60,123,1,2"})
    assert look(gateway_of(place), link) == "Join the group"


def test_an_old_mark_of_chance_alone_is_still_known(place: Place, browser: Browser) -> None:
    """Cookies of before the time stood in them."""
    link = place.images()
    mark = "Zm9vYmFyYmF6cXV4"
    browser.cookie = f"__Host-privcrm={mark}.{keyed_hash(KEY)('gateway mark', mark)}"
    browser.ask(f"/{link}")
    browser.ask(f"/{link}")
    assert place.funnel() == {"views": 2, "shown": 2, "repeats": 1}
