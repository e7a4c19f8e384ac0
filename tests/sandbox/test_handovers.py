"""Customers change hands: ordered, waited for, refused, done, counted."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from privcrm.sandbox.world import StaffState

TRANSFER, RESULT = "externalcontact/transfer_customer", "externalcontact/transfer_result"
RESIGNED, RESIGNED_RESULT = "externalcontact/resigned/transfer_customer", "externalcontact/resigned/transfer_result"
LEGACY, LEGACY_RESULT = "externalcontact/transfer", "externalcontact/get_transfer_result"
UNASSIGNED = "externalcontact/get_unassigned_list"
DAY = 86_400


class Case:
    """Somebody with customers, somebody who left customers behind, and somebody without any who takes them."""

    def __init__(self, vendor, sandbox, relations):
        self._vendor, self._sandbox = vendor, sandbox
        self.giver = relations[0].userid
        self.mine = [r.external_userid for r in relations if r.userid == self.giver]
        world = sandbox.world
        nobody = (s for s in world.staff if s.can_contact and not list(world.follows.of_staff(s.number)))
        self.taker = next(nobody).staff_id
        self.leaver = world.staff.leavers()[0].staff_id
        rows = unassigned(vendor)
        self.left_behind = [row["external_userid"] for row in rows if row["handover_userid"] == self.leaver]

    def later(self, seconds):
        """Let seconds pass; the token is fetched anew."""
        self._sandbox.clock.advance(seconds)
        self._vendor._token = None


@pytest.fixture
def case(vendor, sandbox, relations):
    return Case(vendor, sandbox, relations)


def unassigned(vendor, **body):
    rows, cursor = [], ""
    while True:
        reply = vendor.post(UNASSIGNED, cursor=cursor, **body)
        rows += reply["info"]
        cursor = reply["next_cursor"]
        assert reply["is_last"] == (not cursor)
        if not cursor:
            return rows


def hand_over(vendor, giver, taker, members, path=TRANSFER, **more):
    reply = vendor.post(path, handover_userid=giver, takeover_userid=taker, external_userid=members, **more)
    assert reply["errcode"] == 0, reply
    assert [row["external_userid"] for row in reply["customer"]] == members
    return [row["errcode"] for row in reply["customer"]]


def results(vendor, giver, taker, path=RESULT):
    rows = vendor.post(path, handover_userid=giver, takeover_userid=taker)["customer"]
    return {row["external_userid"]: (row["status"], row["takeover_time"]) for row in rows}


def followers(vendor, member):
    reply = vendor.get("externalcontact/get", external_userid=member)
    return {row["userid"]: row for row in reply.get("follow_user", [])}


class TestOnJob:
    def test_a_transfer_waits_a_day_and_moves_the_relation(self, case, vendor, control, sandbox):
        before = sandbox.clock.time()
        assert hand_over(vendor, case.giver, case.taker, case.mine[:2], transfer_success_msg="以后由我为您服务") == [
            0,
            0,
        ]
        status, due = results(vendor, case.giver, case.taker)[case.mine[0]]
        assert status == 2
        assert before + DAY - 1 <= due <= sandbox.clock.time() + DAY
        case.later(DAY - 60)
        assert case.taker not in followers(vendor, case.mine[0])
        case.later(120)
        after = followers(vendor, case.mine[0])
        assert case.giver not in after
        assert (after[case.taker]["add_way"], after[case.taker]["oper_userid"], after[case.taker]["createtime"]) == (
            202,
            case.giver,
            due,
        )
        assert results(vendor, case.giver, case.taker) == {case.mine[0]: (1, due), case.mine[1]: (1, due)}
        assert case.mine[0] not in vendor.get("externalcontact/list", userid=case.giver)["external_userid"]
        assert sorted(vendor.get("externalcontact/list", userid=case.taker)["external_userid"]) == sorted(case.mine[:2])
        ended = {f["userid"]: f["ended_by"] for f in control.member(case.mine[0])["follows"]}
        assert ended[case.giver] == "transfer"
        rows = control.ok("GET", "state/handovers", limit=1)
        assert (rows["count"], rows["items"][0]["state"]) == (2, "done")
        assert rows["items"][0]["transfer_success_msg"] == "以后由我为您服务"
        assert control.ok("GET", "state/handovers", cursor=rows["next_cursor"])["items"][0]["kind"] == "onjob"

    def test_state_and_actions_see_what_was_due(self, case, vendor, control):
        hand_over(vendor, case.giver, case.taker, case.mine[:2])
        case.later(DAY + 1)
        assert case.taker in [f["userid"] for f in control.member(case.mine[0])["follows"]]
        reply = control("POST", "actions/member_refuses_transfer", {"external_userid": case.mine[1]})
        assert reply.status_code == 400

    def test_a_member_may_refuse_while_it_waits(self, case, vendor, control):
        hand_over(vendor, case.giver, case.taker, case.mine[:1])
        control.act("member_refuses_transfer", external_userid=case.mine[0], takeover_userid=case.taker)
        assert results(vendor, case.giver, case.taker)[case.mine[0]] == (3, 0)
        case.later(2 * DAY)
        assert case.giver in followers(vendor, case.mine[0])
        assert case.taker not in followers(vendor, case.mine[0])

    def test_the_newest_transfer_of_a_pair_is_told(self, case, vendor, control):
        hand_over(vendor, case.giver, case.taker, case.mine[:2])
        control.act("member_refuses_transfer", external_userid=case.mine[0])
        assert hand_over(vendor, case.giver, case.taker, case.mine[:1]) == [0]
        rows = vendor.post(RESULT, handover_userid=case.giver, takeover_userid=case.taker)["customer"]
        assert [(row["external_userid"], row["status"]) for row in rows] == [(case.mine[1], 2), (case.mine[0], 2)]

    @pytest.mark.parametrize("code", ["40129", "40100"])
    def test_a_running_transfer_is_not_begun_again(self, case, vendor, control, code):
        control.switch(transfer_running=code)
        assert hand_over(vendor, case.giver, case.taker, [case.mine[0], case.mine[0]]) == [0, int(code)]
        assert hand_over(vendor, case.giver, case.taker, case.mine[:1]) == [int(code)]

    def test_two_transfers_in_90_days(self, case, vendor, control):
        for _ in range(2):
            assert hand_over(vendor, case.giver, case.taker, case.mine[:1]) == [0]
            control.act("member_refuses_transfer", external_userid=case.mine[0])
        assert hand_over(vendor, case.giver, case.taker, case.mine[:1]) == [40128]
        control.switch(transfers_counted="done")
        assert hand_over(vendor, case.giver, case.taker, case.mine[:1]) == [0]
        control.act("member_refuses_transfer", external_userid=case.mine[0])
        control.switch(transfers_counted="started")
        case.later(89 * DAY)
        assert hand_over(vendor, case.giver, case.taker, case.mine[:1]) == [40128]
        case.later(DAY)
        assert hand_over(vendor, case.giver, case.taker, case.mine[:1]) == [0]

    def test_a_full_taker_is_refused_at_once_or_when_the_time_comes(self, case, vendor, control):
        control.switch(customers_per_staff=2)
        assert hand_over(vendor, case.giver, case.taker, case.mine[:3]) == [0, 0, 0]
        case.later(DAY + 1)
        assert [results(vendor, case.giver, case.taker)[m][0] for m in case.mine[:3]] == [1, 1, 4]
        assert results(vendor, case.giver, case.taker)[case.mine[2]][1] == 0
        assert case.giver in followers(vendor, case.mine[2])
        assert hand_over(vendor, case.giver, case.taker, case.mine[3:4]) == [40099]

    def test_entries_are_refused_one_by_one(self, case, vendor, control, relations):
        stranger = next(r.external_userid for r in relations if r.external_userid not in case.mine)
        control.act("member_deletes_staff", userid=case.giver, external_userid=case.mine[1])
        assert hand_over(vendor, case.giver, case.taker, ["wmnobody", stranger, case.mine[1], case.mine[0]]) == [
            40096,
            40131,
            84061,
            0,
        ]
        assert hand_over(vendor, case.giver, case.giver, case.mine[:1]) == [40130]

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"state": "disabled"}, 41054),
            ({"state": "without_customer_contact"}, 84074),
            ({"verified": False}, 40098),
            ({"blocked": True}, 40143),
            ({"dormant": True}, 40205),
        ],
    )
    def test_a_taker_has_to_be_fit(self, case, vendor, control, change, code):
        control.act("staff_account_changes", userid=case.taker, **change)
        assert hand_over(vendor, case.giver, case.taker, case.mine[:2]) == [code, code]
        control.switch(transfer_unfit="call")
        body = {"handover_userid": case.giver, "takeover_userid": case.taker, "external_userid": case.mine[:1]}
        assert vendor.post(TRANSFER, **body)["errcode"] == code

    def test_login_conditions_can_be_ignored(self, case, vendor, control):
        control.act("staff_account_changes", userid=case.giver, dormant=True)
        assert hand_over(vendor, case.giver, case.taker, case.mine[:1]) == [40205]
        control.switch(login_conditions="ignored")
        assert hand_over(vendor, case.giver, case.taker, case.mine[:1]) == [0]
        control.act("staff_account_changes", userid=case.giver, blocked=True)
        assert hand_over(vendor, case.giver, case.taker, case.mine[1:2]) == [40143]

    def test_a_leaver_is_no_giver_here(self, case, vendor):
        body = {"handover_userid": case.leaver, "takeover_userid": case.taker, "external_userid": case.mine[:1]}
        assert vendor.post(TRANSFER, **body)["errcode"] == 40003

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"handover_userid": ""}, 41009),
            ({"takeover_userid": None}, 41009),
            ({"external_userid": []}, 41035),
            ({"external_userid": "wmx"}, 41035),
            ({"external_userid": ["wmx"] * 101}, 40058),
            ({"transfer_success_msg": "啊" * 201}, 40058),
            ({"takeover_userid": "nobody"}, 40003),
        ],
    )
    def test_wrong_parameters_refuse_the_call(self, case, vendor, change, code):
        body = {
            "handover_userid": case.giver,
            "takeover_userid": case.taker,
            "external_userid": case.mine[:1],
            **change,
        }
        assert vendor.post(TRANSFER, **body)["errcode"] == code
        assert vendor.post(TRANSFER, **body)["customer"] == []

    def test_a_taker_who_follows_already_keeps_the_relation(self, case, vendor, relations):
        pairs = {}
        for r in relations:
            pairs.setdefault(r.external_userid, []).append(r.userid)
        member, (giver, taker, *_) = next((m, staff) for m, staff in pairs.items() if len(staff) > 1)
        kept = followers(vendor, member)[taker]
        assert hand_over(vendor, giver, taker, [member]) == [0]
        case.later(DAY + 1)
        assert followers(vendor, member)[taker] == kept
        assert giver not in followers(vendor, member)

    @pytest.mark.parametrize("carries", ["nothing", "tags", "everything"])
    def test_what_goes_along_is_a_switch(self, case, vendor, control, relation, carries):
        tag = vendor.tags()["客户等级/VIP"]
        vendor.mark(relation, add=[tag])
        pair = {"userid": case.giver, "external_userid": relation.external_userid}
        vendor.post("externalcontact/remark", **pair, remark="老客户", remark_mobiles=["13800000000"])
        control.switch(transfer_carries=carries, transfer_operator="takeover")
        hand_over(vendor, case.giver, case.taker, [relation.external_userid])
        case.later(DAY + 1)
        new = followers(vendor, relation.external_userid)[case.taker]
        assert (tag in [t["tag_id"] for t in new["tags"]]) == (carries != "nothing")
        assert (new["remark"], new["remark_mobiles"]) == (
            ("老客户", ["13800000000"]) if carries == "everything" else ("", [])
        )
        assert new["oper_userid"] == case.taker

    def test_what_is_gone_when_the_time_comes_leaves_no_record(self, case, vendor, control):
        hand_over(vendor, case.giver, case.taker, case.mine[:2])
        control.act("staff_deletes_member", userid=case.giver, external_userid=case.mine[0])
        case.later(DAY + 1)
        assert {m: status for m, (status, _) in results(vendor, case.giver, case.taker).items()} == {case.mine[1]: 1}
        legacy = {"handover_userid": case.giver, "takeover_userid": case.taker, "external_userid": case.mine[0]}
        assert vendor.post(LEGACY_RESULT, **legacy)["status"] == 5

    def test_a_taker_who_resigned_takes_nothing(self, case, vendor, control):
        hand_over(vendor, case.giver, case.taker, case.mine[:1])
        control.act("staff_resigns", userid=case.taker)
        case.later(DAY + 1)
        assert case.giver in followers(vendor, case.mine[0])
        assert control.ok("GET", "state/handovers")["items"][0]["state"] == "void"

    def test_results_come_in_pages_of_a_thousand(self, case, vendor, control, sandbox):
        made = []
        for _ in range(11):
            batch = [control.act("member_adds_staff", userid=case.giver)["external_userid"] for _ in range(92)]
            assert set(hand_over(vendor, case.giver, case.taker, batch)) == {0}
            made += batch
        pair = {"handover_userid": case.giver, "takeover_userid": case.taker}
        first = vendor.post(RESULT, **pair)
        second = vendor.post(RESULT, **pair, cursor=first["next_cursor"])
        assert (len(first["customer"]), len(second["customer"]), second["next_cursor"]) == (1000, 12, "")
        assert [row["external_userid"] for row in first["customer"] + second["customer"]] == made
        other = vendor.post(RESULT, handover_userid=case.taker, takeover_userid=case.giver, cursor=first["next_cursor"])
        assert other["errcode"] == 50100

    def test_an_app_without_customer_contact_is_refused(self, case, vendor_as, sandbox):
        plain = vendor_as(sandbox.credentials.plain_secret)
        body = {"handover_userid": case.giver, "takeover_userid": case.taker, "external_userid": case.mine[:1]}
        assert plain.post(TRANSFER, **body)["errcode"] == 48002
        assert plain.post(UNASSIGNED)["errcode"] == 48002

    def test_staff_out_of_range_are_refused(self, case, vendor, control, sandbox):
        department = sandbox.world.staff.find(case.giver).department
        others = [d.number for d in sandbox.world.staff.departments if d.number >= 10 and d.number != department]
        control.ok("PATCH", "apps/1000002", {"visible": others})
        body = {"handover_userid": case.giver, "takeover_userid": case.taker, "external_userid": case.mine[:1]}
        assert vendor.post(TRANSFER, **body)["errcode"] == 60011
        assert vendor.post(RESULT, handover_userid=case.giver, takeover_userid=case.taker)["errcode"] == 60011
        assert vendor.post(RESULT, handover_userid="nobody", takeover_userid=case.taker)["errcode"] == 40003


class TestResigned:
    def test_the_customers_of_a_leaver_find_an_heir(self, case, vendor):
        assert hand_over(vendor, case.leaver, case.taker, case.left_behind[:3], RESIGNED) == [0, 0, 0]
        assert results(vendor, case.leaver, case.taker) == {}
        assert {status for status, _ in results(vendor, case.leaver, case.taker, RESIGNED_RESULT).values()} == {2}
        case.later(DAY + 1)
        assert {status for status, _ in results(vendor, case.leaver, case.taker, RESIGNED_RESULT).values()} == {1}
        assert case.taker in followers(vendor, case.left_behind[0])
        rest = [row["external_userid"] for row in unassigned(vendor) if row["handover_userid"] == case.leaver]
        assert rest == case.left_behind[3:]

    def test_assigned_customers_leave_the_list_and_come_back_when_they_refuse(self, case, vendor, control):
        hand_over(vendor, case.leaver, case.taker, case.left_behind[:2], RESIGNED)
        assert case.left_behind[0] not in [row["external_userid"] for row in unassigned(vendor)]
        control.switch(unassigned_while_waiting="listed")
        assert case.left_behind[0] in [row["external_userid"] for row in unassigned(vendor)]
        control.switch(unassigned_while_waiting="hidden")
        control.act("member_refuses_transfer", external_userid=case.left_behind[0], handover_userid=case.leaver)
        assert case.left_behind[0] in [row["external_userid"] for row in unassigned(vendor)]
        assert results(vendor, case.leaver, case.taker, RESIGNED_RESULT)[case.left_behind[0]] == (3, 0)

    def test_who_works_here_is_no_leaver(self, case, vendor, control):
        assert hand_over(vendor, case.giver, case.taker, case.mine[:1], RESIGNED) == [40097]
        control.switch(transfer_unfit="call")
        body = {"handover_userid": case.giver, "takeover_userid": case.taker, "external_userid": case.mine[:1]}
        assert vendor.post(RESIGNED, **body)["errcode"] == 40097

    def test_the_90_days_hold_for_leavers_only_if_switched(self, case, vendor, control):
        for _ in range(2):
            hand_over(vendor, case.giver, case.taker, case.mine[:1])
            control.act("member_refuses_transfer", external_userid=case.mine[0])
        control.act("staff_resigns", userid=case.giver)
        control.switch(leavers_transfers="limited")
        assert hand_over(vendor, case.giver, case.taker, case.mine[:1], RESIGNED) == [40128]
        control.switch(leavers_transfers="unlimited")
        assert hand_over(vendor, case.giver, case.taker, case.mine[:1], RESIGNED) == [0]

    def test_leavers_of_long_ago(self, case, vendor, control):
        case.later(400 * DAY)
        assert hand_over(vendor, case.leaver, case.taker, case.left_behind[:1], RESIGNED) == [0]
        control.switch(old_leavers="refused")
        assert hand_over(vendor, case.leaver, case.taker, case.left_behind[1:2], RESIGNED) == [40205]

    @pytest.mark.parametrize("told", ["listed", "hidden"])
    def test_an_administrator_does_the_same_by_hand(self, case, vendor, control, told):
        control.switch(console_transfers=told)
        pair = {"handover_userid": case.leaver, "takeover_userid": case.taker}
        control.act("admin_allocates_member", **pair, external_userids=case.left_behind[:2], admin=case.taker)
        assert case.left_behind[0] not in [row["external_userid"] for row in unassigned(vendor)]
        assert hand_over(vendor, case.leaver, case.taker, case.left_behind[:1], RESIGNED) == [40129]
        assert len(results(vendor, case.leaver, case.taker, RESIGNED_RESULT)) == (2 if told == "listed" else 0)
        again = control("POST", "actions/admin_allocates_member", {**pair, "external_userid": case.left_behind[0]})
        assert again.status_code == 400
        case.later(DAY + 1)
        assert followers(vendor, case.left_behind[0])[case.taker]["oper_userid"] == case.taker

    def test_a_second_system_gets_there_first(self, vendor, control, case):
        pair = {"handover_userid": case.giver, "takeover_userid": case.taker}
        control.act("other_system", do="transfer", **pair, external_userids=case.mine[:1])
        assert hand_over(vendor, case.giver, case.taker, case.mine[:2]) == [40129, 0]
        assert results(vendor, case.giver, case.taker)[case.mine[0]][0] == 2
        assert control.ok("GET", "state/handovers")["items"][0]["made_by"] == "other program"


class TestUnassigned:
    def test_the_latest_leaver_comes_first(self, case, vendor, control):
        control.act("staff_resigns", userid=case.giver)
        rows = unassigned(vendor)
        assert rows[0]["handover_userid"] == case.giver
        assert rows[-1]["handover_userid"] == case.leaver
        times = [row["dimission_time"] for row in rows]
        assert times == sorted(times, reverse=True)
        assert sorted(row["external_userid"] for row in rows if row["handover_userid"] == case.giver) == sorted(
            case.mine
        )

    def test_pages_go_on_rightly_though_customers_go_and_staff_leave(self, case, vendor, control):
        assert len(case.left_behind) > 20
        first = vendor.post(UNASSIGNED, page_size=10)
        assert first["is_last"] is False
        hand_over(vendor, case.leaver, case.taker, case.left_behind[:10], RESIGNED)
        control.act("staff_resigns", userid=case.giver)
        rest, cursor = [], first["next_cursor"]
        while cursor:
            reply = vendor.post(UNASSIGNED, page_size=7, cursor=cursor)
            rest += reply["info"]
            cursor = reply["next_cursor"]
        assert [row["external_userid"] for row in first["info"] + rest] == case.left_behind

    def test_older_clients_count_pages(self, case, vendor):
        everything = unassigned(vendor)
        second = vendor.post(UNASSIGNED, page_id=1, page_size=10)
        assert second["info"] == everything[10:20]
        assert "next_cursor" not in second
        last = vendor.post(UNASSIGNED, page_id=len(everything) // 10, page_size=10)
        assert last["is_last"] is True
        assert vendor.post(UNASSIGNED, page_id=10**6)["info"] == []

    def test_bounds_and_cursors(self, vendor):
        assert vendor.post(UNASSIGNED, page_size=1001)["errcode"] == 40058
        assert vendor.post(UNASSIGNED, cursor="wrong")["errcode"] == 50100
        assert vendor.post(UNASSIGNED, cursor="wrong")["info"] == []

    def test_who_deleted_the_leaver_is_not_listed(self, case, vendor, control):
        control.act("member_deletes_staff", userid=case.giver, external_userid=case.mine[0])
        control.act("staff_resigns", userid=case.giver)
        assert case.mine[0] not in [row["external_userid"] for row in unassigned(vendor)]


class TestLegacy:
    def test_one_customer_of_anybody(self, case, vendor):
        for from_, member in ((case.giver, case.mine[0]), (case.leaver, case.left_behind[0])):
            one = {"handover_userid": from_, "takeover_userid": case.taker, "external_userid": member}
            assert vendor.post(LEGACY_RESULT, **one)["status"] == 5
            assert vendor.post(LEGACY, **one)["errcode"] == 0
            assert vendor.post(LEGACY, **one)["errcode"] == 40129
            assert vendor.post(LEGACY_RESULT, **one)["status"] == 2
        case.later(DAY + 1)
        assert vendor.post(LEGACY_RESULT, **one)["status"] == 1

    def test_refusals_are_of_the_call(self, case, vendor):
        one = {"handover_userid": case.giver, "takeover_userid": case.taker, "external_userid": case.mine[0]}
        assert vendor.post(LEGACY, **{**one, "takeover_userid": case.giver})["errcode"] == 40130
        assert vendor.post(LEGACY, **{**one, "external_userid": "wmx"})["errcode"] == 40096
        assert vendor.post(LEGACY, **{**one, "external_userid": ""})["errcode"] == 41035
        assert vendor.post(LEGACY_RESULT, **{**one, "external_userid": "wmx"})["errcode"] == 40096
        assert vendor.post(LEGACY_RESULT, **{**one, "handover_userid": "nobody"})["errcode"] == 40003


def test_two_calls_for_one_leaver_collide(case, control, vendor, vendor_as, sandbox):
    control.switch(latency_ms=300)
    others = [vendor_as(sandbox.credentials.secret) for _ in range(2)]
    for other in others:
        assert other.token
    body = {"handover_userid": case.leaver, "takeover_userid": case.taker}

    def send(vendor, member):
        return vendor.post(RESIGNED, **body, external_userid=[member])["errcode"]

    with ThreadPoolExecutor(2) as pool:
        codes = list(pool.map(send, others, case.left_behind[:2]))
    assert sorted(codes) == [0, 45035]


@pytest.mark.parametrize(
    "params",
    [
        {"external_userid": "wmx"},
        {"handover_userid": "nobody"},
        {},
    ],
)
def test_a_refusal_needs_a_transfer(case, control, params):
    reply = control("POST", "actions/member_refuses_transfer", {"external_userid": case.mine[0], **params})
    assert reply.status_code == 400


@pytest.mark.parametrize("params", [{"state": "left"}, {"state": "x"}, {"dormant": 1}])
def test_accounts_change_within_bounds(case, control, sandbox, params):
    assert control("POST", "actions/staff_account_changes", {"userid": case.giver, **params}).status_code == 400
    assert sandbox.world.staff.find(case.giver).state is StaffState.ACTIVE
