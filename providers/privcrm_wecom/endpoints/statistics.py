"""Figures about staff and groups (统计)."""

from privcrm.provider import Paging
from privcrm_wecom.endpoints.row import row

STAFF_FIGURES = row(
    "get_user_behavior_data",
    "externalcontact/get_user_behavior_data",
    92132,
    used_by=("statistics.staff", "statistics.departments"),
    batch={"userid": 100, "partyid": 100},
    answers=("behavior_data",),
)
GROUP_FIGURES_BY_OWNER = row(
    "groupchat_statistic",
    "externalcontact/groupchat/statistic",
    92133,
    used_by=("statistics.groups_by_owner",),
    paging=Paging.OFFSET,
    batch={"owner_filter.userid_list": 100},
    answers=("items",),
)
GROUP_FIGURES_BY_DAY = row(
    "groupchat_statistic_group_by_day",
    "externalcontact/groupchat/statistic_group_by_day",
    92133,
    used_by=("statistics.groups_by_day",),
    batch={"owner_filter.userid_list": 100},
    answers=("items",),
)

ROWS = (
    STAFF_FIGURES,
    GROUP_FIGURES_BY_OWNER,
    GROUP_FIGURES_BY_DAY,
)
