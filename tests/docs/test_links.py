"""Links into a page lead to a heading that is there (that the page is there, tests/project looks after)."""

import re

import pytest

from tests.docs.pages import PAGES, name_of

LINK = re.compile(r"\]\(([^)#\s:]*)#([^)\s]+)\)")


def slugs(text):
    """Return the names that a forge gives to headings."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_headings_are_there(page):
    links = [
        (page.parent / target if target else page, anchor) for target, anchor in LINK.findall(page.read_text("utf-8"))
    ]
    assert [anchor for target, anchor in links if anchor not in slugs(target.read_text("utf-8"))] == []


def test_every_page_is_in_the_index():
    index = next(page for page in PAGES if name_of(page) == "docs/index.md")
    linked = {(index.parent / target).resolve() for target in re.findall(r"\]\(([^)#\s:]+)", index.read_text("utf-8"))}
    assert [name_of(page) for page in PAGES if index.parent in page.parents and page not in linked | {index}] == []
