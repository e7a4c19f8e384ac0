"""Media, ids, strategies, rules, products and links of the adapter, against the simulated company."""

import struct
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from attrs import evolve

from privcrm.errors import Conflict, InvalidArgument, NotFound
from privcrm.models import (
    AcquisitionLinkSpec,
    InterceptRuleSpec,
    MediaJobState,
    MediaKind,
    MediaPurpose,
    MemberIdConversion,
    Pattern,
    ProductSpec,
    RemarkChange,
    StaffIdConversion,
    StrategyChange,
    StrategyNode,
    StrategySpec,
)
from privcrm.provider import CallRecord, ProviderContext, Settings
from privcrm.sandbox import Sandbox, VirtualClock
from privcrm_wecom import WeComProvider

DAY = 86_400
MB = 1024 * 1024
PICTURE = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480) + bytes(64)


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox(members=200, clock=VirtualClock(auto_advance=True)) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    running.reset()
    return running


@pytest.fixture
def connect(sandbox: Sandbox) -> Iterator[Callable[..., WeComProvider]]:
    opened: list[WeComProvider] = []

    def make(kind: str = "self_built", **context: Any) -> WeComProvider:
        sandbox.company.rules.change({"app_kind": kind})
        values = {**sandbox.env, "PRIVCRM_WECOM_APP_KIND": kind}
        settings = Settings.from_environ(values, "PRIVCRM_WECOM_")
        opened.append(WeComProvider.from_settings(settings, ProviderContext(clock=sandbox.clock, **context)))
        return opened[-1]

    yield make
    for provider in opened:
        provider.close()


@pytest.fixture
def provider(connect: Callable[..., WeComProvider]) -> WeComProvider:
    return connect()


@pytest.fixture
def someone(provider: WeComProvider) -> str:
    return next(iter(provider.staff.serving()))


# media


def test_a_file_comes_back_as_it_was_sent(provider):
    made = provider.media.upload(PICTURE, "报价 1.png", MediaKind.IMAGE)
    back = provider.media.get(made.media_id)
    assert (back.content, back.content_type, back.filename) == (PICTURE, "image/png", "报价 1.png")
    assert made.expires_at == made.created_at + 3 * DAY


@pytest.mark.parametrize("purpose", list(MediaPurpose))
def test_files_live_for_three_days(provider, sandbox, purpose):
    made = provider.media.upload(PICTURE, "a.png", MediaKind.IMAGE, purpose)
    sandbox.clock.advance(made.expires_at - sandbox.clock.time() - 60)
    assert provider.media.get(made.media_id).content == PICTURE
    sandbox.clock.advance(61)
    with pytest.raises(NotFound) as caught:
        provider.media.get(made.media_id)
    assert caught.value.code == 40007


def test_the_largest_document_goes_up_and_comes_down(provider):
    content = bytes(range(256)) * (20 * MB // 256)
    made = provider.media.upload(content, "a.bin", MediaKind.FILE)
    assert provider.media.get(made.media_id).content == content


def test_a_picture_that_stays_has_an_address(provider):
    assert provider.media.upload_image(PICTURE, "a.png").startswith("http")


@pytest.mark.parametrize("multiple", [1, 16])
def test_a_large_file_is_fetched_and_comes_down_in_parts(provider, sandbox, multiple):
    size = 41 * MB
    sandbox.company.rules.change({"media_job_bytes": size, "media_range_multiple": multiple})
    job_id = provider.media.fetch("https://cdn.example/a.mp4", "a.mp4", MediaKind.VIDEO, "0" * 32)
    assert provider.media.fetched(job_id, MediaKind.VIDEO).state is MediaJobState.RUNNING
    sandbox.clock.advance(10)
    job = provider.media.fetched(job_id, MediaKind.VIDEO)
    assert job.state is MediaJobState.DONE
    assert len(provider.media.get(job.media.media_id).content) == size
    sandbox.clock.advance(3600)
    with pytest.raises(NotFound):
        provider.media.fetched(job_id)


def test_a_file_that_could_not_be_fetched_has_a_code(provider, sandbox):
    sandbox.company.rules.change({"media_job_result": "830003"})
    job_id = provider.media.fetch("https://cdn.example/a.pdf", "a.pdf", MediaKind.FILE, "0" * 32)
    sandbox.clock.advance(10)
    job = provider.media.fetched(job_id)
    assert (job.state, job.code, job.media) == (MediaJobState.FAILED, 830003, None)


FAULTS = {
    "reset": {},
    "html": {},
    "truncated": {},
    "bad_utf8": {},
    "http_status": {"http_status": 502},
    "errcode": {"errcode": -1},
}


@pytest.fixture
def records() -> list[CallRecord]:
    return []


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", list(FAULTS))
@pytest.mark.parametrize("path", ["*/media/upload", "*/media/get"])
def test_a_fault_on_the_way_costs_an_attempt_but_no_file(connect, sandbox, records, *, path, kind, when):
    provider = connect(on_call=records.append)
    sandbox.faults.add(path, kind, when=when, times=1, **FAULTS[kind])
    made = provider.media.upload(PICTURE, "a.png", MediaKind.IMAGE)
    assert provider.media.get(made.media_id).content == PICTURE
    assert [record.attempt for record in records if record.operation == path[2:].replace("/", "_")] == [1, 2]


@pytest.mark.parametrize("path", ["*/media/upload", "*/media/get"])
def test_a_revoked_token_is_renewed_for_files(connect, sandbox, records, path):
    provider = connect(on_call=records.append)
    sandbox.faults.add(path, "token_revoked", times=1)
    made = provider.media.upload(PICTURE, "a.png", MediaKind.IMAGE)
    assert provider.media.get(made.media_id).content == PICTURE
    assert [record.operation for record in records].count("gettoken") == 2


@pytest.mark.parametrize("kind", ["slow_headers", "slow_body"])
def test_a_slow_answer_to_an_upload_is_waited_for(connect, sandbox, records, kind):
    provider = connect(on_call=records.append)
    sandbox.faults.add("*/media/upload", kind, times=1, delay_s=0.2)
    assert provider.media.upload(PICTURE, "a.png", MediaKind.IMAGE).media_id
    assert [record.attempt for record in records] == [1, 1]


# ids


def test_staff_ids_go_to_openids_and_back(provider):
    ids = list(provider.staff.serving())[:20]
    there = provider.staff.convert(ids, StaffIdConversion.OPENID)
    known = [one for one in there if one.found]
    back = provider.staff.convert([one.found for one in known], StaffIdConversion.FROM_OPENID)
    assert known
    assert [one.found for one in back] == [one.given for one in known]
    assert provider.staff.convert(["nonsense"], StaffIdConversion.FROM_OPENID)[0].found is None


def test_staff_are_found_by_phone_and_mail(provider, sandbox, someone):
    staff = sandbox.world.staff.find(someone)
    assert provider.staff.id_of_phone(staff.phone) == someone
    assert provider.staff.id_of_mail(staff.work_mail) == someone
    assert provider.staff.id_of_mail(staff.own_mail, personal=True) == someone
    assert provider.staff.id_of_phone("19900000000") is None
    assert provider.staff.id_of_mail("nobody@nowhere.example") is None


def test_members_have_openids_unless_they_use_wecom(provider, someone):
    ids = list(provider.members.ids(someone))
    found = provider.members.convert(ids, MemberIdConversion.OPENID)
    assert [one.given for one in found] == ids
    assert all((one.found is None) == one.given.startswith("wo") for one in found)


@pytest.mark.parametrize("conversion", [MemberIdConversion.UPGRADED, MemberIdConversion.TO_SERVICE])
def test_delegated_apps_convert_ids_for_their_provider(connect, conversion):
    provider = connect("delegated")
    ids = [member for staff in provider.staff.serving() for member in provider.members.ids(staff)][:150]
    found = provider.members.convert([*ids[:110], "wmNOBODY"], conversion)
    assert all(one.found for one in found[:-1])
    assert found[-1].found is None


def test_ids_of_a_providers_app_come_back_as_the_companys(connect, sandbox):
    provider = connect("delegated")
    member = next(iter(provider.members.ids(next(iter(provider.staff.serving())))))
    (there,) = provider.members.convert([member], MemberIdConversion.TO_SERVICE)
    assert there.found not in {None, member}
    other_app = str(sandbox.company.apps[-1].agent_id)
    ours = connect("self_built")
    back = ours.members.convert([there.found, "wmNOBODY"], MemberIdConversion.FROM_SERVICE, source_app=other_app)
    assert [one.found for one in back] == [member, None]
    open_id = sandbox.company.scoped_ids.open_staff.encode(
        sandbox.world.staff.find(next(iter(ours.staff.serving()))).number
    )
    found = ours.staff.convert([open_id, "woNOBODY"], StaffIdConversion.FROM_SERVICE, source_app=other_app)
    assert [one.found for one in found] == [next(iter(ours.staff.serving())), None]
    with pytest.raises(InvalidArgument):
        ours.staff.convert([open_id], StaffIdConversion.FROM_SERVICE, source_app="1")


def test_links_of_a_providers_app_lead_where_it_may(connect):
    assert connect("delegated").acquisition.permitted().department_ids


def test_pending_ids_are_those_met_before(connect):
    provider = connect("delegated")
    member = next(iter(provider.members.ids(next(iter(provider.staff.serving())))))
    assert provider.members.convert([member, "wmNOBODY"], MemberIdConversion.PENDING)[1].found is None


def test_temporary_ids_that_are_none_have_no_counterpart(provider):
    assert provider.members.convert(["tmpNOBODY"], MemberIdConversion.FROM_MEETING)[0].found is None


def test_everybody_served_is_listed(provider):
    served = list(provider.members.served())
    relations = {(staff, member) for staff in provider.staff.serving() for member in provider.members.ids(staff)}
    assert {(one.staff_id, one.member_id) for one in served if one.is_customer} >= relations
    assert any(one.group_id is not None for one in served)
    assert all((one.member_id is not None) == one.is_customer for one in served)
    assert all(one.name for one in served if not one.is_customer)


def test_callbacks_come_from_addresses(provider):
    assert provider.callbacks.addresses()


# strategies


@pytest.mark.parametrize("area", ["members", "moments"])
def test_a_strategy_lives_from_making_to_deletion(provider, area):
    port = getattr(provider, area)
    first, second, third = list(provider.staff.serving())[:3]
    denied = frozenset({port.kind.privileges[-1]})
    made = port.create_strategy(StrategySpec("华东", (first,), (second,), ("1",), denied=denied))
    assert list(port.strategies()) == [made]
    found = port.strategy(made)
    assert (found.name, found.admin_ids, found.denied, found.parent_id) == ("华东", (first,), denied, None)
    assert set(port.strategy_range(made)) == {StrategyNode(second), StrategyNode(department_id="1")}
    port.edit_strategy(made, StrategyChange("华南", (third,), frozenset(), (third,), remove_department_ids=("1",)))
    found = port.strategy(made)
    assert (found.name, found.admin_ids, found.denied) == ("华南", (third,), frozenset())
    assert set(port.strategy_range(made)) == {StrategyNode(second), StrategyNode(third)}
    port.edit_strategy(made, StrategyChange(name="华北"))
    assert port.strategy(made).admin_ids == (third,)
    below = port.create_strategy(StrategySpec("北京", (first,), (second,), parent_id=made))
    assert port.strategy(below).parent_id == made
    port.delete_strategy(made)
    assert list(port.strategies()) == []


def test_tags_of_a_strategy_live_beside_those_of_the_company(provider, someone):
    strategy = provider.members.create_strategy(StrategySpec("华东", (someone,), (someone,)))
    made = provider.tags.create_strategy_tags(strategy, ["VIP", "新客"], group_name="规则级别")
    assert [tag.name for tag in made.tags] == ["VIP", "新客"]
    with pytest.raises(Conflict):
        provider.tags.create_strategy_tags(strategy, ["VIP"], group_id=made.group_id)
    provider.tags.edit_strategy_tag(made.tags[0].tag_id, name="SVIP", order=7)
    (listed,) = provider.tags.strategy_tags(strategy)
    assert listed.strategy_id == strategy
    assert {(tag.name, tag.order) for tag in listed.tags} >= {("SVIP", 7)}
    assert made.group_id not in {group.group_id for group in provider.tags.list()}
    provider.tags.delete_strategy_tags(group_ids=[made.group_id])
    assert list(provider.tags.strategy_tags()) == []


# rules, products, links


def test_a_rule_lives_from_making_to_deletion(provider):
    first, second, third = list(provider.staff.serving())[:3]
    spec = InterceptRuleSpec("承诺", ("保本",), True, (Pattern.PHONE_NUMBER,), (first, second), ("1",))
    made = provider.rules.create(spec)
    assert provider.rules.get(made).spec == spec
    assert (made, "承诺") in [(rule.rule_id, rule.name) for rule in provider.rules.list()]
    with pytest.raises(Conflict):
        provider.rules.create(spec)
    changed = InterceptRuleSpec("不承诺", ("包赚", "稳赚"), False, (), (second, third))
    provider.rules.update(made, changed)
    assert provider.rules.get(made).spec == changed
    provider.rules.delete(made)
    with pytest.raises(NotFound):
        provider.rules.get(made)


def test_a_product_lives_from_making_to_deletion(provider):
    picture = provider.media.upload(PICTURE, "a.png", MediaKind.IMAGE, MediaPurpose.PRODUCT)
    spec = ProductSpec("礼盒", 9900, (picture.media_id,), "SKU0001")
    made = provider.products.create(spec)
    assert provider.products.get(made).spec == spec
    assert [product.product_id for product in provider.products.list()] == [made]
    provider.products.update(made, evolve(spec, price=8800))
    assert provider.products.get(made).spec.price == 8800
    provider.products.delete(made)
    with pytest.raises(NotFound):
        provider.products.get(made)


def test_pictures_for_messages_are_none_for_products(provider):
    picture = provider.media.upload(PICTURE, "a.png", MediaKind.IMAGE)
    with pytest.raises(InvalidArgument) as caught:
        provider.products.create(ProductSpec("礼盒", 1, (picture.media_id,)))
    assert caught.value.code == 40007


def test_a_link_lives_from_making_to_deletion(provider, sandbox, someone):
    made = provider.acquisition.create(AcquisitionLinkSpec("春季", (someone,)))
    assert made.url.startswith("https://")
    assert provider.acquisition.get(made.link_id).spec == made.spec
    assert list(provider.acquisition.list()) == [made.link_id]
    changed = AcquisitionLinkSpec("夏季", (), ("1",), skip_confirmation=False)
    provider.acquisition.update(made.link_id, changed)
    assert provider.acquisition.get(made.link_id).spec == changed
    assert list(provider.acquisition.acquired(made.link_id)) == []
    now = int(sandbox.clock.time())
    figures = provider.acquisition.figures(made.link_id, now - 2 * DAY, now - DAY)
    assert (figures.opened, figures.added) == (0, 0)
    assert provider.acquisition.quota().balance >= 0
    provider.acquisition.delete(made.link_id)
    assert list(provider.acquisition.list()) == []
    with pytest.raises(NotFound):
        provider.acquisition.chat("nonsense")


def test_who_came_through_a_link_and_wrote(provider, sandbox, someone):
    link = provider.acquisition.create(AcquisitionLinkSpec("春季", (someone,)))
    came = sandbox.act("member_opens_link", link_id=link.link_id, customer_channel="poster")
    (one,) = provider.acquisition.acquired(link.link_id)
    assert (one.member_id, one.staff_id, one.state) == (came["external_userid"], someone, "poster")
    assert one.wrote is False


def test_remarks_as_long_as_allowed_are_taken(provider, someone):
    member = next(iter(provider.members.ids(someone)))
    change = RemarkChange(someone, member, remark="字" * 20, description="述" * 150, company="司" * 20)
    provider.members.edit_remark(change)
    follow = provider.members.get(member).followed_by(someone)
    assert (follow.remark, follow.description) == (change.remark, change.description)
