"""Whether what a list shows is what was sent."""

import pytest

from privcrm.models import Content, Link, MiniProgram
from privcrm_wecom.likeness import Likeness, likeness

NONE, CLOSE, SAME = Likeness.NONE, Likeness.CLOSE, Likeness.SAME


def program(page: str, title: str = "商城", app_id: str = "wx1") -> Content:
    return Content("hi", (MiniProgram(app_id, page, title, "cover"),))


def link(title: str, url: str = "https://a.example", description: str = "") -> Content:
    return Content("hi", (Link(url, title, description),))


@pytest.mark.parametrize(
    ("sent", "listed", "found"),
    [
        ("pages/index", "pages/index", SAME),
        ("pages/index", "pages/index.html", SAME),
        ("pages/index.html", "pages/index", SAME),
        ("pages/index?shop=7", "pages/index.html?shop=7", SAME),
        ("pages/index.html?shop=7", "pages/index?shop=7", SAME),
        ("pages/index?shop=7", "pages/index?shop=8", CLOSE),
        ("pages/index?shop=7", "pages/index", CLOSE),
        ("pages/index?to=a.html", "pages/index?to=a", CLOSE),
        ("pages/index", "/pages/index", CLOSE),
    ],
)
def test_a_page_that_differs_is_a_doubt_and_not_another_order(sent, listed, found):
    assert likeness(program(sent), program(listed)) is found


@pytest.mark.parametrize("listed", [program("pages/index", title="别的"), program("pages/index", app_id="wx2")])
def test_another_title_or_app_is_another_mini_program(listed):
    assert likeness(program("pages/index"), listed) is NONE


@pytest.mark.parametrize(
    ("sent", "listed", "found"),
    [
        (link("T"), link("T"), SAME),
        (link(""), link(""), SAME),
        (link(""), link("what the page is called"), CLOSE),
        (link("T"), link("U"), NONE),
        (link("T"), link(""), NONE),
        (link(""), link("", url="https://b.example"), NONE),
        (link("", description="d"), link("U"), CLOSE),
        (link("", description="d"), link("U", description="e"), NONE),
    ],
)
def test_a_link_sent_without_a_title_may_be_listed_with_one(sent, listed, found):
    assert likeness(sent, listed) is found
