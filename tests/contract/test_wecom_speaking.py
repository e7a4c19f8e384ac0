"""Mass messages, welcomes, moments and messages to staff over real HTTP, against the simulated company."""

from collections.abc import Iterator
from itertools import count

import pytest

from privcrm.errors import (
    Conflict,
    InvalidArgument,
    LimitReached,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    PreconditionFailed,
    TooConcurrent,
)
from privcrm.models import (
    Channel,
    Content,
    DeliveryState,
    Greeted,
    Image,
    Link,
    MassMessageSpec,
    MiniProgram,
    MomentJobState,
    MomentSpec,
    ReactionKind,
    StaffChatChange,
    StaffChatSpec,
    StaffMessage,
    Video,
)
from privcrm.provider import CannotTell, Done, Intent, NotDone, ProviderContext, Settings
from privcrm.sandbox import Sandbox, VirtualClock
from privcrm.sandbox.control.state import state
from privcrm_wecom import WeComProvider

HELLO = Content("周末到店有礼")
ADD_MESSAGE, ADD_MOMENT = "*/add_msg_template", "*/add_moment_task"
SINGLE, GROUPS = Channel.MEMBERS, Channel.GROUPS


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox(seed=5, staff=40, members=400, groups=12, clock=VirtualClock(auto_advance=True)) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running):
    running.reset()
    running.company.rules.change({"media_ids": "any"})
    return running


@pytest.fixture
def provider(sandbox):
    values = {**sandbox.env, "PRIVCRM_WECOM_ROLES": "customer_contact,messages,app_chats"}
    settings = Settings.from_environ(values, "PRIVCRM_WECOM_")
    with WeComProvider.from_settings(settings, ProviderContext(clock=sandbox.clock)) as provider:
        yield provider


@pytest.fixture
def intent(sandbox):
    numbers = count()
    return lambda: Intent(f"order-{next(numbers)}", "", sandbox.clock.time())


@pytest.fixture
def relation(sandbox):
    return next(sandbox.company.relations())


@pytest.fixture
def senders(sandbox):
    """Employees who have customers."""
    return sorted({row.userid for row in sandbox.company.relations()})


def listed(provider, sandbox, channel=SINGLE, **narrower):
    now = int(sandbox.clock.time())
    return list(provider.messages.list(channel, created_after=now - 3600, created_before=now + 60, **narrower))


# -- mass messages


def test_a_mass_message_is_ordered_confirmed_and_delivered(provider, sandbox, relation, intent):
    messages, sender = provider.messages, relation.userid
    spec = MassMessageSpec(SINGLE, HELLO, sender, member_ids=(relation.external_userid, "wmNobody"))
    receipt = messages.create(spec, intent=intent())
    assert receipt.rejected_ids == ("wmNobody",)
    (found,) = [one for one in listed(provider, sandbox) if one.message_id == receipt.message_id]
    assert (found.content, found.creator_id, found.by_company) == (HELLO, None, True)
    (task,) = messages.tasks(receipt.message_id)
    assert (task.staff_id, task.sent, task.sent_at) == (sender, False, None)
    (waiting,) = messages.deliveries(receipt.message_id, sender)
    assert (waiting.member_id, waiting.state) == (relation.external_userid, DeliveryState.WAITING)
    sandbox.act("staff_confirms_message", msgid=receipt.message_id, userid=sender)
    (task,) = messages.tasks(receipt.message_id)
    (sent,) = messages.deliveries(receipt.message_id, sender)
    assert task.sent
    assert (sent.state, sent.sent_at) == (DeliveryState.SENT, task.sent_at)


def test_senders_are_reminded_three_times_and_stopped_as_often_as_one_likes(provider, relation, intent):
    receipt = provider.messages.create(MassMessageSpec(SINGLE, HELLO, relation.userid), intent=intent())
    for _ in range(3):
        provider.messages.remind(receipt.message_id)
    with pytest.raises(LimitReached):
        provider.messages.remind(receipt.message_id)
    provider.messages.cancel(receipt.message_id)
    provider.messages.cancel(receipt.message_id)
    with pytest.raises(NotFound):
        provider.messages.cancel("msgNobody")


def test_every_attachment_is_listed_as_it_was_sent(provider, sandbox, relation, intent):
    attachments = (
        Image("M1"),
        Link("https://example.invalid/g", "Guide", "Read me", "https://example.invalid/c.png"),
        MiniProgram("wx1", "pages/index.html", "Shop", "M2"),
        Video("M3"),
    )
    spec = MassMessageSpec(SINGLE, Content("Hi", attachments), relation.userid)
    sandbox.faults.add(ADD_MESSAGE, "reset", when="after")
    order = intent()
    with pytest.raises(OutcomeUnknown):
        provider.messages.create(spec, intent=order)
    assert isinstance(provider.messages.settle(order, spec), Done)


def test_groups_are_spoken_to_through_their_owner(provider, sandbox, intent):
    group = next(iter(provider.groups.list()))
    owner = provider.groups.get(group.group_id).owner_id
    spec = MassMessageSpec(GROUPS, HELLO, owner, group_ids=(group.group_id,))
    receipt = provider.messages.create(spec, intent=intent())
    assert list(provider.messages.deliveries(receipt.message_id, owner)) == []
    sandbox.act("staff_confirms_message", msgid=receipt.message_id, userid=owner)
    (reached,) = provider.messages.deliveries(receipt.message_id, owner)
    assert (reached.group_id, reached.state) == (group.group_id, DeliveryState.SENT)


@pytest.mark.parametrize(("when", "kind"), [("after", Done), ("before", NotDone)])
def test_an_order_whose_answer_is_lost_is_found_or_known_to_be_missing(
    provider, sandbox, relation, intent, *, when, kind
):
    spec, order = MassMessageSpec(SINGLE, HELLO, relation.userid), intent()
    sandbox.faults.add(ADD_MESSAGE, "reset", when=when)
    with pytest.raises(OutcomeUnknown):
        provider.messages.create(spec, intent=order)
    settled = provider.messages.settle(order, spec)
    assert isinstance(settled, kind)
    if isinstance(settled, Done):
        assert [one.message_id for one in listed(provider, sandbox)] == [settled.result.message_id]


def test_one_text_by_many_senders_with_every_second_answer_lost(provider, sandbox, senders, intent):
    messages, claimed, open_orders = provider.messages, set(), []
    assert len(senders) > 20
    for number, sender in enumerate(senders):
        spec, order = MassMessageSpec(SINGLE, HELLO, sender), intent()
        if number % 2:
            sandbox.faults.add(ADD_MESSAGE, "reset", when=("before", "after")[number // 2 % 2])
        try:
            claimed.add(messages.create(spec, intent=order).message_id)
        except OutcomeUnknown:
            open_orders.append((order, spec))
    assert len(open_orders) == len(senders) // 2
    for order, spec in open_orders:
        settled = messages.settle(order, spec, claimed=claimed)
        assert not isinstance(settled, CannotTell)
        result = settled.result if isinstance(settled, Done) else messages.create(spec, intent=order)
        claimed.add(result.message_id)
    asked = [task.staff_id for one in listed(provider, sandbox) for task in messages.tasks(one.message_id)]
    assert sorted(asked) == senders


def test_two_lots_of_one_text_without_a_sender_are_told_apart(provider, sandbox, intent):
    members = sorted({row.external_userid for row in sandbox.company.relations()})
    lots = [MassMessageSpec(SINGLE, HELLO, member_ids=tuple(members[start::2])) for start in (0, 1)]
    lost, never = intent(), intent()
    sandbox.faults.add(ADD_MESSAGE, "reset", when="after")
    with pytest.raises(OutcomeUnknown):
        provider.messages.create(lots[0], intent=lost)
    assert provider.messages.settle(never, lots[1]) == NotDone()
    assert isinstance(provider.messages.settle(lost, lots[0]), Done)


def test_the_same_text_of_a_second_system_and_the_same_sender_is_for_a_person(provider, sandbox, relation, intent):
    spec, order = MassMessageSpec(SINGLE, HELLO, relation.userid), intent()
    provider.messages.create(spec, intent=order)
    sandbox.act("other_system", do="message", userid=relation.userid, text=HELLO.text)
    settled = provider.messages.settle(order, spec)
    assert isinstance(settled, CannotTell)
    assert HELLO.text not in settled.orphan


def test_an_order_still_being_handed_out_is_asked_about_later(provider, sandbox, relation, intent):
    spec, order = MassMessageSpec(SINGLE, HELLO, relation.userid), intent()
    sandbox.company.rules.change({"mass_task_lag": 30})
    provider.messages.create(spec, intent=order)
    with pytest.raises(PreconditionFailed):
        provider.messages.settle(order, spec)
    sandbox.clock.sleep(31)
    assert isinstance(provider.messages.settle(order, spec), Done)


# -- welcomes


def newcomer(sandbox, relation):
    return sandbox.act("member_adds_staff", userid=relation.userid)["welcome_code"]


def test_a_newcomer_is_greeted_once_however_often_it_is_asked(provider, sandbox, relation):
    code = newcomer(sandbox, relation)
    sandbox.faults.add("*/send_welcome_msg", "reset", when="after")
    assert provider.messages.welcome(code, HELLO) is Greeted.NOW
    assert provider.messages.welcome(code, HELLO) is Greeted.BEFORE
    answered = {errcode: n for (path, errcode), n in sandbox.recorder.totals.items() if "send_welcome_msg" in path}
    assert answered == {0: 1, 41051: 2}  # once, and twice "it was used already"
    (row,) = (row for row in state(sandbox.company, "welcomes", {})["items"] if row["welcome_code"] == code)
    assert row["sent_at"]


def test_a_code_that_is_too_old_is_refused(provider, sandbox, relation):
    code = newcomer(sandbox, relation)
    sandbox.clock.sleep(21)
    with pytest.raises(PreconditionFailed):
        provider.messages.welcome(code, HELLO)


def test_when_another_system_fails_to_greet_we_do(provider, sandbox, relation):
    code = newcomer(sandbox, relation)
    sandbox.act("other_system", do="welcome", welcome_code=code, seconds=1, fails=True)
    began = sandbox.clock.time()
    assert provider.messages.welcome(code, HELLO) is Greeted.NOW
    assert 0.5 < sandbox.clock.time() - began < 20


def test_a_request_that_got_lost_does_not_make_the_welcome_of_another_system_ours(provider, sandbox, relation):
    code = newcomer(sandbox, relation)
    sandbox.act("other_system", do="welcome", welcome_code=code, seconds=2)
    sandbox.faults.add("*/send_welcome_msg", "reset", when="before")
    assert provider.messages.welcome(code, HELLO) is Greeted.BEFORE


def test_while_another_system_takes_its_time_we_say_so(provider, sandbox, relation):
    code = newcomer(sandbox, relation)
    sandbox.act("other_system", do="welcome", welcome_code=code, seconds=19)
    with pytest.raises(TooConcurrent):
        provider.messages.welcome(code, HELLO)


def test_group_welcomes_are_made_read_changed_and_deleted(provider):
    messages = provider.messages
    made = messages.create_group_welcome(
        Content("欢迎 %NICKNAME%", (Link("https://example.invalid/r", "Rules"),)), notify=False
    )
    found = messages.get_group_welcome(made)
    assert found.content == Content("欢迎 %NICKNAME%", (Link("https://example.invalid/r", "Rules"),))
    messages.update_group_welcome(made, Content("你好"))
    assert messages.get_group_welcome(made).content == Content("你好")
    messages.delete_group_welcome(made)
    with pytest.raises(NotFound):
        messages.get_group_welcome(made)


# -- moments


def test_a_moment_is_ordered_published_seen_and_liked(provider, sandbox, relation, intent):
    moments, publisher = provider.moments, relation.userid
    job_id = moments.create(MomentSpec(HELLO, (publisher, "nobody")), intent=intent())
    assert moments.job(job_id).state is MomentJobState.RUNNING
    sandbox.clock.sleep(60)
    job = moments.job(job_id)
    assert (job.state, job.invalid_staff_ids) == (MomentJobState.DONE, ("nobody",))
    assert job.moment_id is not None
    (task,) = moments.tasks(job.moment_id)
    assert (task.staff_id, task.published) == (publisher, False)
    with pytest.raises(PreconditionFailed):
        list(moments.viewers(job.moment_id, publisher))
    sandbox.act("staff_confirms_moment", moment_id=job.moment_id, userid=publisher)
    assert next(iter(moments.tasks(job.moment_id))).published
    viewers = list(moments.viewers(job.moment_id, publisher))
    assert relation.external_userid in viewers
    assert set(viewers) <= set(moments.audience(job.moment_id, publisher))
    sandbox.act(
        "member_reacts_to_moment",
        moment_id=job.moment_id,
        userid=publisher,
        do="like",
        external_userid=relation.external_userid,
    )
    (like,) = moments.reactions(job.moment_id, publisher)
    assert (like.kind, like.member_id) == (ReactionKind.LIKE, relation.external_userid)
    moments.cancel(job.moment_id)
    moments.cancel(job.moment_id)


@pytest.mark.parametrize(
    "content",
    [
        HELLO,
        Content("News", (Image("M1"), Image("M2"))),
        Content("", (Link("https://example.invalid/p", "Title", cover_media_id="M1"),)),
        Content("Film", (Video("M1"),)),
    ],
)
@pytest.mark.parametrize(("when", "kind"), [("after", Done), ("before", NotDone)])
def test_a_moment_whose_answer_is_lost_is_found_or_known_to_be_missing(
    provider, sandbox, relation, intent, *, content, when, kind
):
    spec, order = MomentSpec(content, (relation.userid,)), intent()
    sandbox.faults.add(ADD_MOMENT, "reset", when=when)
    with pytest.raises(OutcomeUnknown):
        provider.moments.create(spec, intent=order)
    sandbox.clock.sleep(60)
    assert isinstance(provider.moments.settle(order, spec), kind)


def test_one_moment_by_two_shops_is_told_apart_by_its_publishers(provider, sandbox, senders, intent):
    specs = [MomentSpec(HELLO, tuple(senders[start::2])) for start in (0, 1)]
    lost, never = intent(), intent()
    sandbox.faults.add(ADD_MOMENT, "reset", when="after")
    with pytest.raises(OutcomeUnknown):
        provider.moments.create(specs[0], intent=lost)
    sandbox.clock.sleep(60)
    assert provider.moments.settle(never, specs[1]) == NotDone()
    assert isinstance(provider.moments.settle(lost, specs[0]), Done)


def test_the_same_moment_ordered_at_the_console_is_for_a_person(provider, sandbox, relation, intent):
    order = intent()
    sandbox.act("admin_asks_for_moment", userid=relation.userid, text=HELLO.text)
    sandbox.clock.sleep(60)
    assert isinstance(provider.moments.settle(order, MomentSpec(HELLO)), CannotTell)


# -- messages to staff


def test_staff_are_told_once_and_the_receipt_says_who_is_unknown(provider, relation):
    message = StaffMessage(HELLO, (relation.userid, "Nobody"))
    first, second = (provider.messages.send_to_staff(message) for _ in range(2))
    assert first.message_id == second.message_id
    assert first.invalid_staff_ids == ("nobody",)
    with pytest.raises(InvalidArgument):
        provider.messages.send_to_staff(StaffMessage(HELLO, ("Nobody",)))
    provider.messages.recall_from_staff(first.message_id)
    provider.messages.recall_from_staff(first.message_id)


@pytest.mark.parametrize(
    "message",
    [
        StaffMessage(Content("**x**"), everybody=True, markdown=True),
        StaffMessage(Content("", (Link("https://example.invalid/p", "T", "D"),)), everybody=True),
        StaffMessage(Content("", (Image("M1"),)), everybody=True),
        StaffMessage(Content("", (Video("M1", "T", "D"),)), everybody=True),
        StaffMessage(Content("", (MiniProgram("wx1", "pages/a", "Title"),)), everybody=True),
    ],
)
def test_staff_are_told_in_every_form(provider, message):
    assert provider.messages.send_to_staff(message).message_id


def test_a_chat_is_opened_once_changed_and_spoken_to(provider, sandbox, senders):
    messages, order = provider.messages, Intent("chat", "privcrm0001", sandbox.clock.time())
    spec = StaffChatSpec(tuple(senders[:3]), "Shop", senders[0])
    assert messages.settle_staff_chat(order, spec) == NotDone()
    sandbox.faults.add("*/appchat/create", "reset", when="after")
    with pytest.raises(OutcomeUnknown):
        messages.create_staff_chat(spec, intent=order)
    assert messages.settle_staff_chat(order, spec) == Done("privcrm0001")
    with pytest.raises(Conflict):
        messages.create_staff_chat(spec, intent=order)
    change = StaffChatChange("Shop 1", senders[1], (senders[3],), (senders[0],))
    messages.update_staff_chat("privcrm0001", change)
    chat = messages.get_staff_chat("privcrm0001")
    assert (chat.name, chat.owner_id, set(chat.staff_ids)) == ("Shop 1", senders[1], set(senders[1:4]))
    messages.send_to_staff_chat("privcrm0001", HELLO)
    messages.send_to_staff_chat("privcrm0001", Content("", (Link("https://example.invalid/p", "T", "D"),)))


def test_chats_of_nobody(provider):
    for chat_id in ("unknown1", "not-an-id"):
        with pytest.raises((NotFound, PermissionDenied)):
            provider.messages.get_staff_chat(chat_id)
