"""The store out of reach: minutes from memory, then an honest page, and no crash."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

import pytest

from privcrm.clock import ManualClock
from privcrm.errors import StoreError
from privcrm.models.codes import OverflowStrategy
from privcrm.services.live_codes.gateway.memory import MOST_REMEMBERED, Memory, Remembered
from privcrm.services.live_codes.gateway.visits import Decision, Page, Picture, Visit, Visitor
from privcrm.store import Store
from tests.unit.live_codes.gateway.places import Place, group_code, staff_code


class Plug:
    """Pulls a database out, and puts it back."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
        self.tries = 0
        self._monkeypatch = monkeypatch
        self._store = store
        self._patch: pytest.MonkeyPatch | None = None

    def pull(self) -> None:
        @contextmanager
        def broken(**options: object) -> Generator[None]:
            self.tries += 1
            raise StoreError("the store is away")
            yield

        self._patch = pytest.MonkeyPatch()
        for name in ("connect", "transaction"):
            self._patch.setattr(self._store.database, name, broken)

    def put_back(self) -> None:
        assert self._patch is not None
        self._patch.undo()


@pytest.fixture
def plug(monkeypatch: pytest.MonkeyPatch, store: Store) -> Generator[Plug]:
    made = Plug(monkeypatch, store)
    yield made
    if made._patch is not None:
        made.put_back()


def test_the_last_known_room_is_shown_for_minutes_and_counted_afterwards(
    place: Place, plug: Plug, clock: ManualClock
) -> None:
    link = place.images(rooms=(0,))
    shown = place.visit(link)
    plug.pull()
    recalled = place.visit(link, "bob")
    assert (recalled.page, recalled.picture, recalled.target) == (Page.CODE, shown.picture, "g1")
    assert recalled.from_memory
    assert not place.desk.is_well
    clock.advance(599)
    assert place.visit(link, "cat").page is Page.CODE
    clock.advance(2)
    assert place.visit(link, "dan").page is Page.UNAVAILABLE
    plug.put_back()
    clock.advance(3)
    assert place.visit(link, "eve").page is Page.CODE
    assert place.desk.is_well
    assert place.funnel() == {"views": 4, "shown": 4, "from_memory": 2}
    with place.store.database.connect() as connection:
        assert place.tables.reservations.figures(connection, place.number_of("town"))["g1"].handed_out == 4


def test_no_room_is_overfilled_from_memory(place: Place, plug: Plug) -> None:
    link = place.images(rooms=(185,))
    assert place.visit(link).target == "g1"  # 190 less 185 and one on the way: four more
    plug.pull()
    assert [place.visit(link, f"v{number}").page for number in range(6)] == [Page.CODE] * 4 + [Page.UNAVAILABLE] * 2


def test_a_vendors_own_code_stays_right_however_long_it_takes(place: Place, plug: Plug, clock: ManualClock) -> None:
    native = place.add(group_code("town", OverflowStrategy.NATIVE))
    staff = place.add(staff_code("desk"))
    for key, link in (("town", native), ("desk", staff)):
        place.vendor_code(key)
        place.visit(link)
    plug.pull()
    for _ in range(3):
        clock.advance(86_400)
        assert [place.visit(link).page for link in (native, staff)] == [Page.CODE] * 2


def test_what_was_never_shown_is_not_made_up(place: Place, plug: Plug) -> None:
    link = place.images(rooms=(0,))
    plug.pull()
    decision = place.visit(link)
    assert (decision.page, decision.picture) == (Page.UNAVAILABLE, None)


def test_a_store_that_is_away_is_tried_by_one_at_a_time(place: Place, plug: Plug, clock: ManualClock) -> None:
    link = place.images(rooms=(0,))
    place.visit(link)
    plug.pull()
    for number in range(50):
        place.visit(link, f"v{number}")
    assert plug.tries == 1
    clock.advance(2)
    for number in range(50):
        place.visit(link, f"w{number}")
    assert plug.tries == 2


def test_a_restart_without_a_store_is_honest_and_recovers(place: Place, plug: Plug, clock: ManualClock) -> None:
    link = place.images(rooms=(0,))
    place.visit(link)
    plug.pull()
    place.desk = place.new_desk()
    assert place.visit(link).page is Page.UNAVAILABLE
    plug.put_back()
    clock.advance(3)
    assert place.visit(link).why == "returned"  # his reservation outlived the process


def test_who_is_not_admitted_is_not_let_in_from_memory(place: Place, plug: Plug) -> None:
    def admit(visitor: Visitor, key: str) -> bool:
        return visitor.mark == "vip"

    link = place.images(rooms=(0,))
    place.desk = place.new_desk(admit=admit)
    assert place.visit(link, "vip").page is Page.CODE
    assert place.visit(link, "guest").page is Page.REFUSED
    plug.pull()
    assert place.visit(link, "guest").page is Page.REFUSED
    assert place.visit(link, "vip").page is Page.CODE


def test_what_could_not_be_counted_is_counted_the_next_time(
    place: Place, plug: Plug, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = place.images(rooms=(0,))
    place.visit(link)
    plug.pull()
    place.visit(link, "bob")
    plug.put_back()
    clock.advance(3)
    count: Callable[..., None] = place.tables.funnel.count
    calls = [StoreError("once more"), None, None]

    def failing(*given: object) -> None:
        if (error := calls.pop(0)) is not None:
            raise error
        count(*given)

    monkeypatch.setattr(place.tables.funnel, "count", failing)
    assert place.visit(link, "cat").from_memory
    monkeypatch.undo()
    plug._patch = None
    clock.advance(3)
    place.visit(link, "dan")
    assert place.funnel()["from_memory"] == 2


def test_memory_is_bounded_in_number() -> None:
    memory = Memory(ManualClock(), 600.0)
    decision = Decision(Page.CODE, picture=Picture("image/png", b"x", "x"))
    for number in range(MOST_REMEMBERED + 10):
        memory.remember(str(number), Remembered(decision, number, "2026-01-01", None))
    assert memory.recall("0").page is Page.UNAVAILABLE
    assert memory.recall("10").page is Page.CODE
    assert len(memory._kept) == MOST_REMEMBERED


def test_looks_that_count_nothing_do_not_all_wait_for_a_store_that_is_away(
    place: Place, plug: Plug, clock: ManualClock
) -> None:
    """Found by attacking: each HEAD tried the store, so that one client held every thread of the gateway in it."""
    link, bob = place.images(rooms=(0,)), Visitor("bob")
    plug.pull()
    assert [place.desk.look(Visit(link, bob)).page for _ in range(20)] == [Page.UNAVAILABLE] * 20
    assert plug.tries == 1
    clock.advance(3)
    plug.put_back()
    assert place.desk.look(Visit(link, bob)).page is Page.CODE
    assert place.desk.is_well
