import pytest

ADD, GET = "externalcontact/groupchat/add_join_way", "externalcontact/groupchat/get_join_way"
UPDATE, DELETE = "externalcontact/groupchat/update_join_way", "externalcontact/groupchat/del_join_way"
DETAIL, LIST = "externalcontact/groupchat/get", "externalcontact/groupchat/list"


@pytest.fixture
def owner(relations):
    return relations[0].userid


@pytest.fixture
def chats(control, owner):
    """Six empty groups of one owner, so that one person is in each."""
    return [control.act("staff_creates_group", userid=owner, name=f"空群{n}")["chat_id"] for n in range(6)]


@pytest.fixture
def make(vendor, chats):
    def add(groups=1, **more):
        return vendor.post(ADD, **{"scene": 2, "chat_id_list": chats[:groups], **more})

    return add


@pytest.fixture
def way(make):
    """A way into one group that takes three scans and then opens new ones from 销售群10 on."""
    return make(auto_create_room=1, room_base_name="销售群", room_base_id=10, state="spring")["config_id"]


def detail(vendor, config_id):
    return vendor.post(GET, config_id=config_id)["join_way"]


def scan(control, config_id, times=1):
    return [control.act("member_scans_join_code", config_id=config_id)["chat_id"] for _ in range(times)]


def refused(control, config_id):
    reply = control("POST", "actions/member_scans_join_code", {"config_id": config_id})
    assert reply.status_code == 400
    return reply.json()["error"]


def state_of(control, config_id):
    return control.ok("GET", "state/live_codes", config_id=config_id)["items"][0]


def name_of(vendor, chat_id):
    return vendor.post(DETAIL, chat_id=chat_id)["group_chat"]["name"]


class TestMaking:
    def test_what_is_made_reads_back(self, vendor, make, chats):
        made = make(2, remark="海报", auto_create_room=0, room_base_name="群", room_base_id=7, state="spring")
        assert made.keys() == {"errcode", "errmsg", "config_id"}
        way = detail(vendor, made["config_id"])
        assert made["config_id"] in way.pop("qr_code")
        assert way == {
            "config_id": made["config_id"],
            "scene": 2,
            "remark": "海报",
            "auto_create_room": 0,
            "room_base_name": "群",
            "room_base_id": 7,
            "chat_id_list": chats[:2],
            "state": "spring",
        }

    def test_a_remark_too_long_is_cut(self, vendor, make):
        assert detail(vendor, make(remark="字" * 40)["config_id"])["remark"] == "字" * 30

    def test_what_auto_create_room_is_by_default_is_a_switch(self, vendor, control, make):
        assert detail(vendor, make()["config_id"])["auto_create_room"] == 1
        control.switch(auto_create_default="0")
        assert detail(vendor, make()["config_id"])["auto_create_room"] == 0

    @pytest.mark.parametrize(
        ("wrong", "errcode"),
        [
            ({"scene": None}, 40058),
            ({"scene": 3}, 40058),
            ({"chat_id_list": []}, 40058),
            ({"chat_id_list": ["wrnothing"]}, 40050),
            ({"auto_create_room": 2}, 40058),
            ({"room_base_name": "字" * 41}, 40058),
            ({"state": "s" * 31}, 40058),
        ],
    )
    def test_wrong_parameters(self, make, wrong, errcode):
        assert make(**wrong)["errcode"] == errcode

    def test_five_groups_at_most(self, make):
        assert [make(count)["errcode"] for count in (5, 6)] == [0, 41091]

    def test_dismissed_groups_and_those_out_of_range(self, sandbox, control, make, chats, owner):
        control.act("staff_dismisses_group", chat_id=chats[0])
        assert make(1)["errcode"] == 49008
        shop = sandbox.world.staff.find(owner).department
        others = [d.number for d in sandbox.world.staff.departments if d.number >= 10 and d.number != shop]
        control.ok("PATCH", "apps/1000002", {"visible": others})
        assert make(chat_id_list=chats[1:2])["errcode"] == 60011

    def test_an_app_without_the_role_is_refused(self, sandbox, vendor_as, chats):
        plain = vendor_as(sandbox.credentials.plain_secret)
        assert plain.post(ADD, scene=2, chat_id_list=chats[:1])["errcode"] == 48002

    def test_ids_that_lead_nowhere(self, sandbox, vendor, vendor_as, make, owner):
        made = make()["config_id"]
        other = vendor_as(sandbox.company.app(1000005).secret)
        contact = vendor.post("externalcontact/add_contact_way", type=1, scene=2, user=[owner])["config_id"]
        for path in (GET, DELETE):
            assert vendor.post(path)["errcode"] == 41043
            assert vendor.post(path, config_id=contact)["errcode"] == 41044
            assert other.post(path, config_id=made)["errcode"] == 41044
        assert vendor.post(DELETE, config_id=made)["errcode"] == 0
        assert vendor.post(DELETE, config_id=made)["errcode"] == 41044


class TestUpdating:
    def test_what_is_not_given_falls_back_to_its_default(self, vendor, way, chats):
        assert vendor.post(UPDATE, config_id=way, scene=2, chat_id_list=chats[1:3])["errcode"] == 0
        now = detail(vendor, way)
        assert (now["chat_id_list"], now["state"], now["room_base_name"]) == (chats[1:3], "", "")

    def test_it_merges_if_switched(self, vendor, control, way, chats):
        control.switch(join_way_update="merges")
        vendor.post(UPDATE, config_id=way, scene=2, chat_id_list=chats[1:3])
        now = detail(vendor, way)
        assert (now["chat_id_list"], now["state"], now["room_base_name"]) == (chats[1:3], "spring", "销售群")

    def test_it_is_checked_like_a_new_one(self, vendor, way, chats):
        assert vendor.post(UPDATE, config_id=way, scene=2)["errcode"] == 40058
        assert vendor.post(UPDATE, config_id=way, chat_id_list=chats[:1])["errcode"] == 40058
        assert vendor.post(UPDATE, config_id=way, scene=2, chat_id_list=chats)["errcode"] == 41091

    def test_an_edit_behind_the_back_shows(self, vendor, control, way, chats):
        control.act("admin_edits_live_code", config_id=way, chat_id_list=chats[3:4], auto_create_room=0)
        assert (detail(vendor, way)["chat_id_list"], detail(vendor, way)["auto_create_room"]) == (chats[3:4], 0)
        control.act("other_system", do="live_code", config_id=way, delete=True)
        assert vendor.post(GET, config_id=way)["errcode"] == 41044


class TestScanning:
    def test_who_comes_in_carries_the_state(self, vendor, control, way, chats):
        came = control.act("member_scans_join_code", config_id=way)
        assert (came["chat_id"], came["state"], came["opened"], came["already"]) == (chats[0], "spring", False, False)
        people = vendor.post(DETAIL, chat_id=chats[0])["group_chat"]["member_list"]
        person = next(p for p in people if p["userid"] == came["external_userid"])
        assert (person["state"], person["join_scene"]) == ("spring", 3)
        assert "state" not in people[0]

    def test_who_is_in_one_of_the_groups_stays_there(self, control, make, chats):
        made = make(2)["config_id"]
        known = control.act("group_changes", chat_id=chats[1], joins="new")["external_userid"]
        again = control.act("member_scans_join_code", config_id=made, external_userid=known)
        assert (again["chat_id"], again["already"]) == (chats[1], True)
        assert state_of(control, made)["came"] == {}

    def test_groups_fill_in_order_to_the_scan_cap(self, control, make, chats):
        control.switch(join_scan_cap=3)
        made = make(2, auto_create_room=0)["config_id"]
        assert scan(control, made, 4) == [chats[0]] * 2 + [chats[1]] * 2
        assert "full" in refused(control, made)
        assert state_of(control, made)["came"] == {chats[0]: 2, chats[1]: 2}

    def test_or_evenly_if_switched(self, control, make, chats):
        control.switch(join_code_draw="emptiest")
        assert scan(control, make(2)["config_id"], 4) == [chats[0], chats[1]] * 2

    def test_a_place_that_is_left_is_free_again(self, control, make, chats):
        control.switch(join_scan_cap=2)
        made = make(1, auto_create_room=0)["config_id"]
        came = control.act("member_scans_join_code", config_id=made)["external_userid"]
        refused(control, made)
        control.act("member_leaves_group", chat_id=chats[0], external_userid=came)
        assert scan(control, made) == [chats[0]]

    def test_invitations_go_on_to_the_hard_limit(self, control, make, chats):
        control.switch(join_scan_cap=2, group_people_limit=3)
        made = make(1, auto_create_room=0)["config_id"]
        scan(control, made)
        refused(control, made)
        control.act("group_changes", chat_id=chats[0], joins="new")
        assert control("POST", "actions/group_changes", {"chat_id": chats[0], "joins": "new"}).status_code == 400

    def test_450_people_need_three_groups(self, vendor, control, way):
        assert len(set(scan(control, way, 450))) == 3
        assert [name_of(vendor, chat) for chat in detail(vendor, way)["chat_id_list"]] == [
            "空群0",
            "销售群10",
            "销售群11",
        ]

    def test_a_dismissed_group_takes_nobody(self, control, make, chats):
        made = make(2)["config_id"]
        control.act("staff_dismisses_group", chat_id=chats[0])
        assert scan(control, made) == [chats[1]]


class TestOverflow:
    @pytest.fixture(autouse=True)
    def small(self, control):
        control.switch(join_scan_cap=2)

    @pytest.fixture
    def owners(self, control, chats, relations, owner):
        """Whose the first two groups are: two different people's."""
        other = next(r.userid for r in relations if r.userid != owner)
        control.act("group_changes", chat_id=chats[1], owner=other)
        return owner, other

    def test_a_new_group_is_opened_named_owned_and_appended(self, vendor, control, way, chats, owner):
        first, second = scan(control, way, 2)
        assert first == chats[0]
        group = vendor.post(DETAIL, chat_id=second)["group_chat"]
        assert (group["name"], group["owner"]) == ("销售群10", owner)
        assert detail(vendor, way)["chat_id_list"] == [first, second]
        assert second in [row["chat_id"] for row in vendor.post(LIST, limit=1000)["group_chat_list"]]
        assert name_of(vendor, scan(control, way)[0]) == "销售群11"

    def test_or_not_appended_if_switched(self, vendor, control, way, chats):
        control.switch(new_group_appended="no")
        first, second, third = scan(control, way, 3)
        assert detail(vendor, way)["chat_id_list"] == [first] == chats[:1]
        assert state_of(control, way)["unlisted"] == [second, third]
        assert name_of(vendor, third) == "销售群11"

    @pytest.mark.parametrize(("rule", "place"), [("last", 1), ("first", 0)])
    def test_whose_it_is_is_a_switch(self, control, make, owners, rule, place):
        control.switch(new_group_owner=rule)
        opened = scan(control, make(2)["config_id"], 3)[-1]
        rows = control.ok("GET", "state/groups", limit=1000)["items"]
        assert next(row["owner"] for row in rows if row["chat_id"] == opened) == owners[place]

    def test_a_full_list_opens_groups_beside_it_or_none(self, vendor, control, make):
        made = make(5, room_base_name="群")["config_id"]
        scan(control, made, 5)
        opened = scan(control, made)[0]
        assert (name_of(vendor, opened), len(detail(vendor, made)["chat_id_list"])) == ("群1", 5)
        control.switch(full_chat_list="stops")
        assert "full" in refused(control, made)

    def test_numbers_begin_anew_with_another_name(self, vendor, control, way):
        scan(control, way, 2)
        now = detail(vendor, way)
        changes = {"scene": 2, "chat_id_list": now["chat_id_list"], "room_base_id": 50}
        vendor.post(UPDATE, config_id=way, room_base_name="新群", **changes)
        assert name_of(vendor, scan(control, way)[0]) == "新群50"

    def test_without_an_owner_nothing_is_opened(self, control, way, owner):
        scan(control, way)
        control.act("staff_resigns", userid=owner)
        assert "nobody" in refused(control, way)


class TestOpengid:
    PATH = "externalcontact/opengid_to_chatid"

    def test_a_mini_programs_id_leads_to_the_group(self, vendor, control):
        row = control.ok("GET", "state/groups", limit=1)["items"][0]
        assert vendor.post(self.PATH, opengid=row["opengid"])["chat_id"] == row["chat_id"]

    def test_ids_that_lead_nowhere(self, sandbox, vendor, control, chats, owner):
        assert vendor.post(self.PATH)["errcode"] == 90511
        assert vendor.post(self.PATH, opengid="Gnothing")["errcode"] == 90511
        codec, company = sandbox.company.ids.open_group, sandbox.company
        control.act("staff_dismisses_group", chat_id=chats[0])
        gone, kept = (codec.encode(company.ids.group.decode(chat)) for chat in chats[:2])
        assert vendor.post(self.PATH, opengid=gone)["errcode"] == 90511
        shop = sandbox.world.staff.find(owner).department
        others = [d.number for d in sandbox.world.staff.departments if d.number >= 10 and d.number != shop]
        control.ok("PATCH", "apps/1000002", {"visible": others})
        assert vendor.post(self.PATH, opengid=kept)["errcode"] == 60011
