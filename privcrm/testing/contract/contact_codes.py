"""The contract of contact codes, a part of ``LiveCodesPort``."""

from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve

from privcrm.clock import Clock
from privcrm.errors import InputError, NotFound, OutcomeUnknown, PreconditionFailed, Refused, WriteForbidden
from privcrm.models import CodeScene, ContactCode, ContactCodeSpec, StaffId, staff_key
from privcrm.provider import CallRecord, CannotTell, Done, NotDone, Provider, ReadOnly, WriteGuard
from privcrm.testing.contract.base import Contract, LoseAnswer, MakeIntent, PassTime, ScanContactCode, needs
from privcrm.testing.contract.listings import paged

_AGES = 1_000
_TOO_MANY = 100_000
_TOO_MUCH: dict[str, Any] = {
    "staff_ids": tuple(StaffId(f"staff{number}") for number in range(_TOO_MANY)),
    "state": "长" * _TOO_MANY,
    "note": "长" * _TOO_MANY,
}
_PICTURE_BEGINS = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
_FIXED: dict[str, Any] = {"scene": CodeScene.MINI_PROGRAM, "exclusive": True, "temporary": True}


class ContactCodesContract(Contract):
    """Codes that lead to employees."""

    @pytest.fixture
    def spec(self, provider: Provider) -> ContactCodeSpec:
        """A code for two employees who serve members."""
        staff_ids = tuple(provider.staff.serving())[:2]
        return ContactCodeSpec(staff_ids=staff_ids, note="at the door", skip_confirmation=False)

    @pytest.fixture
    def contact_code(self, provider: Provider, spec: ContactCodeSpec, intent: MakeIntent) -> ContactCode:
        """A code made from ``spec``."""
        return provider.live_codes.create_contact_code(spec, intent=intent())

    @pytest.fixture
    def temporary_code(self, provider: Provider, spec: ContactCodeSpec, intent: MakeIntent) -> ContactCode:
        """A temporary code for one employee; skips where the company may not make any."""
        one = evolve(spec, staff_ids=spec.staff_ids[:1], temporary=True, skip_confirmation=True)
        try:
            return provider.live_codes.create_contact_code(one, intent=intent())
        except (Refused, InputError) as refusal:
            pytest.skip(f"temporary codes are not for this company: {refusal}")

    @needs("live_codes.create_contact_code", "live_codes.get_contact_code")
    def test_a_contact_code_reads_back_as_it_was_made(
        self, provider: Provider, spec: ContactCodeSpec, intent: MakeIntent
    ) -> None:
        """Everything that the spec says, the picture that was answered, and the vendor's answer."""
        ours = intent()
        made = provider.live_codes.create_contact_code(spec, intent=ours)
        read = provider.live_codes.get_contact_code(made.code_id)
        assert read.code_id == made.code_id
        assert set(map(staff_key, read.spec.staff_ids)) == set(map(staff_key, spec.staff_ids))
        assert (read.spec.note, read.spec.skip_confirmation) == (spec.note, spec.skip_confirmation)
        assert (read.spec.scene, read.spec.temporary) == (spec.scene, False)
        assert read.spec.state == made.spec.state == ours.marker, "the marker is the state where the spec has none"
        assert read.qr_url == made.qr_url
        assert read.qr_url
        assert read.raw, "the vendor's answer is lost"

    @needs("live_codes.create_contact_code", "live_codes.get_contact_code", "live_codes.picture")
    def test_the_picture_of_a_contact_code(self, provider: Provider, contact_code: ContactCode) -> None:
        """A PNG or JPEG file, and the same when it is fetched again."""
        port = provider.live_codes
        read = port.get_contact_code(contact_code.code_id)
        picture = port.picture(read.qr_url)
        assert picture.content.startswith(_PICTURE_BEGINS[picture.content_type])
        assert port.picture(read.qr_url) == picture

    @pytest.mark.parametrize("address", ["", "picture.png", "https://elsewhere.invalid/1.png", "file:///etc/passwd"])
    @needs("live_codes.picture")
    def test_a_picture_of_somebody_else_is_not_fetched(
        self, provider: Provider, records: list[CallRecord], address: str
    ) -> None:
        """Only the vendor's own addresses are asked for anything."""
        with pytest.raises(InputError, match="qr_url"):
            provider.live_codes.picture(address)
        assert not records

    @needs("live_codes.create_contact_code", "live_codes.get_contact_code", "staff.departments")
    def test_a_contact_code_may_lead_to_a_department(self, provider: Provider, intent: MakeIntent) -> None:
        """A department instead of employees, and a state of its own where the intent has no marker."""
        smallest = list(provider.staff.departments())[-1].department_id
        spec = ContactCodeSpec(department_ids=(smallest,), state="department")
        made = provider.live_codes.create_contact_code(spec, intent=evolve(intent(), marker=""))
        read = provider.live_codes.get_contact_code(made.code_id)
        assert (read.spec.staff_ids, read.spec.department_ids) == ((), (smallest,))
        assert read.spec.state == made.spec.state == "department"

    @needs("live_codes.create_contact_code")
    def test_a_state_is_the_marker(
        self, provider: Provider, spec: ContactCodeSpec, intent: MakeIntent, records: list[CallRecord]
    ) -> None:
        """A state that is not the marker by which a lost code is found is refused before sending."""
        sent = len(records)
        with pytest.raises(InputError, match="state"):
            provider.live_codes.create_contact_code(evolve(spec, state="another"), intent=intent())
        assert len(records) == sent

    @pytest.mark.parametrize("field", _TOO_MUCH)
    @needs("live_codes.create_contact_code", "live_codes.update_contact_code")
    def test_a_contact_code_of_too_much_is_refused(
        self,
        provider: Provider,
        contact_code: ContactCode,
        intent: MakeIntent,
        records: list[CallRecord],
        field: str,
    ) -> None:
        """More than a vendor keeps of anything: refused before sending, with the field named, never cut."""
        large, port, sent = evolve(contact_code.spec, **{field: _TOO_MUCH[field]}), provider.live_codes, len(records)
        with pytest.raises(InputError, match=field):
            port.create_contact_code(large, intent=evolve(intent(), marker=""))
        with pytest.raises(InputError, match=field):
            port.update_contact_code(contact_code.code_id, large)
        assert len(records) == sent

    @needs("live_codes.create_contact_code")
    def test_a_contact_code_for_nobody_is_refused(
        self, provider: Provider, intent: MakeIntent, records: list[CallRecord]
    ) -> None:
        """Neither staff nor departments: refused before sending."""
        with pytest.raises(InputError, match="staff_ids"):
            provider.live_codes.create_contact_code(ContactCodeSpec(), intent=intent())
        assert not records

    @needs("live_codes.create_contact_code", "staff.list", "staff.serving")
    def test_staff_behind_a_contact_code_serve(self, provider: Provider, intent: MakeIntent) -> None:
        """Employees who are disabled or without customer contact are a precondition that does not hold."""
        serving = set(map(staff_key, provider.staff.serving()))
        idle = [one.staff_id for one in provider.staff.list() if staff_key(one.staff_id) not in serving]
        if not idle:
            pytest.skip("everybody has customer contact")
        for staff_id in idle[:5]:
            with pytest.raises(PreconditionFailed):
                provider.live_codes.create_contact_code(ContactCodeSpec(staff_ids=(staff_id,)), intent=intent())

    @needs("live_codes.create_contact_code", "live_codes.contact_codes")
    def test_contact_codes_are_listed_once(self, provider: Provider, spec: ContactCodeSpec, intent: MakeIntent) -> None:
        """Each stands once in the listing, which cannot go round in circles and resumes from any cursor."""
        made = {provider.live_codes.create_contact_code(spec, intent=intent()).code_id for _ in range(3)}
        assert made <= set(paged(lambda cursor: provider.live_codes.contact_codes(cursor=cursor), str))

    @needs("live_codes.create_contact_code", "live_codes.contact_codes")
    def test_contact_codes_are_listed_by_the_time_of_their_making(
        self, provider: Provider, spec: ContactCodeSpec, intent: MakeIntent, clock: Clock, pass_time: PassTime
    ) -> None:
        """From one second up to but without another."""
        port = provider.live_codes
        pass_time(_AGES)
        first = port.create_contact_code(spec, intent=intent()).code_id
        pass_time(_AGES)
        between = int(clock.time())
        pass_time(_AGES)
        second = port.create_contact_code(spec, intent=intent()).code_id
        pass_time(_AGES)
        last = int(clock.time())
        since = between - 2 * _AGES + _AGES // 2
        assert list(port.contact_codes(created_after=since, created_before=between)) == [first]
        assert list(port.contact_codes(created_after=between, created_before=last)) == [second]
        assert list(port.contact_codes(created_after=between)) == [second]

    @needs("live_codes.contact_codes")
    def test_a_span_the_wrong_way_round_is_refused(
        self, provider: Provider, clock: Clock, records: list[CallRecord]
    ) -> None:
        """From later to earlier is a mistake of the caller."""
        now = int(clock.time())
        with pytest.raises(InputError):
            list(provider.live_codes.contact_codes(created_after=now, created_before=now - 1))
        assert not records

    @needs("live_codes.update_contact_code", "live_codes.get_contact_code")
    def test_an_update_replaces_a_contact_code_and_keeps_its_picture(
        self, provider: Provider, contact_code: ContactCode, spec: ContactCodeSpec
    ) -> None:
        """What the new spec leaves empty is cleared but for the state; picture and state stay; twice is as once."""
        port, changed = provider.live_codes, ContactCodeSpec(staff_ids=spec.staff_ids[1:], state="moved")
        for _ in range(2):
            port.update_contact_code(contact_code.code_id, changed)
            read = port.get_contact_code(contact_code.code_id)
            assert list(map(staff_key, read.spec.staff_ids)) == [staff_key(spec.staff_ids[1])]
            assert (read.spec.state, read.spec.note, read.spec.skip_confirmation) == ("moved", "", True)
            assert read.qr_url == contact_code.qr_url
        port.update_contact_code(contact_code.code_id, evolve(changed, state=""))
        assert port.get_contact_code(contact_code.code_id).spec.state == "moved"

    @pytest.mark.parametrize("field", _FIXED)
    @needs("live_codes.update_contact_code", "live_codes.get_contact_code")
    def test_what_a_contact_code_is_cannot_change(
        self, provider: Provider, contact_code: ContactCode, spec: ContactCodeSpec, field: str
    ) -> None:
        """Scene, lifetime and exclusiveness are fixed when a code is made; asking for another one changes nothing."""
        port, before = provider.live_codes, provider.live_codes.get_contact_code(contact_code.code_id)
        other = ContactCodeSpec(staff_ids=spec.staff_ids[:1], state="moved")
        with pytest.raises(InputError, match=field):
            port.update_contact_code(contact_code.code_id, evolve(other, **{field: _FIXED[field]}))
        assert port.get_contact_code(contact_code.code_id) == before

    @needs("live_codes.update_contact_code", "live_codes.get_contact_code")
    def test_a_read_only_provider_changes_no_contact_code(
        self,
        provider: Provider,
        guarded: Callable[[WriteGuard], Provider],
        contact_code: ContactCode,
        spec: ContactCodeSpec,
    ) -> None:
        """It may look at the code first, but does not write."""
        before = provider.live_codes.get_contact_code(contact_code.code_id)
        with pytest.raises(WriteForbidden):
            guarded(ReadOnly()).live_codes.update_contact_code(contact_code.code_id, evolve(spec, state="moved"))
        assert provider.live_codes.get_contact_code(contact_code.code_id) == before

    @needs("live_codes.delete_contact_code", "live_codes.get_contact_code", "live_codes.contact_codes")
    def test_a_deleted_contact_code_is_gone(
        self, provider: Provider, contact_code: ContactCode, spec: ContactCodeSpec
    ) -> None:
        """It leaves the listing, and can be neither read nor changed nor deleted again."""
        port, code_id = provider.live_codes, contact_code.code_id
        port.delete_contact_code(code_id)
        assert code_id not in set(port.contact_codes())
        for attempt in (port.get_contact_code, port.delete_contact_code):
            with pytest.raises(NotFound):
                attempt(code_id)
        with pytest.raises(NotFound):
            port.update_contact_code(code_id, spec)

    @needs("live_codes.get_contact_code")
    def test_an_unknown_contact_code_is_not_found(self, provider: Provider, unknown_id: str) -> None:
        """An unknown id is an error of its own class."""
        with pytest.raises(NotFound) as caught:
            provider.live_codes.get_contact_code(unknown_id)
        assert caught.value.provider == provider.name

    @needs("live_codes.create_contact_code", "live_codes.settle_contact_code")
    def test_contact_codes_are_settled_by_their_marker(
        self, provider: Provider, spec: ContactCodeSpec, intent: MakeIntent
    ) -> None:
        """Made: done, with that code and no other; claimed by another intent, or never made: not done."""
        port, ours, others, idle = provider.live_codes, intent(), intent(), intent()
        made = port.create_contact_code(spec, intent=ours)
        other = port.create_contact_code(spec, intent=others)
        settled = port.settle_contact_code(ours)
        assert isinstance(settled, Done)
        assert settled.result.code_id == made.code_id
        assert port.settle_contact_code(ours, claimed={other.code_id}) == settled
        assert port.settle_contact_code(ours, claimed={made.code_id}) == NotDone()
        assert port.settle_contact_code(idle) == NotDone()

    @needs("live_codes.settle_contact_code")
    def test_what_leaves_no_trace_cannot_be_settled(
        self, provider: Provider, intent: MakeIntent, records: list[CallRecord]
    ) -> None:
        """Without a marker, and for temporary codes, which are in no list, nobody can tell."""
        for settled in (
            provider.live_codes.settle_contact_code(evolve(intent(), marker="")),
            provider.live_codes.settle_contact_code(intent(), temporary=True),
        ):
            assert isinstance(settled, CannotTell)
            assert settled.orphan
        assert not records

    @needs("live_codes.create_contact_code", "live_codes.settle_contact_code", "live_codes.contact_codes")
    def test_lost_contact_codes_are_found_each_by_its_own(
        self, provider: Provider, spec: ContactCodeSpec, intent: MakeIntent, lose_answer: LoseAnswer
    ) -> None:
        """Of equal codes whose answers were lost each is found once; none is made twice."""
        port, before, found = provider.live_codes, set(provider.live_codes.contact_codes()), set[str]()
        for one in [intent() for _ in range(3)]:
            lose_answer("live_codes.create_contact_code")
            with pytest.raises(OutcomeUnknown) as caught:
                port.create_contact_code(spec, intent=one)
            assert caught.value.intent == one
            settled = port.settle_contact_code(one, claimed=found)
            assert isinstance(settled, Done)
            assert settled.result.spec.state == one.marker
            found.add(settled.result.code_id)
        assert set(port.contact_codes()) - before == found

    @needs("live_codes.create_contact_code", "live_codes.settle_contact_code", "live_codes.contact_codes")
    def test_a_contact_code_that_was_never_made_may_be(
        self, provider: Provider, spec: ContactCodeSpec, intent: MakeIntent, lose_request: LoseAnswer
    ) -> None:
        """``create`` does not try again by itself; once settling says that nothing happened, the caller may."""
        port, before, ours = provider.live_codes, set(provider.live_codes.contact_codes()), intent()
        lose_request("live_codes.create_contact_code")
        with pytest.raises(OutcomeUnknown):
            port.create_contact_code(spec, intent=ours)
        assert port.settle_contact_code(ours) == NotDone()
        made = port.create_contact_code(spec, intent=ours)
        assert set(port.contact_codes()) - before == {made.code_id}

    @needs("live_codes.update_contact_code", "members.get")
    def test_a_printed_contact_code_leads_where_it_is_told(
        self,
        provider: Provider,
        contact_code: ContactCode,
        spec: ContactCodeSpec,
        scan_contact_code: ScanContactCode,
    ) -> None:
        """Whoever scans it comes to the staff behind it with its state; after an update to others, then to nobody."""
        port, first = provider.live_codes, scan_contact_code(contact_code.code_id)
        assert first is not None
        assert staff_key(first.staff_id) in set(map(staff_key, spec.staff_ids))
        follow = provider.members.get(first.member_id).followed_by(first.staff_id)
        assert follow is not None
        assert follow.state == contact_code.spec.state
        other = list(provider.staff.serving())[-1]
        port.update_contact_code(contact_code.code_id, evolve(spec, staff_ids=(other,), state="moved"))
        second = scan_contact_code(contact_code.code_id)
        assert second is not None
        assert staff_key(second.staff_id) == staff_key(other)
        port.delete_contact_code(contact_code.code_id)
        assert scan_contact_code(contact_code.code_id) is None

    @needs("live_codes.create_contact_code", "live_codes.get_contact_code", "live_codes.contact_codes")
    def test_temporary_codes_are_in_no_list(self, provider: Provider, temporary_code: ContactCode) -> None:
        """They can be read, but not found."""
        assert provider.live_codes.get_contact_code(temporary_code.code_id).spec.temporary
        assert temporary_code.code_id not in set(provider.live_codes.contact_codes())

    @needs("live_codes.end_temporary_chat", "live_codes.create_contact_code")
    def test_a_temporary_chat_is_ended(
        self, provider: Provider, temporary_code: ContactCode, scan_contact_code: ScanContactCode
    ) -> None:
        """The one that a temporary code opened; where none was opened there is none to end."""
        opened = scan_contact_code(temporary_code.code_id)
        assert opened is not None
        assert scan_contact_code(temporary_code.code_id) is None, "a temporary code is for one person"
        provider.live_codes.end_temporary_chat(opened.staff_id, opened.member_id)
        stranger = next(member for member in provider.members.ids(opened.staff_id) if member != opened.member_id)
        with pytest.raises(Refused):
            provider.live_codes.end_temporary_chat(opened.staff_id, stranger)
