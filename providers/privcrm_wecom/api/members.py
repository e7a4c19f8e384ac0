"""Members (客户).

https://developer.work.weixin.qq.com/document/path/92113 to 92115, 92994, 99434; ids: 92323, 95195, 95884, 97107, 97108,
98729.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from attrs import evolve

from privcrm.errors import AnswerLost, InputError, NotFound
from privcrm.models import (
    ConvertedId,
    Follow,
    Member,
    MemberId,
    MemberIdConversion,
    Page,
    Pages,
    RemarkChange,
    ServedContact,
)
from privcrm.provider.ports import MembersPort
from privcrm.transport import Params
from privcrm_wecom import checks, errcodes
from privcrm_wecom.api.chunks import by_chunks
from privcrm_wecom.api.conversion import Conversion, converted
from privcrm_wecom.api.paging import page_of, page_params
from privcrm_wecom.api.strategies import FOR_MEMBERS, Strategies, StrategyKind
from privcrm_wecom.convert import members as convert
from privcrm_wecom.convert import values
from privcrm_wecom.endpoints.members import (
    FROM_SERVICE,
    MEMBER_GET,
    MEMBER_IDS,
    MEMBER_OPENID,
    MEMBERS_OF_STAFF,
    NEW_IDS,
    PENDING_IDS,
    REMARK,
    SERVED_CONTACTS,
    TEMPORARY_IDS,
    TO_SERVICE,
    UNIONID,
)

_OF_WECOM_USERS = "wo"


def _temporary(business: int) -> Conversion:
    return Conversion(
        TEMPORARY_IDS,
        "tmp_external_userid_list",
        "external_userid",
        "results",
        "tmp_external_userid",
        "temporary_ids",
        also={"business_type": business, "user_type": 1},
    )


_CONVERSIONS = {
    MemberIdConversion.PENDING: Conversion(
        PENDING_IDS, "external_userid", "pending_id", "result", "external_userid", "pending_ids"
    ),
    MemberIdConversion.FROM_MEETING: _temporary(1),
    MemberIdConversion.FROM_FORM: _temporary(2),
    MemberIdConversion.FROM_SHEET: _temporary(3),
    MemberIdConversion.FROM_SERVICE: Conversion(FROM_SERVICE, "external_userid", "external_userid", needs_app=True),
    MemberIdConversion.TO_SERVICE: Conversion(TO_SERVICE, "external_userid", "external_userid"),
    MemberIdConversion.UPGRADED: Conversion(
        NEW_IDS, "external_userid_list", "new_external_userid", "items", "external_userid", "new_ids"
    ),
    MemberIdConversion.OPENID: Conversion(MEMBER_OPENID, "external_userid", "openid", without=_OF_WECOM_USERS),
}


class WeComMembers(Strategies, MembersPort):
    """Needs the role ``customer_contact``; sees members followed by somebody in the app's visible range."""

    kind: ClassVar[StrategyKind] = FOR_MEMBERS

    def get(self, member_id: str) -> Member:
        """Return a member; relations beyond the first 500 come in further pages of the same call."""
        checks.given("member_id", member_id, MEMBER_GET.doc)
        pages = [*Pages(lambda cursor: self._followers(member_id, cursor)).pages()]
        first = pages[0].items[0]
        if not first.member_id:
            message = "the answer tells no external_userid"
            raise AnswerLost(message, provider="wecom", operation=MEMBER_GET.name)
        return evolve(first, follows=tuple(follow for page in pages for item in page.items for follow in item.follows))

    def ids(self, staff_id: str) -> Iterator[MemberId]:
        """Yield the members of an employee; "no relation" (84061) is how WeCom says that there are none."""
        checks.given("staff_id", staff_id, MEMBER_IDS.doc)
        try:
            answer = self._client.call(MEMBER_IDS, {"userid": staff_id})
        except NotFound as error:
            if error.code != errcodes.NO_RELATION:
                raise
            return iter(())
        return (MemberId(entry) for entry in values.texts(answer.get("external_userid")))

    def list(self, staff_ids: Sequence[str], cursor: str = "") -> Pages[Member]:
        """List relations, at most 100 staff and 100 relations a call."""
        if staff_ids:
            checks.ids("staff_ids", staff_ids, MEMBERS_OF_STAFF.doc)
        return Pages(by_chunks(staff_ids, self._most("batch_staff"), self._relations), cursor)

    def edit_remark(self, change: RemarkChange, *, extra: Mapping[str, Any] | None = None) -> None:
        """Overwrite fields of a relation; company names take effect for WeChat members only.

        Remarks and company names have at most 20 characters, descriptions 150.
        """
        extra = Params(extra or {})
        if not convert.remark_fields(change) and not extra:
            raise InputError("a remark change needs at least one field to set")
        self._check_remark(change)
        # Joined in the call itself: a local value with phones in it would show in tracebacks.
        self._client.call(
            REMARK,
            {
                "userid": change.staff_id,
                "external_userid": change.member_id,
                **convert.remark_fields(change),
                **extra,
            },
        )

    def id_of_unionid(self, unionid: str, openid: str) -> MemberId | None:
        """Return the member behind a unionid; ``openid`` is required by the vendor, of the linked account."""
        checks.given("unionid", unionid, UNIONID.doc)
        checks.given("openid", openid, UNIONID.doc)
        try:
            answer = self._client.call(UNIONID, {"unionid": unionid, "openid": openid})
        except NotFound:
            return None
        found = values.text(answer.get("external_userid"))
        return MemberId(found) if found else None

    def convert(
        self, ids: Sequence[str], conversion: MemberIdConversion, *, source_app: str = ""
    ) -> tuple[ConvertedId, ...]:
        """Convert ids; ``source_app`` is an agent id and wanted by ``FROM_SERVICE``.

        ``PENDING``, ``TO_SERVICE`` and ``UPGRADED`` are for delegated apps (代开发), ``FROM_SERVICE`` for self-built
        ones. ``FROM_SERVICE``, ``TO_SERVICE`` and ``OPENID`` take one call for each id; WeCom users (ids that begin
        with ``wo``) have no openid.
        """
        way = _CONVERSIONS[conversion]
        return converted(way, ids, source_app, self._most(way.most) if way.most else 1, self._client.call)

    def served(self, cursor: str = "") -> Pages[ServedContact]:
        """List whom employees serve, 1,000 a call; self-built apps only. Cursor and ids live four hours."""
        return Pages(self._served, cursor)

    def _served(self, cursor: str) -> Page[ServedContact]:
        answer = self._client.call(SERVED_CONTACTS, page_params({}, self._most("served_page"), cursor))
        return page_of(answer, "info_list", convert.served_contact)

    def _check_remark(self, change: RemarkChange) -> None:
        checks.given("staff_id", change.staff_id, REMARK.doc)
        checks.given("member_id", change.member_id, REMARK.doc)
        checks.at_most("remark", change.remark or "", self._limit("remark"))
        checks.at_most("description", change.description or "", self._limit("remark_description"))
        checks.at_most("company", change.company or "", self._limit("remark_company"))

    def _relations(self, staff_ids: Sequence[str], cursor: str) -> Page[Member]:
        params: dict[str, Any] = {"userid_list": [*staff_ids], "limit": self._most("batch_page")}
        if cursor:
            params["cursor"] = cursor
        try:
            answer = self._client.call(MEMBERS_OF_STAFF, params)
        except NotFound as error:
            if error.code != errcodes.NO_RELATION:
                raise
            return Page(())
        entries = values.rows(answer.get("external_contact_list"))
        return Page(tuple(map(convert.listed_member, entries)), values.text(answer.get("next_cursor")))

    def _followers(self, member_id: str, cursor: str) -> Page[Member]:
        answer = self._client.call(MEMBER_GET, {"external_userid": member_id, "cursor": cursor or None})
        follows: tuple[Follow, ...] = tuple(map(convert.follow, values.rows(answer.get("follow_user"))))
        found = convert.member(values.mapping(answer.get("external_contact")), follows, answer)
        return Page((found,), values.text(answer.get("next_cursor")))
