"""Live codes of the memory provider; scanning them is an action of the world, not of a port."""

from collections.abc import Collection, Iterable, Mapping
from io import BytesIO
from itertools import islice
from typing import Any, TypeVar

from attrs import asdict, evolve

from privcrm.errors import InputError, LimitReached, MissingExtra, NotFound, PreconditionFailed
from privcrm.models import (
    CodeId,
    CodeScene,
    ContactCode,
    ContactCodeSpec,
    Content,
    DepartmentId,
    Download,
    GroupCode,
    GroupCodeSpec,
    GroupId,
    Page,
    Pages,
    StaffId,
)
from privcrm.provider.capabilities import Capabilities
from privcrm.provider.intents import CannotTell, Done, Intent, NotDone, Settled
from privcrm.provider.limits import LimitTable
from privcrm.provider.ports import LiveCodesPort
from privcrm.sandbox.world import OUR_PROGRAM
from privcrm.sandbox.world import live_codes as book
from privcrm.sandbox.world.scanning import people_behind
from privcrm.testing.memory import ids
from privcrm.testing.memory.door import NAME, Call, Door
from privcrm.testing.memory.staff import present

_WEEK, _DAY = 604_800, 86_400
_PICTURES = "https://memory.invalid/"
_FIXED = ("scene", "temporary", "exclusive")
_LASTING = ("expires_in", "chat_expires_in", "unionid")

C = TypeVar("C", book.ContactCode, book.GroupCode)


class MemoryLiveCodes(LiveCodesPort):
    """Keeps the codes of this program; what is found out about a lost answer is certain, but for temporary codes."""

    def __init__(self, door: Door, capabilities: Capabilities, limits: LimitTable) -> None:
        super().__init__(NAME, capabilities)
        self._door = door
        self._limits = limits

    def contact_codes(
        self, *, created_after: int | None = None, created_before: int | None = None, cursor: str = ""
    ) -> Pages[CodeId]:
        """List contact codes, oldest first; the cursor is the last one given out. No span means all."""
        if created_after is not None and created_before is not None and created_after >= created_before:
            raise InputError("created_after is not before created_before")
        return Pages(lambda place: self._page_at(created_after or 0, created_before, place), cursor)

    def get_contact_code(self, code_id: str) -> ContactCode:
        """Return a contact code."""
        with self._door.reading("live_codes.get_contact_code") as call:
            return _contact_code(call, _own(call, code_id, book.ContactCode))

    def create_contact_code(
        self,
        spec: ContactCodeSpec,
        *,
        intent: Intent,
        extra: Mapping[str, Any] | None = None,  # noqa: ARG002 - there is no vendor to pass it on to
    ) -> ContactCode:
        """Make a contact code."""
        spec = evolve(spec, state=spec.state or intent.marker)
        if intent.marker not in ("", spec.state):
            raise InputError("state is not the intent's marker, by which a code is found")
        self._check_contact_spec(spec)
        with self._door.writing("live_codes.create_contact_code", intent=intent, **_people(spec)) as call:
            self._check_room(call)
            blank = book.ContactCode(call.world.live_codes.next_number(), OUR_PROGRAM, call.now, single=False)
            fixed = evolve(blank, on_button=spec.scene is CodeScene.MINI_PROGRAM, exclusive=spec.exclusive)
            return _contact_code(call, call.world.live_codes.keep(self._with(call, fixed, spec)))

    def settle_contact_code(self, intent: Intent, *, claimed: Collection[str] = (), temporary: bool = False) -> Settled:
        """Look the marker up among the codes made since."""
        if temporary or not intent.marker:
            return CannotTell("a contact code that is in no list" if temporary else "a contact code without a marker")
        with self._door.reading("live_codes.settle_contact_code") as call:
            made = call.world.live_codes.contact_codes(OUR_PROGRAM, int(intent.created_at))
            return _settled(_contact_code(call, code) for code in made if _is_of(code, intent, claimed))

    def update_contact_code(
        self,
        code_id: str,
        spec: ContactCodeSpec,
        *,
        extra: Mapping[str, Any] | None = None,  # noqa: ARG002 - there is no vendor to pass it on to
    ) -> None:
        """Replace what can change."""
        self._check_contact_spec(spec)
        with self._door.writing("live_codes.update_contact_code", code_id=code_id, **_people(spec)) as call:
            code = _own(call, code_id, book.ContactCode)
            now = _contact_code(call, code).spec
            other = [name for name in _FIXED if getattr(now, name) != getattr(spec, name)]
            if other:
                raise InputError(f"{other[0]} is fixed when a code is made")
            if code.expired(call.now):
                raise call.refuse(NotFound, "expired_code", "the temporary code has expired")
            call.world.live_codes.keep(self._with(call, code, spec))

    def delete_contact_code(self, code_id: str) -> None:
        """Delete a contact code."""
        self._delete("live_codes.delete_contact_code", code_id, book.ContactCode)

    def get_group_code(self, code_id: str) -> GroupCode:
        """Return a group code."""
        with self._door.reading("live_codes.get_group_code") as call:
            return _group_code(_own(call, code_id, book.GroupCode))

    def create_group_code(
        self,
        spec: GroupCodeSpec,
        *,
        intent: Intent,
        extra: Mapping[str, Any] | None = None,  # noqa: ARG002 - there is no vendor to pass it on to
    ) -> GroupCode:
        """Make a group code."""
        spec = evolve(spec, state=spec.state or intent.marker)
        self._check_group_spec(spec)
        with self._door.writing("live_codes.create_group_code", intent=intent, group_id=spec.group_ids) as call:
            self._check_room(call)
            blank = book.GroupCode(call.world.live_codes.next_number(), OUR_PROGRAM, call.now)
            return _group_code(call.world.live_codes.keep(_with_groups(call, blank, spec)))

    def settle_group_code(self, intent: Intent, *, claimed: Collection[str] = ()) -> Settled:
        """Look the marker up among all group codes: no port lists them, but nothing is hidden here."""
        if not intent.marker:
            return CannotTell("a group code without a marker")
        with self._door.reading("live_codes.settle_group_code") as call:
            made = (code for code in call.world.live_codes.after(-1) if isinstance(code, book.GroupCode))
            return _settled(_group_code(code) for code in made if _is_of(code, intent, claimed))

    def update_group_code(
        self,
        code_id: str,
        spec: GroupCodeSpec,
        *,
        extra: Mapping[str, Any] | None = None,  # noqa: ARG002 - there is no vendor to pass it on to
    ) -> None:
        """Replace the whole of a group code."""
        self._check_group_spec(spec)
        with self._door.writing("live_codes.update_group_code", code_id=code_id, group_id=spec.group_ids) as call:
            code = _own(call, code_id, book.GroupCode)
            call.world.live_codes.keep(_with_groups(call, code, spec))

    def delete_group_code(self, code_id: str) -> None:
        """Delete a group code."""
        self._delete("live_codes.delete_group_code", code_id, book.GroupCode)

    def picture(self, qr_url: str) -> Download:
        """Draw the picture of a code, which stays when the code is deleted; needs the extra ``qr``."""
        code_id = qr_url.removeprefix(_PICTURES).removesuffix(".png")
        if qr_url != f"{_PICTURES}{code_id}.png":
            raise InputError("qr_url is no address of a picture of this provider")
        with self._door.reading("live_codes.picture") as call:
            if call.world.live_codes.find(ids.number_of(ids.CODE, code_id)) is None:
                raise call.refuse(NotFound, "unknown_code", "there is no such picture")
        return Download(_drawn(f"https://memory.invalid/scan/{code_id}"), "image/png")

    def end_temporary_chat(self, staff_id: str, member_id: str) -> None:
        """End a temporary chat; one that has ended stays as it is."""
        with self._door.writing("live_codes.end_temporary_chat", staff_id=staff_id) as call:
            codes = call.world.live_codes
            chat = codes.chat(present(call, staff_id).number, ids.number_of(ids.MEMBER, member_id))
            if chat is None:
                raise call.refuse(NotFound, "no_chat", "no temporary code brought these two together")
            if chat.running(call.now):
                codes.keep_chat(evolve(chat, closed_at=call.now))

    def _page_at(self, since: int, before: int | None, cursor: str) -> Page[CodeId]:
        size = self._limits["live_codes.page"].value
        with self._door.reading("live_codes.contact_codes") as call:
            behind = ids.number_of(ids.CODE, cursor)
            codes = call.world.live_codes.contact_codes(OUR_PROGRAM, since, behind)
            listed = (code for code in codes if before is None or code.created_at < before)
            found = [_id(code) for code in islice(listed, size + 1)]
        return Page(tuple(found[:size]), found[size - 1] if len(found) > size else "")

    def _delete(self, operation: str, code_id: str, kind: type[C]) -> None:
        with self._door.writing(operation, code_id=code_id) as call:
            call.world.live_codes.keep(evolve(_own(call, code_id, kind), deleted_at=call.now))

    def _check_room(self, call: Call) -> None:
        if call.world.live_codes.permanent >= self._limits["live_codes.company"].value:
            raise call.refuse(LimitReached, "codes_full", "the company has as many codes as it may have")

    def _with(self, call: Call, code: book.ContactCode, spec: ContactCodeSpec) -> book.ContactCode:
        """Return the code with everything of a spec that can change."""
        staff = tuple(_servant(call, staff_id) for staff_id in spec.staff_ids)
        departments = tuple(_department(call, one) for one in spec.department_ids)
        if len(people_behind(call.world, staff, departments)) > self._limits["live_codes.staff"].value:
            raise call.refuse(LimitReached, "too_many_people", "more people than one code leads to")
        return evolve(
            code,
            staff=staff,
            departments=departments,
            channel=spec.state or code.channel,
            note=spec.note,
            skips_verification=spec.skip_confirmation,
            style=code.style if spec.style is None else spec.style,
            temporary=_temporary(code.temporary, spec) if spec.temporary else None,
        )

    def _check_contact_spec(self, spec: ContactCodeSpec) -> None:
        if not spec.staff_ids and not spec.department_ids:
            raise InputError("staff_ids and department_ids are empty")
        if spec.temporary and (len(spec.staff_ids) != 1 or spec.department_ids):
            raise InputError("staff_ids is not one employee, as a temporary code needs it")
        lasting = [name for name in _LASTING if getattr(spec, name) is not None]
        if lasting and not spec.temporary:
            raise InputError(f"{lasting[0]} is for temporary codes only")
        self._check_most("staff_ids", len(spec.staff_ids), "live_codes.staff")
        self._check_most("state", len(spec.state), "live_codes.text")
        self._check_most("note", len(spec.note), "live_codes.text")
        self._check_most("expires_in", spec.expires_in or 0, "live_codes.lifetime")
        self._check_most("chat_expires_in", spec.chat_expires_in or 0, "live_codes.lifetime")

    def _check_group_spec(self, spec: GroupCodeSpec) -> None:
        if not spec.group_ids:
            raise InputError("group_ids is empty")
        self._check_most("group_ids", len(spec.group_ids), "live_codes.groups")
        for name in ("state", "note", "base_name"):
            self._check_most(name, len(getattr(spec, name)), "live_codes.text")

    def _check_most(self, field: str, amount: int, limit: str) -> None:
        most = self._limits[limit]
        if amount > most.value:
            raise InputError(f"{field} holds {amount:,}, allowed are {most.value:,} {most.unit.value}")


def _own(call: Call, code_id: str, kind: type[C]) -> C:
    code = call.world.live_codes.find(ids.number_of(ids.CODE, code_id))
    if not isinstance(code, kind) or code.deleted_at is not None or code.maker != OUR_PROGRAM:
        raise call.refuse(NotFound, "unknown_code", "this program made no such code")
    return code


def _is_of(code: book.ContactCode | book.GroupCode, intent: Intent, claimed: Collection[str]) -> bool:
    fresh = code.deleted_at is None and code.created_at >= int(intent.created_at)
    return fresh and code.channel == intent.marker and _id(code) not in claimed


def _settled(found: Iterable[ContactCode | GroupCode]) -> Settled:
    result = next(iter(found), None)
    return NotDone() if result is None else Done(result)


def _people(spec: ContactCodeSpec) -> dict[str, Any]:
    return {"staff_id": spec.staff_ids, "department_id": spec.department_ids}


def _servant(call: Call, staff_id: str) -> int:
    staff = present(call, staff_id)
    if not staff.can_contact:
        raise call.refuse(PreconditionFailed, "not_serving", "an employee behind the code has no customer contact")
    return staff.number


def _department(call: Call, department_id: str) -> int:
    for department in call.world.staff.departments:
        if str(department.number) == department_id:
            return department.number
    raise call.refuse(NotFound, "unknown_department", "no department has this id")


def _temporary(now: book.Temporary | None, spec: ContactCodeSpec) -> book.Temporary:
    before = now or book.Temporary(_WEEK, _DAY)
    given: dict[str, Any] = {"lives_for": spec.expires_in, "chat_lasts": spec.chat_expires_in, "only_for": spec.unionid}
    if spec.conclusions != Content():
        given["farewell"] = {"content": spec.conclusions}
    return evolve(before, **{name: value for name, value in given.items() if value is not None})


def _with_groups(call: Call, code: book.GroupCode, spec: GroupCodeSpec) -> book.GroupCode:
    groups = tuple(_group(call, group_id) for group_id in dict.fromkeys(spec.group_ids))
    renamed = (spec.base_name, spec.base_number) != (code.base_name, code.first_number)
    return evolve(
        code,
        groups=groups,
        opens_groups=spec.opens_groups,
        base_name=spec.base_name,
        first_number=spec.base_number,
        channel=spec.state or code.channel,
        note=spec.note,
        on_button=spec.scene is CodeScene.MINI_PROGRAM,
        named=0 if renamed else code.named,
    )


def _group(call: Call, group_id: str) -> int:
    group = call.world.groups.find(ids.number_of(ids.GROUP, group_id))
    if group is None or group.dismissed_at is not None:
        raise call.refuse(NotFound, "unknown_group", "no group has this id")
    return group.number


def _id(code: book.ContactCode | book.GroupCode) -> CodeId:
    return CodeId(ids.id_of(ids.CODE, code.number))


def _scene(code: book.ContactCode | book.GroupCode) -> CodeScene:
    return CodeScene.MINI_PROGRAM if code.on_button else CodeScene.QR_CODE


def _picture(code: book.ContactCode | book.GroupCode) -> str:
    return f"{_PICTURES}{_id(code)}.png"


def _drawn(text: str) -> bytes:
    """Return a QR code as a PNG file."""
    try:
        import segno  # noqa: PLC0415 - for who asks for pictures
    except ImportError:
        raise MissingExtra("segno", "qr") from None
    file = BytesIO()
    segno.make(text, micro=False).save(file, kind="png", scale=8)
    return file.getvalue()


def _contact_code(call: Call, code: book.ContactCode) -> ContactCode:
    temporary = code.temporary
    spec = ContactCodeSpec(
        staff_ids=tuple(StaffId(call.world.staff[number].staff_id) for number in code.staff),
        department_ids=tuple(DepartmentId(str(number)) for number in code.departments),
        state=code.channel,
        note=code.note,
        skip_confirmation=code.skips_verification,
        scene=_scene(code),
        exclusive=code.exclusive,
        temporary=temporary is not None,
        expires_in=temporary.lives_for if temporary else None,
        chat_expires_in=temporary.chat_lasts if temporary else None,
        unionid=(temporary.only_for or None) if temporary else None,
        conclusions=temporary.farewell.get("content", Content()) if temporary else Content(),
        style=code.style if code.on_button else None,
    )
    return ContactCode(_id(code), spec, "" if code.on_button else _picture(code), asdict(code, recurse=False))


def _group_code(code: book.GroupCode) -> GroupCode:
    spec = GroupCodeSpec(
        group_ids=tuple(GroupId(ids.id_of(ids.GROUP, number)) for number in code.groups),
        state=code.channel,
        note=code.note,
        scene=_scene(code),
        opens_groups=code.opens_groups,
        base_name=code.base_name,
        base_number=code.first_number,
    )
    return GroupCode(_id(code), spec, _picture(code), asdict(code, recurse=False))
