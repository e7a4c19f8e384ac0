"""Whom a visitor is shown, for each kind of code and each way of having no room."""

import pytest
from attrs import evolve

from privcrm.clock import ManualClock
from privcrm.models.codes import BurstPolicy, LaunchGate, OnEmpty, OnFull, OverflowStrategy, Spread
from privcrm.services.live_codes.gateway.desk import Desk
from privcrm.services.live_codes.gateway.ports import StaffAnswer
from privcrm.services.live_codes.gateway.shelf import StoredShelf
from privcrm.services.live_codes.gateway.visits import Page, Visit, Visitor
from privcrm.store import Store
from privcrm.store.live_codes.codes import CodeLife
from tests.unit.live_codes.gateway.places import PNG, Place, group_code, staff_code


def test_a_room_is_shown_with_its_own_picture(place: Place) -> None:
    link = place.images(rooms=(0, 0), name="Town")
    decision = place.visit(link)
    assert decision.picture is not None
    assert (decision.page, decision.target, decision.name, decision.leads_to) == (Page.CODE, "g1", "Town", "group")
    assert (decision.picture.content, decision.picture.media_type) == (PNG + b"g1", "image/png")
    assert place.funnel() == {"views": 1, "shown": 1}


def test_a_returning_visitor_gets_his_room_without_a_second_reservation(place: Place) -> None:
    link = place.images(rooms=(187, 0))  # three more go in, each reckoned with seven tenths, and then two
    first = [place.visit(link, f"v{number}").target for number in range(6)]
    assert first == ["g1"] * 5 + ["g2"]
    again = place.visit(link, "v0")
    assert (again.target, again.why) == ("g1", "returned")
    assert place.funnel() == {"views": 7, "shown": 7, "repeats": 1}
    with place.store.database.connect() as connection:
        figures = place.tables.reservations.figures(connection, place.number_of("town"))
    assert [(each.reserved, each.handed_out) for each in figures.values()] == [(5, 5), (1, 1)]


def test_a_returning_visitor_whose_room_is_full_by_now_gets_another(place: Place) -> None:
    link = place.images(rooms=(187, 0))
    assert place.visit(link, "ann").target == "g1"
    assert place.visit(link, "bob").target == "g1"
    place.join("town", "g1", 13)  # by other ways than the code, most of them
    assert place.visit(link, "ann").target == "g2"
    assert place.visit(link, "ann").why == "returned"
    with place.store.database.connect() as connection:
        figures = place.tables.reservations.figures(connection, place.number_of("town"))
    assert {target: each.reserved for target, each in figures.items()} == {"g1": 0, "g2": 1}


def test_reservations_that_nobody_used_vanish_and_teach(place: Place, clock: ManualClock) -> None:
    link = place.images(rooms=(170, 0))
    # 20 seats to fill, of which each on the way takes seven tenths.
    assert [place.visit(link, f"v{number}").target for number in range(30)] == ["g1"] * 29 + ["g2"]
    clock.advance(76)
    assert place.visit(link, "later").target == "g1"
    explained = place.desk.explain(Visit(link, Visitor("x", is_new=True)))
    assert explained.chance == pytest.approx(14 / 50)  # of thirty nobody came
    assert explained.considered[0].reserved == 2  # with the one who asks


def test_a_join_closes_the_oldest_reservation_of_its_group(place: Place, clock: ManualClock) -> None:
    link = place.images(rooms=(0,))
    for who in ("ann", "bob", "cat"):
        place.visit(link, who)
        clock.advance(1)
    place.join("town", "g1", 2)
    with place.store.database.connect() as connection:
        number = place.number_of("town")
        held = place.tables.reservations.of_visitors(connection, number, ["ann", "bob", "cat"])
        figures = place.tables.reservations.figures(connection, number)["g1"]
    assert list(held) == ["cat"]
    assert (figures.reserved, figures.handed_out, figures.joined) == (1, 3, 2)


def test_an_expired_picture_is_not_shown_and_its_group_not_offered(place: Place, clock: ManualClock) -> None:
    link = place.images(rooms=(0, 0))
    place.image("town", "g1", lasts=60)
    assert place.visit(link).target == "g1"
    clock.advance(60)
    assert place.visit(link, "bob").target == "g2"
    assert place.visit(link, "ann").target == "g2"


def test_what_is_no_picture_is_never_shown(place: Place) -> None:
    link = place.images(rooms=(0,))
    place.image("town", "g1", content=b"<svg onload=alert(1)>")
    assert place.visit(link).page is Page.PREPARING


@pytest.mark.parametrize(("on_full", "page"), [(OnFull.WAITING, Page.WAITING), (OnFull.CLOSED, Page.FULL)])
def test_no_room_is_a_page_and_is_counted(place: Place, on_full: OnFull, page: Page) -> None:
    link = place.images(rooms=(190, 195), on_full=on_full)
    decision = place.visit(link)
    assert (decision.page, decision.picture, decision.why) == (page, None, "no_room")
    assert place.funnel() == {"views": 1, "turned_away": 1, "no_room": 1}
    assert place.short == ["town"]


def test_no_room_may_lead_to_another_code(place: Place) -> None:
    link = place.images(rooms=(190,), on_full=OnFull.REDIRECT, redirect_to="desk")
    place.add(staff_code("desk", name="Desk"))
    place.vendor_code("desk")
    decision = place.visit(link)
    assert (decision.page, decision.key, decision.leads_to) == (Page.CODE, "desk", "staff")
    assert place.funnel() == {"views": 1, "turned_away": 1, "no_room": 1}
    assert place.funnel("desk") == {"views": 1, "shown": 1}


def test_codes_that_lead_to_each_other_end_in_a_page(place: Place) -> None:
    first = place.images("a", rooms=(190,), on_full=OnFull.REDIRECT, redirect_to="b")
    place.add(group_code("b", OverflowStrategy.IMAGES, on_full=OnFull.REDIRECT, redirect_to="a"))
    assert place.visit(first).page is Page.FULL


def test_a_code_that_leads_to_one_which_is_not_there_says_so(place: Place) -> None:
    link = place.images(rooms=(190,), on_full=OnFull.REDIRECT, redirect_to="later")
    assert (place.visit(link).page, place.visit(link).key) == (Page.PREPARING, "later")


def test_a_chain_goes_on_to_its_next_code(place: Place, clock: ManualClock) -> None:
    link = place.add(group_code("town", OverflowStrategy.CHAIN))
    for number in range(1, 4):
        place.room("town", f"g{number}", cap=20, part=0 if number < 3 else 1)
    place.vendor_code("town", 0)
    place.vendor_code("town", 1)
    shown = [place.visit(link, f"v{number}") for number in range(60)]
    targets = [each.target for each in shown]
    # Two groups of 20, each with 10 seats left free, and seven tenths of those on the way: 29 people.
    assert targets[:29] == ["part:0"] * 29
    assert set(targets[29:44]) == {"part:1"}
    assert shown[0].picture != shown[30].picture
    assert shown[-1].page is Page.WAITING
    place.join("town", "g1", 9, target="part:0")
    with place.store.database.connect() as connection:
        figures = place.tables.reservations.figures(connection, place.number_of("town"))["part:0"]
    assert (figures.reserved, figures.joined) == (20, 9)
    clock.advance(76)
    assert place.visit(link, "late").target == "part:0"


def test_a_native_code_shows_the_vendors_own_picture_and_reserves_nothing(place: Place, clock: ManualClock) -> None:
    link = place.add(group_code("town", OverflowStrategy.NATIVE, new_group_within=300))
    assert place.visit(link).page is Page.PREPARING
    place.vendor_code("town")
    place.room("town", "g1", seats=199)
    decision = place.visit(link)
    assert decision.picture is not None
    assert decision.picture.content == PNG + b"town/0"
    place.join("town", "g1", 1)
    clock.advance(9 * 3_600)
    assert place.visit(link).page is Page.CODE  # the vendor opens the next one when somebody scans
    clock.advance(300)
    for _ in range(3):
        assert place.visit(link).page is Page.CODE  # one visitor may not have scanned, however often he looks
    assert [place.visit(link, who).page for who in ("bob", "cem")] == [Page.CODE] * 2
    clock.advance(299)
    assert place.visit(link).page is Page.CODE
    clock.advance(1)
    assert place.visit(link).page is Page.WAITING  # three were shown it in vain
    clock.advance(3_600)
    assert place.visit(link).page is Page.CODE  # the vendor may open one by now
    place.room("town", "g2")
    assert place.visit(link).page is Page.CODE
    place.join("town", "g2", 200)
    clock.advance(300)
    assert place.visit(link).page is Page.CODE  # those before were not for this one


def test_without_auto_create_a_full_code_is_full_at_once(place: Place) -> None:
    link = place.add(group_code("town", OverflowStrategy.SPARE_POOL, on_full=OnFull.CLOSED))
    place.vendor_code("town")
    place.room("town", "g1", seats=199)
    place.join("town", "g1", 1)
    assert place.visit(link).page is Page.FULL


def test_staff_first_leads_to_the_employees_and_keeps_one_funnel(place: Place) -> None:
    link = place.add(group_code("town", OverflowStrategy.STAFF_FIRST, staff_code="desk"))
    place.add(staff_code("desk"))
    place.vendor_code("desk")
    assert place.visit(link).key == "desk"
    assert place.funnel() == {"views": 1, "shown": 1, "via_staff": 1}


def test_a_staff_code_shows_whom_its_side_chose(place: Place) -> None:
    link = place.add(staff_code("desk"))
    place.vendor_code("desk", 7)
    place.staffing.answers["desk"] = StaffAnswer(7, "zhang", "deficit")
    decision = place.visit(link)
    assert decision.picture is not None
    assert (decision.target, decision.why, decision.picture.content) == ("zhang", "deficit", PNG + b"desk/7")


@pytest.mark.parametrize(
    ("on_empty", "page"),
    [(OnEmpty.CLOSED, Page.CLOSED), (OnEmpty.KEEP_LAST, Page.CLOSED), (OnEmpty.REDIRECT, Page.CODE)],
)
def test_nobody_free_is_a_page_or_another_code(place: Place, on_empty: OnEmpty, page: Page) -> None:
    link = place.add(staff_code("desk"))
    place.add(staff_code("other"))
    place.vendor_code("other")
    redirect = "other" if on_empty is OnEmpty.REDIRECT else ""
    place.staffing.answers["desk"] = StaffAnswer(None, on_empty=on_empty, redirect_to=redirect)
    assert place.visit(link).page is page
    assert place.funnel("desk") == {"views": 1, "turned_away": 1, "nobody": 1}


def test_a_draft_waits_until_enough_would_come_and_counts_each_once(place: Place) -> None:
    """A007."""
    link = place.add(group_code("town", gate=LaunchGate(3, 100)), CodeLife.DRAFT)
    first = place.visit(link, "ann")
    assert (first.page, first.committed, first.wanted, first.has_committed) == (Page.GATE, 0, 3, False)
    said = place.visit(link, "ann", commits=True)
    assert (said.committed, said.has_committed) == (1, True)
    assert place.visit(link, "ann", commits=True).committed == 1
    assert (
        place.visit(link, "new", commits=True, is_new=True).committed == 1
    )  # whoever has no mark cannot be told apart
    place.visit(link, "bob", commits=True)
    assert place.gathered == []
    assert place.visit(link, "cat", commits=True).committed == 3
    assert place.gathered == ["town"]
    assert place.funnel() == {"views": 1, "gated": 1, "committed": 3}


def test_what_is_not_published_or_deleted_says_so(place: Place) -> None:
    wanted = place.add(group_code("a"), CodeLife.WANTED)
    draft = place.add(group_code("b"), CodeLife.DRAFT)
    deleted = place.add(group_code("c"), CodeLife.DELETED)
    assert [place.visit(link).page for link in (wanted, draft, deleted)] == [
        Page.PREPARING,
        Page.PREPARING,
        Page.ENDED,
    ]


@pytest.mark.parametrize("slug", ["", "nowhere1", "../etc", "en", "a" * 65, "x' OR 1=1 --", "\x00", "é"])
def test_what_is_no_link_is_unknown(place: Place, slug: str) -> None:
    assert place.visit(slug).page is Page.UNKNOWN


def test_who_is_not_admitted_gets_the_alternative_never_an_error(store: Store, clock: ManualClock) -> None:
    """A011."""
    asked: list[tuple[str, str]] = []

    def admit(visitor: Visitor, key: str) -> bool | str:
        asked.append((visitor.identity, key))
        if visitor.identity == "broken":
            raise RuntimeError("the shop's own system is down")
        return {"vip": True, "guest": "open"}.get(visitor.identity, False)

    place = Place(store, clock, admit=admit)
    link = place.images("vips")
    place.add(staff_code("open"))
    place.vendor_code("open")

    def shown(identity: str) -> tuple[Page, str]:
        decision = place.desk.decide(Visit(link, Visitor(f"m-{identity}", identity)))
        return decision.page, decision.key

    assert shown("vip") == (Page.CODE, "vips")
    assert shown("guest") == (Page.CODE, "open")
    assert shown("nobody") == (Page.REFUSED, "vips")
    assert shown("broken") == (Page.REFUSED, "vips")
    assert asked[1] == ("guest", "vips")
    assert place.funnel("vips") == {"views": 4, "shown": 1, "refused": 3}
    assert place.funnel("open") == {"views": 1, "shown": 1}


def test_a_burst_raises_an_alarm_that_ends_with_it(place: Place, clock: ManualClock) -> None:
    link = place.images(rooms=(0, 0), burst=BurstPolicy(60, 5))
    targets = [place.visit(link, f"v{number}").target for number in range(12)]
    assert targets == ["g1"] * 5 + ["g2"] * 5 + targets[10:]
    assert all(targets)  # nobody is dropped

    def alarms() -> list[str]:
        with place.store.database.connect() as connection:
            return [each.kind for each in place.tables.notes.alarms(connection)]

    assert alarms() == ["crowd"]
    clock.advance(80)
    place.visit(link, "later")
    assert alarms() == []


def test_a_sticky_code_remembers_whom_it_showed_what(place: Place, clock: ManualClock) -> None:
    link = place.images(rooms=(0, 0), spread=Spread.STICKY)
    place.image("town", "g1", lasts=10)
    assert place.visit(link, "ann").target == "g1"
    clock.advance(20)
    assert place.visit(link, "ann").target == "g2"
    place.image("town", "g1")
    clock.advance(200)  # the reservation is over, the binding is not
    assert place.visit(link, "ann").why == "sticky"
    assert place.visit(link, "bob").target == "g1"


def test_days_are_those_of_the_codes_zone(place: Place, clock: ManualClock) -> None:
    here = place.images("here", zone="Asia/Shanghai")
    there = place.add(group_code("there", zone="America/New_York"))
    place.visit(here)
    place.visit(there)
    with place.store.database.connect() as connection:
        days = [list(place.tables.funnel.by_day(connection, place.number_of(key))) for key in ("here", "there")]
    assert days == [["2026-01-01"], ["2025-12-31"]]


def test_an_explanation_writes_nothing(place: Place) -> None:
    link = place.images(rooms=(185, 0))
    before = place.visit(link)
    explained = place.desk.explain(Visit(link, Visitor("bob")))
    assert explained.decision == evolve(before, why=explained.decision.why)
    assert [each.target for each in explained.considered] == ["g1", "g2"]
    assert "185 inside and 2 on the way" in str(explained.considered[0])  # with the one who asks
    assert place.funnel() == {"views": 1, "shown": 1}
    assert place.desk.look(Visit("nowhere", Visitor("bob"))).page is Page.UNKNOWN


def test_what_is_told_of_a_code_is_told_once_in_a_while(place: Place, clock: ManualClock) -> None:
    link = place.images(rooms=(190,))
    for number in range(10):
        place.visit(link, f"v{number}")
    assert place.short == ["town"]
    clock.advance(6)
    place.visit(link)
    assert place.short == ["town", "town"]


@pytest.mark.parametrize(
    "spec", ["", "[]", "{}", '{"key": "town", "overflow": 7}', '{"key": "town", "zone": "Nowhere/Land"}']
)
def test_a_code_that_cannot_be_read_takes_no_other_with_it(place: Place, spec: str) -> None:
    broken, whole = place.images("town"), place.add(staff_code("desk"))
    place.vendor_code("desk")
    with place.store.database.transaction() as connection:
        place.tables.rows.change(connection, place.number_of("town"), name="Town", spec=spec, now=0.0)
    assert place.visit(broken).page is Page.UNAVAILABLE
    assert place.visit(whole).page is Page.CODE
    assert place.desk.is_well


def test_who_is_to_be_told_may_fail(place: Place, store: Store, clock: ManualClock) -> None:
    def fails(key: str) -> None:
        raise RuntimeError("no runner")

    link = place.images(rooms=(190,))
    desk = Desk(store.database, clock, place.staffing, StoredShelf(store.database), on_short=fails)
    assert desk.decide(Visit(link, Visitor("ann"))).page is Page.WAITING
    assert desk.company == "acme"
