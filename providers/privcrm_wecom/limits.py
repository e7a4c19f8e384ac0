"""Limits of WeCom (企业微信) as data.

Pages are developer.work.weixin.qq.com/document/path/NUMBER. WeCom changes its figures; a company whose figures differ
overrides them by name (``ProviderContext.limits``).
"""

from privcrm.provider import PER_ADDRESS, Confidence, Limit, LimitTable, Unit

_DOC = "https://developer.work.weixin.qq.com/document/path/"
_PER_ENDPOINT = "company and endpoint"
_ONE_PROCESS = "all companies of one process are counted; other processes behind the address are not"
_HIGH, _MEDIUM = Confidence.HIGH, Confidence.MEDIUM

LIMITS = LimitTable(
    [
        Limit("calls_per_minute", 10_000, Unit.CALLS_PER_MINUTE, _PER_ENDPOINT, _DOC + "90312", "2023-08-28", _HIGH),
        Limit("calls_per_hour", 150_000, Unit.CALLS_PER_HOUR, _PER_ENDPOINT, _DOC + "90312", "2023-08-28", _HIGH),
        Limit(
            "calls_per_minute_per_address",
            20_000,
            Unit.CALLS_PER_MINUTE,
            PER_ADDRESS,
            _DOC + "90312",
            "2023-08-28",
            _HIGH,
            _ONE_PROCESS,
        ),
        Limit(
            "calls_per_hour_per_address",
            600_000,
            Unit.CALLS_PER_HOUR,
            PER_ADDRESS,
            _DOC + "90312",
            "2023-08-28",
            _HIGH,
            _ONE_PROCESS,
        ),
        Limit(
            "calls_in_flight",
            5,
            Unit.IN_FLIGHT,
            _PER_ENDPOINT,
            _DOC + "90313",
            "2026-01-09",
            _MEDIUM,
            "not published; staff answers name five for mark_tag and remark",
        ),
        Limit(
            "unionid_per_hour",
            100_000,
            Unit.CALLS_PER_HOUR,
            "company",
            _DOC + "97108",
            "2026-02",
            _HIGH,
        ),
        Limit("unionid_per_day", 480_000, Unit.CALLS_PER_DAY, "company", _DOC + "97108", "2026-02", _HIGH),
        Limit("unionid_per_month", 7_500_000, Unit.CALLS_PER_MONTH, "company", _DOC + "97108", "2026-02", _HIGH),
        Limit("batch_staff", 100, Unit.ITEMS, "request", _DOC + "92994", "2025-11-17", _HIGH),
        Limit("batch_page", 100, Unit.ITEMS, "request", _DOC + "92994", "2025-11-17", _HIGH, "more is clamped"),
        Limit("group_owners", 100, Unit.ITEMS, "request", _DOC + "92120", "2025-01-13", _HIGH),
        Limit("group_page", 1000, Unit.ITEMS, "request", _DOC + "92120", "2025-01-13", _HIGH),
        Limit("staff_id_page", 10_000, Unit.ITEMS, "request", _DOC + "96067", "2024-07-23", _HIGH),
        Limit("tags_per_relation", 3_000, Unit.ITEMS, "staff and member", _DOC + "92118", "2023-12-01", _HIGH),
        Limit("tags_per_company", 10_000, Unit.ITEMS, "company", _DOC + "92117", "2023-12-01", _HIGH),
        Limit("tag_name", 30, Unit.CHARACTERS, "tag or tag group", _DOC + "92117", "2023-12-01", _HIGH),
        Limit("remark", 20, Unit.CHARACTERS, "relation", _DOC + "92115", "2025-11-17", _HIGH),
        Limit("remark_description", 150, Unit.CHARACTERS, "relation", _DOC + "92115", "2025-11-17", _HIGH),
        Limit("remark_company", 20, Unit.CHARACTERS, "relation", _DOC + "92115", "2025-11-17", _HIGH),
    ]
)
