"""What is written from the code is what the code says now."""

import importlib.util
from pathlib import Path

import pytest

from privcrm.provider import ports
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
