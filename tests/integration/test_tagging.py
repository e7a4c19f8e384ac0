"""The happy path and its neighbours, over real HTTP."""

import csv

import pytest

from privcrm.errors import InputError
from privcrm.jobs import JobState, OutcomeState
from privcrm.services.tagging import Key, TagOptions

from .conftest import ADD, REMOVE, Shop, members_of_active_staff, write_list


def test_a_list_ends_exactly_as_planned(shop: Shop):
    members = members_of_active_staff(shop)
    path, wanted = write_list(shop, members)
    before = shop.relations()
    preview = shop.crm.tagging.preview(path)
    assert shop.relations() == before
    assert not shop.calls("*/mark_tag")
    assert preview.changes == sum(wanted[pair] != before[pair] for pair in wanted)

    job = shop.crm.tagging.apply(path, created_by="ops")
    assert job.state is JobState.DONE
    assert set(job.counts) <= {OutcomeState.DONE, OutcomeState.SKIPPED}
    assert shop.relations() == wanted
    assert len(shop.calls("*/mark_tag")) == preview.calls_writing
    assert shop.crm.tagging.verify(job.id).differing == 0

    again = shop.crm.tagging.preview(path)
    assert (again.changes, again.no_ops) == (0, preview.relations)

    undone = shop.crm.jobs.run(shop.crm.jobs.undo(job.id, "ops").id)
    assert undone.state is JobState.DONE
    assert shop.relations() == before


def test_outcomes_name_every_row_of_the_file(shop: Shop):
    members = members_of_active_staff(shop)[:10]
    path, _ = write_list(shop, members)
    with path.open("a", encoding="utf-8") as file:
        file.write("\nwmNobodyKnowsThisId,客户等级/VIP,")
    job = shop.crm.tagging.apply(path)
    out = shop.folder / "outcomes.csv"
    shop.crm.tagging.write_outcomes(job.id, out)
    with out.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert {int(line["row"]) for line in lines} == set(range(2, 13))
    assert [line["code"] for line in lines if line["row"] == "12"] == ["unknown_member"]


def test_tags_are_created_and_found_again_by_name(shop: Shop):
    members = members_of_active_staff(shop)[:5]
    rows = [{"external_userid": member_id, "添加标签": "活动/春季；活动/新品\\/上市"} for member_id in members]
    with pytest.raises(InputError, match="unknown"):
        shop.crm.tagging.apply(rows)
    shop.fault("reset", "*/add_corp_tag", when="after")
    job = shop.crm.tagging.apply(rows, TagOptions(create_tags=True))
    assert job.state is JobState.DONE, job.reason
    made = [tag["name"] for tag in shop.state("tags") if tag["group_name"] == "活动"]
    assert sorted(made) == ["新品/上市", "春季"]
    assert shop.crm.tagging.verify(job.id).differing == 0


def test_phones_are_looked_up_in_the_pages(shop: Shop):
    by_phone: dict[str, set[str]] = {}
    for relation in shop.sandbox.company.relations():
        for phone in relation.phones:
            by_phone.setdefault(phone, set()).add(relation.external_userid)
    phone, (member_id,) = next((phone, ids) for phone, ids in by_phone.items() if len(ids) == 1)
    before = shop.relations()
    job = shop.crm.tagging.apply([{"手机号": phone, "add": ADD, "remove": REMOVE}], TagOptions(key=Key.PHONE))
    assert job.state is JobState.DONE
    changed = {pair for pair, tags in shop.relations().items() if tags != before[pair]}
    assert {member for _, member in changed} <= {member_id}
    assert all(outcome.member_id == member_id for outcome in shop.crm.tagging.outcomes(job.id))


def test_a_relation_that_ends_between_plan_and_send_fails_alone(shop: Shop):
    members = members_of_active_staff(shop)
    path, wanted = write_list(shop, members)
    job, _ = shop.crm.tagging.submit(path)
    pair = next(pair for pair, tags in shop.relations().items() if tags != wanted[pair])
    shop.control("POST", "actions/staff_deletes_member", {"userid": pair[0], "external_userid": pair[1]})
    job = shop.crm.jobs.run(job.id)
    assert job.state is JobState.DONE
    assert job.counts[OutcomeState.FAILED] == 1
    after = shop.relations()
    assert {other: after[other] for other in wanted if other != pair} == {
        other: tags for other, tags in wanted.items() if other != pair
    }
