import codecs
from contextlib import suppress
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from privcrm.errors import InputError
from privcrm.services.files.problems import Problems
from privcrm.services.tagging.reader import Source, name_of, read_rows
from privcrm.services.tagging.rows import Key, TagRow

HEADER = "客户ID,员工账号,添加标签,移除标签"


def rows_in(source: Source, key: Key = Key.MEMBER_ID) -> list[TagRow]:
    problems = Problems(name_of(source))
    rows = list(read_rows(source, key, problems))
    problems.refuse()
    return rows


def refused(source: Source, key: Key = Key.MEMBER_ID) -> str:
    with pytest.raises(InputError) as caught:
        rows_in(source, key)
    return str(caught.value)


@pytest.fixture
def write(tmp_path: Path):
    def written(text: str | bytes, encoding: str = "utf-8", name: str = "list.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return path

    return written


@pytest.fixture
def sheet(tmp_path: Path):
    def written(*rows: list[object]) -> Path:
        workbook = openpyxl.Workbook()
        assert workbook.active is not None
        for row in rows:
            workbook.active.append(row)
        path = tmp_path / "list.xlsx"
        workbook.save(path)
        return path

    return written


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_encodings_and_delimiters_are_recognised(write, encoding: str, delimiter: str, newline: str):
    text = f"{HEADER}{newline}wm1,ZhangSan,等级/VIP；老客,新客{newline}".replace(",", delimiter)
    assert rows_in(write(text, encoding)) == [TagRow(2, "wm1", "ZhangSan", ("等级/VIP；老客",), ("新客",))]


def test_a_semicolon_delimits_when_the_header_says_so(write):
    assert rows_in(write("member_id;add\nwm1;VIP\n")) == [TagRow(2, "wm1", None, ("VIP",))]


@pytest.mark.parametrize(
    "header",
    ["member_id,staff_id,add,remove", "external_userid,userid,ADD,Remove", " 客户id ,员工账号,添加标签,移除标签"],
)
def test_the_vendors_words_are_understood(write, header: str):
    assert rows_in(write(f"{header}\nwm1,zhang,A,B\n")) == [TagRow(2, "wm1", "zhang", ("A",), ("B",))]


def test_rows_are_numbered_as_a_spreadsheet_shows_them(write):
    path = write('\nmember_id,note,add\nwm1,"two\nlines",A\n\n , ,\nwm2,,B\n')
    assert [(row.row, row.key) for row in rows_in(path)] == [(3, "wm1"), (6, "wm2")]


def test_a_sheet_has_the_same_rows_and_numbers(sheet):
    path = sheet([], ["member_id", "add"], ["wm1", "A"], [], [None, " "], ["wm2", 2024])
    assert rows_in(path) == [TagRow(3, "wm1", None, ("A",)), TagRow(6, "wm2", None, ("2024",))]


def test_phones_that_a_sheet_made_numbers_are_phones(sheet):
    path = sheet(["手机号", "添加标签"], [13800000000, "A"], ["１３９００００００００", "A"])
    assert [row.key for row in rows_in(path, Key.PHONE)] == ["13800000000", "13900000000"]


def test_scientific_notation_is_refused_with_its_place(write):
    text = refused(write("手机号,添加标签\n1.38E+10,A\n"), Key.PHONE)
    assert "list.csv, row 2, column 手机号" in text
    assert "format the column as text" in text


def test_a_rounded_number_in_a_sheet_is_refused(sheet):
    assert "row 2, column member_id: holds a number of more than 15 digits" in refused(
        sheet(["member_id", "add"], [12345678901234567, "A"])
    )


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("staff_id,add", "column member_id is missing"),
        ("member_id,staff_id", "neither a column add nor a column remove"),
        ("member_id,external_userid,add", "'member_id' and 'external_userid' are the same column"),
        ("member_id,add,添加标签", "'add' and '添加标签' are the same column"),
    ],
)
def test_missing_and_doubled_columns_are_refused(write, header: str, words: str):
    assert words in refused(write(f"{header}\na,b,c\n"))


@pytest.mark.parametrize(("content", "words"), [(b"", "is empty"), (b"\xef\xbb\xbf\n\n", "is empty")])
def test_an_empty_file_is_refused(write, content: bytes, words: str):
    assert words in refused(write(content))


def test_a_header_alone_is_refused(write, sheet):
    assert "no rows below its header" in refused(write(HEADER))
    assert "no rows below its header" in refused(sheet(["member_id", "add"]))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xd0\xcf\x11\xe0 old", "old Excel file"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n", "image"),
        (b"\xff\xd8\xff\xe0", "image"),
        (b"<html><table>", "web page"),
        (b"PK\x03\x04 cut", "damaged"),
        (codecs.BOM_UTF16_LE + "member_id,add".encode("utf-16-le"), "UTF-16"),
        ("member_id,add\n".encode("utf-16-le"), "UTF-16"),
        (b"member_id,add\nwm1,A\n\xff\xff", "neither UTF-8 nor GB18030"),
    ],
)
def test_other_files_are_refused_by_their_bytes(write, content: bytes, words: str):
    assert words in refused(write(content))


def test_a_zip_of_something_else_is_refused(tmp_path: Path):
    path = tmp_path / "list.xlsx"
    with ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert "ZIP file" in refused(path)


def test_a_sheet_damaged_inside_is_refused(sheet, tmp_path: Path):
    whole = sheet(["member_id", "add"], ["wm1", "A"])
    path = tmp_path / "cut.xlsx"
    with ZipFile(whole) as old, ZipFile(path, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content[: len(content) // 2] if "sheet1" in name else content)
    assert "damaged" in refused(path)


def test_a_missing_file_is_named_without_its_folders(tmp_path: Path):
    text = refused(tmp_path / "nowhere.csv")
    assert text.startswith("nowhere.csv: cannot be read")


def test_an_open_quote_is_named_with_its_row(write):
    assert "row 3" in refused(write('member_id,add\nwm1,A\nwm2,"B\n'))


def test_a_delimiter_inside_an_unquoted_cell_is_noticed(write):
    assert "more cells than the header" in refused(write("member_id,add\nwm1,A,B\n"))


def test_the_same_problem_is_told_once_with_its_rows(write):
    text = refused(write("手机号,添加标签\n" + "1E+10,A\n" * 30 + ",A\n"), Key.PHONE)
    assert "31 problems; nothing was sent" in text
    assert "rows 2, 3, 4" in text
    assert "21 and 10 more, column 手机号: holds a number in scientific" in text
    assert "list.csv, row 32, column 手机号: is empty" in text


def test_every_problem_is_counted_and_twenty_are_listed():
    problems = Problems("list.csv")
    for number in range(30):
        problems.add(f"problem {number}", row=number)
    told = problems.sentences()
    assert len(told) == 21
    assert told[-1] == "... and 10 more"


def test_problems_never_quote_a_phone(write):
    text = refused(write("手机号,添加标签\n13912345678,A,x\n1.39E+10,B\n"), Key.PHONE)
    assert "13912345678" not in text
    assert "1.39E+10" not in text


def test_values_pass_the_same_checks_as_files():
    given_rows = [
        {"member_id": "　wm1", "add": ["A", "B/C"]},
        {"external_userid": "wm2", "userid": "zhang", "remove": "D", "row": 7},
        TagRow(9, "ｗｍ3", None, ("E",)),
    ]
    assert rows_in(given_rows) == [
        TagRow(1, "wm1", None, ("A;B/C",)),
        TagRow(7, "wm2", "zhang", (), ("D",)),
        TagRow(9, "wm3", None, ("E",)),
    ]
    assert "row 1: column member_id is missing" in refused([{"staff_id": "x", "add": "A"}])
    assert "row 1, column member_id: is empty" in refused([{"member_id": " ", "add": "A"}])


def test_a_row_never_shows_its_key():
    assert "13800000000" not in repr(TagRow(2, "13800000000", None, ("A",)))


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes):
    path = tmp_path_factory.mktemp("bytes") / "list.csv"
    path.write_bytes(content)
    with suppress(InputError):
        assert all(row.key for row in rows_in(path))
