"""Members (客户). https://developer.work.weixin.qq.com/document/path/92113 to 92115, 92994, 97108."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import evolve

from privcrm.errors import AnswerLost, InputError, NotFound
from privcrm.models import Follow, Member, MemberId, Page, Pages, RemarkChange
from privcrm.provider.ports import MembersPort
from privcrm_wecom import errcodes
from privcrm_wecom.api.area import Area
from privcrm_wecom.api.chunks import by_chunks
from privcrm_wecom.convert import members as convert
from privcrm_wecom.convert import values
from privcrm_wecom.endpoints.members import MEMBER_GET, MEMBER_IDS, MEMBERS_OF_STAFF, REMARK, UNIONID


class WeComMembers(Area, MembersPort):
    """Needs the role ``customer_contact``; sees members followed by somebody in the app's visible range."""

    def get(self, member_id: str) -> Member:
        """Return a member; relations beyond the first 500 come in further pages of the same call."""
        pages = [*Pages(lambda cursor: self._followers(member_id, cursor)).pages()]
        first = pages[0].items[0]
        if not first.member_id:
            message = "the answer tells no external_userid"
            raise AnswerLost(message, provider="wecom", operation=MEMBER_GET.name)
        return evolve(first, follows=tuple(follow for page in pages for item in page.items for follow in item.follows))

    def ids(self, staff_id: str) -> Iterator[MemberId]:
        """Yield the members of an employee; "no relation" (84061) is how WeCom says that there are none."""
        try:
            answer = self._client.call(MEMBER_IDS, {"userid": staff_id})
        except NotFound as error:
            if error.code != errcodes.NO_RELATION:
                raise
            return iter(())
        return (MemberId(entry) for entry in values.texts(answer.get("external_userid")))

    def list(self, staff_ids: Sequence[str], cursor: str = "") -> Pages[Member]:
        """List relations, at most 100 staff and 100 relations a call."""
        return Pages(by_chunks(staff_ids, self._most("batch_staff"), self._relations), cursor)

    def edit_remark(self, change: RemarkChange, *, extra: Mapping[str, Any] | None = None) -> None:
        """Overwrite fields of a relation; company names take effect for WeChat members only."""
        if not convert.remark_fields(change) and not extra:
            raise InputError("a remark change needs at least one field to set")
        # Joined in the call itself: a local value with phones in it would show in tracebacks.
        self._client.call(
            REMARK,
            {
                "userid": change.staff_id,
                "external_userid": change.member_id,
                **convert.remark_fields(change),
                **(extra or {}),
            },
        )

    def id_of_unionid(self, unionid: str, openid: str) -> MemberId | None:
        """Return the member behind a unionid; ``openid`` is required by the vendor, of the linked account."""
        try:
            answer = self._client.call(UNIONID, {"unionid": unionid, "openid": openid})
        except NotFound:
            return None
        found = values.text(answer.get("external_userid"))
        return MemberId(found) if found else None

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
