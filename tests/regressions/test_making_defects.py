"""Defects of other systems in making and deleting codes, by their numbers, over real HTTP: what ours does instead."""

import os

import pytest
import requests

from privcrm import CRM
from privcrm.models.codes import GroupLiveCode, Seat, StaffLiveCode
from privcrm.sandbox import Sandbox, VirtualClock
from privcrm.services.live_codes.making import CodeState
from tests.store.databases import ready_file


@pytest.fixture
def sandbox():
    with Sandbox(seed=6, staff=12, members=60, groups=6, clock=VirtualClock(auto_advance=True)) as running:
        yield running


@pytest.fixture
def crm(sandbox, tmp_path):
    store = ready_file(tmp_path / "store.db")
    with CRM.from_env({**os.environ, **sandbox.env}, store=store, clock=sandbox.clock) as opened:
        yield opened


@pytest.fixture
def able(crm):
    return sorted(crm.provider.staff.serving())


@pytest.fixture
def groups(crm):
    return [group.group_id for group in crm.provider.groups.list()]


def living(sandbox):
    reply = requests.get(f"{sandbox.control_url}state/live_codes", params={"limit": 1000}, timeout=5)
    return {row["config_id"]: row for row in reply.json()["items"] if row["deleted_at"] is None}


def calls(sandbox, path):
    reply = requests.get(f"{sandbox.control_url}calls", params={"path": path, "limit": 1000}, timeout=5)
    return [row for row in reply.json()["items"] if row["errcode"] == 0]


def vendor_id(crm, key):
    (found,) = [each.vendor_id for each in crm.live_codes.export() if each.key == key]
    return found


def test_d16_a_deleted_code_is_not_left_alive_at_the_vendor(sandbox, crm, able):
    crm.live_codes.create(StaffLiveCode("S", (Seat(able[0]),)))
    config_id = vendor_id(crm, "S")
    assert config_id in living(sandbox)
    assert crm.live_codes.delete("S").state is CodeState.DELETED
    assert config_id not in living(sandbox)


def test_d16_what_the_vendor_does_not_delete_is_an_orphan_that_is_listed(sandbox, crm, able):
    crm.live_codes.create(StaffLiveCode("S", (Seat(able[0]),)))
    fault = {"path": "*/del_contact_way", "kind": "errcode", "errcode": 48002, "times": 1}
    requests.post(f"{sandbox.control_url}faults", json=fault, timeout=5).raise_for_status()
    assert crm.live_codes.delete("S").state is CodeState.ORPHANED
    assert [each.life for each in crm.live_codes.export()] == ["orphan"]
    assert crm.live_codes.delete("S").state is CodeState.DELETED
    assert living(sandbox).keys().isdisjoint([vendor_id(crm, "S")])


def test_d16_an_updated_group_code_is_the_same_code(sandbox, crm, groups):
    crm.live_codes.create(GroupLiveCode("G", (groups[0],), name="群"))
    config_id, made = vendor_id(crm, "G"), len(calls(sandbox, "*/add_join_way"))
    picture = crm.live_codes.picture("G").says
    for note in ("一", "二"):
        assert crm.live_codes.update(GroupLiveCode("G", (groups[0],), name="群", note=note)).state is CodeState.CHANGED
    assert vendor_id(crm, "G") == config_id
    assert len(calls(sandbox, "*/add_join_way")) == made
    assert living(sandbox)[config_id]["remark"] == "二"
    assert crm.live_codes.picture("G").says == picture


def test_d17_each_kind_is_deleted_by_its_own_endpoint(sandbox, crm, able, groups):
    crm.live_codes.create(StaffLiveCode("S", (Seat(able[0]),)))
    crm.live_codes.create(GroupLiveCode("G", (groups[0],), name="群"))
    crm.live_codes.delete("G")
    assert (len(calls(sandbox, "*/del_join_way")), len(calls(sandbox, "*/del_contact_way"))) == (1, 0)
    crm.live_codes.delete("S")
    assert (len(calls(sandbox, "*/del_join_way")), len(calls(sandbox, "*/del_contact_way"))) == (1, 1)


def test_d26_codes_of_both_kinds_are_deleted_together_and_none_is_left(sandbox, crm, able, groups):
    before = set(living(sandbox))
    wanted = [StaffLiveCode(f"S{number}", (Seat(able[number]),)) for number in range(4)]
    wanted += [GroupLiveCode(f"G{number}", (groups[number],), name="群") for number in range(4)]
    mixed = [*wanted[::2], *wanted[1::2]]
    assert {each.state for each in crm.live_codes.create_all(mixed)} == {CodeState.CREATED}
    assert len(living(sandbox)) == len(before) + 8
    outcomes = list(crm.live_codes.delete_all(code.key for code in reversed(mixed)))
    assert {each.state for each in outcomes} == {CodeState.DELETED}
    assert set(living(sandbox)) == before


def test_an_employee_whom_the_vendor_refuses_is_dropped_and_told(sandbox, crm, able):
    """Not in the list of defects, but what empties codes in practice: one bad account in a pool."""
    sandbox.act("staff_account_changes", userid=able[0], verified=False)
    outcome = crm.live_codes.create(StaffLiveCode("S", tuple(Seat(each) for each in able[:3])))
    assert (outcome.state, list(outcome.dropped)) == (CodeState.CREATED, [able[0]])
    row = living(sandbox)[vendor_id(crm, "S")]
    assert row["user"]
    assert able[0] not in row["user"]
    assert row["type"] == 2, "the type is fixed when a code is made"
