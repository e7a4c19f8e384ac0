"""What the memory provider does about messages, moments, uploads, rules and products beyond the contract."""

import pytest
from attrs import evolve

from privcrm import CRM
from privcrm.clock import ManualClock
from privcrm.errors import (
    AnswerLost,
    InputError,
    InvalidArgument,
    LimitReached,
    NotFound,
    PermissionDenied,
    PreconditionFailed,
    TooConcurrent,
)
from privcrm.jobs import OutcomeState
from privcrm.models import (
    Channel,
    Content,
    DeliveryState,
    File,
    Image,
    InterceptRuleSpec,
    Link,
    MassMessageSpec,
    MediaKind,
    MediaPurpose,
    MiniProgram,
    MomentJobState,
    MomentSpec,
    Pattern,
    ProductSpec,
    Video,
    Voice,
)
from privcrm.provider import Intent, NotDone, ProviderContext, ReadOnly
from privcrm.sandbox.world import CONSOLE, OTHER_PROGRAM, EndedBy, Greeting, World
from privcrm.sandbox.world.intercepts import InterceptRule
from privcrm.sandbox.world.messages import MassMessage
from privcrm.sandbox.world.moments import Moment
from privcrm.sandbox.world.products import Product
from privcrm.testing import MemoryProvider

HELLO = Content("hello")
DAY = 86_400


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def make(clock):
    world = World(members=80, groups=6)
    return lambda guards=(), **limits: MemoryProvider(world, ProviderContext(clock, guards=guards, limits=limits))


@pytest.fixture
def provider(make):
    return make()


@pytest.fixture
def sender(provider):
    return next(one for one in provider.staff.serving() if len(list(provider.members.ids(one))) > 2)


@pytest.fixture
def owned(provider):
    group = next(iter(provider.groups.list()))
    return group.group_id, provider.groups.get(group.group_id).owner_id


def intent(key="order"):
    return Intent(key, "", 0.0)


def order(provider, spec, key="order"):
    return provider.messages.create(spec, intent=intent(key)).message_id


def to_members(sender=None, **more):
    return MassMessageSpec(Channel.MEMBERS, HELLO, sender, **more)


def picture(provider, purpose=MediaPurpose.MESSAGE, kind=MediaKind.IMAGE):
    return provider.media.upload(b"a picture", "a.png", kind, purpose).media_id


# -- mass messages


def test_each_member_gets_it_from_one_employee(provider):
    everybody = {member for one in provider.staff.serving() for member in provider.members.ids(one)}
    message_id = order(provider, to_members(member_ids=tuple(everybody)))
    senders = [task.staff_id for task in provider.messages.tasks(message_id)]
    reached = [row.member_id for one in senders for row in provider.messages.deliveries(message_id, one)]
    assert len(senders) > 1
    assert sorted(reached) == sorted(everybody)


def test_tags_without_a_sender_reach_everybody_who_carries_them(provider):
    carried = {
        (tag, member.member_id)
        for member in provider.members.list(list(provider.staff.serving()))
        for tag in member.follows[0].tag_ids
    }
    tag = next(iter(carried))[0]
    message_id = order(provider, to_members(any_of=((tag,),)))
    rows = [
        row.member_id
        for task in provider.messages.tasks(message_id)
        for row in provider.messages.deliveries(message_id, task.staff_id)
    ]
    assert sorted(rows) == sorted({member for one, member in carried if one == tag})


def test_a_sender_to_groups_may_choose_among_all_of_them(provider, owned):
    group_id, owner = owned
    message_id = order(provider, MassMessageSpec(Channel.GROUPS, HELLO, owner))
    provider.people.sends(message_id, owner)
    assert group_id in {row.group_id for row in provider.messages.deliveries(message_id, owner)}


def test_groups_of_others_are_rejected(provider, owned):
    group_id, owner = owned
    other = next(one for one in provider.staff.serving() if one != owner)
    with pytest.raises(PreconditionFailed):
        order(provider, MassMessageSpec(Channel.GROUPS, HELLO, other, group_ids=(group_id,)))
    spec = MassMessageSpec(Channel.GROUPS, HELLO, owner, group_ids=(group_id, "group-999"))
    assert provider.messages.create(spec, intent=intent()).rejected_ids == ("group-999",)


def test_who_left_meanwhile_is_not_reached(provider, sender, clock):
    message_id = order(provider, to_members(sender))
    gone = next(iter(provider.members.ids(sender)))
    number = int(gone.rpartition("-")[2])
    provider.world.deletes(number, provider.world.staff.find(sender).number, EndedBy.STAFF, at=int(clock.time()))
    provider.people.sends(message_id, sender)
    states = {row.member_id: row.state for row in provider.messages.deliveries(message_id, sender)}
    assert states.pop(gone) is DeliveryState.NOT_FOLLOWED
    assert set(states.values()) == {DeliveryState.SENT}


def test_a_message_is_sent_once_and_not_after_it_was_cancelled(provider, sender):
    first, second = (order(provider, to_members(sender), key) for key in ("first", "second"))
    provider.people.sends(first, sender)
    provider.messages.cancel(second)
    for message_id in (first, second, "message-99"):
        with pytest.raises(PreconditionFailed):
            provider.people.sends(message_id, sender)
    with pytest.raises(PreconditionFailed):
        provider.messages.remind(second)


def test_reminders_are_counted_over_a_day(provider, sender, clock):
    message_id = order(provider, to_members(sender))
    for _ in range(3):
        provider.messages.remind(message_id)
    with pytest.raises(LimitReached):
        provider.messages.remind(message_id)
    clock.advance(DAY + 1)
    provider.messages.remind(message_id)


def test_messages_that_employees_wrote_are_listed_as_theirs(provider, sender, clock):
    now, staff = int(clock.time()), provider.world.staff.find(sender).number
    provider.world.messages.add(MassMessage(0, "", staff, False, {}, now), {staff: [1]})
    span = {"created_after": now - 1, "created_before": now + 1}
    (found,) = provider.messages.list(Channel.MEMBERS, creator_id=sender.swapcase(), **span)
    assert (found.creator_id, found.by_company, found.content) == (sender, False, Content())
    assert not list(provider.messages.list(Channel.MEMBERS, creator_id="nobody", **span))
    assert provider.messages.settle(intent(), to_members(sender)) == NotDone()


def test_senders_must_serve_and_tags_must_be_there(provider, sender):
    idle = next(staff.staff_id for staff in provider.world.staff if not staff.can_contact)
    with pytest.raises((PreconditionFailed, NotFound)):
        order(provider, to_members(idle))
    with pytest.raises(NotFound):
        order(provider, to_members(sender, any_of=(("tag-9999",),)))
    with pytest.raises(NotFound):
        list(provider.messages.deliveries(order(provider, to_members(sender)), "nobody"))


@pytest.mark.parametrize("purpose", [MediaPurpose.MOMENT, MediaPurpose.PRODUCT])
def test_uploads_for_other_places_are_refused(provider, sender, purpose):
    media_id = picture(provider, purpose)
    for one in (
        Image(media_id),
        MiniProgram("wx", "page", "T", media_id),
        Link("https://x.example", "T", "", "", media_id),
    ):
        with pytest.raises(InvalidArgument):
            order(provider, evolve(to_members(sender), content=Content("", (one,))))


def test_uploads_that_expired_are_refused(provider, sender, clock):
    attached = Content("", (File(picture(provider, kind=MediaKind.FILE)),))
    spec = evolve(to_members(sender), content=attached)
    assert order(provider, spec)
    clock.advance(3 * DAY)
    with pytest.raises(InvalidArgument):
        order(provider, spec, "another")


def test_sounds_are_for_nobody_outside(provider, sender):
    with pytest.raises(InputError):
        order(provider, evolve(to_members(sender), content=Content("", (Voice("media-0"),))))


def test_a_cursor_of_another_listing_is_refused(provider, sender):
    with pytest.raises(InvalidArgument, match="cursor"):
        list(provider.messages.tasks(order(provider, to_members(sender)), "nonsense"))


# -- welcomes


def test_while_another_program_greets_we_wait(provider, sender, clock):
    now = clock.time()
    code = provider.people.adds(sender)[1]
    welcome = provider.world.welcomes.find(code)
    provider.world.welcomes.greet(welcome, Greeting(OTHER_PROGRAM, now, now + 5, arrives=False))
    with pytest.raises(TooConcurrent):
        provider.messages.welcome(code, HELLO)
    clock.advance(6)
    provider.messages.welcome(code, HELLO)
    assert provider.world.welcomes.find(code).greeting.content == {"content": HELLO}


def test_members_are_added_by_name_or_come_anew(provider, sender):
    known = next(iter(provider.members.ids(sender)))
    other = next(one for one in provider.staff.serving() if one != sender)
    assert provider.people.adds(other, known)[0] == known
    newcomer, _ = provider.people.adds(other)
    assert {known, newcomer} <= set(provider.members.ids(other))
    with pytest.raises(NotFound):
        provider.people.adds(other, "member-999999")


def test_group_welcomes_are_few_and_those_of_others_stay(make):
    provider = make(**{"messages.group_welcomes": 2})
    foreign = provider.world.group_welcomes.add(CONSOLE, {}, at=0, asks_staff=False)
    assert provider.messages.get_group_welcome(f"group-welcome-{foreign.number}").content == Content()
    with pytest.raises(PermissionDenied):
        provider.messages.delete_group_welcome(f"group-welcome-{foreign.number}")
    provider.messages.create_group_welcome(HELLO)
    with pytest.raises(LimitReached):
        provider.messages.create_group_welcome(HELLO)


# -- moments


def moment(provider, spec, key="moment"):
    return provider.moments.job(provider.moments.create(spec, intent=intent(key)))


def test_departments_publish_with_all_below_them(provider):
    root = next(node.department_id for node in provider.staff.departments() if node.parent_id is None)
    made = moment(provider, MomentSpec(HELLO, department_ids=(root, "999")))
    assert made.invalid_department_ids == ("999",)
    asked = {task.staff_id for task in provider.moments.tasks(made.moment_id)}
    assert asked == set(provider.staff.serving())
    everybody = moment(provider, MomentSpec(HELLO), "all").moment_id
    assert {task.staff_id for task in provider.moments.tasks(everybody)} == asked


def test_a_moment_for_nobody_fails(provider, sender):
    nobody = moment(provider, MomentSpec(HELLO, ("nobody",)))
    assert (nobody.state, nobody.moment_id, nobody.invalid_staff_ids) == (MomentJobState.FAILED, None, ("nobody",))
    unseen = moment(provider, MomentSpec(HELLO, (sender,), tag_ids=("tag-9999",)), "unseen")
    assert (unseen.state, unseen.invalid_tag_ids) == (MomentJobState.FAILED, ("tag-9999",))
    assert nobody.code != unseen.code


def test_jobs_are_forgotten_after_a_day(provider, sender, clock):
    job_id = provider.moments.create(MomentSpec(HELLO, (sender,)), intent=intent())
    clock.advance(DAY)
    with pytest.raises(NotFound):
        provider.moments.job(job_id)


def test_what_is_not_published_has_no_viewers(provider, sender):
    moment_id = moment(provider, MomentSpec(HELLO, (sender,))).moment_id
    member = next(iter(provider.members.ids(sender)))
    with pytest.raises(PreconditionFailed):
        list(provider.moments.viewers(moment_id, sender))
    with pytest.raises(PreconditionFailed):
        provider.people.likes(moment_id, sender, member)
    with pytest.raises(NotFound):
        provider.moments.reactions(moment_id, "nobody")
    provider.moments.cancel(moment_id)
    with pytest.raises(PreconditionFailed):
        provider.people.publishes(moment_id, sender)


def test_who_let_the_employee_go_sees_nothing_more(provider, sender, clock):
    moment_id = moment(provider, MomentSpec(HELLO, (sender,))).moment_id
    provider.people.publishes(moment_id, sender)
    gone = next(iter(provider.moments.viewers(moment_id, sender)))
    number = int(gone.rpartition("-")[2])
    provider.world.deletes(number, provider.world.staff.find(sender).number, EndedBy.MEMBER, at=int(clock.time()))
    assert gone in set(provider.moments.audience(moment_id, sender))
    assert gone not in set(provider.moments.viewers(moment_id, sender))


def test_moments_that_employees_made_are_nobodys_task(provider, sender, clock):
    staff, now = provider.world.staff.find(sender).number, int(clock.time())
    provider.world.moments.add(Moment(0, "", staff, False, {}, now))
    with pytest.raises(InvalidArgument):
        list(provider.moments.tasks("moment-0"))
    span = {"created_after": now - 1, "created_before": now + 1}
    (found,) = provider.moments.list(creator_id=sender, by_company=False, **span)
    assert (found.creator_id, found.content) == (sender, Content())


def test_a_film_stands_alone(provider, sender):
    film = picture(provider, MediaPurpose.MOMENT, MediaKind.VIDEO)
    assert moment(provider, MomentSpec(Content("", (Video(film),)), (sender,))).moment_id
    with pytest.raises(InputError):
        moment(provider, MomentSpec(Content("", (Video(film), Video(film))), (sender,)), "two")


# -- uploads, rules, products


def test_a_read_only_provider_uploads_what_nobody_sees(make):
    provider = make((ReadOnly(),))
    assert provider.media.get(picture(provider)).content == b"a picture"


def test_an_answer_to_an_upload_is_lost(provider):
    provider.lose_answer("media.upload")
    with pytest.raises(AnswerLost):
        picture(provider)
    assert picture(provider)


def test_kinds_fit_their_purpose(provider):
    for kind, purpose in ((MediaKind.FILE, MediaPurpose.MOMENT), (MediaKind.VIDEO, MediaPurpose.PRODUCT)):
        with pytest.raises(InputError):
            picture(provider, purpose, kind)


def test_what_was_fetched_is_forgotten_after_an_hour(provider, clock):
    job_id = provider.media.fetch("https://x.example/a", "a.pdf", MediaKind.FILE, "0" * 32)
    media = provider.media.fetched(job_id).media
    made = provider.messages.create_group_welcome(Content("", (File(media.media_id),)))
    assert provider.messages.get_group_welcome(made).content.attachments == (File(media.media_id),)
    clock.advance(3600)
    with pytest.raises(NotFound):
        provider.media.fetched(job_id)


def test_pictures_by_address_are_no_uploads(provider):
    number = provider.media.upload_image(b"a picture", "a.png").rpartition("/")[2]
    with pytest.raises(NotFound):
        provider.media.get(number)


def test_rules_of_others_are_read_and_not_changed(make, sender):
    provider = make(**{"rules.company": 2})
    book = provider.world.intercepts
    foreign = InterceptRule(0, CONSOLE, "theirs", ("word",), (1,), True, frozenset({0}), frozenset({1}), 0)
    book.put(foreign)
    spec = provider.rules.get("rule-0").spec
    assert (spec.patterns, spec.department_ids) == ((Pattern.PHONE_NUMBER,), ("1",))
    for change in (lambda: provider.rules.delete("rule-0"), lambda: provider.rules.update("rule-0", spec)):
        with pytest.raises(PermissionDenied):
            change()
    provider.rules.create(InterceptRuleSpec("ours", ("word",), staff_ids=(sender,)))
    with pytest.raises(LimitReached):
        provider.rules.create(InterceptRuleSpec("one more", ("word",), staff_ids=(sender,)))


def test_rules_are_for_people_who_are_there(provider):
    for people in ({"staff_ids": ("nobody",)}, {"department_ids": ("999",)}):
        with pytest.raises(NotFound):
            provider.rules.create(InterceptRuleSpec("rule", ("word",), **people))


def test_products_of_others_are_read_and_not_changed(provider):
    provider.world.products.put(Product(0, CONSOLE, "theirs", 100, "", [{"media_id": "media-9"}], 0))
    spec = provider.products.get("product-0").spec
    assert spec == ProductSpec("theirs", 100, ("media-9",))
    with pytest.raises(PermissionDenied):
        provider.products.update("product-0", spec)
    with pytest.raises(PermissionDenied):
        provider.products.delete("product-0")


# -- together with the jobs that order


def test_what_is_lost_between_jobs_and_memory_is_made_good(tmp_path):
    with CRM.connect("memory", members=80, clock=ManualClock(), store=f"sqlite:///{tmp_path}/x.db") as crm:
        senders = list(crm.provider.staff.serving())[:4]
        crm.provider.lose_request("messages.create")
        crm.provider.lose_answer("messages.create")
        crm.provider.lose_answer("moments.create")
        sent = crm.jobs.run(crm.mass_messages.order([to_members(one) for one in senders]).id)
        shown = crm.jobs.run(crm.moments.order([MomentSpec(HELLO, (one,)) for one in senders]).id)
        assert shown.counts == {OutcomeState.WAITING: 3, OutcomeState.DONE: 1}
        assert (sent.counts, crm.moments.follow_up(shown.id).counts) == ({OutcomeState.DONE: 4},) * 2
        assert (len(crm.provider.world.messages), len(crm.provider.world.moments)) == (4, 4)
