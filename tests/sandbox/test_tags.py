from itertools import pairwise

import pytest

TAGS = "externalcontact/get_corp_tag_list"
ADD, EDIT, DELETE = ("externalcontact/" + name for name in ("add_corp_tag", "edit_corp_tag", "del_corp_tag"))
MARK = "externalcontact/mark_tag"


@pytest.fixture
def other(vendor_as, sandbox):
    return vendor_as(sandbox.credentials.other_secret)


@pytest.fixture
def made(vendor):
    """A group with two tags of our own app."""
    return vendor.post(ADD, group_name="新组", tag=[{"name": "甲"}, {"name": "乙"}])["tag_group"]


class TestLibrary:
    def test_a_new_group_is_answered_as_an_object_with_its_tags(self, made, vendor):
        assert made["group_name"] == "新组"
        assert [tag["name"] for tag in made["tag"]] == ["甲", "乙"]
        assert vendor.tags()["新组/甲"] == made["tag"][0]["id"]

    def test_duplicates_in_one_call_collapse(self, vendor):
        reply = vendor.post(ADD, group_name="组", tag=[{"name": "一"}, {"name": "一", "order": 5}, {"name": "二"}])
        assert [tag["name"] for tag in reply["tag_group"]["tag"]] == ["一", "二"]

    def test_tags_join_an_existing_group_by_name_or_id(self, vendor, made):
        by_name = vendor.post(ADD, group_name="新组", tag=[{"name": "丙"}])["tag_group"]
        by_id = vendor.post(ADD, group_id=made["group_id"], group_name="ignored", tag=[{"name": "丁"}])["tag_group"]
        assert by_name["group_id"] == by_id["group_id"] == made["group_id"]
        assert [tag["name"] for tag in by_id["tag"]] == ["丁"]

    def test_an_existing_name_is_refused_with_40071_and_nothing_is_made(self, vendor, made):
        assert vendor.post(ADD, group_name="新组", tag=[{"name": "丙"}, {"name": "甲"}])["errcode"] == 40071
        assert "新组/丙" not in vendor.tags()

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ({"group_name": "组", "tag": []}, 40063),
            ({"group_name": "组"}, 40063),
            ({"group_name": "组", "tag": [{"order": 1}]}, 41018),
            ({"group_name": "组", "tag": [{"name": ""}]}, 40072),
            ({"group_name": "组", "tag": [{"name": "长" * 31}]}, 40072),
            ({"group_name": "长" * 31, "tag": [{"name": "x"}]}, 40072),
            ({"group_id": "etnothing", "tag": [{"name": "x"}]}, 40068),
            ({"group_name": "组", "order": 2**32, "tag": [{"name": "x"}]}, 40058),
        ],
    )
    def test_wrong_additions(self, vendor, body, code):
        assert vendor.post(ADD, **body)["errcode"] == code

    def test_the_library_is_full_at_its_limit(self, vendor, control):
        control.switch(tags_per_company=len(vendor.tags()) + 1)
        assert vendor.post(ADD, group_name="组", tag=[{"name": "一"}, {"name": "二"}])["errcode"] == 40126
        assert vendor.post(ADD, group_name="组", tag=[{"name": "一"}])["errcode"] == 0

    def test_tags_and_groups_are_renamed(self, vendor, made):
        assert vendor.post(EDIT, id=made["tag"][0]["id"], name="甲甲", order=7)["errcode"] == 0
        assert vendor.post(EDIT, id=made["group_id"], name="旧组")["errcode"] == 0
        assert vendor.tags()["旧组/甲甲"] == made["tag"][0]["id"]

    def test_names_stay_unique(self, vendor, made):
        assert vendor.post(EDIT, id=made["tag"][0]["id"], name="乙")["errcode"] == 40071
        assert vendor.post(EDIT, id=made["tag"][0]["id"], name="甲")["errcode"] == 0
        assert vendor.post(EDIT, id=made["group_id"], name="客户等级")["errcode"] == 40071
        assert vendor.post(EDIT, id=made["group_id"], name="长" * 31)["errcode"] == 40072
        assert vendor.post(EDIT, name="x")["errcode"] == 41017

    def test_with_its_last_tag_a_group_goes(self, vendor, made):
        first, second = (tag["id"] for tag in made["tag"])
        assert vendor.post(DELETE, tag_id=[first])["errcode"] == 0
        assert "新组/乙" in vendor.tags()
        assert vendor.post(DELETE, tag_id=[second])["errcode"] == 0
        assert vendor.post(ADD, group_id=made["group_id"], tag=[{"name": "x"}])["errcode"] == 40068

    def test_deleting_is_all_or_nothing_and_not_repeatable(self, vendor, made):
        first = made["tag"][0]["id"]
        assert vendor.post(DELETE, tag_id=[first, "etnothing"])["errcode"] == 40068
        assert "新组/甲" in vendor.tags()
        assert vendor.post(DELETE)["errcode"] == 40063
        assert [vendor.post(DELETE, group_id=[made["group_id"]])["errcode"] for _ in range(2)] == [0, 40068]

    def test_deleted_tags_are_told_only_when_asked_for_by_id(self, vendor, made):
        first = made["tag"][0]["id"]
        vendor.post(DELETE, tag_id=[first])
        assert all("deleted" not in tag for group in vendor.post(TAGS)["tag_group"] for tag in group["tag"])
        by_tag = vendor.post(TAGS, tag_id=[first])["tag_group"][0]
        assert (by_tag["deleted"], by_tag["tag"][0]["deleted"]) == (False, True)
        by_group = vendor.post(TAGS, tag_id=["ignored"], group_id=[made["group_id"]])["tag_group"][0]
        assert {tag["name"]: tag["deleted"] for tag in by_group["tag"]} == {"甲": True, "乙": False}
        assert vendor.post(TAGS, tag_id=["etnothing"])["errcode"] == 40068

    def test_larger_order_comes_first(self, vendor):
        vendor.post(ADD, group_name="组", order=99, tag=[{"name": "低", "order": 1}, {"name": "高", "order": 9}])
        group = vendor.post(TAGS)["tag_group"][0]
        assert (group["group_name"], [tag["name"] for tag in group["tag"]]) == ("组", ["高", "低"])

    def test_only_the_maker_edits_and_deletes(self, vendor, other, made):
        theirs = vendor.tags()["旧系统标签/导入"]
        by_hand = vendor.tags()["门店标记/重点跟进"]
        for app, tag in ((vendor, theirs), (vendor, by_hand), (other, made["tag"][0]["id"])):
            assert app.post(EDIT, id=tag, name="改")["errcode"] == 40068
            assert app.post(DELETE, tag_id=[tag])["errcode"] == 40068
        assert other.post(EDIT, id=theirs, name="改")["errcode"] == 0


class TestMarking:
    def test_adding_and_removing_are_seen_by_reading_back(self, vendor, control, relation):
        tags = vendor.tags()
        before = control.tags_on(relation)
        assert vendor.mark(relation, add=[tags["客户等级/VIP"]], remove=before)["errcode"] == 0
        assert control.tags_on(relation) == {tags["客户等级/VIP"]}
        assert vendor.mark(relation, remove=[tags["客户等级/VIP"]])["errcode"] == 0
        assert control.tags_on(relation) == set()

    def test_what_is_so_already_succeeds(self, vendor, relation):
        tags = vendor.tags()
        for _ in range(2):
            assert vendor.mark(relation, add=[tags["客户等级/VIP"]], remove=[tags["来源渠道/门店"]])["errcode"] == 0

    def test_any_app_may_use_any_tag(self, vendor, control, relation):
        tag = vendor.tags()["旧系统标签/导入"]
        assert vendor.mark(relation, add=[tag])["errcode"] == 0
        assert tag in control.tags_on(relation)

    def test_only_this_relation_changes(self, vendor, control, relations):
        first, second = next(pair for pair in pairwise(relations) if len({r.external_userid for r in pair}) == 1)
        before = control.tags_on(second)
        vendor.mark(first, add=[vendor.tags()["门店标记/已加群"]], remove=control.tags_on(first))
        assert control.tags_on(second) == before

    def test_an_unknown_or_deleted_tag_refuses_the_call_unless_switched(self, vendor, control, relation):
        vip = vendor.tags()["客户等级/VIP"]
        before = control.tags_on(relation) - {vip}
        vendor.mark(relation, remove=[vip])
        assert vendor.mark(relation, add=[vip, "etnothing"])["errcode"] == 40068
        assert control.tags_on(relation) == before
        control.switch(unknown_tag_in_mark_tag="ignore")
        assert vendor.mark(relation, add=[vip, "etnothing"])["errcode"] == 0
        assert control.tags_on(relation) == before | {vip}

    def test_a_group_id_is_no_tag_id(self, vendor, relation):
        group = vendor.post(TAGS)["tag_group"][0]["group_id"]
        assert vendor.mark(relation, add=[group])["errcode"] == 40068

    def test_tags_on_one_relation_have_a_limit(self, vendor, control, relation):
        control.switch(tags_per_follow=2)
        tags = list(vendor.tags().values())
        vendor.mark(relation, remove=tags)
        assert vendor.mark(relation, add=tags[:3])["errcode"] == 40144
        assert vendor.mark(relation, add=tags[:2])["errcode"] == 0
        assert vendor.mark(relation, add=[tags[2]], remove=[tags[0]])["errcode"] == 0

    @pytest.mark.parametrize(
        ("rule", "code", "there"), [("added", 0, True), ("removed", 0, False), ("refuse", 40058, False)]
    )
    def test_a_tag_in_both_lists_is_a_switch(self, vendor, control, relation, *, rule, code, there):
        vip = vendor.tags()["客户等级/VIP"]
        vendor.mark(relation, remove=[vip])
        control.switch(tag_added_and_removed=rule)
        assert vendor.mark(relation, add=[vip], remove=[vip])["errcode"] == code
        assert (vip in control.tags_on(relation)) is there

    def test_wrong_calls(self, vendor, relation, relations):
        vip = vendor.tags()["客户等级/VIP"]
        pair = {"userid": relation.userid, "external_userid": relation.external_userid}
        followers = {r.userid for r in relations if r.external_userid == relation.external_userid}
        stranger = next(r.userid for r in relations if r.userid not in followers)
        wrong = [
            ({**pair, "userid": ""}, 41009),
            ({**pair, "external_userid": ""}, 41035),
            ({**pair, "userid": "nobody"}, 40003),
            ({**pair, "external_userid": "wmnobody"}, 40096),
            ({**pair, "userid": stranger}, 84061),
        ]
        assert [vendor.post(MARK, **body, add_tag=[vip])["errcode"] for body, _ in wrong] == [code for _, code in wrong]
        assert vendor.post(MARK, **pair, add_tag=[], remove_tag=[])["errcode"] == 40063
