"""Tags of strategies: a library of their own, on the same customers, under the same limit."""

import pytest

LIST = "externalcontact/get_strategy_tag_list"
ADD, EDIT, DELETE = (f"externalcontact/{name}_strategy_tag" for name in ("add", "edit", "del"))
CORP_LIST, CORP_ADD = "externalcontact/get_corp_tag_list", "externalcontact/add_corp_tag"
CREATE = "externalcontact/customer_strategy/create"


@pytest.fixture
def create(sandbox, relation):
    def make(vendor, **more):
        body = {"strategy_name": "华东", "admin_list": [relation.userid], "range": [{"type": 2, "partyid": 1}], **more}
        return vendor.post(CREATE, **body)["strategy_id"]

    return make


@pytest.fixture
def strategy(vendor, create):
    return create(vendor)


@pytest.fixture
def made(vendor, strategy):
    tags = [{"name": "甲"}, {"name": "乙", "order": 5}]
    return vendor.post(ADD, strategy_id=strategy, group_name="组", order=3, tag=tags)["tag_group"]


def test_what_is_made_is_listed_in_its_own_library(vendor, strategy, made):
    assert (made["group_name"], made["order"]) == ("组", 3)
    assert made["group_id"].startswith("et")
    assert {tag["id"][:2] for tag in made["tag"]} == {"st"}
    (group,) = vendor.post(LIST, strategy_id=strategy)["tag_group"]
    assert group["strategy_id"] == strategy
    assert [tag["name"] for tag in group["tag"]] == ["乙", "甲"]
    assert vendor.post(LIST)["tag_group"] == [group]
    assert vendor.post(LIST, group_id=[made["group_id"]], tag_id=["stx"])["tag_group"] == [group]
    (only,) = vendor.post(LIST, tag_id=[made["tag"][0]["id"]])["tag_group"]
    assert [tag["name"] for tag in only["tag"]] == ["甲"]


def test_the_companys_library_does_not_know_them(vendor, made):
    tag_id = made["tag"][0]["id"]
    assert "组" not in [group["group_name"] for group in vendor.post(CORP_LIST)["tag_group"]]
    assert vendor.post(CORP_LIST, tag_id=[tag_id])["errcode"] == 40068
    assert vendor.post(CORP_LIST, group_id=[made["group_id"]])["errcode"] == 40068
    assert vendor.post("externalcontact/edit_corp_tag", id=tag_id, name="丙")["errcode"] == 40068
    assert vendor.post("externalcontact/del_corp_tag", tag_id=[tag_id])["errcode"] == 40068
    assert vendor.post(CORP_ADD, group_id=made["group_id"], tag=[{"name": "丙"}])["errcode"] == 40068
    own = vendor.post(CORP_ADD, group_name="组", tag=[{"name": "甲"}])["tag_group"]
    assert own["group_id"] != made["group_id"]
    assert vendor.post(LIST, group_id=[own["group_id"]])["errcode"] == 40068
    assert vendor.post(EDIT, id=own["tag"][0]["id"], name="丁")["errcode"] == 40068


def test_customers_carry_them_as_tags_of_the_third_kind(vendor, control, relation, made):
    tag_id = made["tag"][0]["id"]
    assert vendor.mark(relation, add=[tag_id])["errcode"] == 0
    follows = vendor.get("externalcontact/get", external_userid=relation.external_userid)["follow_user"]
    tags = next(f["tags"] for f in follows if f["userid"] == relation.userid)
    named = next(tag for tag in tags if tag["tag_name"] == "甲")
    assert named == {"group_name": "组", "tag_name": "甲", "type": 3, "tag_id": tag_id}
    assert {tag["type"] for tag in tags} <= {1, 3}
    batch = vendor.post("externalcontact/batch/get_by_user", userid_list=[relation.userid], limit=100)
    mine = {row["external_contact"]["external_userid"]: row["follow_info"] for row in batch["external_contact_list"]}
    assert tag_id in mine[relation.external_userid]["tag_id"]
    assert tag_id in control.tags_on(relation)
    row = next(row for row in control.ok("GET", "state/tags", limit=1000)["items"] if row["tag_id"] == tag_id)
    assert row["strategy_id"] is not None
    vendor.post(DELETE, tag_id=[tag_id])
    assert tag_id not in control.tags_on(relation)


def test_more_tags_join_a_group_by_name_or_id(vendor, strategy, made):
    by_name = vendor.post(ADD, strategy_id=strategy, group_name="组", tag=[{"name": "丙"}])["tag_group"]
    by_id = vendor.post(ADD, strategy_id=strategy, group_id=made["group_id"], tag=[{"name": "丁"}])["tag_group"]
    assert by_name["group_id"] == by_id["group_id"] == made["group_id"]
    assert vendor.post(ADD, strategy_id=strategy, group_name="组", tag=[{"name": "甲"}])["errcode"] == 40071


def test_editing_and_deleting(vendor, made):
    first, second = (tag["id"] for tag in made["tag"])
    assert vendor.post(EDIT, id=first, name="乙")["errcode"] == 40071
    assert vendor.post(EDIT, id=first, name="丙", order=9)["errcode"] == 0
    assert vendor.post(EDIT, id=made["group_id"], name="新组")["errcode"] == 0
    (group,) = vendor.post(LIST)["tag_group"]
    assert (group["group_name"], group["tag"][0]["name"]) == ("新组", "丙")
    assert vendor.post(EDIT, id=first, name="长" * 31)["errcode"] == 40072
    assert vendor.post(DELETE)["errcode"] == 40063
    assert vendor.post(DELETE, tag_id=[first, made["group_id"]])["errcode"] == 40068
    assert vendor.post(DELETE, group_id=[first])["errcode"] == 40068
    assert vendor.post(DELETE, tag_id=[first, second])["errcode"] == 0
    assert vendor.post(LIST)["tag_group"] == []
    assert vendor.post(LIST, tag_id=[first])["errcode"] == 40068


def test_a_deleted_group_or_strategy_takes_its_tags_along(vendor, create, made):
    assert vendor.post(DELETE, group_id=[made["group_id"]])["errcode"] == 0
    assert vendor.post(LIST)["tag_group"] == []
    other = create(vendor)
    tag = vendor.post(ADD, strategy_id=other, group_name="组", tag=[{"name": "甲"}])["tag_group"]["tag"][0]["id"]
    vendor.post("externalcontact/customer_strategy/del", strategy_id=other)
    assert vendor.post(EDIT, id=tag, name="乙")["errcode"] == 40068


def test_only_the_top_takes_tags_and_only_of_its_own_app(vendor, vendor_as, sandbox, strategy, create):
    below = create(vendor, parent_id=strategy)
    body = {"group_name": "组", "tag": [{"name": "甲"}]}
    assert vendor.post(ADD, strategy_id=below, **body)["errcode"] == 40058
    assert vendor.post(ADD, strategy_id=99, **body)["errcode"] == 40058
    assert vendor.post(ADD, **body)["errcode"] == 40063
    other = vendor_as(sandbox.credentials.other_secret)
    assert other.post(ADD, strategy_id=strategy, **body)["errcode"] == 40058
    theirs = other.post(ADD, strategy_id=create(other), **body)["tag_group"]
    assert vendor.post(LIST, group_id=[theirs["group_id"]])["errcode"] == 40068
    assert vendor.post(ADD, strategy_id=strategy, group_id=theirs["group_id"], tag=body["tag"])["errcode"] == 40068
    plain = vendor_as(sandbox.credentials.plain_secret)
    assert plain.post(LIST)["errcode"] == 48002


def test_wrong_parameters(vendor, strategy):
    assert vendor.post(ADD, strategy_id=strategy, group_name="组", tag=[])["errcode"] == 40063
    assert vendor.post(ADD, strategy_id=strategy, group_name="", tag=[{"name": "甲"}])["errcode"] == 40072
    assert vendor.post(ADD, strategy_id=strategy, group_name="组", tag=[{}])["errcode"] == 41018
    assert vendor.post(ADD, strategy_id=strategy, group_name="组", order=-1, tag=[{"name": "甲"}])["errcode"] == 40058
    assert vendor.post(EDIT)["errcode"] == 41017


def test_both_libraries_share_one_limit(vendor, control, sandbox, strategy):
    count = sum(1 for _ in sandbox.world.tags.tags())
    control.switch(tags_per_company=count + 2)
    tags = [{"name": name} for name in ("甲", "乙", "丙")]
    assert vendor.post(ADD, strategy_id=strategy, group_name="组", tag=tags)["errcode"] == 40126
    assert vendor.post(ADD, strategy_id=strategy, group_name="组", tag=tags[:1])["errcode"] == 0
    assert vendor.post(CORP_ADD, group_name="组", tag=tags[:2])["errcode"] == 40126
    assert vendor.post(CORP_ADD, group_name="组", tag=tags[:1])["errcode"] == 0
