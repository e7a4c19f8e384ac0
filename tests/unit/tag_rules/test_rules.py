import threading
from random import Random

import pytest

from privcrm.errors import InputError
from privcrm.jobs import JobState, Runner
from privcrm.models import MemberId, StaffId
from privcrm.models.events import GroupMembersJoined, MemberEdited
from privcrm.models.segments import Comparison, HasTag
from privcrm.models.tag_rule import (
    AddedBetween,
    ChannelIs,
    FactIs,
    HappenedAtLeast,
    JoinedGroup,
    Matches,
    StateContains,
)
from privcrm.services.tag_rules import HitState, TagRules
from privcrm.services.tagging import Tagging
from tests.unit.tag_rules.conftest import added

TAG, OTHER = "规则/甲", "规则/乙"
NOON = 1_766_635_200  # 2025-12-25 12:00 in Beijing, a Thursday


def test_a_keyword_of_the_channel_tags_the_relation_and_says_why(desk):
    first, second = desk.pairs()[:2]
    desk.rules.add("expo", StateContains("expo"), [TAG], created_by="ops")
    desk.rules.keeper.take(added(first, at=NOON, state="2026-expo-bj", key="k1"))
    desk.rules.keeper.take(added(second, at=NOON, state="street", key="k2"))
    assert desk.wearers(TAG) == set()
    (job,) = desk.rules.apply_due()
    assert job.state is JobState.DONE
    assert desk.wearers(TAG) == {first}
    (hit,) = desk.rules.hits("expo")
    assert (hit.state, hit.clause, hit.event, hit.job_id) == (
        HitState.PUT,
        "StateContains(keyword='expo')",
        "k1",
        job.id,
    )


def test_the_same_event_hits_once_and_many_hits_are_one_job(desk):
    pairs = desk.pairs()[:5]
    desk.rules.add("expo", ChannelIs("expo"), [TAG])
    for _ in range(2):
        for pair in pairs:
            desk.rules.keeper.take(added(pair, at=NOON, state="expo"))
    assert len(desk.rules.apply_due()) == 1
    assert desk.wearers(TAG) == set(pairs)
    assert desk.rules.apply_due() == ()


def test_what_was_there_already_is_not_ours(desk):
    mine, theirs = desk.pairs()[:2]
    desk.mark(theirs, TAG)
    desk.rules.add("expo", ChannelIs("expo"), [TAG])
    for pair in (mine, theirs):
        desk.rules.keeper.take(added(pair, at=NOON, state="expo"))
    desk.rules.apply_due()
    assert desk.states("expo") == {mine: HitState.PUT, theirs: HitState.ALREADY}
    desk.rules.remove("expo")
    assert desk.wearers(TAG) == {theirs}
    assert desk.states("expo") == {mine: HitState.REMOVED, theirs: HitState.ALREADY}
    assert [rule.name for rule in desk.rules.list()] == []


def test_a_rule_may_go_and_leave_what_it_put(desk):
    pair = desk.pairs()[0]
    desk.rules.add("expo", ChannelIs("expo"), [TAG])
    desk.rules.keeper.take(added(pair, at=NOON, state="expo"))
    desk.rules.apply_due()
    assert desk.rules.remove("expo", take_back=False) == ()
    assert desk.wearers(TAG) == {pair}


def test_another_rule_keeps_a_tag_until_it_goes_too(desk):
    pair = desk.pairs()[0]
    for name in ("one", "two"):
        desk.rules.add(name, ChannelIs("expo"), [TAG])
        desk.rules.keeper.take(added(pair, at=NOON, state="expo", key=name))
        desk.rules.apply_due()
    desk.rules.remove("one")
    assert desk.wearers(TAG) == {pair}
    assert desk.states("one") == {pair: HitState.KEPT}
    desk.rules.remove("two")
    assert desk.wearers(TAG) == set()


def test_what_somebody_took_off_is_not_put_on_again_nor_taken_back(desk):
    pair = desk.pairs()[0]
    desk.rules.add("expo", ChannelIs("expo"), [TAG])
    desk.rules.keeper.take(added(pair, at=NOON, state="expo"))
    desk.rules.apply_due()
    desk.mark(pair, TAG, off=True)
    desk.sync()
    desk.rules.keeper.take(MemberEdited(staff_id=StaffId(pair[1]), member_id=MemberId(pair[0]), key="edit"))
    desk.rules.keeper.take(added(pair, at=NOON, state="expo"))
    assert desk.rules.apply_due() == ()
    assert desk.states("expo") == {pair: HitState.TAKEN_OFF}
    desk.mark(pair, TAG)
    desk.rules.remove("expo")
    assert desk.wearers(TAG) == {pair}


def test_a_relation_that_begins_anew_is_tagged_anew(desk):
    pair = desk.pairs()[0]
    desk.rules.add("expo", ChannelIs("expo"), [TAG])
    now = int(desk.clock.time())
    desk.rules.keeper.take(added(pair, at=now, state="expo"))
    desk.rules.apply_due()
    desk.mark(pair, TAG, off=True)
    desk.clock.advance(3600)
    desk.rules.keeper.take(added(pair, at=now + 3000, state="expo"))
    desk.rules.apply_due()
    assert desk.wearers(TAG) == {pair}


def test_joining_a_group_tags_at_everybody_who_follows(desk):
    member = desk.pairs()[0][0]
    company = desk.provider.company
    with desk.store.database.transaction() as connection:
        connection.run(
            "INSERT INTO privcrm_known_group (company, group_id, name, lives) VALUES (?, 'g1', '北京福利群', 1)",
            company,
        )
        connection.run("INSERT INTO privcrm_group_tag (company, group_id, name) VALUES (?, 'g1', 'vip')", company)
    desk.rules.add("named", JoinedGroup(name_contains="福利"), [TAG])
    desk.rules.add("tagged", JoinedGroup(tagged="vip"), [OTHER])
    desk.rules.add("elsewhere", JoinedGroup(group_id="g2"), [OTHER])
    desk.rules.keeper.take(GroupMembersJoined(group_id="g1", count=1, user_ids=(member,), at=NOON, key="j"))
    desk.rules.apply_due()
    follows = {pair for pair in desk.pairs() if pair[0] == member}
    assert desk.wearers(TAG) == desk.wearers(OTHER) == follows
    assert desk.states("elsewhere") == {}


def test_behaviour_is_counted_once_for_each_event_within_the_days(desk):
    pair = desk.pairs()[0]
    desk.rules.add("busy", HappenedAtLeast("MemberEdited", 3, days=2), [TAG])

    def edited(key, at):
        event = MemberEdited(staff_id=StaffId(pair[1]), member_id=MemberId(pair[0]), key=key, at=at)
        desk.rules.keeper.take(event)

    edited("old", NOON)
    for key in ("a", "a", "b", "b"):
        edited(key, NOON + 3 * 86_400)
    assert desk.rules.apply_due() == ()
    edited("c", NOON + 3 * 86_400 + 60)
    desk.rules.apply_due()
    assert pair in desk.wearers(TAG)


def test_on_demand_a_rule_looks_through_the_mirror(desk):
    pairs = desk.pairs()
    member = pairs[0][0]
    with desk.store.database.transaction() as connection:
        connection.run("UPDATE privcrm_follow SET state = ?, created_at = ?", "a%b-Expo", NOON)
    desk.selected.append(member)
    follows = {pair for pair in pairs if pair[0] == member}
    for name, when, wanted in (
        ("keyword", StateContains("%b-E"), set(pairs)),
        ("other case", StateContains("expo"), set()),
        ("noon", AddedBetween("11:00", "13:00", [3]), set(pairs)),
        ("friday", AddedBetween("11:00", "13:00", [4]), set()),
        ("fact", FactIs("orders", ">=", 3), follows),
        ("segment", Matches(HasTag("VIP")), follows),
    ):
        desk.rules.add(name, when, [TAG])
        run = desk.rules.run(name, apply=False)
        assert (name, run.found, run.new) == (name, len(wanted), len(wanted))
        assert desk.rules.run(name, apply=False).new == 0
        assert set(desk.states(name)) == wanted
    assert desk.rules.run("keyword").jobs
    assert desk.wearers(TAG) == set(pairs)


def test_a_night_goes_across_midnight_and_belongs_to_the_day_it_began(desk):
    night = AddedBetween("22:00", "06:00", [3])  # Thursday night
    hour = 3600
    midnight = NOON + 12 * hour
    assert [night.holds(midnight + hours * hour) for hours in (-3, -2, -1, 0, 5, 6, 22)] == [
        False,
        True,
        True,
        True,
        True,
        False,
        False,
    ]
    assert not night.holds(midnight - 24 * hour)  # the night of Wednesday


def test_a_runner_gathers_what_is_planned(desk):
    pair = desk.pairs()[0]
    desk.rules.add("expo", ChannelIs("expo"), [TAG])
    desk.rules.keeper.take(added(pair, at=NOON, state="expo"))
    runner = Runner(desk.jobs, desk.clock)
    assert not runner.run_once()
    desk.clock.advance(31)
    while runner.run_once():
        pass
    assert desk.wearers(TAG) == {pair}
    desk.clock.advance(61)
    while runner.run_once():
        pass
    assert desk.states("expo") == {pair: HitState.PUT}


def test_a_deleted_tag_freezes_its_rules_and_nothing_is_sent(desk, caplog):
    pair = desk.pairs()[0]
    desk.rules.add("expo", ChannelIs("expo"), [TAG])
    desk.rules.add("vip", Matches(HasTag("VIP", tag_id="t-1")), [OTHER])
    desk.rules.keeper.take(added(pair, at=NOON, state="expo"))
    with desk.store.database.transaction() as connection:
        assert desk.rules.freeze_users_of(connection, [desk.tag_id(TAG), "t-1"]) == ["expo", "vip"]
        assert desk.rules.freeze_users_of(connection, [desk.tag_id(TAG)]) == []
    assert "tag rule expo is frozen" in caplog.text
    desk.rules.keeper.take(added(desk.pairs()[1], at=NOON, state="expo"))
    assert desk.rules.apply_due() == ()
    with pytest.raises(InputError, match="does nothing at present"):
        desk.rules.run("expo")


def test_a_tag_renamed_in_the_console_is_still_the_tag_of_the_rule(desk):
    pair = desk.pairs()[0]
    rule = desk.rules.add("expo", ChannelIs("expo"), [TAG])
    desk.provider.tags.edit(rule.add[0].tag_id, name="展会/客户")
    desk.rules.keeper.take(added(pair, at=NOON, state="expo"))
    desk.rules.apply_due()
    assert desk.provider.members.get(pair[0]).followed_by(pair[1]).tag_ids[-1:] == (rule.add[0].tag_id,)


def test_tags_are_made_only_if_told_to(desk):
    with pytest.raises(InputError, match="unknown"):
        desk.rules.add("new", ChannelIs("expo"), ["活动/新"])
    rule = desk.rules.add("new", ChannelIs("expo"), ["活动/新", TAG], create_tags=True)
    assert {tag.title: tag.tag_id for tag in rule.add} == {"活动/新": desk.tag_id("活动/新"), TAG: desk.tag_id(TAG)}


def test_a_name_is_taken_until_its_rule_is_gone(desk):
    desk.rules.add("expo", ChannelIs("expo"), [TAG])
    with pytest.raises(InputError, match="remove it first"):
        desk.rules.add("expo", ChannelIs("other"), [TAG])
    desk.rules.remove("expo")
    desk.rules.add("expo", ChannelIs("other"), [TAG])
    assert len(desk.rules.list(removed=True)) == 2
    with pytest.raises(InputError, match="known: 'expo'"):
        desk.rules.get("nothing")


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: StateContains(""),
        JoinedGroup,
        lambda: JoinedGroup("g", tagged="t"),
        lambda: AddedBetween("8:00", "09:00"),
        lambda: AddedBetween("08:00", "08:00"),
        lambda: AddedBetween("08:00", "09:00", [7]),
        lambda: HappenedAtLeast("Nothing", 1),
        lambda: HappenedAtLeast("EventSource", 1),
        lambda: HappenedAtLeast("MemberAdded", 0),
    ],
)
def test_what_no_trigger_can_mean_is_refused(wrong):
    with pytest.raises(InputError):
        wrong()


def test_rules_are_read_back_as_they_were_made(desk):
    when = (
        StateContains("a"),
        ChannelIs("b"),
        JoinedGroup(tagged="t"),
        AddedBetween("22:00", "06:00", (0, 6)),
        FactIs("level", Comparison.EQUAL, "gold"),
        HappenedAtLeast("MemberAdded", 2, 7),
        Matches(HasTag("VIP") & ~HasTag("old")),
    )
    made = desk.rules.add("all", when, [TAG, OTHER])
    assert desk.rules.get("all") == desk.rules.get(made.id) == made


def test_a_batch_of_a_killed_process_is_found_again(desk):
    pairs = desk.pairs()[:2]
    desk.rules.add("expo", ChannelIs("expo"), [TAG])
    for pair in pairs:
        desk.rules.keeper.take(added(pair, at=NOON, state="expo"))
    batches = desk.rules._applying._batches
    kill_in_between = {"claimed": False, "submitted": True}
    for submitted in kill_in_between.values():
        batch = batches.claim()
        if submitted:
            titles = {desk.tag_id(TAG): TAG}
            desk.rules._applying._tagging.submit(
                desk.rules._applying._rows(batch, titles), created_by=f"tag rules {batch}"
            )
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("privcrm.services.tag_rules.batches.is_gone", lambda holder: True)
            desk.rules._applying._settle()
    (job,) = desk.jobs.list()
    desk.jobs.run(job.id)
    assert desk.rules.apply_due() == ()
    assert desk.states("expo") == dict.fromkeys(pairs, HitState.PUT)


def test_a_refusal_while_planning_loses_nothing(desk, monkeypatch):
    pair = desk.pairs()[0]
    desk.rules.add("expo", ChannelIs("expo"), [TAG])
    desk.rules.keeper.take(added(pair, at=NOON, state="expo"))
    submit = desk.rules._applying._tagging.submit

    def failing(*_, **__):
        raise InputError("no")

    monkeypatch.setattr(desk.rules._applying._tagging, "submit", failing)
    with pytest.raises(InputError):
        desk.rules.apply_due()
    monkeypatch.setattr(desk.rules._applying._tagging, "submit", submit)
    desk.rules.apply_due()
    assert desk.wearers(TAG) == {pair}


def test_a_member_who_left_does_not_hold_up_the_others(desk):
    pair = desk.pairs()[0]
    desk.rules.add("expo", ChannelIs("expo"), [TAG])
    desk.rules.keeper.take(added(pair, at=NOON, state="expo"))
    for number in range(3):
        desk.rules.keeper.take(added((f"nobody-{number}", pair[1]), at=NOON, state="expo"))
    (job,) = desk.rules.apply_due()
    assert job.state is JobState.DONE
    assert desk.wearers(TAG) == {pair}
    assert desk.rules.report("expo") == {HitState.FAILED: 3, HitState.PUT: 1}


def test_workers_at_once_put_each_tag_once(desk):
    pairs = desk.pairs()
    desk.rules.add("expo", ChannelIs("expo"), [TAG])
    desk.rules.add("too", ChannelIs("expo"), [TAG, OTHER])
    failures: list[BaseException] = []

    def work(number):
        tagging = Tagging(desk.provider, desk.jobs, desk.clock)
        rules = TagRules(desk.provider, desk.jobs, tagging, desk.store, desk.clock, rng=Random(number))
        try:
            for pair in pairs:
                rules.keeper.take(added(pair, at=NOON, state="expo"))
            rules.apply_due()
        except BaseException as error:  # noqa: BLE001 - told by the test
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    desk.rules.apply_due()
    assert desk.wearers(TAG) == desk.wearers(OTHER) == set(pairs)
    assert set(desk.states("expo").values()) | set(desk.states("too").values()) <= {HitState.PUT, HitState.ALREADY}
    tagged = [item for job in desk.jobs.list() for item in desk.jobs.items(job.id)]
    assert len(tagged) == len(pairs)


def test_a_rule_that_went_and_left_its_tags_cannot_be_removed_again(desk):
    desk.rules.add("expo", ChannelIs("expo"), [TAG])
    pair = desk.pairs()[0]
    desk.rules.keeper.take(added(pair, state="expo"))
    desk.rules.apply_due()
    desk.rules.remove("expo", take_back=False)
    with pytest.raises(InputError, match="removed"):
        desk.rules.remove("expo")
    assert pair in desk.wearers(TAG)


def test_what_was_not_put_is_planned_again_when_the_rule_is_run(desk):
    desk.rules.add("all", AddedBetween("00:00", "23:59"), [TAG])
    ran = desk.rules.run("all", apply=False)
    (job,) = desk.rules.apply_due(run=False)
    desk.jobs.cancel(job.id)
    desk.rules.apply_due()
    assert set(desk.states("all").values()) == {HitState.CANCELLED}
    again = desk.rules.run("all")
    assert again.new == ran.new
    assert set(desk.states("all").values()) == {HitState.PUT}


def test_a_hit_of_a_tag_that_no_rule_puts_any_more_is_given_up(desk):
    """A merge may end while a rule is run: what it hit by the old id then is not asked for for ever."""
    desk.rules.add("expo", ChannelIs("expo"), [TAG])
    desk.rules.keeper.take(added(desk.pairs()[0], state="expo"))
    with desk.store.database.transaction() as connection:
        connection.run("UPDATE privcrm_tag_rule_hit SET tag_id = 'gone'")
    assert desk.rules.apply_due() == ()
    assert set(desk.states("expo").values()) == {HitState.CANCELLED}
