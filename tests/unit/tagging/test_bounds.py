"""Lists that are too large, or that unpack to far more than they seem to be, are refused before they cost anything."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest

from privcrm.errors import InputError
from privcrm.services.files import bounds
from privcrm.services.files.problems import Problems
from privcrm.services.tagging.reader import read_rows
from privcrm.services.tagging.rows import Key

MIB = 1 << 20
STRINGS = "xl/sharedStrings.xml"
SHEET = "xl/worksheets/sheet1.xml"


def refused(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read(path)
    return str(caught.value)


def read(path: Path) -> None:
    problems = Problems(path.name)
    for _ in read_rows(path, Key.MEMBER_ID, problems):
        problems.refuse()
    problems.refuse()


def csv_of(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., Path]:
    """Return a sound workbook of which one part is replaced by what ``pieces`` yields."""

    def made(part: str, *pieces: bytes) -> Path:
        book = openpyxl.Workbook()
        assert book.active is not None
        book.active.append(["member_id", "add"])
        book.active.append(["wm1", "A"])
        whole, path = tmp_path / "whole.xlsx", tmp_path / "list.xlsx"
        book.save(whole)
        with ZipFile(whole) as old, ZipFile(path, "w", ZIP_DEFLATED) as new:
            for name in old.namelist():
                if name != part:
                    new.writestr(name, old.read(name).replace(b"</Types>", SHARED_STRINGS + b"</Types>"))
            if part != STRINGS:
                new.writestr(STRINGS, b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>')
            with new.open(part, "w", force_zip64=True) as file:
                for piece in pieces:
                    file.write(piece)
        return path

    return made


SHARED_STRINGS = (
    b'<Override PartName="/xl/sharedStrings.xml"'
    b' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
)
HEADER = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:B2"/><sheetData>'
    b'<row r="1"><c r="A1" t="inlineStr"><is><t>member_id</t></is></c>'
    b'<c r="B1" t="inlineStr"><is><t>add</t></is></c></row>'
)
END = b"</sheetData></worksheet>"


def test_a_cell_of_endless_text_is_refused_with_its_row(tmp_path: Path):
    text = refused(csv_of(tmp_path, f"member_id,add,note\nwm1,A,{'x' * 32_768}\n"))
    assert "list.csv, row 2, column note: has more than 32,767 characters; shorten it" in text


def test_a_nul_is_refused_with_its_row(tmp_path: Path):
    lines = "".join(f"wm{number},A\n" for number in range(1000))
    text = refused(csv_of(tmp_path, f"member_id,add\n{lines}wm\0,A\n"))
    assert "list.csv, row 1002, column member_id: holds a NUL character" in text


def test_more_rows_than_a_spreadsheet_has_are_refused(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(bounds, "MOST_ROWS", 3)
    assert "has more than 3 rows; split it" in refused(csv_of(tmp_path, "member_id,add\nwm1,A\nwm2,A\nwm3,A\n"))


def test_more_columns_than_a_spreadsheet_has_are_refused(tmp_path: Path):
    assert "more than 16,384 columns" in refused(csv_of(tmp_path, f"member_id,add{',' * 16_384}\nwm1,A\n"))


@pytest.mark.parametrize("start", ["x" * (2 * MIB), "member_id,add\nwm1," + '"a\n",' * MIB])
def test_a_record_without_end_is_refused(tmp_path: Path, start: str):
    assert "a row of more than 1,048,576 characters" in refused(csv_of(tmp_path, start))


def test_a_row_with_an_absurd_number_is_refused(workbook):
    rows = b'<row r="999999999"><c r="A999999999" t="inlineStr"><is><t>wm1</t></is></c></row>'
    assert "more than 1,048,576 rows" in refused(workbook(SHEET, HEADER, rows, END))


def test_rows_of_empty_cells_are_counted(workbook, monkeypatch):
    monkeypatch.setattr(bounds, "MOST_CELLS", 100_000)
    rows = b"".join(b'<row r="%d"><c r="XFD%d"/></row>' % (number, number) for number in range(2, 30))
    assert "more than 100,000 cells" in refused(workbook(SHEET, HEADER, rows, END))


def test_a_cell_that_unpacks_to_two_hundred_megabytes_is_refused_in_little_memory(workbook):
    cell = (b'<row r="2"><c r="A2" t="inlineStr"><is><t>', *[b"x" * MIB] * 200, b"</t></is></c></row>")
    path = workbook(SHEET, HEADER, *cell, END)
    tracemalloc.start()
    try:
        assert "unpacks to far more" in refused(path)
        assert tracemalloc.get_traced_memory()[1] < 150 * MIB
    finally:
        tracemalloc.stop()


def test_shared_strings_of_two_hundred_megabytes_are_refused(workbook):
    strings = (b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>', *[b"x" * MIB] * 200)
    path = workbook(STRINGS, *strings, b"</t></si></sst>")
    assert "unpacks to far more" in refused(path)


def test_a_part_that_is_read_whole_is_measured_first(workbook, monkeypatch):
    monkeypatch.setattr(bounds, "LARGEST_PART", 100_000)
    path = workbook("xl/styles.xml", b" " * 100_001)
    assert "unpacks to far more" in refused(path)
