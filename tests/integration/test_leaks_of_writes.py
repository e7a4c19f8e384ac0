"""No text, phone or code of a write in a log line, traceback with locals or repr: its answer lost, its value wrong."""

import logging
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from attrs import evolve

from privcrm.errors import AnswerLost, InputError
from privcrm.models import (
    AcquisitionLinkSpec,
    Channel,
    ContactCodeSpec,
    Content,
    GroupCodeSpec,
    HandoverKind,
    InterceptRuleSpec,
    Link,
    MassMessageSpec,
    MediaKind,
    MiniProgram,
    MomentSpec,
    ProductSpec,
    RemarkChange,
    StaffChatChange,
    StaffChatSpec,
    StaffMessage,
    StrategyChange,
    StrategySpec,
    TagChange,
)
from privcrm.provider import Intent
from privcrm.sandbox import Sandbox, VirtualClock
from privcrm_wecom.endpoints import ENDPOINTS
from tests.interop.files import PNG

from .port_calls import AREAS, Notes, Walk

CANARY = "canary-7Gq2"
HERE = str(Path(__file__))
Write = Callable[[Any, str], object]
# What an update reads before it writes.
READ = {"gettoken", "get_contact_way", "get_join_way", "get_intercept_rule"}

ONE, INTENT = ("zhaoyi",), Intent("key-1", "mark", 1_767_225_600.0)
CODE, GROUPS = ContactCodeSpec(ONE), GroupCodeSpec(("wr1",))
PRODUCT, RULE = ProductSpec("coat", 100, ("m1",)), InterceptRuleSpec("n", ("word",), staff_ids=ONE)
CHAT, CHANGE, STRATEGY = StaffChatSpec(("a", "b")), StaffChatChange(owner_id="a"), StrategySpec("n", ONE, staff_ids=ONE)
LINK, TO_STAFF = AcquisitionLinkSpec("n", ONE), StaffMessage(Content("hi"), ONE)
TO_MEMBERS, MOMENT = MassMessageSpec(Channel.MEMBERS, Content("hi"), "zhaoyi"), MomentSpec(Content("hi"), ONE)
REMARK, TAGS = RemarkChange("zhaoyi", "wm1"), TagChange("zhaoyi", "wm1", add=("et1",))
ON_JOB = (HandoverKind.ON_JOB, "zhaoyi", "qianer", ["wm1"])


def more(text: str) -> dict[str, Any]:
    """Return what an application adds to a body on its own account."""
    return {"more": {"of": [text]}}


TEXTS: dict[str, Write] = {
    "members.edit_remark, remark": lambda p, t: p.members.edit_remark(evolve(REMARK, remark=t)),
    "members.edit_remark, description": lambda p, t: p.members.edit_remark(evolve(REMARK, description=t)),
    "members.edit_remark, company": lambda p, t: p.members.edit_remark(evolve(REMARK, company=t)),
    "members.edit_remark, phone": lambda p, t: p.members.edit_remark(evolve(REMARK, phones=(t,))),
    "messages.create, text": lambda p, t: p.messages.create(evolve(TO_MEMBERS, content=Content(t)), intent=INTENT),
    "messages.create, title": lambda p, t: p.messages.create(
        evolve(TO_MEMBERS, content=Content("", (Link("https://x.example", t, t),))), intent=INTENT
    ),
    "messages.create, program": lambda p, t: p.messages.create(
        evolve(TO_MEMBERS, content=Content("", (MiniProgram("wx1", "p", t, "m1"),))), intent=INTENT
    ),
    "messages.welcome, text": lambda p, t: p.messages.welcome("code", Content(t)),
    "messages.welcome, code": lambda p, t: p.messages.welcome(t, Content("hi")),
    "messages.welcome, code beside a wrong text": lambda p, t: p.messages.welcome(t, Content("hi" * 4_001)),
    "messages.create_group_welcome": lambda p, t: p.messages.create_group_welcome(Content(t)),
    "messages.update_group_welcome": lambda p, t: p.messages.update_group_welcome("t1", Content(t)),
    "messages.send_to_staff": lambda p, t: p.messages.send_to_staff(evolve(TO_STAFF, content=Content(t))),
    "messages.create_staff_chat": lambda p, t: p.messages.create_staff_chat(evolve(CHAT, name=t), intent=INTENT),
    "messages.update_staff_chat": lambda p, t: p.messages.update_staff_chat("c", StaffChatChange(name=t)),
    "messages.send_to_staff_chat": lambda p, t: p.messages.send_to_staff_chat("c", Content(t)),
    "moments.create": lambda p, t: p.moments.create(evolve(MOMENT, content=Content(t)), intent=INTENT),
    "live_codes.create_contact_code, note": lambda p, t: p.live_codes.create_contact_code(
        evolve(CODE, note=t), intent=INTENT
    ),
    "live_codes.create_contact_code, unionid": lambda p, t: p.live_codes.create_contact_code(
        evolve(CODE, temporary=True, unionid=t), intent=INTENT
    ),
    "live_codes.create_contact_code, conclusions": lambda p, t: p.live_codes.create_contact_code(
        evolve(CODE, temporary=True, conclusions=Content(t)), intent=INTENT
    ),
    "live_codes.update_contact_code, note": lambda p, t: p.live_codes.update_contact_code(
        p.contact_code, evolve(CODE, note=t)
    ),
    "live_codes.create_group_code, note": lambda p, t: p.live_codes.create_group_code(
        evolve(GROUPS, note=t), intent=INTENT
    ),
    "live_codes.update_group_code, note": lambda p, t: p.live_codes.update_group_code(
        p.group_code, evolve(GROUPS, note=t)
    ),
    "handover.transfer_members": lambda p, t: p.handover.transfer_members(*ON_JOB, intent=INTENT, message=t),
    "handover.transfer_members, to itself": lambda p, t: p.handover.transfer_members(
        HandoverKind.ON_JOB, "a", "a", ["wm1"], intent=INTENT, message=t
    ),
    "products.create": lambda p, t: p.products.create(evolve(PRODUCT, description=t)),
    "products.update": lambda p, t: p.products.update("p1", evolve(PRODUCT, description=t)),
    "rules.create": lambda p, t: p.rules.create(evolve(RULE, words=(t,))),
    "rules.update": lambda p, t: p.rules.update(p.rule, evolve(RULE, words=(t,))),
    "media.upload, name": lambda p, t: p.media.upload(PNG, t, MediaKind.IMAGE),
    "media.upload, content": lambda p, t: p.media.upload(PNG + t.encode(), "a.png", MediaKind.IMAGE),
    "media.upload, content of another kind": lambda p, t: p.media.upload(t.encode(), "a.png", MediaKind.IMAGE),
    "media.upload_image": lambda p, t: p.media.upload_image(PNG, t),
    "media.fetch, address": lambda p, t: p.media.fetch(f"https://x/?key={t}", "f", MediaKind.FILE, "0" * 32),
    "media.fetch, name": lambda p, t: p.media.fetch("https://x", t, MediaKind.FILE, "0" * 32),
    "media.fetch, digest": lambda p, t: p.media.fetch("https://x", "f", MediaKind.FILE, t),
    "media.get": lambda p, t: p.media.get(t),
    "acquisition.chat": lambda p, t: p.acquisition.chat(t),
    "staff.id_of_phone": lambda p, t: p.staff.id_of_phone(t),
    "call": lambda p, t: p.call("message_send", touser="zhaoyi", text={"content": t}),
}
MORE: dict[str, Write] = {
    "members.edit_remark": lambda p, t: p.members.edit_remark(REMARK, extra=more(t)),
    "members.create_strategy": lambda p, t: p.members.create_strategy(STRATEGY, extra=more(t)),
    "members.edit_strategy": lambda p, t: p.members.edit_strategy("1", StrategyChange(), extra=more(t)),
    "moments.create_strategy": lambda p, t: p.moments.create_strategy(STRATEGY, extra=more(t)),
    "moments.edit_strategy": lambda p, t: p.moments.edit_strategy("1", StrategyChange(), extra=more(t)),
    "tags.create": lambda p, t: p.tags.create(["n"], group_name="g", extra=more(t)),
    "tags.edit": lambda p, t: p.tags.edit("et1", name="n", extra=more(t)),
    "tags.mark": lambda p, t: p.tags.mark(TAGS, extra=more(t)),
    "tags.create_strategy_tags": lambda p, t: p.tags.create_strategy_tags("1", ["n"], group_name="g", extra=more(t)),
    "tags.edit_strategy_tag": lambda p, t: p.tags.edit_strategy_tag("et1", name="n", extra=more(t)),
    "messages.create": lambda p, t: p.messages.create(TO_MEMBERS, intent=INTENT, extra=more(t)),
    "messages.welcome": lambda p, t: p.messages.welcome("code", Content("hi"), extra=more(t)),
    "messages.create_group_welcome": lambda p, t: p.messages.create_group_welcome(Content("hi"), extra=more(t)),
    "messages.update_group_welcome": lambda p, t: p.messages.update_group_welcome("t", Content("hi"), extra=more(t)),
    "messages.send_to_staff": lambda p, t: p.messages.send_to_staff(TO_STAFF, extra=more(t)),
    "messages.create_staff_chat": lambda p, t: p.messages.create_staff_chat(CHAT, intent=INTENT, extra=more(t)),
    "messages.update_staff_chat": lambda p, t: p.messages.update_staff_chat("c", CHANGE, extra=more(t)),
    "messages.send_to_staff_chat": lambda p, t: p.messages.send_to_staff_chat("c", Content("hi"), extra=more(t)),
    "moments.create": lambda p, t: p.moments.create(MOMENT, intent=INTENT, extra=more(t)),
    "live_codes.create_contact_code": lambda p, t: p.live_codes.create_contact_code(CODE, intent=INTENT, extra=more(t)),
    "live_codes.update_contact_code": lambda p, t: p.live_codes.update_contact_code(
        p.contact_code, CODE, extra=more(t)
    ),
    "live_codes.create_group_code": lambda p, t: p.live_codes.create_group_code(GROUPS, intent=INTENT, extra=more(t)),
    "live_codes.update_group_code": lambda p, t: p.live_codes.update_group_code(p.group_code, GROUPS, extra=more(t)),
    "handover.transfer_members": lambda p, t: p.handover.transfer_members(*ON_JOB, intent=INTENT, extra=more(t)),
    "handover.transfer_groups": lambda p, t: p.handover.transfer_groups(
        HandoverKind.ON_JOB, ["wr1"], "zhaoyi", intent=INTENT, extra=more(t)
    ),
    "products.create": lambda p, t: p.products.create(PRODUCT, extra=more(t)),
    "products.update": lambda p, t: p.products.update("p1", PRODUCT, extra=more(t)),
    "rules.create": lambda p, t: p.rules.create(RULE, extra=more(t)),
    "rules.update": lambda p, t: p.rules.update(p.rule, RULE, extra=more(t)),
    "acquisition.create": lambda p, t: p.acquisition.create(LINK, extra=more(t)),
    "acquisition.update": lambda p, t: p.acquisition.update("l1", LINK, extra=more(t)),
}


@pytest.fixture(scope="module")
def company() -> Iterator[SimpleNamespace]:
    """A provider's ports, whose writes all lose their answers; and a code, a group code and a rule to update."""
    with Sandbox(seed=5, staff=4, members=8, groups=1, clock=VirtualClock(auto_advance=True)) as sandbox:
        at = Walk(sandbox, Notes(), "self_built")
        group = next(iter(at.provider.groups.list())).group_id
        made = {
            "contact_code": at.provider.live_codes.create_contact_code(
                ContactCodeSpec((at.giver,)), intent=INTENT
            ).code_id,
            "group_code": at.provider.live_codes.create_group_code(GroupCodeSpec((group,)), intent=INTENT).code_id,
            "rule": at.provider.rules.create(evolve(RULE, staff_ids=(at.giver,))),
        }
        for row in ENDPOINTS:
            if row.name not in READ:
                sandbox.faults.add(row.path, "reset", when="after", probability=1.0)
        yield SimpleNamespace(**{area: getattr(at.provider, area) for area in AREAS}, call=at.provider.call, **made)


def shown(error: BaseException) -> Iterator[str]:
    """Yield where the canary stands in what a crash reporter prints, the frames of this file left out."""
    told: traceback.TracebackException | None = traceback.TracebackException.from_exception(error, capture_locals=True)
    while told is not None:
        for frame in told.stack:
            if frame.filename != HERE:
                yield from (f"{frame.name}: {n}" for n, value in (frame.locals or {}).items() if CANARY in value)
        yield from (line for line in told.format_exception_only() if CANARY in line)
        told = told.__cause__ or told.__context__
    yield from (f"{name} of the error" for name, value in vars(error).items() if CANARY in repr(value))


def leaks(write: Write, at: SimpleNamespace, text: str, caplog: pytest.LogCaptureFixture) -> list[str]:
    caplog.set_level(logging.DEBUG)
    with pytest.raises((AnswerLost, InputError)) as caught:
        write(at, text)
    logged = [record.name for record in caplog.records if CANARY in f"{record.getMessage()} {record.__dict__}"]
    return [*shown(caught.value), *logged]


@pytest.mark.parametrize("text", [CANARY, CANARY * 2_000], ids=["lost", "oversized"])
@pytest.mark.parametrize("name", TEXTS)
def test_what_is_written_shows_nowhere(
    company: SimpleNamespace, caplog: pytest.LogCaptureFixture, name: str, text: str
) -> None:
    assert leaks(TEXTS[name], company, text, caplog) == []


@pytest.mark.parametrize("name", MORE)
def test_what_an_application_adds_shows_nowhere(
    company: SimpleNamespace, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    assert leaks(MORE[name], company, CANARY, caplog) == []


def test_every_write_that_takes_more_is_among_them(company: SimpleNamespace) -> None:
    ports = {area: getattr(company, area) for area in AREAS}
    taking = {
        f"{area}.{name}"
        for area, port in ports.items()
        for name in dir(type(port))
        if "extra" in getattr(getattr(type(port), name), "__annotations__", {})
    }
    assert taking == MORE.keys()


def test_a_canary_would_be_found(company: SimpleNamespace, caplog: pytest.LogCaptureFixture) -> None:
    def careless(at: SimpleNamespace, text: str) -> None:
        kept = {"text": text}
        at.media.get(kept["text"])

    careless.__code__ = careless.__code__.replace(co_filename="elsewhere.py")
    assert leaks(careless, company, CANARY, caplog) == ["careless: text", "careless: kept"]
