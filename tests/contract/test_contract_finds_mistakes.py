"""The contract is worth something: providers with one mistake each must fail it."""

import subprocess
import sys
from collections import Counter

MUTANTS = '''
"""A sound memory provider, and the mistakes that real adapters make, one a class."""

import pytest
from attrs import evolve

from privcrm.models import Pages, TagGroup
from privcrm.provider import ProviderContext
from privcrm.sandbox.world import World
from privcrm.testing import contract
from privcrm.testing.memory import MemoryProvider


class Small:
    @pytest.fixture
    def context(self, clock, records):
        return ProviderContext(clock=clock, on_call=records.append, limits={"members.page": 9})

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
        provider.groups.list = lambda *, owner_ids=(), **rest: listing(owner_ids=owner_ids or everybody, **rest)


class TestClaimsTooMuch(Small, contract.CapabilitiesContract):
    def spoil(self, provider):
        provider.capabilities = {**provider.capabilities, "media.upload": provider.capabilities["tags.mark"]}


class TestLimitWithoutSource(Small, contract.CapabilitiesContract):
    def spoil(self, provider):
        name, limit = next(iter(provider.limits.items()))
        provider.limits = {**provider.limits, name: evolve(limit, source="")}
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
