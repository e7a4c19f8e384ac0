"""Shops and departments on both databases."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privcrm.errors import InputError
from privcrm.models import Department, DepartmentId, StaffId
from privcrm.models.shop import Shop
from privcrm.store import Store
from privcrm.store.mirror.departments import Departments
from privcrm.store.mirror.shops import Shops

TREE = {"1": None, "2": "1", "3": "1", "21": "2", "22": "2", "211": "21"}


def department(number: str, above: str | None) -> Department:
    return Department(DepartmentId(number), f"name of {number}", None if above is None else DepartmentId(above))


def put_tree(store: Store, tree: dict[str, str | None]) -> Departments:
    departments = Departments(store.database)
    with store.database.transaction() as connection:
        departments.put(connection, [department(*each) for each in tree.items()], 5.0)
    return departments


def hire(store: Store, number: int, staff_id: str, *inside: str, state: str = "active") -> None:
    with store.database.transaction() as connection:
        connection.run(
            "INSERT INTO privcrm_staff (company, number, staff_id, shown_id, state, departments)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            *("acme", number, staff_id.lower(), staff_id, state, json.dumps(inside)),
        )


def put(store: Store, *shops: Shop) -> Shops:
    repository = Shops(store.database)
    with store.database.transaction() as connection:
        repository.put(connection, shops, 7.0)
    return repository


def test_the_tree_is_what_was_listed_last(store: Store):
    departments = put_tree(store, TREE)
    put_tree(store, {"1": None, "3": "1", "31": "3"})
    assert [(each.department_id, each.parent_id) for each in departments.list()] == [
        ("1", None),
        ("3", "1"),
        ("31", "3"),
    ]
    assert next(departments.list()).name == "name of 1"


def test_below_and_above_end_even_in_a_ring(store: Store):
    departments = put_tree(store, {**TREE, "8": "9", "9": "8"})
    with store.database.connect() as connection:
        assert departments.below(connection, ["2"]) == {"2", "21", "22", "211"}
        assert departments.above(connection, ["211"]) == {"211", "21", "2", "1"}
        assert departments.below(connection, ["8"]) == {"8", "9"}
        assert departments.below(connection, ["77"]) == {"77"}


def test_a_tree_of_more_departments_than_one_statement_asks_for(store: Store):
    tree: dict[str, str | None] = {"0": None} | {str(n): str(random.Random(n).randrange(n)) for n in range(1, 1500)}
    departments = put_tree(store, tree)
    with store.database.connect() as connection:
        assert departments.below(connection, ["0"]) == set(tree)


def test_a_shop_comes_back_as_it_was_put_and_changes_in_place(store: Store):
    shop = Shop("S1", "一店", "华东", StaffId("Ann"), {"面积": "120"}, ("21",), ("Bob", "cat"))
    shops = put(store, shop, Shop("S2", region="华南"), Shop("S3", region="华东"))
    assert [each.code for each in shops.stream()] == ["S1", "S2", "S3"]
    assert [each.code for each in shops.stream(region="华东")] == ["S1", "S3"]
    with store.database.connect() as connection:
        assert shops.get(connection, ["S1", "S9"]) == {"S1": shop}
    changed = Shop("S1", "新一店", department_ids=("3",), staff_ids=("bob", "BOB"))
    put(store, changed)
    assert next(shops.stream()) == Shop("S1", "新一店", department_ids=("3",), staff_ids=("BOB",))
    with store.database.transaction() as connection:
        shops.remove(connection, ["S1", "S2"])
    assert [each.code for each in shops.stream()] == ["S3"]


def test_staff_are_those_named_and_those_of_departments_and_below(store: Store):
    put_tree(store, TREE)
    hire(store, 0, "Ann", "211")
    hire(store, 1, "Bob", "3", "22")
    hire(store, 2, "Cat", "3")
    hire(store, 3, "Dan", "1", state="left")
    shops = put(
        store, Shop("S1", region="R", department_ids=("2",), staff_ids=("dan", "unknown")), Shop("S2", region="R")
    )
    put(store, Shop("S3", region="Q", department_ids=("3",)))
    with store.database.connect() as connection:
        assert shops.staff_of(connection, ["S1"]) == [(0, "Ann", "active"), (1, "Bob", "active"), (3, "Dan", "left")]
        assert shops.staff_numbers_of_shop(connection, "S1") == [0, 1, 3]
        assert shops.staff_numbers_of_shop(connection, "S2") == []
        assert shops.staff_numbers_of_region(connection, "R") == [0, 1, 3]
        assert shops.staff_numbers_of_region(connection, "Q") == [1, 2]
        assert shops.of_staff(connection, "BOB") == ["S1", "S3"]
        assert shops.of_staff(connection, "dan") == ["S1"]
        assert shops.of_staff(connection, "nobody") == []
        with pytest.raises(InputError, match="no shop has the code 'S9'"):
            shops.staff_numbers_of_shop(connection, "S9")
        with pytest.raises(InputError, match="no shop is in the region 'X'"):
            shops.staff_numbers_of_region(connection, "X")


def test_a_shop_with_more_staff_than_a_page(store: Store):
    with store.database.transaction() as connection:
        connection.run_many(
            "INSERT INTO privcrm_staff (company, number, staff_id, shown_id, departments) VALUES ('acme', ?, ?, ?, ?)",
            [(number, f"s{number}", f"S{number}", '["7"]') for number in range(2000)],
        )
    shops = put(store, Shop("S1", department_ids=("7",)))
    with store.database.connect() as connection:
        assert shops.staff_numbers_of_shop(connection, "S1") == list(range(2000))


def test_a_renamed_employee_is_renamed_in_shops(store: Store):
    shops = put(
        store,
        Shop("S1", manager_id=StaffId("Ann"), staff_ids=("ann", "Bob")),
        Shop("S2", manager_id=StaffId("Bob"), staff_ids=("ann", "ann2")),
    )
    with store.database.transaction() as connection:
        shops.rename_staff(connection, "ANN", "ann2")
    assert [(each.manager_id, each.staff_ids) for each in shops.stream()] == [
        ("ann2", ("Bob", "ann2")),
        ("Bob", ("ann2",)),
    ]


@pytest.mark.parametrize("code", ["", "  ", " S1", "x" * 101])
def test_a_shop_has_a_code(code: str):
    with pytest.raises(InputError, match=r"Shop\.code"):
        Shop(code)


def test_a_text_is_not_taken_letter_by_letter_for_ids():
    with pytest.raises(InputError, match="put one into a list"):
        Shop("S1", staff_ids="ann")


@given(st.lists(st.text("ab1 ", min_size=1).map(str.strip).filter(bool)))
def test_ids_are_kept_once_in_order(ids: list[str]):
    assert Shop("S1", staff_ids=ids).staff_ids == tuple(dict.fromkeys(ids))
