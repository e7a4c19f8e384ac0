import pytest

from privcrm.sandbox.world import Kind, StaffState

LIST, GET, BATCH = "externalcontact/list", "externalcontact/get", "externalcontact/batch/get_by_user"
REMARK = "externalcontact/remark"


def staff_id(sandbox, state, *, followed=True):
    return next(s.staff_id for s in sandbox.world.staff if s.state is state and s.has_members is followed)


@pytest.fixture
def idle(sandbox):
    """An employee without customers."""
    return staff_id(sandbox, StaffState.ACTIVE, followed=False)


@pytest.fixture
def left(sandbox):
    return staff_id(sandbox, StaffState.LEFT)


def pages(vendor, **body):
    cursor = ""
    while True:
        reply = vendor.post(BATCH, **body, cursor=cursor)
        yield reply["external_contact_list"]
        cursor = reply["next_cursor"]
        if not cursor:
            return


def test_only_active_staff_with_customer_contact_are_listed(vendor, sandbox):
    listed = set(vendor.get("externalcontact/get_follow_user_list")["follow_user"])
    assert listed == {s.staff_id for s in sandbox.world.staff if s.state is StaffState.ACTIVE}


def test_list_and_batch_tell_the_same_customers(vendor, relation):
    listed = vendor.get(LIST, userid=relation.userid.lower())["external_userid"]
    batch = [row for page in pages(vendor, userid_list=[relation.userid], limit=30) for row in page]
    assert [row["external_contact"]["external_userid"] for row in batch] == listed
    assert len(listed) > 100


def test_batch_clamps_its_limit_to_100_and_takes_50_by_default(vendor, relation):
    sizes = [len(next(pages(vendor, userid_list=[relation.userid], **limit))) for limit in ({}, {"limit": 5000})]
    assert sizes == [50, 100]


def test_batch_crosses_from_one_employee_to_the_next(vendor, relations, idle):
    staff = sorted({r.userid for r in relations})[:3]
    rows = [row for page in pages(vendor, userid_list=[staff[0], idle, *staff[1:]], limit=100) for row in page]
    expected = [(u, m) for u in staff for m in vendor.get(LIST, userid=u)["external_userid"]]
    assert [(row["follow_info"]["userid"], row["external_contact"]["external_userid"]) for row in rows] == expected


def test_a_page_that_holds_the_last_row_is_the_last(vendor, control, idle):
    for _ in range(3):
        control.act("member_adds_staff", userid=idle)
    assert [len(page) for page in pages(vendor, userid_list=[idle], limit=3)] == [3]
    assert [len(page) for page in pages(vendor, userid_list=[idle], limit=2)] == [2, 1]


def test_batch_takes_the_single_userid_of_older_clients(vendor, relation):
    assert vendor.post(BATCH, userid=relation.userid)["external_contact_list"]
    assert vendor.post(BATCH)["errcode"] == 40063


def test_batch_refuses_lists_without_anybody_and_too_long_ones(vendor, left):
    assert vendor.post(BATCH, userid_list=["nobody", left])["errcode"] == 40031
    assert vendor.post(BATCH, userid_list=["x"] * 101)["errcode"] == 40058


@pytest.mark.parametrize("spoil", [lambda c: c[:-3], lambda _: "garbage", lambda _: "5Lit5paH"])
def test_a_spoilt_cursor_is_refused_with_50100(vendor, relation, spoil):
    cursor = vendor.post(BATCH, userid_list=[relation.userid])["next_cursor"]
    assert vendor.post(BATCH, userid_list=[relation.userid], cursor=spoil(cursor))["errcode"] == 50100


def test_a_cursor_belongs_to_its_question(vendor, relations):
    first, second = sorted({r.userid for r in relations})[:2]
    cursor = vendor.post(BATCH, userid_list=[first])["next_cursor"]
    assert vendor.post(BATCH, userid_list=[second], cursor=cursor)["errcode"] == 50100


def test_nobody_to_list_is_84061_unless_switched(vendor, control, idle):
    assert vendor.get(LIST, userid=idle)["errcode"] == 84061
    assert vendor.get(LIST, userid=idle)["external_userid"] == []
    assert vendor.post(BATCH, userid_list=[idle])["errcode"] == 84061
    control.switch(staff_without_customers="empty")
    assert vendor.get(LIST, userid=idle)["errcode"] == 0
    assert vendor.post(BATCH, userid_list=[idle])["errcode"] == 0


@pytest.mark.parametrize("code", ["40003", "60111"])
def test_unknown_and_left_staff_have_one_code_which_is_a_switch(vendor, control, left, code):
    control.switch(unknown_staff=code)
    assert vendor.get(LIST, userid="nobody")["errcode"] == int(code)
    assert vendor.get(LIST, userid=left)["errcode"] == int(code)


def test_get_names_tags_that_batch_gives_by_id(vendor, sandbox, relations):
    tags = {tag_id: name for name, tag_id in vendor.tags().items()}
    relation = next(r for r in relations if r.unionid)
    follow = next(
        f
        for f in vendor.get(GET, external_userid=relation.external_userid)["follow_user"]
        if f["userid"] == relation.userid
    )
    row = next(
        row["follow_info"]
        for page in pages(vendor, userid_list=[relation.userid])
        for row in page
        if row["external_contact"]["external_userid"] == relation.external_userid
    )
    assert [f"{t['group_name']}/{t['tag_name']}" for t in follow["tags"]] == [tags[t] for t in row["tag_id"]]
    assert row["createtime"] == follow["createtime"]
    assert tuple(row["remark_mobiles"]) == relation.phones


def test_wecom_users_have_no_unionid_and_no_tag_ids(vendor, control, sandbox, relations):
    colleague = next(r for r in relations if r.unionid is None)
    vendor.mark(colleague, add=[vendor.tags()["客户等级/VIP"]])
    reply = vendor.get(GET, external_userid=colleague.external_userid)
    assert reply["external_contact"]["type"] == 2
    assert "unionid" not in reply["external_contact"]
    tags = next(f["tags"] for f in reply["follow_user"] if f["userid"] == colleague.userid)
    assert tags
    assert not any("tag_id" in tag for tag in tags)
    assert colleague.external_userid.startswith("wo")


def test_an_id_of_nobody_is_40096_and_ids_are_exact(vendor, relation):
    assert vendor.get(GET, external_userid="wmnobody")["errcode"] == 40096
    assert vendor.get(GET, external_userid=relation.external_userid.swapcase())["errcode"] == 40096
    other_kind = "wo" + relation.external_userid[2:]
    assert vendor.get(GET, external_userid=other_kind)["errcode"] == 40096


def test_a_person_known_from_groups_only_is_84061(vendor, sandbox):
    stranger = sandbox.company.ids.member(sandbox.world.first_members)
    assert vendor.get(GET, external_userid=stranger)["errcode"] == 84061


def test_a_relation_ends_for_the_company_only_if_staff_ended_it(vendor, control, relations, sandbox):
    single = next(r for r in relations if len(control.member(r.external_userid)["follows"]) == 1)
    pair = {"userid": single.userid, "external_userid": single.external_userid}
    control.act("member_deletes_staff", **pair)
    assert vendor.get(GET, external_userid=single.external_userid)["errcode"] == 0
    assert vendor.mark(single, add=[vendor.tags()["客户等级/VIP"]])["errcode"] == 0
    control.act("staff_deletes_member", **pair)
    assert vendor.get(GET, external_userid=single.external_userid)["errcode"] == 84061
    assert single.external_userid not in vendor.get(LIST, userid=single.userid)["external_userid"]
    assert vendor.mark(single, add=[vendor.tags()["客户等级/VIP"]])["errcode"] == 84061


def test_apps_see_only_their_range(vendor, control, sandbox, relations):
    seen = sandbox.world.staff.find(relations[0].userid).department
    control.ok("PATCH", "apps/1000002", {"visible": [seen]})
    listed = vendor.get("externalcontact/get_follow_user_list")["follow_user"]
    assert {sandbox.world.staff.find(u).department for u in listed} == {seen}
    departments = {}
    for r in relations:
        departments.setdefault(r.external_userid, set()).add(sandbox.world.staff.find(r.userid).department)
    hidden = next(r for r in relations if seen not in departments[r.external_userid])
    assert vendor.get(LIST, userid=hidden.userid)["errcode"] == 60011
    assert vendor.get(GET, external_userid=hidden.external_userid)["errcode"] == 84061
    assert vendor.mark(hidden, add=["x"])["errcode"] == 60011


def test_followers_come_in_pages_of_500(vendor_as, control, sandbox, monkeypatch):
    monkeypatch.setattr("privcrm.sandbox.wecom.api.contacts._FOLLOWERS_PER_PAGE", 2)
    vendor = vendor_as(sandbox.credentials.secret)
    member = next(m for m in range(200) if len(list(sandbox.world.follows.of_member(m))) == 3)
    external_userid = sandbox.company.ids.member(member)
    first = vendor.get(GET, external_userid=external_userid)
    second = vendor.get(GET, external_userid=external_userid, cursor=first["next_cursor"])
    assert [len(first["follow_user"]), len(second["follow_user"])] == [2, 1]
    assert "next_cursor" not in second


class TestRemark:
    def follow(self, control, relation):
        follows = control.member(relation.external_userid)["follows"]
        return next(f for f in follows if f["userid"] == relation.userid)

    def remark(self, vendor, relation, **values):
        pair = {"userid": relation.userid, "external_userid": relation.external_userid}
        return vendor.post(REMARK, **pair, **values)["errcode"]

    def test_what_is_given_is_overwritten_and_the_rest_stays(self, vendor, control, relation):
        assert self.remark(vendor, relation, remark="老客户", description="喜欢茶") == 0
        assert self.remark(vendor, relation, remark="新名字") == 0
        follow = self.follow(control, relation)
        assert (follow["remark"], follow["description"]) == ("新名字", "喜欢茶")

    @pytest.mark.parametrize("nothing", ["", [""], []])
    def test_phones_are_replaced_and_an_empty_text_clears_them(self, vendor, control, relation, nothing):
        assert self.remark(vendor, relation, remark_mobiles=["13900000000", "13900000001"]) == 0
        assert self.follow(control, relation)["remark_mobiles"] == ["13900000000", "13900000001"]
        assert self.remark(vendor, relation, remark_mobiles=nothing) == 0
        assert self.follow(control, relation)["remark_mobiles"] == []

    def test_the_company_is_kept_for_wechat_users_only(self, vendor, control, relations):
        for relation in (next(r for r in relations if r.unionid), next(r for r in relations if not r.unionid)):
            assert self.remark(vendor, relation, remark_company="某公司") == 0
            assert self.follow(control, relation)["remark_corp_name"] == ("某公司" if relation.unionid else "")

    @pytest.mark.parametrize(
        "values", [{"remark": "长" * 21}, {"description": "长" * 151}, {"remark_company": "长" * 21}]
    )
    def test_texts_have_a_largest_length(self, vendor, relation, values):
        assert self.remark(vendor, relation, **values) == 40058
        assert self.remark(vendor, relation, **{k: v[1:] for k, v in values.items()}) == 0

    def test_something_must_be_given(self, vendor, relation):
        assert self.remark(vendor, relation) == 40063


def test_only_delegated_apps_convert_unionids(vendor, control, relations):
    relation = next(r for r in relations if r.unionid)
    path, named = "idconvert/unionid_to_external_userid", {"unionid": relation.unionid, "openid": "o1"}
    assert vendor.post(path, **named)["errcode"] == 48002
    control.switch(app_kind="delegated")
    assert vendor.post(path, **named)["external_userid"] == relation.external_userid


def test_a_unionid_leads_to_the_customer(vendor, relations):
    relation = next(r for r in relations if r.unionid)
    path = "externalcontact/unionid_to_external_userid"
    assert vendor.post(path, unionid=relation.unionid)["external_userid"] == relation.external_userid
    assert vendor.post(path, unionid="onobody")["errcode"] == 610014


def test_kinds_follow_the_prefix(sandbox):
    for number in range(300):
        kind = sandbox.world.members.kind(number)
        assert sandbox.company.ids.member(number)[:2] == ("wo" if kind is Kind.COLLEAGUE else "wm")
