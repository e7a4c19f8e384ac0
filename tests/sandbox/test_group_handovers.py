"""Groups get another owner: at once, within bounds, and the list of groups tells of it."""

import pytest

ONJOB, RESIGNED = "externalcontact/groupchat/onjob_transfer", "externalcontact/groupchat/transfer"
LIST, GET = "externalcontact/groupchat/list", "externalcontact/groupchat/get"
DAY = 86_400


class Case:
    """Chat ids by owner; an owner who works here, one who left, and an heir without groups."""

    def __init__(self, sandbox):
        world = sandbox.world
        self.groups = {}
        for number in range(len(world.groups)):
            owner = world.staff[world.groups.owner(number)].staff_id
            self.groups.setdefault(owner, []).append(sandbox.company.ids.group.encode(number))
        self.owner = next(userid for userid in self.groups if world.staff.find(userid).can_contact)
        self.heir = next(s.staff_id for s in world.staff if s.can_contact and s.staff_id not in self.groups)
        self.leaver = world.staff.leavers()[0].staff_id


@pytest.fixture
def case(sandbox):
    return Case(sandbox)


def hand_over(vendor, path, chats, heir):
    reply = vendor.post(path, chat_id_list=chats, new_owner=heir)
    assert reply["errcode"] == 0, reply
    return {row["chat_id"]: row["errcode"] for row in reply["failed_chat_list"]}


def group(vendor, chat_id):
    return vendor.post(GET, chat_id=chat_id)["group_chat"]


def status(vendor, owner, **more):
    rows = vendor.post(LIST, limit=1000, owner_filter={"userid_list": [owner]}, **more)["group_chat_list"]
    return {row["chat_id"]: row["status"] for row in rows}


class TestOnJob:
    def test_the_group_changes_hands_at_once(self, case, vendor, control):
        chat = case.groups[case.owner][0]
        assert hand_over(vendor, ONJOB, [chat], case.heir) == {}
        after = group(vendor, chat)
        assert after["owner"] == case.heir
        assert after["member_list"][0]["userid"] == case.heir
        assert case.owner in [m["userid"] for m in after["member_list"]]
        assert status(vendor, case.heir) == {chat: 0}
        assert chat not in status(vendor, case.owner)
        row = control.ok("GET", "state/handovers")["items"][0]
        assert (row["chat_id"], row["state"], row["kind"]) == (chat, "done", "onjob")

    def test_failures_are_told_by_group(self, case, vendor, control):
        control.act("staff_dismisses_group", chat_id=case.groups[case.owner][1])
        failed = hand_over(
            vendor,
            ONJOB,
            ["wrx", case.groups[case.leaver][0], case.groups[case.owner][1], case.groups[case.owner][0]],
            case.heir,
        )
        assert failed == {"wrx": 90501, case.groups[case.leaver][0]: 90502, case.groups[case.owner][1]: 49008}
        assert hand_over(vendor, ONJOB, [case.groups[case.owner][0]], case.heir) == {case.groups[case.owner][0]: 90504}

    @pytest.mark.parametrize(
        ("change", "code"),
        [({"state": "disabled"}, 41054), ({"verified": False}, 40098), ({"dormant": True}, 40205)],
    )
    def test_the_heir_has_to_be_fit(self, case, vendor, control, change, code):
        control.act("staff_account_changes", userid=case.heir, **change)
        chat = case.groups[case.owner][0]
        assert hand_over(vendor, ONJOB, [chat], case.heir) == {chat: code}
        control.switch(transfer_unfit="call")
        assert vendor.post(ONJOB, chat_id_list=[chat], new_owner=case.heir)["errcode"] == code
        assert vendor.post(ONJOB, chat_id_list=[chat], new_owner="nobody")["errcode"] == 40003

    def test_a_dormant_owner_hands_nothing_over(self, case, vendor, control):
        control.act("staff_account_changes", userid=case.owner, dormant=True)
        assert set(hand_over(vendor, ONJOB, case.groups[case.owner][:1], case.heir).values()) == {40205}

    def test_twice_in_90_days(self, case, vendor, sandbox):
        chat = case.groups[case.owner][0]
        assert hand_over(vendor, ONJOB, [chat], case.heir) == {}
        assert hand_over(vendor, ONJOB, [chat], case.owner) == {}
        assert hand_over(vendor, ONJOB, [chat], case.heir) == {chat: 40128}
        sandbox.clock.advance(90 * DAY)
        vendor._token = None
        assert hand_over(vendor, ONJOB, [chat], case.heir) == {}

    def test_the_pairs_quota_of_a_day_ends_at_midnight_in_beijing(self, case, vendor, control, sandbox):
        control.switch(groups_per_owner_and_day=1)
        first, second = case.groups[case.owner][:2]
        to_midnight = DAY - (sandbox.clock.time() + 8 * 3600) % DAY
        sandbox.clock.advance(to_midnight + 60)
        vendor._token = None
        assert hand_over(vendor, ONJOB, [first, second], case.heir) == {second: 45009}
        sandbox.clock.advance(DAY - 120)
        vendor._token = None
        assert hand_over(vendor, ONJOB, [second], case.heir) == {second: 45009}
        sandbox.clock.advance(120)
        assert hand_over(vendor, ONJOB, [second], case.heir) == {}

    def test_out_of_range_and_without_the_role(self, case, vendor, vendor_as, control, sandbox):
        plain = vendor_as(sandbox.credentials.plain_secret)
        assert plain.post(ONJOB, chat_id_list=case.groups[case.owner][:1], new_owner=case.heir)["errcode"] == 48002
        department = sandbox.world.staff.find(case.owner).department
        others = [d.number for d in sandbox.world.staff.departments if d.number >= 10 and d.number != department]
        control.ok("PATCH", "apps/1000002", {"visible": others})
        seen = next(s.staff_id for s in sandbox.world.staff if s.can_contact and s.department != department)
        assert set(hand_over(vendor, ONJOB, case.groups[case.owner][:1], seen).values()) == {60011}

    @pytest.mark.parametrize("path", [ONJOB, RESIGNED])
    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ({"chat_id_list": [], "new_owner": "x"}, 40063),
            ({"chat_id_list": ["wr"] * 101, "new_owner": "x"}, 40058),
            ({"chat_id_list": ["wr"]}, 41009),
        ],
    )
    def test_wrong_parameters_refuse_the_call(self, vendor, path, body, code):
        assert vendor.post(path, **body)["errcode"] == code


class TestResigned:
    def test_groups_of_a_leaver_are_inherited(self, case, vendor):
        chat = case.groups[case.leaver][0]
        assert status(vendor, case.leaver)[chat] == 1
        assert hand_over(vendor, RESIGNED, [chat], case.heir) == {}
        assert status(vendor, case.heir) == {chat: 3}
        assert status(vendor, case.heir, status_filter=3) == {chat: 3}
        assert status(vendor, case.heir, status_filter=1) == {}
        assert case.leaver not in [m["userid"] for m in group(vendor, chat)["member_list"]]

    def test_a_wait_shows_as_under_way(self, case, vendor, control, sandbox):
        control.switch(group_takeover_seconds=60)
        chat = case.groups[case.leaver][0]
        assert hand_over(vendor, RESIGNED, [chat], case.heir) == {}
        assert status(vendor, case.leaver, status_filter=2) == {chat: 2}
        assert hand_over(vendor, RESIGNED, [chat], case.heir) == {chat: 90507}
        sandbox.clock.advance(61)
        assert status(vendor, case.heir) == {chat: 3}

    def test_who_works_here_is_no_leaver(self, case, vendor, control):
        assert hand_over(vendor, RESIGNED, case.groups[case.owner][:1], case.heir) == {
            case.groups[case.owner][0]: 90500
        }
        chat = case.groups[case.leaver][0]
        hand_over(vendor, RESIGNED, [chat], case.heir)
        assert hand_over(vendor, RESIGNED, [chat], case.heir) == {chat: 90508}
        control.switch(group_inherited="90500")
        assert hand_over(vendor, RESIGNED, [chat], case.heir) == {chat: 90500}

    def test_leavers_of_long_ago(self, case, vendor, control, sandbox):
        sandbox.clock.advance(400 * DAY)
        vendor._token = None
        first, second = (
            case.groups[case.leaver][:2] if len(case.groups[case.leaver]) > 1 else case.groups[case.leaver] * 2
        )
        control.switch(old_leavers="refused")
        assert hand_over(vendor, RESIGNED, [second], case.heir) == {second: 40205}
        control.switch(old_leavers="accepted")
        assert hand_over(vendor, RESIGNED, [first], case.heir) == {}

    def test_the_console_does_the_same(self, case, vendor, control):
        chat = case.groups[case.leaver][0]
        control.act("admin_allocates_group", chat_id=chat, new_owner=case.heir)
        assert status(vendor, case.heir) == {chat: 3}
        assert group(vendor, chat)["owner"] == case.heir

    def test_a_group_dismissed_meanwhile_stays_as_it_is(self, case, vendor, control, sandbox):
        control.switch(group_takeover_seconds=60)
        chat = case.groups[case.leaver][0]
        hand_over(vendor, RESIGNED, [chat], case.heir)
        control.act("staff_dismisses_group", chat_id=chat)
        sandbox.clock.advance(61)
        assert control.ok("GET", "state/handovers")["items"][0]["state"] == "void"
