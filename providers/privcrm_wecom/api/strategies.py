"""Strategies (规则组) for members and for moments: two sets of endpoints that differ in their privileges only.

https://developer.work.weixin.qq.com/document/path/94883 and 94890. An app sees the strategies that it made itself.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from attrs import frozen

from privcrm.errors import AnswerLost, InputError
from privcrm.models import Page, Pages, Strategy, StrategyChange, StrategyId, StrategyNode, StrategySpec
from privcrm.provider import Endpoint
from privcrm.transport import Params
from privcrm_wecom import checks
from privcrm_wecom.api.area import Area
from privcrm_wecom.api.paging import page_of, page_params
from privcrm_wecom.convert import strategies as convert
from privcrm_wecom.convert import values
from privcrm_wecom.endpoints import strategies as rows


@frozen
class StrategyKind:
    """The endpoints of one kind of strategy; ``basic`` are the privileges that cannot be denied."""

    listed: Endpoint
    one: Endpoint
    covers: Endpoint
    add: Endpoint
    edit: Endpoint
    delete: Endpoint
    privileges: tuple[str, ...]
    basic: frozenset[str] = frozenset()


_BASIC = ("view_customer_list", "view_customer_data", "view_room_list", "contact_me", "join_room")
FOR_MEMBERS = StrategyKind(
    rows.MEMBER_STRATEGY_LIST,
    rows.MEMBER_STRATEGY_GET,
    rows.MEMBER_STRATEGY_RANGE,
    rows.MEMBER_STRATEGY_ADD,
    rows.MEMBER_STRATEGY_EDIT,
    rows.MEMBER_STRATEGY_DELETE,
    (
        *_BASIC,
        "share_customer",
        "oper_resign_customer",
        "oper_resign_group",
        "send_customer_msg",
        "edit_welcome_msg",
        "view_behavior_data",
        "view_room_data",
        "send_group_msg",
        "room_deduplication",
        "rapid_reply",
        "onjob_customer_transfer",
        "edit_anti_spam_rule",
        "export_customer_list",
        "export_customer_data",
        "export_customer_group_list",
        "manage_customer_tag",
    ),
    frozenset(_BASIC),
)
FOR_MOMENTS = StrategyKind(
    rows.MOMENT_STRATEGY_LIST,
    rows.MOMENT_STRATEGY_GET,
    rows.MOMENT_STRATEGY_RANGE,
    rows.MOMENT_STRATEGY_ADD,
    rows.MOMENT_STRATEGY_EDIT,
    rows.MOMENT_STRATEGY_DELETE,
    ("view_moment_list", "send_moment", "manage_moment_cover_and_sign"),
)


class Strategies(Area):
    """What the ports of members and of moments offer about strategies; a port names its ``kind``."""

    kind: ClassVar[StrategyKind]

    def strategies(self, cursor: str = "") -> Pages[StrategyId]:
        """List ids, 1,000 a call."""

        def fetch(inner: str) -> Page[StrategyId]:
            answer = self._client.call(self.kind.listed, page_params({}, self._most("strategy_page"), inner))
            return page_of(answer, "strategy", convert.strategy_id)

        return Pages(fetch, cursor)

    def strategy(self, strategy_id: str) -> Strategy:
        """Return name, administrators and privileges."""
        answer = self._client.call(self.kind.one, {"strategy_id": self._number(strategy_id)})
        return convert.strategy(values.mapping(answer.get("strategy")))

    def strategy_range(self, strategy_id: str, cursor: str = "") -> Pages[StrategyNode]:
        """List whom a strategy covers, 1,000 a call."""
        number = self._number(strategy_id)

        def fetch(inner: str) -> Page[StrategyNode]:
            asked = page_params({"strategy_id": number}, self._most("strategy_page"), inner)
            return page_of(self._client.call(self.kind.covers, asked), "range", convert.node)

        return Pages(fetch, cursor)

    def create_strategy(self, spec: StrategySpec, *, extra: Mapping[str, Any] | None = None) -> StrategyId:
        """Make a strategy of at most 100 nodes; edits bring it to 3,000, in at most 5 levels.

        Super administrators may not be among ``admin_ids``. With a parent the vendor ignores ``denied`` and takes the
        parent's.
        """
        extra = Params(extra or {})
        page = self.kind.add.doc
        checks.given("name", spec.name, page)
        self._check_admins(spec.admin_ids)
        checks.given("staff_ids and department_ids", [*spec.staff_ids, *spec.department_ids], page)
        body: dict[str, Any] = {
            "strategy_name": spec.name,
            "admin_list": [*spec.admin_ids],
            "privilege": self._privileges(spec.denied),
            "range": self._nodes("staff_ids and department_ids", spec.staff_ids, spec.department_ids),
        }
        if spec.parent_id is not None:
            body["parent_id"] = checks.whole("parent_id", spec.parent_id, page)
        answer = self._client.call(self.kind.add, {**body, **extra})
        made = values.text(answer.get("strategy_id"))
        if not made:
            raise AnswerLost("the answer tells no strategy_id", provider="wecom", operation=self.kind.add.name)
        return StrategyId(made)

    def edit_strategy(
        self, strategy_id: str, change: StrategyChange, *, extra: Mapping[str, Any] | None = None
    ) -> None:
        """Change a strategy, at most 100 nodes added and 100 removed; the vendor wants these calls one by one."""
        extra = Params(extra or {})
        body: dict[str, Any] = {}
        if change.name is not None:
            checks.given("name", change.name, self.kind.edit.doc)
            body["strategy_name"] = change.name
        if change.admin_ids is not None:
            self._check_admins(change.admin_ids)
            body["admin_list"] = [*change.admin_ids]
        if change.denied is not None:
            body["privilege"] = self._privileges(change.denied)
        for name, staff_ids, department_ids in (
            ("add", change.add_staff_ids, change.add_department_ids),
            ("del", change.remove_staff_ids, change.remove_department_ids),
        ):
            if staff_ids or department_ids:
                body[f"range_{name}"] = self._nodes(f"range_{name}", staff_ids, department_ids)
        if not body and not extra:
            raise InputError(f"a strategy change needs at least one field to set ({self.kind.edit.doc})")
        self._client.call(self.kind.edit, {"strategy_id": self._number(strategy_id), **body, **extra})

    def delete_strategy(self, strategy_id: str) -> None:
        """Delete a strategy."""
        self._client.call(self.kind.delete, {"strategy_id": self._number(strategy_id)})

    def _number(self, strategy_id: str) -> int:
        return checks.whole("strategy_id", strategy_id, self.kind.one.doc)

    def _check_admins(self, admin_ids: Sequence[str]) -> None:
        checks.ids("admin_ids", admin_ids, self.kind.add.doc, self._limit("strategy_admins"))

    def _nodes(self, field: str, staff_ids: Sequence[str], department_ids: Sequence[str]) -> list[dict[str, Any]]:
        checks.ids(field, [*staff_ids, *department_ids], self.kind.add.doc, self._limit("strategy_nodes"))
        departments = [checks.whole("department_ids", each, self.kind.add.doc) for each in department_ids]
        return convert.nodes(staff_ids, departments)

    def _privileges(self, denied: frozenset[str]) -> Mapping[str, bool]:
        """Return all privileges; a misspelt one would be granted silently, a basic one cannot be denied."""
        known = [name for name in self.kind.privileges if name not in self.kind.basic]
        unknown = sorted(denied.difference(known))
        if unknown:
            raise InputError(f"{unknown[0]!r} cannot be denied; what can: {', '.join(known)} ({self.kind.add.doc})")
        return convert.privileges(self.kind.privileges, denied)
