"""Live codes, handover and figures of the WeCom adapter over real HTTP, against the simulated company."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from attrs import evolve

from privcrm.errors import InputError, InvalidArgument, NotFound, OutcomeUnknown, PreconditionFailed
from privcrm.models import (
    CodeScene,
    ContactCodeSpec,
    Content,
    GroupCodeSpec,
    HandoverKind,
    HandoverReceipt,
    HandoverState,
    Link,
)
from privcrm.provider import CannotTell, Done, Intent, NotDone, ProviderContext, Settings
from privcrm.sandbox import Sandbox, VirtualClock
from privcrm_wecom import WeComProvider

ON_JOB, DEPARTURE = HandoverKind.ON_JOB, HandoverKind.DEPARTURE
DAY = 86_400
MARKER = "01JGMARKERMARKERMARKERMARK"


@pytest.fixture(scope="module")
def running():
    with Sandbox(seed=5, staff=12, members=400, groups=8, clock=VirtualClock(auto_advance=True)) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running):
    running.reset()
    return running


@pytest.fixture
def provider(sandbox):
    settings = Settings.from_environ(sandbox.env, "PRIVCRM_WECOM_")
    provider = WeComProvider.from_settings(settings, ProviderContext(clock=sandbox.clock))
    yield provider
    provider.close()


@pytest.fixture
def staff(sandbox):
    return [person.staff_id for person in sandbox.world.staff if person.can_contact]


@pytest.fixture
def relations(sandbox):
    """Members by the employee who follows them."""
    found: dict[str, list[str]] = {}
    for row in sandbox.company.relations():
        found.setdefault(row.userid, []).append(row.external_userid)
    return found


@pytest.fixture
def pair(relations, staff):
    """The employee with most members, and one who has none of these."""
    giver = max((one for one in staff if one in relations), key=lambda one: len(relations[one]))
    mine = set(relations[giver])
    taker = next(one for one in staff if one != giver and not mine & set(relations.get(one, ())))
    return giver, taker


def intent(sandbox, marker=MARKER):
    return Intent("key-1", marker, sandbox.clock.time())


def lose(sandbox, path, *, when="after"):
    sandbox.faults.add(f"*/{path}", "reset", when=when, times=1)


def calls(sandbox, path):
    return len(list(sandbox.recorder.select(f"*/{path}")))


# contact codes


def test_a_contact_code_reads_back_as_it_was_made(provider, sandbox, staff):
    spec = ContactCodeSpec(
        staff_ids=tuple(staff[:2]), state=MARKER, note="地铁站", skip_confirmation=False, exclusive=True
    )
    made = provider.live_codes.create_contact_code(spec, intent=intent(sandbox))
    read = provider.live_codes.get_contact_code(made.code_id)
    assert read.spec == made.spec == spec
    assert read.qr_url == made.qr_url != ""
    assert made.code_id in list(provider.live_codes.contact_codes())


def test_a_contact_code_is_updated_whole_and_keeps_its_picture(provider, sandbox, staff):
    button = ContactCodeSpec(
        staff_ids=(staff[0],), department_ids=("1",), note="old", scene=CodeScene.MINI_PROGRAM, style=1
    )
    port = provider.live_codes
    made = port.create_contact_code(button, intent=intent(sandbox))
    changed = ContactCodeSpec(staff_ids=(staff[1],), scene=CodeScene.MINI_PROGRAM, style=2)
    port.update_contact_code(made.code_id, changed)
    after = port.get_contact_code(made.code_id)
    assert after.spec == evolve(changed, state=MARKER)  # the vendor keeps what marks the order
    assert after.qr_url == made.qr_url
    with pytest.raises(InputError, match="scene is fixed"):
        port.update_contact_code(made.code_id, ContactCodeSpec(staff_ids=(staff[1],)))
    port.delete_contact_code(made.code_id)
    for missing in (port.get_contact_code, port.delete_contact_code):
        with pytest.raises(NotFound):
            missing(made.code_id)


def test_a_temporary_code_is_for_one_and_in_no_list(provider, sandbox, staff):
    ending = Content("再见", (Link("https://example.com/a", "商城"),))
    spec = ContactCodeSpec(
        staff_ids=(staff[0],), state=MARKER, temporary=True, expires_in=60, chat_expires_in=90, conclusions=ending
    )
    made = provider.live_codes.create_contact_code(spec, intent=intent(sandbox))
    assert provider.live_codes.get_contact_code(made.code_id).spec == spec
    assert made.code_id not in list(provider.live_codes.contact_codes())
    provider.live_codes.update_contact_code(made.code_id, evolve(spec, expires_in=70))
    assert provider.live_codes.get_contact_code(made.code_id).spec.expires_in == 70


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_contact_code_is_settled_without_a_second_one(provider, sandbox, staff, when):
    before = set(provider.live_codes.contact_codes())
    spec = ContactCodeSpec(staff_ids=(staff[0],))
    lost = intent(sandbox)
    lose(sandbox, "add_contact_way", when=when)
    with pytest.raises(OutcomeUnknown) as caught:
        provider.live_codes.create_contact_code(spec, intent=lost)
    settled = provider.live_codes.settle_contact_code(caught.value.intent)
    new = set(provider.live_codes.contact_codes()) - before
    if when == "before":
        assert settled == NotDone()
        assert new == set()
    else:
        assert isinstance(settled, Done)
        assert settled.result.spec == evolve(spec, state=MARKER)
        assert new == {settled.result.code_id}
        claimed = provider.live_codes.settle_contact_code(lost, claimed=new)
        assert claimed == NotDone()


def test_twenty_lost_contact_codes_are_told_apart(provider, sandbox, staff):
    spec, port = ContactCodeSpec(staff_ids=(staff[0],)), provider.live_codes
    before = set(port.contact_codes())
    intents = [Intent(f"key-{n}", f"{n:026}", sandbox.clock.time()) for n in range(20)]
    for one in intents:
        lose(sandbox, "add_contact_way")
        with pytest.raises(OutcomeUnknown):
            port.create_contact_code(spec, intent=one)
    claimed: dict[str, str] = {}
    for one in intents:
        settled = port.settle_contact_code(one, claimed=claimed)
        assert settled.result.spec.state == one.marker
        claimed[settled.result.code_id] = one.key
    assert len(claimed) == 20
    assert set(port.contact_codes()) - before == claimed.keys()


# group codes


@pytest.mark.parametrize("rule", ["overwrites", "merges"])
def test_a_group_code_is_updated_whole_under_either_reading(provider, sandbox, rule):
    sandbox.company.rules.change({"join_way_update": rule})
    first, second = (group.group_id for group in list(provider.groups.list())[:2])
    port = provider.live_codes
    spec = GroupCodeSpec(
        group_ids=(first,), state="spring", note="门店", opens_groups=False, base_name="销售群", base_number=7
    )
    made = port.create_group_code(spec, intent=intent(sandbox))
    assert made.qr_url == ""
    read = port.get_group_code(made.code_id)
    assert (read.spec, bool(read.qr_url)) == (spec, True)
    changed = GroupCodeSpec(group_ids=(first, second))
    port.update_group_code(made.code_id, changed)
    after = port.get_group_code(made.code_id)
    assert (after.spec, after.qr_url) == (evolve(changed, state="spring"), read.qr_url)
    port.delete_group_code(made.code_id)
    with pytest.raises(NotFound):
        port.get_group_code(made.code_id)


def test_a_lost_group_code_cannot_be_found(provider, sandbox):
    spec = GroupCodeSpec(group_ids=(next(iter(provider.groups.list())).group_id,))
    lose(sandbox, "add_join_way")
    with pytest.raises(OutcomeUnknown) as caught:
        provider.live_codes.create_group_code(spec, intent=intent(sandbox))
    settled = provider.live_codes.settle_group_code(caught.value.intent)
    assert isinstance(settled, CannotTell)
    assert MARKER in settled.orphan


# handover


def test_members_change_hands_on_the_job(provider, sandbox, relations, pair):
    giver, taker = pair
    wanted = relations[giver][:3]
    port = provider.handover
    receipts = port.transfer_members(ON_JOB, giver, taker, wanted, intent=intent(sandbox), message="您好")
    assert receipts == [HandoverReceipt(one) for one in wanted]
    waiting = {one.member_id: one for one in port.results(ON_JOB, giver, taker)}
    assert {waiting[one].state for one in wanted} == {HandoverState.WAITING}
    assert all(abs(waiting[one].at - sandbox.clock.time() - DAY) < 120 for one in wanted)
    sandbox.act("member_refuses_transfer", external_userid=wanted[0])
    sandbox.clock.advance(DAY + 60)
    done = {one.member_id: one.state for one in port.results(ON_JOB, giver, taker)}
    assert [done[one] for one in wanted] == [HandoverState.REFUSED, HandoverState.DONE, HandoverState.DONE]
    assert taker in [follow.staff_id for follow in provider.members.get(wanted[1]).follows]


def test_what_is_on_the_way_to_this_successor_is_accepted_again(provider, sandbox, relations, pair, staff):
    giver, taker = pair
    wanted = relations[giver][:2]
    port = provider.handover
    port.transfer_members(ON_JOB, giver, taker, wanted[:1], intent=intent(sandbox))
    again = port.transfer_members(ON_JOB, giver, taker, wanted, intent=intent(sandbox))
    assert [one.code for one in again] == [0, 0]
    other = next(one for one in staff if one not in pair)
    elsewhere = port.transfer_members(ON_JOB, giver, other, wanted, intent=intent(sandbox))
    assert [one.code for one in elsewhere] == [40129, 40129]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_transfer_is_settled_without_a_second_notice(provider, sandbox, relations, pair, when):
    giver, taker = pair
    wanted = relations[giver][:2]
    lose(sandbox, "transfer_customer", when=when)
    with pytest.raises(OutcomeUnknown) as caught:
        provider.handover.transfer_members(ON_JOB, giver, taker, wanted, intent=intent(sandbox))
    settled = provider.handover.settle_members(caught.value.intent, ON_JOB, giver, taker, wanted)
    assert settled == (Done([HandoverReceipt(one) for one in wanted]) if when == "after" else NotDone())
    assert calls(sandbox, "transfer_customer") == 1


def test_members_of_a_leaver_go_by_the_other_endpoint(provider, sandbox, relations, pair):
    giver, taker = pair
    port = provider.handover
    early = port.transfer_members(DEPARTURE, giver, taker, relations[giver][:1], intent=intent(sandbox))
    assert [one.code for one in early] == [40097]
    sandbox.act("staff_resigns", userid=giver)
    with pytest.raises(PreconditionFailed, match="departure"):
        port.transfer_members(ON_JOB, giver, taker, relations[giver][:1], intent=intent(sandbox))
    left = [one.member_id for one in port.unassigned() if one.staff_id == giver]
    assert set(left) == set(relations[giver])
    lost = intent(sandbox)
    lose(sandbox, "resigned/transfer_customer")
    with pytest.raises(OutcomeUnknown):
        port.transfer_members(DEPARTURE, giver, taker, left[:2], intent=lost)
    assert port.settle_members(lost, DEPARTURE, giver, taker, left[:3]) == Done(
        [HandoverReceipt(one) for one in left[:2]]
    )
    assert {one.member_id for one in port.results(DEPARTURE, giver, taker)} == set(left[:2])


def test_an_old_transfer_is_not_taken_for_the_lost_one(provider, sandbox, relations, pair):
    giver, taker = pair
    one = relations[giver][0]
    port = provider.handover
    port.transfer_members(ON_JOB, giver, taker, [one], intent=intent(sandbox))
    sandbox.clock.advance(2 * DAY)
    assert [row.state for row in port.results(ON_JOB, giver, taker)] == [HandoverState.DONE]
    assert port.settle_members(intent(sandbox), ON_JOB, giver, taker, [one]) == NotDone()


@pytest.mark.parametrize("kind", [ON_JOB, DEPARTURE])
def test_groups_change_owners(provider, sandbox, staff, kind):
    world = sandbox.world
    owner = world.staff[world.groups.owner(0)].staff_id
    chat_id = sandbox.company.ids.group.encode(0)
    taker = next(one for one in staff if one != owner)
    if kind is DEPARTURE:
        sandbox.act("staff_resigns", userid=owner)
    wrong = DEPARTURE if kind is ON_JOB else ON_JOB
    port = provider.handover
    refused = port.transfer_groups(wrong, [chat_id], taker, intent=intent(sandbox))
    assert [one.code for one in refused] == [90500 if kind is ON_JOB else 90502]
    assert port.settle_groups(intent(sandbox), [chat_id], taker) == NotDone()
    lose(sandbox, "onjob_transfer" if kind is ON_JOB else "groupchat/transfer")
    with pytest.raises(OutcomeUnknown) as caught:
        port.transfer_groups(kind, [chat_id, "wrNobody"], taker, intent=intent(sandbox))
    assert port.settle_groups(caught.value.intent, [chat_id, "wrNobody"], taker) == Done([HandoverReceipt(chat_id)])
    assert provider.groups.get(chat_id).owner_id == taker


def test_calls_for_one_leaver_wait_for_each_other(provider, sandbox, relations, pair):
    giver, taker = pair
    sandbox.act("staff_resigns", userid=giver)
    wanted = relations[giver][:3]
    sandbox.company.rules.change({"latency_ms": 100})

    def hand_over(member_id):
        return provider.handover.transfer_members(DEPARTURE, giver, taker, [member_id], intent=intent(sandbox))

    with ThreadPoolExecutor(3) as pool:
        receipts = [one for found in pool.map(hand_over, wanted) for one in found]
    assert receipts == [HandoverReceipt(one) for one in wanted]
    assert {call.errcode for call in sandbox.recorder.select("*/resigned/transfer_customer")} == {0}


def test_groups_of_a_leaver_are_listed_only_when_the_leaver_is_named(provider, sandbox):
    owner = sandbox.world.staff[sandbox.world.groups.owner(0)].staff_id
    sandbox.act("staff_resigns", userid=owner)
    chat_id = sandbox.company.ids.group.encode(0)
    assert chat_id not in [group.group_id for group in provider.groups.list()]
    assert chat_id in [group.group_id for group in provider.groups.list(owner_ids=[owner])]


def test_a_group_is_found_by_the_id_that_mini_programs_see(provider, sandbox):
    ids = sandbox.company.ids
    assert provider.groups.id_of_opengid(ids.open_group.encode(0)) == ids.group.encode(0)
    with pytest.raises(NotFound):
        provider.groups.id_of_opengid("oGnobody")


# figures


def midnight(second):
    return (int(second) + 8 * 3600) // DAY * DAY - 8 * 3600


def test_figures_read_too_early_are_not_ready(provider, sandbox, relations, pair):
    giver, _ = pair
    clock, port = sandbox.clock, provider.statistics
    clock.advance(midnight(clock.time()) + DAY + 3600 - clock.time())  # one in the morning
    yesterday = midnight(clock.time()) - DAY
    early = port.staff(giver, yesterday - DAY, yesterday)
    assert [(one.day, one.ready) for one in early] == [(yesterday - DAY, True), (yesterday, False)]
    owners = [provider.groups.get(one.group_id).owner_id for one in provider.groups.list()]
    assert [one.ready for one in port.groups_by_day(owners, yesterday - DAY, yesterday)] == [True, False]
    clock.advance(9 * 3600)
    assert all(one.ready for one in port.groups_by_day(owners, yesterday, yesterday))
    assert all(one.ready and one.groups for one in port.groups_by_owner(owners, yesterday, yesterday))


def test_figures_of_several_are_read_one_by_one(provider, sandbox, staff):
    sandbox.clock.advance(DAY)
    day = midnight(sandbox.clock.time()) - 2 * DAY
    alone = [provider.statistics.staff(one, day, day)[0] for one in staff[:3]]
    summed = provider.call("get_user_behavior_data", userid=staff[:3], start_time=day, end_time=day)["behavior_data"]
    assert [row["message_cnt"] for row in summed] == [sum(one.messages for one in alone)]
    whole = provider.statistics.departments(["1"], day, day)
    assert whole[0].messages >= summed[0]["message_cnt"]
    shares = [one.reply_share for one in alone if one.reply_share is not None]
    assert all(0 <= share <= 100 for share in shares)


def test_figures_of_nobody_are_refused(provider, sandbox):
    day = midnight(sandbox.clock.time()) - DAY
    with pytest.raises(InvalidArgument):
        provider.statistics.staff("nobody-here", day, day)
