"""Company tags (企业标签). https://developer.work.weixin.qq.com/document/path/92117 and 92118."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from privcrm.errors import InputError
from privcrm.models import TagChange, TagGroup
from privcrm.provider import Intent, Settled
from privcrm.provider.ports.tags import TagsPort, settled_by_name
from privcrm_wecom.api.area import Area
from privcrm_wecom.convert import tags as convert
from privcrm_wecom.convert import values
from privcrm_wecom.endpoints.tags import TAG_ADD, TAG_DELETE, TAG_EDIT, TAG_LIST, TAG_MARK


class WeComTags(Area, TagsPort):
    """Needs the role ``customer_contact``; provider apps also 管理企业客户标签 to create, edit and delete."""

    def list(self, *, tag_ids: Sequence[str] = (), group_ids: Sequence[str] = ()) -> Iterator[TagGroup]:
        """Yield tag groups; the vendor ignores ``tag_ids`` where ``group_ids`` are given."""
        wanted = {"tag_id": [*tag_ids], "group_id": [*group_ids]}
        answer = self._client.call(TAG_LIST, {name: ids for name, ids in wanted.items() if ids})
        return map(convert.tag_group, values.rows(answer.get("tag_group")))

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
        if not names or not (group_id or group_name):
            raise InputError("creating tags takes at least one name, and the id or the name of a group")
        self._check_names(*names, *([] if group_id else [group_name]))
        # An empty id would be refused, and beside an id the name is ignored: send exactly one of them.
        group = {"group_id": group_id} if group_id else {"group_name": group_name}
        body = {**group, "tag": [{"name": name} for name in names], **(extra or {})}
        answer = self._client.call(TAG_ADD, body, intent=intent)
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
        if name is None and order is None and not extra:
            raise InputError("editing a tag or tag group takes a new name or order")
        if name is not None:
            self._check_names(name)
        fields = {"id": tag_or_group_id, "name": name, "order": order, **(extra or {})}
        self._client.call(TAG_EDIT, {key: value for key, value in fields.items() if value is not None})

    def delete(self, *, tag_ids: Sequence[str] = (), group_ids: Sequence[str] = ()) -> None:
        """Delete; the last tag of a group takes the group with it. What another app made is ``NotFound`` (40068)."""
        doomed = {"tag_id": [*tag_ids], "group_id": [*group_ids]}
        if not any(doomed.values()):
            raise InputError("deleting takes at least one tag or tag group")
        self._client.call(TAG_DELETE, {name: ids for name, ids in doomed.items() if ids})

    def mark(self, change: TagChange, *, extra: Mapping[str, Any] | None = None) -> None:
        """Put tags on and take them off one relation."""
        add, remove = change.add, change.remove
        if not add and not remove:
            raise InputError("a tag change needs at least one tag to add or to remove")
        if add and remove and not set(add).isdisjoint(remove):
            raise InputError("a tag change adds and removes the same tag")
        params: dict[str, Any] = {"userid": change.staff_id, "external_userid": change.member_id}
        # An empty list is refused where its neighbour alone would be accepted.
        if add:
            params["add_tag"] = add
        if remove:
            params["remove_tag"] = remove
        if extra:
            params.update(extra)
        self._client.call(TAG_MARK, params)

    def _check_names(self, *names: str) -> None:
        if not all(0 < len(name) <= self._most("tag_name") for name in names):
            raise InputError(
                f"the name of a tag or tag group has 1 to {self._most('tag_name')} characters"
                " (https://developer.work.weixin.qq.com/document/path/92117)"
            )
