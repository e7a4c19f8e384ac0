from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privcrm.errors import InputError
from privcrm.services.files.cells import clean, identifier, phone, text_of
from privcrm.services.tagging.cells import TagName, tag_names


@pytest.mark.parametrize("space", [" ", "\t", "\u3000", "\u00a0", "\u200b", "\ufeff", "\u2060", "\u200b \u3000"])
def test_spaces_nobody_sees_are_trimmed(space: str):
    assert clean(f"{space}VIP{space}") == "VIP"
    assert identifier(f"{space}wm{space}1{space}") == "wm1"


def test_full_width_ids_and_phones_become_plain():
    assert identifier("ＷＭ０１ａ") == "WM01a"
    assert phone("１３８００００００００") == "13800000000"


@pytest.mark.parametrize("text", ["+86 138-0000-0000", "0086 13800000000", "138 0000 0000", "13800000000"])
def test_phones_are_compared_by_their_digits(text: str):
    assert phone(text) == "13800000000"


@pytest.mark.parametrize("text", ["1.38E+10", "1.38e10", "1E+10", "１.３８Ｅ+１０"])
def test_scientific_notation_is_refused_with_the_cure(text: str):
    with pytest.raises(InputError, match="format the column as text"):
        identifier(text)


def test_an_id_with_an_e_inside_is_no_scientific_notation():
    assert identifier("wmE10abc") == "wmE10abc"


@pytest.mark.parametrize(
    ("value", "text"), [(None, ""), ("　x ", "x"), (13800000000.0, "13800000000"), (2024, "2024"), (1.5, "1.5")]
)
def test_cells_of_a_spreadsheet_become_text(value: object, text: str):
    assert text_of(value) == text


@pytest.mark.parametrize("value", [date(2026, 1, 2), True, 1234567890123456789, float("1e300")])
def test_cells_that_a_spreadsheet_spoilt_are_refused(value: object):
    with pytest.raises(InputError, match="format the column as text"):
        text_of(value)


def test_separators_and_slashes():
    assert tag_names("等级/VIP；A/B 店\\/南 ; 老客、老客;;") == (
        TagName("VIP", "等级"),
        TagName("B 店/南", "A"),
        TagName("老客"),
    )


@pytest.mark.parametrize("cell", ["a/b/c", "/b", "a/", "/"])
def test_a_slash_without_two_names_is_refused(cell: str):
    with pytest.raises(InputError, match="slash"):
        tag_names(cell)


NAME = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).map(clean).filter(bool)
NAME_WITHOUT_BACKSLASH = NAME.filter(lambda name: "\\" not in name)


@given(st.lists(st.builds(TagName, NAME_WITHOUT_BACKSLASH, st.none() | NAME_WITHOUT_BACKSLASH), unique=True))
def test_what_is_written_is_read_back(names: list[TagName]):
    assert tag_names(";".join(map(str, names))) == tuple(names)


@given(st.text())
def test_any_text_is_read_or_refused(cell: str):
    try:
        names = tag_names(cell)
    except InputError:
        return
    assert all(name.name == clean(name.name) != "" for name in names)
