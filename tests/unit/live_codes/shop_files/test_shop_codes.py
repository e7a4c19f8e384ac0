"""A code for each shop: checked as a whole, made once, changed by a changed list."""

import csv
import io
from zipfile import ZipFile

import pytest
import zxingcpp
from openpyxl import Workbook
from PIL import Image

from privcrm.errors import InputError
from privcrm.models import Content, DepartmentId, StaffId, StaffState
from privcrm.models.codes import OnEmpty, Seat, StaffLiveCode, Window
from privcrm.models.shop import Shop
from privcrm.services.live_codes.pictures import write_sheet, write_zip
from privcrm.services.live_codes.shop_files import ShopCodes, ShopCodeState
from privcrm.services.live_codes.shop_files.outcomes import HEADERS
from privcrm.services.shops import Shops

CREATED, CHANGED, UNCHANGED = ShopCodeState.CREATED, ShopCodeState.CHANGED, ShopCodeState.UNCHANGED


@pytest.fixture
def shops(studio):
    return ShopCodes(studio.book, studio.making, studio.staff, studio.archive)


@pytest.fixture
def write(tmp_path, studio):
    def to_file(*rows, name="shops.csv"):
        path = tmp_path / name
        texts = [[str(cell).format(*studio.able) for cell in row] for row in rows]
        if name.endswith(".xlsx"):
            book = Workbook()
            for row in texts:
                book.active.append(row)
            book.save(path)
        else:
            with path.open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file).writerows(texts)
        return path

    return to_file


def code(studio, key):
    with studio.book.database.connect() as connection:
        return studio.staff.load(connection, studio.book.rows.known(connection, key))


def states(outcomes):
    return [each.state for each in outcomes]


ROWS = (
    ("门店编码", "店名", "区域", "员工", "备用员工", "每日上限", "标签", "备注", "欢迎语", "面积"),
    ("SH001", "虹桥店", "上海", "{0}*3；{1}", "{2}", "50", "门店/虹桥、新客", "{{name}}-虹桥", "您好，欢迎光临", "120"),
    ("SH002", "徐汇店", "上海", "{1}", "", "", "", "", "", "80"),
)


@pytest.mark.parametrize("name", ["shops.csv", "shops.xlsx"])
def test_every_row_becomes_a_code(studio, shops, write, name):
    outcomes = list(shops.from_file(write(*ROWS, name=name), who="li"))
    assert [(each.row, each.key, each.name, each.region, each.state) for each in outcomes] == [
        (2, "SH001", "虹桥店", "上海", CREATED),
        (3, "SH002", "徐汇店", "上海", CREATED),
    ]
    first = code(studio, "SH001")
    assert [(seat.staff_id, seat.weight, seat.tier, seat.daily_cap) for seat in first.seats] == [
        (studio.able[0], 3, 0, 50),
        (studio.able[1], 1, 0, 50),
        (studio.able[2], 1, 1, 50),
    ]
    assert (first.entry_tags, first.remark) == (("门店/虹桥", "新客"), "{name}-虹桥")
    assert first.welcome == Content("您好，欢迎光临")
    second = code(studio, "SH002")
    assert (second.welcome, second.entry_tags, second.seats[0].daily_cap) == (None, (), None)
    assert {job.created_by for job in studio.book.jobs.list()} == {"li"}


def test_the_same_list_again_calls_nobody(studio, shops, write):
    path = write(*ROWS)
    list(shops.from_file(path))
    studio.calls()
    assert states(shops.from_file(path)) == [UNCHANGED, UNCHANGED]
    assert studio.calls().total() == 0


def test_a_changed_list_changes_and_never_doubles(studio, shops, write, provider):
    list(shops.from_file(write(*ROWS)))
    before = {key: studio.vendors(key)[0].vendor_id for key in ("SH001", "SH002")}
    changed = (
        ROWS[0],
        ("SH001", "虹桥新店", *ROWS[1][2:]),
        ROWS[2],
        ("SH003", "静安店", "上海", "{3}", "", "", "", "", "", ""),
    )
    assert states(shops.from_file(write(*changed))) == [CHANGED, UNCHANGED, CREATED]
    assert {key: studio.vendors(key)[0].vendor_id for key in before} == before
    assert len(list(provider.live_codes.contact_codes())) == 3
    assert studio.row("SH001").name == "虹桥新店"


def test_a_preview_does_nothing(studio, shops, write):
    list(shops.from_file(write(*ROWS)))
    studio.calls()
    new = (
        *ROWS[:2],
        ("SH002", "徐汇店", "上海", "{4}", "", "", "", "", "", ""),
        ("SH009", "新店", "", "{0}", "", "", "", "", "", ""),
    )
    assert states(shops.from_file(write(*new), dry_run=True)) == [UNCHANGED, CHANGED, CREATED]
    assert studio.calls().total() == 0
    assert code(studio, "SH002").seats[0].staff_id == studio.able[1]


def test_codes_that_no_row_names_are_told_and_stay(studio, shops, write):
    list(shops.from_file(write(*ROWS)))
    outcomes = list(shops.from_file(write(*ROWS[:2])))
    assert [(each.key, each.state, each.row) for each in outcomes[1:]] == [("SH002", ShopCodeState.MISSING, 0)]
    assert len(studio.vendors("SH002")) == 1


def test_a_column_that_is_not_there_leaves_what_is_known(studio, shops, write):
    seat = Seat(studio.able[0], windows=(Window("09:00", "18:00"),), daily_cap=9)
    kept = StaffLiveCode("SH001", (seat, Seat(studio.able[5], tier=2)), name="旧", on_empty=OnEmpty.BACKUP, note="墙")
    list(studio.making.create([kept]))
    assert states(shops.from_file(write(("code", "staff"), ("SH001", "{0}*2;{1}")))) == [CHANGED]
    after = code(studio, "SH001")
    assert [(each.staff_id, each.weight, each.windows, each.daily_cap, each.tier) for each in after.seats] == [
        (studio.able[0], 2, seat.windows, 9, 0),
        (studio.able[1], 1, (), None, 0),
        (studio.able[5], 1, (), None, 2),
    ]
    assert (after.name, after.on_empty, after.note) == ("旧", OnEmpty.BACKUP, "墙")


def test_a_backup_who_is_named_to_work_works(studio, shops, write):
    list(shops.from_file(write(*ROWS)))
    list(shops.from_file(write(("code", "staff"), ("SH001", "{0};{2}"))))
    assert [(each.staff_id, each.tier) for each in code(studio, "SH001").seats] == [
        (studio.able[0], 0),
        (studio.able[2], 0),
    ]


def test_new_codes_are_made_as_the_caller_says(studio, shops, write):
    def make(key, seats):
        return StaffLiveCode(key, seats, pool=1, zone="Asia/Urumqi")

    list(shops.from_file(write(*ROWS), make=make))
    assert (code(studio, "SH001").pool, code(studio, "SH001").zone) == (1, "Asia/Urumqi")


def test_everything_wrong_is_told_at_once_and_nothing_is_done(studio, shops, write):
    path = write(
        ROWS[0],
        ("SH001", "甲", "", "{0}*0", "", "", "", "", "", ""),
        ("SH 01/..", "乙", "", "{0}", "", "", "", "", "", ""),
        ("SH003", "丙", "", "", "", "", "", "", "", ""),
        ("SH004", "丁", "", "{0}", "{0}", "", "", "", "", ""),
        ("SH005", "戊", "", "{0}", "", "many", "", "", "", ""),
        ("SH005", "己", "", "{0}", "", "", "", "", "", ""),
        ("", "庚", "", "{0}", "", "", "", "", "", ""),
    )
    with pytest.raises(InputError) as caught:
        shops.from_file(path)
    told = str(caught.value)
    for sentence in (
        "row 2, column 员工: holds '0'; a weight is a whole number from 1",
        "row 3, column 门店编码: 'SH01/..' is no key of a code",
        "row 4, column 员工: names no employee",
        "row 5, column 员工: names an employee twice",
        "row 6, column 每日上限: holds 'many'; a daily cap is a whole number",
        "row 7, column 门店编码: 'SH005' stands in row 6 too",
        "row 8, column 门店编码: is empty",
    ):
        assert sentence in told, told
    assert "nothing was sent" in told
    assert studio.calls().total() == 0
    assert list(studio.book.rows.list()) == []


def test_a_list_of_nothing_is_refused(shops, write):
    with pytest.raises(InputError, match="no rows below its header"):
        shops.from_file(write(ROWS[0]))
    with pytest.raises(InputError, match="column code is missing"):
        shops.from_file(write(("name", "staff"), ("虹桥", "{0}")))


def test_employees_are_checked_once_the_company_was_synchronised(studio, shops, write):
    path = write(("code", "staff"), ("SH001", "stranger"))
    assert states(shops.from_file(path, dry_run=True)) == [CREATED], "before a sync nobody is unknown"
    assert not shops.checks_staff()
    with studio.book.database.transaction() as connection:
        connection.run(
            "INSERT INTO privcrm_staff (company, number, staff_id, shown_id, state) VALUES ('acme', 999, 'a', 'A', ?)",
            StaffState.ACTIVE.value,
        )
        connection.run(  # as a code that named him left him, and the sync that looked for him since
            "INSERT INTO privcrm_staff (company, number, staff_id, shown_id, missing_since)"
            " VALUES ('acme', 998, 'stranger', 'stranger', 5)"
        )
    assert shops.checks_staff()
    with pytest.raises(InputError, match="employee 'stranger' is unknown"):
        shops.from_file(path, dry_run=True)


def test_a_key_of_another_kind_is_told_before_anything_is_done(studio, shops, write):
    list(studio.making.create([studio.groups("SH001")]))
    with pytest.raises(InputError, match="it is another"):
        shops.from_file(write(*ROWS))


def test_the_shops_that_the_store_knows_need_no_file(studio, shops):
    known = Shops(studio.book.store)
    known.put(Shop("SH001", "虹桥店", "上海", staff_ids=(studio.able[0], studio.able[1])))
    known.put(Shop("BJ001", "国贸店", "北京", staff_ids=(studio.able[2],), department_ids=(DepartmentId("9"),)))
    outcomes = list(shops.from_shops("上海"))
    assert [(each.key, each.state, each.region) for each in outcomes] == [("SH001", CREATED, "上海")]
    assert states(shops.from_shops("上海")) == [UNCHANGED]
    assert [seat.staff_id for seat in code(studio, "SH001").seats] == [
        StaffId(each) for each in sorted(studio.able[:2])
    ]
    known.put(Shop("SH002", "空店", "上海"))
    with pytest.raises(InputError, match="names no employee"):
        shops.from_shops("上海")


def test_outcomes_are_rows_of_a_spreadsheet(shops, write):
    outcomes = list(shops.from_file(write(*ROWS)))
    assert all(len(each.cells) == len(HEADERS) for each in outcomes)
    assert outcomes[0].cells[:5] == ("2", "SH001", "虹桥店", "上海", "created")


def test_pictures_go_into_an_archive_and_onto_a_sheet(shops, write, tmp_path):
    outcomes = list(shops.from_file(write(*ROWS)))
    assert write_zip(tmp_path / "codes.zip", shops.pictures(outcomes)) == 2
    with ZipFile(tmp_path / "codes.zip") as archive:
        assert archive.namelist() == ["SH001_虹桥店.png", "SH002_徐汇店.png"]
        with Image.open(io.BytesIO(archive.read("SH001_虹桥店.png"))) as image:
            assert image.size == (1063, 1063)
            texts = [each.text for each in zxingcpp.read_barcodes(image)]
    assert texts == ["https://memory.invalid/scan/code-0"]
    assert write_sheet(tmp_path / "codes.pdf", shops.pictures(outcomes)) == 1


def test_a_code_without_a_picture_leaves_the_others(shops, write, provider, tmp_path):
    provider.lose_answer("live_codes.picture")
    outcomes = list(shops.from_file(write(*ROWS)))
    provider.lose_answer("live_codes.picture")
    assert [each.key for each in shops.pictures(outcomes)] == ["SH002"]
    assert [each.key for each in shops.pictures(outcomes)] == ["SH001", "SH002"]
