"""Acquisition links (获客链接). https://developer.work.weixin.qq.com/document/path/97297, 97298, 97375 and 100130."""

from collections.abc import Mapping
from typing import Any

from privcrm.errors import AnswerLost, InputError
from privcrm.models import (
    Acquired,
    AcquiredChat,
    AcquisitionFigures,
    AcquisitionLink,
    AcquisitionLinkSpec,
    AcquisitionPermit,
    AcquisitionQuota,
    FriendsFirst,
    LinkId,
    Page,
    Pages,
)
from privcrm.provider.ports import AcquisitionPort
from privcrm.transport import Params
from privcrm_wecom import checks
from privcrm_wecom.api.area import Area
from privcrm_wecom.api.paging import page_of, page_params
from privcrm_wecom.convert import acquisition as convert
from privcrm_wecom.convert import values
from privcrm_wecom.endpoints.acquisition import (
    LINK_ADD,
    LINK_CHAT,
    LINK_DELETE,
    LINK_FIGURES,
    LINK_GET,
    LINK_LIST,
    LINK_MEMBERS,
    LINK_PERMIT,
    LINK_QUOTA,
    LINK_UPDATE,
)


class WeComAcquisition(Area, AcquisitionPort):
    """Needs the role ``customer_contact`` and 获客助手; an app sees the links that it made itself.

    A channel goes along as ``?customer_channel=…`` behind a link's address (64 bytes, cut beyond) and comes back as
    ``state``.
    """

    def list(self, cursor: str = "") -> Pages[LinkId]:
        """List ids, 100 a call."""

        def fetch(inner: str) -> Page[LinkId]:
            answer = self._client.call(LINK_LIST, page_params({}, self._most("link_page"), inner))
            ids = tuple(map(LinkId, values.texts(answer.get("link_id_list"))))
            return Page(ids, values.text(answer.get("next_cursor")))

        return Pages(fetch, cursor)

    def get(self, link_id: str) -> AcquisitionLink:
        """Return one link."""
        checks.given("link_id", link_id, LINK_GET.doc)
        return convert.link(self._client.call(LINK_GET, {"link_id": link_id}), link_id)

    def create(self, spec: AcquisitionLinkSpec, *, extra: Mapping[str, Any] | None = None) -> AcquisitionLink:
        """Make a link for at most 500 people, departments expanded; too many links are ``LimitReached`` (41095)."""
        extra = Params(extra or {})
        answer = self._client.call(LINK_ADD, {**self._body(spec), **extra})
        made = convert.link(answer, made_of=spec)
        if not made.link_id:
            raise AnswerLost("the answer tells no link_id", provider="wecom", operation=LINK_ADD.name)
        return made

    def update(self, link_id: str, spec: AcquisitionLinkSpec, *, extra: Mapping[str, Any] | None = None) -> None:
        """Replace name and people. Where ``friends_first`` is None, what the link has of it stays."""
        extra = Params(extra or {})
        checks.given("link_id", link_id, LINK_UPDATE.doc)
        self._client.call(LINK_UPDATE, {"link_id": link_id, **self._body(spec), **extra})

    def delete(self, link_id: str) -> None:
        """Delete a link."""
        checks.given("link_id", link_id, LINK_DELETE.doc)
        self._client.call(LINK_DELETE, {"link_id": link_id})

    def acquired(self, link_id: str, cursor: str = "") -> Pages[Acquired]:
        """List who came through a link, 1,000 a call."""
        checks.given("link_id", link_id, LINK_MEMBERS.doc)

        def fetch(inner: str) -> Page[Acquired]:
            asked = page_params({"link_id": link_id}, self._most("link_members_page"), inner)
            return page_of(self._client.call(LINK_MEMBERS, asked), "customer_list", convert.acquired)

        return Pages(fetch, cursor)

    def quota(self) -> AcquisitionQuota:
        """Return what was bought and what is left; it is the company's, whichever app asks."""
        return convert.quota(self._client.call(LINK_QUOTA, {}))

    def figures(self, link_id: str, first_day: int, last_day: int) -> AcquisitionFigures:
        """Count over at most 30 of the last 180 days; the vendor takes each time for its whole day."""
        checks.given("link_id", link_id, LINK_FIGURES.doc)
        if first_day > last_day:
            raise InputError("first_day is after last_day")
        checks.between("the time from first_day to last_day", last_day - first_day, 0, self._limit("figures_span"))
        age = max(int(self._client.clock.time()) - first_day, 0)
        checks.between("the age of first_day", age, 0, self._limit("figures_age"))
        asked = {"link_id": link_id, "start_time": first_day, "end_time": last_day}
        return convert.figures(self._client.call(LINK_FIGURES, asked))

    def chat(self, chat_key: str) -> AcquiredChat:
        """Return the chat of a key from a ``message_from_customer`` event; after 30 minutes it is ``NotFound``."""
        key = Params({"chat_key": chat_key})
        del chat_key
        checks.given("chat_key", key["chat_key"], LINK_CHAT.doc)
        return convert.acquired_chat(self._client.call(LINK_CHAT, key))

    def permitted(self) -> AcquisitionPermit:
        """Return the permit of a provider's app for acquisition (营销获客); other apps have none."""
        return convert.permit(self._client.call(LINK_PERMIT, {}))

    def _body(self, spec: AcquisitionLinkSpec) -> dict[str, Any]:
        page = LINK_ADD.doc
        checks.given("name", spec.name, page)
        checks.at_most("name", spec.name, self._limit("link_name"))
        checks.ids("staff_ids and department_ids", [*spec.staff_ids, *spec.department_ids], page)
        checks.at_most("staff_ids", spec.staff_ids, self._limit("link_staff"))
        if spec.friends_first is FriendsFirst.OF_STAFF:
            checks.ids("friends_of", spec.friends_of, page, self._limit("link_priority_staff"))
        elif spec.friends_of:
            raise InputError(f"friends_of is for friends_first={FriendsFirst.OF_STAFF} only ({page})")
        departments = [checks.whole("department_ids", each, page) for each in spec.department_ids]
        return convert.link_body(spec, departments)
