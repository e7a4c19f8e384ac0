"""Limits of WeCom (企业微信) as data.

Pages are developer.work.weixin.qq.com/document/path/NUMBER. WeCom changes its figures; a company whose figures differ
overrides them by name (``ProviderContext.limits``).
"""

from privcrm.provider import PER_ADDRESS, Confidence, Limit, LimitTable, Unit

_DOC = "https://developer.work.weixin.qq.com/document/path/"
_PER_ENDPOINT = "company and endpoint"
_ONE_PROCESS = "all companies of one process are counted; other processes behind the address are not"
_MINUTE, _HOUR, _DAY, _MONTH = (
    Unit.CALLS_PER_MINUTE,
    Unit.CALLS_PER_HOUR,
    Unit.CALLS_PER_DAY,
    Unit.CALLS_PER_MONTH,
)
_ITEMS, _CHARACTERS, _BYTES, _SECONDS = Unit.ITEMS, Unit.CHARACTERS, Unit.BYTES, Unit.SECONDS
_PIXELS, _FEN = Unit.PIXELS, Unit.FEN
_HIGH, _MEDIUM, _LOW = Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW
_DAYS = 86_400
_MB = 1024 * 1024


def _row(  # noqa: PLR0917 - a table reads best as one
    name: str,
    value: int,
    unit: Unit,
    scope: str,
    page: int,
    as_of: str = "2026-02",
    confidence: Confidence = _HIGH,
    note: str = "",
) -> Limit:
    return Limit(name, value, unit, scope, f"{_DOC}{page}", as_of, confidence, note)


LIMITS = LimitTable(
    [
        # calls
        _row("calls_per_minute", 10_000, _MINUTE, _PER_ENDPOINT, 90312, "2023-08-28"),
        _row("calls_per_hour", 150_000, _HOUR, _PER_ENDPOINT, 90312, "2023-08-28"),
        _row("calls_per_minute_per_address", 20_000, _MINUTE, PER_ADDRESS, 90312, "2023-08-28", _HIGH, _ONE_PROCESS),
        _row("calls_per_hour_per_address", 600_000, _HOUR, PER_ADDRESS, 90312, "2023-08-28", _HIGH, _ONE_PROCESS),
        _row(
            "calls_in_flight",
            5,
            Unit.IN_FLIGHT,
            _PER_ENDPOINT,
            90313,
            "2026-01-09",
            _MEDIUM,
            "not published; staff answers name five for mark_tag and remark",
        ),
        _row(
            "one_in_flight",
            1,
            Unit.IN_FLIGHT,
            _PER_ENDPOINT,
            94883,
            "2026-02",
            _HIGH,
            "strategies are created and edited one after another",
        ),
        _row("unionid_per_hour", 100_000, _HOUR, "company", 97108),
        _row("unionid_per_day", 480_000, _DAY, "company", 97108),
        _row("unionid_per_month", 7_500_000, _MONTH, "company", 97108),
        # members
        _row("batch_staff", 100, _ITEMS, "request", 92994, "2025-11-17"),
        _row("batch_page", 100, _ITEMS, "request", 92994, "2025-11-17", _HIGH, "more is clamped"),
        _row("served_page", 1000, _ITEMS, "request", 99434, "2026-02", _MEDIUM, "the page tells the default only"),
        _row("pending_ids", 100, _ITEMS, "request", 97108),
        _row("temporary_ids", 100, _ITEMS, "request", 98729),
        _row("new_ids", 1000, _ITEMS, "request", 97107, "2026-02", _HIGH, "the page recommends 200"),
        _row("remark", 20, _CHARACTERS, "relation", 92115, "2025-11-17"),
        _row("remark_description", 150, _CHARACTERS, "relation", 92115, "2025-11-17"),
        _row("remark_company", 20, _CHARACTERS, "relation", 92115, "2025-11-17"),
        # staff
        _row("staff_id_page", 10_000, _ITEMS, "request", 96067, "2024-07-23"),
        _row("open_userids", 1000, _ITEMS, "request", 95884),
        _row("staff_phone", 32, _BYTES, "phone number", 95402),
        # tags
        _row("tags_per_relation", 3_000, _ITEMS, "staff and member", 92118, "2023-12-01"),
        _row("tags_per_company", 10_000, _ITEMS, "company", 92117, "2023-12-01", _HIGH, "tags of strategies included"),
        _row("tag_name", 30, _CHARACTERS, "tag or tag group", 92117, "2023-12-01"),
        _row("tag_order", 2**32 - 1, _ITEMS, "tag or tag group", 92117, "2023-12-01"),
        # strategies
        _row("strategy_page", 1000, _ITEMS, "request", 94883),
        _row("strategy_admins", 20, _ITEMS, "strategy", 94883),
        _row("strategy_nodes", 100, _ITEMS, "request", 94883),
        # groups
        _row("group_owners", 100, _ITEMS, "request", 92120, "2025-01-13"),
        _row("group_page", 1000, _ITEMS, "request", 92120, "2025-01-13"),
        # live codes
        _row("codes_per_company", 500_000, _ITEMS, "company, contact codes and group codes together", 92228),
        _row("contact_code_staff", 100, _ITEMS, "contact code, departments expanded", 92228),
        _row("contact_code_page", 1000, _ITEMS, "request", 92228),
        _row("code_note", 30, _CHARACTERS, "contact code or group code", 92228),
        _row("code_state", 30, _CHARACTERS, "contact code or group code", 92228),
        _row(
            "temporary_code_lifetime",
            14 * _DAYS,
            _SECONDS,
            "temporary contact code",
            92228,
            "2026-02",
            _HIGH,
            "7 days where nothing is said",
        ),
        _row(
            "temporary_chat_lifetime",
            14 * _DAYS,
            _SECONDS,
            "temporary contact code",
            92228,
            "2026-02",
            _HIGH,
            "24 hours where nothing is said",
        ),
        _row("conclusion_text", 4000, _BYTES, "closing words of a temporary chat", 92228),
        _row("conclusion_attachments", 1, _ITEMS, "closing words of a temporary chat", 92228),
        _row("group_code_groups", 5, _ITEMS, "group code", 92229),
        _row("group_code_base_name", 40, _CHARACTERS, "group code", 92229),
        # handover
        _row("handover_batch", 100, _ITEMS, "request", 92125, "2026-02", _HIGH, "members or groups"),
        _row("handover_message", 200, _CHARACTERS, "transfer of members", 92125),
        _row("unassigned_page", 1000, _ITEMS, "request", 92124),
        _row("groups_handed_over_per_day", 300, _ITEMS, "old owner and new owner", 92127),
        # mass messages and welcomes
        _row("message_members", 10_000, _ITEMS, "mass message", 92135, "2025-11-17"),
        _row("message_groups", 2_000, _ITEMS, "mass message", 92135, "2025-11-17"),
        _row("message_tags", 100, _ITEMS, "tag set of a mass message", 92135, "2025-11-17"),
        _row("message_text", 4000, _BYTES, "mass message", 92135, "2025-11-17"),
        _row("message_attachments", 9, _ITEMS, "mass message", 92135, "2025-11-17"),
        _row("message_reminders", 3, _ITEMS, "mass message, in 24 hours", 97610),
        _row("message_page", 100, _ITEMS, "request", 93338),
        _row("message_rows_page", 1000, _ITEMS, "request", 93338),
        _row("message_span", 31 * _DAYS, _SECONDS, "request", 93338, "2026-02", _HIGH, "a month"),
        _row("welcome_text", 4000, _BYTES, "welcome", 92137),
        _row("welcome_attachments", 9, _ITEMS, "welcome", 92137),
        _row("welcome_code_lifetime", 20, _SECONDS, "welcome code", 92137),
        _row("group_welcomes_per_company", 100, _ITEMS, "company", 92366),
        _row("group_welcome_text", 3000, _BYTES, "group welcome", 92366),
        _row("group_welcome_attachments", 1, _ITEMS, "group welcome", 92366),
        _row("link_title", 128, _BYTES, "link", 92135, "2025-11-17"),
        _row("link_description", 512, _BYTES, "link", 92135, "2025-11-17"),
        _row("link_url", 2048, _BYTES, "link", 92135, "2025-11-17", _MEDIUM, "printed for mass messages only"),
        _row("mini_program_title", 64, _BYTES, "mini-program", 92135, "2025-11-17"),
        # moments
        _row(
            "moment_text_characters",
            2000,
            _CHARACTERS,
            "moment",
            95094,
            "2026-02",
            _MEDIUM,
            "not checked: 4,000 bytes are named beside it, and of a Chinese text only those can hold",
        ),
        _row("moment_text", 4000, _BYTES, "moment", 95094),
        _row("moment_images", 9, _ITEMS, "moment", 95094),
        _row("moment_videos_or_links", 1, _ITEMS, "moment", 95094),
        _row("moment_staff", 100_000, _ITEMS, "moment", 95094),
        _row("moment_link_title_characters", 64, _CHARACTERS, "link of a moment", 95094),
        _row("moment_page", 20, _ITEMS, "request", 93333),
        _row("moment_rows_page", 1000, _ITEMS, "request", 93333),
        _row("moment_viewers_page", 5000, _ITEMS, "request", 93333),
        _row("moment_span", 30 * _DAYS, _SECONDS, "request", 93333),
        _row("moments_per_minute", 10, _MINUTE, "company", 95094),
        _row("moments_per_month", 100_000, _MONTH, "company", 95094),
        # messages to staff
        _row("staff_message_staff", 1000, _ITEMS, "message to staff", 90236, "2025-09-24"),
        _row("staff_message_departments", 100, _ITEMS, "message to staff", 90236, "2025-09-24"),
        _row("staff_message_text", 2048, _BYTES, "message to staff", 90236, "2025-09-24"),
        _row(
            "staff_link_title", 128, _CHARACTERS, "card to staff", 90236, "2025-09-24", _MEDIUM, "bytes on another page"
        ),
        _row(
            "staff_link_description",
            512,
            _CHARACTERS,
            "card to staff",
            90236,
            "2025-09-24",
            _MEDIUM,
            "bytes on another page",
        ),
        _row("staff_message_attachments", 1, _ITEMS, "message to staff", 90236, "2025-09-24"),
        _row("staff_notice_title", 12, _CHARACTERS, "mini-program notice to staff", 90236, "2025-09-24"),
        _row("staff_notice_page", 1024, _BYTES, "mini-program notice to staff", 90236, "2025-09-24"),
        _row("staff_video_title", 128, _BYTES, "video to staff", 90236, "2025-09-24"),
        _row("staff_video_description", 512, _BYTES, "video to staff", 90236, "2025-09-24"),
        _row("staff_chat_text", 2048, _BYTES, "message to a chat of staff", 90248, "2024-07-11"),
        _row("staff_chat_attachments", 1, _ITEMS, "message to a chat of staff", 90248, "2024-07-11"),
        _row("staff_chat_link_title", 128, _BYTES, "card to a chat of staff", 90248, "2024-07-11"),
        _row("staff_chat_link_description", 512, _BYTES, "card to a chat of staff", 90248, "2024-07-11"),
        _row("staff_chats_per_day", 1000, _DAY, "company", 90245, "2024-11-29"),
        _row("staff_chat_changes_per_hour", 1000, _HOUR, "company", 98913, "2023-04-18"),
        _row("staff_chat_people", 2000, _ITEMS, "chat", 90245, "2024-11-29"),
        _row("staff_chat_name", 50, _CHARACTERS, "chat", 90245, "2024-11-29"),
        _row("staff_chat_id", 32, _CHARACTERS, "chat", 90245, "2024-11-29"),
        # rules
        _row("rules_per_company", 100, _ITEMS, "company", 95097),
        _row("rule_name", 20, _CHARACTERS, "rule", 95097),
        _row("rule_words", 300, _ITEMS, "rule", 95097),
        _row(
            "rule_word", 32, _CHARACTERS, "word of a rule", 95097, "2026-02", _MEDIUM, "the table of the answer says 30"
        ),
        _row("rule_nodes", 1000, _ITEMS, "request", 95097),
        # products
        _row("product_page", 100, _ITEMS, "request", 95096),
        _row("product_description", 300, _CHARACTERS, "product", 95096),
        _row("product_code", 128, _BYTES, "product", 95096),
        _row("product_price", 5_000_000, _FEN, "product", 95096),
        _row("product_images", 9, _ITEMS, "product", 95096),
        # acquisition
        _row("link_page", 100, _ITEMS, "request", 97297),
        _row("link_members_page", 1000, _ITEMS, "request", 97298),
        _row("link_name", 30, _CHARACTERS, "acquisition link", 97297),
        _row("link_staff", 500, _ITEMS, "acquisition link", 97297),
        _row("link_priority_staff", 1000, _ITEMS, "acquisition link", 97297),
        # statistics
        _row("figures_staff", 100, _ITEMS, "request", 92132),
        _row("figures_owners", 100, _ITEMS, "request", 92133),
        _row("figures_page", 1000, _ITEMS, "request", 92133),
        _row("figures_span", 30 * _DAYS, _SECONDS, "request", 92133),
        _row("figures_age", 180 * _DAYS, _SECONDS, "company", 92133),
        # media
        _row("media_bytes_least", 5, _BYTES, "file, which must be larger", 90253, "2024-07-22"),
        _row("media_image", 10 * _MB, _BYTES, "picture", 90253, "2024-07-22"),
        _row("media_voice", 2 * _MB, _BYTES, "sound of 60 seconds at most", 90253, "2024-07-22"),
        _row("media_video", 10 * _MB, _BYTES, "film", 90253, "2024-07-22"),
        _row("media_file", 20 * _MB, _BYTES, "document", 90253, "2024-07-22"),
        _row("media_lifetime", 3 * _DAYS, _SECONDS, "upload", 90253, "2024-07-22"),
        _row("permanent_image", 2 * _MB, _BYTES, "picture that stays", 90256),
        _row("permanent_images_per_day", 1000, _DAY, "company", 90256),
        _row("permanent_images_per_month", 3000, _MONTH, "company", 90256),
        _row("attachment_image", 10 * _MB, _BYTES, "picture for moments or products", 95098),
        _row("attachment_video", 10 * _MB, _BYTES, "film for moments, 30 seconds at most", 95098),
        _row("attachment_file", 10 * _MB, _BYTES, "document", 95098),
        _row("moment_image_long_side", 10_800, _PIXELS, "picture for moments", 95098),
        _row("moment_image_short_side", 1080, _PIXELS, "picture for moments", 95098),
        _row("fetched_name", 128, _BYTES, "name of a file fetched by address", 96219),
        _row("fetched_address", 1024, _BYTES, "address that a file is fetched from", 96219),
        _row("media_job_id", 128, _BYTES, "job that fetches a file", 96219),
        _row("fetched_media", 200 * _MB, _BYTES, "file fetched by address", 96219),
        _row("download_part", 20 * _MB, _BYTES, "part of a download", 90254),
    ]
)
