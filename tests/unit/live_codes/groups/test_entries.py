"""What somebody is shown at this moment: the vendor's code, a valid picture, his own group, or that none has room."""

import io
from functools import cache
from typing import ClassVar

import pytest
import segno
from attrs import evolve

from privcrm.errors import InputError
from privcrm.models.codes import LaunchGate, OnFull, OverflowStrategy, Seat, Spread, StaffLiveCode
from privcrm.provider.capabilities import Level, Support
from privcrm.services.live_codes.groups import EntryKind
from privcrm.services.live_codes.groups.strategies import check_strategy, possible_strategies
from privcrm.store.live_codes.codes import CodeLife
from privcrm.store.live_codes.vendor_codes import VendorLife
from tests.unit.live_codes.groups.shop import POLICY, SCAN_CAP

DAY = 86_400.0
ROOM = SCAN_CAP - 1


@cache
def picture(says: str) -> bytes:
    """Return a picture of a code, as a group shows it."""
    with io.BytesIO() as file:
        segno.make(f"https://work.example/{says}", micro=False).save(file, kind="png", scale=4, border=4)
        return file.getvalue()


@pytest.fixture
def gallery(shop_with):
    """A code of three groups of which people upload pictures."""
    shop = shop_with()
    shop.groups = [shop.group() for _ in range(3)]
    shop.code(groups=shop.groups, strategy=OverflowStrategy.IMAGES, policy=evolve(POLICY, listed=2))
    return shop


# -- pictures


def test_only_a_group_with_a_valid_picture_is_shown(gallery):
    first, second, _ = gallery.groups
    assert gallery.codes.entry_now("shop").kind is EntryKind.NO_ROOM
    gallery.codes.add_image("shop", second, picture("b"))
    entry = gallery.codes.entry_now("shop")
    assert (entry.kind, entry.group_id, entry.picture, entry.media_type) == ("image", second, picture("b"), "image/png")
    gallery.codes.add_image("shop", first, picture("a"))
    assert gallery.codes.entry_now("shop").group_id == first
    with gallery.book.database.connect() as connection:
        row = gallery.book.rows.known(connection, "shop")
        assert [room.group_id for room in gallery.codes.rooms(connection, row)] == [first, second]
    gallery.clock.advance(7 * DAY)
    assert gallery.codes.entry_now("shop").kind is EntryKind.NO_ROOM, "nobody had to tell"


def test_a_full_group_is_followed_by_the_next_with_a_picture(gallery):
    first, second, third = gallery.groups
    for name, group_id in (("a", first), ("b", second), ("c", third)):
        gallery.codes.add_image("shop", group_id, picture(name))
    gallery.scan_picture(first, ROOM)
    assert gallery.codes.entry_now("shop").group_id == second
    gallery.scan_picture(second, ROOM)
    assert gallery.codes.entry_now("shop").group_id == third
    assert [room.joined for room in gallery.rooms()] == [ROOM, ROOM, 0]


def test_that_no_picture_is_valid_is_told_until_one_is(gallery):
    first, *_ = gallery.groups
    gallery.live_codes._overflow.ask_soon("shop")
    gallery.wait(5)
    assert "no spare group has a valid picture" in gallery.alarms()["no_spare"].told
    gallery.codes.add_image("shop", first, picture("a"))
    assert "no_spare" not in gallery.alarms()
    gallery.clock.advance(7 * DAY)
    gallery.live_codes._overflow.ask_soon("shop")
    gallery.wait(5)
    assert "no_spare" in gallery.alarms(), "it has run out"


def test_the_owner_is_asked_for_a_new_picture_in_time(gallery):
    first, second, _ = gallery.groups
    gallery.codes.add_image("shop", first, picture("a"))
    gallery.codes.add_image("shop", second, picture("b"))
    gallery.wait(5 * DAY)
    assert not gallery.open_tasks("renew_image")
    gallery.codes.add_image("shop", second, picture("b2"))
    gallery.wait(1.5 * DAY)
    (task,) = gallery.open_tasks("renew_image")
    image = gallery.codes.add_image("shop", first, picture("a2"), gallery.clock.time() + 40 * DAY)
    assert task.due_at < image.expires_at - 30 * DAY
    gallery.wait(38 * DAY)
    assert gallery.codes.entry_now("shop").group_id == first


@pytest.mark.parametrize(
    ("group", "content", "days", "why"),
    [
        (0, b"GIF89a", 7, "no picture"),
        (0, picture("a") + b"x" * 2_000_000, 7, "2,000,000 are the most"),
        (0, picture("a"), -1, "expired already"),
        (None, picture("a"), 7, "does not stand behind"),
        (1, picture("mine"), 7, "leads into group"),
    ],
)
def test_what_is_no_picture_of_the_group_is_refused(gallery, group, content, days, why):
    gallery.codes.add_image("shop", gallery.groups[0], picture("mine"))
    group_id = "nowhere" if group is None else gallery.groups[group]
    with pytest.raises(InputError, match=why):
        gallery.codes.add_image("shop", group_id, content, gallery.clock.time() + days * DAY)


def test_the_emptiest_group_is_shown_where_that_is_wanted(shop_with):
    shop = shop_with()
    groups = [shop.group(), shop.group()]
    policy = evolve(POLICY, listed=2)
    shop.code(groups=groups, strategy=OverflowStrategy.IMAGES, policy=policy, spread=Spread.LEAST_FILLED)
    for name, group_id in zip("ab", groups, strict=True):
        shop.codes.add_image("shop", group_id, picture(name))
    shop.scan_picture(groups[0])
    assert shop.codes.entry_now("shop").group_id == groups[1]


# -- vendor's codes


def test_the_vendors_code_is_shown_and_who_has_a_group_is_told_so(shop):
    shop.code()
    entry = shop.codes.entry_now("shop")
    assert (entry.kind, entry.qr_url) == (EntryKind.CODE, shop.vendor().qr_url)
    (joined,) = shop.scan()
    home = shop.codes.entry_now("shop", joined.member_id)
    assert (home.kind, home.group_id) == (EntryKind.HOME, joined.group_id)
    assert shop.codes.entry_now("shop", "somebody else").kind is EntryKind.CODE


def test_without_room_it_says_what_to_do(shop):
    shop.code("other", strategy=OverflowStrategy.IMAGES)
    other = {"on_full": OnFull.REDIRECT, "redirect_to": "other"}
    shop.code(strategy=OverflowStrategy.SPARE_POOL, **other)
    shop.scan(ROOM)
    entry = shop.codes.entry_now("shop")
    assert (entry.kind, entry.on_full, entry.redirect_to) == (EntryKind.NO_ROOM, OnFull.REDIRECT, "other")
    assert (entry.qr_url, entry.picture) == ("", b"")


def test_staff_first_takes_the_code_and_without_one_a_picture(shop_with):
    shop = shop_with()
    (group_id,) = groups = [shop.group()]
    shop.code(groups=groups)
    shop.live_codes.create(StaffLiveCode("desk", (Seat(shop.simulation.staff[0]),)))
    shop.change("shop", strategy=OverflowStrategy.STAFF_FIRST, staff_code="desk")
    shop.codes.add_image("shop", group_id, picture("a"))
    assert shop.codes.entry_now("shop").kind is EntryKind.CODE
    with shop.book.database.transaction() as connection:
        shop.book.vendor.put(connection, evolve(shop.vendor(), life=VendorLife.DELETED))
    assert shop.codes.entry_now("shop").kind is EntryKind.IMAGE


def test_another_strategy_keeps_code_and_history(shop):
    shop.code()
    shop.scan(ROOM + 1)
    before, rooms = shop.vendor(), shop.rooms()
    spare = shop.group()
    shop.codes.add_groups("shop", [spare])
    shop.change("shop", strategy=OverflowStrategy.SPARE_POOL)
    after = shop.vendor()
    assert (after.vendor_id, after.state, after.qr_url) == (before.vendor_id, before.state, before.qr_url)
    assert [room.group_id for room in shop.rooms()] == [*(room.group_id for room in rooms), spare]
    assert shop.book.provider.live_codes.get_group_code(after.vendor_id).spec.opens_groups is False
    assert shop.scan(ROOM)[-1] is not None
    assert shop.listed() == (spare,)


# -- what vendors allow, and the gate


class Narrow:
    name = "narrow"
    capabilities: ClassVar = {
        "groups.get": Support(Level.NATIVE),
        "live_codes.create_contact_code": Support(Level.NATIVE),
    }


def test_a_strategy_that_the_vendor_cannot_do_is_refused_with_those_it_can():
    assert possible_strategies(Narrow()) == (OverflowStrategy.STAFF_FIRST, OverflowStrategy.IMAGES)
    check_strategy(Narrow(), OverflowStrategy.IMAGES)
    with pytest.raises(InputError, match="possible: staff_first, images"):
        check_strategy(Narrow(), OverflowStrategy.NATIVE)


def test_a_gate_opens_with_enough_people_or_by_hand_and_either_is_in_the_audit(shop, monkeypatch):
    committed = [59]
    monkeypatch.setattr(shop.codes, "_committed", lambda _connection, _code: committed[0])
    shop.code(gate=LaunchGate(60, 100))
    with pytest.raises(InputError, match="59 of 60 people have committed themselves"):
        shop.codes.open("shop", who="ann")
    assert shop.codes.open("shop", in_spite_of_gate=True, who="ann").life is CodeLife.OPEN
    committed[0] = 60
    assert shop.codes.open("shop", who="bob").life is CodeLife.OPEN
    told = [(line.who, line.details) for line in shop.crm.audit.entries() if line.what == "live_code.opened"]
    assert [(who, details["committed"], details["in_spite_of_gate"]) for who, details in told] == [
        ("ann", 59, True),
        ("bob", 60, False),
    ]


def test_it_is_explained_why_each_group_stands_where_it_stands(shop):
    shop.code()
    shop.scan(ROOM + 1)
    told = shop.codes.explain("shop")
    full, fresh = told.groups
    assert "20 inside, 20 by scanning (test); scan full: nobody more comes in by scanning" in full
    assert "2 inside" in fresh
    assert fresh.endswith("unprepared")
    assert told.next_group == "no other group is needed yet: one has plenty of room"
    assert {"adopted", "listed", "scan_full"} <= {decision.what for decision in told.decisions}
    shop.scan(ROOM - 2)
    assert shop.codes.explain("shop").next_group == "the vendor opens shop群3 when all listed groups are full"
