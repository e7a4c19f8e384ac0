"""Product albums (商品图册). https://developer.work.weixin.qq.com/document/path/95096."""

from collections.abc import Mapping
from typing import Any

from privcrm.errors import AnswerLost, InputError
from privcrm.models import Page, Pages, Product, ProductId, ProductSpec
from privcrm.provider.ports import ProductsPort
from privcrm.transport import Params
from privcrm_wecom import checks
from privcrm_wecom.api.area import Area
from privcrm_wecom.api.paging import page_of, page_params
from privcrm_wecom.convert import products as convert
from privcrm_wecom.convert import values
from privcrm_wecom.endpoints.products import PRODUCT_ADD, PRODUCT_DELETE, PRODUCT_GET, PRODUCT_LIST, PRODUCT_UPDATE


class WeComProducts(Area, ProductsPort):
    """Needs the role ``customer_contact``; all apps read all products, only the one that made one may change it."""

    def list(self, cursor: str = "") -> Pages[Product]:
        """List products, 100 a call; their ``created_at`` comes with ``get`` only."""

        def fetch(inner: str) -> Page[Product]:
            answer = self._client.call(PRODUCT_LIST, page_params({}, self._most("product_page"), inner))
            return page_of(answer, "product_list", convert.product)

        return Pages(fetch, cursor)

    def get(self, product_id: str) -> Product:
        """Return one product; unknown and deleted ones are ``NotFound`` (41075, 41074)."""
        checks.given("product_id", product_id, PRODUCT_GET.doc)
        answer = self._client.call(PRODUCT_GET, {"product_id": product_id})
        return convert.product(values.mapping(answer.get("product")))

    def create(self, spec: ProductSpec, *, extra: Mapping[str, Any] | None = None) -> ProductId:
        """Make a product: at most 300 characters, 50,000 yuan and 9 pictures."""
        extra = Params(extra or {})
        self._check(spec)
        body = Params({name: value for name, value in convert.product_body(spec).items() if value != ""})
        answer = self._client.call(PRODUCT_ADD, {**body, **extra})
        made = values.text(answer.get("product_id"))
        if not made:
            raise AnswerLost("the answer tells no product_id", provider="wecom", operation=PRODUCT_ADD.name)
        return ProductId(made)

    def update(self, product_id: str, spec: ProductSpec, *, extra: Mapping[str, Any] | None = None) -> None:
        """Replace a product; what is left out would stay, so all of it is sent, an empty ``code`` too.

        The vendor does not say whether an empty code clears the old one.
        """
        extra = Params(extra or {})
        checks.given("product_id", product_id, PRODUCT_UPDATE.doc)
        self._check(spec)
        self._client.call(PRODUCT_UPDATE, {"product_id": product_id, **convert.product_body(spec), **extra})

    def delete(self, product_id: str) -> None:
        """Delete a product."""
        checks.given("product_id", product_id, PRODUCT_DELETE.doc)
        self._client.call(PRODUCT_DELETE, {"product_id": product_id})

    def _check(self, spec: ProductSpec) -> None:
        checks.given("description", spec.description, PRODUCT_ADD.doc)
        checks.at_most("description", spec.description, self._limit("product_description"))
        checks.between("price", spec.price, 0, self._limit("product_price"))
        checks.at_most("code", spec.code, self._limit("product_code"))
        if spec.code and not (spec.code.isascii() and spec.code.isalnum()):
            raise InputError(f"code has something else than letters and digits ({PRODUCT_ADD.doc})")
        checks.ids("media_ids", spec.media_ids, PRODUCT_ADD.doc, self._limit("product_images"))
