from privcrm.models import MemberId, StaffId
from privcrm.models.events import Leaving, MemberAdded, MemberDeletedStaff, StaffDeletedMember
from tests.unit.mirror.company import MemoryCompany

WHO = {"staff_id": StaffId("Amy"), "member_id": MemberId("wmA")}


def lives(company: MemoryCompany) -> list[bool]:
    return [follow.lives for follow in company.mirror.follows("AMY")]


def test_a_follow_begins_and_ends_by_callbacks(company: MemoryCompany) -> None:
    company.tell(MemberAdded(at=10, **WHO))
    assert lives(company) == [True]
    company.tell(StaffDeletedMember(at=20, how=Leaving.TRANSFERRED, **WHO))
    assert lives(company) == [False]
    company.tell(MemberAdded(at=30, **WHO))
    assert lives(company) == [True]


def test_what_happened_earlier_does_not_overwrite_what_happened_later(company: MemoryCompany) -> None:
    company.tell(StaffDeletedMember(at=20, **WHO))
    company.tell(MemberAdded(at=10, **WHO))
    assert lives(company) == [False]


def test_a_member_who_deletes_an_employee_stays_in_the_list(company: MemoryCompany) -> None:
    company.tell(MemberAdded(at=10, **WHO))
    company.tell(MemberDeletedStaff(at=20, **WHO))
    assert lives(company) == [True]
