"""A code's picture: in the terminal, or as a file for print."""

import io
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from privcrm.cli.frame import Command, examples, pass_session
from privcrm.cli.session import Session
from privcrm.errors import InputError, MissingExtra

if TYPE_CHECKING:
    from privcrm.crm import CRM

SIZES: Final = ("sticker", "card", "a6", "a5", "a4", "a3")
_BLACK_ON_WHITE: Final = "\x1b[38;5;16;48;5;231m"
_RESET: Final = "\x1b[0m"
_HALVES: Final = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}
_RIM: Final = 2


@click.command(
    cls=Command,
    epilog=examples(
        "privcrm live-code qr S001",
        "privcrm live-code qr S001 --out S001.png",
        "privcrm live-code qr S001 --out S001.svg --caption 徐汇店",
        "privcrm live-code qr S001 --out poster.png --size a4 --logo logo.png",
        "privcrm live-code qr welfare --link go.example.com --out welfare.svg",
    ),
)
@click.argument("key", metavar="KEY")
@click.option("--out", metavar="FILE", help="A .svg or .png file; without it the code is shown here.")
@click.option("--size", type=click.Choice(SIZES), help="Draw it anew as PNG, sharp at this size in print.")
@click.option("--caption", default="", metavar="TEXT", help="A name below it; needs --size or .svg.")
@click.option("--logo", metavar="FILE", help="A PNG or JPEG file for its middle; needs --size.")
@click.option("--font", metavar="FILE", help="A font file for the caption.")
@click.option("--link", "domain", metavar="DOMAIN", help="The code of the permanent link at this domain instead.")
@pass_session
def qr(
    session: Session,
    /,
    *,
    key: str,
    out: str | None,
    size: str | None,
    caption: str,
    logo: str | None,
    font: str | None,
    domain: str | None,
) -> None:
    """Show the picture of a code, or write it to a file.

    A .png file without --size is the vendor's picture as it is. What is drawn anew is read back, and thrown away unless
    it says the same. Needs the extra qr.
    """
    if (logo or font) and not size:
        raise click.UsageError("--logo and --font go with --size")
    if caption and not (size or (out or "").endswith(".svg")):
        raise click.UsageError("--caption goes with --size, or a .svg file")
    if size and not (out or "").endswith(".png"):
        raise click.UsageError("--size goes with --out FILE.png")
    with session.crm() as crm:
        picture = link_picture(crm, key, domain) if domain else crm.live_codes.picture(key).content
    if out is None:
        _show(session, key, picture)
        return
    content = _drawn(picture, out, size=size, caption=caption, logo=logo, font=font)
    Path(out).write_bytes(content)
    session.out.note("Written to {path}.", path=out)
    session.out.result({"key": key, "path": out, "bytes": len(content)})


def link_picture(crm: "CRM", key: str, domain: str) -> bytes:
    """Return the code of a permanent link as PNG."""
    from privcrm.web.gateway import GatewayPolicy

    try:
        import segno
    except ImportError:
        raise MissingExtra("segno", "qr") from None
    file = io.BytesIO()
    link = crm.gateway(GatewayPolicy(domains=[domain])).link(crm.live_codes.link(key))
    segno.make(link, error="m", micro=False).save(file, kind="png", scale=10)
    return file.getvalue()


def _drawn(picture: bytes, out: str, *, size: str | None, caption: str, logo: str | None, font: str | None) -> bytes:
    from privcrm.services.live_codes.pictures.posters import POSTERS, png_of, svg_of

    if out.endswith(".svg"):
        return svg_of(picture, caption=caption).encode()
    if size:
        mark = Path(logo).read_bytes() if logo else None
        return png_of(picture, POSTERS[size], caption=caption, logo=mark, font=font)
    if not out.endswith(".png"):
        raise InputError(f"{Path(out).name!r} is neither .png nor .svg")
    return picture


def _show(session: Session, key: str, picture: bytes) -> None:
    from privcrm.services.live_codes.pictures.reading import read_code

    text = read_code(picture)
    if not session.json:
        # Past the printer, which would write the colours out; there is nothing of anybody else's in it.
        session.out.stdout.write(_in_blocks(text, coloured=session.out.stdout.isatty()))
        session.out.say("{key} leads to {address}", key=key, address=text)
    session.out.result({"key": key, "text": text})


def _in_blocks(text: str, *, coloured: bool) -> str:
    """Return a code in half blocks, black on white where the terminal takes colours."""
    import segno

    rows = [list(map(bool, row)) for row in segno.make(text, error="l", micro=False).matrix_iter(border=_RIM)]
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    lines = (
        "".join(_HALVES[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    )
    if coloured:
        lines = (f"{_BLACK_ON_WHITE}{line}{_RESET}" for line in lines)
    return "".join(f"{line}\n" for line in lines)
