"""Defects found in other systems' entries to groups, each by its number: what ours must do instead."""

import threading
from collections.abc import Generator
from pathlib import Path

import pytest

from privcrm.clock import ManualClock
from privcrm.models.codes import OnFull
from privcrm.services.live_codes.gateway.visits import Page
from privcrm.store import Store, open_store
from privcrm.web.gateway.marks import Marks, keyed_hash
from tests.store.databases import KINDS, ready_database
from tests.unit.live_codes.gateway.places import Place


@pytest.fixture
def place_clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path, place_clock: ManualClock) -> Generator[Store]:
    with ready_database(request.param, tmp_path) as url, open_store(url, clock=place_clock, company="acme") as opened:
        yield opened


@pytest.fixture
def place(store: Store, place_clock: ManualClock) -> Place:
    return Place(store, place_clock)


def test_d11_joins_are_counted_and_a_full_code_is_never_a_blank_picture(place: Place, place_clock: ManualClock) -> None:
    link = place.images(rooms=(0,), cap=40, margin=4)
    for look in range(300):  # the same ten look again and again
        assert place.visit(link, f"v{look % 10}").page is Page.CODE
    place.join("town", "g1", 36)
    place_clock.advance(80)
    decision = place.visit(link, "late")
    assert (decision.page, decision.picture, decision.why) == (Page.WAITING, None, "no_room")
    assert place.funnel()["turned_away"] == 1


def test_d25_a_group_is_full_by_who_is_inside_not_by_who_looked(place: Place, place_clock: ManualClock) -> None:
    link = place.images(rooms=(0,), on_full=OnFull.CLOSED)
    for number in range(600):  # three times the cap, and nobody joins
        assert place.visit(link, f"v{number}").page is Page.CODE
        place_clock.advance(1)
    place.join("town", "g1", 189)  # most by invitation, which no code saw
    assert place.visit(link, "next").page in (Page.CODE, Page.FULL)
    place_clock.advance(80)
    assert place.visit(link, "another").page is Page.CODE
    place.join("town", "g1", 1)
    place_clock.advance(80)
    assert place.visit(link, "last").page is Page.FULL
    place.join("town", "g1", -20)  # leavers make room again
    assert place.visit(link, "lucky").page is Page.CODE


def test_d29_the_switch_to_the_next_group_is_exact_among_many_at_once(place: Place) -> None:
    link = place.images(rooms=(0, 0), cap=60, margin=10)
    shown: list[str] = []

    def look(number: int) -> None:
        shown.extend(place.visit(link, f"v{number}-{turn}", is_new=True).target for turn in range(6))

    crew = [threading.Thread(target=look, args=(number,)) for number in range(16)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    # 50 seats, of which each on the way takes seven tenths: 72 of the 96 and not one more.
    assert (shown.count("g1"), shown.count("g2")) == (72, 24)


def test_d32_seats_are_reserved_and_a_visitor_is_known_by_who_he_is(place: Place) -> None:
    link = place.images(rooms=(185, 0))
    marks = Marks(keyed_hash(b"k"), 30, place.clock.time)
    ann = marks.of_identity("union-ann").mark
    assert marks.of_identity("union-ann").mark == ann  # on another phone, without any cookie
    assert [place.visit(link, ann).target for _ in range(20)] == ["g1"] * 20
    with place.store.database.connect() as connection:
        assert place.tables.reservations.figures(connection, place.number_of("town"))["g1"].reserved == 1
    others = [place.visit(link, f"v{number}").target for number in range(8)]
    assert others == ["g1"] * 7 + ["g2"]


def test_d33_every_rule_knows_its_company(store: Store, place: Place, place_clock: ManualClock) -> None:
    link = place.images(rooms=(190,))
    with open_store(_url_of(store), clock=place_clock, company="other") as second:
        other = Place(second, place_clock)
        theirs = other.images(rooms=(0,))
        assert place.visit(link).page is Page.WAITING
        assert other.visit(theirs).page is Page.CODE
        assert other.visit(link).page is Page.UNKNOWN
        assert other.funnel() == {"views": 1, "shown": 1}


def _url_of(store: Store) -> str:
    return store.database._engine.url.render_as_string(hide_password=False)
