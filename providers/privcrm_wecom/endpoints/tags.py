"""Company tags (企业标签) and those of strategies (规则组标签)."""

from privcrm.provider import Effect, Repeat
from privcrm_wecom.endpoints.row import row

TAG_LIST = row(
    "get_corp_tag_list",
    "externalcontact/get_corp_tag_list",
    92117,
    used_by=("tags.list", "tags.settle"),
    answers=("tag_group",),
)
TAG_ADD = row(
    "add_corp_tag",
    "externalcontact/add_corp_tag",
    92117,
    used_by=("tags.create",),
    effect=Effect.WRITE,
    repeat=Repeat.AFTER_LOOKUP,
    answers=("tag_group",),
)
TAG_EDIT = row("edit_corp_tag", "externalcontact/edit_corp_tag", 92117, used_by=("tags.edit",), effect=Effect.WRITE)
TAG_DELETE = row(
    "del_corp_tag",
    "externalcontact/del_corp_tag",
    92117,
    used_by=("tags.delete",),
    effect=Effect.WRITE,
    repeat=Repeat.AFTER_LOOKUP,
)
TAG_MARK = row(
    "mark_tag",
    "externalcontact/mark_tag",
    92118,
    used_by=("tags.mark",),
    effect=Effect.WRITE,
    record=("userid", "external_userid"),
    ids={"staff": ("userid",)},
)
STRATEGY_TAG_LIST = row(
    "get_strategy_tag_list",
    "externalcontact/get_strategy_tag_list",
    94882,
    used_by=("tags.strategy_tags",),
    answers=("tag_group",),
)
STRATEGY_TAG_ADD = row(
    "add_strategy_tag",
    "externalcontact/add_strategy_tag",
    94882,
    used_by=("tags.create_strategy_tags",),
    effect=Effect.WRITE,
    repeat=Repeat.AFTER_LOOKUP,
    answers=("tag_group",),
)
STRATEGY_TAG_EDIT = row(
    "edit_strategy_tag",
    "externalcontact/edit_strategy_tag",
    94882,
    used_by=("tags.edit_strategy_tag",),
    effect=Effect.WRITE,
)
STRATEGY_TAG_DELETE = row(
    "del_strategy_tag",
    "externalcontact/del_strategy_tag",
    94882,
    used_by=("tags.delete_strategy_tags",),
    effect=Effect.WRITE,
    repeat=Repeat.AFTER_LOOKUP,
)

ROWS = (
    TAG_LIST,
    TAG_ADD,
    TAG_EDIT,
    TAG_DELETE,
    TAG_MARK,
    STRATEGY_TAG_LIST,
    STRATEGY_TAG_ADD,
    STRATEGY_TAG_EDIT,
    STRATEGY_TAG_DELETE,
)
