"""Live codes: contact codes (联系我) and group codes (加入群聊).

https://developer.work.weixin.qq.com/document/path/92228 and 92229.
"""

from collections.abc import Collection, Mapping
from typing import Any

from attrs import evolve

from privcrm.errors import AnswerLost, InputError, NotFound, OutcomeUnknown
from privcrm.models import (
    CodeId,
    CodeScene,
    ContactCode,
    ContactCodeSpec,
    Download,
    GroupCode,
    GroupCodeSpec,
    Page,
    Pages,
)
from privcrm.provider import CannotTell, Done, Endpoint, Intent, NotDone, Settled
from privcrm.provider.ports import LiveCodesPort
from privcrm.transport import Params
from privcrm_wecom import checks
from privcrm_wecom.api.area import Area
from privcrm_wecom.api.settling import EARLIER
from privcrm_wecom.content import CONCLUSION, body_of
from privcrm_wecom.convert import live_codes as convert
from privcrm_wecom.convert import values
from privcrm_wecom.endpoints.live_codes import (
    CONTACT_CODE_ADD,
    CONTACT_CODE_DELETE,
    CONTACT_CODE_GET,
    CONTACT_CODE_LIST,
    CONTACT_CODE_UPDATE,
    GROUP_CODE_ADD,
    GROUP_CODE_DELETE,
    GROUP_CODE_GET,
    GROUP_CODE_UPDATE,
    TEMPORARY_CHAT_CLOSE,
)

_STYLES = {convert.SINGLE: 3, convert.SEVERAL: 2}


class WeComLiveCodes(Area, LiveCodesPort):
    """Needs the role ``customer_contact``. An app sees and edits its own codes only; the console shows none of them.

    Contact codes are made for several people even if they lead to one: what was made for one never leads to two.
    """

    def contact_codes(
        self, *, created_after: int | None = None, created_before: int | None = None, cursor: str = ""
    ) -> Pages[CodeId]:
        """List contact codes, 1,000 a call; without a span those of the last 90 days, never those before 2021-07-10."""
        if created_after is not None and created_before is not None and created_after >= created_before:
            raise InputError(f"created_after is not before created_before ({CONTACT_CODE_LIST.doc})")
        span = {"start_time": created_after, "end_time": created_before}
        known = {name: second for name, second in span.items() if second is not None}
        return Pages(lambda inner: self._ids(known, inner), cursor)

    def get_contact_code(self, code_id: str) -> ContactCode:
        """Return a contact code; whether it is exclusive is not told by every company's WeCom."""
        checks.given("code_id", code_id, CONTACT_CODE_GET.doc)
        found = convert.contact_code(self._read(CONTACT_CODE_GET, code_id, "contact_way"))
        return found if found.code_id else evolve(found, code_id=CodeId(code_id))

    def create_contact_code(
        self, spec: ContactCodeSpec, *, intent: Intent, extra: Mapping[str, Any] | None = None
    ) -> ContactCode:
        """Make a contact code. Its staff must be active, verified, with customer contact and visible to the app.

        Temporary ones lead to one employee, are for companies of the medical trade (others: 41040, ``InvalidArgument``)
        and die with the first use. Codes for mini-programs have no picture.
        """
        extra = Params(extra or {})
        state = spec.state or intent.marker
        kind = convert.SINGLE if spec.temporary else convert.SEVERAL
        self._check_contact_spec(evolve(spec, state=state), kind)
        if intent.marker not in ("", state):
            raise InputError(f"state is not the intent's marker, by which a code is found ({CONTACT_CODE_ADD.doc})")
        answer = self._client.call(
            CONTACT_CODE_ADD,
            {
                "type": kind,
                "scene": convert.scene_number(spec.scene),
                **_filled(self._contact_fields(spec, state, kind)),
                **({"is_temp": True} if spec.temporary else {}),
                **({"is_exclusive": True} if spec.exclusive else {}),
                **extra,
            },
            intent=intent,
        )
        code_id = _made(CONTACT_CODE_ADD, answer, intent)
        return ContactCode(code_id, evolve(spec, state=state), values.text(answer.get("qr_code")), answer)

    def settle_contact_code(self, intent: Intent, *, claimed: Collection[str] = (), temporary: bool = False) -> Settled:
        """Look the marker up among the codes made since, by one call for each code that nobody claims."""
        if temporary:
            return CannotTell("a temporary contact code, of which there is no list; it expires by itself")
        if not intent.marker:
            return CannotTell("a contact code without a state of ours")
        since = max(0, int(self._client.vendor_time(intent.created_at)) - EARLIER)
        for code_id in self.contact_codes(created_after=since):
            found = None if code_id in claimed else self._contact_code_or_none(code_id)
            if found is not None and found.spec.state == intent.marker:
                return Done(found)
        return NotDone()

    def update_contact_code(
        self, code_id: str, spec: ContactCodeSpec, *, extra: Mapping[str, Any] | None = None
    ) -> None:
        """Replace what can change, after a look at what cannot.

        Lists that are to become empty are sent empty: the vendor does not say whether that clears them, so read back.
        A code that somebody made for a single employee takes one employee and no department. An expired temporary
        code cannot be edited. An empty ``state`` stays as it is: to empty it, say so in ``extra``.
        """
        extra = Params(extra or {})
        self._check_contact_spec(spec, convert.SINGLE if spec.temporary else 0)
        now = self.get_contact_code(code_id)
        kind = values.number(now.raw.get("type")) or convert.SEVERAL
        _check_fixed(now, spec)
        self._check_contact_spec(spec, kind)
        self._client.call(
            CONTACT_CODE_UPDATE,
            {"config_id": code_id, **self._contact_fields(spec, spec.state or now.spec.state, kind), **extra},
        )

    def delete_contact_code(self, code_id: str) -> None:
        """Delete a contact code; one that is gone is ``NotFound`` (41044, and 41037 as others met it)."""
        self._delete(CONTACT_CODE_DELETE, code_id)

    def get_group_code(self, code_id: str) -> GroupCode:
        """Return a group code; whether groups that the vendor opened are among its groups is not documented."""
        checks.given("code_id", code_id, GROUP_CODE_GET.doc)
        found = convert.group_code(self._read(GROUP_CODE_GET, code_id, "join_way"))
        return found if found.code_id else evolve(found, code_id=CodeId(code_id))

    def create_group_code(
        self, spec: GroupCodeSpec, *, intent: Intent, extra: Mapping[str, Any] | None = None
    ) -> GroupCode:
        """Make a group code over up to 5 groups; the vendor answers its id only, ``qr_url`` is empty."""
        extra = Params(extra or {})
        state = spec.state or intent.marker
        self._check_group_spec(spec, state)
        body = Params({**_filled(convert.group_code_fields(spec, state)), **extra})
        answer = self._client.call(GROUP_CODE_ADD, body, intent=intent)
        return GroupCode(_made(GROUP_CODE_ADD, answer, intent), evolve(spec, state=state), raw=answer)

    def settle_group_code(
        self,
        intent: Intent,
        *,
        claimed: Collection[str] = (),  # noqa: ARG002 - nothing can be looked up
    ) -> Settled:
        """Never tell: the vendor has no list of group codes. One left behind is in nobody's hands but counts."""
        return CannotTell(
            f"a group code{f' with the state {intent.marker}' if intent.marker else ''}: nobody has its picture, "
            f"but it counts among the {self._most('codes_per_company'):,} codes of the company"
        )

    def update_group_code(self, code_id: str, spec: GroupCodeSpec, *, extra: Mapping[str, Any] | None = None) -> None:
        """Replace the whole of a group code, after a look at what a spec does not name (such as ``mark_source``).

        The vendor takes what is left out for its default, so all of that is sent as it was read. An empty ``state``
        stays as it is: to empty it, say so in ``extra``.
        """
        extra = Params(extra or {})
        checks.given("code_id", code_id, GROUP_CODE_UPDATE.doc)
        self._check_group_spec(spec, spec.state)
        now = self.get_group_code(code_id)
        fields = Params(convert.group_code_fields(spec, spec.state or now.spec.state))
        kept = Params(convert.beside_the_spec(now))
        self._client.call(GROUP_CODE_UPDATE, {**kept, "config_id": code_id, **fields, **extra})

    def delete_group_code(self, code_id: str) -> None:
        """Delete a group code; one that is gone is ``NotFound`` (41044)."""
        self._delete(GROUP_CODE_DELETE, code_id)

    def picture(self, qr_url: str) -> Download:
        """Fetch it by a plain GET without a token, by https, from ``*.qpic.cn`` or the host of the ``BASE_URL``."""
        return self._client.picture(qr_url)

    def end_temporary_chat(self, staff_id: str, member_id: str) -> None:
        """End a temporary chat that is still open; its conclusions are sent first. Others are refused (84061)."""
        checks.given("staff_id", staff_id, TEMPORARY_CHAT_CLOSE.doc)
        checks.given("member_id", member_id, TEMPORARY_CHAT_CLOSE.doc)
        self._client.call(TEMPORARY_CHAT_CLOSE, {"userid": staff_id, "external_userid": member_id})

    def _ids(self, span: Mapping[str, int], cursor: str) -> Page[CodeId]:
        body: dict[str, Any] = {**span, "limit": self._most("contact_code_page")}
        if cursor:
            body["cursor"] = cursor
        answer = self._client.call(CONTACT_CODE_LIST, body)
        found = (values.text(row.get("config_id")) for row in values.rows(answer.get("contact_way")))
        return Page(tuple(CodeId(code_id) for code_id in found if code_id), values.text(answer.get("next_cursor")))

    def _read(self, endpoint: Endpoint, code_id: str, name: str) -> dict[str, Any]:
        found = values.mapping(self._client.call(endpoint, {"config_id": code_id}).get(name))
        if not found:
            message = f"the answer tells no {name}"
            raise AnswerLost(message, provider="wecom", operation=endpoint.name)
        return found

    def _delete(self, endpoint: Endpoint, code_id: str) -> None:
        checks.given("code_id", code_id, endpoint.doc)
        self._client.call(endpoint, {"config_id": code_id})

    def _contact_code_or_none(self, code_id: str) -> ContactCode | None:
        try:
            return self.get_contact_code(code_id)
        except NotFound:  # deleted since it was listed
            return None

    def _contact_fields(self, spec: ContactCodeSpec, state: str, kind: int) -> dict[str, Any]:
        """Return what create and update share; the caller does not keep it, for a ``unionid`` and texts are in it."""
        page = CONTACT_CODE_ADD.doc
        departments = [checks.whole("department_ids", one, page) for one in spec.department_ids]
        optional = {
            "style": spec.style,
            "expires_in": spec.expires_in,
            "chat_expires_in": spec.chat_expires_in,
            "unionid": spec.unionid,
            "conclusions": body_of(spec.conclusions, CONCLUSION, self._limits) if _concludes(spec) else None,
        }
        return {
            "remark": spec.note,
            "skip_verify": spec.skip_confirmation,
            "state": state,
            "user": [*spec.staff_ids],
            **({"party": departments} if kind == convert.SEVERAL else {}),
            **{name: value for name, value in optional.items() if value is not None},
        }

    def _check_contact_spec(self, spec: ContactCodeSpec, kind: int) -> None:
        """Refuse what the vendor would refuse or leave out; ``kind`` is 0 where the code's is not known yet."""
        page = CONTACT_CODE_ADD.doc
        checks.given("staff_ids and department_ids", (*spec.staff_ids, *spec.department_ids), page)
        if not all((*spec.staff_ids, *spec.department_ids)):
            raise InputError(f"staff_ids or department_ids holds an empty id ({page})")
        for department_id in spec.department_ids:
            checks.whole("department_ids", department_id, page)
        checks.at_most("staff_ids", spec.staff_ids, self._limit("contact_code_staff"))
        checks.at_most("state", spec.state, self._limit("code_state"))
        checks.at_most("note", spec.note, self._limit("code_note"))
        if kind == convert.SINGLE and (len(spec.staff_ids) != 1 or spec.department_ids):
            raise InputError(f"staff_ids is not one employee, and this code was or is made for one ({page})")
        self._check_style(spec, kind)
        self._check_temporary(spec)

    def _check_style(self, spec: ContactCodeSpec, kind: int) -> None:
        page = CONTACT_CODE_ADD.doc
        if spec.style is None:
            return
        if spec.scene is not CodeScene.MINI_PROGRAM or spec.temporary:
            raise InputError(f"style is for codes of mini-programs that are not temporary ({page})")
        most = _STYLES.get(kind, _STYLES[convert.SINGLE])
        if not 1 <= spec.style <= most:
            raise InputError(f"style is {spec.style:,}, allowed are 1 to {most} ({page})")

    def _check_temporary(self, spec: ContactCodeSpec) -> None:
        given = [name for name in ("expires_in", "chat_expires_in", "unionid") if getattr(spec, name) is not None]
        given += ["conclusions"] if _concludes(spec) else []
        if given and not spec.temporary:
            raise InputError(f"{given[0]} is for temporary codes only ({CONTACT_CODE_ADD.doc})")
        if spec.expires_in is not None:
            checks.between("expires_in", spec.expires_in, 1, self._limit("temporary_code_lifetime"))
        if spec.chat_expires_in is not None:
            checks.between("chat_expires_in", spec.chat_expires_in, 1, self._limit("temporary_chat_lifetime"))
        if _concludes(spec):
            body_of(spec.conclusions, CONCLUSION, self._limits)

    def _check_group_spec(self, spec: GroupCodeSpec, state: str) -> None:
        page = GROUP_CODE_ADD.doc
        checks.ids("group_ids", spec.group_ids, page, self._limit("group_code_groups"))
        checks.at_most("state", state, self._limit("code_state"))
        checks.at_most("note", spec.note, self._limit("code_note"))
        checks.at_most("base_name", spec.base_name, self._limit("group_code_base_name"))
        if spec.base_number < 0:
            raise InputError(f"base_number is {spec.base_number:,}, and the first number is 0 at least ({page})")


def _filled(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in ("", [])}


def _concludes(spec: ContactCodeSpec) -> bool:
    return bool(spec.conclusions.text or spec.conclusions.attachments)


def _check_fixed(now: ContactCode, spec: ContactCodeSpec) -> None:
    """Refuse another scene, mode or exclusiveness than the code has, as far as the answer tells them."""
    fixed = {"scene": "scene", "temporary": "is_temp", "exclusive": "is_exclusive"}
    for name, wire in fixed.items():
        if wire in now.raw and getattr(now.spec, name) != getattr(spec, name):
            raise InputError(f"{name} is fixed when a code is made ({CONTACT_CODE_UPDATE.doc})")


def _made(endpoint: Endpoint, answer: Mapping[str, Any], intent: Intent) -> CodeId:
    code_id = values.text(answer.get("config_id"))
    if not code_id:
        message = "the answer tells no config_id"
        raise OutcomeUnknown(message, intent=intent, provider="wecom", operation=endpoint.name)
    return CodeId(code_id)
