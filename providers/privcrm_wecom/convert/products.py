"""Products of the album."""

from typing import Any

from privcrm.models import Product, ProductId, ProductSpec
from privcrm_wecom.convert.values import mapping, number, rows, text


def product(row: dict[str, Any]) -> Product:
    """Return a product; listings leave out when it was made."""
    images = (mapping(attachment.get("image")).get("media_id") for attachment in rows(row.get("attachments")))
    return Product(
        product_id=ProductId(text(row.get("product_id"))),
        spec=ProductSpec(
            description=text(row.get("description")),
            price=number(row.get("price")) or 0,
            media_ids=tuple(media_id for media_id in map(text, images) if media_id),
            code=text(row.get("product_sn")),
        ),
        created_at=number(row.get("create_time")),
        raw=row,
    )


def product_body(spec: ProductSpec) -> dict[str, Any]:
    """Return a product as the vendor wants it, whole."""
    return {
        "description": spec.description,
        "price": spec.price,
        "product_sn": spec.code,
        "attachments": [{"type": "image", "image": {"media_id": media_id}} for media_id in spec.media_ids],
    }
