"""What can be adjusted: the vendor's figures, and the questions its documents leave open."""

from typing import Any

import attrs


def _figure(default: int, note: str) -> Any:
    return attrs.field(default=default, metadata={"note": note, "values": None})


def _question(default: str, values: tuple[str, ...], note: str) -> Any:
    return attrs.field(default=default, metadata={"note": note, "values": values})


@attrs.define
class Rules:
    """The switches. Figures are whole numbers not below zero; every other switch takes one of its values."""

    minute_limit: int = _figure(10_000, "calls per company and endpoint in a minute, then 45009 for 60 s (90312)")
    hour_limit: int = _figure(150_000, "calls per company and endpoint in an hour, then 45009 for 60 min (90312)")
    address_minute_limit: int = _figure(20_000, "calls per address and endpoint in a minute (90312)")
    address_hour_limit: int = _figure(600_000, "calls per address and endpoint in an hour (90312)")
    concurrency: int = _figure(5, "mark_tag and remark calls in flight per company, then 45033; staff answers only")
    latency_ms: int = _figure(0, "real milliseconds a call takes; calls overlap only if this is not 0")
    token_lifetime: int = _figure(7200, "seconds of virtual time a token lives (91039)")
    wrong_secret_limit: int = _figure(5, "wrong secrets from one address before it is blocked; the figure is a guess")
    wrong_secret_block: int = _figure(3600, "seconds an address stays blocked after repeated wrong secrets (45009)")
    visible_people_limit: int = _figure(1000, "people in range above which groupchat/list wants owner_filter (92120)")
    tags_per_company: int = _figure(10_000, "company tags, then 40126 (92117)")
    tags_per_follow: int = _figure(3000, "tags on one member by one employee, then 40144 (92118)")
    media_range_multiple: int = _figure(1, "what lengths of ranges are multiples of in media/get, else 40146 (90254)")
    media_job_seconds: int = _figure(5, "seconds until media/upload_by_url has fetched the file; a guess (96219)")
    media_job_bytes: int = _figure(1_048_576, "bytes of a file that media/upload_by_url fetches: nothing is fetched")
    pictures_per_day: int = _figure(1000, "calls of media/uploadimg in a day, then 45009 (90256)")
    pictures_per_month: int = _figure(3000, "calls of media/uploadimg in a month, then 45009 (90256)")
    takeover_seconds: int = _figure(86_400, "seconds until a customer's transfer is done by itself (92125)")
    group_takeover_seconds: int = _figure(0, "seconds until a group has its new owner; no wait is documented (92127)")
    customers_per_staff: int = _figure(5000, "customers of one employee above which transfers end in 40099 or status 4")
    transfers_per_customer: int = _figure(2, "on-job transfers of a customer in 90 days, then 40128 (92125)")
    transfers_per_group: int = _figure(2, "on-job transfers of a group in 90 days (95703)")
    groups_per_owner_and_day: int = _figure(300, "groups from one owner to another in a day (95703, 92127)")
    unionids_per_hour: int = _figure(100_000, "unionids converted in an hour, then 45009 (97108)")
    unionids_per_day: int = _figure(480_000, "unionids converted in a day, then 45009 (97108)")
    unionids_per_month: int = _figure(7_500_000, "unionids converted in a month, then 45009 (97108)")
    failed_lookups_per_day: int = _figure(
        200, "unknown mobiles or mails, then 45009 for the day; documented as a fifth of the head-count ceiling (95402)"
    )
    transfer_running: str = _question(
        "40129", ("40129", "40100"), "what a customer answers who is being transferred already (90313)"
    )
    transfer_unfit: str = _question(
        "entries",
        ("entries", "call"),
        "whether giver or taker being unfit for a transfer is said of every entry or of the whole call (92125)",
    )
    transfers_counted: str = _question(
        "started", ("started", "done"), "which transfers count into transfers_per_customer (92125)"
    )
    leavers_transfers: str = _question(
        "unlimited", ("unlimited", "limited"), "whether transfers_per_customer holds for customers of leavers (94081)"
    )
    transfer_carries: str = _question(
        "nothing",
        ("nothing", "tags", "everything"),
        "what a taker gets of the giver's tags and remarks; not documented (92125)",
    )
    transfer_operator: str = _question(
        "handover",
        ("handover", "takeover"),
        "whose userid oper_userid holds after a transfer that a program ordered (92114)",
    )
    console_transfers: str = _question(
        "listed", ("listed", "hidden"), "whether transfer_result tells of transfers made in the console (94088)"
    )
    unassigned_while_waiting: str = _question(
        "hidden", ("hidden", "listed"), "whether get_unassigned_list still tells of assigned customers (92124)"
    )
    login_conditions: str = _question(
        "checked", ("checked", "ignored"), "whether a transfer needs a login of the last year of both (40205, 92125)"
    )
    old_leavers: str = _question(
        "accepted",
        ("accepted", "refused"),
        "whether somebody who left over a year ago can hand over; documented as no (40205, 94081), but the leavers of "
        "the seed left on a fixed day",
    )
    group_inherited: str = _question(
        "90508", ("90508", "90500"), "what groupchat/transfer answers for a leaver's group that was handed over already"
    )
    live_codes_per_company: int = _figure(500_000, "contact ways and join ways together, then 41045 (92228, 92229)")
    temporary_codes_per_day: int = _figure(100_000, "temporary contact ways in a day, then 41045; code a guess (92228)")
    contact_code_people: int = _figure(100, "people behind a contact way, departments expanded, then 41041 (92228)")
    live_code_list_lag: int = _figure(0, "seconds until list_contact_way shows a new contact way; a guess")
    join_scan_cap: int = _figure(200, "people at which a group takes no more scans; secondary sources differ")
    group_people_limit: int = _figure(500, "people in a customer group; printed on client pages only")
    figures_ready_hour: int = _figure(
        8, "hour in Beijing from which yesterday's statistics are no zeros; a guess (92132)"
    )
    statistics_days: int = _figure(30, "days in one call for statistics, both ends counted (92132, 92133)")
    welcome_code_seconds: int = _figure(20, "seconds a welcome_code lives, then 41050 (92137)")
    mass_list_lag: int = _figure(0, "seconds until a new mass message is listed; the vendor says nothing (93338)")
    mass_task_lag: int = _figure(0, "seconds until tasks of a new mass message can be read, else 41063 (93338)")
    group_welcomes: int = _figure(100, "group welcome templates of a company, then 41055 (92366)")
    app_messages_per_account: int = _figure(200, "receivers of message/send per account, app and day, 45009 (90236)")
    app_messages_per_minute: int = _figure(30, "messages an employee gets from an app; more are dropped (90236)")
    app_messages_per_hour: int = _figure(1000, "messages an employee gets from an app; more are dropped (90236)")
    app_chats_per_day: int = _figure(1000, "calls of appchat/create in a day, then 45009 (90245)")
    app_chat_changes_per_hour: int = _figure(1000, "calls of appchat/update in an hour, then 45009 (98913)")
    app_chat_sends_per_minute: int = _figure(20_000, "receivers of appchat/send in a minute, then 45009 (90248)")
    mass_message_without_sender: str = _question(
        "last_chat",
        ("last_chat", "everyone"),
        "who sends a mass message that names customers but no sender: of the followers the one who chatted last, or "
        "each of them (92135)",
    )
    mass_message_quota: str = _question(
        "month",
        ("month", "week", "day"),
        "what a member or group may receive: a month's days in a calendar month, 7 a week, 1 a day (92135)",
    )
    mass_quota_checked: str = _question(
        "confirm",
        ("confirm", "create"),
        "whether members whose quota is used up fail when the sender confirms, or stand in fail_list already (92135)",
    )
    mass_create_time: str = _question(
        "number", ("number", "text"), "whether create_time in get_groupmsg_list_v2 is a number or a text (93338)"
    )
    mass_messages_of_others: str = _question(
        "allowed",
        ("allowed", "refused"),
        "whether an app may remind and cancel mass messages that it did not make, else 41047 (97610, 97611)",
    )
    legacy_mass_results: str = _question(
        "answered",
        ("answered", "refused"),
        "whether get_group_msg_result answers for messages made after 2020-11-17, else 41047",
    )
    picture_addresses: str = _question(
        "checked",
        ("checked", "any"),
        "whether pic_url must be an address from media/uploadimg (92135); the code, 40058, is a guess",
    )
    code_pictures: str = _question(
        "served",
        ("served", "vendors"),
        "whether pictures of live codes have addresses of the sandbox, or of the vendor (92228), where there are none",
    )
    media_ids: str = _question(
        "checked", ("checked", "any"), "whether media ids in messages must be uploaded files, else 40007 (90253)"
    )
    moment_seconds: int = _figure(2, "seconds until add_moment_task has made the moment; a guess (95094)")
    moments_per_minute: int = _figure(10, "calls of add_moment_task in a minute (95094)")
    moments_per_month: int = _figure(100_000, "calls of add_moment_task in a month, then 41210 (95094)")
    moment_jobs_running: int = _figure(100, "moments being made at a time, then 41078; the figure is a guess (90313)")
    moment_dispatch_seconds: int = _figure(0, "seconds a new moment answers 41079 to get_moment_task and cancelling")
    moment_list_lag: int = _figure(0, "seconds until get_moment_list tells of a new moment; not documented (93333)")
    moments_seen_per_month: int = _figure(
        0, "company moments a customer sees in a month, 0 for all; 4 is said, and not documented (95094)"
    )
    albums_per_company: int = _figure(10_000, "product albums, then 41202; the figure is a guess (95096)")
    intercept_rules_per_company: int = _figure(100, "intercept rules, then 41069 (95097)")
    acquisition_links_per_company: int = _figure(1000, "acquisition links, then 41095; the figure is a guess (97297)")
    acquisition_quota: int = _figure(1000, "people whom acquisition links may bring: what the company bought (97375)")
    blocked_address: str = _question(
        "gettoken", ("gettoken", "all"), "whether a blocked address may still use tokens it has"
    )
    unknown_staff: str = _question(
        "40003", ("40003", "60111"), "which code customer contact answers for a userid unknown or left"
    )
    staff_without_customers: str = _question(
        "84061",
        ("84061", "empty"),
        "what externalcontact/list and batch/get_by_user answer for staff without customers",
    )
    unknown_tag_in_mark_tag: str = _question(
        "refuse", ("refuse", "ignore"), "whether one unknown tag id refuses the whole mark_tag call (40068)"
    )
    tag_added_and_removed: str = _question(
        "added", ("added", "removed", "refuse"), "what becomes of a tag in both add_tag and remove_tag"
    )
    leavers_groups: str = _question(
        "filtered",
        ("filtered", "always"),
        "whether groups of staff who left are listed only when owner_filter names them",
    )
    app_kind: str = _question(
        "self_built",
        ("self_built", "delegated", "system"),
        "what the apps of the company are: made by itself (自建), by a provider (代开发), or 客户联系 itself; each may "
        "call what the others may not (48002): only delegated ones convert unionids (97108)",
    )
    temporary_codes: str = _question(
        "allowed",
        ("allowed", "refused"),
        "whether the company may make temporary contact ways, as medical ones may; else 41040 (92228)",
    )
    code_without_people: str = _question(
        "refuse", ("refuse", "accept"), "whether a contact way of several may be left with nobody behind it (40058)"
    )
    contact_code_draw: str = _question(
        "even", ("even", "first", "random"), "who gets the next visitor of a contact way; the vendor does not say"
    )
    unknown_code_on_delete: str = _question(
        "41044", ("41044", "41037"), "what del_contact_way answers for an unknown code; users report 41037 (92228)"
    )
    join_code_draw: str = _question(
        "first", ("first", "emptiest"), "which of the groups of a join way with room the next person comes into"
    )
    new_group_appended: str = _question(
        "yes", ("yes", "no"), "whether a group opened by auto_create_room is added to chat_id_list (92229 is silent)"
    )
    new_group_owner: str = _question(
        "last", ("last", "first"), "whose the groups opened by auto_create_room are: of which group's owner"
    )
    full_chat_list: str = _question(
        "opens", ("opens", "stops"), "whether a join way whose list holds five full groups opens more, then unlisted"
    )
    join_way_update: str = _question(
        "overwrites",
        ("overwrites", "merges"),
        "whether update_join_way sets what is not given to its default (92229) or leaves it, as one source says",
    )
    auto_create_default: str = _question(
        "1", ("1", "0"), "what auto_create_room is if it is not given; 1 by the page (92229), 0 by one source"
    )
    media_job_result: str = _question(
        "0",
        ("0", "830001", "830003", "45001", "301019"),
        "how jobs of media/upload_by_url end: 0 done, else failed with this code (96219)",
    )
    moments_too_fast: str = _question(
        "45009", ("45009", "41210"), "what answers more than moments_per_minute; the page names no code (95094)"
    )
    customer_moments: str = _question(
        "enabled", ("enabled", "disabled"), "whether the company may use moments, else 41211 (90313)"
    )
    things_of_another_app: str = _question(
        "unknown",
        ("unknown", "48002"),
        "what changing another app's album or intercept rule answers: the code of an unknown one, or 48002 (95096)",
    )
    intercept_semantics: str = _question(
        "extra_rule",
        ("extra_rule", "rule"),
        "where get_intercept_rule tells semantics_list: as the page's table or as its example has it (95097)",
    )
    acquisition_preference: str = _question(
        "allowed", ("allowed", "refused"), "whether the company's business may use priority_option, else 41200 (97297)"
    )
    half_add_events: str = _question(
        "no",
        ("no", "yes"),
        "whether an add without verification is told twice, first as add_half_external_contact, which then alone has "
        "the welcome code (92130)",
    )
    group_details_lag: int = _figure(0, "seconds until groupchat/get shows what people changed; about 2 (92130)")
    callback_verify: str = _question(
        "yes", ("yes", "no"), "whether a callback address is asked for echostr before it is taken (90930)"
    )
    callback_timeout_ms: int = _figure(5000, "real milliseconds in which a receiver answers (90930)")
    callback_retry: str = _question(
        "connection",
        ("connection", "non_200"),
        "what is delivered again, three times in all: what failed or timed out (90930), or what was not answered 200 "
        "too (90238)",
    )
    callback_retry_ms: int = _figure(0, "real milliseconds between two tries; the vendor does not say")
    callback_retry_seal: str = _question(
        "anew", ("anew", "same"), "whether a further try has a timestamp, nonce and ciphertext of its own"
    )
    callback_drop_after: int = _figure(
        0, "events in a row that failed, after which an app gets none until its address is set again; 0 for never"
    )
    callback_parallel: int = _figure(1, "events that an app gets at a time; in order only if this is 1")
    callback_xml_style: str = _question(
        "documented",
        ("documented", "compact", "shuffled"),
        "how events are written: as the pages show them; without blanks, CDATA only where it is needed; or with "
        "elements in any order and blanks between them, which clients must not depend on",
    )
    directory_reads_details: str = _question(
        "allowed",
        ("allowed", "refused"),
        "whether the contact-sync app may read names; refused since 2022-08-15 (48009)",
    )

    def describe(self) -> list[dict[str, Any]]:
        """Return every switch with value, default, allowed values and note."""
        return [
            {"name": f.name, "value": getattr(self, f.name), "default": f.default, **f.metadata}
            for f in attrs.fields(Rules)
        ]

    def change(self, values: dict[str, Any]) -> None:
        """Set switches by name, all or none. Raises ValueError with the reason."""
        known = {f.name: f for f in attrs.fields(Rules)}
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"there is no switch {name!r}")
            allowed = known[name].metadata["values"]
            if allowed is None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
                raise ValueError(f"{name} takes a whole number not below 0")
            if allowed is not None and value not in allowed:
                raise ValueError(f"{name} takes one of {', '.join(allowed)}")
        for name, value in values.items():
            setattr(self, name, value)
