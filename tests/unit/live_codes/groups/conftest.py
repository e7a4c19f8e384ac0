from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.store.fixtures import url
from tests.unit.live_codes.groups.shop import Shop

__all__ = ["shop", "shop_with", "url"]


@pytest.fixture
def shop_with(url: str) -> Iterator[Callable[..., Shop]]:
    """Return what opens a company whose vendor has habits of its own."""
    opened: list[Shop] = []

    def open_shop(**options: Any) -> Shop:
        opened.append(Shop(url, **options))
        return opened[-1]

    yield open_shop
    for each in opened:
        each.close()


@pytest.fixture
def shop(shop_with: Callable[..., Shop]) -> Shop:
    return shop_with()
