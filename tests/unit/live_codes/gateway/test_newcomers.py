"""How many newcomers of one address may hold a place."""

import pytest

from privcrm.errors import ConfigurationError
from privcrm.services.live_codes.gateway.newcomers import MOST_CLIENTS, Newcomers
from privcrm.services.live_codes.gateway.settings import GatewaySettings
from privcrm.services.live_codes.gateway.visits import Visit, Visitor

TOWN, DESK = 1, 2


def visit(mark: str, client: str = "c", *, is_new: bool = True, is_young: bool = False) -> Visit:
    return Visit("link", Visitor(mark, is_new=is_new, is_young=is_young), client=client)


def test_so_many_may_and_those_who_do_may_again() -> None:
    newcomers = Newcomers(2)
    assert [newcomers.may_hold(visit(mark), TOWN, 0, 75) for mark in ("a", "b", "c", "a")] == [True, True, False, True]
    assert newcomers.may_hold(visit("c", "elsewhere"), TOWN, 0, 75)
    assert newcomers.may_hold(visit("c", ""), TOWN, 0, 75)
    assert newcomers.may_hold(visit("c", is_new=False), TOWN, 0, 75)
    assert not newcomers.may_hold(visit("c", is_new=False, is_young=True), TOWN, 0, 75)


def test_a_place_that_has_ended_is_free_again() -> None:
    newcomers = Newcomers(1)
    assert newcomers.may_hold(visit("a"), TOWN, 0, 75)
    assert not newcomers.may_hold(visit("b"), TOWN, 74, 149)
    assert newcomers.may_hold(visit("b"), TOWN, 75, 150)


def test_who_came_back_later_takes_up_nothing() -> None:
    newcomers = Newcomers(1)
    assert newcomers.may_hold(visit("a"), TOWN, 0, 75)
    newcomers.forget(visit("a", "elsewhere", is_new=False))
    assert not newcomers.may_hold(visit("b"), TOWN, 0, 75)
    newcomers.forget(visit("a", is_new=False))
    assert newcomers.may_hold(visit("b"), TOWN, 0, 75)


def test_a_lower_bound_holds_where_it_is_given() -> None:
    newcomers = Newcomers(3)
    assert newcomers.may_hold(visit("a"), TOWN, 0, 75, most=1)
    assert not newcomers.may_hold(visit("b"), TOWN, 0, 75, most=1)
    assert newcomers.may_hold(visit("b"), TOWN, 0, 75)


def test_none_may_where_the_setting_says_so() -> None:
    assert not Newcomers(0).may_hold(visit("a"), TOWN, 0, 75)
    with pytest.raises(ConfigurationError, match="newcomers"):
        GatewaySettings(newcomers=-1)


def test_what_is_kept_is_bounded_in_number() -> None:
    newcomers = Newcomers(5)
    for number in range(MOST_CLIENTS + 100):
        for mark in "abcdefg":
            newcomers.may_hold(visit(mark, f"c{number}"), TOWN, 0, 75)
    assert len(newcomers._places) == MOST_CLIENTS
    assert max(len(places) for places in newcomers._places.values()) == 5


def test_a_place_at_one_code_is_none_at_another() -> None:
    """Found by attacking: whoever held a place at some code passed the lower bound of every gate."""
    newcomers = Newcomers(3)
    assert newcomers.may_hold(visit("a"), TOWN, 0, 75)
    assert newcomers.may_hold(visit("b"), TOWN, 0, 75)
    assert newcomers.may_hold(visit("a"), DESK, 0, 75, most=1)
    assert not newcomers.may_hold(visit("b"), DESK, 0, 75, most=1)
    assert newcomers.may_hold(visit("b"), TOWN, 0, 75)


def test_who_leaves_one_code_keeps_his_place_at_another() -> None:
    """Found by attacking: a look at a code that nobody was free for gave the places of all others back."""
    newcomers = Newcomers(2)
    for code in (TOWN, DESK):
        assert newcomers.may_hold(visit("a"), code, 0, 75)
    newcomers.leave(visit("a"), DESK)
    newcomers.leave(visit("a", "elsewhere"), TOWN)
    assert newcomers.may_hold(visit("b"), TOWN, 0, 75)
    assert not newcomers.may_hold(visit("c"), TOWN, 0, 75)
    newcomers.forget(visit("a", is_new=False))
    assert newcomers.may_hold(visit("c"), TOWN, 0, 75)
