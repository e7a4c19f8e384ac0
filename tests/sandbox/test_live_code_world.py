"""Codes, scans and figures without any vendor; and whatever is written into a code, the vendor answers."""

import asyncio
import json

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privcrm.sandbox.calls import Recorder
from privcrm.sandbox.clock import VirtualClock
from privcrm.sandbox.wecom.company import Company, Size
from privcrm.sandbox.wecom.endpoints import ENDPOINTS
from privcrm.sandbox.wecom.ids import HexCodec
from privcrm.sandbox.wecom.wire import Request, WeComWire
from privcrm.sandbox.world import World
from privcrm.sandbox.world.figures import ContactFigures, Day, FigureBook, GroupFigures, total
from privcrm.sandbox.world.live_codes import ContactCode, GroupCode, LiveCodeBook, Temporary
from privcrm.sandbox.world.scanning import Draw, Entry, accept, people_behind, scan_contact_code, scan_group_code

DAY = 86_400


@pytest.fixture
def world():
    return World(members=300)


@pytest.fixture
def keep(world):
    """Keep a contact code of the first three employees."""

    def make(**more):
        code = ContactCode(world.live_codes.next_number(), "me", 0, single=False, staff=(0, 1, 2))
        return world.live_codes.keep(attrs.evolve(code, **more))

    return make


class TestBook:
    def test_only_living_permanent_codes_count(self):
        book = LiveCodeBook()
        code = book.keep(ContactCode(0, "me", 0, single=True))
        book.keep(GroupCode(1, "me", 0))
        book.keep(ContactCode(2, "me", 0, single=True, temporary=Temporary(60, 60)))
        assert (len(book), book.permanent) == (3, 2)
        deleted = book.keep(attrs.evolve(code, deleted_at=5))
        book.keep(attrs.evolve(deleted, note="changed"))
        assert (len(book), book.permanent) == (3, 1)

    def test_lists_begin_at_a_time_and_behind_a_number(self):
        book = LiveCodeBook()
        for number in range(10):
            book.keep(ContactCode(number, "me" if number % 2 else "other", number * 10, single=True))

        def listed(since, after=-1):
            return [code.number for code in book.contact_codes("me", since, after)]

        assert listed(0) == [1, 3, 5, 7, 9]
        assert listed(30) == listed(25) == [3, 5, 7, 9]
        assert listed(30, after=5) == [7, 9]
        assert listed(80, after=1) == [9]
        assert listed(91) == []


class TestScanning:
    def test_departments_are_expanded_without_leavers_and_doubles(self, world):
        everybody = [s.number for s in world.staff]
        assert sorted(people_behind(world, [3, 3], [1])) == [n for n in everybody if world.staff[n].left_at is None]
        assert people_behind(world, [3, 1], []) == [3, 1]

    def test_who_was_passed_over_catches_up(self, world, keep):
        code = keep()
        for _ in range(4):
            scan_contact_code(world, code, world.newcomer(), at=1, draw=Draw.FIRST)
        came = [scan_contact_code(world, code, world.newcomer(), at=1).staff for _ in range(8)]
        assert world.live_codes.came[code.number] == {0: 4, 1: 4, 2: 4}
        assert set(came) == {1, 2}

    def test_a_request_is_accepted_once_with_the_channel_of_its_code(self, world, keep):
        code, member = keep(skips_verification=False, channel="spring"), world.newcomer()
        scan = scan_contact_code(world, code, member, at=1)
        assert scan.follow is None
        assert not world.follows.holds(scan.staff, member)
        assert accept(world, scan.staff, member, at=2).channel == "spring"
        with pytest.raises(LookupError, match="did not ask"):
            accept(world, scan.staff, member, at=3)

    def test_a_group_code_changes_when_a_group_is_opened(self, world):
        owner = world.staff[0].number
        group = world.groups.add("first", owner, 0).number
        code = world.live_codes.keep(GroupCode(0, "me", 0, groups=(group,), base_name="g", first_number=3))
        entry = Entry(room=2)
        for _ in range(4):
            scan_group_code(world, world.live_codes.find(code.number), world.newcomer(), at=1, entry=entry)
        changed = world.live_codes.find(code.number)
        assert [world.groups[number].name for number in changed.groups] == ["first", "g3", "g4", "g5"]
        assert {world.groups[number].owner for number in changed.groups} == {owner}


class TestFigures:
    def test_nothing_in_all_is_zero(self):
        assert total(ContactFigures, []) == ContactFigures()
        assert total(GroupFigures, iter([])) == GroupFigures()

    def test_a_day_holds_its_first_second_and_not_the_next(self):
        book = FigureBook(1)
        for at in (DAY - 1, DAY, 2 * DAY - 1, 2 * DAY):
            book.note_add(7, at)
        assert [book.of_staff(7, Day(day * DAY), talks=False).new for day in range(4)] == [1, 2, 1, 0]

    def test_who_has_nobody_to_write_to_writes_nothing(self):
        days = [FigureBook(1).of_staff(7, Day(day * DAY), talks=False) for day in range(50)]
        assert set(days) == {ContactFigures()}
        assert any(FigureBook(1).of_staff(7, Day(day * DAY), talks=True).messages for day in range(50))

    def test_members_of_a_day_are_those_who_came_before_its_end_and_did_not_leave(self, world):
        group = world.groups.add("new", 0, 10 * DAY).number
        member = world.newcomer()
        world.joins(group, member, at=11 * DAY + 5)
        world.leaves(group, member, at=13 * DAY + 5)
        world.joins(group, member, at=14 * DAY + 5)
        days = [Day(day * DAY) for day in range(9, 16)]
        rows = world.figures.of_group(world.groups[group], days)
        assert [row.members for row in rows] == [0, 1, 2, 2, 1, 2, 2]
        assert [row.new_members for row in rows] == [0, 1, 1, 0, 0, 1, 0]
        assert [row.new_groups for row in rows] == [0, 1, 0, 0, 0, 0, 0]


def test_hex_ids_lead_back_and_belong_to_one_company():
    codec = HexCodec(1, "live code")
    ids = [codec.encode(number) for number in range(100)]
    assert [codec.decode(text) for text in ids] == list(range(100))
    assert {len(text) for text in ids} == {32}
    for wrong in ("", "x" * 32, ids[0].upper() if ids[0].upper() != ids[0] else "F" * 32, ids[0][:-1]):
        assert codec.decode(wrong) is None
    assert HexCodec(2, "live code").decode(ids[0]) is None


COMPANY = Company(Size(members=100, groups=4), VirtualClock())
COMPANY.rules.change({"minute_limit": 10**9, "hour_limit": 10**9, "code_without_people": "accept"})
COMPANY.rules.change({"address_minute_limit": 10**9, "address_hour_limit": 10**9})
WIRE = WeComWire(COMPANY, Recorder(10))
TOKEN = COMPANY.tokens.issue(COMPANY.apps[0], COMPANY.clock.time())[0]
STAFF = [person.staff_id for person in COMPANY.world.staff]
GROUPS = [COMPANY.ids.group.encode(number) for number in range(4)]
SMALL = st.integers(-1, 5) | st.integers(-(2**40), 2**40)
VALUES = {
    "type": st.integers(1, 2),
    "scene": st.integers(1, 2),
    "user": st.lists(st.sampled_from(STAFF), max_size=3),
    "party": st.lists(st.sampled_from([1, 2, 10, 99]), max_size=2),
    "chat_id_list": st.lists(st.sampled_from(GROUPS), max_size=6),
    "conclusions": st.dictionaries(st.sampled_from(["text", "image", "link"]), st.just({"content": "x", "url": "x"})),
}
VALUES |= dict.fromkeys(("skip_verify", "is_temp", "is_exclusive", "mark_source"), st.booleans())
VALUES |= dict.fromkeys(("remark", "state", "unionid", "room_base_name", "cursor"), st.text(max_size=35))


def ask(name, **body):
    content = json.dumps(body).encode()
    request = Request("POST", f"/cgi-bin/externalcontact/{name}", {"access_token": TOKEN}, content, "127.0.0.1")
    return json.loads(asyncio.run(WIRE.answer(request)).body)


@pytest.mark.parametrize(
    ("add", "update", "get"),
    [
        ("add_contact_way", "update_contact_way", "get_contact_way"),
        ("groupchat/add_join_way", "groupchat/update_join_way", "groupchat/get_join_way"),
    ],
)
@settings(max_examples=150, deadline=None, derandomize=True)
@given(data=st.data())
def test_whatever_is_written_reads_back(add, update, get, data):
    fields = {field.name for field in ENDPOINTS[f"/cgi-bin/externalcontact/{add}"].fields}
    chosen = st.fixed_dictionaries({}, optional={name: VALUES.get(name, SMALL) for name in sorted(fields)})
    required = {"type": 2, "scene": 2, "user": STAFF[:1], "chat_id_list": GROUPS[:1]}
    made = ask(add, **{**required, **data.draw(chosen)})
    if made["errcode"]:
        assert not made["errmsg"].startswith("error,")
        return
    before = ask(get, config_id=made["config_id"])
    changes = data.draw(chosen)
    changed = ask(update, config_id=made["config_id"], **changes)
    after = ask(get, config_id=made["config_id"])
    assert after["errcode"] == 0
    assert not changed["errcode"] or after == before
    row = next(value for name, value in after.items() if name in ("contact_way", "join_way"))
    if not changed["errcode"] and "state" in changes:
        assert row["state"] == changes["state"]
