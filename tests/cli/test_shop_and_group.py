"""Shops and group tags from a terminal, on a company in this process."""

import json

import pytest

from privcrm.clock import ManualClock
from privcrm.store import open_store


@pytest.fixture
def company(memory_company, monkeypatch, tmp_path):
    monkeypatch.setenv("PRIVCRM_STORE", f"sqlite:///{tmp_path}/c.db")
    return tmp_path


@pytest.fixture
def shops_csv(company):
    path = company / "shops.csv"
    path.write_text("门店编码,门店名称,区域,员工,面积\nS1,一店,华东,ann;bob,120\nS2,二店,华南,,\n", encoding="utf-8")
    return path


def know_group(company, group_id):
    address = f"sqlite:///{company}/c.db"
    with (
        open_store(address, clock=ManualClock(), company="memory-1") as store,
        store.database.transaction() as connection,
    ):
        connection.run(
            "INSERT INTO privcrm_known_group (company, group_id, name, lives) VALUES ('memory-1', ?, '福利群', 1)",
            group_id,
        )


def test_an_import_is_tried_done_and_done_again(privcrm, shops_csv):
    tried = privcrm("shop", "import", shops_csv, "--dry-run")
    assert tried.code == 0
    assert tried.out.splitlines()[0] == "2 created, 0 changed, 0 unchanged, 0 removed."
    assert tried.out.splitlines()[-1] == "Dry run: nothing was written."
    assert privcrm("shop", "list", "--json").json["shops"] == []
    done = privcrm("shop", "import", shops_csv, "--json").json
    assert done["counts"] == {"created": 2, "changed": 0, "unchanged": 0, "removed": 0}
    assert done["outcomes"][0] == {"row": 2, "code": "S1", "state": "created"}
    again = privcrm("shop", "import", shops_csv)
    assert again.out == "0 created, 0 changed, 2 unchanged, 0 removed.\n"


def test_prune_removes_what_no_row_names(privcrm, shops_csv):
    privcrm("shop", "import", shops_csv)
    shops_csv.write_text("code\nS2\n", encoding="utf-8")
    assert privcrm("shop", "import", shops_csv, "--json").json["counts"]["removed"] == 0
    done = privcrm("shop", "import", shops_csv, "--prune")
    assert "S1" in done.out
    assert [each["code"] for each in privcrm("shop", "list", "--json").json["shops"]] == ["S2"]


def test_a_wrong_list_writes_nothing_and_ends_with_2(privcrm, shops_csv):
    shops_csv.write_text("code\nS1\nS1\n", encoding="utf-8")
    refused = privcrm("shop", "import", shops_csv)
    assert refused.code == 2
    assert "row 3, column code: 'S1' stands in row 2 too" in refused.err
    assert privcrm("shop", "list").out == "Nothing yet.\n"
    assert "没有写入任何内容" in privcrm("--lang", "zh", "shop", "import", shops_csv).err


def test_shops_are_listed_and_shown(privcrm, shops_csv):
    privcrm("shop", "import", shops_csv)
    assert [each["code"] for each in privcrm("shop", "list", "--region", "华东", "--json").json["shops"]] == ["S1"]
    lines = privcrm("shop", "list", "--jsonl").out.splitlines()
    assert [json.loads(line)["code"] for line in lines] == ["S1", "S2"]
    shown = privcrm("shop", "show", "S1").out
    assert "一店" in shown
    assert "120" in shown
    shop = privcrm("shop", "show", "S1", "--json").json
    assert (shop["staff_ids"], shop["attributes"], shop["staff"]) == (["ann", "bob"], {"面积": "120"}, [])
    missing = privcrm("shop", "show", "S9")
    assert missing.code == 2
    assert "no shop has the code 'S9'" in missing.err


def test_groups_are_tagged_and_listed(privcrm, company):
    know_group(company, "g1")
    know_group(company, "g2")
    assert privcrm("group", "tag", "g1", "--add", "VIP", "--add", "华东").out == "g1: VIP; 华东\n"
    assert privcrm("group", "tag", "g1", "--remove", "华东", "--json").json == {"group_id": "g1", "tags": ["VIP"]}
    listed = privcrm("group", "list", "--limit", "1", "--json").json
    assert listed == {
        "groups": [{"group_id": "g1", "name": "福利群", "owner_id": "", "tags": ["VIP"]}],
        "more": True,
    }
    assert privcrm("group", "list", "--tag", "none").out == "Nothing yet.\n"
    assert "g2" in privcrm("group", "list").out
    assert len(privcrm("group", "list", "--jsonl").out.splitlines()) == 2
    assert privcrm("group", "tag", "g1", "--remove", "VIP").out == "g1: no tags\n"


def test_a_group_nobody_knows_is_refused_unless_forced(privcrm, company):
    refused = privcrm("group", "tag", "g7", "--add", "VIP")
    assert refused.code == 2
    assert "the mirror knows no group 'g7'" in refused.err
    assert privcrm("group", "tag", "g7", "--add", "VIP", "--force").code == 0
    assert privcrm("group", "tag", "g7").code == 2
