"""Groups that are taken for a code's by their names: anybody inside may rename a group."""

import pytest

from tests.unit.live_codes.groups.shop import SCAN_CAP


@pytest.mark.parametrize("older", [True, False])
def test_a_group_that_somebody_inside_renames_is_not_opened_to_strangers(shop, older):
    """Found in review: whoever named his group like those of a code had the vendor's code lead strangers into it."""
    private = shop.group("the inner circle") if older else ""
    shop.code(groups=[shop.group()])
    private = private or shop.group("the inner circle")  # of the same owner in any case
    shop.invite(private)
    shop.crm.group_rosters.refresh(private)
    shop.rename(private, "shop群77")
    shop.codes.look_through()
    shop.scan(SCAN_CAP + 1)
    assert private not in {room.group_id for room in shop.rooms()}
    assert private not in shop.listed()


def test_an_empty_group_of_the_right_name_and_owner_is_adopted(shop):
    shop.code(groups=[shop.group()])
    named = shop.group("shop群2")
    shop.codes.look_through()
    assert shop.room(named).number == 2
