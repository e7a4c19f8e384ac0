"""A company in this process whose people add each other, and welcomes over both databases or none."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from attrs import evolve

from privcrm.clock import ManualClock
from privcrm.events.router import Router
from privcrm.models import StaffId
from privcrm.models.events import MemberAdded
from privcrm.provider import ProviderContext
from privcrm.services.welcomes import Welcomes
from privcrm.store import open_store
from privcrm.testing import MemoryProvider
from tests.store.databases import ready_database


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def make_provider(clock: ManualClock) -> Callable[..., MemoryProvider]:
    made: list[MemoryProvider] = []

    def make(**context: Any) -> MemoryProvider:
        world = made[0].world if made else None
        made.append(MemoryProvider(world, ProviderContext(clock, **context)))
        return made[-1]

    return make


@pytest.fixture
def provider(make_provider: Callable[..., MemoryProvider]) -> MemoryProvider:
    return make_provider()


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def store(request, tmp_path, clock):
    if request.param == "memory":
        yield None
        return
    with ready_database(request.param, tmp_path) as url, open_store(url, clock=clock, company="acme") as opened:
        yield opened


@pytest.fixture
def router() -> Router:
    return Router()


@pytest.fixture
def welcomes(provider, router, clock, store) -> Welcomes:
    return Welcomes(provider, router, clock, store)


@pytest.fixture
def staff_id(provider: MemoryProvider) -> StaffId:
    return next(iter(provider.staff.serving()))


@pytest.fixture
def added(provider: MemoryProvider, staff_id: StaffId, clock: ManualClock) -> Callable[..., MemberAdded]:
    """Let somebody add an employee, and return the event as an app is told of it."""
    numbers = count(1)

    def add(**told: Any) -> MemberAdded:
        by = told.pop("staff_id", staff_id)
        member_id, code = provider.people.adds(by)
        event = MemberAdded(
            company="acme",
            app="main",
            at=int(clock.time()),
            key=f"add-{next(numbers)}",
            staff_id=by,
            member_id=member_id,
            welcome_code=code,
        )
        return evolve(event, **told)

    return add


@pytest.fixture
def said(provider: MemoryProvider) -> Callable[[], list[tuple[str, str]]]:
    """Return who said what to newcomers so far."""

    def look() -> list[tuple[str, str]]:
        greetings = (each.greeting for each in provider.world.welcomes.after(-1))
        return [(g.maker, g.content["content"].text if "content" in g.content else "") for g in greetings if g]

    return look


def told_again(event: MemberAdded, app: str, code: str = "") -> MemberAdded:
    """Return the event as another app is told of it."""
    return evolve(event, app=app, welcome_code=code)
