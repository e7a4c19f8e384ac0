"""Company tags (developer.work.weixin.qq.com/document/path/92117) and putting them on customers (92118)."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from privcrm.sandbox.wecom.company import Call
from privcrm.sandbox.wecom.endpoint import EMPTY_PARAMETER, RELATION, contact
from privcrm.sandbox.wecom.errors import Refusal
from privcrm.sandbox.wecom.fields import Field
from privcrm.sandbox.world import Tag, TagGroup

NAME_CHARACTERS = 30
T = TypeVar("T", Tag, TagGroup)


def tag_row(call: Call, tag: Tag) -> dict[str, Any]:
    """Describe a tag."""
    return {
        "id": call.company.ids.tag.encode(tag.number),
        "name": tag.name,
        "create_time": tag.created_at,
        "order": tag.order,
    }


def group_row(call: Call, group: TagGroup, tags: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Describe a group with the tags described already."""
    return {
        "group_id": call.company.ids.tag.encode(group.number),
        "group_name": group.name,
        "create_time": group.created_at,
        "order": group.order,
        "tag": list(tags),
    }


def larger_first(things: Iterable[T]) -> list[T]:
    """Return tags or groups in the order of their clients."""
    return sorted(things, key=lambda thing: (-thing.order, thing.number))


def get_corp_tag_list(call: Call) -> dict[str, Any]:
    """List the library, or what the filters name; group_id wins over tag_id."""
    if call.args.get("group_id"):
        return {"tag_group": [_whole_group(call, _group(call, text)) for text in call.args["group_id"]]}
    if call.args.get("tag_id"):
        return {"tag_group": _groups_of_tags(call, [_tag(call, text) for text in call.args["tag_id"]])}
    library = call.world.tags
    return {
        "tag_group": [
            group_row(call, group, (tag_row(call, tag) for tag in larger_first(library.tags(group.number))))
            for group in larger_first(library.groups())
        ]
    }


def _whole_group(call: Call, group: TagGroup) -> dict[str, Any]:
    tags = larger_first(call.world.tags.tags(group.number, deleted=True))
    return group_row(call, group, ({**tag_row(call, tag), "deleted": tag.deleted} for tag in tags))


def _groups_of_tags(call: Call, tags: Sequence[Tag]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for number in dict.fromkeys(tag.group for tag in tags):
        group = call.world.tags.group(number)
        if group is not None:
            wanted = ({**tag_row(call, tag), "deleted": tag.deleted} for tag in tags if tag.group == number)
            rows.append({**group_row(call, group, wanted), "deleted": group.deleted})
    return rows


def _tag(call: Call, text: str) -> Tag:
    """Return a tag of the company, also a deleted one, by id (40068)."""
    number = call.company.ids.tag.decode(text)
    tag = None if number is None else call.world.tags.tag(number)
    if tag is None or call.world.tags.of_strategy(tag.number) is not None:
        raise Refusal(40068)
    return tag


def _group(call: Call, text: str) -> TagGroup:
    """Return a group of the company, also a deleted one, by id (40068)."""
    number = call.company.ids.tag.decode(text)
    group = None if number is None else call.world.tags.group(number)
    if group is None or group.strategy is not None:
        raise Refusal(40068)
    return group


def _own(call: Call, thing: Tag | TagGroup) -> int:
    """Return the number of a tag or group this app may change: one it made itself and nobody deleted (40068)."""
    if thing.deleted or thing.maker != call.app.maker:
        raise Refusal(40068)
    return thing.number


def add_corp_tag(call: Call) -> dict[str, Any]:
    """Add tags to a new or an existing group of the company."""
    return add_tags(call, _target_group(call), None)


def add_tags(call: Call, group: TagGroup | None, strategy: int | None) -> dict[str, Any]:
    """Add the tags of a call to a group, or to a new one; a name in the group already is refused (40071)."""
    wanted = _wanted_tags(call.args["tag"])
    library = call.world.tags
    if group is not None and any(tag.name in wanted for tag in library.tags(group.number)):
        raise Refusal(40071)
    if sum(1 for _ in library.tags()) + len(wanted) > call.company.rules.tags_per_company:
        raise Refusal(40126)
    at, maker = int(call.now), call.app.maker
    if group is None:
        name, order = call.args["group_name"], call.args.get("order", 0)
        group = library.add_group(name, order=order, at=at, maker=maker, strategy=strategy)
    made = [library.add_tag(group.number, name, order=order, at=at, maker=maker) for name, order in wanted.items()]
    return {"tag_group": group_row(call, group, (tag_row(call, tag) for tag in made))}


def _wanted_tags(rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Return names and orders; duplicates in one call collapse into one tag."""
    wanted: dict[str, int] = {}
    for row in rows:
        name = row.get("name")
        if not isinstance(name, str):
            raise Refusal(41018)
        check_name(name)
        order = row.get("order")
        wanted.setdefault(name, order if isinstance(order, int) else 0)
    return wanted


def check_name(name: str) -> None:
    """Refuse a name of a tag or group that is empty or too long (40072)."""
    if not 0 < len(name) <= NAME_CHARACTERS:
        raise Refusal(40072)


def _target_group(call: Call) -> TagGroup | None:
    """Return the group that group_id or group_name names, None if it has to be made."""
    if call.args.get("group_id"):
        group = _group(call, call.args["group_id"])
        if group.deleted:
            raise Refusal(40068)
        return group
    name: str = call.args.get("group_name", "")
    check_name(name)
    return call.world.tags.group_named(name)


def edit_corp_tag(call: Call) -> dict[str, Any]:
    """Rename or reorder a tag or group of this app."""
    number = call.company.ids.tag.decode(call.args["id"])
    library = call.world.tags
    thing = None if number is None else library.tag(number) or library.group(number)
    if thing is None or library.of_strategy(thing.number) is not None:
        raise Refusal(40068)
    _own(call, thing)
    return rename(call, thing)


def rename(call: Call, thing: Tag | TagGroup) -> dict[str, Any]:
    """Rename or reorder a tag or group; the name of another one beside it is refused (40071)."""
    library = call.world.tags
    name: str | None = call.args.get("name")
    if name is not None:
        check_name(name)
        siblings = library.tags(thing.group) if isinstance(thing, Tag) else library.groups(thing.strategy)
        if any(other.name == name and other.number != thing.number for other in siblings):
            raise Refusal(40071)
    library.rename(thing.number, name, call.args.get("order"))
    return {}


def del_corp_tag(call: Call) -> dict[str, Any]:
    """Delete tags and groups of this app, all or none."""
    if not call.args.get("tag_id") and not call.args.get("group_id"):
        raise Refusal(40063)
    tags = [_own(call, _tag(call, text)) for text in call.args.get("tag_id", ())]
    groups = [_own(call, _group(call, text)) for text in call.args.get("group_id", ())]
    for number in dict.fromkeys(tags):
        call.world.tags.delete_tag(number)
    for number in dict.fromkeys(groups):
        call.world.tags.delete_group(number)
    return {}


def mark_tag(call: Call) -> dict[str, Any]:
    """Put tags on a customer and take others off; what is already so succeeds."""
    args, company, world = call.args, call.company, call.world
    if not args.get("add_tag") and not args.get("remove_tag"):
        raise Refusal(40063)
    staff = call.staff(args["userid"]).number
    member = call.member(args["external_userid"])
    if not world.follows.holds(staff, member):
        raise Refusal(84061)
    add, remove = (_usable_tags(call, args.get(name, ())) for name in ("add_tag", "remove_tag"))
    if add & remove:
        add, remove = _settle_overlap(company.rules.tag_added_and_removed, add, remove)
    tags = (set(world.live_tags(staff, member)) - remove) | add
    if len(tags) > company.rules.tags_per_follow:
        raise Refusal(40144)
    world.follows.set_tags(staff, member, tags)
    return {}


def _usable_tags(call: Call, texts: Iterable[str]) -> set[int]:
    """Return the numbers of the tags named. Any app may use any tag; unknown and deleted ones are refused (40068)."""
    numbers: set[int] = set()
    for text in texts:
        number = call.company.ids.tag.decode(text)
        if number is not None and call.world.tags.has(number):
            numbers.add(number)
        elif call.company.rules.unknown_tag_in_mark_tag == "refuse":
            raise Refusal(40068)
    return numbers


def _settle_overlap(rule: str, add: set[int], remove: set[int]) -> tuple[set[int], set[int]]:
    if rule == "refuse":
        raise Refusal(40058)
    return (add, remove - add) if rule == "added" else (add - remove, remove)


TAG_LISTS = (Field("tag_id", list), Field("group_id", list))
ORDER = Field("order", int, at_least=0, at_most=2**32 - 1)

ENDPOINTS = (
    contact("get_corp_tag_list", get_corp_tag_list, *TAG_LISTS, empty="tag_group"),
    contact(
        "add_corp_tag",
        add_corp_tag,
        Field("group_id", str),
        Field("group_name", str),
        ORDER,
        Field("tag", list, EMPTY_PARAMETER, items=dict),
    ),
    contact("edit_corp_tag", edit_corp_tag, Field("id", str, 41017), Field("name", str), ORDER),
    contact("del_corp_tag", del_corp_tag, *TAG_LISTS, without_body=EMPTY_PARAMETER),
    contact(
        "mark_tag",
        mark_tag,
        *RELATION,
        Field("add_tag", list),
        Field("remove_tag", list),
        without_body=40003,
        counts_flights=True,
    ),
)
