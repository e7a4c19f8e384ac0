"""The gateway before a simulated company: from the scan to the event that closes what was reserved."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from privcrm import CRM
from privcrm.models import GroupId, StaffId
from privcrm.models.codes import GroupLiveCode, LaunchGate, OnEmpty, Routing, Seat, StaffLiveCode
from privcrm.models.events import EventSource, MemberAdded
from privcrm.models.ids import MemberId
from privcrm.sandbox import Sandbox, VirtualClock
from privcrm.web.gateway import Gateway, GatewayPolicy
from tests.unit.web.gateway.browsing import Browser, header, heading


@pytest.fixture
def crm(tmp_path: Path) -> Iterator[CRM]:
    clock = VirtualClock(auto_advance=True)
    with (
        Sandbox(clock=clock) as sandbox,
        CRM.from_env(sandbox.env, store=f"sqlite:///{tmp_path / 'crm.db'}", clock=clock) as opened,
    ):
        yield opened


@pytest.fixture
def gateway(crm: CRM) -> Gateway:
    return crm.gateway(GatewayPolicy(domains=("go.example.com",)))


def serving(crm: CRM) -> list[StaffId]:
    return sorted(crm.provider.staff.serving())


def test_a_printed_link_leads_to_the_vendors_own_picture(crm: CRM, gateway: Gateway) -> None:
    (first, *_) = serving(crm)
    crm.live_codes.create(StaffLiveCode("S001", (Seat(first),), name="徐汇店"))
    link = crm.live_codes.link("S001")
    assert gateway.link(link) == f"https://go.example.com/{link}"
    reply = Browser(gateway).ask(f"/{link}")
    assert (reply.status, heading(reply)) == (200, "添加好友")
    assert b"data:image/" in reply.body


def test_caps_are_exact_where_we_choose_and_an_add_frees_nothing_twice(crm: CRM, gateway: Gateway) -> None:
    (first, *_) = serving(crm)
    crm.live_codes.create(
        StaffLiveCode("S001", (Seat(first, daily_cap=2),), routing=Routing.PULL, on_empty=OnEmpty.CLOSED)
    )
    link = crm.live_codes.link("S001")
    ann, bob, cat = Browser(gateway), Browser(gateway), Browser(gateway)
    assert [heading(each.ask(f"/{link}/en")) for each in (ann, bob, cat)] == [
        "Add us",
        "Add us",
        "Nobody is here right now",
    ]
    with crm.store.database.connect() as connection:
        rows = connection.all("SELECT state, part FROM privcrm_code_state ORDER BY part")
    state = next(state for state, part in rows if part)
    added = MemberAdded(
        member_id=MemberId("wm1"),
        staff_id=first,
        state=state,
        at=int(crm.clock.time()),
        key="e1",
        source=EventSource.CALLBACK,
    )
    assert crm.live_codes.staff.take(added)
    assert heading(cat.ask(f"/{link}/en")) == "Nobody is here right now"  # one came, the other is still on the way
    assert heading(bob.ask(f"/{link}/en")) == "Add us"
    (funnel,) = crm.live_codes.funnel("S001").values()
    assert funnel == {"views": 5, "shown": 3, "repeats": 1, "turned_away": 2, "nobody": 2}


def test_a_gate_opens_by_itself_when_enough_would_come(crm: CRM, gateway: Gateway) -> None:
    """A007."""
    group = GroupId(next(iter(crm.provider.groups.list())).group_id)
    crm.live_codes.create(GroupLiveCode("G1", (group,), gate=LaunchGate(2, 100)))
    link = crm.live_codes.link("G1")
    ann, bob = Browser(gateway), Browser(gateway)
    for browser in (ann, bob):
        assert heading(browser.ask(f"/{link}/en")) == "Starting soon"
    assert header(ann.ask(f"/{link}/en", "POST"), "Location") == "en"
    assert heading(ann.ask(f"/{link}/en")) == "You are signed up"
    bob.ask(f"/{link}/en", "POST")
    assert heading(bob.ask(f"/{link}/en")) == "Join the group"
    opened = next(entry for entry in crm.audit.entries() if entry.what == "live_code.opened")
    assert (opened.who, opened.details["committed"], opened.details["in_spite_of_gate"]) == ("launch gate", 2, False)
