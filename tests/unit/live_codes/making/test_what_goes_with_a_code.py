"""What goes with a code: entry tags from the moment it is made until it is deleted, and the codes it leads on to."""

from attrs import evolve

from privcrm.models.codes import Seat, StaffLiveCode
from tests.unit.live_codes.making.studio import Studio


def test_who_comes_by_a_code_is_tagged_from_the_moment_it_is_made(studio: Studio):
    studio.book.provider.tags.create(["扫码", "新客"], group_name="来源")
    code = StaffLiveCode("door", (Seat(studio.able[0]),), entry_tags=("来源/扫码",))
    (made,) = studio.making.create([code])
    assert (made.is_well, made.message) == (True, "")
    (rule,) = studio.rules.list()
    (vendors,) = studio.vendors("door")
    assert [each.title for each in rule.add] == ["来源/扫码"]
    assert [each.state for each in rule.when] == [vendors.state]

    studio.making.update(evolve(code, entry_tags=("来源/新客",)))
    assert [each.title for rule in studio.rules.list() for each in rule.add] == ["来源/新客"]
    studio.making.delete("door")
    assert list(studio.rules.list()) == []


def test_a_tag_that_is_not_there_is_told_and_the_code_made(studio: Studio):
    code = StaffLiveCode("door", (Seat(studio.able[0]),), entry_tags=("来源/没有",))
    (made,) = studio.making.create([code])
    assert made.state.value == "created"
    assert "entry tags are not kept" in made.message


def test_a_code_leads_on_to_codes_that_are_there(studio: Studio):
    (lost,) = studio.making.create([studio.code(on_empty="redirect", redirect_to="NOPE")])
    assert (lost.state.value, "no live code 'NOPE'" in lost.message) == ("failed", True)
    (group,) = studio.making.create([studio.groups("G9", staff_code="NOPE")])
    assert group.state.value == "failed"
    (desk, led) = studio.making.create([studio.code("desk"), studio.code(on_empty="redirect", redirect_to="desk")])
    assert desk.is_well
    assert led.is_well
