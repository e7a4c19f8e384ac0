"""Sentences: the same words in any language, and never a phone."""

import pickle
import unicodedata
from pathlib import Path

import pytest

from privcrm.errors import InputError
from privcrm.services.files.sentences import say, without_phones
from privcrm.services.tagging import TagOptions

PHONES = [
    "13812345678",
    "138 1234 5678",
    "138-1234-5678",
    "138.1234.5678",
    "１３８１２３４５６７８",
    "+86 13812345678",
    "0086-138-1234-5678",
    "86 13812345678",
    "138\u200b1234\u200b5678",
    "+852 9123 4567",
    "010-12345678",
    "(0755) 1234 5678",
]


def digits(text: str) -> str:
    return "".join(filter(str.isdigit, unicodedata.normalize("NFKC", text)))


@pytest.mark.parametrize("phone", PHONES)
def test_what_looks_like_a_phone_is_hidden(phone: str):
    for text in (phone, f"电话{phone}", f"call {phone}, please"):
        shown = without_phones(text)
        assert "[phone]" in shown
        assert sum(map(str.isdigit, shown)) == 0


@pytest.mark.parametrize(
    "text", ["双11 20241111", "wm0001", "客户等级/VIP", "rows 2, 3, 4", "2026-11-21 08:00", "1.38E+10"]
)
def test_what_does_not_look_like_a_phone_stays(text: str):
    assert without_phones(text) == text


def test_a_sentence_can_be_said_again_and_pickled():
    sentence = say("{source}: {what}", source="list.csv", what=say("tag {tag!r} is unknown", tag="13812345678"))
    assert sentence == "list.csv: tag '[phone]' is unknown"
    again = pickle.loads(pickle.dumps(sentence))
    assert (again, again.template, again.values["what"].values) == (sentence, sentence.template, {"tag": "[phone]"})


@pytest.mark.parametrize("phone", PHONES)
@pytest.mark.parametrize("column", ["staff_id", "add", "remove"])
def test_a_phone_in_the_wrong_column_is_never_repeated(desk, tmp_path: Path, phone: str, column: str):
    cells = {"member_id": "member-1", "staff_id": "", "add": "", "remove": ""} | {column: phone}
    path = tmp_path / "list.csv"
    path.write_text(",".join(cells) + "\n" + ",".join(cells.values()) + "\n", encoding="utf-8")
    try:
        told = [str(desk.tagging.preview(path))]
    except InputError as error:
        told = [str(error), repr(error), *error.problems]
    assert not [text for text in told if phone in text or digits(phone) in digits(text)]


def test_a_problem_names_the_header_as_the_file_wrote_it(desk, tmp_path: Path):
    path = tmp_path / "list.csv"
    path.write_text("客户ID,移除标签,添加标签\nmember-1,无此标签,A/B/C\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        desk.tagging.preview(path, TagOptions())
    told = [problem.partition(":")[0] for problem in caught.value.problems]
    assert told == ["list.csv, row 2, column 添加标签", "list.csv, row 2, column 移除标签"]
