"""What members, staff, tags and groups would be refused for, or cut, is not sent."""

import traceback

import pytest

from privcrm.errors import InputError
from privcrm.models import RemarkChange, TagChange

OK = RemarkChange("a", "wm1", remark="字" * 20, description="字" * 150, company="字" * 20)


def change(**fields):
    return RemarkChange(**{"staff_id": "a", "member_id": "wm1", **fields})


@pytest.mark.parametrize(
    ("work", "words"),
    [
        (lambda p: p.members.get(""), "member_id is empty.*path/92114"),
        (lambda p: p.members.ids(""), "staff_id is empty.*path/92113"),
        (lambda p: p.members.list(["a", ""]), "staff_ids holds an empty id.*path/92994"),
        (lambda p: p.members.edit_remark(change()), "at least one field"),
        (lambda p: p.members.edit_remark(change(staff_id="", remark="x")), "staff_id is empty.*path/92115"),
        (lambda p: p.members.edit_remark(change(member_id="", remark="x")), "member_id is empty"),
        (lambda p: p.members.edit_remark(change(remark="字" * 21)), "remark has 21 characters, at most 20.*path/92115"),
        (
            lambda p: p.members.edit_remark(change(description="字" * 151)),
            "description has 151 characters, at most 150",
        ),
        (lambda p: p.members.edit_remark(change(company="字" * 21)), "company has 21 characters, at most 20"),
        (lambda p: p.members.id_of_unionid("", "o"), "unionid is empty.*path/97108"),
        (lambda p: p.members.id_of_unionid("u", ""), "openid is empty"),
        (lambda p: p.staff.get(""), "staff_id is empty.*path/90196"),
        (lambda p: p.staff.department(""), "department_id is empty.*path/95351"),
        (lambda p: p.tags.list(tag_ids=["et1", ""]), "holds an empty id.*path/92117"),
        (lambda p: p.tags.list(group_ids=[""]), "holds an empty id"),
        (lambda p: p.tags.create(["字" * 31], group_name="g"), "1 to 30 characters.*path/92117"),
        (lambda p: p.tags.create([""], group_name="g"), "1 to 30 characters"),
        (lambda p: p.tags.create(["a"], group_name="字" * 31), "1 to 30 characters"),
        (lambda p: p.tags.create(["a"] * 10_001, group_name="g"), "names has 10,001 items, at most 10,000"),
        (lambda p: p.tags.edit("", name="a"), "tag_or_group_id is empty.*path/92117"),
        (lambda p: p.tags.edit("et1", order=2**32), "order is 4,294,967,296"),
        (lambda p: p.tags.edit("et1", order=-1), "order is -1"),
        (lambda p: p.tags.delete(tag_ids=["et1", ""]), "holds an empty id"),
        (lambda p: p.tags.mark(TagChange("", "wm1", ("et1",))), "is empty.*path/92118"),
        (lambda p: p.tags.mark(TagChange("a", "", ("et1",))), "is empty"),
        (lambda p: p.tags.mark(TagChange("a", "wm1", ("",))), "is empty"),
        (lambda p: p.tags.mark(TagChange("a", "wm1", (), ("et1", ""))), "is empty"),
        (lambda p: p.tags.mark(TagChange("a", "wm1", ("e",) * 3001)), "add has 3,001 items, at most 3,000"),
        (lambda p: p.groups.list(owner_ids=["a", ""]), "owner_ids holds an empty id.*path/92120"),
        (lambda p: p.groups.get(""), "group_id is empty.*path/92122"),
    ],
)
def test_it_is_refused_with_field_limit_unit_and_page(vendor, company, work, words):
    with pytest.raises(InputError, match=words):
        work(company())
    assert len(vendor.mock.calls) == 0


def test_what_just_fits_is_sent_uncut(vendor, company, bodies):
    vendor.answers("externalcontact/remark", 0)
    vendor.answers("externalcontact/mark_tag", 0)
    provider = company()
    provider.members.edit_remark(OK)
    provider.tags.mark(TagChange("a", "wm1", tuple(f"et{number}" for number in range(3000))))
    (sent,) = bodies("externalcontact/remark")
    assert (sent["remark"], sent["description"], sent["remark_company"]) == (OK.remark, OK.description, OK.company)
    assert len(bodies("externalcontact/mark_tag")[0]["add_tag"]) == 3000


def test_figures_of_another_company_count(vendor, company):
    with pytest.raises(InputError, match="at most 3 are taken"):
        company(limits={"remark": 3}).members.edit_remark(change(remark="字字字字"))
    assert len(vendor.mock.calls) == 0


def test_a_refused_remark_shows_no_text(company):
    with pytest.raises(InputError) as caught:
        company().members.edit_remark(change(remark="老客户张三丰" * 5, phones=("13800001234",)))
    error = caught.value
    error.__traceback__ = error.__traceback__.tb_next
    shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert "张三丰" not in shown
    assert "13800001234" not in shown
