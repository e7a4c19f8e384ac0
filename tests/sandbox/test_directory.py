import pytest

from privcrm.sandbox.world import StaffState

HERE = (StaffState.ACTIVE, StaffState.DISABLED, StaffState.WITHOUT_CUSTOMER_CONTACT)


@pytest.fixture
def directory(vendor_as, sandbox):
    return vendor_as(sandbox.credentials.directory_secret)


def test_one_employee(vendor, sandbox):
    for staff in sandbox.world.staff:
        reply = vendor.get("user/get", userid=staff.staff_id.swapcase())
        if staff.state is StaffState.LEFT:
            assert reply["errcode"] == 60111
        else:
            assert reply["userid"] == staff.staff_id
            assert reply["status"] == (2 if staff.state is StaffState.DISABLED else 1)


def test_phone_numbers_and_avatars_are_withheld(vendor, relation):
    reply = vendor.get("user/get", userid=relation.userid)
    assert not reply.keys() & {"mobile", "email", "avatar", "address", "qr_code"}
    assert reply["gender"] == "0"


@pytest.mark.parametrize("path", ["user/list", "user/simplelist"])
def test_departments_list_their_own_people_or_those_below_too(vendor, sandbox, path):
    everybody = {s.staff_id for s in sandbox.world.staff if s.state in HERE}
    assert {u["userid"] for u in vendor.get(path, department_id=1, fetch_child=1)["userlist"]} == everybody
    assert vendor.get(path, department_id=1)["userlist"] == []
    shop = sandbox.world.staff[0].department
    assert {u["userid"] for u in vendor.get(path, department_id=shop)["userlist"]} < everybody


def test_unknown_departments(vendor):
    assert vendor.get("user/list", department_id=999)["errcode"] == 60003
    assert vendor.get("user/list")["errcode"] == 40063
    assert vendor.get("department/list", id=999)["errcode"] == 60003
    assert vendor.get("department/get")["errcode"] == 40063


def test_the_tree_of_departments(vendor, sandbox):
    tree = vendor.get("department/list")["department"]
    assert tree[0] == {**tree[0], "id": 1, "parentid": 0}
    ids = vendor.get("department/simplelist")["department_id"]
    assert [(d["id"], d["parentid"]) for d in tree] == [(d["id"], d["parentid"]) for d in ids]
    below = vendor.get("department/simplelist", id=2)["department_id"]
    assert {d["id"] for d in below} == sandbox.world.staff.subtree(2)
    assert vendor.get("department/get", id=2)["department"]["name"] == "华东大区"


def test_range_bounds_the_directory(vendor, control, sandbox):
    shop = sandbox.world.staff[0].department
    control.ok("PATCH", "apps/1000002", {"visible": [shop]})
    assert [d["id"] for d in vendor.get("department/simplelist")["department_id"]] == [shop]
    assert vendor.get("department/list", id=1)["errcode"] == 60011
    hidden = next(s for s in sandbox.world.staff if s.department != shop)
    assert vendor.get("user/get", userid=hidden.staff_id)["errcode"] == 60011


def test_all_ids_page_by_page(directory, sandbox):
    cursor, ids = "", []
    while True:
        reply = directory.post("user/list_id", limit=6, cursor=cursor)
        ids += [row["userid"] for row in reply["dept_user"]]
        cursor = reply["next_cursor"]
        if not cursor:
            break
    assert ids == [s.staff_id for s in sandbox.world.staff if s.state in HERE]
    assert directory.post("user/list_id", limit=10_001)["errcode"] == 40058


def test_whether_the_contact_sync_app_reads_names_is_a_switch(directory, control, relation):
    assert directory.get("user/get", userid=relation.userid)["errcode"] == 0
    control.switch(directory_reads_details="refused")
    assert directory.get("user/get", userid=relation.userid)["errcode"] == 48009
    assert directory.get("department/list")["errcode"] == 48009
    assert directory.get("department/simplelist")["errcode"] == 0
