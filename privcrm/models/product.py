"""Product albums (商品图册): what employees can send a member as a card with a price."""

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from privcrm.models.fields import checked
from privcrm.models.ids import ProductId


@frozen(slots=False, field_transformer=checked)
class ProductSpec:
    """A product: ``price`` in fen, ``media_ids`` of pictures uploaded for products, ``code`` in letters and digits."""

    description: str = field(repr=False)
    price: int
    media_ids: tuple[str, ...]
    code: str = ""


@frozen(slots=False)
class Product:
    """A product as the vendor keeps it; ``created_at`` is unix seconds."""

    product_id: ProductId
    spec: ProductSpec
    created_at: int | None = None
    raw: Mapping[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)
