"""From what people do in the simulated company to the application's handlers, over real HTTP."""

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from privcrm import CRM, Receiver
from privcrm.errors import StoreError
from privcrm.events import (
    Event,
    EventSource,
    GroupCreated,
    GroupDismissed,
    GroupMembersJoined,
    GroupMembersLeft,
    GroupOwnerChanged,
    GroupRenamed,
    Leaving,
    MemberAdded,
    MemberDeletedStaff,
    MemberEdited,
    MessageReceived,
    StaffDeletedMember,
    TagChanged,
    TagCreated,
    TagDeleted,
    UnknownEvent,
)
from privcrm.models import Content
from privcrm.sandbox import Sandbox
from privcrm.services.welcomes import OnlyFor, WelcomeOutcome, WelcomeRule
from privcrm.web import WebhookServer
from tests.integration.places import MAIN, Place, company
from tests.store.databases import KINDS, ready_database


@pytest.fixture
def place(tmp_path) -> Iterator[Place]:
    with ready_database("sqlite", tmp_path) as url, company(url) as made:
        yield made


@pytest.fixture
def two_apps(tmp_path) -> Iterator[Place]:
    with ready_database("sqlite", tmp_path) as url, company(url, second=True) as made:
        yield made


# -- what people do, and what handlers hear


def test_a_day_of_a_company_is_told_in_our_words(place):
    added = place.add(state="door")
    who = {"userid": place.staff, "external_userid": added["external_userid"]}
    place.act("staff_edits_member", **who, remark="x")
    made = place.act("staff_creates_group", userid=place.staff, name="g")
    group = {"chat_id": made["chat_id"]}
    joined = place.act("group_changes", **group, joins="new")
    place.act("group_changes", **group, name="h")
    place.act("staff_removes_from_group", **group, external_userids=[joined["external_userid"]])
    place.act("staff_dismisses_group", **group)
    tag = place.act("admin_edits_tag", group_name="new", name="t")
    place.act("admin_edits_tag", id=tag["tag_id"], name="u")
    place.act("admin_edits_tag", id=tag["tag_id"], delete=True)
    place.act("member_deletes_staff", **who)
    place.act("staff_deletes_member", **who)
    place.settle()
    heard = place.kinds()
    for kind in (
        MemberAdded,
        MemberEdited,
        GroupCreated,
        GroupMembersJoined,
        GroupRenamed,
        GroupMembersLeft,
        GroupDismissed,
        TagCreated,
        TagChanged,
        TagDeleted,
        MemberDeletedStaff,
        StaffDeletedMember,
    ):
        assert heard[kind.__name__], kind
    (came,) = (event for event in place.told if isinstance(event, MemberAdded))
    assert (came.staff_id, came.member_id, came.state) == (place.staff, added["external_userid"], "door")
    assert came.welcome_code == added["welcome_code"]
    (gone,) = (event for event in place.told if isinstance(event, GroupMembersLeft))
    assert (gone.how, tuple(gone.user_ids)) == (Leaving.REMOVED, (joined["external_userid"],))
    assert {delivery["status"] for delivery in place.sandbox.deliveries()} == {200}


def test_what_programs_do_is_told_to_nobody(place):
    member = place.add()["external_userid"]
    place.settle()
    place.told.clear()
    (tag, *_) = (tag for group in place.crm.provider.tags.list() for tag in group.tags)
    place.crm.provider.call("mark_tag", userid=place.staff, external_userid=member, add_tag=[tag.tag_id])
    place.settle()
    assert not place.told


def test_a_transfer_is_told_when_it_is_done_and_its_kind_of_leaving_is_known(place):
    member, *_ = (each.external_userid for each in place.sandbox.company.relations() if each.userid == place.staff)
    (taker, *_) = sorted(set(place.crm.provider.staff.serving()) - {place.staff})
    place.act("admin_allocates_member", handover_userid=place.staff, takeover_userid=taker, external_userids=[member])
    place.settle()
    assert not place.told
    place.sandbox.clock.advance(25 * 3600)
    place.settle()
    ended = [event for event in place.told if isinstance(event, StaffDeletedMember)]
    assert [(event.staff_id, event.member_id, event.how) for event in ended] == [
        (place.staff, member, Leaving.TRANSFERRED)
    ]


def test_what_this_release_does_not_know_reaches_handlers(place):
    place.act("vendor_tells", agent_id=MAIN, elements={"Event": "brand_new", "ChangeType": "thing", "Id": "7"})
    place.settle()
    (event,) = place.told
    assert isinstance(event, UnknownEvent)
    assert (event.name, event.change, event.raw["Id"]) == ("brand_new", "thing", "7")


# -- nothing lost, nothing twice


@pytest.mark.parametrize("kind", KINDS)
def test_a_hundred_joins_in_one_second_are_a_hundred_whatever_the_network_does(kind, tmp_path):
    with ready_database(kind, tmp_path) as url, company(url, second=True) as place:
        for fault in ("duplicate", "reorder", "cut", "delay"):
            more = {"delay_s": 0.01} if fault == "delay" else {}
            place.fault(fault, probability=0.15, **more)
        place.crm.webhooks.start(3)
        crowd = place.act("crowd_adds_staff", userid=place.staff, count=100)
        assert place.sandbox.flush_callbacks(30)
        place.crm.webhooks.stop()
        place.settle()
        came = Counter(event.member_id for event in place.told if isinstance(event, MemberAdded))
        assert len(crowd["external_userids"]) == 100
        assert came == Counter(crowd["external_userids"])


def test_one_scan_told_to_two_apps_is_handled_once_and_both_codes_are_kept(two_apps):
    each = []
    two_apps.crm.on(MemberAdded, name="test.each", each_app=True)(each.append)
    two_apps.add()
    two_apps.settle()
    assert sorted(event.app for event in each) == ["main", "second"], "in whatever order they came"
    assert len({event.welcome_code for event in each}) == 2
    assert len({event.key for event in each}) == 1
    assert [event.app for event in two_apps.told] == [each[0].app]
    assert each[1].welcome_codes == {event.app: event.welcome_code for event in each}


def test_a_store_that_is_away_leaves_the_vendor_to_come_again(place, monkeypatch):
    inbox, failures = place.crm.webhooks.inbox, [StoreError("away")] * 2
    keep = inbox.add

    def shaky(arrivals, patience):
        if failures:
            raise failures.pop()
        return keep(arrivals, patience)

    monkeypatch.setattr(inbox, "add", shaky)
    monkeypatch.setattr("privcrm.events.receiver.COMMIT_PAUSE", 10.0)
    place.add()
    place.settle()
    tries = [delivery["status"] for delivery in place.sandbox.deliveries()]
    assert place.kinds()["MemberAdded"] >= 1
    assert 200 in tries
    assert not any(status and status >= 500 for status in tries)
    assert tries.count(0) + tries.count(None) == 2


def test_callbacks_that_were_lost_are_found_by_a_sweep_and_told_to_those_who_asked(place):
    opted: list[Event] = []
    place.crm.on(MemberAdded, GroupMembersJoined, GroupCreated, sweep=True, name="test.opted")(opted.append)
    assert place.crm.sweep.run() is None
    place.fault("lost", probability=1.0)
    lost = place.add(state="door")
    group = place.act("staff_creates_group", userid=place.staff, name="g")
    place.settle()
    assert not place.told
    place.sandbox.clock.advance(120)
    job = place.crm.sweep.run()
    assert job is not None
    place.settle()
    assert not place.told
    (added,) = (
        event for event in opted if isinstance(event, MemberAdded) and event.member_id == lost["external_userid"]
    )
    assert (added.source, added.state, added.welcome_code, added.app) == (EventSource.SWEEP, "door", "", "")
    assert group["chat_id"] in {event.group_id for event in opted if isinstance(event, GroupCreated)}
    place.sandbox.clock.advance(120)
    assert place.crm.sweep.run() is None


def test_a_roster_is_right_before_handlers_run_and_after_callbacks_were_lost(place):
    chat_id = place.act("staff_creates_group", userid=place.staff, name="g")["chat_id"]
    sizes: list[int] = []

    @place.crm.on(GroupMembersJoined, name="test.sizes")
    def note(event: GroupMembersJoined) -> None:
        sizes.append(place.crm.group_rosters.size(event.group_id).members)

    place.settle()
    place.act("group_changes", chat_id=chat_id, joins="new")
    place.settle()
    assert sizes == [1]
    place.fault("lost", probability=1.0)
    place.act("staff_invites_to_group", chat_id=chat_id, count=3)
    place.settle()
    place.sandbox.faults.remove(None)
    place.act("group_changes", chat_id=chat_id, joins="new")
    place.settle()
    place.sandbox.clock.advance(10)  # one reading serves all who come within seconds
    place.settle()
    assert sizes[-1] == place.crm.group_rosters.size(chat_id).members == 5
    place.fault("duplicate", probability=1.0)
    place.act("group_changes", chat_id=chat_id, joins="new")
    place.settle()
    assert place.crm.group_rosters.size(chat_id).members == 6


def test_a_group_that_changes_hands_is_told(place):
    (taker, *_) = sorted(set(place.crm.provider.staff.serving()) - {place.staff})
    chat_id = place.act("staff_creates_group", userid=place.staff, name="g")["chat_id"]
    place.act("group_changes", chat_id=chat_id, owner=taker)
    place.settle()
    assert place.kinds()["GroupOwnerChanged"] == 1
    assert isinstance(place.told[-1], GroupOwnerChanged)


# -- answers


def test_an_employee_is_answered_at_once(place):
    @place.crm.replies(MessageReceived)
    def reply(event: MessageReceived) -> str:
        return f"heard: {event.text}"

    place.act("staff_writes_to_app", userid=place.staff, agent_id=MAIN, text="你好")
    place.settle()
    (delivery,) = place.sandbox.deliveries()
    assert delivery["reply_error"] == ""
    assert delivery["reply"]["Content"] == "heard: 你好"
    assert [event.text for event in place.told] == ["你好"]


# -- welcomes


def outcomes(place: Place) -> list[WelcomeOutcome]:
    return [record.outcome for record in place.crm.welcomes.outcomes()]


def test_who_adds_an_employee_is_greeted_within_the_window(place):
    place.crm.welcomes.add(WelcomeRule("hello", Content("欢迎")))
    made = place.add()
    place.settle()
    assert outcomes(place) == [WelcomeOutcome.SENT]
    welcome = place.sandbox.world.welcomes.find(made["welcome_code"])
    assert welcome is not None
    assert welcome.greeted(place.sandbox.clock.time())


def test_a_second_system_that_is_quicker_is_told_from_us_and_its_share_is_reported(place):
    place.crm.welcomes.add(WelcomeRule("hello", Content("欢迎")))
    place.add()
    place.settle()
    code = place.add()["welcome_code"]
    assert place.sandbox.flush_callbacks()
    place.act("other_system", do="welcome", welcome_code=code, text="旧系统")
    place.settle()
    assert sorted(outcomes(place)) == [WelcomeOutcome.SENT, WelcomeOutcome.SENT_BY_OTHER]
    assert place.crm.welcomes.report().share_of_others == 0.5


def test_another_system_that_fails_makes_room_for_us(place):
    place.crm.welcomes.add(WelcomeRule("hello", Content("欢迎")))
    code = place.add()["welcome_code"]
    place.sandbox.flush_callbacks()
    place.act("other_system", do="welcome", welcome_code=code, text="x", seconds=3, fails=True)
    place.settle()
    assert outcomes(place) == [WelcomeOutcome.SENT]


def test_a_code_that_is_too_old_costs_no_call(place):
    place.crm.welcomes.add(WelcomeRule("hello", Content("欢迎")))
    place.add()
    place.sandbox.flush_callbacks()
    place.sandbox.clock.advance(25)
    place.settle()
    assert outcomes(place) == [WelcomeOutcome.EXPIRED]
    assert not list(place.sandbox.recorder.select("*/send_welcome_msg", 0))


def test_the_consoles_own_welcome_offers_none_and_other_codes_are_left_alone(place):
    place.crm.welcomes.add(WelcomeRule("door", Content("欢迎"), only_for=OnlyFor(states=["door-*"])))
    place.add(state="elsewhere")
    place.add(state="door-1")
    place.act("admin_sets_welcome", userid=place.staff, text="后台欢迎语")
    place.act("member_adds_staff", userid=place.staff, state="door-2")
    place.settle()
    assert sorted(outcomes(place)) == [WelcomeOutcome.NONE_OFFERED, WelcomeOutcome.NOT_OURS, WelcomeOutcome.SENT]


def test_the_second_apps_code_serves_where_the_first_got_none(two_apps):
    two_apps.crm.welcomes.add(WelcomeRule("hello", Content("欢迎")))
    two_apps.fault("lost", times=1)
    two_apps.add()
    two_apps.settle()
    assert WelcomeOutcome.SENT in outcomes(two_apps)


# -- several companies, rotation, logs


def test_one_receiver_takes_in_what_two_companies_are_told(tmp_path):
    with ExitStack() as stack:
        places = []
        for seed in (3, 4):
            folder = tmp_path / str(seed)
            folder.mkdir()
            url = stack.enter_context(ready_database("sqlite", folder))
            places.append(stack.enter_context(company(url, seed=seed, listen=False)))
        server = stack.enter_context(WebhookServer(Receiver([place.crm for place in places]).asgi))
        for place in places:
            place.sandbox.set_callback(f"http://127.0.0.1:{server.port}/", MAIN)
            place.add()
        for place in places:
            place.settle()
            assert {event.company for event in place.told} == {place.crm.provider.company}
            assert place.kinds()["MemberAdded"] >= 1


def test_the_former_token_and_key_are_accepted_while_they_are_changed(tmp_path):
    with ready_database("sqlite", tmp_path) as url, Sandbox(seed=3, staff=12, members=20, groups=1) as sandbox:
        env = dict(sandbox.env)
        env["PRIVCRM_WECOM_CALLBACK_TOKEN"] = "newToken," + env["PRIVCRM_WECOM_CALLBACK_TOKEN"]
        env["PRIVCRM_WECOM_CALLBACK_AES_KEY"] = "A" * 43 + "," + env["PRIVCRM_WECOM_CALLBACK_AES_KEY"]
        with CRM.from_env(env, store=url, clock=sandbox.clock) as crm, WebhookServer(crm.webhooks.asgi) as server:
            sandbox.set_callback(f"http://127.0.0.1:{server.port}/", MAIN)
            place = Place(sandbox, crm)
            place.add()
            place.settle()
            assert place.kinds()["MemberAdded"] >= 1


def test_no_log_line_holds_what_was_signed_or_said(place, caplog):
    caplog.set_level(logging.DEBUG)
    code = place.add()["welcome_code"]
    place.act("staff_writes_to_app", userid=place.staff, agent_id=MAIN, text="13800138000")
    place.settle()
    env = place.sandbox.env
    for secret in (
        code,
        "13800138000",
        "msg_signature",
        env["PRIVCRM_WECOM_CALLBACK_TOKEN"],
        env["PRIVCRM_WECOM_CALLBACK_AES_KEY"],
        env["PRIVCRM_WECOM_SECRET"],
    ):
        assert secret not in caplog.text
