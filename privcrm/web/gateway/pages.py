"""The gateway's pages as HTML: no script, nothing from elsewhere, readable on a phone by day and by night."""

import base64
import hashlib
from collections.abc import Collection
from functools import lru_cache
from html import escape
from typing import Final

from privcrm.services.live_codes.gateway.visits import Decision, Page, Picture
from privcrm.web.gateway.address import LANGUAGES, Asked
from privcrm.web.gateway.texts import LABELS, Fault, Text, text_of

__all__ = ["content_security_policy", "fault_page", "page_of"]

RELOADS: Final = {Page.WAITING: 30, Page.UNAVAILABLE: 60}
"""Seconds after which a page is asked for again by itself."""
GATE_RELOADS: Final = 60
LARGEST_KEPT: Final = 100_000
"""Bytes; pages with larger pictures, such as photographs of a screen, are made anew for everybody."""
_PICTURES_KEPT: Final = 64

_STYLE: Final = """
:root { color-scheme: light dark; --back: #f4f5f7; --card: #fff; --text: #16191f; --soft: #5b6472; --line: #e3e6ea;
  --accent: #07803f; --on-accent: #fff; }
@media (prefers-color-scheme: dark) { :root { --back: #111418; --card: #1b2027; --text: #eef1f4; --soft: #a3adba;
  --line: #2d343d; --accent: #36c774; --on-accent: #06210f; } }
* { box-sizing: border-box; }
html { height: 100%; -webkit-text-size-adjust: 100%; }
body { margin: 0; min-height: 100%; display: flex; flex-direction: column; background: var(--back); color: var(--text);
  font: 17px/1.5 system-ui, -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
main { flex: 1; display: flex; flex-direction: column; justify-content: center; width: 100%; max-width: 26rem;
  margin: 0 auto; padding: 1.25rem 1rem; }
article { padding: 1.75rem 1.25rem 1.5rem; border-radius: 1rem; background: var(--card); text-align: center;
  box-shadow: 0 1px 3px rgb(0 0 0 / 8%); overflow-wrap: anywhere; }
.name { margin: 0 0 .25rem; color: var(--soft); font-size: .9375rem; }
h1, .line, .more { text-wrap: balance; }
h1 { margin: 0 0 1.25rem; font-size: 1.4375rem; line-height: 1.35; font-weight: 600; }
.qr { display: block; width: 100%; max-width: 20rem; height: auto; margin: 0 auto 1.25rem; padding: .5rem;
  border-radius: .75rem; background: #fff; border: 1px solid var(--line); -webkit-touch-callout: default; }
.line { margin: 0; font-size: 1.0625rem; font-weight: 500; }
.more { margin: .5rem 0 0; color: var(--soft); font-size: .9375rem; }
progress { display: block; width: 100%; height: .625rem; margin: 1.25rem 0 0; border: 0; border-radius: .3125rem;
  background: var(--line); accent-color: var(--accent); overflow: hidden; appearance: none; }
progress::-webkit-progress-bar { background: var(--line); }
progress::-webkit-progress-value { background: var(--accent); }
progress::-moz-progress-bar { background: var(--accent); }
button { display: block; width: 100%; min-height: 3rem; margin: 1.25rem 0 0; padding: .5rem 1rem; border: 0;
  border-radius: .75rem; background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600;
  cursor: pointer; }
button:focus-visible, a:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
footer { padding: 0 1rem calc(1.25rem + env(safe-area-inset-bottom)); text-align: center; font-size: .9375rem; }
footer a { display: inline-block; padding: .75rem 1rem; color: var(--soft); }
"""

_PAGE: Final = """<!doctype html>
<html lang="{html_language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark">
<meta name="format-detection" content="telephone=no">
{reload}<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<article>
{name}<h1>{heading}</h1>
{picture}<p class="line">{line}</p>
{more}{form}</article>
</main>
{footer}</body>
</html>
"""


def content_security_policy(picture_hosts: Collection[str] = ()) -> str:
    """Return what a browser is to let the pages do: show pictures of ours, use our style, and come back to us."""
    style = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode("ascii")
    pictures = " ".join(("data:", *(f"https://{host}" for host in sorted(picture_hosts))))
    return (
        f"default-src 'none'; img-src {pictures}; style-src 'sha256-{style}'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    )


def page_of(decision: Decision, asked: Asked | None, language: str) -> bytes:
    """Return the page of a decision; ``asked`` is the address it was asked for at, None for what is no link."""
    if decision.page is Page.CODE and decision.picture is not None and asked is not None:
        make = _code_page if len(decision.picture.content) <= LARGEST_KEPT else _code_page.__wrapped__
        return make(decision.name, decision.leads_to, decision.picture, asked, language)
    name = _text_name(decision)
    text = text_of(language, name, committed=decision.committed, wanted=decision.wanted)
    is_gate = decision.page is Page.GATE
    return _page(
        language,
        text,
        asked=asked,
        name=decision.name,
        reload=_reload(decision),
        form=_form(decision, language) if is_gate else "",
    )


def fault_page(fault: Fault, language: str) -> bytes:
    """Return a page about the request itself."""
    return _page(language, text_of(language, fault))


@lru_cache(maxsize=_PICTURES_KEPT)
def _code_page(name: str, leads_to: str, picture: Picture, asked: Asked, language: str) -> bytes:
    """Return the page with a picture: the same for all who are shown it."""
    text = text_of(language, f"code.{leads_to}")
    label = LABELS[language]["alt"]
    alt = escape(f"{label}: {name}" if name else label)
    image = f'<img class="qr" src="{escape(_source(picture))}" alt="{alt}" width="288" height="288">\n'
    return _page(language, text, asked=asked, name=name, picture=image)


def _page(
    language: str,
    text: Text,
    *,
    asked: Asked | None = None,
    name: str = "",
    picture: str = "",
    reload: int = 0,
    form: str = "",
) -> bytes:
    return _PAGE.format(
        html_language=LABELS[language]["html"],
        reload=f'<meta http-equiv="refresh" content="{reload}">\n' if reload else "",
        title=escape(f"{name} · {text.heading}" if name else text.heading),
        style=_STYLE,
        name=f'<p class="name">{escape(name)}</p>\n' if name else "",
        heading=escape(text.heading),
        picture=picture,
        line=escape(text.line),
        more="".join(f'<p class="more">{escape(line)}</p>\n' for line in text.more.splitlines()),
        form=form,
        footer=_switch(asked, language) if asked else "",
    ).encode()


def _text_name(decision: Decision) -> str:
    if decision.page is not Page.GATE:
        return decision.page.value if decision.page is not Page.CODE else Page.UNAVAILABLE.value
    if decision.committed >= decision.wanted:
        return "gate.reached"
    return "gate.said" if decision.has_committed else Page.GATE.value


def _reload(decision: Decision) -> int:
    """Return after how many seconds the page is asked for again; not while somebody may be about to press a button."""
    if decision.page is Page.GATE:
        return GATE_RELOADS if decision.has_committed or decision.committed >= decision.wanted else 0
    return RELOADS.get(decision.page, 0)


def _form(decision: Decision, language: str) -> str:
    """Return how far the gate is, and the button of those who have not said that they come."""
    so_far = min(decision.committed, decision.wanted)
    bar = f'<progress max="{decision.wanted}" value="{so_far}">{so_far} / {decision.wanted}</progress>\n'
    if decision.has_committed or decision.committed >= decision.wanted:
        return bar
    return f'{bar}<form method="post"><button type="submit">{escape(LABELS[language]["sign_up"])}</button></form>\n'


def _switch(asked: Asked, language: str) -> str:
    other = next(each for each in LANGUAGES if each != language)
    labels = LABELS[language]
    html_language = LABELS[other]["html"]
    address = escape(asked.in_language(other))
    return (
        f'<footer><a href="{address}" lang="{html_language}" hreflang="{html_language}">{escape(labels["other"])}</a>'
        "</footer>\n"
    )


def _source(picture: Picture) -> str:
    if picture.url:
        return picture.url
    return f"data:{picture.media_type};base64,{base64.b64encode(picture.content).decode('ascii')}"
