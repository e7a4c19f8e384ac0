"""What the memory provider does about codes, handovers and figures beyond the contract: its own rules and figures."""

from itertools import islice

import pytest
from attrs import evolve

from privcrm.clock import ManualClock
from privcrm.errors import AnswerLost, InputError, InvalidArgument, LimitReached, NotFound, OutcomeUnknown, OutOfScope
from privcrm.models import ContactCodeSpec, Content, GroupCodeSpec, HandoverKind, HandoverState
from privcrm.provider import Intent, ProviderContext, WriteScope
from privcrm.sandbox.world import CONSOLE, OTHER_PROGRAM, World
from privcrm.sandbox.world import live_codes as book
from privcrm.testing import MemoryProvider

DAY = 86_400
INTENT = Intent("key", "marker", 0.0)


def company(*, guards=(), world=None, **limits):
    context = ProviderContext(clock=ManualClock(), limits=limits, guards=guards)
    return MemoryProvider(world or World(members=50), context)


def some_staff(provider, count):
    return tuple(islice(provider.staff.serving(), count))


def code(provider, **spec):
    spec = ContactCodeSpec(**{"staff_ids": some_staff(provider, 1), **spec})
    return provider.live_codes.create_contact_code(spec, intent=INTENT)


# codes


def test_a_company_full_of_codes_is_a_limit():
    provider = company(**{"live_codes.company": 1})
    first = code(provider)
    with pytest.raises(LimitReached):
        code(provider)
    provider.live_codes.delete_contact_code(first.code_id)
    assert code(provider).code_id != first.code_id


def test_people_of_departments_count_against_the_limit():
    provider = company(**{"live_codes.staff": 3})
    with pytest.raises(LimitReached):
        code(provider, staff_ids=(), department_ids=("1",))
    assert code(provider, staff_ids=some_staff(provider, 3)).spec.staff_ids == some_staff(provider, 3)


def test_unknown_people_and_groups_are_not_found():
    provider = company()
    for wrong in ({"staff_ids": ("nobody",)}, {"staff_ids": (), "department_ids": ("999",)}):
        with pytest.raises(NotFound):
            code(provider, **wrong)
    with pytest.raises(NotFound):
        provider.live_codes.create_group_code(GroupCodeSpec(("group-999",)), intent=INTENT)


@pytest.mark.parametrize("maker", [CONSOLE, OTHER_PROGRAM])
def test_codes_of_others_are_neither_listed_nor_found(maker):
    provider = company()
    made = provider.world.live_codes.keep(book.ContactCode(0, maker, 0, single=False, staff=(0,)))
    assert list(provider.live_codes.contact_codes()) == []
    with pytest.raises(NotFound):
        provider.live_codes.get_contact_code(f"code-{made.number}")


def test_codes_come_in_pages():
    provider = company(**{"live_codes.page": 2})
    made = [code(provider).code_id for _ in range(5)]
    pages = list(provider.live_codes.contact_codes().pages())
    assert [len(page.items) for page in pages] == [2, 2, 1]
    assert [one for page in pages for one in page.items] == made


def test_a_temporary_code_keeps_its_terms_and_expires():
    provider = company()
    terms = {"temporary": True, "expires_in": 60, "unionid": "union-1", "conclusions": Content("bye")}
    made = code(provider, **terms)
    read = provider.live_codes.get_contact_code(made.code_id).spec
    assert (read.expires_in, read.chat_expires_in, read.unionid, read.conclusions) == (
        60,
        DAY,
        "union-1",
        Content("bye"),
    )
    provider.context.clock.advance(61)
    with pytest.raises(NotFound, match="expired"):
        provider.live_codes.update_contact_code(made.code_id, read)


@pytest.mark.parametrize("wrong", [{"expires_in": 60}, {"unionid": "u"}, {"temporary": True, "expires_in": 10**9}])
def test_terms_that_no_code_has_are_refused(wrong):
    with pytest.raises(InputError, match=r"expires_in|unionid"):
        code(company(), **wrong)


# handover


def test_a_full_taker_takes_nobody():
    provider = company(**{"members.staff": 1})
    giver, taker = some_staff(provider, 2)
    theirs = set(provider.members.ids(taker))
    member = next(one for one in provider.members.ids(giver) if one not in theirs)
    port = provider.handover
    port.transfer_members(HandoverKind.ON_JOB, giver, taker, [member], intent=INTENT)
    provider.context.clock.advance(DAY)
    (result,) = port.results(HandoverKind.ON_JOB, giver, taker)
    assert result.state is HandoverState.SUCCESSOR_FULL


def test_the_wait_is_a_figure():
    provider = company(**{"handover.wait": 60})
    giver, taker = some_staff(provider, 2)
    members = list(islice(provider.members.ids(giver), 2))
    provider.handover.transfer_members(HandoverKind.ON_JOB, giver, taker, members, intent=INTENT)
    due = {one.at for one in provider.handover.results(HandoverKind.ON_JOB, giver, taker)}
    assert due == {int(provider.context.clock.time()) + 60}
    provider.context.clock.advance(60)
    states = {one.state for one in provider.handover.results(HandoverKind.ON_JOB, giver, taker)}
    assert states == {HandoverState.DONE}


def test_listings_of_handovers_come_in_pages():
    provider = company(**{"handover.page": 2})
    giver, taker = some_staff(provider, 2)
    members = list(islice(provider.members.ids(giver), 3))
    provider.handover.transfer_members(HandoverKind.ON_JOB, giver, taker, members, intent=INTENT)
    results = [len(page.items) for page in provider.handover.results(HandoverKind.ON_JOB, giver, taker).pages()]
    assert results == [2, 1]
    left = list(provider.handover.unassigned().pages())
    assert {len(page.items) for page in left[:-1]} == {2}
    assert len({one.member_id for page in left for one in page.items}) == sum(len(page.items) for page in left)


@pytest.mark.parametrize("cursor", ["nonsense", "1:x"])
def test_cursors_of_other_listings_are_refused(cursor):
    provider = company()
    giver, taker = some_staff(provider, 2)
    day = int(provider.context.clock.time()) - 2 * DAY
    for listing in (
        provider.handover.unassigned(cursor),
        provider.handover.results(HandoverKind.ON_JOB, giver, taker, cursor),
        provider.statistics.groups_by_owner([giver], day, day, cursor),
    ):
        with pytest.raises(InvalidArgument, match="cursor"):
            list(listing)


def test_a_group_that_is_owned_already_says_so():
    provider = company()
    group = next(iter(provider.groups.list()))
    owner = provider.groups.get(group.group_id).owner_id
    (receipt,) = provider.handover.transfer_groups(HandoverKind.ON_JOB, [group.group_id], owner, intent=INTENT)
    assert (receipt.accepted, receipt.message) == (False, "the group has this owner already")


# what holds for all of them


def test_a_lost_answer_is_lost_once_and_its_write_stays():
    provider = company()
    provider.lose_answer("live_codes.create_contact_code")
    provider.lose_answer("tags.create")
    with pytest.raises(OutcomeUnknown) as caught:
        code(provider)
    assert caught.value.intent == INTENT
    with pytest.raises(AnswerLost):
        provider.tags.create(["new"], group_name="new")
    code(provider)
    assert len(list(provider.live_codes.contact_codes())) == 2
    assert "new" in {group.name for group in provider.tags.list()}


def test_a_lost_answer_is_reported_without_a_code():
    calls = []
    provider = MemoryProvider(World(members=50), ProviderContext(on_call=calls.append))
    provider.lose_answer("tags.create")
    with pytest.raises(AnswerLost):
        provider.tags.create(["new"], group_name="new")
    assert [(call.operation, call.code) for call in calls] == [("tags.create", None)]


def test_codes_and_groups_have_a_scope_too():
    world = World(members=50)
    made, giver, taker = code(company(world=world)), *some_staff(company(world=world), 2)
    inside = {"staff": {giver, taker}, "codes": {made.code_id}, "groups": {"group-0"}}
    scope = WriteScope(MemoryProvider.scope_parameters, **{kind: frozenset(ids) for kind, ids in inside.items()})
    provider = company(world=world, guards=[scope])
    provider.live_codes.update_contact_code(made.code_id, made.spec)
    provider.handover.transfer_groups(HandoverKind.ON_JOB, ["group-0"], taker, intent=INTENT)
    for beyond in (
        lambda: provider.live_codes.delete_contact_code("code-99"),
        lambda: provider.live_codes.update_contact_code(made.code_id, evolve(made.spec, department_ids=("1",))),
        lambda: provider.handover.transfer_groups(HandoverKind.ON_JOB, ["group-0", "group-1"], taker, intent=INTENT),
        lambda: provider.handover.transfer_members(HandoverKind.ON_JOB, giver, "another", ["member-0"], intent=INTENT),
    ):
        with pytest.raises(OutOfScope):
            beyond()


def test_figures_of_the_unknown_are_not_found():
    provider = company()
    day = int(provider.context.clock.time()) - 2 * DAY
    with pytest.raises(NotFound):
        provider.statistics.staff("nobody", day, day)
    with pytest.raises(NotFound):
        provider.statistics.departments(["999"], day, day)
