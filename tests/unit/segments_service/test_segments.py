"""``crm.segments``: counting, listing, explaining, saving, freezing, exporting."""

import csv
import random
import stat
from pathlib import Path
from typing import Any

import pytest

from privcrm.clock import ManualClock
from privcrm.errors import ExpressionError, InputError
from privcrm.jobs.timers import Timers
from privcrm.models.segments import AddedWithin, GroupOnly, HasAnyTagOf, HasTag, InGroup, Not
from privcrm.services.segments import Evidence, Segments
from privcrm.services.segments.saved import SavedSegments
from privcrm.services.segments.segments import FOLD_EVERY_SECONDS
from privcrm.store import Store
from privcrm.store.files import Files
from privcrm.store.mirror import snapshots
from privcrm.store.mirror.library import Library
from privcrm.store.mirror.relations import Ended, Relations
from privcrm.store.mirror.snapshots import Snapshot, Snapshots
from tests.unit.segments_service.conftest import library

ways = pytest.mark.parametrize("bitmaps", [True, False])


def relist(store: Store, **changed: Any) -> None:
    with store.database.transaction() as connection:
        Library(store.database).put(connection, library(**changed), store.clock.time(), whole=True)


@ways
@pytest.mark.parametrize(
    ("expression", "members"),
    [
        ('HasTag("VIP")', ["wm0", "wm1"]),
        ('HasTag("Level/VIP") & ~HasTag("Old")', ["wm0"]),
        ('有标签("VIP")', ["wm0", "wm1"]),
        ('HasTag("t-gold")', ["wm1"]),
        ('HasTag("VIP", staff="BOB")', []),
        ('HasTag("Level/Gold", staff="bob")', ["wm1"]),
        ('HasAnyTagOf("Level")', ["wm0", "wm1"]),
        ('FollowedBy("ann")', ["wm0", "wm1", "wm2", "wm3"]),
        ("AddedWithin(days=5)", ["wm0", "wm1"]),
        ('AddedBefore("2025-12-01")', ["wm1", "wm2"]),
        ("InAnyGroup()", ["wm2"]),
        ('InGroupTagged("quiet")', ["wm2"]),
        ("GroupOnly()", ["wm4"]),
        ("~GroupOnly()", ["wm0", "wm1", "wm2", "wm3"]),
        ('FromChannel("door")', ["wm0"]),
        ({"not": {"has_tag": {"tag": "Old"}}}, ["wm0", "wm3"]),
        (HasTag("VIP") & AddedWithin(days=1), ["wm0"]),
    ],
)
def test_an_expression_selects(segments: Segments, expression: Any, members: list[str], bitmaps: bool) -> None:
    assert list(segments.ids(expression, bitmaps=bitmaps)) == members
    assert segments.count(expression, bitmaps=bitmaps).members == len(members)


def test_a_count_shows_the_expression_and_the_age_of_the_data(segments: Segments, company: Store) -> None:
    count = segments.count('HasTag("VIP") | HasTag("t-gold2")')
    assert count.expression == 'HasTag("Level/VIP") | HasTag("Life/Gold")'
    assert (count.oldest, count.newest) == (None, None)
    with company.database.transaction() as connection:
        connection.run("UPDATE privcrm_staff SET serves = 1, listed_at = 100 + number")
    count = segments.count("InAnyGroup()")
    assert (count.oldest, count.newest) == (100, 101)
    with company.database.transaction() as connection:
        connection.run("UPDATE privcrm_staff SET listed_at = 0 WHERE staff_id = 'bob'")
    assert segments.count("InAnyGroup()").oldest is None


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ('HasTag("Vip")', "did you mean Level/VIP?"),
        ('HasTag("Gold")', "more than once: Level/Gold, Life/Gold; write Group/Tag"),
        ('HasTag("Level/Old")', "did you mean Life/Old?"),
        ('HasTag("nothing like it")', "privcrm sync reads the tags"),
        ('HasTag("VIP;Old")', "several tags"),
        ('HasAnyTagOf("level")', "did you mean Level?"),
        ('HasAnyTagOf("Colours")', "knows no tag group"),
        ('FollowedBy("zoe")', "no employee 'zoe'"),
        ('HasTag("VIP", staff="zoe")', "no employee 'zoe'"),
        ('InGroup("hall")', "no group 'hall'"),
        ('InGroupTagged("loud")', "no group carries the group tag 'loud'"),
        ('InShop("s1")', "s1"),
        ('InRegion("north")', "north"),
        ("@nobody", "no segment 'nobody'"),
        ("@snapshot:none", "no snapshot 'none'"),
    ],
)
def test_what_the_mirror_does_not_know_is_refused(segments: Segments, expression: str, said: str) -> None:
    with pytest.raises(InputError, match=said.replace("?", r"\?")):
        segments.count(expression)


def test_what_cannot_be_read_is_shown_with_its_place(segments: Segments) -> None:
    with pytest.raises(ExpressionError) as raised:
        segments.count('HasTag("VIP") &')
    assert (raised.value.line, raised.value.column) == (1, 16)


def test_a_saved_segment_follows_a_rename(segments: Segments, company: Store) -> None:
    saved = segments.save("keen", 'HasTag("VIP") & ~HasTag("Old")', created_by="me")
    assert (saved.expression, saved.created_by) == ('HasTag("Level/VIP") & ~HasTag("Life/Old")', "me")
    relist(company, vip="Best")
    assert segments.get("keen").expression == 'HasTag("Level/Best") & ~HasTag("Life/Old")'
    assert list(segments.ids("@keen")) == ["wm0"]
    assert segments.count("@keen").expression == 'HasTag("Level/Best") & ~HasTag("Life/Old")'
    assert segments.check() == ()


def test_segments_are_listed_replaced_and_deleted(segments: Segments) -> None:
    segments.save("b", 'HasTag("VIP")')
    segments.save("a", GroupOnly())
    segments.save("b", 'HasTag("Old")')
    assert [(each.name, each.expression) for each in segments.list()] == [
        ("a", "GroupOnly()"),
        ("b", 'HasTag("Life/Old")'),
    ]
    segments.delete("a")
    assert [each.name for each in segments.list()] == ["b"]
    with pytest.raises(InputError, match="no segment 'a'"):
        segments.delete("a")


@ways
@pytest.mark.parametrize(
    ("expression", "members"),
    [
        ("@vip & ~@old", ["wm0"]),
        ("~@old | GroupOnly()", ["wm0", "wm3", "wm4"]),
        ('InSegment("two words") & @vip', ["wm0"]),
        ("非 在人群('vip') 且 @old", ["wm2"]),
        ("(@vip)", ["wm0", "wm1"]),
        ({"all": [{"in_segment": {"name": "vip"}}, {"in_segment": {"name": "two words"}}]}, ["wm0"]),
    ],
)
def test_saved_segments_stand_in_expressions(
    segments: Segments, expression: Any, members: list[str], bitmaps: bool
) -> None:
    segments.save("vip", 'HasTag("VIP")')
    segments.save("old", 'HasTag("Old")')
    segments.save("two words", "@vip & ~@old")
    assert list(segments.ids(expression, bitmaps=bitmaps)) == members


def test_what_is_saved_of_saved_segments_is_what_they_ask_for_then(segments: Segments, company: Store) -> None:
    segments.save("vip", 'HasTag("VIP")')
    assert segments.save("lonely", "@vip & ~InAnyGroup()").expression == 'HasTag("Level/VIP") & ~InAnyGroup()'
    segments.save("vip", '@vip | HasTag("Old")')  # itself, as it was: there is no circle
    segments.delete("vip")
    assert segments.get("lonely").expression == 'HasTag("Level/VIP") & ~InAnyGroup()'
    relist(company, without="t-vip")
    with pytest.raises(InputError, match="segment 'lonely' is frozen"):
        segments.count("~@lonely")


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("@nobody & InAnyGroup()", "no segment 'nobody'"),
        ("InAnyGroup() & @snapshot:12", "found :"),
        ("@snapshot:12 & InAnyGroup()", "a snapshot is no condition: it stands alone"),
        ("@ & InAnyGroup()", "found @"),
    ],
)
def test_what_cannot_stand_in_an_expression_is_said(segments: Segments, expression: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        segments.count(expression)


@pytest.mark.parametrize("name", ["", " a", "@a", "snapshot:1", "x" * 101])
def test_a_name_that_could_not_be_asked_for_is_refused(segments: Segments, name: str) -> None:
    with pytest.raises(InputError, match="name"):
        segments.save(name, GroupOnly())


@pytest.mark.parametrize(
    ("expression", "gone", "said"),
    [
        ('HasTag("VIP") | GroupOnly()', "t-vip", "tag 'Level/VIP' was deleted"),
        ('HasAnyTagOf("Life")', "g-life", "tag group 'Life' was deleted"),
        ('HasTag("Old")', "g-life", "tag 'Life/Old' was deleted"),
    ],
)
def test_what_uses_a_deleted_tag_is_frozen_until_it_is_saved_anew(
    segments: Segments, company: Store, expression: str, gone: str, said: str
) -> None:
    segments.save("other", 'HasTag("Level/Gold")')
    segments.save("keen", expression)
    relist(company, without=gone)
    assert [(each.name, each.frozen) for each in segments.list()] == [("keen", said), ("other", "")]
    with pytest.raises(InputError, match=f"'keen' is frozen: {said}; save it anew"):
        segments.count("@keen")
    with pytest.raises(InputError, match="was deleted"):
        segments.count(expression)
    assert [each.name for each in segments.check()] == ["keen"]
    relist(company)
    assert segments.get("keen").frozen == said
    segments.save("keen", expression)
    assert segments.count("@keen").members > 0


def test_keepers_freeze_the_users_of_a_tag(segments: Segments, company: Store) -> None:
    segments.save("by tag", 'HasTag("VIP")')
    segments.save("by group", 'HasAnyTagOf("Level")')
    segments.save("other", 'HasTag("Old")')
    saved = SavedSegments(company.database, company.clock)
    with company.database.transaction() as connection:
        assert saved.freeze_users_of(connection, ["t-vip"], ["g-level"]) == ["by group", "by tag"]
        assert saved.freeze_users_of(connection, ["t-vip"], ["g-level"]) == []
    assert [each.name for each in segments.list() if each.frozen] == ["by group", "by tag"]


def test_a_deep_expression_is_saved_and_comes_back(segments: Segments) -> None:
    condition = HasTag("VIP")
    for number in range(3_000):
        condition = Not(condition) if number % 2 else condition & GroupOnly() | condition  # type: ignore[assignment]
        if number > 12 and number % 2 == 0:
            condition = Not(Not(condition.below()[1]))  # type: ignore[assignment]
    segments.save("deep", condition)
    assert segments.resolve("@deep") == segments.resolve(condition)


@ways
def test_a_snapshot_stays_as_it_was(segments: Segments, company: Store, bitmaps: bool) -> None:
    segments.save("keen", 'HasTag("VIP")')
    taken = segments.snapshot("@keen", bitmaps=bitmaps)
    assert (taken.name, taken.members, taken.expression) == ("keen", 2, 'HasTag("Level/VIP")')
    with company.database.transaction() as connection:
        Relations(company.database).retag(connection, "ann", "wm0", remove=["t-vip"])
        Relations(company.database).retag(connection, "ann", "wm3", add=["t-vip"])
    assert list(segments.ids("@keen", bitmaps=bitmaps)) == ["wm1", "wm3"]
    frozen = f"@snapshot:{taken.id}"
    assert list(segments.ids(frozen)) == ["wm0", "wm1"]
    assert segments.count(frozen).members == 2
    assert list(segments.relations(frozen)) == [("wm0", "Ann"), ("wm1", "Ann"), ("wm1", "bob")]
    assert segments.snapshots() == (taken,)
    assert list(segments.ids(f"@snapshot:{segments.snapshot(frozen).id}")) == ["wm0", "wm1"]
    segments.delete_snapshot(taken.id)
    with pytest.raises(InputError, match="no snapshot"):
        segments.count(frozen)


def test_who_is_erased_vanishes_from_snapshots(segments: Segments, company: Store) -> None:
    taken = segments.snapshot('HasTag("VIP")')
    other = segments.snapshot('HasTag("Old")')
    with company.database.transaction() as connection:
        assert snapshots.holding(connection, company.company, [0]) == {taken.id}
        assert snapshots.forget(connection, company.company, [0, 3]) == 1
    assert list(segments.ids(f"@snapshot:{taken.id}")) == ["wm1"]
    assert segments.count(f"@snapshot:{taken.id}").members == 1
    assert segments.count(f"@snapshot:{other.id}").members == 2


def test_snapshots_hold_any_numbers(company: Store) -> None:
    kept_ones, rng = Snapshots(company.database), random.Random(3)
    numbers = sorted({0, 65_535, 65_536, 2_000_000, *(rng.randrange(2_000_000) for _ in range(5_000))})
    kept = kept_ones.take(Snapshot("s", "", "", 0, 1.0, None), numbers)
    assert kept.members == len(numbers)
    assert list(kept_ones.numbers("s")) == numbers


def test_an_explanation_tells_of_each_clause(segments: Segments, clock: ManualClock) -> None:
    told = segments.explain("wm1", 'HasTag("VIP") & ~(InAnyGroup() | AddedWithin(days=1)) & HasAnyTagOf("Level")')
    assert told.selected
    assert [(each.depth, each.kind, each.holds) for each in told.findings] == [
        (0, "all", True),
        (1, "clause", True),
        (1, "not", True),
        (2, "any", False),
        (3, "clause", False),
        (3, "clause", False),
        (1, "clause", True),
    ]
    assert str(told).splitlines()[1] == '  + HasTag("Level/VIP")'
    vip, any_of = told.findings[1], told.findings[-1]
    assert [(each.staff_id, str(each.added), each.tags) for each in vip.found] == [
        ("Ann", "2025-12-27", ("Level/VIP",)),
    ]
    assert [(each.staff_id, each.tags) for each in any_of.found] == [
        ("Ann", ("Level/VIP",)),
        ("bob", ("Level/Gold",)),
    ]


def test_an_explanation_says_why_somebody_is_not_meant(segments: Segments, company: Store) -> None:
    told = segments.explain("wm4", InGroup("room"))
    assert (told.selected, told.is_customer, told.findings[0].holds) == (False, False, True)
    assert told.findings[0].found == (Evidence(group_id="room", group_name="The room"),)
    assert segments.explain("wm4", GroupOnly()).selected
    with company.database.transaction() as connection:
        Relations(company.database).end(connection, "ann", "wm3", Ended(2_000_000_000, "deleted_by_member"), 0)
    ended = segments.explain("wm3", "DeletedStaff() & GroupOnly()")
    assert [each.holds for each in ended.findings] == [False, True, False]
    assert ended.findings[1].found == (Evidence(staff_id="Ann"),)
    with pytest.raises(InputError, match="no such member") as raised:
        segments.explain("wm-unknown", GroupOnly())
    assert "wm-unknown" not in str(raised.value)


def test_explanations_agree_with_selections(segments: Segments) -> None:
    expressions = ['HasTag("VIP")', "~InAnyGroup()", "GroupOnly()", 'HasAnyTagOf("Level") | AddedWithin(days=5)']
    for expression in expressions:
        selected = [f"wm{n}" for n in range(5) if segments.explain(f"wm{n}", expression).selected]
        assert selected == list(segments.ids(expression))


def test_an_export_is_a_private_file_that_the_store_remembers(
    segments: Segments, company: Store, tmp_path: Path
) -> None:
    with company.database.transaction() as connection:
        connection.run("UPDATE privcrm_member SET member_id = '=cmd()' WHERE member_id = 'wm0'")
    target = tmp_path / "vip.csv"
    assert segments.export('HasTag("VIP")', target) == 2
    assert target.read_bytes().startswith(b"\xef\xbb\xbfmember_id,staff_ids\r\n")
    with target.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1:] == [["'=cmd()", "Ann"], ["wm1", "Ann;bob"]]
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [(each.path, each.kind) for each in Files(company.database, company.clock).all()] == [
        (str(target), "segment")
    ]
    assert segments.export(HasAnyTagOf("Life"), target) == 2
    other = tmp_path / "other.csv"
    other.write_text("what,else\n")
    with pytest.raises(InputError, match="something else"):
        segments.export('HasTag("VIP")', other)
    assert other.read_text() == "what,else\n"


def test_erased_members_are_left_out(segments: Segments, company: Store) -> None:
    taken = segments.snapshot('HasTag("VIP")')
    with company.database.transaction() as connection:
        connection.run("DELETE FROM privcrm_member WHERE member_id = 'wm0'")
    assert list(segments.ids(f"@snapshot:{taken.id}")) == ["wm1"]


def test_folding_changes_no_answer(segments: Segments, company: Store) -> None:
    assert segments.count('HasTag("VIP")').members == 2
    with company.database.transaction() as connection:
        Relations(company.database).retag(connection, "ann", "wm3", add=["t-vip"])
    assert segments.count('HasTag("VIP")').members == 3
    assert segments.fold() == 1
    assert segments.count('HasTag("VIP")').members == 3


def test_a_timer_folds_what_changed(company: Store, clock: ManualClock) -> None:
    timers = Timers(company.timers, clock)
    segments = Segments(company, random.Random(1), timers=timers)
    assert not timers.fire_one("me")
    assert segments.count('HasTag("VIP")').members == 2
    for _ in range(2):
        with company.database.transaction() as connection:
            Relations(company.database).retag(connection, "ann", "wm3", add=["t-vip"])
        clock.advance(FOLD_EVERY_SECONDS + 1)
        assert timers.fire_one("me")
        assert not timers.fire_one("me")
        assert segments.fold() == 0
    assert segments.count('HasTag("VIP")').members == 3


def test_without_the_extra_everything_is_answered_by_sql(
    segments: Segments, company: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("privcrm.store.mirror.membership.find_spec", lambda _: None)
    assert list(segments.ids('HasTag("VIP")')) == ["wm0", "wm1"]
    assert segments.snapshot('HasTag("VIP")').members == 2
    assert segments.fold() == 0
    with company.database.connect() as connection:
        assert connection.all("SELECT * FROM privcrm_bitmap_build") == []
