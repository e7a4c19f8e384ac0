import pytest

from privcrm.sandbox.world import StaffState

ADD, GET = "externalcontact/add_contact_way", "externalcontact/get_contact_way"
LIST, UPDATE = "externalcontact/list_contact_way", "externalcontact/update_contact_way"
DELETE = "externalcontact/del_contact_way"
DAY = 86_400


@pytest.fixture
def staff(sandbox):
    """Who may serve customers."""
    return [person.staff_id for person in sandbox.world.staff if person.can_contact]


@pytest.fixture
def stranger(sandbox):
    """A WeChat user whom nobody follows: known from a group only."""
    people = (p.number for p in sandbox.world.groups[0].people if p.number >= sandbox.world.first_members)
    return next(userid for userid in map(sandbox.company.ids.member, people) if userid.startswith("wm"))


@pytest.fixture
def make(vendor, staff):
    def add(users=None, **more):
        users = staff[:3] if users is None else users
        return vendor.post(ADD, **{"type": 2, "scene": 2, "user": users, **more})

    return add


@pytest.fixture
def temporary(vendor, staff):
    def add(**more):
        return vendor.post(ADD, **{"type": 1, "scene": 2, "user": staff[:1], "is_temp": True, **more})

    return add


def detail(vendor, config_id):
    return vendor.post(GET, config_id=config_id)["contact_way"]


def scan(control, config_id, **who):
    return control.act("member_scans_contact_code", config_id=config_id, **who)


def listed(vendor, limit=2, **window):
    cursor, rows = "", []
    while True:
        reply = vendor.post(LIST, limit=limit, cursor=cursor, **window)
        rows += [row["config_id"] for row in reply["contact_way"]]
        cursor = reply["next_cursor"]
        if not cursor:
            return rows


def state_of(control, config_id):
    return control.ok("GET", "state/live_codes", config_id=config_id)["items"][0]


def in_state(sandbox, state):
    return next(person.staff_id for person in sandbox.world.staff if person.state is state)


class TestMaking:
    def test_what_is_made_reads_back(self, vendor, make, staff):
        made = make(remark="门店海报", state="spring", skip_verify=False, party=[10], is_exclusive=True)
        assert made["config_id"] in made["qr_code"]
        assert detail(vendor, made["config_id"]) == {
            "config_id": made["config_id"],
            "type": 2,
            "scene": 2,
            "remark": "门店海报",
            "skip_verify": False,
            "state": "spring",
            "user": staff[:3],
            "party": [10],
            "is_temp": False,
            "is_exclusive": True,
            "qr_code": made["qr_code"],
        }

    def test_a_button_has_a_style_and_no_picture(self, vendor, make):
        made = make(scene=1, style=2)
        assert "qr_code" not in made
        way = detail(vendor, made["config_id"])
        assert (way["scene"], way["style"], "qr_code" in way) == (1, 2, False)

    def test_every_call_makes_another_one(self, make):
        assert make()["config_id"] != make()["config_id"]

    @pytest.mark.parametrize(
        ("wrong", "errcode"),
        [
            ({"type": None}, 41037),
            ({"type": 3}, 41039),
            ({"scene": None}, 41038),
            ({"scene": 3}, 41040),
            ({"scene": 1, "style": 4}, 41042),
            ({"scene": 1, "style": 3}, 41042),
            ({"remark": "字" * 31}, 40058),
            ({"state": "s" * 31}, 40058),
            ({"user": ["nobody"]}, 40003),
            ({"party": [999]}, 60003),
            ({"user": []}, 40058),
            ({"is_temp": "true"}, 40058),
            ({"is_temp": True}, 41039),
        ],
    )
    def test_wrong_parameters(self, make, wrong, errcode):
        assert make(**wrong)["errcode"] == errcode

    def test_a_single_way_has_exactly_one_person(self, make, staff):
        assert [make(staff[:n], type=1)["errcode"] for n in (0, 1, 2)] == [40058, 0, 40058]

    def test_departments_count_for_several_people_only(self, vendor, make, staff):
        assert detail(vendor, make(staff[:1], type=1, party=[10])["config_id"])["party"] == []

    @pytest.mark.parametrize(
        ("state", "errcode"),
        [(StaffState.DISABLED, 41054), (StaffState.WITHOUT_CUSTOMER_CONTACT, 84074), (StaffState.LEFT, 40003)],
    )
    def test_only_staff_who_serve_customers(self, sandbox, make, state, errcode):
        assert make([in_state(sandbox, state)])["errcode"] == errcode

    def test_only_staff_with_a_proven_name(self, control, make, staff):
        control.act("staff_account_changes", userid=staff[0], verified=False)
        assert make()["errcode"] == 41054

    def test_people_out_of_range_are_refused(self, sandbox, control, make, staff):
        shop = sandbox.world.staff.find(staff[0]).department
        others = [d.number for d in sandbox.world.staff.departments if d.number >= 10 and d.number != shop]
        control.ok("PATCH", "apps/1000002", {"visible": others})
        assert make(staff[:1])["errcode"] == 60011
        assert make([], party=[shop])["errcode"] == 60011

    def test_departments_are_expanded_before_they_are_counted(self, control, make, sandbox):
        people = sum(1 for s in sandbox.world.staff if s.state is not StaffState.LEFT)
        control.switch(contact_code_people=people)
        assert make([], party=[1])["errcode"] == 0
        control.switch(contact_code_people=people - 1)
        assert make([], party=[1])["errcode"] == 41041

    def test_a_way_without_people_is_a_switch(self, control, make):
        control.switch(code_without_people="accept")
        made = make([])
        assert made["errcode"] == 0
        reply = control("POST", "actions/member_scans_contact_code", {"config_id": made["config_id"]})
        assert (reply.status_code, "nobody" in reply.json()["error"]) == (400, True)

    def test_an_app_without_the_role_is_refused(self, sandbox, vendor_as, staff):
        plain = vendor_as(sandbox.credentials.plain_secret)
        assert plain.post(ADD, type=1, scene=2, user=staff[:1])["errcode"] == 48002


class TestQuota:
    def test_both_kinds_share_the_company_quota_and_deleting_gives_back(self, vendor, control, make, sandbox):
        control.switch(live_codes_per_company=2)
        chat = sandbox.company.ids.group.encode(0)
        first = make()["config_id"]
        assert vendor.post("externalcontact/groupchat/add_join_way", scene=2, chat_id_list=[chat])["errcode"] == 0
        assert make()["errcode"] == 41045
        assert vendor.post("externalcontact/groupchat/add_join_way", scene=2, chat_id_list=[chat])["errcode"] == 41045
        assert vendor.post(DELETE, config_id=first)["errcode"] == 0
        assert make()["errcode"] == 0

    def test_temporary_ones_have_a_quota_for_the_day_instead(self, control, later, temporary):
        control.switch(live_codes_per_company=0, temporary_codes_per_day=1)
        assert [temporary()["errcode"] for _ in range(2)] == [0, 41045]
        later(DAY)
        assert temporary()["errcode"] == 0


class TestListing:
    def test_all_pages_give_all_permanent_ways(self, vendor, make, temporary):
        made = [make()["config_id"] for _ in range(5)]
        temporary()
        vendor.post(DELETE, config_id=made[2])
        assert listed(vendor) == [made[0], made[1], made[3], made[4]]

    def test_ways_of_other_programs_and_the_console_are_not_listed(self, sandbox, vendor, vendor_as, control, staff):
        other = control.act("other_system", do="live_code", user=staff[:1])["config_id"]
        control.act("admin_edits_live_code", user=staff[:1])
        assert listed(vendor) == []
        assert listed(vendor_as(sandbox.company.app(1000005).secret)) == [other]

    def test_the_window_is_90_days_unless_given(self, sandbox, vendor, later, make):
        old = make()["config_id"]
        now = int(sandbox.clock.time())
        later(91 * DAY)
        new = make()["config_id"]
        assert listed(vendor) == [new]
        assert listed(vendor, start_time=now - 5) == [old, new]
        assert listed(vendor, start_time=now - 5, end_time=now + DAY) == [old]
        assert listed(vendor, start_time=now + DAY) == [new]

    def test_a_limit_out_of_bounds_and_a_foreign_cursor_are_refused(self, vendor, make):
        for _ in range(2):
            make()
        assert [vendor.post(LIST, limit=limit)["errcode"] for limit in (0, 1001)] == [40058, 40058]
        cursor = vendor.post(LIST, limit=1)["next_cursor"]
        assert vendor.post(LIST, limit=1, cursor=cursor, start_time=1)["errcode"] == 50100

    def test_lists_may_lag(self, vendor, control, later, make):
        control.switch(live_code_list_lag=5)
        made = make()["config_id"]
        assert listed(vendor) == []
        assert detail(vendor, made)["config_id"] == made
        later(6)
        assert listed(vendor) == [made]


class TestChanging:
    def test_what_is_given_replaces_and_the_rest_stays(self, vendor, make, staff):
        made = make(state="spring", remark="old", party=[10])
        assert vendor.post(UPDATE, config_id=made["config_id"], user=staff[3:5], remark="new")["errcode"] == 0
        way = detail(vendor, made["config_id"])
        assert (way["user"], way["party"], way["remark"], way["state"]) == (staff[3:5], [10], "new", "spring")
        assert way["qr_code"] == made["qr_code"]

    def test_the_kind_never_changes(self, vendor, make, staff):
        made = make(staff[:1], type=1)["config_id"]
        vendor.post(UPDATE, config_id=made, type=2, scene=1)
        assert (detail(vendor, made)["type"], detail(vendor, made)["scene"]) == (1, 2)
        assert vendor.post(UPDATE, config_id=made, user=staff[:2])["errcode"] == 40058

    def test_an_empty_list_of_people_is_refused_unless_departments_stay(self, vendor, make):
        alone, with_shop = make()["config_id"], make(party=[10])["config_id"]
        assert vendor.post(UPDATE, config_id=alone, user=[])["errcode"] == 40058
        assert vendor.post(UPDATE, config_id=with_shop, user=[])["errcode"] == 0

    def test_a_department_that_grew_keeps_nobody_from_another_change(self, vendor, control, make):
        made = make([], party=[1])["config_id"]
        control.switch(contact_code_people=3)
        assert vendor.post(UPDATE, config_id=made, remark="new")["errcode"] == 0
        assert vendor.post(UPDATE, config_id=made, party=[1])["errcode"] == 41041

    def test_ids_that_lead_nowhere(self, sandbox, vendor, vendor_as, make):
        made = make()["config_id"]
        other = vendor_as(sandbox.company.app(1000005).secret)
        chat = sandbox.company.ids.group.encode(0)
        join = vendor.post("externalcontact/groupchat/add_join_way", scene=2, chat_id_list=[chat])["config_id"]
        for path in (GET, UPDATE, DELETE):
            assert vendor.post(path)["errcode"] == 41043
            assert vendor.post(path, config_id="0" * 32)["errcode"] == 41044
            assert vendor.post(path, config_id=join)["errcode"] == 41044
            assert other.post(path, config_id=made)["errcode"] == 41044

    def test_a_deleted_way_leads_nowhere(self, vendor, control, make):
        made = make()["config_id"]
        assert vendor.post(DELETE, config_id=made)["errcode"] == 0
        assert vendor.post(DELETE, config_id=made)["errcode"] == 41044
        assert vendor.post(GET, config_id=made)["errcode"] == 41044
        assert control("POST", "actions/member_scans_contact_code", {"config_id": made}).status_code == 400
        assert state_of(control, made)["deleted_at"]
        control.switch(unknown_code_on_delete="41037")
        assert vendor.post(DELETE, config_id=made)["errcode"] == 41037

    def test_an_edit_behind_the_back_shows(self, vendor, control, make, staff):
        made = make()["config_id"]
        control.act("admin_edits_live_code", config_id=made, user=staff[4:5], state="autumn")
        assert (detail(vendor, made)["user"], detail(vendor, made)["state"]) == (staff[4:5], "autumn")
        control.act("other_system", do="live_code", config_id=made, delete=True)
        assert vendor.post(GET, config_id=made)["errcode"] == 41044


class TestScanning:
    def test_a_new_person_is_added_with_the_channel_and_a_welcome_code(self, vendor, control, make, staff, stranger):
        made = make(state="spring")["config_id"]
        added = scan(control, made, external_userid=stranger)
        assert added["userid"] in staff[:3]
        assert (added["state"], added["pending"]) == ("spring", False)
        follow = vendor.get("externalcontact/get", external_userid=added["external_userid"])["follow_user"][0]
        assert (follow["userid"], follow["state"], follow["add_way"]) == (added["userid"], "spring", 1)
        assert added["welcome_code"]

    def test_the_next_visitor_goes_to_whoever_got_fewest(self, control, make, staff):
        made = make()["config_id"]
        came = [scan(control, made)["userid"] for _ in range(6)]
        assert came == staff[:3] * 2
        assert state_of(control, made)["came"] == dict.fromkeys(staff[:3], 2)

    def test_how_visitors_are_shared_out_is_a_switch(self, control, make, staff):
        made = make()["config_id"]
        control.switch(contact_code_draw="first")
        assert {scan(control, made)["userid"] for _ in range(4)} == {staff[0]}
        control.switch(contact_code_draw="random")
        assert {scan(control, made)["userid"] for _ in range(30)} == set(staff[:3])

    def test_people_of_departments_are_reached_and_those_who_cannot_serve_are_not(self, sandbox, control, make):
        made = make([], party=[1])["config_id"]
        able = {s.staff_id for s in sandbox.world.staff if s.can_contact}
        assert {scan(control, made)["userid"] for _ in range(len(able) * 2)} == able

    def test_a_leaver_gets_nobody_any_more(self, control, make, staff):
        made = make()["config_id"]
        control.act("staff_resigns", userid=staff[0])
        assert {scan(control, made)["userid"] for _ in range(4)} == set(staff[1:3])

    def test_whoever_is_full_is_passed_over(self, sandbox, control, make, staff):
        held = [sum(1 for _ in sandbox.world.follows.of_staff(sandbox.world.staff.find(u).number)) for u in staff[:3]]
        control.switch(customers_per_staff=max(held))
        made = make()["config_id"]
        full = {userid for userid, count in zip(staff[:3], held, strict=True) if count == max(held)}
        assert full.isdisjoint(scan(control, made)["userid"] for _ in range(3 - len(full)))
        control.switch(customers_per_staff=0)
        reply = control("POST", "actions/member_scans_contact_code", {"config_id": made})
        assert "takes more" in reply.json()["error"]

    def test_who_chats_already_gets_no_welcome_and_is_not_counted(self, control, make, relation):
        made = make([relation.userid])["config_id"]
        again = scan(control, made, external_userid=relation.external_userid)
        assert (again["userid"], again["welcome_code"]) == (relation.userid, "")
        assert state_of(control, made)["came"] == {}

    def test_an_exclusive_way_leads_back_to_the_same_person(self, control, make):
        made = make(is_exclusive=True)["config_id"]
        first = scan(control, made)
        scan(control, made)
        assert scan(control, made, external_userid=first["external_userid"])["userid"] == first["userid"]
        plain = make()["config_id"]
        control.switch(contact_code_draw="first")
        second = scan(control, plain)
        assert second["userid"] == scan(control, plain, external_userid=second["external_userid"])["userid"]

    def test_without_skip_verify_the_employee_has_to_accept(self, vendor, control, make, stranger):
        made = make(skip_verify=False, state="spring")["config_id"]
        asked = scan(control, made, external_userid=stranger)
        assert (asked["pending"], asked["welcome_code"]) == (True, "")
        assert vendor.get("externalcontact/get", external_userid=asked["external_userid"])["errcode"] == 84061
        pair = {"userid": asked["userid"], "external_userid": asked["external_userid"]}
        added = control.act("staff_accepts", **pair)
        assert (added["state"], bool(added["welcome_code"])) == ("spring", True)
        assert vendor.get("externalcontact/get", external_userid=asked["external_userid"])["errcode"] == 0
        assert control("POST", "actions/staff_accepts", pair).status_code == 400

    def test_the_state_lists_every_programs_codes_page_by_page(self, control, make, staff):
        made = [make()["config_id"] for _ in range(3)] + [
            control.act("other_system", do="live_code", user=staff[:1])["config_id"]
        ]
        first = control.ok("GET", "state/live_codes", limit=2)
        rest = control.ok("GET", "state/live_codes", limit=2, cursor=first["next_cursor"])
        rows = first["items"] + rest["items"]
        assert ([row["config_id"] for row in rows], first["count"], rest["next_cursor"]) == (made, 4, "")
        assert [row["agent_id"] for row in rows] == [1000002] * 3 + [1000005]
        assert control.ok("GET", "state/live_codes", config_id="0" * 32)["items"] == []

    def test_the_right_action_for_each_kind(self, sandbox, vendor, control, make):
        made = make()["config_id"]
        chat = sandbox.company.ids.group.encode(0)
        join = vendor.post("externalcontact/groupchat/add_join_way", scene=2, chat_id_list=[chat])["config_id"]
        assert control("POST", "actions/member_scans_join_code", {"config_id": made}).status_code == 400
        assert control("POST", "actions/member_scans_contact_code", {"config_id": join}).status_code == 400
