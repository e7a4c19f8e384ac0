import pytest
from hypothesis import given
from hypothesis import strategies as st

from privcrm.models.phones import normalised

MOBILE, LANDLINE = "+8613800138000", "+8675512345678"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("13800138000", MOBILE),
        (" 138 0013 8000 ", MOBILE),
        ("138-0013-8000", MOBILE),
        ("+86 138-0013-8000", MOBILE),
        ("0086 13800138000", MOBILE),
        ("8613800138000", MOBILE),
        ("86-138 0013 8000", MOBILE),
        ("(+86)13800138000", MOBILE),
        ("（＋８６）１３８００１３８０００", MOBILE),
        ("\u200e13800138000", MOBILE),
        ("010-12345678", "+861012345678"),
        ("(010)12345678", "+861012345678"),
        ("+86 (0)10 1234 5678", "+861012345678"),
        ("0755 1234567", "+867551234567"),
        ("0755-12345678-801", LANDLINE),
        ("0755-12345678－801", LANDLINE),
        ("0755-12345678 转 801", LANDLINE),
        ("0755-12345678分机801", LANDLINE),
        ("0755-12345678 ext. 801", LANDLINE),
        ("400-800-1234", "+864008001234"),
        ("+852 6123 4567", "+85261234567"),
        ("85261234567", "+85261234567"),
        ("00852 6123 4567", "+85261234567"),
        ("+853 6612 3456", "+85366123456"),
        ("853-66123456", "+85366123456"),
        ("+886 912 345 678", "+886912345678"),
        ("+1 650-253-0000", "+16502530000"),
    ],
)
def test_numbers_are_brought_into_one_form(text: str, expected: str) -> None:
    assert normalised(text) == expected
    assert normalised(expected) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "无",
        "wx_abc",
        "12345678",
        "1380013800",
        "138001380001",
        "12012345678",
        "10086",
        "+999 1234567",
        "13800138000/13900139000",
        "13800138000,13900139000",
        "1" * 5_000,
    ],
)
def test_what_is_no_number_gives_none(text: str) -> None:
    assert normalised(text) is None


def test_numbers_without_a_country_code_belong_to_the_region() -> None:
    assert normalised("6123 4567", region="HK") == "+85261234567"


@given(
    st.sampled_from(["130", "147", "155", "166", "173", "188", "191", "199"]),
    st.text("0123456789", min_size=8, max_size=8),
    st.sampled_from(["", "+86", "0086", "86", "+86 ", "(+86)", "（+86）"]),
    st.sampled_from(["", " ", "-", "\u2013", "\u3000"]),
    st.booleans(),
)
def test_every_way_of_writing_a_mobile_number_meets(head: str, rest: str, code: str, gap: str, wide: bool) -> None:
    text = code + gap.join((head, rest[:4], rest[4:]))
    if wide:
        text = text.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    assert normalised(text) == f"+86{head}{rest}"


@given(st.text(max_size=80))
def test_no_text_breaks_it(text: str) -> None:
    found = normalised(text)
    assert found is None or (found.startswith("+") and normalised(found) == found)


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_what_is_read_without_the_library_is_what_the_library_reads(text: str):
    assert normalised(text) == normalised(f" {text}")
