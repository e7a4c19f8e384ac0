import pytest

ADD, LIST, GET, EDIT, DELETE = (
    f"externalcontact/{name}"
    for name in (
        "add_intercept_rule",
        "get_intercept_rule_list",
        "get_intercept_rule",
        "update_intercept_rule",
        "del_intercept_rule",
    )
)


@pytest.fixture
def staff(relations):
    return list(dict.fromkeys(r.userid for r in relations))[:3]


@pytest.fixture
def body(staff):
    return {
        "rule_name": "禁语",
        "word_list": ["返现", "私下"],
        "semantics_list": [1],
        "intercept_type": 1,
        "applicable_range": {"user_list": [staff[0]], "department_list": [2]},
    }


@pytest.fixture
def made(vendor, body):
    return vendor.post(ADD, **body)["rule_id"]


@pytest.fixture
def other(vendor_as, sandbox):
    return vendor_as(sandbox.credentials.other_secret)


class TestRules:
    def test_a_rule_is_made_and_read(self, vendor, control, body, made):
        (listed,) = vendor.get(LIST)["rule_list"]
        assert (listed["rule_id"], listed["rule_name"]) == (made, "禁语")
        rule = vendor.post(GET, rule_id=made)["rule"]
        assert rule["create_time"] == listed["create_time"]
        assert {key: rule[key] for key in body if key != "semantics_list"} == {
            key: value for key, value in body.items() if key != "semantics_list"
        }
        assert rule["extra_rule"] == {"semantics_list": [1]}
        control.switch(intercept_semantics="rule")
        rule = vendor.post(GET, rule_id=made)["rule"]
        assert (rule["semantics_list"], "extra_rule" in rule) == ([1], False)

    def test_only_what_is_given_changes(self, vendor, made):
        before = vendor.post(GET, rule_id=made)["rule"]
        assert vendor.post(EDIT, rule_id=made, intercept_type=2, word_list=[])["errcode"] == 0
        assert vendor.post(GET, rule_id=made)["rule"] == {**before, "intercept_type": 2}

    def test_everything_can_change(self, vendor, made, staff):
        change = {
            "rule_name": "新名",
            "word_list": ["红包"],
            "extra_rule": {"semantics_list": []},
            "add_applicable_range": {"user_list": staff[1:], "department_list": [3]},
            "remove_applicable_range": {"user_list": [staff[0]], "department_list": [2]},
        }
        assert vendor.post(EDIT, rule_id=made, **change)["errcode"] == 0
        rule = vendor.post(GET, rule_id=made)["rule"]
        assert (rule["rule_name"], rule["word_list"], rule["extra_rule"]) == ("新名", ["红包"], {"semantics_list": []})
        people = rule["applicable_range"]
        assert (set(people["user_list"]), people["department_list"]) == (set(staff[1:]), [3])

    def test_a_range_does_not_end_up_empty(self, vendor, made, staff):
        everything = {"user_list": [staff[0]], "department_list": [2]}
        assert vendor.post(EDIT, rule_id=made, remove_applicable_range=everything)["errcode"] == 40063

    def test_deleted_rules(self, vendor, control, made, body):
        assert vendor.post(DELETE, rule_id=made)["errcode"] == 0
        assert [vendor.post(path, rule_id=made)["errcode"] for path in (GET, EDIT, DELETE)] == [41071] * 3
        assert vendor.get(LIST)["rule_list"] == []
        assert control.ok("GET", "state/intercept_rules")["items"][0]["deleted"] is True
        assert vendor.post(ADD, **body)["errcode"] == 0

    def test_ids(self, vendor, sandbox):
        unknown = sandbox.company.ids.rule.encode(7)
        for path in (GET, EDIT, DELETE):
            codes = [vendor.post(path, rule_id=text)["errcode"] for text in ("", "nothing", unknown)]
            assert codes == [40063, 41070, 41070]

    @pytest.mark.parametrize(
        ("wrong", "code"),
        [
            ({"rule_name": ""}, 40063),
            ({"rule_name": "长" * 21}, 40058),
            ({"word_list": []}, 40063),
            ({"word_list": ["x"] * 301}, 41068),
            ({"word_list": ["长" * 33]}, 41083),
            ({"word_list": [""]}, 41083),
            ({"semantics_list": [4]}, 41084),
            ({"intercept_type": None}, 40063),
            ({"intercept_type": 3}, 40058),
            ({"applicable_range": {}}, 40063),
            ({"applicable_range": {"user_list": ["nobody"]}}, 40003),
            ({"applicable_range": {"department_list": [999]}}, 60003),
            ({"applicable_range": {"department_list": [2] * 1001}}, 41076),
        ],
    )
    def test_wrong_rules(self, vendor, body, wrong, code):
        assert vendor.post(ADD, **{**body, **wrong})["errcode"] == code
        assert vendor.get(LIST)["rule_list"] == []

    @pytest.mark.parametrize(
        "fits",
        [{"rule_name": "长" * 20}, {"word_list": [str(n) for n in range(300)]}, {"word_list": ["长" * 32]}],
    )
    def test_at_the_bound_rules_are_made(self, vendor, body, fits):
        assert vendor.post(ADD, **{**body, **fits})["errcode"] == 0

    def test_names_are_unique(self, vendor, body, made):
        assert vendor.post(ADD, **body)["errcode"] == 41077
        second = vendor.post(ADD, **{**body, "rule_name": "二"})["rule_id"]
        assert vendor.post(EDIT, rule_id=second, rule_name="禁语")["errcode"] == 41077
        assert vendor.post(EDIT, rule_id=made, rule_name="禁语")["errcode"] == 0

    def test_so_many_rules(self, vendor, control, body, made):
        control.switch(intercept_rules_per_company=1)
        assert vendor.post(ADD, **{**body, "rule_name": "二"})["errcode"] == 41069
        vendor.post(DELETE, rule_id=made)
        assert vendor.post(ADD, **{**body, "rule_name": "二"})["errcode"] == 0

    def test_who_is_out_of_sight(self, vendor, control, sandbox, body, made):
        region = 2
        seen = next(
            s for s in sandbox.world.staff if s.can_contact and s.department in sandbox.world.staff.subtree(region)
        )
        hidden = next(
            s for s in sandbox.world.staff if s.can_contact and s.department not in sandbox.world.staff.subtree(2)
        )
        people = {"user_list": [seen.staff_id, hidden.staff_id], "department_list": [2, 3]}
        rule_id = vendor.post(ADD, **{**body, "rule_name": "二", "applicable_range": people})["rule_id"]
        control.ok("PATCH", f"apps/{sandbox.company.apps[0].agent_id}", {"visible": [region]})
        shown = vendor.post(GET, rule_id=rule_id)["rule"]["applicable_range"]
        assert shown == {"user_list": [seen.staff_id], "department_list": [region]}
        for wrong in ({"user_list": [hidden.staff_id]}, {"department_list": [3]}):
            assert vendor.post(ADD, **{**body, "rule_name": "三", "applicable_range": wrong})["errcode"] == 60011

    def test_all_apps_read_but_only_the_maker_changes(self, control, other, made):
        assert other.post(GET, rule_id=made)["errcode"] == 0
        assert len(other.get(LIST)["rule_list"]) == 1
        assert [other.post(path, rule_id=made)["errcode"] for path in (EDIT, DELETE)] == [41070, 41070]
        control.switch(things_of_another_app="48002")
        assert [other.post(path, rule_id=made)["errcode"] for path in (EDIT, DELETE)] == [48002, 48002]

    @pytest.mark.parametrize("path", [ADD, LIST, GET, EDIT, DELETE])
    def test_an_app_without_customer_contact(self, sandbox, vendor_as, path):
        plain = vendor_as(next(app.secret for app in sandbox.company.apps if not app.roles))
        assert plain.post(path)["errcode"] == 48002
