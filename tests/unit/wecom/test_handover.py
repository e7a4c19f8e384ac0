"""Handover: what is sent for each kind, what becomes of each entry, and how a lost answer is settled."""

import json
import traceback

import pytest
import requests

from privcrm.errors import (
    CursorRepeated,
    InputError,
    NotFound,
    OutcomeUnknown,
    PreconditionFailed,
    PrivcrmError,
    Refused,
)
from privcrm.models import HandoverKind, HandoverReceipt, HandoverState
from privcrm.provider import Done, Intent, NotDone

ON_JOB, DEPARTURE = HandoverKind.ON_JOB, HandoverKind.DEPARTURE
LEFT_BEHIND = "externalcontact/get_unassigned_list"
TRANSFER = {ON_JOB: "externalcontact/transfer_customer", DEPARTURE: "externalcontact/resigned/transfer_customer"}
RESULT = {ON_JOB: "externalcontact/transfer_result", DEPARTURE: "externalcontact/resigned/transfer_result"}
GROUPS = {ON_JOB: "externalcontact/groupchat/onjob_transfer", DEPARTURE: "externalcontact/groupchat/transfer"}
GROUP = "externalcontact/groupchat/get"
NOW = 1_767_225_600
INTENT = Intent("key-1", "", float(NOW))
LOST = requests.ConnectionError("reset")
KINDS = pytest.mark.parametrize("kind", [ON_JOB, DEPARTURE])


def sent(vendor, path):
    return [json.loads(request.body) for request in vendor.asked(path)]


def entry(member_id, code=0):
    return {"external_userid": member_id, "errcode": code}


def state(member_id, status, at=0):
    return {"external_userid": member_id, "status": status, "takeover_time": at}


def states(*rows, cursor=""):
    return {"errcode": 0, "customer": list(rows), "next_cursor": cursor}


def transfer(provider, member_ids=("wm1", "wm2"), kind=ON_JOB, giver="a", taker="b", **more):
    return provider.handover.transfer_members(kind, giver, taker, member_ids, intent=INTENT, **more)


def settle(provider, *member_ids, kind=ON_JOB):
    return provider.handover.settle_members(INTENT, kind, "a", "b", member_ids)


# members left behind


def test_members_left_behind_are_listed_over_pages_to_the_last_cursor(vendor, company):
    first = {"handover_userid": "gone", "external_userid": "wm1", "dimission_time": "1735600000", "new": {"x": 1}}
    vendor.answers(
        LEFT_BEHIND,
        {"errcode": 0, "info": [first], "is_last": True, "next_cursor": "C1"},
        {"errcode": 0, "info": [{"handover_userid": "gone", "external_userid": "wm2"}], "next_cursor": ""},
    )
    found = list(company().handover.unassigned())
    assert [(one.staff_id, one.member_id, one.left_at) for one in found] == [
        ("gone", "wm1", 1_735_600_000),
        ("gone", "wm2", None),
    ]
    assert found[0].raw["new"] == {"x": 1}
    assert sent(vendor, LEFT_BEHIND) == [{"page_size": 1000}, {"page_size": 1000, "cursor": "C1"}]


def test_the_list_of_members_left_behind_can_be_resumed(vendor, company):
    vendor.answers(LEFT_BEHIND, {"errcode": 0, "info": [], "next_cursor": ""})
    assert list(company().handover.unassigned("C7")) == []
    assert sent(vendor, LEFT_BEHIND) == [{"page_size": 1000, "cursor": "C7"}]


# transferring members


@KINDS
def test_each_kind_has_its_own_endpoint(vendor, company, kind):
    vendor.answers(TRANSFER[kind], {"errcode": 0, "customer": [entry("wm1"), entry("wm2")]})
    receipts = transfer(company(), kind=kind)
    assert receipts == [HandoverReceipt("wm1"), HandoverReceipt("wm2")]
    pair = {"handover_userid": "a", "takeover_userid": "b", "external_userid": ["wm1", "wm2"]}
    assert sent(vendor, TRANSFER[kind]) == [pair]


def test_a_message_and_extra_fields_are_sent(vendor, company):
    vendor.answers(TRANSFER[ON_JOB], {"errcode": 0, "customer": [entry("wm1")]})
    transfer(company(), ["wm1"], message="您好", extra={"takeover_userid": "c", "new": 1})
    assert sent(vendor, TRANSFER[ON_JOB]) == [
        {
            "handover_userid": "a",
            "takeover_userid": "c",
            "external_userid": ["wm1"],
            "transfer_success_msg": "您好",
            "new": 1,
        }
    ]


def test_entries_have_outcomes_of_their_own_in_the_order_given(vendor, company):
    answered = [entry("wm3", "40128"), {"external_userid": "wm4"}, entry("wm1", 84061), entry("wm9")]
    vendor.answers(TRANSFER[ON_JOB], {"errcode": 0, "customer": answered})
    receipts = transfer(company(), ["wm1", "wm2", "wm3", "wm4"])
    assert [(one.item_id, one.code, one.accepted, one.unknown) for one in receipts] == [
        ("wm1", 84061, False, False),
        ("wm2", 0, False, True),
        ("wm3", 40128, False, False),
        ("wm4", 0, False, True),
    ]


@pytest.mark.parametrize("code", [40100, 40129])
def test_who_is_on_the_way_to_this_successor_counts_as_accepted(vendor, company, code):
    vendor.answers(TRANSFER[ON_JOB], {"errcode": 0, "customer": [entry(one, code) for one in ("wm1", "wm2", "wm3")]})
    vendor.answers(RESULT[ON_JOB], states(state("wm1", 2, NOW + 9), state("wm2", 3)))
    receipts = transfer(company(), ["wm1", "wm2", "wm3"])
    assert [one.code for one in receipts] == [0, code, code]


def test_no_look_up_is_made_where_nobody_is_on_the_way(vendor, company):
    vendor.answers(TRANSFER[ON_JOB], {"errcode": 0, "customer": [entry("wm1", 40128), entry("wm2")]})
    transfer(company())
    assert sent(vendor, RESULT[ON_JOB]) == []


def test_a_look_up_that_fails_hides_no_receipt(vendor, company):
    vendor.answers(TRANSFER[ON_JOB], {"errcode": 0, "customer": [entry("wm1"), entry("wm2", 40129)]})
    vendor.answers(RESULT[ON_JOB], 48002)
    assert [one.code for one in transfer(company())] == [0, 40129]


@pytest.mark.parametrize(("kind", "code"), [(DEPARTURE, 40097), (ON_JOB, 40003), (ON_JOB, 60111)])
def test_the_wrong_kind_is_a_failed_precondition(vendor, company, kind, code):
    vendor.answers(TRANSFER[kind], code)
    with pytest.raises(PreconditionFailed) as caught:
        transfer(company(), kind=kind)
    assert caught.value.code == code
    assert kind is DEPARTURE or "departure" in str(caught.value)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("member_ids", {"member_ids": []}),
        ("member_ids", {"member_ids": ["wm1", ""]}),
        ("member_ids", {"member_ids": ["wm1", "wm2", "wm1"]}),
        ("member_ids has 101 items, at most 100", {"member_ids": [f"wm{n}" for n in range(101)]}),
        ("from_staff_id", {"giver": ""}),
        ("to_staff_id", {"taker": ""}),
        ("to_staff_id is the same", {"taker": "A"}),
        ("message has 201 characters, at most 200", {"message": "好" * 201}),
        ("message", {"message": "x", "kind": DEPARTURE}),
    ],
)
def test_a_wrong_transfer_is_refused_before_sending(vendor, company, field, wrong):
    with pytest.raises(InputError, match=rf"^{field}.*developer\.work\.weixin\.qq\.com"):
        transfer(company(), **wrong)
    assert len(vendor.mock.calls) == 0


def test_the_largest_transfer_is_sent(vendor, company):
    vendor.answers(TRANSFER[ON_JOB], {"errcode": 0, "customer": []})
    transfer(company(), [f"wm{n}" for n in range(100)], message="好" * 200)
    assert len(sent(vendor, TRANSFER[ON_JOB])[0]["external_userid"]) == 100


@KINDS
def test_a_lost_answer_is_sent_once_and_its_outcome_unknown(vendor, company, kind):
    vendor.answers(TRANSFER[kind], LOST)
    with pytest.raises(OutcomeUnknown) as caught:
        transfer(company(), kind=kind)
    assert caught.value.intent is INTENT
    assert len(vendor.asked(TRANSFER[kind])) == 1


def test_a_failed_transfer_shows_no_message(vendor, company, caplog):
    vendor.answers(TRANSFER[ON_JOB], {"errcode": 40058, "errmsg": "bad"})
    text = "您好王女士"
    with caplog.at_level(1), pytest.raises(PrivcrmError) as caught:
        transfer(company(), message=text)
    # The frames of this test hold the text themselves; those of the adapter must not.
    error = caught.value.with_traceback(caught.value.__traceback__.tb_next.tb_next)
    shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert "transfer_members" in shown
    assert text not in shown + caplog.text + repr(error)


# settling members


@KINDS
def test_settling_reads_all_pages_of_the_same_kind(vendor, company, kind):
    vendor.answers(
        RESULT[kind],
        states(state("wm9", 2, NOW + 9), cursor="C"),
        states(state("wm2", "2", str(NOW + 86_400))),
    )
    assert settle(company(), "wm1", "wm2", kind=kind) == Done([HandoverReceipt("wm2")])
    pair = {"handover_userid": "a", "takeover_userid": "b"}
    assert sent(vendor, RESULT[kind]) == [pair, {**pair, "cursor": "C"}]


@pytest.mark.parametrize(
    ("row", "ours"),
    [
        (state("wm1", 1, NOW + 5), True),
        (state("wm1", 1, NOW - 60), True),  # the vendor's clock goes behind ours
        (state("wm1", 1, NOW - 86_400), False),  # an older transfer between the two
        (state("wm1", 2, NOW + 86_400), True),
        (state("wm1", 2, NOW - 86_400), True),  # on the way all the same
        (state("wm1", 3, NOW + 5), True),
        (state("wm1", 3, NOW - 86_400), False),
        (state("wm1", 4, NOW + 5), True),
        (state("wm1", 4, NOW - 86_400), False),
        (state("wm1", 5), False),
        (state("wm1", 9, NOW - 86_400), False),
        (state("wm2", 2, NOW + 5), False),
    ],
)
def test_settling_tells_this_transfer_from_older_ones(vendor, company, row, ours):
    vendor.answers(RESULT[ON_JOB], states(row))
    assert settle(company(), "wm1") == (Done([HandoverReceipt("wm1")]) if ours else NotDone())


@pytest.mark.parametrize("row", [state("wm1", 3), state("wm1", 4), state("wm1", 1), state("wm1", 9, NOW + 5)])
def test_of_a_transfer_without_a_time_nobody_can_tell(vendor, company, row):
    vendor.answers(RESULT[ON_JOB], states(row, state("wm2", 2, NOW + 9)))
    settled = settle(company(), "wm1", "wm2", "wm3")
    assert isinstance(settled, Done)
    told = [(one.item_id, one.accepted, one.unknown) for one in settled.result]
    assert told == [("wm1", False, True), ("wm2", True, False)]


def test_settling_gives_receipts_in_the_order_of_the_call(vendor, company):
    vendor.answers(RESULT[ON_JOB], states(*(state(f"wm{n}", 2, NOW + 9) for n in range(5))))
    assert settle(company(), "wm3", "wm7", "wm1") == Done([HandoverReceipt("wm3"), HandoverReceipt("wm1")])


def test_settling_that_cannot_read_says_so(vendor, company):
    vendor.answers(RESULT[ON_JOB], 48002)
    with pytest.raises(Refused):
        settle(company(), "wm1")


# results


def test_results_tell_every_state_and_keep_what_they_do_not_know(vendor, company):
    rows = [
        state("wm1", 1, NOW),
        state("wm2", 2, str(NOW + 9)),
        state("wm3", "3"),
        state("wm4", 4),
        state("wm5", 5),
        {"external_userid": "wm6", "status": 77, "reason": "?"},
    ]
    vendor.answers(RESULT[DEPARTURE], states(*rows))
    found = list(company().handover.results(DEPARTURE, "a", "b", "C3"))
    assert [(one.member_id, one.state, one.at) for one in found] == [
        ("wm1", HandoverState.DONE, NOW),
        ("wm2", HandoverState.WAITING, NOW + 9),
        ("wm3", HandoverState.REFUSED, None),
        ("wm4", HandoverState.SUCCESSOR_FULL, None),
        ("wm5", HandoverState.NONE, None),
        ("wm6", HandoverState.UNKNOWN, None),
    ]
    assert found[5].raw["reason"] == "?"
    assert sent(vendor, RESULT[DEPARTURE]) == [{"handover_userid": "a", "takeover_userid": "b", "cursor": "C3"}]


def test_results_with_a_cursor_that_comes_twice_are_refused(vendor, company):
    vendor.answers(RESULT[ON_JOB], states(state("wm1", 2), cursor="C"))
    with pytest.raises(CursorRepeated):
        list(company().handover.results(ON_JOB, "a", "b"))


@pytest.mark.parametrize("pair", [("", "b"), ("a", "")])
def test_results_need_both_employees(vendor, company, pair):
    with pytest.raises(InputError, match="staff_id is empty"):
        company().handover.results(ON_JOB, *pair)
    assert len(vendor.mock.calls) == 0


# groups


@KINDS
def test_groups_go_by_the_endpoint_of_their_kind(vendor, company, kind):
    failed = [{"chat_id": "wr2", "errcode": "90501", "errmsg": "no customer group"}]
    vendor.answers(GROUPS[kind], {"errcode": 0, "failed_chat_list": failed})
    receipts = company().handover.transfer_groups(kind, ["wr1", "wr2"], "b", intent=INTENT, extra={"new": 1})
    assert receipts == [HandoverReceipt("wr1"), HandoverReceipt("wr2", 90501, "no customer group")]
    assert [one.accepted for one in receipts] == [True, False]
    assert sent(vendor, GROUPS[kind]) == [{"chat_id_list": ["wr1", "wr2"], "new_owner": "b", "new": 1}]


@pytest.mark.parametrize(("kind", "code"), [(DEPARTURE, 90500), (ON_JOB, 90502)])
def test_the_wrong_kind_for_groups_is_a_failed_precondition(vendor, company, kind, code):
    vendor.answers(GROUPS[kind], code)
    with pytest.raises(PreconditionFailed):
        company().handover.transfer_groups(kind, ["wr1"], "b", intent=INTENT)


@pytest.mark.parametrize(
    ("field", "group_ids", "taker"),
    [
        ("group_ids is empty", [], "b"),
        ("group_ids holds an empty id", ["wr1", ""], "b"),
        ("group_ids holds an id twice", ["wr1", "wr1"], "b"),
        ("group_ids has 101 items, at most 100", [f"wr{n}" for n in range(101)], "b"),
        ("to_staff_id is empty", ["wr1"], ""),
    ],
)
def test_a_wrong_transfer_of_groups_is_refused_before_sending(vendor, company, field, group_ids, taker):
    with pytest.raises(InputError, match=field):
        company().handover.transfer_groups(ON_JOB, group_ids, taker, intent=INTENT)
    assert len(vendor.mock.calls) == 0


@KINDS
def test_a_lost_answer_about_groups_is_sent_once(vendor, company, kind):
    vendor.answers(GROUPS[kind], LOST)
    with pytest.raises(OutcomeUnknown):
        company().handover.transfer_groups(kind, ["wr1"], "b", intent=INTENT)
    assert len(vendor.asked(GROUPS[kind])) == 1


def test_groups_are_settled_by_their_owner(vendor, company):
    def owned(by):
        return {"errcode": 0, "group_chat": {"chat_id": "x", "owner": by}}

    vendor.answers(GROUP, owned("a"), owned("B"), 49008, owned("b"))
    settled = company().handover.settle_groups(INTENT, ["wr1", "wr2", "wr3", "wr4"], "b")
    assert settled == Done([HandoverReceipt("wr2"), HandoverReceipt("wr4")])
    assert [body["chat_id"] for body in sent(vendor, GROUP)] == ["wr1", "wr2", "wr3", "wr4"]


def test_groups_that_nobody_moved_may_be_sent_again(vendor, company):
    vendor.answers(GROUP, {"errcode": 0, "group_chat": {"owner": "a"}}, {"errcode": 0, "group_chat": {}})
    assert company().handover.settle_groups(INTENT, ["wr1", "wr2"], "b") == NotDone()


# a group by the id that mini-programs see

OPENGID = "externalcontact/opengid_to_chatid"


def test_a_group_is_found_by_its_opengid(vendor, company):
    vendor.answers(OPENGID, {"errcode": 0, "chat_id": "wr1", "new": 1})
    assert company().groups.id_of_opengid("oG1") == "wr1"
    assert sent(vendor, OPENGID) == [{"opengid": "oG1"}]


@pytest.mark.parametrize("code", [90511, 90509])
def test_an_opengid_of_nobodys_group_is_not_found(vendor, company, code):
    vendor.answers(OPENGID, code)
    with pytest.raises(NotFound):
        company().groups.id_of_opengid("oG1")


def test_an_answer_without_a_group_is_no_group(vendor, company):
    vendor.answers(OPENGID, {"errcode": 0})
    with pytest.raises(PrivcrmError, match="no chat_id"):
        company().groups.id_of_opengid("oG1")


def test_an_empty_opengid_is_refused(vendor, company):
    with pytest.raises(InputError, match="opengid is empty"):
        company().groups.id_of_opengid("")
    assert len(vendor.mock.calls) == 0
