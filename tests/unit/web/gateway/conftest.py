import pytest

from tests.unit.live_codes.gateway.conftest import clock, place, store
from tests.unit.live_codes.gateway.places import Place
from tests.unit.web.gateway.browsing import Browser, gateway_of

__all__ = ["clock", "place", "store"]


@pytest.fixture
def browser(place: Place) -> Browser:
    return Browser(gateway_of(place, domains=["go.example.com", "spare.example.com"]))
