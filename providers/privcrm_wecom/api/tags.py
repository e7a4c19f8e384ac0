"""Company tags (企业标签) and those of strategies (规则组标签).

https://developer.work.weixin.qq.com/document/path/92117, 92118 and 94882.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from privcrm.errors import InputError
from privcrm.models import TagChange, TagGroup
from privcrm.models.fields import ids_in
from privcrm.provider import Endpoint, Intent, Settled
from privcrm.provider.ports.tags import TagsPort, settled_by_name
from privcrm.transport import Params
from privcrm_wecom import checks
from privcrm_wecom.api.area import Area
from privcrm_wecom.convert import tags as convert
from privcrm_wecom.convert import values
from privcrm_wecom.endpoints.tags import (
    STRATEGY_TAG_ADD,
    STRATEGY_TAG_DELETE,
    STRATEGY_TAG_EDIT,
    STRATEGY_TAG_LIST,
    TAG_ADD,
    TAG_DELETE,
    TAG_EDIT,
    TAG_LIST,
    TAG_MARK,
)


class WeComTags(Area, TagsPort):
    """Needs the role ``customer_contact``; provider apps also 管理企业客户标签 to create, edit and delete.

    Tags of strategies count in the same library (10,000 tags); an app sees those of its own strategies only.
    """

    def list(
        self, *, tag_ids: Sequence[str] | None = None, group_ids: Sequence[str] | None = None
    ) -> Iterator[TagGroup]:
        """Yield tag groups; the vendor ignores ``tag_ids`` where ``group_ids`` are given."""
        return self._listed(TAG_LIST, {}, tag_ids, group_ids)

    def create(
        self,
        names: Sequence[str],
        *,
        group_id: str = "",
        group_name: str = "",
        intent: Intent | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> TagGroup:
        """Create tags. A name that the group has already is ``Conflict`` (40071); a full library ``LimitReached``."""
        extra = Params(extra or {})
        body = self._new(names, group_id, group_name)
        answer = self._client.call(TAG_ADD, {**body, **extra}, intent=intent)
        return convert.tag_group(values.mapping(answer.get("tag_group")))

    def settle(
        self,
        intent: Intent,  # noqa: ARG002 - names are unique in a group, so nothing had to be planted
        names: Sequence[str],
        *,
        group_id: str = "",
        group_name: str = "",
    ) -> Settled:
        """Look the names up in the group, by one call."""
        # Without ids the vendor sends the living part of the library; an id that is gone would be an error.
        return settled_by_name(self.list(), names, group_id=group_id, group_name=group_name)

    def edit(
        self,
        tag_or_group_id: str,
        *,
        name: str | None = None,
        order: int | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        """Rename or move. What another app made is ``NotFound`` (40068); the advice says so."""
        extra = Params(extra or {})
        self._edit(TAG_EDIT, Params({"id": tag_or_group_id, "name": name, "order": order, **extra}))

    def delete(self, *, tag_ids: Sequence[str] = (), group_ids: Sequence[str] = ()) -> None:
        """Delete; the last tag of a group takes the group with it. What another app made is ``NotFound`` (40068)."""
        self._delete(TAG_DELETE, tag_ids, group_ids)

    def mark(self, change: TagChange, *, extra: Mapping[str, Any] | None = None) -> None:
        """Put tags on and take them off one relation."""
        extra = Params(extra or {})
        add, remove = change.add, change.remove
        if not add and not remove:
            raise InputError("a tag change needs at least one tag to add or to remove")
        if add and remove and not set(add).isdisjoint(remove):
            raise InputError("a tag change adds and removes the same tag")
        if not change.staff_id or not change.member_id or not all(add) or not all(remove):
            raise InputError(f"staff_id, member_id or a tag of a tag change is empty ({TAG_MARK.doc})")
        checks.at_most("add", add, self._limit("tags_per_relation"))
        params: dict[str, Any] = {"userid": change.staff_id, "external_userid": change.member_id}
        # An empty list is refused where its neighbour alone would be accepted.
        if add:
            params["add_tag"] = add
        if remove:
            params["remove_tag"] = remove
        self._client.call(TAG_MARK, {**params, **extra})

    def strategy_tags(
        self, strategy_id: str = "", *, tag_ids: Sequence[str] | None = None, group_ids: Sequence[str] | None = None
    ) -> Iterator[TagGroup]:
        """Yield the tag groups of one strategy, or of all that the app made."""
        wanted = {"strategy_id": self._strategy(strategy_id)} if strategy_id else {}
        return self._listed(STRATEGY_TAG_LIST, wanted, tag_ids, group_ids)

    def create_strategy_tags(
        self,
        strategy_id: str,
        names: Sequence[str],
        *,
        group_id: str = "",
        group_name: str = "",
        extra: Mapping[str, Any] | None = None,
    ) -> TagGroup:
        """Create tags; strategies of the first level only take any."""
        extra = Params(extra or {})
        body = {"strategy_id": self._strategy(strategy_id), **self._new(names, group_id, group_name)}
        answer = self._client.call(STRATEGY_TAG_ADD, {**body, **extra})
        return convert.tag_group(values.mapping(answer.get("tag_group")))

    def edit_strategy_tag(
        self,
        tag_or_group_id: str,
        *,
        name: str | None = None,
        order: int | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        """Rename or move; the strategy stays."""
        extra = Params(extra or {})
        self._edit(STRATEGY_TAG_EDIT, Params({"id": tag_or_group_id, "name": name, "order": order, **extra}))

    def delete_strategy_tags(self, *, tag_ids: Sequence[str] = (), group_ids: Sequence[str] = ()) -> None:
        """Delete; the last tag of a group takes the group with it."""
        self._delete(STRATEGY_TAG_DELETE, tag_ids, group_ids)

    def _listed(
        self,
        endpoint: Endpoint,
        wanted: Mapping[str, Any],
        tag_ids: Sequence[str] | None,
        group_ids: Sequence[str] | None,
    ) -> Iterator[TagGroup]:
        given = {"tag_ids": tag_ids, "group_ids": group_ids}
        chosen = {name: [*ids_in(name, some)] for name, some in given.items() if some is not None}
        if chosen and not any(chosen.values()):
            return iter(())  # without ids the vendor would tell of all
        for name, some in chosen.items():
            if some:
                checks.ids(name, some, endpoint.doc)
        answer = self._client.call(endpoint, {**wanted, **{name[:-1]: some for name, some in chosen.items() if some}})
        return map(convert.tag_group, values.rows(answer.get("tag_group")))

    def _new(self, names: Sequence[str], group_id: str, group_name: str) -> dict[str, Any]:
        if not names or not (group_id or group_name):
            raise InputError("creating tags takes at least one name, and the id or the name of a group")
        checks.at_most("names", names, self._limit("tags_per_company"))
        self._check_names(*names, *([] if group_id else [group_name]))
        # An empty id would be refused, and beside an id the name is ignored: send exactly one of them.
        group = {"group_id": group_id} if group_id else {"group_name": group_name}
        return {**group, "tag": [{"name": name} for name in names]}

    def _edit(self, endpoint: Endpoint, fields: Params) -> None:
        given = Params({key: value for key, value in fields.items() if value is not None})
        checks.given("tag_or_group_id", given.get("id"), endpoint.doc)
        if set(given) == {"id"}:
            raise InputError("editing a tag or tag group takes a new name or order")
        if "name" in given:
            self._check_names(given["name"])
        if "order" in given:
            checks.between("order", given["order"], 0, self._limit("tag_order"))
        self._client.call(endpoint, given)

    def _delete(self, endpoint: Endpoint, tag_ids: Sequence[str], group_ids: Sequence[str]) -> None:
        doomed = {"tag_id": [*tag_ids], "group_id": [*group_ids]}
        if not any(doomed.values()):
            raise InputError("deleting takes at least one tag or tag group")
        checks.ids("tag_ids and group_ids", [*tag_ids, *group_ids], endpoint.doc)
        self._client.call(endpoint, {name: some for name, some in doomed.items() if some})

    def _strategy(self, strategy_id: str) -> int:
        return checks.whole("strategy_id", strategy_id, STRATEGY_TAG_LIST.doc)

    def _check_names(self, *names: str) -> None:
        if not all(0 < len(name) <= self._most("tag_name") for name in names):
            raise InputError(
                f"the name of a tag or tag group has 1 to {self._most('tag_name')} characters ({TAG_ADD.doc})"
            )
