"""Staff codes behind the gateway: the vendor's picture, or a seat that is held for the visitor."""

from collections.abc import Generator
from pathlib import Path

import pytest

from privcrm.clock import ManualClock
from privcrm.models.codes import OnEmpty, Routing
from privcrm.services.live_codes.gateway.visits import Page, Visit, Visitor
from privcrm.store import open_store
from tests.store.databases import KINDS, ready_database
from tests.unit.live_codes.gateway.fronts import Front
from tests.unit.live_codes.gateway.places import PNG
from tests.unit.live_codes.staff.desk import code, open_desk, seat


@pytest.fixture(params=KINDS)
def front(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Front]:
    clock = ManualClock()
    with ready_database(request.param, tmp_path) as url, open_store(url, clock=clock, company="acme") as store:
        yield Front(open_desk(store, clock))


def test_where_the_vendor_draws_its_own_picture_is_shown(front: Front) -> None:
    ann, bob, *_ = front.company.people
    front.company.make(code("desk", seat(ann), seat(bob)))
    decision = front.visit(front.link("desk"))
    assert decision.picture is not None
    assert (decision.page, decision.target, decision.why) == (Page.CODE, "part:0", "vendor_chooses")
    assert decision.picture.content == PNG + front.company.vendor("desk").vendor_id.encode()


def test_where_we_choose_caps_are_exact_and_a_visitor_keeps_his_seat(front: Front) -> None:
    ann, bob, *_ = front.company.people
    front.company.make(
        code("desk", seat(ann, daily_cap=2), seat(bob, daily_cap=1), routing=Routing.PULL, on_empty=OnEmpty.CLOSED)
    )
    link = front.link("desk")
    shown = [front.visit(link, who) for who in ("v1", "v2", "v3", "v4", "v1")]
    assert [each.page for each in shown] == [Page.CODE] * 3 + [Page.CLOSED, Page.CODE]
    assert sorted(each.target for each in shown[:3]) == sorted([ann, ann, bob])
    assert (shown[4].target, shown[4].why, shown[4].picture) == (shown[0].target, "held", shown[0].picture)
    pictures = {each.target: each.picture for each in shown[:3]}
    assert len({picture.digest for picture in pictures.values() if picture}) == 2


def test_nobody_free_is_said_where_the_code_wants_it(front: Front) -> None:
    (ann, *_) = front.company.people
    for key, options in {
        "closed": {"on_empty": OnEmpty.CLOSED},
        "kept": {"on_empty": OnEmpty.KEEP_LAST},
        "moved": {"on_empty": OnEmpty.REDIRECT, "redirect_to": "kept"},
    }.items():
        front.company.make(code(key, seat(ann, online=False), **options))
    links = {key: front.link(key) for key in ("closed", "kept", "moved")}
    decisions = {key: front.visit(link) for key, link in links.items()}
    assert {key: (each.page, each.key) for key, each in decisions.items()} == {
        "closed": (Page.CLOSED, "closed"),
        "kept": (Page.CODE, "kept"),
        "moved": (Page.CODE, "kept"),
    }


def test_whether_anybody_is_free_is_looked_up_again(front: Front) -> None:
    (ann, *_) = front.company.people
    front.company.make(code("desk", seat(ann, online=False), on_empty=OnEmpty.CLOSED))
    link = front.link("desk")
    assert front.visit(link).page is Page.CLOSED
    front.company.codes.online("desk", ann, online=True)
    assert isinstance(front.company.clock, ManualClock)
    front.company.clock.advance(1)
    assert front.visit(link).page is Page.CODE


def test_an_explanation_holds_no_seat(front: Front) -> None:
    (ann, *_) = front.company.people
    front.company.make(code("desk", seat(ann, daily_cap=1), routing=Routing.PULL, on_empty=OnEmpty.CLOSED))
    link = front.link("desk")
    for _ in range(3):
        assert front.gate.explain(Visit(link, Visitor("x"))).decision.target == ann
    assert front.visit(link, "v1").page is Page.CODE
    assert front.gate.explain(Visit(link, Visitor("x"))).decision.page is Page.CLOSED


def test_while_the_store_is_away_no_employee_gets_more_than_his_places(front: Front) -> None:
    """Found in review: everybody was led to whoever was shown last, for hours, whatever his cap."""
    ann, bob, *_ = front.company.people
    front.company.make(code("capped", seat(ann, daily_cap=3), routing=Routing.PULL))
    front.company.make(code("free", seat(bob), routing=Routing.PULL))
    capped, free = front.link("capped"), front.link("free")
    assert [front.visit(link).page for link in (capped, free)] == [Page.CODE, Page.CODE]
    front.gate._memory.failed()
    pages = [front.visit(capped, f"v{number}").page for number in range(4)]
    assert pages == [Page.CODE, Page.CODE, Page.UNAVAILABLE, Page.UNAVAILABLE]
    assert {front.visit(free, f"v{number}").page for number in range(50)} == {Page.CODE}
    assert isinstance(front.company.clock, ManualClock)
    front.company.clock.advance(601)
    front.gate._memory.failed()
    assert front.visit(free, "late").page is Page.UNAVAILABLE
