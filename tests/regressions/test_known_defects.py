"""Defects that other systems of this field have, by their number in our list; each was found in somebody's source.

Those of live codes, handover and events come with these areas.
"""

import pytest

from privcrm import CRM
from privcrm.errors import CursorRepeated
from privcrm.jobs import JobState, OutcomeState
from privcrm.models import Page, Pages
from privcrm.sandbox import Sandbox, VirtualClock


@pytest.fixture
def clock():
    return VirtualClock(auto_advance=True)


@pytest.fixture
def company(clock):
    with Sandbox(seed=3, staff=6, members=260, groups=4, clock=clock) as sandbox:
        yield sandbox


@pytest.fixture
def crm(company, clock, tmp_path):
    with CRM.from_env(company.env, store=f"sqlite:///{tmp_path / 'one.db'}", clock=clock) as crm:
        yield crm


def test_d7_a_repeated_cursor_is_refused_instead_of_read_for_ever():
    pages = Pages(lambda cursor: Page((cursor,), "again"))
    with pytest.raises(CursorRepeated):
        list(pages)


def test_d18_one_failing_item_stops_no_other_and_the_results_are_kept(crm, company):
    relations = list(company.company.relations())[:20]
    rows = [{"member_id": row.external_userid, "staff_id": row.userid, "add": "客户等级/VIP"} for row in relations]
    company.faults.add("*/mark_tag", "errcode", errcode=84061, times=1)
    job = crm.tagging.apply(rows)
    ended = {item.outcome.state for item in crm.jobs.items(job.id)}
    assert job.state is JobState.DONE
    assert job.counts[OutcomeState.FAILED] == 1
    assert OutcomeState.PLANNED not in ended
    assert OutcomeState.DONE in ended


def test_d19_a_listing_of_several_pages_brings_every_row_of_every_page(crm, company):
    listed = [
        (member.follows[0].staff_id, member.member_id)
        for member in crm.provider.members.list(sorted(crm.provider.staff.serving()))
    ]
    truth = {(row.userid, row.external_userid) for row in company.company.relations()}
    assert len(listed) == len(set(listed))
    assert len(listed) > 100, "one page would prove nothing"
    assert truth <= set(listed)


def test_d33_two_companies_in_one_process_never_touch_each_other(company, crm, clock, tmp_path):
    with (
        Sandbox(seed=4, staff=6, members=260, groups=4, clock=clock) as other_company,
        CRM.from_env(other_company.env, store=f"sqlite:///{tmp_path / 'one.db'}", clock=clock) as other,
    ):
        jobs = {}
        for one, where in ((crm, company), (other, other_company)):
            row = next(iter(where.company.relations()))
            rows = [
                {
                    "member_id": row.external_userid,
                    "staff_id": row.userid,
                    "add": "客户等级/VIP",
                    "remove": "客户等级/普通",
                }
            ]
            jobs[one.provider.company] = one.tagging.apply(rows).id
        assert len(jobs) == 2
        for one in (crm, other):
            assert [job.id for job in one.jobs.list()] == [jobs[one.provider.company]]
            assert one.tagging.verify(jobs[one.provider.company]).differing == 0
        other.store.switch.stop("trial", "ops")
        assert not crm.store.switch.stopped()
