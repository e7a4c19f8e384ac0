"""Strategies for members and moments, and their tags."""

import pytest
import requests

from privcrm.errors import AnswerLost, Conflict, InputError, NotFound
from privcrm.models import StrategyChange, StrategyNode, StrategySpec
from privcrm_wecom.api.strategies import FOR_MEMBERS, FOR_MOMENTS

KINDS = [("members", "customer_strategy", FOR_MEMBERS, 21), ("moments", "moment_strategy", FOR_MOMENTS, 3)]
SPEC = StrategySpec("华东", ("boss",), ("a", "b"), ("2",))
TAGS = {
    "group_id": "etG",
    "group_name": "级别",
    "order": "1",
    "strategy_id": 3,
    "create_time": 1735700000,
    "tag": [{"id": "st1", "name": "VIP", "order": 2, "create_time": "1735700001", "new": 1}],
}


@pytest.fixture(params=KINDS, ids=lambda kind: kind[0])
def kind(request):
    return request.param


@pytest.fixture
def port(company, kind):
    return getattr(company(), kind[0])


def test_strategies_are_listed_over_pages(vendor, port, kind, bodies):
    path = f"externalcontact/{kind[1]}/list"
    vendor.answers(path, {"strategy": [{"strategy_id": 1}], "next_cursor": "C"}, {"strategy": [{"strategy_id": "2"}]})
    assert list(port.strategies()) == ["1", "2"]
    assert bodies(path) == [{"limit": 1000}, {"limit": 1000, "cursor": "C"}]


def test_a_strategy_is_read(vendor, port, kind, bodies):
    path, names = f"externalcontact/{kind[1]}/get", kind[2].privileges
    row = {
        "strategy_id": 7,
        "parent_id": 0,
        "strategy_name": "华东",
        "create_time": "1735700000",
        "admin_list": ["boss", "B"],
        "privilege": {name: name != names[-1] for name in names} | {"new_one": True},
        "new": 1,
    }
    vendor.answers(path, {"errcode": 0, "strategy": row}, {"errcode": 0, "strategy": row | {"parent_id": "3"}})
    found = port.strategy("7")
    assert (found.strategy_id, found.name, found.parent_id, found.admin_ids) == ("7", "华东", None, ("boss", "B"))
    assert (found.denied, found.created_at, found.raw["new"]) == (frozenset({names[-1]}), 1735700000, 1)
    assert port.strategy("7").parent_id == "3"
    assert bodies(path)[0] == {"strategy_id": 7}
    assert len(names) == kind[3]


def test_whom_a_strategy_covers(vendor, port, kind, bodies):
    path = f"externalcontact/{kind[1]}/get_range"
    vendor.answers(
        path,
        {"range": [{"type": 1, "userid": "a"}], "next_cursor": "C"},
        {"range": [{"type": 2, "partyid": 2}], "next_cursor": ""},
    )
    assert list(port.strategy_range("7")) == [StrategyNode(staff_id="a"), StrategyNode(department_id="2")]
    assert bodies(path)[1] == {"strategy_id": 7, "limit": 1000, "cursor": "C"}


def test_a_strategy_is_made_whole(vendor, port, kind, bodies):
    path, names = f"externalcontact/{kind[1]}/create", kind[2].privileges
    vendor.answers(path, {"errcode": 0, "strategy_id": 9})
    spec = StrategySpec("华东", ("boss",), ("a", "b"), ("2",), "3", frozenset({names[-1]}))
    assert port.create_strategy(spec, extra={"x": 1}) == "9"
    assert bodies(path) == [
        {
            "strategy_name": "华东",
            "admin_list": ["boss"],
            "privilege": {name: name != names[-1] for name in names},
            "range": [{"type": 1, "userid": "a"}, {"type": 1, "userid": "b"}, {"type": 2, "partyid": 2}],
            "parent_id": 3,
            "x": 1,
        }
    ]


def test_a_lost_answer_makes_no_second_strategy(vendor, port, kind):
    path = f"externalcontact/{kind[1]}/create"
    vendor.answers(path, requests.ConnectionError("x"))
    with pytest.raises(AnswerLost):
        port.create_strategy(SPEC)
    assert len(vendor.asked(path)) == 1
    vendor.answers(f"externalcontact/{kind[1]}/edit", requests.ConnectionError("x"), 0)
    port.edit_strategy("7", StrategyChange(name="华南"))
    assert len(vendor.asked(f"externalcontact/{kind[1]}/edit")) == 2


def test_an_answer_without_an_id_made_nothing_known(vendor, port, kind):
    vendor.answers(f"externalcontact/{kind[1]}/create", 0)
    with pytest.raises(AnswerLost, match="strategy_id"):
        port.create_strategy(SPEC)


def test_an_edit_sends_what_changes_and_privileges_whole(vendor, port, kind, bodies):
    path, names = f"externalcontact/{kind[1]}/edit", kind[2].privileges
    vendor.answers(path, 0)
    port.edit_strategy("7", StrategyChange(denied=frozenset()))
    port.edit_strategy(
        "7",
        StrategyChange("华南", ("b",), add_staff_ids=("c",), remove_staff_ids=("a",), remove_department_ids=("2",)),
        extra={"x": 1},
    )
    assert bodies(path) == [
        {"strategy_id": 7, "privilege": dict.fromkeys(names, True)},
        {
            "strategy_id": 7,
            "strategy_name": "华南",
            "admin_list": ["b"],
            "range_add": [{"type": 1, "userid": "c"}],
            "range_del": [{"type": 1, "userid": "a"}, {"type": 2, "partyid": 2}],
            "x": 1,
        },
    ]


def test_a_strategy_is_deleted(vendor, port, kind, bodies):
    vendor.answers(f"externalcontact/{kind[1]}/del", 0)
    port.delete_strategy("7")
    assert bodies(f"externalcontact/{kind[1]}/del") == [{"strategy_id": 7}]


MANY = tuple(f"s{number}" for number in range(101))


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (StrategySpec("", ("a",), ("b",)), "name is empty"),
        (StrategySpec("n", (), ("b",)), "admin_ids is empty"),
        (StrategySpec("n", ("",), ("b",)), "admin_ids holds an empty id"),
        (StrategySpec("n", MANY[:21], ("b",)), "admin_ids has 21 items, at most 20"),
        (StrategySpec("n", ("a",)), "staff_ids and department_ids is empty"),
        (StrategySpec("n", ("a",), MANY), "has 101 items, at most 100"),
        (StrategySpec("n", ("a",), (), ("two",)), "department_ids holds an id that is no number"),
        (StrategySpec("n", ("a",), ("b",), (), "x"), "parent_id"),
        (StrategySpec("n", ("a",), ("b",), denied=frozenset({"send_momemt"})), "'send_momemt' cannot be denied"),
    ],
)
def test_a_strategy_that_would_be_refused_is_not_sent(vendor, port, spec, words):
    with pytest.raises(InputError, match=words):
        port.create_strategy(spec)
    assert len(vendor.mock.calls) == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (StrategyChange(), "at least one field"),
        (StrategyChange(name=""), "name is empty"),
        (StrategyChange(admin_ids=()), "admin_ids is empty"),
        (StrategyChange(add_staff_ids=MANY), "range_add has 101 items"),
        (StrategyChange(remove_staff_ids=("",)), "range_del holds an empty id"),
        (StrategyChange(denied=frozenset({"x"})), "cannot be denied"),
    ],
)
def test_a_change_that_would_be_refused_is_not_sent(vendor, port, change, words):
    with pytest.raises(InputError, match=words):
        port.edit_strategy("7", change)
    assert len(vendor.mock.calls) == 0


def test_an_id_that_is_no_number_is_no_strategy(vendor, port):
    for work in (port.strategy, port.strategy_range, port.delete_strategy):
        for wrong in ("", "st1", "７"):
            with pytest.raises(InputError, match="strategy_id"):
                work(wrong)
    assert len(vendor.mock.calls) == 0


def test_basic_privileges_cannot_be_denied(company):
    with pytest.raises(InputError, match="'contact_me' cannot be denied"):
        company().members.create_strategy(StrategySpec("n", ("a",), ("b",), denied=frozenset({"contact_me"})))


def test_tags_of_strategies_are_listed(vendor, company, bodies):
    path = "externalcontact/get_strategy_tag_list"
    vendor.answers(path, {"errcode": 0, "tag_group": [TAGS]})
    tags = company().tags
    (found,) = tags.strategy_tags("3", group_ids=["etG"])
    assert (found.strategy_id, found.order, found.tags[0].tag_id) == ("3", 1, "st1")
    assert (found.tags[0].created_at, found.tags[0].raw["new"]) == (1735700001, 1)
    list(tags.strategy_tags())
    assert bodies(path) == [{"strategy_id": 3, "group_id": ["etG"]}, {}]


def test_tags_of_strategies_are_made_renamed_and_deleted(vendor, company, bodies):
    add, edit, delete = (f"externalcontact/{verb}_strategy_tag" for verb in ("add", "edit", "del"))
    vendor.answers(add, {"errcode": 0, "tag_group": TAGS}, 40071)
    vendor.answers(edit, 0, 40068)
    vendor.answers(delete, 0)
    tags = company().tags
    assert tags.create_strategy_tags("3", ["VIP"], group_name="级别", extra={"order": 1}).tags[0].name == "VIP"
    with pytest.raises(Conflict):
        tags.create_strategy_tags("3", ["VIP"], group_id="etG")
    tags.edit_strategy_tag("st1", name="VIP2", order=0)
    with pytest.raises(NotFound):
        tags.edit_strategy_tag("st1", order=4)
    tags.delete_strategy_tags(tag_ids=["st1"], group_ids=["etG"])
    assert bodies(add) == [
        {"strategy_id": 3, "group_name": "级别", "tag": [{"name": "VIP"}], "order": 1},
        {"strategy_id": 3, "group_id": "etG", "tag": [{"name": "VIP"}]},
    ]
    assert bodies(edit)[0] == {"id": "st1", "name": "VIP2", "order": 0}
    assert bodies(delete) == [{"tag_id": ["st1"], "group_id": ["etG"]}]


def test_a_lost_answer_makes_no_second_tag(vendor, company):
    vendor.answers("externalcontact/add_strategy_tag", requests.ConnectionError("x"))
    with pytest.raises(AnswerLost):
        company().tags.create_strategy_tags("3", ["VIP"], group_id="etG")
    assert len(vendor.asked("externalcontact/add_strategy_tag")) == 1


@pytest.mark.parametrize(
    "work",
    [
        lambda t: t.strategy_tags("x"),
        lambda t: t.create_strategy_tags("", ["a"], group_id="g"),
        lambda t: t.create_strategy_tags("3", [], group_id="g"),
        lambda t: t.create_strategy_tags("3", ["a"]),
        lambda t: t.create_strategy_tags("3", ["a" * 31], group_id="g"),
        lambda t: t.create_strategy_tags("3", ["a"], group_name="g" * 31),
        lambda t: t.edit_strategy_tag("st1"),
        lambda t: t.edit_strategy_tag("", name="a"),
        lambda t: t.edit_strategy_tag("st1", name=""),
        lambda t: t.edit_strategy_tag("st1", order=-1),
        lambda t: t.edit_strategy_tag("st1", order=2**32),
        lambda t: t.delete_strategy_tags(),
        lambda t: t.delete_strategy_tags(tag_ids=[""]),
    ],
)
def test_tags_that_would_be_refused_are_not_sent(vendor, company, work):
    with pytest.raises(InputError):
        work(company().tags)
    assert len(vendor.mock.calls) == 0
