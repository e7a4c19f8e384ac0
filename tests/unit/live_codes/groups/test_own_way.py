"""A code that fell back to its spare groups is told to go its own way again."""

from collections.abc import Callable

import pytest
from attrs import evolve

from privcrm.sandbox.world.scanning import Entry
from privcrm.services.live_codes.groups.shelf import GroupShelf, Kept
from tests.unit.live_codes.groups.shop import POLICY, SCAN_CAP, Shop

ROOM = SCAN_CAP - 1


@pytest.fixture
def fallen(shop_with: Callable[..., Shop]) -> Shop:
    """A code whose vendor opened no group in time, so that a spare one was taken."""
    shop = shop_with(entry=Entry(room=SCAN_CAP, most_listed=1, grows_full_list=False))
    shop.code(policy=evolve(POLICY, new_group_within=120))
    shop.codes.add_groups("shop", [shop.group()])
    shop.scan(ROOM + 1)
    shop.wait(300)
    assert "fell_back" in shop.decisions()
    assert not opens_groups(shop)
    return shop


def opens_groups(shop: Shop) -> bool:
    return shop.book.provider.live_codes.get_group_code(shop.vendor().vendor_id).spec.opens_groups


def test_the_vendor_opens_groups_again_at_once(fallen: Shop) -> None:
    fallen.codes.try_own_way("shop", "boss")
    fallen.wait(5)
    assert opens_groups(fallen)
    assert "own_way" in fallen.decisions()


def test_what_somebody_changes_meanwhile_is_kept(fallen: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    read = GroupShelf.read

    def is_overtaken(shelf: GroupShelf, key: str) -> Kept:
        kept = read(shelf, key)
        monkeypatch.undo()
        fallen.change(key, note="another note")
        return kept

    monkeypatch.setattr(GroupShelf, "read", is_overtaken)
    fallen.codes.try_own_way("shop")
    fallen.wait(5)
    assert fallen.book.provider.live_codes.get_group_code(fallen.vendor().vendor_id).spec.note == "another note"
    with fallen.book.database.connect() as connection:
        kept = fallen.codes.load(connection, fallen.book.rows.known(connection, "shop"))
    assert kept.note == "another note"
