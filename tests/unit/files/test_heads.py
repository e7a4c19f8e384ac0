"""Any list: heads in two languages, other columns by their heads, names in a cell."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

import pytest

from privcrm.errors import InputError
from privcrm.services.files.cells import listed
from privcrm.services.files.heads import Heads, Words
from privcrm.services.files.problems import NOTHING_WRITTEN, Problems
from privcrm.services.files.rows import rows_of


class Column(StrEnum):
    CODE = "code"
    NAME = "name"


WORDS = Words({"code": Column.CODE, "门店编码": Column.CODE, "name": Column.NAME})


Row = tuple[str, str, dict[str, str]]


def read(path: Path, problems: Problems) -> list[Row]:
    def layout(headers: Sequence[object], row: int):
        heads = Heads(headers, WORDS, problems, row)
        heads.require(Column.CODE)

        def one(number: int, cells: Sequence[object]) -> Row | None:
            if not heads.takes(number, cells):
                return None
            others = {head: heads.other(number, cells, head) for head in heads.others}
            return heads.cell(number, cells, Column.CODE), heads.cell(number, cells, Column.NAME), others

        return one

    return list(rows_of(path, lambda head: WORDS.column(head) is not None, layout, problems))


def csv_of(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "shops.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_columns_are_found_by_words_and_others_by_their_heads(tmp_path: Path):
    problems = Problems("shops.csv")
    rows = read(csv_of(tmp_path, "\n门店编码; ＮＡＭＥ ;面积 ;\nS1;一店;120;\n\nS2\n"), problems)
    assert rows == [("S1", "一店", {"面积": "120"}), ("S2", "", {"面积": ""})]
    assert problems.count == 0


def test_what_is_wrong_names_row_and_column_and_that_nothing_was_written(tmp_path: Path):
    problems = Problems("shops.csv", NOTHING_WRITTEN)
    read(csv_of(tmp_path, f"code,name\nS1,a,b\nS2,{'a' * 32_768}\n"), problems)
    with pytest.raises(InputError) as caught:
        problems.refuse()
    assert str(caught.value).splitlines() == [
        "shops.csv: 2 problems; nothing was written",
        "  shops.csv, row 2: has more cells than the header; quote cells that hold the delimiter",
        "  shops.csv, row 3, column name: has more than 32,767 characters; shorten it",
    ]


def test_a_missing_column_and_one_given_twice_end_the_reading(tmp_path: Path):
    problems = Problems("shops.csv")
    assert read(csv_of(tmp_path, "name,Name\nS1,a\n"), problems) == []
    assert [str(each) for each in problems.sentences()] == [
        "shops.csv, row 1: 'name' and 'Name' are the same column; delete one",
        "shops.csv, row 1: column code is missing; head it code or 门店编码",
    ]


def test_names_in_a_cell_are_separated_in_three_ways_and_count_once():
    assert listed(" a；b、 c;;a ") == ("a", "b", "c")
    assert listed("") == ()
