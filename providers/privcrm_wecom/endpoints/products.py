"""Product albums (商品图册)."""

from privcrm.provider import Effect, Paging, Repeat
from privcrm_wecom.endpoints.row import row

PRODUCT_ADD = row(
    "add_product_album",
    "externalcontact/add_product_album",
    95096,
    used_by=("products.create",),
    effect=Effect.WRITE,
    repeat=Repeat.AFTER_LOOKUP,
    batch={"attachments": 9},
    answers=("product_id",),
)
PRODUCT_GET = row(
    "get_product_album", "externalcontact/get_product_album", 95096, used_by=("products.get",), answers=("product",)
)
PRODUCT_LIST = row(
    "get_product_album_list",
    "externalcontact/get_product_album_list",
    95096,
    used_by=("products.list",),
    paging=Paging.CURSOR,
    answers=("product_list",),
)
PRODUCT_UPDATE = row(
    "update_product_album",
    "externalcontact/update_product_album",
    95096,
    used_by=("products.update",),
    effect=Effect.WRITE,
)
PRODUCT_DELETE = row(
    "delete_product_album",
    "externalcontact/delete_product_album",
    95096,
    used_by=("products.delete",),
    effect=Effect.WRITE,
    repeat=Repeat.AFTER_LOOKUP,
)

ROWS = (
    PRODUCT_ADD,
    PRODUCT_GET,
    PRODUCT_LIST,
    PRODUCT_UPDATE,
    PRODUCT_DELETE,
)
