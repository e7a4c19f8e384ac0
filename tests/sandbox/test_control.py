import json

import pytest

from privcrm.sandbox import BadRequest
from privcrm.sandbox.calls import RecordedCall, Recorder
from tests.sandbox.conftest import every_page


@pytest.mark.parametrize(
    ("kind", "key", "limit"),
    [("staff", "userid", 7), ("members", "external_userid", 999), ("tags", "tag_id", 5), ("groups", "chat_id", 7)],
)
def test_state_comes_in_pages_in_a_stable_order(control, kind, key, limit):
    paged = every_page(control, f"state/{kind}", limit=limit)
    assert len({row[key] for row in paged}) == len(paged)
    assert paged == every_page(control, f"state/{kind}", limit=1000)


@pytest.mark.parametrize("kind", ["live_codes", "handovers", "moments", "messages"])
def test_what_does_not_exist_yet_is_empty(control, kind):
    assert control.ok("GET", f"state/{kind}") == {"items": [], "next_cursor": "", "count": 0}
    assert control.ok("GET", "deliveries")["items"] == []


def test_tags_tell_who_made_them(control):
    owners = {row["group_name"]: row["agent_id"] for row in control.ok("GET", "state/tags")["items"]}
    assert owners["客户等级"] == 1000002
    assert owners["旧系统标签"] == 1000005
    assert owners["门店标记"] is None


def test_one_member_is_found_by_id(control, relation):
    assert control.member(relation.external_userid)["external_userid"] == relation.external_userid
    assert control.ok("GET", "state/members", external_userid="wmnobody")["items"] == []


def test_calls_are_recorded_with_app_pair_and_code(vendor, control, relation):
    vendor.mark(relation, add=["etnothing"])
    call = every_page(control, "calls", path="*/mark_tag")[0]
    assert call.items() >= {
        "path": "/cgi-bin/externalcontact/mark_tag",
        "agent_id": 1000002,
        "errcode": 40068,
        "status": 200,
        "userid": relation.userid,
        "external_userid": relation.external_userid,
    }.items()  # fmt: skip


def test_asking_for_a_token_is_recorded_with_the_app_that_asked(vendor, control):
    vendor.gettoken()
    vendor.gettoken(secret="wrong")
    assert [call["agent_id"] for call in every_page(control, "calls", path="*/gettoken")] == [1000002, 0]


def test_calls_are_paged_filtered_and_forgotten(vendor, control, sandbox):
    for _ in range(5):
        vendor.get("getcallbackip")
    sandbox.clock.advance(60)
    moment = sandbox.clock.time()
    vendor.get("getcallbackip")
    assert len(every_page(control, "calls", limit=2)) == 7
    assert len(every_page(control, "calls", limit=2, path="*callbackip")) == 6
    assert len(every_page(control, "calls", since=moment)) == 1
    control.ok("DELETE", "calls")
    assert every_page(control, "calls") == []


def test_the_recorder_holds_no_secret_and_no_text(vendor, control, relation, sandbox):
    pair = {"userid": relation.userid, "external_userid": relation.external_userid}
    vendor.post("externalcontact/remark", **pair, remark="秘密备注", remark_mobiles=["13900001111"])
    vendor.gettoken(secret="a-wrong-secret")
    text = json.dumps(every_page(control, "calls"), ensure_ascii=False)
    for private in (vendor.token, sandbox.credentials.secret, "a-wrong-secret", "秘密备注", "13900001111"):
        assert private not in text


def test_the_recorder_is_bounded_and_counts_everything():
    recorder = Recorder(size=3)
    for _ in range(5):
        recorder.note(RecordedCall(recorder.next_number(), 0.0, "/p", 1, 0, 200))
    assert [call.number for call in recorder.select()] == [3, 4, 5]
    assert [call.number for call in recorder.select(after=4)] == [5]
    assert recorder.totals["/p", 0] == 5


def test_reprs_hide_secrets_and_phones(sandbox, relation):
    shown = repr([sandbox.credentials, sandbox.company.apps, relation, next(sandbox.world.relations())])
    for secret in (sandbox.credentials.secret, sandbox.credentials.callback_aes_key, *relation.phones):
        assert secret not in shown


def test_apps_are_shown_without_secrets(control, sandbox):
    assert sandbox.credentials.secret not in control("GET", "apps").text


def test_the_clock_is_moved_forward_only(control, sandbox):
    before = control.ok("GET", "clock")
    after = control.ok("POST", "clock", {"advance_seconds": 3600})
    assert after["offset"] == before["offset"] + 3600
    assert after["now"] == pytest.approx(sandbox.clock.time(), abs=2)
    for wrong in (-1, "soon", None):
        assert control("POST", "clock", {"advance_seconds": wrong}).status_code == 400


def test_switches_carry_values_defaults_and_notes(control):
    rows = {row["name"]: row for row in control.ok("GET", "switches")["items"]}
    assert rows["minute_limit"]["default"] == 10_000
    assert rows["unknown_staff"]["values"] == ["40003", "60111"]
    assert all(row["note"] and row["value"] == row["default"] for row in rows.values())


@pytest.mark.parametrize(
    "body", [{"nothing": 1}, {"minute_limit": -1}, {"minute_limit": True}, {"unknown_staff": "1"}, {"concurrency": "5"}]
)
def test_wrong_switches_change_nothing(control, body):
    assert control("PATCH", "switches", {"latency_ms": 7, **body}).status_code == 400
    rows = {row["name"]: row["value"] for row in control.ok("GET", "switches")["items"]}
    assert rows["latency_ms"] == 0


def test_reset_gives_back_the_first_state_but_not_the_time(vendor, control, relation, sandbox):
    first = control.ok("GET", "state/members", limit=20)
    vendor.mark(relation, remove=control.tags_on(relation))
    control.switch(minute_limit=1)
    control.ok("POST", "faults", {"path": "*", "kind": "reset"})
    control.ok("POST", "clock", {"advance_seconds": 60})
    offset = sandbox.clock.offset
    control.ok("POST", "reset")
    assert control.ok("GET", "state/members", limit=20) == first
    assert control.ok("GET", "faults")["count"] == control.ok("GET", "calls")["count"] == 0
    assert sandbox.clock.offset == offset
    assert vendor.get("getcallbackip")["errcode"] == 40014


def test_a_token_of_before_a_reset_is_never_handed_out_again(vendor, control):
    before = vendor.gettoken()["access_token"]
    control.ok("POST", "reset")
    assert vendor.gettoken()["access_token"] != before


def test_the_index_says_what_there_is(vendor, control):
    vendor.get("getcallbackip")
    index = control.ok("GET", "")
    assert (index["seed"], index["members"]) == (1, 2000)
    assert {"path": "/cgi-bin/getcallbackip", "errcode": 0, "count": 1} in index["calls"]


@pytest.mark.parametrize(("method", "path"), [("GET", "nothing"), ("PUT", "clock"), ("POST", "state/staff")])
def test_unknown_paths_are_404(control, method, path):
    assert control(method, path).status_code == 404


def test_mistakes_are_explained(control):
    assert "there are staff" in control("GET", "state/horses").json()["error"]
    assert "member_adds_staff" in control("POST", "actions/fly", {}).json()["error"]
    assert control("GET", "calls", cursor="inf").status_code == 400
    assert control("GET", "calls", limit="many").json()["error"] == "limit is a number"
    assert control("GET", "faults/99").status_code == 400
    assert control("PATCH", "apps/1", {}).status_code == 400
    assert control("PATCH", "apps/1000002", {"colour": "red"}).status_code == 400
    for wrong in ({"roles": ["king"]}, {"visible": ["shop"]}, {"visible": 1}, {"trusted_addresses": "127.0.0.1"}):
        assert control("PATCH", "apps/1000002", wrong).status_code == 400
    assert control("GET", "deliveries", app=1).json()["error"] == "there is no such app"


class TestActions:
    def test_the_catalogue_explains_itself(self, control):
        rows = {row["name"]: row["does"] for row in control.ok("GET", "actions")["items"]}
        assert len(rows) >= 10
        assert all(rows.values())

    def test_a_new_person_adds_an_employee(self, control, vendor, relation):
        made = control.act("member_adds_staff", userid=relation.userid, state="spring", way="scan")
        follow = vendor.get("externalcontact/get", external_userid=made["external_userid"])["follow_user"][0]
        assert (follow["userid"], follow["state"], follow["add_way"], follow["tags"]) == (
            relation.userid,
            "spring",
            1,
            [],
        )
        assert made["external_userid"] in vendor.get("externalcontact/list", userid=relation.userid)["external_userid"]

    def test_a_leaver_keeps_the_members_but_serves_nobody(self, control, vendor, relation):
        control.act("staff_resigns", userid=relation.userid)
        assert relation.userid not in vendor.get("externalcontact/get_follow_user_list")["follow_user"]
        assert vendor.mark(relation, add=["x"])["errcode"] == 40003
        followers = vendor.get("externalcontact/get", external_userid=relation.external_userid).get("follow_user", [])
        assert relation.userid not in [f["userid"] for f in followers]
        assert relation.userid in [f["userid"] for f in control.member(relation.external_userid)["follows"]]

    def test_administrators_and_another_system_edit_tags(self, control, vendor):
        tags = vendor.tags()
        control.act("admin_edits_tag", id=tags["客户等级/VIP"], name="贵宾")
        control.act("admin_edits_tag", id=tags["客户等级/潜在"], delete=True)
        control.act("other_system", do="tag", group_name="旧系统标签", name="新增")
        now = vendor.tags()
        assert now["客户等级/贵宾"] == tags["客户等级/VIP"]
        assert "客户等级/潜在" not in now
        assert vendor.post("externalcontact/del_corp_tag", tag_id=[now["旧系统标签/新增"]])["errcode"] == 40068

    def test_another_system_marks_members(self, control, vendor, relation):
        pair = {"userid": relation.userid, "external_userid": relation.external_userid}
        tags = vendor.tags()
        control.act("other_system", do="mark", **pair, add_tag=[tags["旧系统标签/黑名单"]])
        assert tags["旧系统标签/黑名单"] in control.tags_on(relation)

    def test_groups_change(self, control, relation):
        made = control.act("staff_creates_group", userid=relation.userid, name="群")
        control.act("group_changes", chat_id=made["chat_id"], name="改名", notice="公告")
        row = control.ok("GET", "state/groups", limit=1000)["items"][-1]
        assert (row["chat_id"], row["name"], row["notice"]) == (made["chat_id"], "改名", "公告")

    @pytest.mark.parametrize(
        ("name", "params"),
        [
            ("member_adds_staff", {}),
            ("member_adds_staff", {"userid": "nobody"}),
            ("staff_deletes_member", {"userid": "TangYuhang", "external_userid": "wmnobody"}),
            ("staff_dismisses_group", {"chat_id": "wrnothing"}),
            ("admin_edits_tag", {"id": "etnothing", "name": "x"}),
            ("other_system", {"do": "dance"}),
        ],
    )
    def test_impossible_actions_are_explained(self, control, name, params):
        reply = control("POST", f"actions/{name}", params)
        assert reply.status_code == 400
        assert reply.json()["error"]

    def test_the_same_from_python(self, sandbox, relation):
        made = sandbox.act("member_adds_staff", userid=relation.userid)
        assert sandbox.company.ids.member_number(made["external_userid"]) is not None
        with pytest.raises(BadRequest, match="needed"):
            sandbox.act("member_adds_staff")
