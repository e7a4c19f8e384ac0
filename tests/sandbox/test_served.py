"""contact_list walks through everybody whom the company serves."""

import pytest

LIST = "externalcontact/contact_list"


def walk(vendor, limit=1000):
    rows, cursor = [], ""
    while True:
        reply = vendor.post(LIST, limit=limit, cursor=cursor)
        assert reply["errcode"] == 0
        assert len(reply["info_list"]) <= limit
        rows += reply["info_list"]
        cursor = reply["next_cursor"]
        if not cursor:
            return rows


def key(row):
    return (row["follow_userid"], row.get("chat_id"), row.get("external_userid", row.get("name")), row["add_time"])


@pytest.fixture
def rows(vendor):
    return walk(vendor)


def test_all_relations_and_all_people_in_groups_are_listed(rows, relations):
    of_staff = {(row["follow_userid"], row["external_userid"]) for row in rows if "chat_id" not in row}
    assert {(r.userid, r.external_userid) for r in relations} <= of_staff
    in_groups = [row for row in rows if "chat_id" in row]
    strangers = [row for row in in_groups if not row["is_customer"]]
    assert len(strangers) >= 5
    assert all(row["name"].endswith("**") and "external_userid" not in row for row in strangers)
    assert all(row["external_userid"] and "name" not in row for row in in_groups if row["is_customer"])


def test_small_pages_give_the_same(vendor, rows):
    assert [key(row) for row in walk(vendor, 701)] == [key(row) for row in rows]


def test_a_temporary_id_is_one_person_in_one_walk(vendor, rows):
    people = {}
    for row in rows:
        if row["is_customer"]:
            people.setdefault(row["tmp_openid"], set()).add(row["external_userid"])
    assert {len(ids) for ids in people.values()} == {1}
    assert len(people) == len({row["external_userid"] for row in rows if row["is_customer"]})
    again = vendor.post(LIST, limit=1)["info_list"][0]
    assert key(again) == key(rows[0])
    assert again["tmp_openid"] != rows[0]["tmp_openid"]


def test_a_cursor_lives_four_hours(vendor, sandbox):
    cursor = vendor.post(LIST, limit=1)["next_cursor"]
    sandbox.clock.advance(4 * 3600 - 60)
    vendor._token = None
    assert vendor.post(LIST, limit=1, cursor=cursor)["errcode"] == 0
    sandbox.clock.advance(120)
    assert vendor.post(LIST, limit=1, cursor=cursor)["errcode"] == 50100
    assert vendor.post(LIST, limit=1, cursor="x")["errcode"] == 50100


def test_leavers_dismissed_groups_and_invisible_staff_are_left_out(vendor, control, rows, relation):
    chat_id = next(row["chat_id"] for row in rows if "chat_id" in row)
    control.act("staff_dismisses_group", chat_id=chat_id)
    control.act("staff_resigns", userid=relation.userid)
    after = walk(vendor)
    assert chat_id not in {row.get("chat_id") for row in after}
    assert relation.userid not in {row["follow_userid"] for row in after}
    control.ok("PATCH", "apps/1000002", {"visible": []})
    assert walk(vendor) == []


def test_limits_and_permission(vendor, vendor_as, sandbox, control):
    assert vendor.post(LIST, limit=1001)["errcode"] == 40058
    assert vendor_as(sandbox.credentials.plain_secret).post(LIST)["errcode"] == 48002
    control.switch(app_kind="delegated")
    assert vendor.post(LIST)["errcode"] == 48002
