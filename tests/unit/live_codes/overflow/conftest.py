import pytest

from tests.store.fixtures import clock, url
from tests.unit.live_codes.overflow.company import open_company

__all__ = ["clock", "company", "url"]


@pytest.fixture
def company(url, tmp_path, clock):
    folder = tmp_path / "vendor"
    folder.mkdir()
    with open_company(url, folder, clock) as opened:
        yield opened
