"""Product albums."""

import pytest
import requests
from attrs import evolve

from privcrm.errors import AnswerLost, InputError, LimitReached, NotFound
from privcrm.models import ProductSpec

ADD, GET, LIST = (
    f"externalcontact/{name}" for name in ("add_product_album", "get_product_album", "get_product_album_list")
)
UPDATE, DELETE = "externalcontact/update_product_album", "externalcontact/delete_product_album"
SPEC = ProductSpec("礼盒", 9900, ("M1", "M2"), "SKU0001")
PICTURES = [{"type": "image", "image": {"media_id": "M1"}}, {"type": "image", "image": {"media_id": "M2"}}]
ROW = {
    "product_id": "P1",
    "description": "礼盒",
    "price": "9900",
    "product_sn": "SKU0001",
    "attachments": PICTURES,
    "x": 1,
}


def test_products_are_listed_over_pages(vendor, company, bodies):
    vendor.answers(LIST, {"product_list": [ROW], "next_cursor": "C"}, {"product_list": [{"product_id": 2}, "x"]})
    first, second = company().products.list()
    assert (first.spec, first.created_at, first.raw["x"]) == (SPEC, None, 1)
    assert (second.product_id, second.spec) == ("2", ProductSpec("", 0, ()))
    assert bodies(LIST) == [{"limit": 100}, {"limit": 100, "cursor": "C"}]


def test_a_product_is_read(vendor, company, bodies):
    vendor.answers(GET, {"errcode": 0, "product": ROW | {"create_time": "1735700000"}})
    found = company().products.get("P1")
    assert (found.product_id, found.spec, found.created_at) == ("P1", SPEC, 1735700000)
    assert bodies(GET) == [{"product_id": "P1"}]


@pytest.mark.parametrize("code", [41074, 41075])
def test_deleted_and_unknown_products_are_not_found(vendor, company, code):
    vendor.answers(GET, code)
    with pytest.raises(NotFound):
        company().products.get("P1")


def test_a_product_is_made_changed_and_deleted(vendor, company, bodies):
    vendor.answers(ADD, {"errcode": 0, "product_id": "P1"})
    vendor.answers(UPDATE, 0)
    vendor.answers(DELETE, 0)
    products = company().products
    assert products.create(SPEC, extra={"y": 2}) == "P1"
    products.create(evolve(SPEC, code=""))
    products.update("P1", evolve(SPEC, code=""))
    products.delete("P1")
    body = {"description": "礼盒", "price": 9900, "product_sn": "SKU0001", "attachments": PICTURES}
    without_code = {name: value for name, value in body.items() if name != "product_sn"}
    assert bodies(ADD) == [body | {"y": 2}, without_code]
    assert bodies(UPDATE) == [body | {"product_id": "P1", "product_sn": ""}]
    assert bodies(DELETE) == [{"product_id": "P1"}]


@pytest.mark.parametrize("answer", [requests.ConnectionError("x"), 0])
def test_a_lost_answer_makes_no_second_product(vendor, company, answer):
    vendor.answers(ADD, answer)
    with pytest.raises(AnswerLost):
        company().products.create(SPEC)
    assert len(vendor.asked(ADD)) == 1


def test_a_full_album_takes_no_more(vendor, company):
    vendor.answers(ADD, 41202)
    with pytest.raises(LimitReached):
        company().products.create(SPEC)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"description": ""}, "description is empty"),
        ({"description": "字" * 301}, "description has 301 characters, at most 300"),
        ({"price": -1}, "price is -1, allowed are 0 to 5,000,000 fen"),
        ({"price": 5_000_001}, "price is 5,000,001"),
        ({"code": "A" * 129}, "code has 129 bytes, at most 128"),
        ({"code": "SKU-1"}, "letters and digits"),
        ({"code": "货1"}, "letters and digits"),
        ({"media_ids": ()}, "media_ids is empty"),
        ({"media_ids": ("",)}, "media_ids holds an empty id"),
        ({"media_ids": tuple("0123456789")}, "media_ids has 10 items, at most 9"),
    ],
)
def test_a_product_that_would_be_refused_is_not_sent(vendor, company, changes, words):
    products = company().products
    for work in (products.create, lambda spec: products.update("P1", spec)):
        with pytest.raises(InputError, match=words) as caught:
            work(evolve(SPEC, **changes))
        assert "path/95096" in str(caught.value)
    assert len(vendor.mock.calls) == 0


def test_a_product_has_an_id(vendor, company):
    products = company().products
    for work in (products.get, products.delete, lambda product_id: products.update(product_id, SPEC)):
        with pytest.raises(InputError, match="product_id is empty"):
            work("")
    assert len(vendor.mock.calls) == 0
