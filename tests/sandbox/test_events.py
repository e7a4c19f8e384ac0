"""Which events follow from what people do, who is told, and that programs' own calls are followed by none."""

import pytest

from privcrm.sandbox.wecom.acquisition import expiry
from tests.sandbox.test_callbacks import DIRECTORY, OTHERS, OURS, PLAIN, adds, flush

CUSTOMER, GROUP, TAG, DIRECTORY_EVENT, LINK = (
    "change_external_contact",
    "change_external_chat",
    "change_external_tag",
    "change_contact",
    "customer_acquisition",
)
COMMON = {"ToUserName", "FromUserName", "CreateTime", "MsgType", "Event", "ChangeType"}


def told(control, receiver):
    """Return what came since the last look: name, change, and the elements that are not common to all."""
    flush(control)
    events = [
        (event["Event"], event.get("ChangeType", ""), {k: v for k, v in event.items() if k not in COMMON})
        for event in receiver.events()
    ]
    receiver.received.clear()
    return events


@pytest.fixture
def pair(relation):
    return {"userid": relation.userid, "external_userid": relation.external_userid}


@pytest.fixture
def wire(pair):
    return {"UserID": pair["userid"], "ExternalUserID": pair["external_userid"]}


@pytest.fixture
def chat(control, relation):
    return control.act("staff_creates_group", userid=relation.userid, name="群")["chat_id"]


@pytest.fixture
def link(vendor, sandbox, relation):
    made = vendor.post(
        "externalcontact/customer_acquisition/create_link", link_name="春", range={"user_list": [relation.userid]}
    )
    return made["link"]["link_id"]


class TestMembers:
    def test_an_add_tells_state_and_a_code_to_greet(self, control, receiver, relation):
        made = adds(control, relation, state="spring")
        while not made["welcome_code"]:
            made = adds(control, relation, state="spring")
        name, change, elements = told(control, receiver)[-1]
        assert (name, change) == (CUSTOMER, "add_external_contact")
        assert elements == {
            "UserID": relation.userid,
            "ExternalUserID": made["external_userid"],
            "State": "spring",
            "WelcomeCode": made["welcome_code"],
        }

    def test_no_code_and_no_state_are_no_elements(self, *, control, receiver, relation, wire, pair):
        control.act("admin_sets_welcome", userid=relation.userid, text="您好")
        control.act("staff_deletes_member", **pair)
        told(control, receiver)
        adds(control, relation, external_userid=relation.external_userid)
        assert told(control, receiver) == [(CUSTOMER, "add_external_contact", wire)]

    @pytest.mark.parametrize(
        ("action", "change"),
        [
            ("member_deletes_staff", "del_follow_user"),
            ("staff_deletes_member", "del_external_contact"),
            ("staff_edits_member", "edit_external_contact"),
            ("member_agrees_to_archiving", "msg_audit_approved"),
        ],
    )
    def test_what_happens_between_two(self, *, control, receiver, pair, wire, action, change):
        control.act(action, **pair)
        assert told(control, receiver) == [(CUSTOMER, change, wire)]

    def test_edits_change_remarks_and_tags(self, control, receiver, vendor, relation, pair):
        tag = vendor.tags()["客户等级/VIP"]
        control.act("staff_edits_member", **pair, remark="新", description="述", add_tag=[tag])
        row = next(f for f in control.member(relation.external_userid)["follows"] if f["userid"] == relation.userid)
        assert (row["remark"], row["description"]) == ("新", "述")
        assert tag in row["tag_id"]
        control.act("staff_deletes_member", **pair)
        assert control("POST", "actions/staff_edits_member", pair).status_code == 400

    def test_each_app_gets_a_code_of_its_own_for_one_right(
        self, *, control, receive, vendor, vendor_as, sandbox, relation
    ):
        ours, others = receive(OURS), receive(OTHERS)
        control.act("crowd_adds_staff", userid=relation.userid, count=20)
        both = [[e[2].get("WelcomeCode") for e in told(control, receiver)] for receiver in (ours, others)]
        pairs = [(mine, theirs) for mine, theirs in zip(*both, strict=True) if mine]
        assert len({code for pair in pairs for code in pair}) == 2 * len(pairs)
        mine, theirs = pairs[0]
        greet = {"text": {"content": "您好"}}
        other = vendor_as(sandbox.company.app(OTHERS).secret)
        assert other.post("externalcontact/send_welcome_msg", welcome_code=theirs, **greet)["errcode"] == 0
        assert vendor.post("externalcontact/send_welcome_msg", welcome_code=mine, **greet)["errcode"] == 41051

    def test_another_system_under_way_is_41096_for_our_own_code(self, control, receive, vendor, relation):
        ours, others = receive(OURS), receive(OTHERS)
        made = adds(control, relation)
        while not made["welcome_code"]:
            made = adds(control, relation)
        theirs = told(control, others)[-1][2]["WelcomeCode"]
        mine = told(control, ours)[-1][2]["WelcomeCode"]
        control.act("other_system", do="welcome", welcome_code=theirs, seconds=5, fails=True)
        body = {"welcome_code": mine, "text": {"content": "您好"}}
        assert vendor.post("externalcontact/send_welcome_msg", **body)["errcode"] == 41096

    def test_apps_are_told_of_employees_in_their_range_only(self, control, receive, sandbox, relation):
        ours, others, plain, directory = (receive(agent) for agent in (OURS, OTHERS, PLAIN, DIRECTORY))
        staff = sandbox.world.staff.find(relation.userid)
        elsewhere = 21 - staff.department
        control.ok("PATCH", f"apps/{OTHERS}", {"visible": [elsewhere]})
        told(control, others)
        adds(control, relation)
        assert [len(told(control, each)) for each in (ours, others, plain, directory)] == [1, 0, 0, 0]


class TestCodesThatSkipVerifying:
    @pytest.fixture
    def scan(self, control, vendor, relation):
        def scan(**more):
            made = vendor.post(
                "externalcontact/add_contact_way", type=1, scene=2, user=[relation.userid], state="s", **more
            )
            while True:
                scanned = control.act("member_scans_contact_code", config_id=made["config_id"])
                if scanned["pending"] or scanned["welcome_code"]:
                    return scanned

        return scan

    def test_they_are_told_once_unless_switched(self, control, receiver, scan):
        scanned = scan(skip_verify=True)
        assert told(control, receiver)[-1][2]["WelcomeCode"] == scanned["welcome_code"]

    def test_they_are_told_twice_where_switched_and_the_first_has_the_code(self, control, receiver, scan):
        control.switch(half_add_events="yes")
        scanned = scan(skip_verify=True)
        half, whole = told(control, receiver)[-2:]
        assert (half[1], half[2]["WelcomeCode"]) == ("add_half_external_contact", scanned["welcome_code"])
        assert (whole[1], "WelcomeCode" in whole[2]) == ("add_external_contact", False)
        assert half[2]["State"] == whole[2]["State"] == "s"

    def test_who_has_to_be_accepted_is_told_then(self, control, receiver, scan):
        control.switch(half_add_events="yes")
        scanned = scan(skip_verify=False)
        assert told(control, receiver) == []
        pair = {name: scanned[name] for name in ("userid", "external_userid")}
        control.act("staff_accepts", **pair)
        assert [change for _, change, _ in told(control, receiver)] == ["add_external_contact"]


class TestHandovers:
    @pytest.fixture
    def taker(self, relations, relation, sandbox):
        number = sandbox.company.ids.member_number(relation.external_userid)
        known = {follow.staff for follow in sandbox.world.follows.of_member(number)}
        return next(s for s in sandbox.world.staff if s.can_contact and s.number not in known)

    def order(self, vendor, relation, taker):
        body = {"handover_userid": relation.userid, "takeover_userid": taker.staff_id}
        made = vendor.post("externalcontact/transfer_customer", **body, external_userid=[relation.external_userid])
        assert made["customer"][0]["errcode"] == 0

    def test_a_takeover_that_a_program_began_is_told_when_it_is_done(
        self, *, control, receiver, vendor, relation, taker
    ):
        self.order(vendor, relation, taker)
        assert told(control, receiver) == []
        control.ok("POST", "clock", {"advance_seconds": 86_400})
        member = {"ExternalUserID": relation.external_userid}
        assert told(control, receiver) == [
            (CUSTOMER, "add_external_contact", {"UserID": taker.staff_id, **member}),
            (CUSTOMER, "del_external_contact", {"UserID": relation.userid, **member, "Source": "DELETE_BY_TRANSFER"}),
        ]

    def test_it_is_told_although_nobody_calls(self, *, receiver, sandbox, vendor, relation, taker):
        self.order(vendor, relation, taker)
        sandbox.clock.advance(86_400)
        while len(receiver.received) < 2:
            pass
        changes = [event["ChangeType"] for event in receiver.events()]
        assert changes == ["add_external_contact", "del_external_contact"]

    def test_a_taker_who_was_a_friend_is_not_told(self, control, receiver, vendor, relation, taker):
        adds(control, relation=type("R", (), {"userid": taker.staff_id}), external_userid=relation.external_userid)
        told(control, receiver)
        self.order(vendor, relation, taker)
        control.ok("POST", "clock", {"advance_seconds": 86_400})
        assert [change for _, change, _ in told(control, receiver)] == ["del_external_contact"]

    def test_the_leaver_is_not_told(self, control, receiver, vendor, relation, taker):
        control.act("staff_resigns", userid=relation.userid)
        body = {"handover_userid": relation.userid, "takeover_userid": taker.staff_id}
        vendor.post("externalcontact/resigned/transfer_customer", **body, external_userid=[relation.external_userid])
        told(control, receiver)
        control.ok("POST", "clock", {"advance_seconds": 86_400})
        assert [change for _, change, _ in told(control, receiver)] == ["add_external_contact"]

    def test_a_refusal_is_told_of_the_taker(self, control, receiver, vendor, relation, taker):
        self.order(vendor, relation, taker)
        control.act("member_refuses_transfer", external_userid=relation.external_userid)
        elements = {"FailReason": "customer_refused", "UserID": taker.staff_id}
        assert told(control, receiver) == [
            (CUSTOMER, "transfer_fail", {**elements, "ExternalUserID": relation.external_userid})
        ]

    def test_a_full_taker_is_told(self, control, receiver, vendor, relation, taker):
        self.order(vendor, relation, taker)
        control.switch(customers_per_staff=0)
        control.ok("POST", "clock", {"advance_seconds": 86_400})
        ((_, change, elements),) = told(control, receiver)
        assert (change, elements["FailReason"]) == ("transfer_fail", "customer_limit_exceed")


class TestGroups:
    def test_a_new_group_and_its_end(self, control, receiver, relation, relations):
        invited = [each.external_userid for each in relations[:2]]
        made = control.act("staff_creates_group", userid=relation.userid, external_userids=invited)
        control.act("staff_dismisses_group", chat_id=made["chat_id"])
        chat = {"ChatId": made["chat_id"]}
        assert told(control, receiver) == [(GROUP, "create", chat), (GROUP, "dismiss", chat)]

    @pytest.mark.parametrize(
        ("changes", "detail"),
        [({"name": "新名"}, "change_name"), ({"notice": "公告"}, "change_notice"), ({"owner": 1}, "change_owner")],
    )
    def test_a_change(self, *, control, receiver, relations, relation, chat, changes, detail):
        told(control, receiver)
        if "owner" in changes:
            changes = {"owner": next(r.userid for r in relations if r.userid != relation.userid)}
        control.act("group_changes", chat_id=chat, **changes)
        assert told(control, receiver) == [(GROUP, "update", {"ChatId": chat, "UpdateDetail": detail})]

    def test_versions_chain_and_are_what_details_show(self, control, receiver, vendor, chat):
        def version():
            return vendor.post("externalcontact/groupchat/get", chat_id=chat)["group_chat"]["member_version"]

        told(control, receiver)
        last = version()
        people = []

        def step(action, detail, size, scenes, **params):
            nonlocal last
            made = control.act(action, chat_id=chat, **params)
            people.extend(made.get("external_userids", ()))
            ((_, change, event),) = told(control, receiver)
            assert (change, event["UpdateDetail"], event["MemChangeCnt"]) == ("update", detail, str(size))
            assert len(event["MemChangeList"]) == size
            assert (event["JoinScene"], event["QuitScene"]) == scenes
            assert (event["LastMemVer"], event["CurMemVer"]) == (last, version())
            assert event["CurMemVer"] != last
            last = event["CurMemVer"]

        step("staff_invites_to_group", "add_member", 3, ("0", "0"), count=3)
        step("group_changes", "add_member", 1, ("3", "0"), joins="new")
        step("member_leaves_group", "del_member", 1, ("0", "0"), external_userid=people[0])
        step("staff_removes_from_group", "del_member", 2, ("0", "1"), external_userids=people[1:])

    def test_a_scan_that_opens_a_group(self, control, receiver, vendor, chat):
        code = vendor.post("externalcontact/groupchat/add_join_way", scene=2, chat_id_list=[chat], auto_create_room=1)
        control.switch(join_scan_cap=2)
        told(control, receiver)
        first, second = (control.act("member_scans_join_code", config_id=code["config_id"]) for _ in range(2))
        joined, opened, came = told(control, receiver)
        assert joined[2].items() >= {"ChatId": chat, "JoinScene": "3"}.items()
        assert joined[2]["MemChangeList"] == [first["external_userid"]]
        assert opened == (GROUP, "create", {"ChatId": second["chat_id"]})
        assert (came[2]["ChatId"], came[2]["MemChangeList"]) == (second["chat_id"], [second["external_userid"]])
        details = vendor.post("externalcontact/groupchat/get", chat_id=second["chat_id"])["group_chat"]
        assert came[2]["CurMemVer"] == details["member_version"]

    def test_a_console_gives_a_group_away_and_a_program_silently(self, control, receiver, vendor, relations, chat):
        told(control, receiver)
        takers = list(dict.fromkeys(each.userid for each in relations))[1:3]
        control.act("admin_allocates_group", chat_id=chat, new_owner=takers[0])
        details = [elements["UpdateDetail"] for _, _, elements in told(control, receiver)]
        assert details == ["add_member", "change_owner"]
        vendor.post("externalcontact/groupchat/onjob_transfer", chat_id_list=[chat], new_owner=takers[1])
        assert told(control, receiver) == []

    def test_details_may_lag(self, control, receiver, vendor, sandbox, chat):
        control.switch(group_details_lag=2)

        def shown():
            group = vendor.post("externalcontact/groupchat/get", chat_id=chat)["group_chat"]
            return group["name"], group["member_version"]

        sandbox.clock.advance(10)
        before = shown()
        control.act("group_changes", chat_id=chat, name="新名", joins="new")
        current = told(control, receiver)[-1][2]["CurMemVer"]
        assert shown() == before
        sandbox.clock.advance(3)
        assert shown() == ("新名", current)


class TestTags:
    def test_by_hand(self, control, receiver, vendor):
        tags = vendor.tags()
        made = control.act("admin_edits_tag", group_name="新组", name="甲")
        group, tag = ({"Id": made["group_id"], "TagType": "tag_group"}, {"Id": made["tag_id"], "TagType": "tag"})
        assert told(control, receiver) == [(TAG, "create", group), (TAG, "create", tag)]
        control.act("admin_edits_tag", id=made["tag_id"], name="乙")
        assert told(control, receiver) == [(TAG, "update", tag)]
        control.act("admin_edits_tag", id=made["tag_id"], delete=True)
        assert told(control, receiver) == [(TAG, "delete", tag), (TAG, "delete", group)]
        vip = tags["客户等级/VIP"]
        control.act("admin_edits_tag", id=vip, delete=True)
        assert told(control, receiver) == [(TAG, "delete", {"Id": vip, "TagType": "tag"})]

    def test_a_deleted_group_is_told_once(self, control, receiver):
        group = control.ok("GET", "state/tags")["items"][0]["group_id"]
        control.act("admin_edits_tag", id=group, delete=True)
        assert told(control, receiver) == [(TAG, "delete", {"Id": group, "TagType": "tag_group"})]

    def test_another_order(self, control, receiver, vendor):
        groups = vendor.post("externalcontact/get_corp_tag_list")["tag_group"]
        control.act("admin_reorders_tags", id=groups[0]["group_id"])
        control.act("admin_reorders_tags")
        assert told(control, receiver) == [
            (TAG, "shuffle", {"Id": groups[0]["group_id"]}),
            (TAG, "shuffle", {"Id": ""}),
        ]
        assert vendor.post("externalcontact/get_corp_tag_list")["tag_group"] != groups
        tag = groups[0]["tag"][0]["id"]
        assert control("POST", "actions/admin_reorders_tags", {"id": tag}).status_code == 400


class TestAcquisition:
    def test_a_visit(self, control, receive, link, relation):
        ours, others = receive(OURS), receive(OTHERS)
        came = control.act("member_opens_link", link_id=link, customer_channel="c")
        at = {"LinkId": link, "State": "c"}
        events = told(control, ours)
        assert events[:2] == [(LINK, "open_profile", at), (LINK, "friend_request", at)]
        assert events[2][1:] == ("add_external_contact", events[2][2])
        assert events[2][2].items() >= {"UserID": came["userid"], "State": "c"}.items()
        assert [change for _, change, _ in told(control, others)] == ["add_external_contact"]
        control.act("member_opens_link", link_id=link, adds=False)
        assert [change for _, change, _ in told(control, ours)] == ["open_profile"]

    def test_messages_are_told_at_1_3_5_and_10(self, control, receiver, vendor, link):
        came = control.act("member_opens_link", link_id=link)
        pair = {"userid": came["userid"], "external_userid": came["external_userid"]}
        told(control, receiver)
        changes = []
        for messages in (1, 1, 1, 2, 4, 1, 5):
            key = control.act("member_writes", **pair, messages=messages)["chat_key"]
            events = told(control, receiver)
            changes.append([change for _, change, _ in events])
            assert all(e == {"LinkId": link, "ChatKey": key} for _, change, e in events if change[:3] == "mes")
        start, more = ["customer_start_chat"], ["message_from_customer"]
        assert changes == [start, [], more, more, [], more, []]
        assert vendor.post("externalcontact/customer_acquisition/get_chat_info", chat_key=key)["errcode"] == 0

    def test_what_is_left(self, control, receiver, link):
        control.switch(acquisition_quota=21)
        assert told(control, receiver) == []
        control.act("member_opens_link", link_id=link)
        control.act("member_opens_link", link_id=link)
        assert told(control, receiver)[-1] == (LINK, "balance_low", {})
        control.switch(acquisition_quota=2)
        assert told(control, receiver) == [(LINK, "balance_exhausted", {})]
        control.switch(acquisition_quota=100)
        assert told(control, receiver) == [(LINK, "balance_increased", {})]

    def test_what_expires(self, control, receiver, sandbox):
        (row,) = [f for f in control.ok("GET", "switches")["items"] if f["name"] == "acquisition_quota"]
        ends_at = expiry(sandbox.clock.time())
        if sandbox.clock.time() > ends_at - 15 * 86_400:
            sandbox.clock.advance(20 * 86_400)
            control.ok("POST", "reset")
            ends_at = expiry(sandbox.clock.time())
        control.ok("POST", "clock", {"advance_seconds": ends_at - 1 - sandbox.clock.time()})
        events = told(control, receiver)
        assert (
            events
            == [(LINK, "quota_expire_soon", {"ExpireTime": str(ends_at), "ExpireQuotaNum": str(row["value"])})] * 5
        )

    def test_a_link_deleted_by_hand(self, control, receive, vendor, link):
        ours, others = receive(OURS), receive(OTHERS)
        control.act("admin_deletes_link", link_id=link)
        assert told(control, ours) == [(LINK, "delete_link", {"LinkId": link})]
        assert told(control, others) == []
        assert control("POST", "actions/admin_deletes_link", {"link_id": link}).status_code == 400

    @pytest.mark.parametrize("how", ["leaves", "loses customer contact"])
    def test_a_link_that_leads_to_nobody(self, control, receiver, link, relation, how):
        if how == "leaves":
            control.act("staff_resigns", userid=relation.userid)
        else:
            control.act("staff_account_changes", userid=relation.userid, state="without_customer_contact")
        assert told(control, receiver)[-1] == (LINK, "link_unavailable", {"LinkId": link})


class TestDirectory:
    def test_employees_come_move_and_go(self, control, receive):
        directory, ours = receive(DIRECTORY), receive(OURS)
        control.act("staff_joins", userid="XinRen", name="新人", department=10)
        control.act("staff_account_changes", userid="XinRen", department=11)
        control.act("staff_account_changes", userid="XinRen", new_userid="LaoRen")
        control.act("staff_account_changes", userid="LaoRen", verified=False)
        control.act("staff_resigns", userid="LaoRen")
        assert told(control, directory) == [
            (DIRECTORY_EVENT, "create_user", {"UserID": "XinRen", "Department": "10"}),
            (DIRECTORY_EVENT, "update_user", {"UserID": "XinRen", "Department": "11"}),
            (DIRECTORY_EVENT, "update_user", {"UserID": "XinRen", "NewUserID": "LaoRen"}),
            (DIRECTORY_EVENT, "delete_user", {"UserID": "LaoRen"}),
        ]
        flush(control)
        senders = [(event["Event"], event["FromUserName"], event["AgentID"]) for event in ours.events()]
        assert senders == [("subscribe", "XinRen", str(OURS)), ("unsubscribe", "LaoRen", str(OURS))]

    def test_the_directory_is_named_in_no_envelope(self, control, receive):
        directory = receive(DIRECTORY)
        control.act("staff_joins", userid="XinRen", department=10)
        flush(control)
        assert directory.received[0][0].findtext("AgentID") == ""

    def test_departments(self, control, receive, sandbox):
        directory = receive(DIRECTORY)
        made = control.act("admin_edits_department", name="新店", parent=2)["id"]
        control.act("admin_edits_department", id=made, name="改名")
        control.act("admin_edits_department", id=made, parent=3)
        assert made in sandbox.world.staff.subtree(3)
        control.act("admin_edits_department", id=made, delete=True)
        assert told(control, directory) == [
            (DIRECTORY_EVENT, "create_party", {"Id": str(made), "ParentId": "2"}),
            (DIRECTORY_EVENT, "update_party", {"Id": str(made), "ParentId": "3"}),
            (DIRECTORY_EVENT, "delete_party", {"Id": str(made)}),
        ]

    @pytest.mark.parametrize(
        ("action", "params"),
        [
            ("admin_edits_department", {"id": 2, "parent": 10}),
            ("admin_edits_department", {"id": 2, "delete": True}),
            ("admin_edits_department", {"name": "x", "parent": 99}),
            ("staff_joins", {"userid": "TangYuhang", "department": 10}),
            ("staff_joins", {"userid": "XinRen", "department": 99}),
            ("staff_account_changes", {"userid": "TangYuhang", "new_userid": "tangyuhang2", "department": 99}),
        ],
    )
    def test_impossible_changes(self, control, action, params):
        assert control("POST", f"actions/{action}", params).status_code == 400

    def test_accounts_that_are_closed_and_opened(self, control, receiver, relation):
        for state in ("disabled", "active"):
            control.act("staff_account_changes", userid=relation.userid, state=state)
        assert [name for name, _, _ in told(control, receiver)] == ["unsubscribe", "subscribe"]

    def test_another_range_is_told_to_the_app(self, control, receive, sandbox):
        ours, plain = receive(OURS), receive(PLAIN)
        shop = [s for s in sandbox.world.staff if s.department == 10 and s.state.value not in ("left", "disabled")]
        there = sum(s.state.value not in ("left", "disabled") for s in sandbox.world.staff)
        control.ok("PATCH", f"apps/{PLAIN}", {"visible": [10]})
        assert [name for name, _, _ in told(control, plain)] == ["unsubscribe"] * (there - len(shop))
        control.ok("PATCH", f"apps/{PLAIN}", {"visible": [1]})
        assert [name for name, _, _ in told(control, plain)] == ["subscribe"] * (there - len(shop))
        assert told(control, ours) == []


class TestApps:
    def test_opening_an_app(self, control, receiver, relation):
        control.act("staff_opens_app", userid=relation.userid, agent_id=OURS)
        assert told(control, receiver) == [("enter_agent", "", {"EventKey": "", "AgentID": str(OURS)})]

    def test_a_fetched_file_is_told_to_who_asked(self, control, receive, vendor):
        ours, others = receive(OURS), receive(OTHERS)
        body = {"scene": 1, "type": "file", "filename": "a", "url": "https://example.invalid/a", "md5": "0" * 32}
        job = vendor.post("media/upload_by_url", **body)["jobid"]
        assert told(control, ours) == []
        control.ok("POST", "clock", {"advance_seconds": 6})
        assert told(control, ours) == [("upload_media_job_finish", "", {"JobId": job})]
        control.ok("POST", "clock", {"advance_seconds": 6})
        assert told(control, ours) == told(control, others) == []

    def test_anything_can_be_told(self, control, receiver):
        job = {"JobId": "j", "ErrCode": 0}
        elements = {"Event": "batch_job_result", "FromUserName": "zhaoyi", "BatchJob": job, "List": ["a", "b"]}
        control.act("vendor_tells", agent_id=OURS, elements=elements)
        flush(control)
        text = receiver.received[0][2]
        assert "<ErrCode>0</ErrCode>" in text
        assert receiver.events()[0].items() >= {"FromUserName": "zhaoyi", "List": ["a", "b"]}.items()
        for wrong in (None, {}, {"Event": 1}, {"Event": "x", "A": None}, {"Event": "x", "A": [1.5]}):
            assert control("POST", "actions/vendor_tells", {"agent_id": OURS, "elements": wrong}).status_code == 400


class TestSilence:
    def test_what_programs_do_is_not_told(self, *, control, receive, vendor, relation, pair, sandbox):
        receivers = [receive(agent) for agent in (OURS, DIRECTORY, PLAIN, OTHERS)]
        chat = vendor.post("externalcontact/groupchat/list", limit=1)["group_chat_list"][0]["chat_id"]
        tags = vendor.tags()
        calls = [
            ("mark_tag", {**pair, "add_tag": [tags["客户等级/VIP"]]}),
            ("remark", {**pair, "remark": "新"}),
            ("add_corp_tag", {"group_name": "程序组", "tag": [{"name": "甲"}]}),
            ("edit_corp_tag", {"id": tags["客户等级/VIP"], "name": "贵宾"}),
            ("del_corp_tag", {"tag_id": [tags["客户等级/潜在"]]}),
            ("add_contact_way", {"type": 1, "scene": 2, "user": [relation.userid]}),
            ("groupchat/add_join_way", {"scene": 2, "chat_id_list": [chat]}),
            ("add_msg_template", {"external_userid": [relation.external_userid], "text": {"content": "x"}}),
            ("customer_acquisition/create_link", {"link_name": "l", "range": {"user_list": [relation.userid]}}),
        ]
        for path, body in calls:
            assert vendor.post(f"externalcontact/{path}", **body)["errcode"] == 0, path
        links = vendor.post("externalcontact/customer_acquisition/list_link", limit=10)["link_id_list"]
        vendor.post("externalcontact/customer_acquisition/delete_link", link_id=links[0])
        assert [told(control, each) for each in receivers] == [[], [], [], []]

    def test_another_system_is_not_told_of(self, control, receive, relation, pair, vendor):
        receivers = [receive(OURS), receive(OTHERS)]
        control.act("other_system", do="tag", group_name="旧系统标签", name="新增")
        control.act("other_system", do="mark", **pair, add_tag=[vendor.tags()["旧系统标签/新增"]])
        control.act("other_system", do="live_code", user=[relation.userid])
        assert [told(control, each) for each in receivers] == [[], []]

    @pytest.mark.parametrize(
        ("action", "params"),
        [
            ("member_chats_with_staff", {}),
            ("staff_sends_group_message", {"text": "x", "external_userids": []}),
            ("staff_publishes_moment", {"text": "x"}),
            ("admin_asks_for_moment", {"text": "x"}),
            ("admin_edits_live_code", {}),
        ],
    )
    def test_what_the_vendor_tells_nobody(self, control, receiver, pair, action, params):
        params = {**pair, **params, **({"user": [pair["userid"]]} if action == "admin_edits_live_code" else {})}
        if "external_userids" in params:
            params["external_userids"] = [pair["external_userid"]]
        control.act(action, **params)
        assert told(control, receiver) == []
