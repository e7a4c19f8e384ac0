"""The address book keeps privcrm's contract, and is found like any installed provider."""

import json
from pathlib import Path

import pytest
from privcrm_addressbook import AddressBookProvider

from privcrm import CRM
from privcrm.provider import Settings
from privcrm.testing.contract import MakeProvider, ProviderContract

BOOK = {
    "keepers": [{"id": "an", "name": "安然"}, {"id": "bo", "name": "柏舟"}],
    "contacts": [
        {"id": "c1", "name": "陈一", "keeper": "an", "phones": ["00000000001"]},
        {"id": "c2", "name": "褚二", "keeper": "an"},
        {"id": "c3", "name": "卫三", "keeper": "bo"},
    ],
}


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.json"
    path.write_text(json.dumps(BOOK), encoding="utf-8")
    return path


class TestAddressBook(ProviderContract):
    @pytest.fixture
    def make_provider(self, book: Path) -> MakeProvider:
        return lambda context: AddressBookProvider.from_settings(Settings({"FILE": str(book)}), context)


def test_it_is_connected_by_name(book: Path) -> None:
    with CRM.connect("addressbook", file=str(book)) as crm:
        assert crm.provider.company == "book"
        assert list(crm.provider.members.ids("an")) == ["c1", "c2"]
