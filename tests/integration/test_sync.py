"""A synchronisation over real HTTP against the simulated company."""

from collections.abc import Callable

import pytest

from privcrm.errors import JobError
from privcrm.models import MemberId, staff_key
from privcrm.models.events import MemberAdded, StaffDeletedMember
from privcrm.services.tagging import TagOptions

from .conftest import Shop, members_of_active_staff, write_list

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


def test_our_own_tags_are_in_the_mirror_at_once_and_an_undo_too(shop: Shop) -> None:
    shop.crm.sync.run()
    before = mirror(shop)
    path, _ = write_list(shop, members_of_active_staff(shop))
    job = shop.crm.tagging.apply(path)
    assert mirror(shop) != before
    assert mirror(shop) == truth(shop)
    shop.crm.jobs.run(shop.crm.jobs.undo(job.id, "ops").id)
    assert mirror(shop) == truth(shop)


def test_what_events_tell_is_read_from_the_vendor(shop: Shop) -> None:
    shop.crm.sync.run()
    shop.sandbox.clock.sleep(60)
    staff_id = next(iter(shop.crm.provider.staff.serving()))
    done = shop.sandbox.act("member_adds_staff", userid=staff_id, state="spring")
    member_id = done["external_userid"]
    at = int(shop.sandbox.clock.time())
    added = MemberAdded(at=at, staff_id=staff_id, member_id=MemberId(member_id), state="spring")
    shop.crm.sync.members.take(added)
    assert mirror(shop) == truth(shop)
    shop.sandbox.act("staff_deletes_member", userid=staff_id, external_userid=member_id)
    shop.crm.sync.members.take(StaffDeletedMember(at=at + 1, staff_id=staff_id, member_id=MemberId(member_id)))
    assert mirror(shop) == truth(shop)
    assert shop.crm.sync.check().differences == {}


def test_a_tag_that_a_list_creates_is_known_to_segments_at_once(shop: Shop) -> None:
    shop.crm.sync.run()
    staff_id, member_id = next((staff, member) for staff, member in sorted(truth(shop)))
    row = {"member_id": member_id, "staff_id": staff_id, "add": "双十一/预热"}
    shop.crm.tagging.apply([row], TagOptions(create_tags=True))
    assert list(shop.crm.segments.ids('HasTag("双十一/预热")')) == [member_id]
