"""Welcomes over real HTTP, against the simulated company: races with a second system, lost answers, files."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from attrs import evolve

from privcrm.events.router import Router
from privcrm.models import Content, Image
from privcrm.models.events import MemberAdded
from privcrm.provider import ProviderContext, Settings
from privcrm.sandbox import Sandbox, VirtualClock
from privcrm.sandbox.control.state import state
from privcrm.services.welcomes import MediaFile, OnlyFor, WelcomeOutcome, WelcomeRecord, WelcomeRule, Welcomes
from privcrm.store import Store, open_store
from privcrm_wecom import WeComProvider

HELLO = Content("{member_name|朋友}您好，我是{staff_name}")
SEND = "*/send_welcome_msg"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + b"\0\0\0\x01\0\0\0\x01" + b"\x08\x02\0\0\0"


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox(seed=5, staff=12, members=100, groups=2, clock=VirtualClock(auto_advance=True)) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    running.reset()
    return running


@pytest.fixture
def store(sandbox: Sandbox, tmp_path: Any) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path}/store.db", clock=sandbox.clock, company="acme") as opened:
        yield opened


@pytest.fixture
def welcomes(sandbox: Sandbox, store: Store) -> Iterator[Welcomes]:
    settings = Settings.from_environ(sandbox.env, "PRIVCRM_WECOM_")
    with WeComProvider.from_settings(settings, ProviderContext(clock=sandbox.clock)) as provider:
        yield Welcomes(provider, Router(), sandbox.clock, store)


@pytest.fixture
def added(sandbox: Sandbox, welcomes: Welcomes) -> Callable[..., MemberAdded]:
    """Let somebody add an employee; people of other companies bring no code and are passed over."""
    staff_id = min(relation.userid for relation in sandbox.company.relations())
    app = welcomes._provider.config.apps[0].name

    def add(channel: str = "") -> MemberAdded:
        while True:
            made = sandbox.act("member_adds_staff", userid=staff_id, state=channel)
            if made["welcome_code"]:
                break
        return MemberAdded(
            app=app,
            at=int(sandbox.clock.time()),
            key=f"add {made['external_userid']}",
            staff_id=made["userid"],
            member_id=made["external_userid"],
            welcome_code=made["welcome_code"],
            state=channel,
        )

    return add


def row_of(sandbox: Sandbox, event: MemberAdded) -> dict[str, Any]:
    rows = state(sandbox.company, "welcomes", {"limit": "1000"})["items"]
    return next(row for row in rows if row["welcome_code"] == event.welcome_code)


def calls(sandbox: Sandbox) -> int:
    return sum(n for (path, _), n in sandbox.recorder.totals.items() if "send_welcome_msg" in path)


def handled(welcomes: Welcomes, event: MemberAdded) -> WelcomeRecord:
    record = welcomes.handle(event)
    assert record is not None
    return record


def test_a_newcomer_is_greeted_by_name_and_with_a_picture_prepared_before(sandbox, welcomes, added, tmp_path):
    (tmp_path / "poster.png").write_bytes(PNG)
    words = evolve(HELLO, attachments=(Image(MediaFile(tmp_path / "poster.png")),))
    welcomes.add(WelcomeRule("poster", words))
    welcomes.prepare()
    event = added()
    record = handled(welcomes, event)
    assert (record.outcome, record.left_out) == (WelcomeOutcome.SENT, 0)
    row = row_of(sandbox, event)
    member, staff = welcomes._provider.members.get(event.member_id), welcomes._provider.staff.get(event.staff_id)
    assert member.name
    assert row["text"]["content"] == f"{member.name}您好，我是{staff.name}"
    assert row["attachments"][0]["msgtype"] == "image"
    assert sum(n for (path, _), n in sandbox.recorder.totals.items() if path.endswith("media/upload")) == 1


def test_a_second_system_that_is_faster_has_greeted(sandbox, welcomes, added):
    welcomes.add(WelcomeRule("all", HELLO))
    event = added()
    sandbox.act("other_system", do="welcome", welcome_code=event.welcome_code)
    assert handled(welcomes, event).outcome is WelcomeOutcome.SENT_BY_OTHER
    assert welcomes.report().share_of_others == 1.0


@pytest.mark.parametrize(
    ("seconds", "fails", "ends"),
    [
        (8, False, WelcomeOutcome.SENT_BY_OTHER),
        (8, True, WelcomeOutcome.SENT),
        (60, False, WelcomeOutcome.EXPIRED),
    ],
)
def test_while_a_second_system_is_at_it_we_ask_until_the_window_ends(sandbox, welcomes, added, *, seconds, fails, ends):
    welcomes.add(WelcomeRule("all", HELLO))
    event = added()
    sandbox.act("other_system", do="welcome", welcome_code=event.welcome_code, seconds=seconds, fails=fails)
    record = handled(welcomes, event)
    assert record.outcome is ends
    assert record.decided_at < event.at + 25


@pytest.mark.parametrize("when", ["before", "after"])
def test_what_was_lost_on_the_way_is_ours_all_the_same(sandbox, welcomes, added, when):
    welcomes.add(WelcomeRule("all", HELLO))
    sandbox.faults.add(SEND, "reset", when=when, times=6)
    assert handled(welcomes, added()).outcome is WelcomeOutcome.SENT


def test_when_no_answer_ever_comes_nobody_knows(sandbox, welcomes, added):
    welcomes.add(WelcomeRule("all", HELLO))
    sandbox.faults.add(SEND, "html", when="after", times=1_000)
    assert handled(welcomes, added()).outcome is WelcomeOutcome.UNKNOWN


def test_too_late_and_elsewhere_no_call_is_made(sandbox, welcomes, added):
    welcomes.add(WelcomeRule("spring", HELLO, OnlyFor(states=("spring-*",))))
    late = added("spring-1")
    sandbox.clock.sleep(25)
    assert handled(welcomes, late).outcome is WelcomeOutcome.EXPIRED
    assert handled(welcomes, added("autumn")).outcome is WelcomeOutcome.NOT_OURS
    assert calls(sandbox) == 0
    assert handled(welcomes, added("spring-2")).outcome is WelcomeOutcome.SENT


def test_the_app_that_was_told_greets(sandbox, welcomes, added):
    welcomes.add(WelcomeRule("all", HELLO))
    event = added()
    record = handled(welcomes, evolve(event, app="nobody", welcome_codes={event.app: event.welcome_code}))
    assert (record.outcome, record.app) == (WelcomeOutcome.SENT, event.app)
