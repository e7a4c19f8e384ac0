"""What is given to a port in a wrong type is refused by the parameter's name, before sending; ids may be numbers."""

import inspect
import traceback
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from privcrm.errors import InputError, PrivcrmError
from privcrm.models import Channel, Content, HandoverKind, MassMessageSpec, MediaKind, MemberIdConversion
from privcrm.provider import Intent, NotDone
from privcrm.provider.ports import MembersPort, StaffPort
from privcrm_wecom.api.area import Area
from privcrm_wecom.api.members import WeComMembers
from privcrm_wecom.api.staff import WeComStaff

INTENT = Intent(key="k", marker="m" * 16, created_at=0.0)


def spec(**fields):
    return MassMessageSpec(Channel.MEMBERS, Content("hello"), "a", **fields)


def served(provider):
    """Yield every method of every port that does not fall through to the port itself."""
    for port in vars(provider).values():
        if isinstance(port, Area):
            methods = (getattr(port, name) for name in dir(port) if not name.startswith("_"))
            yield from (method for method in methods if hasattr(method, "__wrapped__"))


def test_every_parameter_of_every_method_names_itself(vendor, company):
    count = 0
    for method in served(company()):
        for parameter in inspect.signature(method).parameters:
            with pytest.raises(InputError, match=f"^{parameter} takes ") as caught:
                method(**{parameter: object()})
            assert "object at" not in str(caught.value)
            count += 1
    assert count > 200
    assert len(vendor.mock.calls) == 0


def test_none_is_refused_where_something_is_needed(vendor, company):
    for method in served(company()):
        needed = [one.name for one in inspect.signature(method).parameters.values() if one.default is one.empty]
        for parameter in needed:
            with pytest.raises(InputError, match=f"^{parameter} takes "):
                method(**{parameter: None})
    assert len(vendor.mock.calls) == 0


@pytest.mark.parametrize(
    ("work", "words"),
    [
        (
            lambda p: p.tags.create("VIP", group_name="g"),
            "^names takes several texts, a text was given: put one into a list$",
        ),
        (
            lambda p: p.members.convert("wm1", MemberIdConversion.UPGRADED),
            "^ids takes several texts, a text was given",
        ),
        (
            lambda p: p.handover.transfer_members(HandoverKind.ON_JOB, "a", "b", "wm1", intent=INTENT),
            "^member_ids takes several",
        ),
        (lambda p: p.members.list(b"ab"), "^staff_ids takes several"),
        (lambda p: p.members.list({"a": 1}), "^staff_ids takes several texts, a value of the type dict was given$"),
        (lambda p: p.members.list(["a", None, 5]), "^staff_ids takes several texts, among them None and an int$"),
        (lambda p: p.messages.settle(INTENT, spec(), claimed="msg1"), "^claimed takes several"),
        (
            lambda p: p.messages.create(None, intent=INTENT),
            "^spec takes a value of the type MassMessageSpec, None was given$",
        ),
        (
            lambda p: p.messages.create("hello", intent=INTENT),
            "^spec takes a value of the type MassMessageSpec, a text was given$",
        ),
        (lambda p: p.messages.create(spec(), intent=None), "^intent takes a value of the type Intent, None was given$"),
        (
            lambda p: p.messages.welcome("code", "hello"),
            "^content takes a value of the type Content, a text was given$",
        ),
        (
            lambda p: p.media.upload(Path("a.png"), "a.png", MediaKind.IMAGE),
            "^content takes the bytes of a file, a value of the type ",
        ),
        (
            lambda p: p.media.upload("a", "a.png", MediaKind.IMAGE),
            "^content takes the bytes of a file, a text was given$",
        ),
        (
            lambda p: p.media.upload(b"a" * 9, "a.png", "picture"),
            r"^kind takes one of 'image', 'voice', 'video', 'file'$",
        ),
        (
            lambda p: p.handover.results("resigned", "a", "b"),
            r"^kind takes one of 'on_job', 'departure'$",
        ),
        (
            lambda p: p.messages.list("single", created_after=0, created_before=1),
            r"^channel takes one of 'members', 'groups'$",
        ),
        (lambda p: p.groups.list(owner_state="x"), r"^owner_state takes one of 'normal', "),
        (
            lambda p: p.messages.list(Channel.MEMBERS, created_after=datetime.now(UTC), created_before=1),
            r"^created_after takes unix seconds \(an int\), a value of the type datetime was given$",
        ),
        (
            lambda p: p.statistics.staff("a", date(2026, 1, 1), date(2026, 1, 1)),
            r"^first_day takes unix seconds \(an int\), a value of the type date was given$",
        ),
        (
            lambda p: p.moments.list(created_after=0.5, created_before=1),
            "^created_after takes a whole number, a float was given$",
        ),
        (lambda p: p.tags.edit("et1", order=True), "^order takes a whole number, a bool was given$"),
        (
            lambda p: p.messages.create_group_welcome(Content("x"), notify="no"),
            "^notify takes True or False, a text was given$",
        ),
        (lambda p: p.staff.id_of_phone(13800000000), "^phone takes a text, an int was given$"),
        (lambda p: p.staff.list("x"), "^department_id holds an id that is no number.*path/95350"),
        (lambda p: p.staff.list(""), "^department_id is empty"),
        (lambda p: p.staff.list(True), "^department_id takes a text, a bool was given"),
        (lambda p: p.staff.departments("x"), "^root_id holds an id that is no number.*path/90208"),
        (lambda p: p.staff.department("x"), "^department_id holds an id that is no number.*path/95351"),
    ],
)
def test_wrong_types_are_refused_before_sending(vendor, company, work, words):
    with pytest.raises(InputError, match=words):
        work(company())
    assert len(vendor.mock.calls) == 0


def test_numbers_and_texts_that_say_the_same_are_taken(vendor, company, bodies):
    vendor.answers("department/simplelist", {"errcode": 0, "department_id": []}, method="GET")
    vendor.answers("externalcontact/get_user_behavior_data", {"errcode": 0, "behavior_data": []})
    vendor.answers("externalcontact/customer_strategy/get", {"errcode": 0, "strategy": {"strategy_id": 7}})
    vendor.answers("externalcontact/transfer_result", {"errcode": 0, "customer": []})
    provider = company()
    assert [*provider.staff.list(10)] == []
    (asked,) = vendor.asked("department/simplelist")
    assert "id=10" in asked.url
    assert provider.members.strategy(7).strategy_id == "7"
    assert bodies("externalcontact/customer_strategy/get") == [{"strategy_id": 7}]
    yesterday = int(provider.context.clock.time()) - 86400
    assert provider.statistics.departments([3, "4"], yesterday, yesterday) == ()
    assert bodies("externalcontact/get_user_behavior_data")[0]["partyid"] == [3, 4]
    assert [*provider.handover.results("on_job", "a", "b")] == []


def test_ids_may_come_from_anything_that_yields_them(vendor, company, bodies):
    vendor.answers("externalcontact/batch/get_by_user", {"errcode": 0, "external_contact_list": []})
    assert [*company().members.list(name for name in ("a", "b"))] == []
    assert bodies("externalcontact/batch/get_by_user")[0]["userid_list"] == ["a", "b"]


def test_a_mapping_by_id_is_a_collection_of_ids(vendor, company):
    vendor.answers("externalcontact/list_contact_way", {"errcode": 0, "contact_way": [{"config_id": "c1"}]})
    settled = company().live_codes.settle_contact_code(INTENT, claimed={"c1": "of another intent"})
    assert settled == NotDone()


def test_too_many_arguments_and_missing_ones_are_still_a_type_error(company):
    with pytest.raises(TypeError, match=r"WeComStaff.get\(\) missing 1 required positional argument: 'staff_id'"):
        company().staff.get()
    with pytest.raises(TypeError, match=r"WeComStaff.get\(\) takes 2 positional arguments but 3 were given"):
        company().staff.get("a", "b")
    with pytest.raises(TypeError, match="unexpected keyword argument 'userid'"):
        company().staff.get(userid="a")


@pytest.mark.parametrize(
    "work",
    [
        lambda p: p.staff.id_of_mail("sunzhang@example.com", personal=0),
        lambda p: p.messages.welcome("sunzhang", 5),
        lambda p: p.tags.create(["sunzhang", 5], group_name="g"),
        lambda p: p.tags.create("sunzhang"),
        lambda p: p.messages.welcome("c" * 40, Content("sunzhang" * 2000)),
        lambda p: p.members.id_of_unionid("sunzhang", ""),
    ],
)
def test_tracebacks_show_no_argument_of_the_frame_that_checks(company, work):
    with pytest.raises(PrivcrmError) as caught:
        work(company())
    frames = traceback.StackSummary.extract(
        traceback.walk_tb(caught.value.__traceback__.tb_next.tb_next), capture_locals=True
    )
    checking = [frame for frame in frames if frame.filename.endswith("arguments.py")]
    assert checking
    assert not any("sunzhang" in text for frame in checking for text in (frame.locals or {}).values())


@pytest.mark.parametrize(
    ("ours", "port", "name"), [(WeComStaff, StaffPort, "get"), (WeComMembers, MembersPort, "create_strategy")]
)
def test_help_tells_the_contract_and_then_what_is_so_at_wecom(ours, port, name):
    method = getattr(ours, name)
    text = inspect.getdoc(method)
    assert text.startswith(inspect.getdoc(getattr(port, name)) + "\n\nAt WeCom: ")
    assert text.count("At WeCom: ") == 1
    assert inspect.signature(method) == inspect.signature(method.__wrapped__)


def test_a_subclass_tells_the_contract_once():
    class Louder(WeComStaff):
        def get(self, staff_id):
            """Shout."""
            return super().get(staff_id)

    assert Louder.list is WeComStaff.list
    assert Louder.get.__doc__ == inspect.getdoc(StaffPort.get) + "\n\nAt WeCom: Shout."
