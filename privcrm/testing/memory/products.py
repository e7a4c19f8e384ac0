"""Product cards of the memory provider."""

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import asdict, evolve

from privcrm.errors import InputError, NotFound, PermissionDenied
from privcrm.models import Pages, Product, ProductId, ProductSpec
from privcrm.provider.capabilities import Capabilities
from privcrm.provider.limits import LimitTable
from privcrm.provider.ports import ProductsPort
from privcrm.sandbox.world import OUR_PROGRAM, Purpose, products
from privcrm.testing.memory import ids
from privcrm.testing.memory.content import check_ids
from privcrm.testing.memory.door import NAME, Call, Door
from privcrm.testing.memory.paging import pages


class MemoryProducts(ProductsPort):
    """Keeps products; those of another program can be read, not changed."""

    def __init__(self, door: Door, capabilities: Capabilities, limits: LimitTable) -> None:
        super().__init__(NAME, capabilities)
        self._door = door
        self._limits = limits

    def list(self, cursor: str = "") -> Pages[Product]:
        """List products, oldest first."""

        def rows(call: Call, after: int) -> Iterator[tuple[int, Product]]:
            found = call.world.products.after(after)
            return ((one.number, _product(one)) for one in found if not one.deleted)

        return pages(self._door, "products.list", self._limits["products.page"].value, rows, cursor)

    def get(self, product_id: str) -> Product:
        """Return one product."""
        with self._door.reading("products.get") as call:
            return _product(_known(call, product_id))

    def create(
        self,
        spec: ProductSpec,
        *,
        extra: Mapping[str, Any] | None = None,  # noqa: ARG002 - there is no vendor to pass it on to
    ) -> ProductId:
        """Make a product."""
        self._check(spec)
        with self._door.writing("products.create") as call:
            self._check_pictures(call, spec)
            book = call.world.products
            book.put(products.Product(book.next_number, OUR_PROGRAM, **_fields(spec), made_at=call.now))
            return ProductId(ids.id_of(ids.PRODUCT, book.next_number - 1))

    def update(
        self,
        product_id: str,
        spec: ProductSpec,
        *,
        extra: Mapping[str, Any] | None = None,  # noqa: ARG002 - there is no vendor to pass it on to
    ) -> None:
        """Replace a product of this program."""
        self._check(spec)
        with self._door.writing("products.update") as call:
            product = _own(call, product_id)
            self._check_pictures(call, spec)
            call.world.products.put(evolve(product, **_fields(spec)))

    def delete(self, product_id: str) -> None:
        """Delete a product of this program."""
        with self._door.writing("products.delete") as call:
            call.world.products.put(evolve(_own(call, product_id), deleted=True))

    def _check(self, spec: ProductSpec) -> None:
        longest, pictures = (self._limits[f"products.{one}"].value for one in ("description", "pictures"))
        if not 0 < len(spec.description) <= longest:
            raise InputError(f"description has {len(spec.description):,} characters, allowed are 1 to {longest}")
        if spec.price < 0:
            raise InputError("price is below 0")
        if not 0 < len(spec.media_ids) <= pictures:
            raise InputError(f"media_ids has {len(spec.media_ids):,} items, allowed are 1 to {pictures}")
        if spec.code and not (spec.code.isascii() and spec.code.isalnum()):
            raise InputError("code has something else than letters and digits")

    def _check_pictures(self, call: Call, spec: ProductSpec) -> None:
        check_ids(call, spec.media_ids, (Purpose.ALBUMS,), self._limits["media.life"].value)


def _known(call: Call, product_id: str) -> products.Product:
    product = call.world.products.find(ids.number_of(ids.PRODUCT, product_id))
    if product is None or product.deleted:
        raise call.refuse(NotFound, "unknown_product", "no product has this id")
    return product


def _own(call: Call, product_id: str) -> products.Product:
    product = _known(call, product_id)
    if product.maker != OUR_PROGRAM:
        raise call.refuse(PermissionDenied, "foreign_product", "only who made a product may change it")
    return product


def _fields(spec: ProductSpec) -> dict[str, Any]:
    pictures = [{"media_id": one} for one in spec.media_ids]
    return {"description": spec.description, "price": spec.price, "code": spec.code, "pictures": pictures}


def _product(product: products.Product) -> Product:
    return Product(
        ProductId(ids.id_of(ids.PRODUCT, product.number)),
        ProductSpec(
            product.description, product.price, tuple(one["media_id"] for one in product.pictures), product.code
        ),
        created_at=product.made_at,
        raw=asdict(product, recurse=False),
    )
