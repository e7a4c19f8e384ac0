"""The contract is worth something: providers with one mistake each must fail it."""

import subprocess
import sys
from collections import Counter

MUTANTS = '''
"""A sound memory provider, and the mistakes that real adapters make, one a class."""

import pytest
from attrs import evolve

from privcrm.clock import ManualClock
from privcrm.errors import Conflict, OutcomeUnknown, PreconditionFailed
from privcrm.models import DeliveryState, Greeted, HandoverKind, MassMessageReceipt, Pages, TagGroup
from privcrm.provider import Done, NotDone, ProviderContext
from privcrm.sandbox.world import World
from privcrm.testing import contract
from privcrm.testing.memory import MemoryProvider


class Small:
    @pytest.fixture
    def clock(self):
        return ManualClock()

    @pytest.fixture
    def pass_time(self, clock):
        return clock.advance

    @pytest.fixture
    def lose_answer(self, provider):
        return provider.lose_answer

    @pytest.fixture
    def lose_request(self, provider):
        return provider.lose_request

    @pytest.fixture
    def leaver_id(self, provider, clock):
        owner = provider.world.groups.owner(0)
        provider.world.resigns(owner, at=int(clock.time()))
        return provider.world.staff[owner].staff_id

    @pytest.fixture
    def confirm_message(self, provider):
        return provider.people.sends

    @pytest.fixture
    def add_member(self, provider):
        return lambda staff_id: provider.people.adds(staff_id)[1]

    @pytest.fixture
    def context(self, clock, records):
        return ProviderContext(clock=clock, on_call=records.append, limits={"members.page": 9, "messages.page": 2})

    @pytest.fixture
    def make_provider(self):
        world = World(members=80, groups=6)

        def make(context):
            provider = MemoryProvider(world, context)
            self.spoil(provider)
            return provider

        return make

    def spoil(self, provider):
        pass


class TestSound(Small, contract.ProviderContract):
    pass


class TestRemovalForgotten(Small, contract.TagsContract):
    def spoil(self, provider):
        mark = provider.tags.mark
        provider.tags.mark = lambda change: mark(evolve(change, remove=()) if change.add else change)


class TestNamesCut(Small, contract.TagsContract):
    def spoil(self, provider):
        create = provider.tags.create
        provider.tags.create = lambda names, **where: create([name[:30] for name in names], **where)


class TestLastPageLost(Small, contract.MembersContract):
    def spoil(self, provider):
        listing = provider.members.list

        def shortened(staff_ids, cursor=""):
            def fetch(place):
                page = next(listing(staff_ids, place).pages())
                following = page.next_cursor
                ends = following and not next(listing(staff_ids, following).pages()).next_cursor
                return evolve(page, next_cursor="" if ends else following)

            return Pages(fetch, cursor)

        provider.members.list = shortened


class TestCursorIgnored(Small, contract.MembersContract):
    def spoil(self, provider):
        listing = provider.members.list
        provider.members.list = lambda staff_ids, cursor="": listing(staff_ids)


class TestEveryRelationInEachEntry(Small, contract.MembersContract):
    def spoil(self, provider):
        listing, get = provider.members.list, provider.members.get

        def full(staff_ids, cursor=""):
            def fetch(place):
                page = next(listing(staff_ids, place).pages())
                return evolve(page, items=tuple(get(member.member_id) for member in page.items))

            return Pages(fetch, cursor)

        provider.members.list = full


class TestRawDropped(Small, contract.MembersContract):
    def spoil(self, provider):
        get = provider.members.get
        provider.members.get = lambda member_id: evolve(get(member_id), raw={})


class TestCaseMatters(Small, contract.StaffContract):
    def spoil(self, provider):
        get = provider.staff.get
        provider.staff.get = lambda staff_id: get(staff_id if staff_id[0].isupper() else "nobody")


class TestNoneClears(Small, contract.MembersContract):
    def spoil(self, provider):
        edit = provider.members.edit_remark
        provider.members.edit_remark = lambda change: edit(evolve(change, remark=change.remark or ""))


class TestGuardsForgotten(Small, contract.SafetyContract):
    def spoil(self, provider):
        provider._door.check = lambda operation, params: None


class TestObserversForgotten(Small, contract.SafetyContract):
    def spoil(self, provider):
        provider._door._report = lambda *_: None


class TestConflictSwallowed(Small, contract.TagsContract):
    def spoil(self, provider):
        create = provider.tags.create

        def tolerant(names, **where):
            try:
                return create(names, **where)
            except Exception as error:
                if type(error).__name__ != "Conflict":
                    raise
                return TagGroup("tag-group-0", "")

        provider.tags.create = tolerant


class TestLeaversAlwaysListed(Small, contract.GroupsContract):
    @pytest.fixture
    def leaver_id(self, make_provider, context):
        world = make_provider(context).world
        owner = world.groups.owner(0)
        world.resigns(owner, at=0)
        return world.staff[owner].staff_id

    def spoil(self, provider):
        listing = provider.groups.list
        everybody = [staff.staff_id for staff in provider.world.staff]

        def spoiled(*, owner_ids=None, **rest):
            return listing(owner_ids=everybody if owner_ids is None else owner_ids, **rest)

        provider.groups.list = spoiled


class TestNobodyTakenForEverybody(Small, contract.GroupsContract):
    def spoil(self, provider):
        listing = provider.groups.list
        provider.groups.list = lambda *, owner_ids=None, **rest: listing(owner_ids=owner_ids or None, **rest)


class TestNoTagsTakenForAll(Small, contract.TagsContract):
    def spoil(self, provider):
        listing = provider.tags.list
        provider.tags.list = lambda **chosen: listing(**{name: some or None for name, some in chosen.items()})


class TestStateForgotten(Small, contract.ContactCodesContract):
    def spoil(self, provider):
        create = provider.live_codes.create_contact_code
        provider.live_codes.create_contact_code = lambda spec, *, intent: create(spec, intent=evolve(intent, marker=""))


class TestUpdateMerges(Small, contract.ContactCodesContract):
    def spoil(self, provider):
        port = provider.live_codes
        update = port.update_contact_code

        def merging(code_id, spec):
            old = port.get_contact_code(code_id).spec
            update(code_id, evolve(spec, note=spec.note or old.note))

        port.update_contact_code = merging


class TestStateErased(Small, contract.ContactCodesContract):
    def spoil(self, provider):
        port = provider.live_codes
        update = port.update_contact_code
        port.update_contact_code = lambda code_id, spec: update(code_id, evolve(spec, state=spec.state or "erased"))


class TestStateOfGroupCodeErased(Small, contract.GroupCodesContract):
    def spoil(self, provider):
        port = provider.live_codes
        update = port.update_group_code
        port.update_group_code = lambda code_id, spec: update(code_id, evolve(spec, state=spec.state or "erased"))


class TestClaimsIgnored(Small, contract.ContactCodesContract):
    def spoil(self, provider):
        settle = provider.live_codes.settle_contact_code
        provider.live_codes.settle_contact_code = lambda intent, *, claimed=(), temporary=False: settle(
            intent, temporary=temporary
        )


class TestFixedThingsIgnored(Small, contract.ContactCodesContract):
    def spoil(self, provider):
        port = provider.live_codes
        update = port.update_contact_code

        def tolerant(code_id, spec):
            old = port.get_contact_code(code_id).spec
            fixed = {name: getattr(old, name) for name in ("scene", "temporary", "exclusive")}
            update(code_id, evolve(spec, **fixed))

        port.update_contact_code = tolerant


class TestGroupsAdded(Small, contract.GroupCodesContract):
    def spoil(self, provider):
        port = provider.live_codes
        update = port.update_group_code

        def adding(code_id, spec):
            old = port.get_group_code(code_id).spec.group_ids
            update(code_id, evolve(spec, group_ids=(*old, *spec.group_ids)))

        port.update_group_code = adding


class TestLostCodeTakenForUnmade(Small, contract.GroupCodesContract):
    def spoil(self, provider):
        provider.live_codes.settle_group_code = lambda intent, *, claimed=(): NotDone()


class TestReceiptsOutOfOrder(Small, contract.HandoverContract):
    def spoil(self, provider):
        transfer = provider.handover.transfer_members
        provider.handover.transfer_members = lambda *args, **rest: transfer(*args, **rest)[::-1]


class TestKindGuessed(Small, contract.HandoverContract):
    def spoil(self, provider):
        transfer = provider.handover.transfer_members

        def guessing(kind, *args, **rest):
            try:
                return transfer(kind, *args, **rest)
            except PreconditionFailed:
                return transfer(next(other for other in HandoverKind if other is not kind), *args, **rest)

        provider.handover.transfer_members = guessing


class TestOldTransferTakenForNew(Small, contract.HandoverContract):
    def spoil(self, provider):
        settle = provider.handover.settle_members
        provider.handover.settle_members = lambda intent, *args: settle(evolve(intent, created_at=0.0), *args)


class TestSplitBehindAnIntent(Small, contract.GroupHandoverContract):
    def spoil(self, provider):
        transfer = provider.handover.transfer_groups

        def split(kind, group_ids, to_staff_id, *, intent):
            receipts = [transfer(kind, [one], to_staff_id, intent=intent) for one in group_ids]
            return [receipt for part in receipts for receipt in part]

        provider.handover.transfer_groups = split


class TestLastDayLeftOut(Small, contract.StatisticsContract):
    def spoil(self, provider):
        staff = provider.statistics.staff
        provider.statistics.staff = lambda staff_id, first, last: staff(staff_id, first, last)[:-1]


class TestOwnersCut(Small, contract.StatisticsContract):
    def spoil(self, provider):
        listing = provider.statistics.groups_by_owner
        provider.statistics.groups_by_owner = lambda owner_ids, *args: listing(owner_ids[:50], *args)


class TestClaimsTooMuch(Small, contract.CapabilitiesContract):
    def spoil(self, provider):
        provider.capabilities = {**provider.capabilities, "acquisition.quota": provider.capabilities["tags.mark"]}


class TestLimitWithoutSource(Small, contract.CapabilitiesContract):
    def spoil(self, provider):
        name, limit = next(iter(provider.limits.items()))
        provider.limits = {**provider.limits, name: evolve(limit, source="")}


class TestOrderSentAgain(Small, contract.MassMessagesContract):
    def spoil(self, provider):
        create = provider.messages.create

        def stubborn(spec, *, intent):
            try:
                return create(spec, intent=intent)
            except OutcomeUnknown:
                create(spec, intent=intent)
                raise

        provider.messages.create = stubborn


class TestOrdersFoundByTheirTextAlone(Small, contract.MassMessagesContract):
    def spoil(self, provider):
        def settle(intent, spec, *, claimed=()):
            for message in provider.world.messages.since(0):
                message_id = f"message-{message.number}"
                if message.content["content"] == spec.content and message_id not in claimed:
                    return Done(MassMessageReceipt(message_id))
            return NotDone()

        provider.messages.settle = settle


class TestTextCut(Small, contract.MassMessagesContract):
    def spoil(self, provider):
        create = provider.messages.create

        def cut(spec, *, intent):
            return create(evolve(spec, content=evolve(spec.content, text=spec.content.text[:2000])), intent=intent)

        provider.messages.create = cut


class TestMessagesBeyondTheFirstPageLost(Small, contract.MassMessagesContract):
    def spoil(self, provider):
        listing = provider.messages.list
        provider.messages.list = lambda *of, cursor="", **span: Pages(
            lambda place: evolve(next(listing(*of, cursor=place, **span).pages()), next_cursor=""), cursor
        )


class TestEveryDeliverySent(Small, contract.MassMessagesContract):
    def spoil(self, provider):
        listing = provider.messages.deliveries

        def hopeful(message_id, staff_id, cursor=""):
            pages = listing(message_id, staff_id, cursor)
            return (evolve(row, state=DeliveryState.SENT) for row in pages)

        provider.messages.deliveries = hopeful


class TestSecondGreetingRefused(Small, contract.WelcomesContract):
    def spoil(self, provider):
        welcome, greeted = provider.messages.welcome, set()

        def once(code, content):
            if code in greeted:
                raise Conflict("greeted", provider="memory", operation="messages.welcome", code=1)
            greeted.add(code)
            return welcome(code, content)

        provider.messages.welcome = once


class TestGreetingOfOthersClaimed(Small, contract.WelcomesContract):
    def spoil(self, provider):
        welcome = provider.messages.welcome

        def boastful(code, content):
            welcome(code, content)
            return Greeted.NOW

        provider.messages.welcome = boastful


class TestWelcomeCheckedByCalling(Small, contract.WelcomesContract):
    def spoil(self, provider):
        check = provider.messages.check_welcome

        def wasteful(content):
            check(content)
            list(provider.staff.departments())

        provider.messages.check_welcome = wasteful


class TestEndsOfTheSpanListed(Small, contract.MomentsContract):
    def spoil(self, provider):
        listing = provider.moments.list
        provider.moments.list = lambda *, created_after, **rest: listing(created_after=created_after - 1, **rest)


class TestAnyPictureTaken(Small, contract.ProductsContract):
    def spoil(self, provider):
        provider.products._check_pictures = lambda call, spec: None


class TestOldWordsKept(Small, contract.RulesContract):
    def spoil(self, provider):
        update = provider.rules.update

        def merged(rule_id, spec):
            words = provider.rules.get(rule_id).spec.words if rule_id != "some rule" else ()
            update(rule_id, evolve(spec, words=tuple(dict.fromkeys(spec.words + words))))

        provider.rules.update = merged


class TestFilesLiveForEver(Small, contract.MediaContract):
    def spoil(self, provider):
        upload, get, kept = provider.media.upload, provider.media.get, {}

        def keep(*file):
            made = upload(*file)
            kept[made.media_id] = get(made.media_id)
            return made

        provider.media.upload = keep
        provider.media.get = lambda media_id: kept.get(media_id) or get(media_id)
'''


def test_every_mistake_is_found_and_the_sound_one_passes(tmp_path):
    (tmp_path / "test_mutants.py").write_text(MUTANTS)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=no", "-rfE", "test_mutants.py"]
    finished = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    failures = Counter(
        line.split("::")[1] for line in finished.stdout.splitlines() if line.startswith(("FAILED ", "ERROR "))
    )
    mutants = {line.split()[1].partition("(")[0] for line in MUTANTS.splitlines() if line.startswith("class Test")}
    assert " passed" in finished.stdout, finished.stdout + finished.stderr
    assert set(failures) == mutants - {"TestSound"}
    assert "ERROR " not in finished.stdout, finished.stdout
