"""Product albums (developer.work.weixin.qq.com/document/path/95096)."""

import re
from typing import Any

import attrs

from privcrm.sandbox.wecom.attachments import ALBUM, check_content
from privcrm.sandbox.wecom.company import Call
from privcrm.sandbox.wecom.endpoint import CURSOR, EMPTY_PARAMETER, contact
from privcrm.sandbox.wecom.errors import Refusal
from privcrm.sandbox.wecom.fields import Field
from privcrm.sandbox.wecom.media import renewed
from privcrm.sandbox.wecom.ownership import own
from privcrm.sandbox.wecom.paging import page, page_size
from privcrm.sandbox.world.products import Product

UNKNOWN, DELETED = 41075, 41074
HIGHEST_PRICE = 5_000_000
_CODE = re.compile(r"[0-9A-Za-z]*")


def add_product_album(call: Call) -> dict[str, Any]:
    """Make a product."""
    book, args = call.world.products, call.args
    code = _code(call, "")
    pictures = check_content(call, None, args.get("attachments"), ALBUM)["attachments"]
    if book.living >= call.company.rules.albums_per_company:
        raise Refusal(41202)
    maker, at = call.app.maker, int(call.now)
    product = Product(book.next_number, maker, args["description"], args["price"], code, pictures, at)
    book.put(product)
    return {"product_id": call.company.ids.product.encode(product.number)}


def _code(call: Call, default: str) -> str:
    """Return the article code; anything but digits and letters is refused."""
    code: str = call.args.get("product_sn", default)
    if not _CODE.fullmatch(code):
        raise Refusal(41085)
    return code


def _product(call: Call) -> Product:
    """Return the product named, whoever made it (41075, 41074)."""
    number = call.company.ids.product.decode(call.args["product_id"])
    product = None if number is None else call.world.products.find(number)
    if product is None:
        raise Refusal(UNKNOWN)
    if product.deleted:
        raise Refusal(DELETED)
    return product


def _own(call: Call) -> Product:
    """Return the product named if this app made it."""
    return own(call, _product(call), UNKNOWN)


def _row(call: Call, product: Product) -> dict[str, Any]:
    pictures = [renewed(call, item["image"]["media_id"]) for item in product.pictures]
    return {
        "product_id": call.company.ids.product.encode(product.number),
        "description": product.description,
        "price": product.price,
        "product_sn": product.code,
        "attachments": [{"type": "image", "image": {"media_id": media_id}} for media_id in pictures],
    }


def get_product_album(call: Call) -> dict[str, Any]:
    """Answer one product."""
    product = _product(call)
    return {"product": {**_row(call, product), "create_time": product.made_at}}


def get_product_album_list(call: Call) -> dict[str, Any]:
    """List all products, whoever made them."""
    rows, cursor = page(
        call,
        ("products",),
        lambda position: (product for product in call.world.products.after(position[0]) if not product.deleted),
        lambda product: (product.number,),
        size=page_size(call, default=50, most=100),
    )
    return {"next_cursor": cursor, "product_list": [_row(call, product) for product in rows]}


def update_product_album(call: Call) -> dict[str, Any]:
    """Change what is given of a product."""
    product, args = _own(call), call.args
    pictures = product.pictures
    if args.get("attachments"):
        pictures = check_content(call, None, args["attachments"], ALBUM)["attachments"]
    changed = attrs.evolve(
        product,
        description=args.get("description") or product.description,
        price=args.get("price", product.price),
        code=_code(call, product.code),
        pictures=pictures,
    )
    call.world.products.put(changed)
    return {}


def delete_product_album(call: Call) -> dict[str, Any]:
    """Delete a product."""
    call.world.products.put(attrs.evolve(_own(call), deleted=True))
    return {}


_ID = Field("product_id", str, EMPTY_PARAMETER)
_DESCRIPTION = Field("description", str, 41087, at_most=300, too_long=41087)
_PRICE = Field("price", int, 41086, at_least=0, at_most=HIGHEST_PRICE, too_long=41086)
_REST = (
    Field("product_sn", str, at_most=128, too_long=41085, in_bytes=True),
    Field("attachments", list, items=dict),
)

ENDPOINTS = (
    contact("add_product_album", add_product_album, _DESCRIPTION, _PRICE, *_REST),
    contact("get_product_album", get_product_album, _ID),
    contact("get_product_album_list", get_product_album_list, CURSOR, Field("limit", int), empty="product_list"),
    contact(
        "update_product_album",
        update_product_album,
        _ID,
        attrs.evolve(_DESCRIPTION, missing=None),
        attrs.evolve(_PRICE, missing=None),
        *_REST,
    ),
    contact("delete_product_album", delete_product_album, _ID),
)
