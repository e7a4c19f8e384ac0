"""Customer groups (客户群). https://developer.work.weixin.qq.com/document/path/92120, 92122 and 94822."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from privcrm.errors import AnswerLost
from privcrm.models import Group, GroupId, GroupSummary, OwnerState, Page, Pages, staff_key
from privcrm.models.fields import ids_in
from privcrm.provider import LimitTable
from privcrm.provider.ports import GroupsPort
from privcrm_wecom import checks
from privcrm_wecom.api.area import Area
from privcrm_wecom.api.chunks import by_chunks
from privcrm_wecom.client import WeComClient
from privcrm_wecom.convert import groups as convert
from privcrm_wecom.convert import values
from privcrm_wecom.endpoints.groups import GROUP_GET, GROUP_LIST, OPENGID


class WeComGroups(Area, GroupsPort):
    """Needs the role ``customer_contact``. ``people`` reads the ids of all who may own a group, leavers included."""

    def __init__(self, client: WeComClient, limits: LimitTable, people: Callable[[], Iterable[str]]) -> None:
        super().__init__(client, limits)
        self._people = people

    def list(
        self, *, owner_ids: Sequence[str] | None = None, owner_state: OwnerState | None = None, cursor: str = ""
    ) -> Pages[GroupSummary]:
        """List groups.

        Without owners, an app that sees more than 1,000 people is refused (81017, ``InvalidArgument``), and groups of
        leavers are not listed at all: name the leavers among ``owner_ids``. Owners are asked for 100 a call. The
        vendor has no filter for owners at work (0 means all), so those are sorted out here.
        """
        status = convert.status_filter(owner_state)
        keep = owner_state if owner_state is OwnerState.NORMAL else None

        def fetch(owners: Sequence[str], inner: str) -> Page[GroupSummary]:
            return self._summaries(owners, status, inner, keep)

        if owner_ids is None:
            return Pages(lambda inner: fetch((), inner), cursor)
        owners = [*ids_in("owner_ids", owner_ids)]
        if owners:
            checks.ids("owner_ids", owners, GROUP_LIST.doc)
        return Pages(by_chunks(owners, self._most("group_owners"), fetch), cursor)

    def list_all(self, cursor: str = "") -> Pages[GroupSummary]:
        """List the groups of everybody, 100 owners a call: this passes also where ``list`` meets 81017."""
        owners: list[str] = []

        def fetch(inner: str) -> Page[GroupSummary]:
            if not owners:
                owners.extend(sorted({staff_key(staff_id) for staff_id in self._people()}))
            return next(self.list(owner_ids=owners, cursor=inner).pages())

        return Pages(fetch, cursor)

    def get(self, group_id: str, *, names: bool = False) -> Group:
        """Return a group; dismissed and internal groups are ``NotFound`` like unknown ids.

        After an event the vendor wants about two seconds before the details are right.
        """
        checks.given("group_id", group_id, GROUP_GET.doc)
        answer = self._client.call(GROUP_GET, {"chat_id": group_id, "need_name": int(names)})
        return convert.group(values.mapping(answer.get("group_chat")))

    def id_of_opengid(self, opengid: str) -> GroupId:
        """Return the group behind an opengid; only groups of employees in the app's visible range are found."""
        checks.given("opengid", opengid, OPENGID.doc)
        found = values.text(self._client.call(OPENGID, {"opengid": opengid}).get("chat_id"))
        if not found:
            message = "the answer tells no chat_id"
            raise AnswerLost(message, provider="wecom", operation=OPENGID.name)
        return GroupId(found)

    def _summaries(
        self, owners: Sequence[str], status: int, cursor: str, keep: OwnerState | None
    ) -> Page[GroupSummary]:
        params: dict[str, Any] = {"status_filter": status, "limit": self._most("group_page")}
        if owners:
            params["owner_filter"] = {"userid_list": [*owners]}
        if cursor:
            params["cursor"] = cursor
        answer = self._client.call(GROUP_LIST, params)
        found = map(convert.group_summary, values.rows(answer.get("group_chat_list")))
        items = tuple(summary for summary in found if keep is None or summary.owner_state is keep)
        return Page(items, values.text(answer.get("next_cursor")))
