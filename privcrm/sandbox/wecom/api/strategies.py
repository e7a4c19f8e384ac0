"""Strategies (规则组) of customer contact and of moments (developer.work.weixin.qq.com/document/path/94883, 94890).

An app sees what it made itself. No page names a code for a wrong strategy, range or level: 40058 is a guess, and so is
that a deleted strategy takes those below it along.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any

import attrs

from privcrm.sandbox.wecom.company import Call
from privcrm.sandbox.wecom.cursors import seal, unseal
from privcrm.sandbox.wecom.endpoint import CURSOR, EMPTY_PARAMETER, USERID_MISSING, Endpoint, contact
from privcrm.sandbox.wecom.errors import Refusal
from privcrm.sandbox.wecom.fields import INVALID, Field, read_object
from privcrm.sandbox.world import Node, Strategy, StrategyBook, World

_PAGE = 1000
_NODES_AT_ONCE, _NODES_MOST = 100, 3000
_ADMINS_MOST = 20
_LEVELS_MOST = 5
_PERSON, _DEPARTMENT = 1, 2
_NODE = (
    Field("type", int, INVALID, at_least=_PERSON, at_most=_DEPARTMENT),
    Field("userid", str),
    Field("partyid", int),
)

_BASE_RIGHTS = ("view_customer_list", "view_customer_data", "view_room_list", "contact_me", "join_room")
_CONTACT_RIGHTS = (
    *("share_customer", "oper_resign_customer", "oper_resign_group", "send_customer_msg", "edit_welcome_msg"),
    *("view_behavior_data", "view_room_data", "send_group_msg", "room_deduplication", "rapid_reply"),
    *("onjob_customer_transfer", "edit_anti_spam_rule", "export_customer_list", "export_customer_data"),
    *("export_customer_group_list", "manage_customer_tag"),
)
_MOMENT_RIGHTS = ("view_moment_list", "send_moment", "manage_moment_cover_and_sign")


def own_strategy(call: Call, book: StrategyBook, number: int) -> Strategy:
    """Return a strategy that the calling app made (40058)."""
    strategy = book.get(number)
    if strategy is None or strategy.maker != call.app.maker:
        raise Refusal(INVALID)
    return strategy


def _node(call: Call, given: object) -> Node:
    """Read a node of a range: an employee or a department in the visible range."""
    args = read_object(_NODE, given)
    if args["type"] == _PERSON:
        if not args.get("userid"):
            raise Refusal(USERID_MISSING)
        return Node(call.staff(args["userid"]).number, is_staff=True)
    number: int = args.get("partyid", 0)
    if all(department.number != number for department in call.world.staff.departments):
        raise Refusal(60123)
    if number not in call.company.departments_seen(call.app):
        raise Refusal(60011)
    return Node(number, is_staff=False)


def _nodes(call: Call, name: str) -> list[Node]:
    return list(dict.fromkeys(_node(call, given) for given in call.args.get(name, ())))


def _node_row(call: Call, node: Node) -> dict[str, Any]:
    if node.is_staff:
        return {"type": _PERSON, "userid": call.world.staff[node.number].staff_id}
    return {"type": _DEPARTMENT, "partyid": node.number}


def _admins(call: Call) -> tuple[int, ...]:
    return tuple(dict.fromkeys(call.staff(userid).number for userid in call.args["admin_list"]))


def _page(call: Call, question: Sequence[object], rows: Iterable[tuple[int, Any]]) -> tuple[list[Any], dict[str, str]]:
    """Return a page of (place, row), and the cursor; on the last page there is none."""
    limit: int = call.args.get("limit", _PAGE)
    (after,) = unseal(call.args.get("cursor", ""), question, (-1,))
    found = list(islice((pair for pair in rows if pair[0] > after), limit + 1))
    shown = [row for _, row in found[:limit]]
    return shown, {"next_cursor": seal(question, [found[limit - 1][0]])} if len(found) > limit else {}


@attrs.frozen
class _Desk:
    """The endpoints of one kind of strategies."""

    name: str
    book_of: Callable[[World], StrategyBook]
    base: tuple[str, ...]
    """What administrators may always do."""
    rights: tuple[str, ...]
    """What they may do unless told otherwise."""

    def _own(self, call: Call) -> Strategy:
        return own_strategy(call, self.book_of(call.world), call.args["strategy_id"])

    def _rights(self, call: Call) -> dict[str, bool]:
        given = read_object([Field(name, bool) for name in self.rights], call.args.get("privilege"))
        return {**dict.fromkeys(self.base, True), **{name: given.get(name, True) for name in self.rights}}

    def list(self, call: Call) -> dict[str, Any]:
        """List the strategies that the app made."""
        mine = ((s.number, {"strategy_id": s.number}) for s in self.book_of(call.world).of(call.app.maker))
        rows, more = _page(call, [self.name], mine)
        return {"strategy": rows, **more}

    def get(self, call: Call) -> dict[str, Any]:
        """Describe a strategy; its rights are those of the top."""
        strategy = self._own(call)
        row = {
            "strategy_id": strategy.number,
            "parent_id": strategy.parent,
            "strategy_name": strategy.name,
            "create_time": strategy.created_at,
            "admin_list": [call.world.staff[number].staff_id for number in strategy.admins],
            "privilege": dict(self.book_of(call.world).line(strategy.number)[-1].rights),
        }
        return {"strategy": row}

    def get_range(self, call: Call) -> dict[str, Any]:
        """List whom a strategy covers."""
        strategy = self._own(call)
        places = enumerate(_node_row(call, node) for node in strategy.nodes)
        rows, more = _page(call, [self.name, strategy.number], places)
        return {"range": rows, **more}

    def create(self, call: Call) -> dict[str, Any]:
        """Make a strategy; below another one it takes part of its range and all of its rights."""
        book, parent = self.book_of(call.world), call.args.get("parent_id", 0)
        if parent and len(book.line(own_strategy(call, book, parent).number)) >= _LEVELS_MOST:
            raise Refusal(INVALID)
        admins, nodes = _admins(call), tuple(_nodes(call, "range"))
        if parent and not book.covers(parent, nodes):
            raise Refusal(INVALID)
        name, at, rights = call.args["strategy_name"], int(call.now), self._rights(call)
        strategy = Strategy(book.next_number(), parent, name, admins, rights, nodes, at, call.app.maker)
        book.keep(strategy)
        return {"strategy_id": strategy.number}

    def edit(self, call: Call) -> dict[str, Any]:
        """Change a strategy: what is given replaces what was, apart from the range."""
        book, strategy = self.book_of(call.world), self._own(call)
        changes: dict[str, Any] = {}
        if call.args.get("strategy_name"):
            changes["name"] = call.args["strategy_name"]
        if call.args.get("admin_list"):
            changes["admins"] = _admins(call)
        if "privilege" in call.args:
            changes["rights"] = self._rights(call)
        added, gone = _nodes(call, "range_add"), set(_nodes(call, "range_del"))
        nodes = tuple(node for node in dict.fromkeys((*strategy.nodes, *added)) if node not in gone)
        if len(nodes) > _NODES_MOST or (strategy.parent and not book.covers(strategy.parent, added)):
            raise Refusal(INVALID)
        book.keep(attrs.evolve(strategy, nodes=nodes, **changes))
        return {}

    def delete(self, call: Call) -> dict[str, Any]:
        """Delete a strategy, those below it, and their tags."""
        book = self.book_of(call.world)
        for number in book.delete(self._own(call).number):
            if book is call.world.contact_strategies:
                call.world.tags.delete_strategy(number)
        return {}

    def rows(self) -> tuple[Endpoint, ...]:
        """Return the rows of this kind."""
        which = Field("strategy_id", int, EMPTY_PARAMETER, at_least=1)
        limit = Field("limit", int, at_least=1, at_most=_PAGE)
        admins = Field("admin_list", list, at_most=_ADMINS_MOST)
        privilege = Field("privilege", dict)
        added, gone = (Field(name, list, at_most=_NODES_AT_ONCE, items=dict) for name in ("range_add", "range_del"))
        return (
            contact(f"{self.name}/list", self.list, CURSOR, limit, empty="strategy"),
            contact(f"{self.name}/get", self.get, which),
            contact(f"{self.name}/get_range", self.get_range, which, CURSOR, limit, empty="range"),
            contact(
                f"{self.name}/create",
                self.create,
                Field("parent_id", int, at_least=0),
                Field("strategy_name", str, EMPTY_PARAMETER),
                attrs.evolve(admins, missing=EMPTY_PARAMETER),
                privilege,
                attrs.evolve(added, name="range", missing=EMPTY_PARAMETER),
                alone_on=(),
            ),
            contact(
                f"{self.name}/edit",
                self.edit,
                *(which, Field("strategy_name", str), admins, privilege, added, gone),
                alone_on=(),
            ),
            contact(f"{self.name}/del", self.delete, which),
        )


def _contact_book(world: World) -> StrategyBook:
    return world.contact_strategies


def _moment_book(world: World) -> StrategyBook:
    return world.moment_strategies


ENDPOINTS = (
    *_Desk("customer_strategy", _contact_book, _BASE_RIGHTS, _CONTACT_RIGHTS).rows(),
    *_Desk("moment_strategy", _moment_book, (), _MOMENT_RIGHTS).rows(),
)
