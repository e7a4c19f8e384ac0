"""Port: product albums."""

from collections.abc import Mapping
from typing import Any

from privcrm.models import Pages, Product, ProductId, ProductSpec
from privcrm.provider.ports._base import Port


class ProductsPort(Port):
    """Keeps what employees can send as a card with a price. Pictures are uploads for the purpose ``product``."""

    area = "products"

    def list(self, cursor: str = "") -> Pages[Product]:
        """List the products of the company."""
        raise self._unsupported("list")

    def get(self, product_id: str) -> Product:
        """Return one product; an unknown id raises ``NotFound``."""
        raise self._unsupported("get")

    def create(self, spec: ProductSpec, *, extra: Mapping[str, Any] | None = None) -> ProductId:
        """Make a product. Not safe to repeat: look for its ``code`` in ``list`` first when an answer was lost."""
        raise self._unsupported("create")

    def update(self, product_id: str, spec: ProductSpec, *, extra: Mapping[str, Any] | None = None) -> None:
        """Replace a product as a whole. Safe to repeat."""
        raise self._unsupported("update")

    def delete(self, product_id: str) -> None:
        """Delete a product. Cannot be undone."""
        raise self._unsupported("delete")
