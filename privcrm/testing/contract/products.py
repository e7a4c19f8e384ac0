"""The contract of ``ProductsPort``."""

from collections.abc import Iterator

import pytest
from attrs import evolve

from privcrm.errors import AnswerLost, InputError, InvalidArgument, NotFound
from privcrm.models import MediaKind, MediaPurpose, Product, ProductId, ProductSpec
from privcrm.provider import CallRecord, Provider
from privcrm.testing.contract.base import Contract, LoseAnswer, needs, offers
from privcrm.testing.contract.listings import paged
from privcrm.testing.contract.media import small_picture


def _with_code(provider: Provider, code: str) -> list[Product]:
    return [product for product in provider.products.list() if product.spec.code == code]


class ProductsContract(Contract):
    """Keeping product cards."""

    @pytest.fixture
    def product_spec(self, provider: Provider) -> ProductSpec:
        """A product with one picture."""
        if not offers(provider.capabilities, "media.upload"):
            pytest.skip(f"{provider.name} takes no uploads")
        picture = provider.media.upload(small_picture(), "a.png", MediaKind.IMAGE, MediaPurpose.PRODUCT)
        return ProductSpec("礼盒", 9900, (picture.media_id,), "CONTRACT1")

    @pytest.fixture
    def product_id(self, provider: Provider, product_spec: ProductSpec) -> Iterator[ProductId]:
        """That product, made, and removed afterwards."""
        made = provider.products.create(product_spec)
        yield made
        if made in {product.product_id for product in provider.products.list()}:
            provider.products.delete(made)

    @needs("products.create", "products.get", "products.list")
    def test_a_product_is_read_as_it_was_made(
        self, provider: Provider, product_spec: ProductSpec, product_id: ProductId
    ) -> None:
        """Whole by id and in the list."""
        found = provider.products.get(product_id)
        assert (found.product_id, found.spec) == (product_id, product_spec)
        assert found.raw, "the vendor's answer is lost"
        (listed,) = _with_code(provider, product_spec.code)
        assert (listed.product_id, listed.spec) == (product_id, product_spec)

    @needs("products.create", "products.list", "products.delete")
    def test_products_are_listed_once_over_all_pages(self, provider: Provider, product_spec: ProductSpec) -> None:
        """No page loses or repeats one, and a listing resumes at every cursor."""
        made = [provider.products.create(evolve(product_spec, code=f"CONTRACT{number}")) for number in range(5)]
        assert set(made) <= set(paged(provider.products.list, lambda product: product.product_id))
        for one in made:
            provider.products.delete(one)

    @needs("products.create", "products.list")
    def test_a_product_whose_answer_is_lost_is_found_by_its_code(
        self, provider: Provider, product_spec: ProductSpec, lose_answer: LoseAnswer
    ) -> None:
        """It is not made twice, and the look-up finds it."""
        lose_answer("products.create")
        with pytest.raises(AnswerLost):
            provider.products.create(product_spec)
        (made,) = _with_code(provider, product_spec.code)
        provider.products.delete(made.product_id)

    @needs("products.update", "products.get", "products.create")
    def test_a_product_is_replaced_as_a_whole(
        self, provider: Provider, product_spec: ProductSpec, product_id: ProductId
    ) -> None:
        """What it costs and what is said about it, as often as it is said."""
        changed = evolve(product_spec, description="新礼盒", price=8800, code="CONTRACT2")
        for _ in range(2):
            provider.products.update(product_id, changed)
            assert provider.products.get(product_id).spec == changed

    @needs("products.delete", "products.get", "products.create")
    def test_a_deleted_product_is_not_found(
        self, provider: Provider, product_spec: ProductSpec, product_id: ProductId
    ) -> None:
        """It leaves the list as well."""
        provider.products.delete(product_id)
        with pytest.raises(NotFound):
            provider.products.get(product_id)
        assert not _with_code(provider, product_spec.code)

    @needs("products.get", "products.update", "products.delete")
    def test_unknown_products_are_not_found(
        self, provider: Provider, product_spec: ProductSpec, unknown_id: str
    ) -> None:
        """Reading, changing and deleting what is not there."""
        for use in (
            lambda: provider.products.get(unknown_id),
            lambda: provider.products.update(unknown_id, product_spec),
            lambda: provider.products.delete(unknown_id),
        ):
            with pytest.raises(NotFound):
                use()

    @needs("products.create", "media.upload")
    def test_pictures_for_other_purposes_are_refused(self, provider: Provider, product_spec: ProductSpec) -> None:
        """Vendors do not take an upload made for one purpose for another."""
        picture = provider.media.upload(small_picture(), "a.png", MediaKind.IMAGE, MediaPurpose.MESSAGE)
        with pytest.raises(InvalidArgument):
            provider.products.create(evolve(product_spec, media_ids=(picture.media_id,)))

    @needs("products.create", "products.update")
    def test_products_out_of_bounds_are_refused(
        self, provider: Provider, product_spec: ProductSpec, records: list[CallRecord]
    ) -> None:
        """No words, no picture, a price below nothing, a code with other signs: known before sending."""
        sent = len(records)
        wrong = [
            evolve(product_spec, description=""),
            evolve(product_spec, description="长" * 10_000),
            evolve(product_spec, price=-1),
            evolve(product_spec, media_ids=()),
            evolve(product_spec, media_ids=product_spec.media_ids * 100),
            evolve(product_spec, code="编号 1"),
        ]
        for bad in wrong:
            with pytest.raises(InputError):
                provider.products.create(bad)
            with pytest.raises(InputError):
                provider.products.update("some product", bad)
        assert len(records) == sent
