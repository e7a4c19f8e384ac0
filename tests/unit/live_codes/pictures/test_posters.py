"""Codes drawn anew: only what reads the same again, at every size; what is no code is refused."""

import io
import re
import struct
import zlib
from pathlib import Path

import pytest
import reportlab
import segno
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from privcrm.errors import InputError
from privcrm.services.live_codes.pictures import POSTERS, Poster, fonts, png_of, read_code, svg_of
from privcrm.services.live_codes.pictures import posters as drawing
from privcrm.services.live_codes.pictures.reading import open_image, read_image

TEXT = "https://work.weixin.qq.com/gm/3f2a9c8d7e6b5a4f3e2d1c0b9a887766"
SMALL = Poster("small", 30, 150)


def vendors(text=TEXT, *, kind="png", scale=6, **options):
    """Return a picture as the vendor draws it."""
    file = io.BytesIO()
    segno.make(text, micro=False, error="q").save(file, kind="png", scale=scale, **options)
    if kind == "png":
        return file.getvalue()
    jpeg = io.BytesIO()
    Image.open(file).convert("RGB").save(jpeg, "JPEG", quality=60)
    return jpeg.getvalue()


def read_again(png):
    with Image.open(io.BytesIO(png)) as image:
        return [each.text for each in zxingcpp.read_barcodes(image.convert("L"))], image.size, image.info.get("dpi")


def logo(size=300, colour=(230, 60, 40, 255)):
    file = io.BytesIO()
    Image.new("RGBA", (size, size), colour).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize("name", POSTERS)
def test_every_size_reads_the_same_and_is_as_large_as_it_says(name):
    texts, size, dpi = read_again(png_of(vendors(), POSTERS[name]))
    assert texts == [TEXT]
    assert size == (POSTERS[name].pixels,) * 2
    assert dpi == pytest.approx((300, 300), abs=0.1)


def test_sizes_in_pixels_are_those_of_the_paper():
    assert {name: each.pixels for name, each in POSTERS.items()} == {
        "sticker": 354,
        "card": 591,
        "a6": 1063,
        "a5": 1535,
        "a4": 2126,
        "a3": 3071,
    }


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Cn"]), min_size=1, max_size=120))
@settings(max_examples=60, deadline=None)
def test_whatever_a_picture_says_is_drawn_anew_or_refused(text):
    try:
        picture = png_of(vendors(text), SMALL)
    except InputError:
        return  # said so, and the vendor's picture is kept
    assert read_image(open_image(picture)) == read_image(open_image(vendors(text)))


@given(st.from_regex(r"https://work\.weixin\.qq\.com/(u/vc|gm/)[0-9a-f]{1,64}", fullmatch=True))
@settings(max_examples=60, deadline=None)
def test_every_address_of_a_vendor_is_drawn_anew(text):
    assert read_code(png_of(vendors(text), SMALL)) == text
    assert read_code(png_of(vendors(text), POSTERS["sticker"], logo=logo())) == text


@pytest.mark.parametrize("text", ["虹桥店 https://a.cn/1", "にほん", "😀", "0123456789", "A-Z $%"])
def test_texts_of_any_script_are_drawn_anew(text):
    assert read_code(vendors(text)) == text
    assert read_code(png_of(vendors(text), SMALL)) == text


def test_what_is_drawn_holds_the_same_octets_where_letters_are_a_guess():
    picture = vendors("ÄÖÜ ß")
    held = read_image(open_image(picture))
    assert held.octets == "ÄÖÜ ß".encode("latin-1")
    assert read_image(open_image(png_of(picture, SMALL))) == held


def test_a_blurred_picture_becomes_sharp():
    texts, _, _ = read_again(png_of(vendors(kind="jpeg", scale=3), POSTERS["a5"]))
    assert texts == [TEXT]


def test_transparency_is_white():
    assert read_code(vendors(light=None)) == TEXT


def test_a_caption_stands_below_and_a_logo_in_the_middle():
    plain, captioned = png_of(vendors(), POSTERS["card"]), png_of(vendors(), POSTERS["card"], caption="SH001")
    texts, (width, height), _ = read_again(captioned)
    assert texts == [TEXT]
    assert (width, height > width) == (POSTERS["card"].pixels, True)
    with Image.open(io.BytesIO(captioned)) as image:
        below = image.convert("L").crop((0, width, width, height))
        assert below.getextrema()[0] < 64, "nothing is written there"
    with Image.open(io.BytesIO(png_of(vendors(), POSTERS["card"], logo=logo()))) as image:
        middle = image.convert("RGB").getpixel((image.width // 2, image.height // 2))
    assert middle == (230, 60, 40)
    assert plain != captioned


def test_a_logo_that_hides_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(drawing, "_LOGO_SHARE", 0.6)
    with pytest.raises(InputError, match="does not say what the vendor's picture says"):
        png_of(vendors(), POSTERS["card"], logo=logo())


def test_a_drawing_that_says_something_else_is_thrown_away(monkeypatch):
    other = [[bool(square) for square in row] for row in segno.make("other", micro=False).matrix_iter(border=4)]
    monkeypatch.setattr(drawing, "_modules", lambda held, covered=False: other)
    for draw in (lambda: png_of(vendors(), SMALL), lambda: svg_of(vendors())):
        with pytest.raises(InputError, match="thrown away"):
            draw()


def test_letters_that_no_font_has_are_told(monkeypatch):
    monkeypatch.setattr(fonts, "_SYSTEM", ())
    with pytest.raises(InputError, match="no font on this machine"):
        png_of(vendors(), SMALL, caption="店")
    vera = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
    with pytest.raises(InputError, match="has not all letters"):
        png_of(vendors(), SMALL, caption="店", font=str(vera))
    assert png_of(vendors(), SMALL, caption="SH001", font=str(vera))
    with pytest.raises(InputError, match="no file of a TrueType"):
        png_of(vendors(), SMALL, caption="SH001", font=__file__)


def test_too_few_pixels_are_told():
    with pytest.raises(InputError, match="too few"):
        png_of(vendors(), Poster("dot", 2, 100))


def test_svg_says_the_same_and_holds_no_markup_of_others():
    svg = svg_of(vendors(), caption='<script>alert("&")</script>\x00店')
    assert "<script>" not in svg
    assert "&lt;script&gt;" in svg
    side = int(re.search(r'viewBox="0 0 (\d+) ', svg)[1])
    squares = Image.new("L", (side, side), 255)
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1", svg):
        squares.paste(0, (int(x), int(y), int(x) + int(length), int(y) + 1))
    large = squares.resize((side * 6, side * 6), Image.Resampling.NEAREST)
    assert [each.text for each in zxingcpp.read_barcodes(large)] == [TEXT]


# -- what is refused


def png(width, height, rows=b""):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def two_codes():
    file = io.BytesIO()
    whole = Image.new("L", (900, 420), 255)
    for place, text in enumerate(("one", "two")):
        with Image.open(io.BytesIO(vendors(text, scale=8))) as image:
            whole.paste(image.convert("L"), (40 + place * 450, 40))
    whole.save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "no readable PNG or JPEG"),
        (b"GIF89a" + bytes(64), "no readable PNG or JPEG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no readable PNG or JPEG"),
        (vendors()[:200], "no readable PNG or JPEG"),
        (logo(), "no QR code"),
        (png(10_000, 10_000), "more than 60,000,000 pixels"),
        (png(30_000, 30_000), "more than 60,000,000 pixels"),
        (bytes(11 * 1024 * 1024), "more than 10 MiB"),
        (two_codes(), "shows 2 QR codes"),
    ],
    ids=["empty", "gif", "svg", "cut", "no code", "bomb", "larger bomb", "large", "two"],
)
def test_what_is_no_picture_of_one_code_is_refused(content, told):
    for draw in (read_code, svg_of, lambda each: png_of(each, SMALL)):
        with pytest.raises(InputError, match=re.escape(told)):
            draw(content)
