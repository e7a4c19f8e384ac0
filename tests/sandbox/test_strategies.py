"""Strategies of customer contact and of moments."""

from concurrent.futures import ThreadPoolExecutor

import pytest


@pytest.fixture(params=["customer_strategy", "moment_strategy"])
def strategies(request, vendor):
    return Strategies(vendor, request.param)


class Strategies:
    """Calls the endpoints of one kind."""

    def __init__(self, vendor, kind):
        self.vendor, self.kind = vendor, kind

    def __call__(self, name, /, **body):
        return self.vendor.post(f"externalcontact/{self.kind}/{name}", **body)

    def made(self, **body):
        reply = self("create", **body)
        assert reply["errcode"] == 0, reply
        return reply["strategy_id"]

    def range(self, number, limit=1000):
        rows, more = [], {}
        while True:
            reply = self("get_range", strategy_id=number, limit=limit, **more)
            rows += reply["range"]
            if "next_cursor" not in reply:
                return rows
            more = {"cursor": reply["next_cursor"]}


def person(userid):
    return {"type": 1, "userid": userid}


def department(number):
    return {"type": 2, "partyid": number}


@pytest.fixture
def userids(sandbox):
    return [s.staff_id for s in sandbox.world.staff if s.can_contact]


@pytest.fixture
def body(userids):
    return {
        "strategy_name": "华东",
        "admin_list": userids[:2],
        "range": [department(2), person(userids[2]), person(userids[2])],
    }


def test_what_is_made_is_listed_and_told(strategies, body, userids, sandbox):
    number = strategies.made(**body, privilege={"send_moment": False, "rapid_reply": False})
    assert strategies("list")["strategy"] == [{"strategy_id": number}]
    told = strategies("get", strategy_id=number)["strategy"]
    assert (told["strategy_name"], told["parent_id"], told["admin_list"]) == ("华东", 0, userids[:2])
    assert abs(told["create_time"] - sandbox.clock.time()) < 60
    off = {name for name, allowed in told["privilege"].items() if not allowed}
    assert off == {"send_moment" if strategies.kind == "moment_strategy" else "rapid_reply"}
    assert len(told["privilege"]) == (3 if strategies.kind == "moment_strategy" else 21)
    assert strategies.range(number) == [department(2), person(userids[2])]


def test_the_basic_rights_of_customer_contact_stay(vendor, body):
    strategies = Strategies(vendor, "customer_strategy")
    number = strategies.made(**body, privilege={"view_customer_list": False, "share_customer": "no"})
    privilege = strategies("get", strategy_id=number)["strategy"]["privilege"]
    assert all(privilege.values())


def test_editing_replaces_what_is_given(strategies, body, userids):
    right = "send_moment" if strategies.kind == "moment_strategy" else "share_customer"
    number = strategies.made(**body, privilege={right: False})
    change = {"range_add": [person(userids[4]), person(userids[2])], "range_del": [department(2), person(userids[5])]}
    assert strategies("edit", strategy_id=number, strategy_name="新", **change)["errcode"] == 0
    told = strategies("get", strategy_id=number)["strategy"]
    assert (told["strategy_name"], told["admin_list"], told["privilege"][right]) == ("新", userids[:2], False)
    assert strategies.range(number) == [person(userids[2]), person(userids[4])]
    strategies("edit", strategy_id=number, admin_list=userids[3:4], privilege={})
    told = strategies("get", strategy_id=number)["strategy"]
    assert (told["admin_list"], told["privilege"][right]) == (userids[3:4], True)


def test_lists_are_paged_and_leave_the_last_cursor_out(strategies, body):
    made = [strategies.made(**body) for _ in range(5)]
    rows, more = [], {}
    while True:
        reply = strategies("list", limit=2, **more)
        rows += reply["strategy"]
        if "next_cursor" not in reply:
            break
        more = {"cursor": reply["next_cursor"]}
    assert [row["strategy_id"] for row in rows] == made
    assert len(reply["strategy"]) == 1
    assert strategies("get_range", strategy_id=made[0], **more)["errcode"] == 50100
    assert strategies("list", limit=1001)["errcode"] == 40058


def test_ranges_are_paged(strategies, body, userids):
    number = strategies.made(**{**body, "range": [person(userid) for userid in userids]})
    assert strategies.range(number, limit=3) == [person(userid) for userid in userids]


def test_below_another_one(strategies, body, sandbox, userids):
    right = "send_moment" if strategies.kind == "moment_strategy" else "share_customer"
    top = strategies.made(**body, privilege={right: False})
    shop = next(d.number for d in sandbox.world.staff.departments if d.parent == 2)
    inside = next(s.staff_id for s in sandbox.world.staff if s.department == shop and s.can_contact)
    low = {**body, "parent_id": top, "range": [department(shop), person(inside), person(userids[2])]}
    below = strategies.made(**low, privilege={right: True})
    assert strategies("get", strategy_id=below)["strategy"]["privilege"][right] is False
    strategies("edit", strategy_id=top, privilege={right: True})
    assert strategies("get", strategy_id=below)["strategy"]["privilege"][right] is True
    assert strategies("create", **{**low, "range": [department(1)]})["errcode"] == 40058
    assert strategies("edit", strategy_id=below, range_add=[department(3)])["errcode"] == 40058
    assert strategies("create", **{**low, "parent_id": 99})["errcode"] == 40058
    assert strategies("del", strategy_id=top)["errcode"] == 0
    assert strategies("list")["strategy"] == []
    assert strategies("get", strategy_id=below)["errcode"] == 40058
    assert strategies.made(**body) > below


def test_five_levels(strategies, body):
    number = 0
    for _ in range(5):
        number = strategies.made(**body, parent_id=number)
    assert strategies("create", **body, parent_id=number)["errcode"] == 40058


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"strategy_name": ""}, 40063),
        ({"admin_list": []}, 40063),
        ({"admin_list": ["x"] * 21}, 40058),
        ({"admin_list": ["nobody"]}, 40003),
        ({"range": []}, 40063),
        ({"range": [{"type": 2, "partyid": 1}] * 101}, 40058),
        ({"range": [{}]}, 40058),
        ({"range": [{"type": 3}]}, 40058),
        ({"range": [{"type": 1}]}, 41009),
        ({"range": [{"type": 1, "userid": "nobody"}]}, 40003),
        ({"range": [{"type": 2, "partyid": 4711}]}, 60123),
        ({"range": ["x"]}, 40063),
    ],
)
def test_wrong_parameters(strategies, body, change, code):
    assert strategies("create", **{**body, **change})["errcode"] == code
    assert strategies("list")["strategy"] == []


def test_an_app_sees_its_own_only(strategies, body, vendor_as, sandbox, control):
    number = strategies.made(**body)
    other = Strategies(vendor_as(sandbox.credentials.other_secret), strategies.kind)
    assert other("list")["strategy"] == []
    for name in ("get", "get_range", "edit", "del"):
        assert other(name, strategy_id=number)["errcode"] == 40058
        assert other(name)["errcode"] == 40063
    plain = Strategies(vendor_as(sandbox.credentials.plain_secret), strategies.kind)
    assert plain("list")["errcode"] == 48002
    shop = next(d.number for d in sandbox.world.staff.departments if d.number >= 10)
    control.ok("PATCH", "apps/1000002", {"visible": [shop]})
    own = [s.staff_id for s in sandbox.world.staff if s.department == shop and s.can_contact][:1]
    assert strategies("create", **{**body, "admin_list": own})["errcode"] == 60011


def test_too_many_nodes(strategies, body, userids, monkeypatch):
    monkeypatch.setattr("privcrm.sandbox.wecom.api.strategies._NODES_MOST", 3)
    number = strategies.made(**body)
    assert strategies("edit", strategy_id=number, range_add=[person(userids[4])])["errcode"] == 0
    assert strategies("edit", strategy_id=number, range_add=[person(userids[5])])["errcode"] == 40058


def test_two_changes_at_once_collide(strategies, body, vendor_as, sandbox, control):
    kinds = [Strategies(vendor_as(sandbox.credentials.secret), strategies.kind) for _ in range(2)]
    assert all(one("list")["errcode"] == 0 for one in kinds)
    control.switch(latency_ms=300)
    with ThreadPoolExecutor(2) as pool:
        codes = list(pool.map(lambda one: one("create", **body)["errcode"], kinds))
    assert sorted(codes) == [0, 45035]
