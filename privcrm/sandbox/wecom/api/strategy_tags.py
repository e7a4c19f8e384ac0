"""Tags of strategies (developer.work.weixin.qq.com/document/path/94882). They count into the company's tags."""

from collections.abc import Iterator
from typing import Any

from privcrm.sandbox.wecom.api.strategies import own_strategy
from privcrm.sandbox.wecom.api.tags import (
    ORDER,
    TAG_LISTS,
    add_tags,
    check_name,
    group_row,
    larger_first,
    rename,
    tag_row,
)
from privcrm.sandbox.wecom.company import Call
from privcrm.sandbox.wecom.endpoint import EMPTY_PARAMETER, contact
from privcrm.sandbox.wecom.errors import Refusal
from privcrm.sandbox.wecom.fields import INVALID, Field
from privcrm.sandbox.world import Tag, TagGroup


def get_strategy_tag_list(call: Call) -> dict[str, Any]:
    """List the app's strategy tags: all, those of a strategy, or what the filters name; group_id wins over tag_id."""
    if call.args.get("group_id"):
        return {"tag_group": [_row(call, _group(call, text)) for text in call.args["group_id"]]}
    if call.args.get("tag_id"):
        return {"tag_group": list(_groups_of(call, [_tag(call, text) for text in call.args["tag_id"]]))}
    book = call.world.contact_strategies
    wanted = call.args.get("strategy_id")
    strategies = [own_strategy(call, book, wanted)] if wanted else book.of(call.app.maker)
    groups = [group for strategy in strategies for group in call.world.tags.groups(strategy.number)]
    return {"tag_group": [_row(call, group) for group in larger_first(groups)]}


def _row(call: Call, group: TagGroup, only: set[int] | None = None) -> dict[str, Any]:
    tags = (tag for tag in larger_first(call.world.tags.tags(group.number)) if only is None or tag.number in only)
    return {**group_row(call, group, (tag_row(call, tag) for tag in tags)), "strategy_id": group.strategy}


def _groups_of(call: Call, tags: list[Tag]) -> Iterator[dict[str, Any]]:
    for number in dict.fromkeys(tag.group for tag in tags):
        group = call.world.tags.group(number)
        if group is not None:
            yield _row(call, group, {tag.number for tag in tags})


def _own(call: Call, text: str) -> Tag | TagGroup:
    """Return a living tag or group of a strategy that the calling app made (40068)."""
    library, number = call.world.tags, call.company.ids.tag.decode(text)
    thing = None if number is None else library.tag(number) or library.group(number)
    if thing is None or thing.deleted or thing.maker != call.app.maker or library.of_strategy(thing.number) is None:
        raise Refusal(40068)
    return thing


def _tag(call: Call, text: str) -> Tag:
    thing = _own(call, text)
    if not isinstance(thing, Tag):
        raise Refusal(40068)
    return thing


def _group(call: Call, text: str) -> TagGroup:
    thing = _own(call, text)
    if not isinstance(thing, TagGroup):
        raise Refusal(40068)
    return thing


def add_strategy_tag(call: Call) -> dict[str, Any]:
    """Add tags to a new or an existing group of a strategy at the top."""
    strategy = own_strategy(call, call.world.contact_strategies, call.args["strategy_id"])
    if strategy.parent:
        raise Refusal(INVALID)
    group: TagGroup | None
    if call.args.get("group_id"):
        group = _group(call, call.args["group_id"])
        if group.strategy != strategy.number:
            raise Refusal(40068)
    else:
        name: str = call.args.get("group_name", "")
        check_name(name)
        group = call.world.tags.group_named(name, strategy.number)
    return add_tags(call, group, strategy.number)


def edit_strategy_tag(call: Call) -> dict[str, Any]:
    """Rename or reorder a tag or group of a strategy."""
    return rename(call, _own(call, call.args["id"]))


def del_strategy_tag(call: Call) -> dict[str, Any]:
    """Delete tags and groups of strategies, all or none; a group without tags goes too."""
    if not call.args.get("tag_id") and not call.args.get("group_id"):
        raise Refusal(EMPTY_PARAMETER)
    tags = [_tag(call, text).number for text in call.args.get("tag_id", ())]
    groups = [_group(call, text).number for text in call.args.get("group_id", ())]
    for number in dict.fromkeys(tags):
        call.world.tags.delete_tag(number)
    for number in dict.fromkeys(groups):
        call.world.tags.delete_group(number)
    return {}


_STRATEGY = Field("strategy_id", int, at_least=1)

ENDPOINTS = (
    contact("get_strategy_tag_list", get_strategy_tag_list, _STRATEGY, *TAG_LISTS, empty="tag_group"),
    contact(
        "add_strategy_tag",
        add_strategy_tag,
        Field("strategy_id", int, EMPTY_PARAMETER, at_least=1),
        Field("group_id", str),
        Field("group_name", str),
        ORDER,
        Field("tag", list, EMPTY_PARAMETER, items=dict),
    ),
    contact("edit_strategy_tag", edit_strategy_tag, Field("id", str, 41017), Field("name", str), ORDER),
    contact("del_strategy_tag", del_strategy_tag, *TAG_LISTS),
)
