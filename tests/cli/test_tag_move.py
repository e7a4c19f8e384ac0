"""Merging, moving and restoring tags from a terminal."""

import pytest

from tests.cli.test_tag import company, run, served  # noqa: F401 - fixtures

OLD, NEW = "旧/甲", "新/甲"


@pytest.fixture
def members(company, run, tmp_path):  # noqa: F811 - fixtures
    """Some members who wear a tag of our own; the mirror knows."""
    chosen = company.write_list(tmp_path / "m.csv", 12)
    lines = [f"{member},{OLD}" for member in chosen]
    (tmp_path / "own.csv").write_text("\n".join(["member_id,add", *lines]), encoding="utf-8")
    assert run("tag", "apply", "own.csv", "--create-tags").code == 0
    assert run("sync").code == 0
    return chosen


def wearers(company, title):  # noqa: F811
    return {member for (member, _), tags in company.relations().items() if title in tags}


def test_a_move_is_shown_asked_for_and_done(company, run, members):  # noqa: F811
    shown = run("tag", "move", OLD, "新", "--dry-run", "--json").json
    assert shown["preview"]["deletes"] == [OLD]
    assert shown["preview"]["holders"] > 0
    refused = run("tag", "move", OLD, "新")
    assert refused.code == 2
    assert "this cannot be undone: say --yes if it is meant" in refused.err
    assert wearers(company, OLD) == set(members)
    moved = run("tag", "move", OLD, "新", "--yes", "--json")
    assert (moved.code, moved.json["state"]) == (0, "done"), moved.json["reason"]
    assert moved.json["counts"]["done"] == moved.json["preview"]["holders"] + 1
    assert wearers(company, NEW) == set(members)
    undone = run("job", "undo", moved.json["job_id"])
    assert undone.code == 2
    assert "this cannot be undone" in undone.err


def test_a_merge_names_company_host_and_tags(company, run, members):  # noqa: F811
    table = run("tag", "merge", OLD, "客户等级/VIP", "--dry-run").out
    assert OLD in table
    assert "127.0.0.1" in table
    merged = run("tag", "merge", OLD, "客户等级/VIP", "--fresh", "-y")
    assert merged.code == 0, merged.out
    assert set(members) <= wearers(company, "客户等级/VIP")


def test_a_tag_of_the_console_is_refused_with_its_console_path(company, run, members):  # noqa: F811
    company.tell("actions/admin_edits_tag", group_name="后台", name="丙")
    refused = run("tag", "merge", "后台/丙", OLD, "--yes", "--json")
    assert refused.code == 4, refused.out
    assert refused.json["operation"] == "edit_corp_tag"
    assert "企业客户标签" in refused.json["advice"]


def test_what_is_unknown_is_said_in_chinese_too(run, members):  # noqa: F811
    said = run("--lang", "zh", "tag", "restore", "没有")
    assert said.code == 2
    assert "没有名为 '没有' 的已删除标签" in said.err
