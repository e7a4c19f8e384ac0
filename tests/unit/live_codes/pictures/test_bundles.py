"""Archives and sheets: names that every file system takes, nothing beside the folder, all pictures there."""

import io
import re
import unicodedata
from pathlib import Path, PurePosixPath, PureWindowsPath
from zipfile import ZipFile

import pytest
import reportlab
from hypothesis import given, settings
from hypothesis import strategies as st

from privcrm.errors import InputError
from privcrm.services.live_codes.pictures import Bundle, SheetLayout, write_sheet, write_zip
from tests.unit.live_codes.pictures.test_posters import logo, vendors

RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?$", re.IGNORECASE)
HOSTILE = [
    ("../../etc", "passwd"),
    ("..", ".."),
    ("/etc/passwd", ""),
    ("C:\\Windows", "system32"),
    ("con", ""),
    ("NUL.tar", ""),
    ("com1", ""),
    ("", "\u202egnp.exe"),
    ("a\x00b", "c\r\nd"),
    ("店", "名" * 300),
    (" .x. ", " . "),
    ('|<>:"?*', "\u2028"),
    ("-rf", "~"),
]


def names(*pictures):
    file = io.BytesIO()
    assert write_zip(file, [Bundle(key, name, b"x") for key, name in pictures]) == len(pictures)
    with ZipFile(file) as archive:
        assert archive.testzip() is None
        return archive.namelist()


def check(name):
    assert PurePosixPath(name).name == PureWindowsPath(name).name == name
    assert not RESERVED.match(name.removesuffix(".png")), name
    assert len(name.encode()) <= 200
    assert not name.startswith(".")
    assert not re.search(r'[\\/:*?"<>|]', name)
    assert all(unicodedata.category(each)[0] not in "CZ" or each == " " for each in name)
    assert not name.removesuffix(".png").endswith((" ", "."))


def test_names_are_the_shops():
    assert names(("SH001", "虹桥店"), ("SH002", "")) == ["SH001_虹桥店.png", "SH002.png"]


@pytest.mark.parametrize("pair", HOSTILE)
def test_no_name_leads_anywhere_else(pair):
    (name,) = names(pair)
    check(name)


@given(st.lists(st.tuples(st.text(max_size=80), st.text(max_size=80)), min_size=1, max_size=6))
@settings(max_examples=150, deadline=None)
def test_all_names_are_safe_and_differ_on_every_file_system(pairs):
    found = names(*pairs)
    for name in found:
        check(name)
    assert len({unicodedata.normalize("NFKC", name).casefold() for name in found}) == len(pairs)


def test_equal_names_are_numbered():
    assert names(("A", "店"), ("a", "店"), ("A", "店")) == ["A_店.png", "a_店_2.png", "A_店_3.png"]


def test_an_archive_unpacks_into_its_folder(tmp_path):
    write_zip(tmp_path / "codes.zip", [Bundle(key, name, b"x") for key, name in HOSTILE])
    folder = tmp_path / "out"
    with ZipFile(tmp_path / "codes.zip") as archive:
        archive.extractall(folder)
    assert {path.parent for path in folder.iterdir()} == {folder}
    assert len(list(folder.iterdir())) == len(HOSTILE)


def test_the_same_pictures_are_the_same_file():
    first, second = io.BytesIO(), io.BytesIO()
    for file in (first, second):
        write_zip(file, [Bundle("A", "店", vendors())])
    assert first.getvalue() == second.getvalue()


# -- sheets


def pages(content):
    return len(re.findall(rb"/Type\s*/Page\b", content))


def test_codes_fill_sheets():
    file = io.BytesIO()
    wanted = [Bundle(f"SH{number:03}", f"第{number}分店", vendors()) for number in range(25)]
    assert write_sheet(file, iter(wanted)) == 3
    assert (pages(file.getvalue()), file.getvalue()[:5]) == (3, b"%PDF-")
    assert b"STSong-Light" in file.getvalue()


def test_a_layout_says_how_many_fit():
    file = io.BytesIO()
    assert write_sheet(file, [Bundle("A", "", vendors())] * 5, layout=SheetLayout(columns=2, rows=2)) == 2


def test_a_font_is_embedded():
    file = io.BytesIO()
    font = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
    write_sheet(file, [Bundle("A", "Shop", logo())], font=font)
    assert b"FontFile2" in file.getvalue()


@pytest.mark.parametrize(
    ("draw", "told"),
    [
        (lambda: write_sheet(io.BytesIO(), []), "list is empty"),
        (lambda: write_sheet(io.BytesIO(), [Bundle("A", "", b"no picture")]), "'A' is no PNG or JPEG"),
        (lambda: write_sheet(io.BytesIO(), [], font=Path(__file__)), "no file of a TrueType font"),
        (lambda: SheetLayout(columns=0), "1 to 10 columns"),
        (lambda: SheetLayout(margin_mm=80), "margin_mm"),
    ],
)
def test_what_cannot_be_printed_is_told(draw, told):
    with pytest.raises(InputError, match=re.escape(told)):
        draw()
