"""What is no order is refused when it is submitted: in a job it would stop all others."""

import pytest

from privcrm.errors import InputError
from privcrm.models import Channel, ContactCodeSpec, Content, GroupCodeSpec, MassMessageSpec, MomentSpec

MESSAGE = MassMessageSpec(Channel.MEMBERS, Content("hello"), "zhang")
MOMENT = MomentSpec(Content("new"), ("zhang",))
FRONTS = {
    MassMessageSpec: lambda crm: crm.mass_messages.order,
    MomentSpec: lambda crm: crm.moments.order,
    ContactCodeSpec: lambda crm: crm.live_codes.create_contact_codes,
    GroupCodeSpec: lambda crm: crm.live_codes.create_group_codes,
}
WRONG = [
    ("hello", "takes several .*, a text was given"),
    (None, "takes several .*, None was given"),
    (MESSAGE, "takes several .*MassMessageSpec was given: put one into a list"),
    (["hello"], r"specs\[0\] takes .*, a text was given"),
    ([None], r"specs\[0\] takes .*, None was given"),
]


@pytest.mark.parametrize("kind", FRONTS)
@pytest.mark.parametrize(("specs", "message"), WRONG)
def test_what_is_no_list_of_specs_is_refused(crm, kind, specs, message):
    with pytest.raises(InputError, match=message) as caught:
        FRONTS[kind](crm)(specs)
    assert kind.__name__ in str(caught.value)
    assert not list(crm.jobs.list())


@pytest.mark.parametrize(
    ("kind", "specs"),
    [(MassMessageSpec, [MESSAGE, MOMENT]), (MomentSpec, [MOMENT, MESSAGE]), (ContactCodeSpec, [GroupCodeSpec(["g1"])])],
)
def test_a_spec_of_another_kind_is_refused_and_named(crm, kind, specs):
    place = len(specs) - 1
    with pytest.raises(InputError, match=rf"specs\[{place}\] takes .*{kind.__name__}, .*{type(specs[-1]).__name__}"):
        FRONTS[kind](crm)(specs)
    assert not list(crm.jobs.list())


def test_transfers_take_texts_in_a_list(crm):
    members, groups = crm.handover.transfer_members, crm.handover.transfer_groups
    for call in (
        lambda: members("on_job", "zhang", "li", "member"),
        lambda: groups("on_job", "group", "li"),
        lambda: members("on_job", "zhang", "li", ["m1", None]),
        lambda: members("on_job", "zhang", None, ["m1"]),
        lambda: members("on_job", "zhang", "li", ["m1"], message=None),
        lambda: members("someday", "zhang", "li", ["m1"]),
        lambda: groups("someday", ["g1"], "li"),
    ):
        with pytest.raises(InputError, match=r"(member_ids|group_ids|to_staff_id|message|kind).* takes "):
            call()
    assert not list(crm.jobs.list())
