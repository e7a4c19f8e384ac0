"""Listed groups that are doubted, because the vendor opened another one all the same: they are read once."""

import pytest
from attrs import evolve

from privcrm.errors import PermissionDenied
from privcrm.models.events import GroupCreated
from tests.unit.live_codes.groups.shop import POLICY, Shop


@pytest.fixture
def doubted(shop: Shop) -> tuple[str, ...]:
    """The two groups of a code, which have room, when the vendor opened a third."""
    groups = tuple(shop.group(f"shop群{number}") for number in (1, 2))
    shop.code(groups=groups, policy=evolve(POLICY, listed=2))
    shop.wait(10)
    opened = shop.group("called otherwise", told=False, owner=3)
    shop.come_untold(opened, shop.vendor().state)
    shop.crm.group_rosters.refresh(opened)
    shop.codes.take(GroupCreated(group_id=opened, at=int(shop.clock.time()), key="created"))
    return groups


def test_they_are_read_once(shop: Shop, doubted: tuple[str, ...]) -> None:
    before = shop.calls.copy()
    shop.wait(5)
    assert (shop.calls - before)["groups.get"] == len(doubted)
    before = shop.calls.copy()
    for _ in range(3):
        shop.codes.reconcile("shop")
        shop.wait(60)
    assert (shop.calls - before)["groups.get"] == 0


def test_one_that_must_not_be_read_keeps_nobody_from_looking_after_the_code(
    shop: Shop, doubted: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    port = shop.book.provider.groups
    get = port.get

    def denies_the_first(group_id: str) -> object:
        if group_id == doubted[0]:
            raise PermissionDenied("its owner is out of sight", provider="memory", operation="groups.get")
        return get(group_id)

    monkeypatch.setattr(port, "get", denies_the_first)
    shop.change("shop", listed=3)
    assert len(shop.listed()) == 3
    assert shop.codes.reconcile("shop", force=True).listed
    assert shop.room(doubted[1]).as_of > shop.room(doubted[0]).as_of
