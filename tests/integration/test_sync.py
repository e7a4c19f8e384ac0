"""A synchronisation over real HTTP against the simulated company."""

from collections.abc import Callable

import pytest

from privcrm.errors import JobError
from privcrm.models import staff_key

from .conftest import Shop

MEMBERS_LIST = "*/externalcontact/batch/get_by_user"


def mirror(shop: Shop) -> dict[tuple[str, str], set[str]]:
    """Return the tags of every live relation in the store."""
    with shop.crm.store.database.connect() as connection:
        found: dict[tuple[str, str], set[str]] = {
            (staff_id, member_id): set()
            for staff_id, member_id in connection.all(
                "SELECT s.staff_id, m.member_id FROM privcrm_follow f"
                " JOIN privcrm_staff s ON s.company = f.company AND s.number = f.staff"
                " JOIN privcrm_member m ON m.company = f.company AND m.number = f.member WHERE f.live = 1"
            )
        }
        for staff_id, member_id, tag_id in connection.all(
            "SELECT s.staff_id, m.member_id, t.tag_id FROM privcrm_follow_tag f"
            " JOIN privcrm_staff s ON s.company = f.company AND s.number = f.staff"
            " JOIN privcrm_member m ON m.company = f.company AND m.number = f.member"
            " JOIN privcrm_tag t ON t.company = f.company AND t.number = f.tag"
        ):
            found[staff_id, member_id].add(tag_id)
    return found


def truth(shop: Shop) -> dict[tuple[str, str], set[str]]:
    """Return what the vendor lists of everybody who serves members."""
    serving = list(shop.crm.provider.staff.serving())
    return {
        (staff_key(follow.staff_id), member.member_id): set(follow.tag_ids)
        for member in shop.crm.provider.members.list(serving)
        for follow in member.follows
    }


def test_the_whole_company_is_read(shop: Shop) -> None:
    report = shop.crm.sync.run()
    assert mirror(shop) == truth(shop)
    assert report.held.groups == 2
    assert report.held.tags == len(shop.state("tags"))
    assert report.unreadable == ()
    assert shop.crm.sync.run().differences == {}
    age = shop.crm.sync.as_of()
    assert age.oldest is not None
    assert all(at is not None for at in age.by_staff.values())


@pytest.mark.parametrize("kind", ["reset", "errcode", "truncated"])
def test_a_call_that_fails_is_made_good(shop: Shop, kind: str) -> None:
    order = {"errcode": -1} if kind == "errcode" else {}
    shop.fault(kind, MEMBERS_LIST, when="before", times=2, **order)
    shop.crm.sync.run()
    assert mirror(shop) == truth(shop)


def test_an_expired_cursor_begins_the_listing_anew(shop: Shop) -> None:
    shop.fault("errcode", MEMBERS_LIST, when="before", times=1, errcode=50100)
    report = shop.crm.sync.run()
    assert report.counts.restarted == 1
    assert mirror(shop) == truth(shop)


def test_a_second_process_is_told_to_wait(open_shop: Callable[..., Shop]) -> None:
    first, second = open_shop(), open_shop()

    def meanwhile(_: object) -> None:
        with pytest.raises(JobError, match="another process"):
            second.crm.sync.run()

    first.crm.sync.run(progress=meanwhile)
