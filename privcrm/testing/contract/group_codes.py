"""The contract of group codes, a part of ``LiveCodesPort``."""

from collections.abc import Callable
from itertools import islice
from typing import Any

import pytest
from attrs import evolve

from privcrm.errors import InputError, NotFound, OutcomeUnknown, WriteForbidden
from privcrm.models import GroupCode, GroupCodeSpec, GroupId
from privcrm.provider import CallRecord, CannotTell, Done, NotDone, Provider, ReadOnly, WriteGuard
from privcrm.testing.contract.base import Contract, LoseAnswer, MakeIntent, needs, skipping

ScanGroupCode = Callable[[str], str]
FillGroups = Callable[[], None]

_TOO_MANY = 100_000
_TOO_MUCH: dict[str, Any] = {
    "group_ids": tuple(GroupId(f"group{number}") for number in range(_TOO_MANY)),
    "state": "长" * _TOO_MANY,
    "note": "长" * _TOO_MANY,
    "base_name": "长" * _TOO_MANY,
}


class GroupCodesContract(Contract):
    """Codes that lead into groups."""

    @pytest.fixture
    def scan_group_code(self) -> ScanGroupCode:
        """A function that lets a new person scan a code; returns the group that this led into, empty if nowhere."""
        return skipping("nobody scans codes on demand")

    @pytest.fixture
    def fill_groups(self) -> FillGroups:
        """A function after which all groups that there are now take no more scans."""
        return skipping("groups do not fill on demand")

    @pytest.fixture
    def group_spec(self, provider: Provider) -> GroupCodeSpec:
        """A code over two groups that opens new ones."""
        group_ids = tuple(group.group_id for group in islice(provider.groups.list(), 2))
        return GroupCodeSpec(group_ids=group_ids, note="at the door", base_name="Spring", base_number=7)

    @pytest.fixture
    def group_code(self, provider: Provider, group_spec: GroupCodeSpec, intent: MakeIntent) -> GroupCode:
        """A code made from ``group_spec``."""
        return provider.live_codes.create_group_code(group_spec, intent=intent())

    @needs("live_codes.create_group_code", "live_codes.get_group_code")
    def test_a_group_code_reads_back_as_it_was_made(
        self, provider: Provider, group_spec: GroupCodeSpec, intent: MakeIntent
    ) -> None:
        """Everything that the spec says, a picture, and the vendor's answer."""
        ours = intent()
        made = provider.live_codes.create_group_code(group_spec, intent=ours)
        read = provider.live_codes.get_group_code(made.code_id)
        assert read.code_id == made.code_id
        assert read.spec == made.spec == evolve(group_spec, state=ours.marker)
        assert read.qr_url
        assert made.qr_url in ("", read.qr_url)
        assert read.raw, "the vendor's answer is lost"

    @needs("live_codes.create_group_code")
    def test_a_group_code_over_nothing_is_refused(
        self, provider: Provider, intent: MakeIntent, records: list[CallRecord]
    ) -> None:
        """No group: refused before sending."""
        with pytest.raises(InputError, match="group_ids"):
            provider.live_codes.create_group_code(GroupCodeSpec(group_ids=()), intent=intent())
        assert not records

    @pytest.mark.parametrize("field", _TOO_MUCH)
    @needs("live_codes.create_group_code", "live_codes.update_group_code")
    def test_a_group_code_of_too_much_is_refused(
        self, provider: Provider, group_code: GroupCode, intent: MakeIntent, records: list[CallRecord], field: str
    ) -> None:
        """More than a vendor keeps of anything: refused before sending, with the field named, never cut."""
        large, port, sent = evolve(group_code.spec, **{field: _TOO_MUCH[field]}), provider.live_codes, len(records)
        with pytest.raises(InputError, match=field):
            port.create_group_code(large, intent=evolve(intent(), marker=""))
        with pytest.raises(InputError, match=field):
            port.update_group_code(group_code.code_id, large)
        assert len(records) == sent

    @needs("live_codes.update_group_code", "live_codes.get_group_code")
    def test_an_update_replaces_a_group_code_and_keeps_its_picture(
        self, provider: Provider, group_code: GroupCode
    ) -> None:
        """Groups and texts are those of the new spec alone; picture and unnamed state stay; twice is as once."""
        port, picture = provider.live_codes, provider.live_codes.get_group_code(group_code.code_id).qr_url
        changed = GroupCodeSpec(group_ids=group_code.spec.group_ids[1:], opens_groups=False)
        for _ in range(2):
            port.update_group_code(group_code.code_id, changed)
            read = port.get_group_code(group_code.code_id)
            assert read.spec == evolve(changed, state=group_code.spec.state)
            assert read.qr_url == picture
        port.update_group_code(group_code.code_id, evolve(changed, state="moved"))
        assert port.get_group_code(group_code.code_id).spec.state == "moved"

    @needs("live_codes.update_group_code", "live_codes.get_group_code")
    def test_a_read_only_provider_changes_no_group_code(
        self, provider: Provider, guarded: Callable[[WriteGuard], Provider], group_code: GroupCode
    ) -> None:
        """It may look at the code first, but does not write."""
        before = provider.live_codes.get_group_code(group_code.code_id)
        with pytest.raises(WriteForbidden):
            guarded(ReadOnly()).live_codes.update_group_code(
                group_code.code_id, evolve(group_code.spec, opens_groups=not group_code.spec.opens_groups)
            )
        assert provider.live_codes.get_group_code(group_code.code_id) == before

    @needs("live_codes.delete_group_code", "live_codes.get_group_code", "groups.get")
    def test_a_deleted_group_code_is_gone_and_its_groups_stay(self, provider: Provider, group_code: GroupCode) -> None:
        """It can be neither read nor changed nor deleted again; nobody loses a group."""
        port, code_id = provider.live_codes, group_code.code_id
        port.delete_group_code(code_id)
        for attempt in (port.get_group_code, port.delete_group_code):
            with pytest.raises(NotFound):
                attempt(code_id)
        with pytest.raises(NotFound):
            port.update_group_code(code_id, group_code.spec)
        for group_id in group_code.spec.group_ids:
            assert provider.groups.get(group_id).group_id == group_id

    @needs("live_codes.get_group_code")
    def test_an_unknown_group_code_is_not_found(self, provider: Provider, unknown_id: str) -> None:
        """An unknown id is an error of its own class."""
        with pytest.raises(NotFound) as caught:
            provider.live_codes.get_group_code(unknown_id)
        assert caught.value.provider == provider.name

    @needs("live_codes.create_group_code", "live_codes.settle_group_code")
    def test_a_lost_group_code_is_never_taken_for_unmade(
        self, provider: Provider, group_spec: GroupCodeSpec, intent: MakeIntent, lose_answer: LoseAnswer
    ) -> None:
        """It is found, or nobody can tell and what may be left behind is described: making it again is never right."""
        lose_answer("live_codes.create_group_code")
        with pytest.raises(OutcomeUnknown) as caught:
            provider.live_codes.create_group_code(group_spec, intent=intent())
        settled = provider.live_codes.settle_group_code(caught.value.intent)
        if isinstance(settled, CannotTell):
            assert settled.orphan
        else:
            assert isinstance(settled, Done)
            assert provider.live_codes.get_group_code(settled.result.code_id).spec == settled.result.spec
            claimed = {settled.result.code_id}
            assert provider.live_codes.settle_group_code(caught.value.intent, claimed=claimed) == NotDone()

    @needs("live_codes.settle_group_code")
    def test_a_group_code_that_nobody_made_is_not_found_by_settling(
        self, provider: Provider, intent: MakeIntent
    ) -> None:
        """Not done, or nobody can tell."""
        assert not isinstance(provider.live_codes.settle_group_code(intent()), Done)

    @needs("live_codes.create_group_code", "groups.get")
    def test_a_group_code_leads_into_its_groups(
        self, provider: Provider, group_code: GroupCode, scan_group_code: ScanGroupCode
    ) -> None:
        """Whoever scans it is in one of them, and brings the code's state along."""
        group_id = scan_group_code(group_code.code_id)
        assert group_id in group_code.spec.group_ids
        newest = max(provider.groups.get(group_id).members, key=lambda person: person.joined_at or 0)
        assert (newest.is_staff, newest.state) == (False, group_code.spec.state)

    @needs("live_codes.create_group_code", "groups.get")
    def test_a_full_group_code_opens_a_group(
        self, provider: Provider, group_code: GroupCode, scan_group_code: ScanGroupCode, fill_groups: FillGroups
    ) -> None:
        """It bears the base name and the first number."""
        fill_groups()
        opened = scan_group_code(group_code.code_id)
        assert opened
        assert opened not in group_code.spec.group_ids
        spec = group_code.spec
        assert provider.groups.get(opened).name == f"{spec.base_name}{spec.base_number}"

    @needs("live_codes.update_group_code")
    def test_a_full_group_code_leads_nowhere_if_it_may_open_none(
        self, provider: Provider, group_code: GroupCode, scan_group_code: ScanGroupCode, fill_groups: FillGroups
    ) -> None:
        """Nobody gets in, and no group appears."""
        provider.live_codes.update_group_code(group_code.code_id, evolve(group_code.spec, opens_groups=False))
        fill_groups()
        assert not scan_group_code(group_code.code_id)
