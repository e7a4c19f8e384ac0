"""Comparing with the vendor row by row: what differs is counted by kind, and mended unless told not to."""

from typing import Any

import pytest

from privcrm.models import staff_key

from .company import Mirrored


def damage(company: Mirrored, *statements: str) -> None:
    with company.store.database.transaction() as connection:
        for sql in statements:
            connection.run(sql)


DAMAGES: list[tuple[str, str]] = [
    ("missing", "DELETE FROM privcrm_follow WHERE member = 3"),
    ("vanished", "INSERT INTO privcrm_follow (company, member, staff, state, live) VALUES ('acme', 999999, 0, '', 1)"),
    ("fields", "UPDATE privcrm_follow SET add_way = 77 WHERE member = 3"),
    ("tags", "DELETE FROM privcrm_follow_tag WHERE member = (SELECT MIN(member) FROM privcrm_follow_tag)"),
    ("tag_library", "UPDATE privcrm_tag SET name = 'wrong' WHERE number = 0"),
    ("staff", "UPDATE privcrm_staff SET departments = '[]' WHERE number = 0"),
    ("groups", "UPDATE privcrm_known_group SET name = 'wrong'"),
]


@pytest.mark.parametrize(("kind", "sql"), DAMAGES)
def test_each_kind_of_difference_is_found_and_mended(company: Mirrored, kind: str, sql: str) -> None:
    company.sync.run()
    company.clock.sleep(3_600)
    damage(company, sql)
    compared = company.sync.check(repair=False)
    assert set(compared.differences) >= {kind}
    assert not compared.repaired
    again = company.sync.check(repair=False)
    assert again.differences == compared.differences, "a comparison changes nothing"
    mended = company.sync.check()
    assert mended.differences == compared.differences
    assert company.sync.check().differences == {}
    assert company.mirror() == company.truth()


def test_a_comparison_writes_nothing(company: Mirrored) -> None:
    company.sync.run()
    company.clock.sleep(3_600)
    company.adds(0)
    company.deletes(1)
    tables = (
        "staff",
        "member",
        "follow",
        "follow_tag",
        "tag",
        "known_group",
        "known_group_member",
        "identity",
        "counter",
    )

    def rows() -> dict[str, list[Any]]:
        return {table: sorted(company.rows(f"SELECT * FROM privcrm_{table}")) for table in tables}

    before = rows()
    report = company.sync.check(repair=False)
    assert report.differences == {"missing": 1, "vanished": 1}
    assert rows() == before
    assert company.sync.as_of().newest is not None


def test_who_deleted_an_employee_while_the_callback_was_lost_is_not_found(company: Mirrored) -> None:
    company.sync.run()
    report = company.sync.check()
    assert report.undetectable == ("member_deleted_staff",)


def test_the_age_is_that_of_the_last_reading(company: Mirrored) -> None:
    assert company.sync.as_of().oldest is None
    at = company.clock.time()
    company.sync.run()
    age = company.sync.as_of()
    assert (age.oldest, age.newest) == (at, at)
    company.clock.sleep(3_600)
    company.sync.run()
    assert company.sync.as_of().oldest == at + 3_600
    assert {staff_key(each) for each in age.by_staff} == {staff_key(each) for each in company.provider.staff.serving()}
