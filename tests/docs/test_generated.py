"""What is written from the code is what the code says now."""

import importlib.util
import re
from pathlib import Path

import pytest

from privcrm.provider import load_provider, ports
from privcrm_wecom.endpoints import ENDPOINTS
from tests.docs.pages import DOCS, ROOT


@pytest.fixture(scope="module")
def generate():
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_no_page_is_stale(generate):
    assert [path.relative_to(ROOT).as_posix() for path in generate.stale()] == [], "run python docs/generate.py"


def test_every_port_has_its_area(generate):
    areas = {getattr(ports, name).area for name in ports.__all__ if name != "Port"}
    assert set(generate.AREAS) == areas


def test_check_tells_what_is_stale(generate, monkeypatch, tmp_path, capsys):
    for path, text in generate.outputs():
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text, encoding="utf-8")
    limits = Path("docs/reference/limits.md")
    (tmp_path / limits).write_text("old", encoding="utf-8")
    monkeypatch.setattr(generate, "ROOT", tmp_path)
    assert generate.main(["--check"]) == 1
    assert limits.as_posix() in capsys.readouterr().err
    assert generate.main([]) == 0
    assert generate.main(["--check"]) == 0


def test_a_missing_marker_is_not_passed_over(generate):
    with pytest.raises(ValueError, match="summary"):
        generate.filled("no markers here", "summary", "new")


def test_every_settle_method_stands_where_the_loss_of_an_answer_is_told(generate):
    methods = {
        f"{port.area}.{name}" for each in ports.__all__ for port in [getattr(ports, each)] for name in vars(port)
    }
    settling = {name for name in methods if name.partition(".")[2].startswith("settle")}
    told = {
        f"{method.partition('.')[0]}.{found}"
        for method, what in generate.SETTLED_BY.items()
        for found in re.findall(r"`(settle\w*)`", what)
    }
    assert told == settling
    assert set(generate.SETTLED_BY) < {name for row in ENDPOINTS for name in row.used_by}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("add_msg_template", "looked up by jobs"),
        ("message_send", "sent again by the port"),
        ("add_product_album", "not sent again: look first"),
        ("remind_groupmsg_send", "not sent again"),
        ("mark_tag", "sent again"),
    ],
)
def test_the_loss_of_an_answer_is_told_with_who_deals_with_it(generate, name, told):
    (row,) = (row for row in ENDPOINTS if row.name == name)
    assert generate.after_loss(row).startswith(told)


def test_the_notes_of_operations_stand_on_the_page_of_capabilities(generate):
    notes = {row.note for row in load_provider("wecom").capabilities.values() if row.note}
    page = generate.capabilities_page()
    assert notes
    assert [note for note in notes if generate.cell(note) not in page] == []
