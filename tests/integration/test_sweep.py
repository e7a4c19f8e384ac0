"""Callbacks are lost on their way; one sweep later everything is known as the simulated company has it."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from privcrm import CRM
from privcrm.jobs import OutcomeState
from privcrm.models import GroupId, MemberId, StaffId
from privcrm.models.events import Event, GroupMembersJoined, GroupMembersLeft, MemberAdded, StaffDeletedMember
from privcrm.sandbox import Sandbox, VirtualClock
from tests.unit.mirror.company import Company

from .conftest import Shop

CHANGES = 300
LOST = 0.05


@pytest.fixture
def company(shop: Shop) -> Company:
    return Company(shop.crm.provider, shop.crm.store, shop.crm.clock)


class Life:
    """People add, delete, come and go; what a callback would tell of it is returned."""

    def __init__(self, shop: Shop, company: Company, rng: random.Random) -> None:
        self.shop = shop
        self.company = company
        self.rng = rng
        self.staff = sorted(company.provider.staff.serving())
        self.groups = sorted(each.group_id for each in company.provider.groups.list_all())

    def changes(self, count: int) -> Iterator[Event]:
        acts = (self.adds, self.deletes, self.joins, self.leaves)
        for _ in range(count):
            yield self.rng.choice(acts)()
            self.company.clock.sleep(self.rng.choice([0, 1, 7]))

    @property
    def at(self) -> int:
        return int(self.company.clock.time())

    def adds(self) -> Event:
        staff_id = self.rng.choice(self.staff)
        done = self.shop.sandbox.act("member_adds_staff", userid=staff_id, state="spring")
        return MemberAdded(at=self.at, staff_id=StaffId(staff_id), member_id=MemberId(done["external_userid"]))

    def deletes(self) -> Event:
        staff_id = self.rng.choice(self.staff)
        member_id = self.rng.choice(sorted(self.company.provider.members.ids(staff_id)))
        self.shop.sandbox.act("staff_deletes_member", userid=staff_id, external_userid=member_id)
        return StaffDeletedMember(at=self.at, staff_id=StaffId(staff_id), member_id=member_id)

    def joins(self) -> Event:
        group_id = self.rng.choice(self.groups)
        before = self.company.provider.groups.get(group_id).member_version
        done = self.shop.sandbox.act("group_changes", chat_id=group_id, joins="new")
        return self._changed(GroupMembersJoined, group_id, before, done["external_userid"])

    def leaves(self) -> Event:
        group_id = self.rng.choice(self.groups)
        group = self.company.provider.groups.get(group_id)
        who = self.rng.choice([each.user_id for each in group.members if not each.is_staff])
        self.shop.sandbox.act("member_leaves_group", chat_id=group_id, external_userid=who)
        return self._changed(GroupMembersLeft, group_id, group.member_version, who)

    def _changed(
        self, kind: type[GroupMembersJoined | GroupMembersLeft], group_id: GroupId, before: str, who: str
    ) -> Event:
        after = self.company.provider.groups.get(group_id).member_version
        return kind(at=self.at, group_id=group_id, count=1, user_ids=(who,), last_version=before, version=after)


def test_what_lost_callbacks_did_not_tell_is_known_after_one_sweep(shop: Shop, company: Company) -> None:
    rng = random.Random(5)
    assert company.sweep.run() is None
    assert company.is_known_as_it_is()
    company.clock.sleep(3_600)
    lost = 0
    for event in Life(shop, company, rng).changes(CHANGES):
        if rng.random() < LOST:
            lost += 1
        else:
            company.tell(event)
    assert lost > 5
    assert not company.is_known_as_it_is()
    company.clock.sleep(120)
    job = company.sweep.run()
    assert job is not None
    assert set(job.counts) == {OutcomeState.DONE}
    assert company.is_known_as_it_is()
    told = company.inbox.texts()
    assert 0 < len(told) == len(set(told)) <= lost
    company.clock.sleep(120)
    assert company.sweep.run() is None


def test_a_company_with_more_owners_than_a_call_takes_is_swept_to_the_end(tmp_path: Path) -> None:
    with Sandbox(seed=5, staff=250, members=260, groups=5, clock=VirtualClock(auto_advance=True)) as sandbox:
        store = f"sqlite:///{tmp_path / 'store.db'}"
        with CRM.from_env(sandbox.env, store=store, clock=sandbox.clock) as crm:
            company = Company(crm.provider, crm.store, crm.clock)
            assert company.sweep.run() is None
            assert len(company.known_groups()) == 5
