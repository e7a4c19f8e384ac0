"""Who is not admitted to a code does not come in by another one that leads to it."""

from collections.abc import Callable

import pytest

from privcrm.clock import ManualClock
from privcrm.models.codes import OnFull, OverflowStrategy
from privcrm.models.codes.staff_code import OnEmpty
from privcrm.services.live_codes.gateway.ports import StaffAnswer
from privcrm.services.live_codes.gateway.visits import Page, Visit, Visitor
from privcrm.store import Store
from tests.unit.live_codes.gateway.places import Place, group_code, staff_code


@pytest.fixture
def place(store: Store, clock: ManualClock) -> Place:
    """Return a full public code and a staff code without anybody, which lead to one for some visitors only."""
    found = Place(store, clock, admit=lambda visitor, key: key != "vips" or visitor.mark == "vip")
    found.add(staff_code("vips"))
    found.vendor_code("vips")
    return found


def through_a_full_group(place: Place) -> str:
    return place.images("public", rooms=(200,), on_full=OnFull.REDIRECT, redirect_to="vips")


def through_nobody(place: Place) -> str:
    place.staffing.answers["public"] = StaffAnswer(None, on_empty=OnEmpty.REDIRECT, redirect_to="vips")
    return place.add(staff_code("public", on_empty=OnEmpty.REDIRECT, redirect_to="vips"))


def through_staff_first(place: Place) -> str:
    return place.add(group_code("public", OverflowStrategy.STAFF_FIRST, staff_code="vips"))


@pytest.mark.parametrize("way", [through_a_full_group, through_nobody, through_staff_first])
def test_a_redirect_asks_for_admission_as_well(place: Place, way: Callable[[Place], str]) -> None:
    """Found in review: whoever came by a public code was shown what its redirect leads to, unasked."""
    link = way(place)
    assert [(place.visit(link, who).page, place.visit(link, who).key) for who in ("vip", "guest")] == [
        (Page.CODE, "vips"),
        (Page.REFUSED, "vips"),
    ]
    looked = place.desk.look(Visit(link, Visitor("guest")))
    assert (looked.page, looked.key) == (Page.REFUSED, "vips")
    assert place.funnel("vips")["refused"] == 2


def test_what_a_redirect_showed_is_not_shown_to_others_from_memory(place: Place, clock: ManualClock) -> None:
    link = through_a_full_group(place)
    assert place.visit(link, "vip").page is Page.CODE
    place.desk._memory.failed()
    assert place.visit(link, "guest").page is Page.REFUSED
    assert place.visit(link, "vip").from_memory


def test_who_is_refused_takes_nothing_from_memory(place: Place) -> None:
    link = through_a_full_group(place)
    place.visit(link, "vip")
    place.visit(link, "guest")
    place.desk._memory.failed()
    assert place.visit(link, "vip").page is Page.CODE


def test_an_alternative_that_admission_names_is_not_asked_again(store: Store, clock: ManualClock) -> None:
    asked: list[str] = []

    def admit(visitor: Visitor, key: str) -> str:
        asked.append(key)
        return "other"

    place = Place(store, clock, admit=admit)
    link = place.images("public")
    place.add(staff_code("other"))
    place.vendor_code("other")
    assert place.visit(link).key == "other"
    assert asked == ["public"]
    assert place.funnel("public") == {"views": 1, "refused": 1}
