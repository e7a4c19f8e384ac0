"""The company's product albums: what employees can show their customers."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs


@attrs.frozen
class Product:
    """One product. `price` is in hundredths of a yuan, `maker` the program that made it."""

    number: int
    maker: str
    description: str
    price: int
    code: str
    pictures: Sequence[Mapping[str, Any]]
    """In the form of the wire that brought them."""
    made_at: int
    deleted: bool = False


class ProductBook:
    """All products, deleted ones included."""

    def __init__(self) -> None:
        self._all: list[Product] = []
        self._living = 0

    @property
    def next_number(self) -> int:
        """The number of the next new product."""
        return len(self._all)

    @property
    def living(self) -> int:
        """How many products were not deleted."""
        return self._living

    def find(self, number: int) -> Product | None:
        """Return a product, also a deleted one, or None."""
        return self._all[number] if 0 <= number < len(self._all) else None

    def after(self, number: int = -1) -> Iterator[Product]:
        """Yield the products behind a number, deleted ones included, oldest first."""
        return (self._all[place] for place in range(number + 1, len(self._all)))

    def put(self, product: Product) -> None:
        """Keep a new or changed product."""
        old = self.find(product.number)
        if old is None:
            self._all.append(product)
        else:
            self._all[product.number] = product
        self._living += (not product.deleted) - (old is not None and not old.deleted)
