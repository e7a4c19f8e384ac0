"""Welcomes for new customers, and templates of welcomes for groups."""

import pytest

SEND = "externalcontact/send_welcome_msg"
TEMPLATE = "externalcontact/group_welcome_template"
TEXT = {"content": "您好，欢迎"}
LINK = {"title": "规则", "url": "https://example.invalid/r", "desc": "请看", "picurl": "https://example.invalid/p"}


def advance(control, seconds):
    control.ok("POST", "clock", {"advance_seconds": seconds})


@pytest.fixture
def added(control, sandbox, relation):
    """A consumer who has just added an employee."""
    while True:
        made = control.act("member_adds_staff", userid=relation.userid)
        if sandbox.company.ids.unionid(sandbox.company.ids.member_number(made["external_userid"])):
            return made


@pytest.fixture
def code(added):
    return added["welcome_code"]


class TestWelcome:
    def test_whoever_adds_an_employee_is_greeted_once(self, vendor, control, added):
        assert vendor.post(SEND, welcome_code=added["welcome_code"], text=TEXT)["errcode"] == 0
        row = next(r for r in control.ok("GET", "state/welcomes")["items"] if r["sent_at"] is not None)
        assert (row["external_userid"], row["userid"]) == (added["external_userid"], added["userid"])
        assert (row["agent_id"], row["text"]) == (1000002, TEXT)
        assert vendor.post(SEND, welcome_code=added["welcome_code"], text=TEXT)["errcode"] == 41051

    def test_a_code_lives_20_seconds(self, vendor, control, code):
        advance(control, 15)
        assert vendor.post(SEND, welcome_code=code, text={"content": "客" * 1334})["errcode"] == 45002
        assert vendor.post(SEND, welcome_code=code, text=TEXT)["errcode"] == 0
        advance(control, 6)
        assert vendor.post(SEND, welcome_code=code, text=TEXT)["errcode"] == 41050

    def test_a_late_greeting_does_not_arrive(self, vendor, control, code):
        advance(control, 21)
        assert vendor.post(SEND, welcome_code=code, text=TEXT)["errcode"] == 41050
        assert all(r["sent_at"] is None for r in control.ok("GET", "state/welcomes")["items"])

    def test_the_life_of_a_code_is_a_figure(self, vendor, control, code):
        control.switch(welcome_code_seconds=60)
        advance(control, 45)
        assert vendor.post(SEND, welcome_code=code, text=TEXT)["errcode"] == 0

    def test_who_chats_already_is_not_greeted(self, vendor, control, added):
        pair = {"userid": added["userid"], "external_userid": added["external_userid"]}
        control.act("member_chats_with_staff", **pair)
        assert vendor.post(SEND, welcome_code=added["welcome_code"], text=TEXT)["errcode"] == 41051
        control.act("staff_deletes_member", **pair)
        assert control("POST", "actions/member_chats_with_staff", pair).status_code == 400

    @pytest.mark.parametrize(
        ("body", "errcode"),
        [
            ({"text": TEXT}, 41049),
            ({"welcome_code": "", "text": TEXT}, 41049),
            ({"welcome_code": "unknown", "text": TEXT}, 41050),
            ({"welcome_code": "unknown"}, 40058),
            ({"welcome_code": "unknown", "attachments": [{"msgtype": "voice"}]}, 41065),
            ({"welcome_code": "unknown", "attachments": [{"msgtype": "link", "link": LINK}] * 10}, 41064),
        ],
    )
    def test_welcomes_that_are_refused(self, vendor, body, errcode):
        assert vendor.post(SEND, **body)["errcode"] == errcode

    def test_apps_without_the_role_greet_nobody(self, vendor_as, sandbox, code):
        plain = next(app for app in sandbox.company.apps if app.agent_id == 1000004)
        assert vendor_as(plain.secret).post(SEND, welcome_code=code, text=TEXT)["errcode"] == 48002


class TestRace:
    def test_another_system_was_faster(self, vendor, control, code):
        control.act("other_system", do="welcome", welcome_code=code, text="旧系统")
        assert vendor.post(SEND, welcome_code=code, text=TEXT)["errcode"] == 41051
        (row,) = [r for r in control.ok("GET", "state/welcomes")["items"] if r["welcome_code"] == code]
        assert (row["agent_id"], row["text"]["content"]) == (1000005, "旧系统")

    @pytest.mark.parametrize(("fails", "errcode"), [(False, 41051), (True, 0)])
    def test_another_system_is_at_it(self, vendor, control, code, fails, errcode):
        control.act("other_system", do="welcome", welcome_code=code, seconds=5, fails=fails)
        assert vendor.post(SEND, welcome_code=code, text=TEXT)["errcode"] == 41096
        advance(control, 6)
        assert vendor.post(SEND, welcome_code=code, text=TEXT)["errcode"] == errcode

    def test_another_system_can_be_too_late(self, vendor, control, code):
        vendor.post(SEND, welcome_code=code, text=TEXT)
        reply = control("POST", "actions/other_system", {"do": "welcome", "welcome_code": code})
        assert "faster" in reply.json()["error"]
        assert control("POST", "actions/other_system", {"do": "welcome", "welcome_code": "x"}).status_code == 400
        advance(control, 21)
        reply = control("POST", "actions/other_system", {"do": "welcome", "welcome_code": code})
        assert "living" in reply.json()["error"]


class TestCodes:
    def test_every_add_has_its_own_code(self, control, sandbox, relation):
        codes = [control.act("member_adds_staff", userid=relation.userid)["welcome_code"] for _ in range(30)]
        given = [code for code in codes if code]
        assert len(set(given)) == len(given) == len(sandbox.world.welcomes)

    def test_people_of_other_companies_bring_no_code(self, control, sandbox, relation):
        made = [control.act("member_adds_staff", userid=relation.userid) for _ in range(120)]
        colleagues = [row for row in made if row["external_userid"].startswith("wo")]
        assert colleagues
        assert not any(row["welcome_code"] for row in colleagues)

    def test_who_was_never_let_go_brings_no_code(self, control, added):
        pair = {"userid": added["userid"], "external_userid": added["external_userid"]}
        control.act("member_deletes_staff", **pair)
        advance(control, 60)
        assert control.act("member_adds_staff", **pair)["welcome_code"] == ""
        control.act("staff_deletes_member", **pair)
        assert control.act("member_adds_staff", **pair)["welcome_code"]

    def test_a_welcome_in_the_console_leaves_no_code_to_programs(self, control, relation):
        control.act("admin_sets_welcome", userid=relation.userid, text="后台欢迎语")
        assert not any(control.act("member_adds_staff", userid=relation.userid)["welcome_code"] for _ in range(3))
        control.act("admin_sets_welcome", userid=relation.userid, text="")
        assert any(control.act("member_adds_staff", userid=relation.userid)["welcome_code"] for _ in range(3))


class TestTemplates:
    @pytest.fixture
    def template(self, vendor):
        return vendor.post(f"{TEMPLATE}/add", text={"content": "欢迎 %NICKNAME%"}, link=LINK, notify=0)["template_id"]

    def test_a_template_is_made_read_replaced_and_deleted(self, vendor, control, template):
        read = vendor.post(f"{TEMPLATE}/get", template_id=template)
        assert {k: read[k] for k in read if k[:3] != "err"} == {"text": {"content": "欢迎 %NICKNAME%"}, "link": LINK}
        assert vendor.post(f"{TEMPLATE}/edit", template_id=template, text=TEXT)["errcode"] == 0
        read = vendor.post(f"{TEMPLATE}/get", template_id=template)
        assert ("link" in read, read["text"]) == (False, TEXT)
        (row,) = control.ok("GET", "state/group_welcomes")["items"]
        assert (row["template_id"], row["notify"], row["deleted"]) == (template, 0, False)
        assert vendor.post(f"{TEMPLATE}/del", template_id=template)["errcode"] == 0
        assert control.ok("GET", "state/group_welcomes")["items"][0]["deleted"] is True
        for name in ("get", "edit", "del"):
            assert vendor.post(f"{TEMPLATE}/{name}", template_id=template, text=TEXT)["errcode"] == 40037

    def test_besides_the_text_the_first_kind_counts(self, vendor):
        program = {"title": "t", "pic_media_id": "x", "appid": "wx0", "page": "p.html"}
        made = vendor.post(f"{TEMPLATE}/add", text=TEXT, miniprogram=program, link=LINK)["template_id"]
        read = vendor.post(f"{TEMPLATE}/get", template_id=made)
        assert ("link" in read, "miniprogram" in read) == (True, False)

    def test_pictures_are_read_by_their_address(self, vendor, control):
        control.switch(media_ids="any")
        made = vendor.post(f"{TEMPLATE}/add", image={"media_id": "3x"})["template_id"]
        image = vendor.post(f"{TEMPLATE}/get", template_id=made)["image"]
        assert image.keys() == {"pic_url"}
        assert image["pic_url"].startswith(vendor.sandbox.base_url)

    @pytest.mark.parametrize(
        ("body", "errcode"),
        [
            ({}, 40058),
            ({"text": {"content": ""}}, 40058),
            ({"text": {"content": "客" * 1001}}, 45002),
            ({"image": {"pic_url": ""}}, 40007),
            ({"image": {"media_id": "unknown"}}, 40007),
            ({"video": {"title": "x"}}, 40007),
            ({"link": {"title": "x"}}, 40058),
            ({"miniprogram": {"title": "t", "pic_media_id": "x", "appid": "gh_1", "page": "p"}}, 90207),
        ],
    )
    def test_templates_that_are_refused(self, vendor, body, errcode):
        assert vendor.post(f"{TEMPLATE}/add", **body)["errcode"] == errcode

    def test_a_text_of_3000_bytes_is_taken(self, vendor):
        assert vendor.post(f"{TEMPLATE}/add", text={"content": "客" * 1000})["errcode"] == 0

    def test_a_company_has_100_and_deleted_ones_make_room(self, vendor, control, template):
        control.switch(group_welcomes=2)
        assert [vendor.post(f"{TEMPLATE}/add", text=TEXT)["errcode"] for _ in range(2)] == [0, 41055]
        vendor.post(f"{TEMPLATE}/del", template_id=template)
        assert vendor.post(f"{TEMPLATE}/add", text=TEXT)["errcode"] == 0

    def test_only_the_maker_changes_a_template(self, vendor_as, sandbox, template):
        other = vendor_as(sandbox.company.app(1000005).secret)
        assert other.post(f"{TEMPLATE}/get", template_id=template)["errcode"] == 0
        assert other.post(f"{TEMPLATE}/edit", template_id=template, text=TEXT)["errcode"] == 41058
        assert other.post(f"{TEMPLATE}/del", template_id=template)["errcode"] == 41058

    @pytest.mark.parametrize("name", ["edit", "get", "del"])
    def test_ids_of_wrong_length_or_unknown(self, vendor, name):
        assert vendor.post(f"{TEMPLATE}/{name}", text=TEXT)["errcode"] == 40036
        assert vendor.post(f"{TEMPLATE}/{name}", text=TEXT, template_id="x" * 65)["errcode"] == 40036
        assert vendor.post(f"{TEMPLATE}/{name}", text=TEXT, template_id="msgtunknown")["errcode"] == 40037
