"""Live codes: what is sent for each spec, what an answer becomes, and how a lost one is settled."""

import json
import traceback

import pytest
import requests
from attrs import evolve

from privcrm.errors import (
    CursorRepeated,
    InputError,
    LimitReached,
    NotFound,
    OutcomeUnknown,
    PreconditionFailed,
    PrivcrmError,
    Refused,
)
from privcrm.models import (
    CodeScene,
    ContactCodeSpec,
    Content,
    File,
    GroupCodeSpec,
    Image,
    Link,
    MiniProgram,
)
from privcrm.provider import CannotTell, Done, Intent, NotDone

ADD, GET = "externalcontact/add_contact_way", "externalcontact/get_contact_way"
LIST, UPDATE = "externalcontact/list_contact_way", "externalcontact/update_contact_way"
DELETE, CLOSE = "externalcontact/del_contact_way", "externalcontact/close_temp_chat"
JOIN_ADD, JOIN_GET = "externalcontact/groupchat/add_join_way", "externalcontact/groupchat/get_join_way"
JOIN_UPDATE, JOIN_DELETE = "externalcontact/groupchat/update_join_way", "externalcontact/groupchat/del_join_way"
NOW = 1_767_225_600
MARKER = "01JGGGGGGGGGGGGGGGGGGGGGGG"
INTENT = Intent("key-1", MARKER, NOW + 0.5)
LOST = requests.ConnectionError("reset")
ONE = ContactCodeSpec(staff_ids=("a",))
TEMPORARY = evolve(ONE, temporary=True)
BUTTON = evolve(ONE, scene=CodeScene.MINI_PROGRAM)
GROUPS = GroupCodeSpec(group_ids=("wr1", "wr2"))
MADE = {"errcode": 0, "config_id": "cfg1", "qr_code": "https://wework.qpic.cn/1"}
KEPT = {
    "config_id": "cfg1",
    "type": 2,
    "scene": 2,
    "remark": "",
    "skip_verify": True,
    "state": "",
    "qr_code": "https://wework.qpic.cn/1",
    "user": ["a"],
    "party": [],
    "is_temp": False,
}


def sent(vendor, path):
    return [json.loads(request.body) for request in vendor.asked(path)]


def create(provider, spec, intent=INTENT, **more):
    return provider.live_codes.create_contact_code(spec, intent=intent, **more)


def listed(*ids, cursor=""):
    return {"errcode": 0, "contact_way": [{"config_id": one} for one in ids], "next_cursor": cursor}


def way(**fields):
    return {"errcode": 0, "contact_way": KEPT | fields}


# making contact codes


def test_a_code_for_one_employee_is_made_for_several_because_that_cannot_change_later(vendor, company):
    vendor.answers(ADD, MADE | {"new": 1})
    code = create(company(), ONE)
    assert sent(vendor, ADD) == [{"type": 2, "scene": 2, "skip_verify": True, "state": MARKER, "user": ["a"]}]
    assert (code.code_id, code.qr_url, code.raw["new"]) == ("cfg1", "https://wework.qpic.cn/1", 1)
    assert code.spec == evolve(ONE, state=MARKER)


def test_everything_that_a_lasting_code_can_say_is_sent(vendor, company):
    vendor.answers(ADD, {"errcode": 0, "config_id": "cfg1"})
    spec = ContactCodeSpec(
        staff_ids=("a", "b"),
        department_ids=("2", "31"),
        state="spring",
        note="地铁站",
        skip_confirmation=False,
        scene=CodeScene.MINI_PROGRAM,
        exclusive=True,
        style=2,
    )
    code = create(company(), spec, evolve(INTENT, marker="spring"), extra={"mark_source": False, "remark": "另一个"})
    assert sent(vendor, ADD) == [
        {
            "type": 2,
            "scene": 1,
            "remark": "另一个",
            "skip_verify": False,
            "state": "spring",
            "user": ["a", "b"],
            "party": [2, 31],
            "style": 2,
            "is_exclusive": True,
            "mark_source": False,
        }
    ]
    assert code.qr_url == ""


def test_a_temporary_code_is_for_one_employee_and_says_how_it_ends(vendor, company):
    vendor.answers(ADD, MADE)
    ending = Content("再见", (MiniProgram("wx1", "pages/a.html", "商城", "M1"),))
    create(company(), evolve(TEMPORARY, expires_in=60, chat_expires_in=90, unionid="oU1", conclusions=ending))
    assert sent(vendor, ADD) == [
        {
            "type": 1,
            "scene": 2,
            "skip_verify": True,
            "state": MARKER,
            "user": ["a"],
            "is_temp": True,
            "expires_in": 60,
            "chat_expires_in": 90,
            "unionid": "oU1",
            "conclusions": {
                "text": {"content": "再见"},
                "miniprogram": {"title": "商城", "pic_media_id": "M1", "appid": "wx1", "page": "pages/a.html"},
            },
        }
    ]


def test_departments_alone_are_enough(vendor, company):
    vendor.answers(ADD, MADE)
    create(company(), ContactCodeSpec(department_ids=("7",)), Intent("key-2", "", NOW))
    assert sent(vendor, ADD) == [{"type": 2, "scene": 2, "skip_verify": True, "party": [7]}]


WRONG = [
    ("staff_ids and department_ids is empty", {"staff_ids": ()}),
    ("staff_ids or department_ids holds an empty id", {"staff_ids": ("a", "")}),
    ("department_ids holds an id that is no number", {"department_ids": ("x",)}),
    ("department_ids holds an id that begins with 0", {"department_ids": ("05",)}),
    ("staff_ids has 101 items, at most 100", {"staff_ids": tuple(f"s{n}" for n in range(101))}),
    ("state has 31 characters, at most 30", {"state": "渠" * 31}),
    ("note has 31 characters, at most 30", {"note": "注" * 31}),
    ("style is for codes of mini-programs", {"style": 1}),
    ("style is for codes of mini-programs", {"style": 1, "scene": CodeScene.MINI_PROGRAM, "temporary": True}),
    ("style is 0, allowed are 1 to", {"style": 0, "scene": CodeScene.MINI_PROGRAM}),
    ("style is 4, allowed are 1 to", {"style": 4, "scene": CodeScene.MINI_PROGRAM}),
    ("expires_in is for temporary codes", {"expires_in": 60}),
    ("chat_expires_in is for temporary codes", {"chat_expires_in": 60}),
    ("unionid is for temporary codes", {"unionid": "oU1"}),
    ("conclusions is for temporary codes", {"conclusions": Content("x")}),
    ("staff_ids is not one employee", {"temporary": True, "staff_ids": ("a", "b")}),
    ("staff_ids is not one employee", {"temporary": True, "department_ids": ("2",)}),
    ("expires_in is 1,209,601, allowed are 1 to 1,209,600 seconds", {"temporary": True, "expires_in": 1_209_601}),
    ("expires_in is 0", {"temporary": True, "expires_in": 0}),
    ("chat_expires_in is 1,209,601", {"temporary": True, "chat_expires_in": 1_209_601}),
    ("text has 4,002 bytes, at most 4,000", {"temporary": True, "conclusions": Content("字" * 1334)}),
    (r"attachments\[0\].link.url is empty", {"temporary": True, "conclusions": Content("", (Link("", "t"),))}),
    (
        r"attachments\[0\].image.url cannot be said",
        {"temporary": True, "conclusions": Content("", (Image(url="https://wework.qpic.cn/9"),))},
    ),
    (r"attachments\[0\] is of the kind file", {"temporary": True, "conclusions": Content("", (File("M"),))}),
]


@pytest.mark.parametrize(("complaint", "fields"), WRONG)
def test_a_wrong_contact_code_is_refused_before_sending(vendor, company, complaint, fields):
    spec = evolve(ONE, **fields)
    with pytest.raises(InputError, match=rf"{complaint}.*developer\.work\.weixin\.qq\.com"):
        create(company(), spec, evolve(INTENT, marker=spec.state))
    with pytest.raises(InputError, match=complaint):
        company().live_codes.update_contact_code("cfg1", spec)
    assert len(vendor.mock.calls) == 0


@pytest.mark.parametrize("style", [3])
def test_a_style_of_single_codes_is_refused_for_new_ones(vendor, company, style):
    with pytest.raises(InputError, match="style is 3, allowed are 1 to 2"):
        create(company(), evolve(BUTTON, style=style))
    assert len(vendor.mock.calls) == 0


def test_a_state_by_which_the_code_could_not_be_found_is_refused(vendor, company):
    with pytest.raises(InputError, match="state is not the intent's marker"):
        create(company(), evolve(ONE, state="spring"))
    assert len(vendor.mock.calls) == 0


def test_a_state_that_is_too_long_is_told_its_limit_first(vendor, company):
    with pytest.raises(InputError, match="state has 31 characters, at most 30"):
        create(company(), evolve(ONE, state="渠" * 31))
    assert len(vendor.mock.calls) == 0


def test_a_marker_that_is_too_long_for_a_state_is_refused(vendor, company):
    with pytest.raises(InputError, match="state has 31 characters"):
        create(company(), ONE, evolve(INTENT, marker="m" * 31))
    assert len(vendor.mock.calls) == 0


@pytest.mark.parametrize(("code", "kind"), [(41041, LimitReached), (41045, LimitReached), (41054, PreconditionFailed)])
def test_what_the_vendor_refuses_is_told_by_kind(vendor, company, code, kind):
    vendor.answers(ADD, code)
    with pytest.raises(kind) as caught:
        create(company(), ONE)
    assert caught.value.code == code


@pytest.mark.parametrize("answer", [LOST, {"errcode": 0}, (500, {}, "x")])
def test_a_contact_code_whose_answer_is_lost_is_sent_once(vendor, company, answer):
    vendor.answers(ADD, answer)
    with pytest.raises(OutcomeUnknown) as caught:
        create(company(), ONE)
    assert caught.value.intent is INTENT
    assert len(vendor.asked(ADD)) == 1


def test_a_failed_call_shows_neither_texts_nor_unionid(vendor, company, caplog):
    vendor.answers(ADD, 41040)
    unionid, text = "oUofSomebody", "张三再见"
    spec = evolve(TEMPORARY, unionid=unionid, conclusions=Content(text))
    with caplog.at_level(1), pytest.raises(PrivcrmError, match="medical trade") as caught:
        create(company(), spec)
    # The frame of this test holds them itself; those of the adapter must not.
    error = caught.value.with_traceback(caught.value.__traceback__.tb_next)
    shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    shown += caplog.text + repr(spec) + repr(error)
    assert "create_contact_code" in shown
    assert [word for word in (unionid, text) if word in shown] == []


# settling contact codes


def test_a_lost_contact_code_is_found_by_its_state(vendor, company):
    vendor.answers(LIST, listed("cfg1", "mine-too", cursor="C"), listed("gone", "cfg2", "cfg3"))
    vendor.answers(GET, way(config_id="cfg1", state="other"), 41044, way(config_id="cfg2", state=MARKER))
    settled = company().live_codes.settle_contact_code(INTENT, claimed={"mine-too"})
    assert isinstance(settled, Done)
    assert (settled.result.code_id, settled.result.spec.state) == ("cfg2", MARKER)
    assert settled.result.qr_url == "https://wework.qpic.cn/1"
    span = {"start_time": NOW - 120, "limit": 1000}
    assert sent(vendor, LIST) == [span, span | {"cursor": "C"}]
    assert [body["config_id"] for body in sent(vendor, GET)] == ["cfg1", "gone", "cfg2"]


def test_a_contact_code_that_is_nowhere_was_not_made(vendor, company):
    vendor.answers(LIST, listed("cfg1"))
    vendor.answers(GET, way(state="other"))
    assert company().live_codes.settle_contact_code(INTENT) == NotDone()


def test_a_contact_code_of_another_intent_is_not_taken(vendor, company):
    vendor.answers(LIST, listed("cfg1"))
    assert company().live_codes.settle_contact_code(INTENT, claimed=["cfg1"]) == NotDone()
    assert vendor.asked(GET) == []


@pytest.mark.parametrize(("intent", "temporary"), [(INTENT, True), (Intent("key", "", NOW), False)])
def test_what_cannot_be_found_cannot_be_told(vendor, company, intent, temporary):
    settled = company().live_codes.settle_contact_code(intent, temporary=temporary)
    assert isinstance(settled, CannotTell)
    assert ("expires by itself" in settled.orphan) is temporary
    assert len(vendor.mock.calls) == 0


def test_settling_that_cannot_read_is_no_proof(vendor, company):
    vendor.answers(LIST, listed("cfg1"))
    vendor.answers(GET, 48002)
    with pytest.raises(Refused):
        company().live_codes.settle_contact_code(INTENT)


# listing and reading contact codes


def test_contact_codes_are_listed_over_pages(vendor, company):
    vendor.answers(LIST, listed("cfg1", cursor="C"), listed(cursor="D"), listed("", "cfg2"))
    found = company().live_codes.contact_codes(created_after=5, created_before=9)
    assert list(found) == ["cfg1", "cfg2"]
    span = {"start_time": 5, "end_time": 9, "limit": 1000}
    assert sent(vendor, LIST) == [span, span | {"cursor": "C"}, span | {"cursor": "D"}]


def test_contact_codes_without_a_span_leave_it_to_the_vendor(vendor, company):
    vendor.answers(LIST, listed("cfg1"))
    assert list(company().live_codes.contact_codes(cursor="C9")) == ["cfg1"]
    assert sent(vendor, LIST) == [{"limit": 1000, "cursor": "C9"}]


def test_a_listing_of_contact_codes_never_goes_round_in_circles(vendor, company):
    vendor.answers(LIST, listed("cfg1", cursor="C"))
    with pytest.raises(CursorRepeated):
        list(company().live_codes.contact_codes())


def test_an_empty_span_is_refused(vendor, company):
    with pytest.raises(InputError, match="created_after is not before created_before"):
        company().live_codes.contact_codes(created_after=9, created_before=9)
    assert len(vendor.mock.calls) == 0


def test_a_contact_code_is_read_whole(vendor, company):
    vendor.answers(
        GET,
        way(
            scene="1",
            style=2,
            remark="地铁站",
            skip_verify="false",
            state=2024,
            user=["a", "b"],
            party=[2, "31"],
            is_exclusive=1,
            expires_in=0,
            chat_expires_in=0,
            unionid="",
            brand_new={"x": []},
        ),
    )
    code = company().live_codes.get_contact_code("cfg1")
    assert code.spec == ContactCodeSpec(
        staff_ids=("a", "b"),
        department_ids=("2", "31"),
        state="2024",
        note="地铁站",
        skip_confirmation=False,
        scene=CodeScene.MINI_PROGRAM,
        exclusive=True,
        style=2,
    )
    assert code.raw["brand_new"] == {"x": []}
    assert sent(vendor, GET) == [{"config_id": "cfg1"}]


def test_a_temporary_contact_code_is_read_with_its_conclusions(vendor, company):
    ending = {
        "text": {"content": "再见"},
        "link": {"title": "商城", "picurl": "https://x/1", "desc": "d", "url": "https://x"},
        "image": {"pic_url": "https://wework.qpic.cn/9"},
    }
    fields = {"expires_in": 3600, "chat_expires_in": "90", "unionid": "oU1", "conclusions": ending}
    vendor.answers(GET, way(type=1, is_temp=True, style=1, **fields))
    spec = company().live_codes.get_contact_code("cfg1").spec
    assert (spec.temporary, spec.expires_in, spec.chat_expires_in, spec.unionid) == (True, 3600, 90, "oU1")
    assert spec.conclusions.text == "再见"
    assert set(spec.conclusions.attachments) == {
        Image(url="https://wework.qpic.cn/9"),
        Link("https://x", "商城", "d", "https://x/1"),
    }
    assert spec.style is None


def test_absent_fields_of_a_contact_code_are_the_vendors_defaults(vendor, company):
    vendor.answers(GET, {"errcode": 0, "contact_way": {"type": 2}})
    code = company().live_codes.get_contact_code("cfg7")
    assert code.code_id == "cfg7"
    assert code.spec == ContactCodeSpec()


@pytest.mark.parametrize("answer", [{"errcode": 0, "contact_way": {}}, {"errcode": 0, "contact_way": []}])
def test_an_answer_without_the_code_is_no_code(vendor, company, answer):
    vendor.answers(GET, answer)
    with pytest.raises(PrivcrmError, match="no contact_way"):
        company().live_codes.get_contact_code("cfg1")


def test_an_unknown_contact_code_is_not_found(vendor, company):
    vendor.answers(GET, 41044)
    with pytest.raises(NotFound):
        company().live_codes.get_contact_code("cfg1")


# updating and deleting contact codes


def test_an_update_says_everything_so_that_nothing_old_stays(vendor, company):
    vendor.answers(GET, way(remark="old", state="old", user=["a", "b"], party=[2]))
    vendor.answers(UPDATE, 0)
    company().live_codes.update_contact_code("cfg1", ContactCodeSpec(staff_ids=("c",)), extra={"new": 1})
    assert sent(vendor, UPDATE) == [
        {
            "config_id": "cfg1",
            "remark": "",
            "skip_verify": True,
            "state": "old",
            "user": ["c"],
            "party": [],
            "new": 1,
        }
    ]


def test_an_update_changes_the_state_only_if_it_names_one(vendor, company):
    vendor.answers(GET, way(state=MARKER))
    vendor.answers(JOIN_GET, {"errcode": 0, "join_way": {"state": MARKER, "chat_id_list": ["wr1"]}})
    vendor.answers(UPDATE, 0)
    vendor.answers(JOIN_UPDATE, 0)
    port = company().live_codes
    port.update_contact_code("cfg1", ONE)
    port.update_contact_code("cfg1", evolve(ONE, state="spring"))
    port.update_contact_code("cfg1", ONE, extra={"state": ""})
    port.update_group_code("cfg9", GROUPS)
    port.update_group_code("cfg9", evolve(GROUPS, state="spring"))
    assert [body["state"] for body in sent(vendor, UPDATE)] == [MARKER, "spring", ""]
    assert [body["state"] for body in sent(vendor, JOIN_UPDATE)] == [MARKER, "spring"]


def test_a_code_read_and_written_back_stays_what_it_is(vendor, company):
    kept = KEPT | {"scene": 1, "style": 1, "remark": "r", "state": "s", "party": [2], "expires_in": 0}
    vendor.answers(GET, {"errcode": 0, "contact_way": kept})
    vendor.answers(UPDATE, 0)
    provider = company()
    provider.live_codes.update_contact_code("cfg1", provider.live_codes.get_contact_code("cfg1").spec)
    (body,) = sent(vendor, UPDATE)
    assert {name: kept[name] for name in body} == body
    assert body.keys() == {"config_id", "remark", "skip_verify", "state", "user", "party", "style"}


def test_a_temporary_code_is_updated_with_what_is_its_own(vendor, company):
    vendor.answers(GET, way(type=1, is_temp=True))
    vendor.answers(UPDATE, 0)
    spec = evolve(TEMPORARY, chat_expires_in=70, unionid="oU1", conclusions=Content("bye", (Image("M1"),)))
    company().live_codes.update_contact_code("cfg1", spec)
    assert sent(vendor, UPDATE) == [
        {
            "config_id": "cfg1",
            "remark": "",
            "skip_verify": True,
            "state": "",
            "user": ["a"],
            "chat_expires_in": 70,
            "unionid": "oU1",
            "conclusions": {"text": {"content": "bye"}, "image": {"media_id": "M1"}},
        }
    ]


def test_a_code_that_others_made_for_one_employee_takes_one(vendor, company):
    vendor.answers(GET, way(type=1))
    vendor.answers(UPDATE, 0)
    port = company().live_codes
    for spec in (evolve(ONE, staff_ids=("a", "b")), evolve(ONE, department_ids=("2",))):
        with pytest.raises(InputError, match="made for one"):
            port.update_contact_code("cfg1", spec)
    assert sent(vendor, UPDATE) == []
    port.update_contact_code("cfg1", ONE)
    assert "party" not in sent(vendor, UPDATE)[0]


@pytest.mark.parametrize(
    ("name", "kept", "spec"),
    [
        ("scene", {"scene": 1}, ONE),
        ("scene", {"scene": 2}, BUTTON),
        ("temporary", {"is_temp": True}, ONE),
        ("temporary", {"is_temp": False, "type": 1}, TEMPORARY),
        ("exclusive", {"is_exclusive": True}, ONE),
        ("exclusive", {"is_exclusive": False}, evolve(ONE, exclusive=True)),
    ],
)
def test_what_is_fixed_is_not_updated(vendor, company, name, kept, spec):
    vendor.answers(GET, way(**kept))
    with pytest.raises(InputError, match=f"{name} is fixed when a code is made"):
        company().live_codes.update_contact_code("cfg1", spec)
    assert vendor.asked(UPDATE) == []


def test_what_the_vendor_does_not_tell_is_no_reason_to_refuse(vendor, company):
    vendor.answers(GET, {"errcode": 0, "contact_way": {"config_id": "cfg1"}})
    vendor.answers(UPDATE, 0)
    company().live_codes.update_contact_code("cfg1", evolve(BUTTON, exclusive=True, style=2))
    assert sent(vendor, UPDATE)[0]["style"] == 2


def test_an_update_whose_answer_is_lost_is_repeated(vendor, company):
    vendor.answers(GET, way())
    vendor.answers(UPDATE, LOST, 0)
    company().live_codes.update_contact_code("cfg1", ONE)
    first, second = sent(vendor, UPDATE)
    assert first == second


@pytest.mark.parametrize(
    ("path", "work"),
    [
        (DELETE, lambda port, code_id: port.delete_contact_code(code_id)),
        (JOIN_DELETE, lambda port, code_id: port.delete_group_code(code_id)),
    ],
)
def test_codes_are_deleted_by_id(vendor, company, path, work):
    vendor.answers(path, 0, 41044, 41037 if path == DELETE else 41044)
    port = company().live_codes
    work(port, "cfg1")
    assert sent(vendor, path) == [{"config_id": "cfg1"}]
    for _ in range(2):
        with pytest.raises(NotFound):
            work(port, "cfg1")
    with pytest.raises(InputError, match="code_id is empty"):
        work(port, "")
    assert len(sent(vendor, path)) == 3


@pytest.mark.parametrize(
    "work",
    [
        lambda port: port.get_contact_code(""),
        lambda port: port.get_group_code(""),
        lambda port: port.update_contact_code("", ONE),
        lambda port: port.update_group_code("", GROUPS),
    ],
)
def test_an_empty_id_is_refused_before_sending(vendor, company, work):
    with pytest.raises(InputError, match="code_id is empty"):
        work(company().live_codes)
    assert len(vendor.mock.calls) == 0


# group codes


def create_group(provider, spec=GROUPS, intent=INTENT, **more):
    return provider.live_codes.create_group_code(spec, intent=intent, **more)


def test_a_group_code_is_made_and_its_picture_asked_for_later(vendor, company):
    vendor.answers(JOIN_ADD, {"errcode": 0, "config_id": "cfg9", "new": 1})
    code = create_group(company())
    assert (code.code_id, code.qr_url, code.spec, code.raw["new"]) == ("cfg9", "", evolve(GROUPS, state=MARKER), 1)
    assert sent(vendor, JOIN_ADD) == [
        {"scene": 2, "auto_create_room": 1, "room_base_id": 1, "chat_id_list": ["wr1", "wr2"], "state": MARKER}
    ]


def test_an_update_of_a_group_code_leaves_nothing_out(vendor, company):
    vendor.answers(JOIN_GET, {"errcode": 0, "join_way": {"config_id": "cfg9", "mark_source": True, "remark": None}})
    vendor.answers(JOIN_UPDATE, 0)
    company().live_codes.update_group_code("cfg9", GROUPS)
    assert sent(vendor, JOIN_UPDATE) == [
        {
            "config_id": "cfg9",
            "scene": 2,
            "remark": "",
            "auto_create_room": 1,
            "room_base_name": "",
            "room_base_id": 1,
            "chat_id_list": ["wr1", "wr2"],
            "state": "",
            "mark_source": True,
        }
    ]


FULL = GroupCodeSpec(
    group_ids=("wr1",),
    state="spring",
    note="门店",
    scene=CodeScene.MINI_PROGRAM,
    opens_groups=False,
    base_name="销售群",
    base_number=10,
)
FULL_BODY = {
    "scene": 1,
    "remark": "门店",
    "auto_create_room": 0,
    "room_base_name": "销售群",
    "room_base_id": 10,
    "chat_id_list": ["wr1"],
    "state": "spring",
}


def test_everything_that_a_group_code_can_say_is_sent(vendor, company):
    vendor.answers(JOIN_ADD, {"errcode": 0, "config_id": "cfg9"})
    vendor.answers(JOIN_GET, {"errcode": 0, "join_way": {"chat_id_list": ["wr1"]}})
    vendor.answers(JOIN_UPDATE, 0)
    port = company().live_codes
    port.create_group_code(FULL, intent=INTENT, extra={"mark_source": True})
    port.update_group_code("cfg9", FULL, extra={"state": "autumn"})
    assert sent(vendor, JOIN_ADD) == [FULL_BODY | {"mark_source": True}]
    assert sent(vendor, JOIN_UPDATE) == [FULL_BODY | {"config_id": "cfg9", "state": "autumn"}]


def test_a_group_code_read_and_written_back_stays_what_it_is(vendor, company):
    kept = FULL_BODY | {"config_id": "cfg9", "qr_code": "https://q/1", "room_base_id": "10", "brand_new": 1}
    vendor.answers(JOIN_GET, {"errcode": 0, "join_way": kept})
    vendor.answers(JOIN_UPDATE, LOST, 0)
    port = company().live_codes
    code = port.get_group_code("cfg9")
    assert (code.code_id, code.qr_url, code.spec, code.raw["brand_new"]) == ("cfg9", "https://q/1", FULL, 1)
    port.update_group_code("cfg9", code.spec)
    assert sent(vendor, JOIN_UPDATE) == [FULL_BODY | {"config_id": "cfg9", "brand_new": 1}] * 2


def test_absent_fields_of_a_group_code_are_the_vendors_defaults(vendor, company):
    vendor.answers(JOIN_GET, {"errcode": 0, "join_way": {"chat_id_list": ["wr1"]}}, {"errcode": 0})
    port = company().live_codes
    code = port.get_group_code("cfg9")
    assert (code.code_id, code.spec) == ("cfg9", GroupCodeSpec(group_ids=("wr1",)))
    with pytest.raises(PrivcrmError, match="no join_way"):
        port.get_group_code("cfg9")


@pytest.mark.parametrize(
    ("complaint", "fields"),
    [
        ("group_ids is empty", {"group_ids": ()}),
        ("group_ids holds an empty id", {"group_ids": ("wr1", "")}),
        ("group_ids has 6 items, at most 5", {"group_ids": tuple(f"wr{n}" for n in range(6))}),
        ("state has 31 characters, at most 30", {"state": "渠" * 31}),
        ("note has 31 characters, at most 30", {"note": "注" * 31}),
        ("base_name has 41 characters, at most 40", {"base_name": "群" * 41}),
        ("base_number is -1", {"base_number": -1}),
    ],
)
def test_a_wrong_group_code_is_refused_before_sending(vendor, company, complaint, fields):
    spec = evolve(GROUPS, **fields)
    with pytest.raises(InputError, match=rf"{complaint}.*developer\.work\.weixin\.qq\.com"):
        create_group(company(), spec)
    with pytest.raises(InputError, match=complaint):
        company().live_codes.update_group_code("cfg9", spec)
    assert len(vendor.mock.calls) == 0


@pytest.mark.parametrize("answer", [LOST, {"errcode": 0}, {"errcode": -1, "errmsg": "busy"}])
def test_a_group_code_whose_answer_is_lost_is_sent_once(vendor, company, answer):
    vendor.answers(JOIN_ADD, answer)
    with pytest.raises(OutcomeUnknown) as caught:
        create_group(company())
    assert caught.value.intent is INTENT
    assert len(vendor.asked(JOIN_ADD)) == 1


@pytest.mark.parametrize("intent", [INTENT, Intent("key", "", NOW)])
def test_a_lost_group_code_may_be_an_orphan(vendor, company, intent):
    settled = company().live_codes.settle_group_code(intent)
    assert isinstance(settled, CannotTell)
    assert "a group code" in settled.orphan
    assert intent.marker in settled.orphan
    assert len(vendor.mock.calls) == 0


# temporary chats


def test_a_temporary_chat_is_ended(vendor, company):
    vendor.answers(CLOSE, 0, 84061)
    port = company().live_codes
    port.end_temporary_chat("a", "wm1")
    assert sent(vendor, CLOSE) == [{"userid": "a", "external_userid": "wm1"}]
    with pytest.raises(NotFound):
        port.end_temporary_chat("a", "wm1")


@pytest.mark.parametrize(("field", "pair"), [("staff_id", ("", "wm1")), ("member_id", ("a", ""))])
def test_ending_a_chat_needs_both(vendor, company, field, pair):
    with pytest.raises(InputError, match=f"{field} is empty"):
        company().live_codes.end_temporary_chat(*pair)
    assert len(vendor.mock.calls) == 0
