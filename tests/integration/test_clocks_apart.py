"""A machine whose clock is wrong: what was lost is looked for by the vendor's time, nothing is doubled or left out."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from privcrm import CRM
from privcrm.models import ContactCodeSpec, HandoverKind
from privcrm.provider import Done, Intent, NotDone
from privcrm.sandbox import Sandbox
from tests.store.databases import ready_file

from .conftest import Shop
from .test_once import OPERATIONS, staff

MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0
APART = (-2 * HOUR, -10 * MINUTE, 10 * MINUTE, 2 * HOUR)


class WrongClock:
    """Our clock, so many seconds ahead of the vendor's."""

    def __init__(self, vendors: Any, ahead: float) -> None:
        self._vendors = vendors
        self._ahead = ahead

    def time(self) -> float:
        return self._vendors.time() + self._ahead

    def monotonic(self) -> float:
        return self._vendors.monotonic()

    def sleep(self, seconds: float) -> None:
        self._vendors.sleep(seconds)


@pytest.fixture
def shop_ahead(server: Sandbox, tmp_path: Path) -> Iterator[Callable[[float], Shop]]:
    server.reset()
    opened: list[CRM] = []

    def shop(ahead: float) -> Shop:
        store = ready_file(tmp_path / f"{len(opened)}.db")
        opened.append(CRM.from_env(server.env, store=store, clock=WrongClock(server.clock, ahead)))
        return Shop(server, opened[-1], tmp_path)

    yield shop
    for crm in opened:
        crm.close()


@pytest.mark.parametrize("ahead", APART)
@pytest.mark.parametrize("when", ["after", "before"])
@pytest.mark.parametrize("name", OPERATIONS)
def test_each_is_made_once_whatever_our_clock_shows(
    shop_ahead: Callable[[float], Shop], name: str, when: str, ahead: float
) -> None:
    shop, operation = shop_ahead(ahead), OPERATIONS[name]
    before = len(operation.entries(shop))
    job = operation.order(shop, 2)
    shop.fault("reset", operation.path, when=when)
    job = shop.crm.jobs.run(job.id)
    assert operation.is_over(job), job.counts
    assert len(operation.entries(shop)) - before == job.items


@pytest.mark.parametrize("ahead", APART)
def test_an_older_transfer_does_not_pass_for_the_lost_one(shop_ahead: Callable[[float], Shop], ahead: float) -> None:
    """The same member was handed over between the two before, and came back."""
    shop = shop_ahead(ahead)
    port, clock = shop.crm.provider.handover, shop.crm.provider.context.clock
    giver, taker, *_ = staff(shop)
    one = next(iter(shop.crm.provider.members.ids(giver)))
    port.transfer_members(HandoverKind.ON_JOB, giver, taker, [one], intent=Intent("1", "", clock.time()))
    shop.sandbox.clock.advance(DAY + 5 * MINUTE)
    lost = Intent("2", "", clock.time())  # never sent
    assert port.settle_members(lost, HandoverKind.ON_JOB, giver, taker, [one]) == NotDone()


@pytest.mark.parametrize("ahead", APART)
def test_a_process_that_has_met_no_answer_yet_asks_for_the_time(
    shop_ahead: Callable[[float], Shop], ahead: float
) -> None:
    shop = shop_ahead(ahead)
    first, clock = shop.crm.provider, shop.crm.provider.context.clock
    lost = Intent("1", "marker" * 4, clock.time())
    made = first.live_codes.create_contact_code(ContactCodeSpec((staff(shop)[0],)), intent=lost)
    settled = shop_ahead(ahead).crm.provider.live_codes.settle_contact_code(lost)
    assert isinstance(settled, Done)
    assert settled.result.code_id == made.code_id
