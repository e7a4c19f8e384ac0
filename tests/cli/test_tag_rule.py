"""Tag rules from a terminal."""

import json

import pytest

from privcrm.cli.tag_rule import HIT_STATES
from privcrm.services.tag_rules import HitState
from tests.cli.test_tag import company, run, served  # noqa: F401 - fixtures

TAG = "来源/展会"


def wearers(company):  # noqa: F811 - fixtures
    return {pair for pair, tags in company.relations().items() if TAG in tags}


def test_every_state_has_a_word():
    assert set(HIT_STATES) == {state.value for state in HitState}


def test_a_rule_is_made_run_looked_at_and_removed(company, run, tmp_path):  # noqa: F811
    assert run("sync").code == 0
    made = run("tag", "rule", "add", "night", "--between", "22:00-06:00", "--add", TAG, "--create-tags", "--json")
    assert made.code == 0, made.err
    assert made.json["add"][0]["title"] == TAG
    ran = run("tag", "rule", "run", "night", "--json")
    assert (ran.code, ran.json["found"]) == (0, ran.json["new"]), ran.out
    assert len(wearers(company)) == ran.json["found"] > 0
    assert "night" in run("tag", "rule", "list").out
    shown = run("tag", "rule", "show", "night", "--json").json
    assert shown["hits"] == {"put": ran.json["found"]}
    first = run("tag", "rule", "hits", "night", "--json").json["hits"][0]
    assert (first["state"], first["clause"]) == ("put", "AddedBetween(start='22:00', end='06:00')")
    assert run("tag", "rule", "hits", "night", "--jsonl", "hits.jsonl").code == 0
    lines = (tmp_path / "hits.jsonl").read_text(encoding="utf-8").splitlines()
    assert {json.loads(line)["state"] for line in lines} == {"put"}
    removed = run("tag", "rule", "remove", "night", "--yes", "--json")
    assert (removed.code, removed.json["removed"]) == (0, "night")
    assert wearers(company) == set()
    assert run("tag", "rule", "list", "--json").json["rules"] == []
    assert run("tag", "rule", "run").out.strip() == "Nothing to put on or take off."


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--fact", "orders>=3"], "FactIs(orders >= …)"),
        (["--fact", 'level="gold"'], "FactIs(level = …)"),
        (["--channel", "expo"], "ChannelIs(state='expo')"),
        (["--state-contains", "expo"], "StateContains(keyword='expo')"),
        (["--joined-tagged", "vip"], "JoinedGroup(tagged='vip')"),
        (["--joined-named", "福利"], "JoinedGroup(name_contains='福利')"),
        (["--happened", "MemberEdited>=3/30"], "HappenedAtLeast(event='MemberEdited', times=3, days=30)"),
        (["--segment", "HasTag('客户等级/VIP')"], 'Matches(HasTag("客户等级/VIP"))'),
        (
            ["--between", "22:00-06:00", "--weekdays", "sat,sun"],
            "AddedBetween(start='22:00', end='06:00', weekdays=(5, 6))",
        ),
    ],
)
def test_every_condition_can_be_said(run, options, told):  # noqa: F811
    assert run("sync").code == 0
    made = run("tag", "rule", "add", "each", *options, "--add", "客户等级/VIP", "--json")
    assert made.code == 0, made.err
    assert made.json["when"] == [told]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "say when"),
        (["--fact", "orders"], "--fact takes"),
        (["--happened", "MemberEdited"], "--happened takes"),
        (["--between", "22:00-06:00", "--weekdays", "someday"], "--weekdays takes"),
        (["--between", "late"], "takes a time"),
        (["--channel", "x", "--weekdays", "sat"], "--weekdays goes with --between"),
        (["--channel", "x", "--add", "nothing"], "unknown"),
    ],
)
def test_what_cannot_be_meant_is_said(run, options, said):  # noqa: F811
    refused = run("tag", "rule", "add", "wrong", *options, "--add", "客户等级/VIP")
    assert refused.code == 2
    assert said in refused.err


def test_a_job_that_stands_still_says_why_and_a_removal_that_waits_says_so(run):  # noqa: F811
    assert run("sync").code == 0
    assert run("tag", "rule", "add", "all", "--between", "00:00-23:59", "--add", "客户等级/VIP").code == 0
    assert run("stop").code == 0
    ran = run("tag", "rule", "run", "all")
    assert ran.code == 1
    assert "stopped" in ran.out
    assert "privcrm job resume" in ran.out
    removed = run("tag", "rule", "remove", "all", "--yes")
    assert (
        "Tag rule all is removed once its jobs have ended; then privcrm tag rule run takes off the rest." in removed.out
    )
    assert run("tag", "rule", "remove", "all", "--yes", "--json").json["state"] == "removing"
