"""Shops: what a list says is what is kept, once, and nothing of a list that is wrong."""

import json
from collections.abc import Generator
from pathlib import Path

import openpyxl
import pytest

from privcrm.clock import ManualClock
from privcrm.errors import InputError
from privcrm.models import Department, DepartmentId, StaffId
from privcrm.models.shop import Shop
from privcrm.services.shops import ShopImport, Shops, ShopState
from privcrm.store import Store, open_store
from privcrm.store.mirror.departments import Departments
from tests.store.databases import ready_file

TREE = (("1", "总部", None), ("2", "华东", "1"), ("3", "华南", "1"), ("21", "一店", "2"), ("31", "一店", "3"))
CURE = "write its id or name, or run privcrm sync first"
STAFF = (("Ann", "21", "active"), ("Bob", "31", "active"), ("Cat", "2", "left"), ("Dan", "1", "disabled"))


@pytest.fixture
def store(tmp_path: Path) -> Generator[Store]:
    with open_store(ready_file(tmp_path / "shops.db"), clock=ManualClock(), company="acme") as opened:
        yield opened


@pytest.fixture
def shops(store: Store) -> Shops:
    return Shops(store)


@pytest.fixture
def synced(store: Store) -> None:
    tree = [Department(DepartmentId(own), name, DepartmentId(above) if above else None) for own, name, above in TREE]
    with store.database.transaction() as connection:
        Departments(store.database).put(connection, tree, 1.0)
        connection.run_many(
            "INSERT INTO privcrm_staff (company, number, staff_id, shown_id, state, departments)"
            " VALUES ('acme', ?, ?, ?, ?, ?)",
            [(n, own.lower(), own, state, json.dumps([inside])) for n, (own, inside, state) in enumerate(STAFF)],
        )


def csv_of(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "shops.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def states(done: ShopImport) -> list[tuple[int, str, str]]:
    return [(each.row, each.code, each.state.value) for each in done.outcomes]


@pytest.mark.usefixtures("synced")
def test_a_list_in_chinese_is_taken_and_again_changes_nothing(shops: Shops, tmp_path: Path):
    path = csv_of(
        tmp_path,
        "门店编码,门店名称,区域,店长,部门,员工,面积,备注",
        "S1,一号店,华东,ann,华东/一店；2,ＡＮＮ、bob,120,",
        ",,,,,,,",
        "S2,二号店,华南,,31,,,新店",
    )
    assert states(shops.import_file(path, who="me")) == [(2, "S1", "created"), (4, "S2", "created")]
    assert shops.get("S1") == Shop("S1", "一号店", "华东", StaffId("Ann"), {"面积": "120"}, ("2", "21"), ("Ann", "Bob"))
    assert shops.get("S2") == Shop("S2", "二号店", "华南", department_ids=("31",), attributes={"备注": "新店"})
    assert states(shops.import_file(path)) == [(2, "S1", "unchanged"), (4, "S2", "unchanged")]
    assert [shop.code for shop in shops.list("华东")] == ["S1"]


def test_audit_tells_of_an_import_and_not_of_a_dry_run(shops: Shops, store: Store, tmp_path: Path):
    path = csv_of(tmp_path, "code", "S1", "S2")
    assert shops.import_file(path, dry_run=True, who="me").count(ShopState.CREATED) == 2
    assert list(shops.list()) == []
    assert store.audit.newest(5) == []
    shops.import_file(path, who="me")
    (entry,) = store.audit.newest(5)
    assert (entry.who, entry.what) == ("me", "shop_import")
    assert entry.details["counts"] == {"created": 2, "changed": 0, "unchanged": 0, "removed": 0}


def test_columns_that_are_not_there_stay_and_empty_cells_take_away(shops: Shops, tmp_path: Path):
    shops.put(Shop("S1", "old", "R", StaffId("ann"), {"a": "1", "b": "2"}, ("2",), ("bob",)))
    done = shops.import_file(csv_of(tmp_path, "code,name,b,departments,c", "S1,new,,,3"))
    assert states(done) == [(2, "S1", "changed")]
    assert shops.get("S1") == Shop("S1", "new", "R", StaffId("ann"), {"a": "1", "c": "3"}, (), ("bob",))


def test_shops_that_no_row_names_stay_unless_pruned(shops: Shops, tmp_path: Path):
    for code in ("S1", "S2", "S3"):
        shops.put(Shop(code))
    path = csv_of(tmp_path, "code,name", "S2,two", "S4,four")
    assert states(shops.import_file(path)) == [(2, "S2", "changed"), (3, "S4", "created")]
    assert len(list(shops.list())) == 4
    assert states(shops.import_file(path, prune=True)) == [
        *((2, "S2", "unchanged"), (3, "S4", "unchanged")),
        *((0, "S1", "removed"), (0, "S3", "removed")),
    ]
    assert [shop.code for shop in shops.list()] == ["S2", "S4"]


@pytest.mark.usefixtures("synced")
def test_everything_wrong_is_told_by_row_and_column_and_nothing_is_written(shops: Shops, tmp_path: Path):
    path = csv_of(
        tmp_path,
        "code,店长,departments,staff",
        "S1,ann,,",
        "S1,,一店;99,eve",
        ",bob,,",
        "S3,ann;bob,,",
        f"{'x' * 101},,,",
    )
    with pytest.raises(InputError) as caught:
        shops.import_file(path, prune=True)
    assert sorted(map(str, caught.value.problems)) == [
        "shops.csv, row 3, column code: 'S1' stands in row 2 too; keep one of them",
        "shops.csv, row 4, column code: is empty; fill it in or delete the row",
        "shops.csv, row 5, column 店长: names several employees; keep one",
        "shops.csv, row 6, column code: has more than 100 characters; shorten it",
    ]
    assert str(caught.value).startswith("shops.csv: 4 problems; nothing was written\n")
    assert list(shops.list()) == []


@pytest.mark.usefixtures("synced")
def test_what_the_mirror_does_not_know_is_told(shops: Shops, tmp_path: Path):
    with pytest.raises(InputError) as caught:
        shops.import_file(csv_of(tmp_path, "code,departments,staff", "S1,一店;99,eve;ann"))
    assert [str(each) for each in caught.value.problems] == [
        "shops.csv, row 2, column departments: 2 departments are called '一店'; write Parent/Name, or an id: 21, 31",
        f"shops.csv, row 2, column departments: department '99' is unknown; {CURE}",
        "shops.csv, row 2, column staff: employee 'eve' is unknown; correct the id, or run privcrm sync first",
    ]


def test_before_the_first_sync_ids_are_taken_as_written(shops: Shops, tmp_path: Path):
    shops.import_file(csv_of(tmp_path, "code,departments,staff", "S1,7;８,Eve"))
    assert (shops.get("S1").department_ids, shops.get("S1").staff_ids) == (("7", "８"), ("Eve",))


@pytest.mark.parametrize("lines", [("code,name",), ("code",), ("门店编码", "", " ")])
def test_a_list_without_rows_removes_nothing(shops: Shops, tmp_path: Path, lines: tuple[str, ...]):
    shops.put(Shop("S1"))
    with pytest.raises(InputError, match="has no rows below its header"):
        shops.import_file(csv_of(tmp_path, *lines), prune=True)
    assert [shop.code for shop in shops.list()] == ["S1"]


def test_a_list_without_codes_is_refused(shops: Shops, tmp_path: Path):
    with pytest.raises(InputError, match="column code is missing; head it code or 门店编码"):
        shops.import_file(csv_of(tmp_path, "名称", "一店"))


def test_spreadsheets_are_read_too(shops: Shops, tmp_path: Path):
    book = openpyxl.Workbook()
    for row in (["门店编码", "面积"], [101, 88.5], ["0102", None]):
        book.worksheets[0].append(row)
    path = tmp_path / "shops.xlsx"
    book.save(path)
    shops.import_file(path)
    assert [(shop.code, dict(shop.attributes)) for shop in shops.list()] == [("0102", {}), ("101", {"面积": "88.5"})]


@pytest.mark.usefixtures("synced")
def test_who_works_where(shops: Shops):
    shops.put(Shop("S1", department_ids=("2",)), who="me")
    shops.put(Shop("S2", department_ids=("1",), staff_ids=("gone",)))
    assert shops.staff_of("S1") == ("Ann",)
    assert shops.staff_of("S2") == ("Ann", "Bob", "Dan")
    assert shops.of_staff("ANN") == ("S1", "S2")
    assert shops.of_staff("nobody") == ()


def test_an_unknown_shop_is_an_error_and_a_removed_one_is_unknown(shops: Shops):
    shops.put(Shop("S1"))
    shops.remove("S1", who="me")
    for asked in (shops.get, shops.remove, shops.staff_of):
        with pytest.raises(InputError, match="no shop has the code 'S1'; privcrm shop list shows the codes"):
            asked("S1")


def test_thousands_of_shops(shops: Shops, tmp_path: Path):
    lines = [f"S{number:05},shop {number}" for number in range(3000)]
    path = csv_of(tmp_path, "code,name", *lines)
    assert shops.import_file(path).count(ShopState.CREATED) == 3000
    assert shops.import_file(path).count(ShopState.UNCHANGED) == 3000
    assert [shop.code for shop in shops.list()] == [line.partition(",")[0] for line in lines]
