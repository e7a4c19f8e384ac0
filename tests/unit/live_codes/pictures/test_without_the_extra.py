"""Without the extra ``qr`` nothing fails but drawing, and that says what to install."""

import sys

import pytest

from privcrm.errors import MissingExtra
from privcrm.services.live_codes.pictures import POSTERS, Bundle, png_of, read_code, svg_of, write_sheet
from tests.unit.live_codes.making.conftest import clock, provider, records, studio, world
from tests.unit.live_codes.pictures.test_posters import vendors

__all__ = ["clock", "provider", "records", "studio", "world"]


@pytest.mark.parametrize("module", ["PIL", "zxingcpp", "segno"])
def test_drawing_says_what_to_install(monkeypatch, module):
    picture = vendors()
    monkeypatch.setitem(sys.modules, module, None)
    for draw in (svg_of, lambda each: png_of(each, POSTERS["sticker"])):
        with pytest.raises(MissingExtra, match=r"privcrm\[qr\]"):
            draw(picture)


def test_printing_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "reportlab", None)
    monkeypatch.setitem(sys.modules, "reportlab.lib.pagesizes", None)
    with pytest.raises(MissingExtra, match=r"privcrm\[qr\]"):
        write_sheet(tmp_path / "a.pdf", [Bundle("A", "", vendors())])


def test_pictures_are_archived_all_the_same(monkeypatch, studio):
    with monkeypatch.context() as patched:
        patched.setitem(sys.modules, "zxingcpp", None)
        (made,) = studio.making.create([studio.code()])
        kept = studio.archive.get("SH001")
    assert (made.pictured, kept.says) == (True, "")
    assert studio.archive.text_of(kept) == read_code(kept.content)
    assert studio.archive.get("SH001").says == read_code(kept.content)
