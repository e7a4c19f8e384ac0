"""WeCom's error codes (errcode): which kind of error each is, and what to do about it.

Source: https://developer.work.weixin.qq.com/document/path/90313, as of 2026-01-09; the codes of the areas that privcrm
touches. The meaning of a code is in the vendor's own errmsg, which every error carries; what is written out here is
what the vendor does not say. A code that is not listed becomes a plain ``Refused`` and is never repeated.
"""

from collections.abc import Callable
from typing import Literal

from privcrm.errors import (
    AnswerLost,
    Conflict,
    CredentialRejected,
    InvalidArgument,
    LimitReached,
    NotFound,
    PermissionDenied,
    PreconditionFailed,
    ProviderError,
    RateLimited,
    Refused,
    TokenRejected,
    TooConcurrent,
)
from privcrm.provider import Unit
from privcrm.transport import window_of

SYSTEM_BUSY = -1
TOO_MANY_IN_FLIGHT = 45033
ADDRESS_NOT_TRUSTED = 60020
NO_RELATION = 84061
BAD_CURSOR = 50100
GREETED = 41051
GREETING = 41096
CANCELLED = 41093
FILE_TOO_LARGE = 830002

_BY_KIND: dict[type[ProviderError], str] = {
    AnswerLost: "-1 81026 301064 2000111 2000141",
    CredentialRejected: "40080 40084 40091 45031",
    TokenRejected: "40001 40014 40082 41001 42001 42009",
    RateLimited: "45009 45036 701134 2400007",
    TooConcurrent: "41096 45033 45035 701081 701142 2010003",
    PermissionDenied: """
        40124 40132 40133 40134 40136 40137 40141 40201 40204 41058 41098 41200 42015 43009 45026 48001 48002 48004
        48005 48006 48007 48008 48009 48010 50001 50002 50003 50006 60007 60011 60012 60020 60021 60028 60030 60031
        60144 60214 60217 60218 81011 84074 84085 84135 84140 84141 85005 85008 85111 86008 86101 86224 86225 86226
        86227 90302 92000 92001 92002 92003 93001 93004 93008 95011 95012 95017 95023 95026 95030 95032 301002
        301005 301007 301036 301042 301052 301053 301059 610021 610024 701001 701008 701063 701087 701088 701089
        701099 701170 770005 846000 2400005 2400006
    """,
    NotFound: """
        40050 40068 40088 40089 40096 41044 41047 41060 41070 41071 41074 41075 42016 42017 46003 46004 60003 60004
        60111 60123 60124 60136 60146 60147 60148 60253 82102 84005 84061 84084 86003 90511 93000 95004 301021
        301048 301061 2400003
    """,
    Conflict: """
        6000 40071 40100 40129 40135 40140 40165 41051 41077 41304 60005 60006 60008 60102 60104 60106 60142 60145
        60149 86215 90504 90507 90508 95033 302008 701003 701011 2400004
    """,
    LimitReached: """
        40099 40126 40128 40138 40139 40144 41041 41045 41055 41068 41069 41076 41078 41094 41095 41202 41210 41303
        45024 60110 60257 81001 81002 81003 81018 85004 90303 90503 95001 95003 95005 95020 95027 610001 610023
        770001 810002
    """,
    PreconditionFailed: """
        40097 40098 40143 40166 40168 40205 40208 40210 41048 41053 41054 41057 41062 41063 41079 41093 41099 41211
        41300 41305 42052 43004 43012 48011 49008 84072 85009 90206 90210 90500 90502 90510 94000 94008 95002 95013
        95015 95016 95018 95019 95031 302005 610015 610016 610017 610019 610020 610022 701004 701012 701016 701022
        701085 770007 810001 830003 842002 845002 845003
    """,
    InvalidArgument: """
        40003 40004 40005 40006 40007 40008 40009 40011 40013 40016 40017 40018 40019 40020 40022 40023 40024 40025
        40026 40027 40029 40031 40032 40033 40035 40036 40037 40039 40054 40055 40056 40057 40058 40059 40063 40066
        40070 40072 40073 40074 40077 40078 40083 40085 40086 40092 40093 40094 40102 40106 40123 40125 40127 40130
        40131 40142 40145 40146 40167 40203 40206 40207 40209 40211 40212 41002 41004 41006 41008 41009 41010 41011
        41016 41017 41018 41019 41021 41022 41023 41024 41025 41033 41035 41036 41037 41038 41039 41040 41042 41043
        41046 41049 41050 41052 41056 41059 41061 41064 41065 41066 41067 41072 41073 41080 41081 41082 41083 41084
        41085 41086 41087 41088 41089 41090 41091 41102 41110 41111 41201 41301 41302 42003 42006 42007 42012 42013
        42014 42018 42019 42020 42021 42022 43016 43017 44001 44004 45001 45002 45004 45007 45008 45022 45029 45030
        45032 45034 48003 49004 49009 50100 60001 60009 60010 60103 60105 60107 60112 60125 60127 60129 60132 60140
        60141 60143 60150 60151 60152 60221 60229 60251 60252 60267 60268 81012 81013 81014 81015 81016 81017 81019
        81020 81021 81023 81024 82001 82002 82003 82004 82101 84014 84015 84071 84073 84083 84090 84200 85002 85006
        85007 85010 85011 85012 86001 86004 86005 86006 86007 86201 86202 86203 86204 86205 86206 86207 86214 86216
        86217 86220 86222 90100 90101 90102 90103 90104 90105 90106 90200 90201 90202 90203 90204 90207 90208 90501
        90509 91040 93006 93017 93018 93050 94001 94002 94003 94005 94006 94007 94010 94011 94012 94013 94014 94015
        94016 95000 95006 95007 95008 95009 95014 95022 301012 301013 301014 301015 301016 301017 301019 301023
        301024 301039 301058 301060 301063 301111 301112 302003 302004 302006 302007 610003 610004 610014 610018
        701002 701005 701006 701007 701010 701019 701020 701021 701024 701025 701026 710000 710006 810000 830001
        830002 842005 844001 845001
    """,
}

_KINDS: dict[int, type[ProviderError]] = {int(code): kind for kind, codes in _BY_KIND.items() for code in codes.split()}

# Refusals that are about what the one call named: another employee, tag or group may be allowed.
_CODES_OF_ONE_RECORD = """
    40124 40201 40204 41058 41098 42015 50002 60007 60011 60012 60021 60030 60217 81011 84074 86008 86101 86224 86225
    86226 92000 93001 93008 301005 301036 301059 701001 701008 701088 701089 701099 2400005
"""
_OF_ONE_RECORD = frozenset(map(int, _CODES_OF_ONE_RECORD.split()))

# The same code means something else on these endpoints.
_SPECIAL: dict[tuple[str, int], type[ProviderError]] = {
    ("gettoken", 40001): CredentialRejected,
    ("gettoken", 40013): CredentialRejected,
    ("gettoken", 41002): CredentialRejected,
    ("gettoken", 41004): CredentialRejected,
    ("user_get", 40003): NotFound,
    ("user_get", 60011): NotFound,
    ("user_get", 60021): NotFound,
    ("user_get", 60030): NotFound,
    ("user_list", 60011): NotFound,
    ("department_get", 60011): NotFound,
    ("externalcontact_list", 40003): NotFound,
    ("externalcontact_list", 60011): NotFound,
    ("externalcontact_list", 60030): NotFound,
    ("mark_tag", 40003): NotFound,
    ("remark", 40003): NotFound,
    ("groupchat_get", 49008): NotFound,
    ("groupchat_get", 86001): NotFound,
    ("groupchat_get", 90501): NotFound,
    ("send_welcome_msg", 41050): PreconditionFailed,
    ("group_welcome_template_get", 40037): NotFound,
    ("group_welcome_template_edit", 40037): NotFound,
    ("group_welcome_template_del", 40037): NotFound,
    ("add_moment_task", 41078): RateLimited,
    ("add_moment_task", 41210): RateLimited,
    ("appchat_get", 86001): NotFound,
    ("appchat_update", 86001): NotFound,
    ("appchat_send", 86001): NotFound,
    ("media_get", 40007): NotFound,
    ("user_convert_to_openid", 43004): NotFound,
    ("user_convert_to_userid", 40073): NotFound,
    ("customer_acquisition_get_chat_info", 41201): NotFound,
    # No page names a code for a link that is not there; the id is all that these two are about.
    ("customer_acquisition_get", 40058): NotFound,
    ("customer_acquisition_delete_link", 40058): NotFound,
    ("opengid_to_chatid", 90509): NotFound,
    ("add_contact_way", 84074): PreconditionFailed,
    ("update_contact_way", 84074): PreconditionFailed,
    ("del_contact_way", 41037): NotFound,
    ("transfer_customer", 40003): PreconditionFailed,
    ("transfer_customer", 60111): PreconditionFailed,
}

# When a refusal for too often ends, where the code itself tells: jobs make room as they finish, a month has its end.
_ENDS: dict[tuple[str, int | str | None], Callable[[float], float]] = {
    ("add_moment_task", 41078): lambda now: now + 60.0,
    ("add_moment_task", 41210): lambda now: float(window_of(Unit.CALLS_PER_MONTH, now)[1]),
}

_OTHER_APPS_TAG = (
    "either it does not exist, or another app created it: only that app may edit or delete it "
    "(console: 客户与上下游 → 客户联系 → 企业客户标签); putting it on members is allowed to all"
)

_NOT_AT_WORK = "one of the two employees does not work here: members of somebody who left go as a departure"

_NO_LINK = "either there is no such link, or another app made it"

_ADVICE: dict[tuple[str, int], str] = {
    ("add_contact_way", 41040): "temporary codes are for companies of the medical trade, and take no style",
    ("transfer_customer", 40003): _NOT_AT_WORK,
    ("transfer_customer", 60111): _NOT_AT_WORK,
    ("customer_acquisition_get", 40058): _NO_LINK,
    ("customer_acquisition_delete_link", 40058): _NO_LINK,
    ("edit_corp_tag", 40068): _OTHER_APPS_TAG,
    ("del_corp_tag", 40068): _OTHER_APPS_TAG,
    ("send_welcome_msg", 41050): "a code is good for 20 seconds and one welcome",
    ("add_msg_template", 41048): "every recipient is no customer any more, or had all messages of this month",
    ("add_moment_task", 41078): "wait until the moments being created are done",
    ("add_moment_task", 41210): "the company's 100,000 moments of this month are used up",
    ("add_corp_tag", 40071): "list the tags and use the one that exists",
}

_GENERAL_ADVICE = {
    40007: "uploads expire after three days, and one made for moments is not taken for messages: upload it again",
    40001: "check corp id and secret; a wrong secret that is tried again and again bans this address for an hour",
    40003: "the employee left, or the id is not one of this company's",
    40013: "the corp id is wrong (我的企业 → 企业信息)",
    40014: "a fresh token was refused too: check that the secret is that of a self-built app of this company",
    40058: "a parameter is malformed, empty or too long",
    40096: "check that the ids were read with the same company and app",
    40126: "the company's tag library is full (10,000 with strategy tags)",
    40128: "a member can be handed over twice in 90 days",
    40144: "the relation carries as many tags as it can (3,000)",
    41055: "delete one of the company's 100 group welcomes first",
    41058: "only the app that made a group welcome may change it",
    41063: "the vendor is still handing it out: ask again after some seconds",
    41079: "the vendor is still handing it out: ask again after some seconds",
    41094: "three reminders in 24 hours are allowed",
    41211: "switch moments on in the console (客户联系 → 客户朋友圈)",
    45009: "calls are held back until the window ends",
    48001: "let the app use this area in the console",
    48002: "console: 客户联系 → API → 可调用接口的应用, add the app; secrets of system apps are refused since 2023-12",
    48009: "the 通讯录同步 secret may not read details from new addresses: use a self-built app",
    50003: "the app is disabled in the console",
    50100: "start the listing again from the beginning",
    60011: "widen the app's visible range (可见范围) in the console",
    60030: "widen the app's visible range (可见范围) in the console",
    60111: "the employee left, or lies outside the app's visible range (可见范围)",
    81017: "name the owners: without them at most 1,000 people may be in the visible range",
    84061: "no relation: the member was deleted, or was not added by this employee",
    86008: "only the app that opened a chat may use it",
    301002: "the agent id does not belong to the secret",
    301007: "the company is dissolved or banned",
    701008: "assign interface licences (互通许可) to the employees",
}


def kind_of(operation: str, code: int) -> type[ProviderError]:
    """Return the error class for a code answered by that endpoint."""
    return _SPECIAL.get((operation, code)) or _KINDS.get(code, Refused)


def scope_of(code: int) -> Literal["app", "record"]:
    """Return whether a ``PermissionDenied`` of this code is about one record or about the whole app."""
    return "record" if code in _OF_ONE_RECORD else "app"


def retry_at(operation: str, code: int | str | None, now: float) -> float | None:
    """Return when (unix seconds) a call that was ``RateLimited`` may be made again, None where no code tells."""
    end = _ENDS.get((operation, code))
    return end(now) if end else None


def advice_for(operation: str, code: int, address: str = "") -> str:
    """Return what to do about a code, empty if there is nothing to add; ``address`` is ours as the vendor saw it."""
    if code == ADDRESS_NOT_TRUSTED:
        return (
            f"add {address or 'this address'} in the console: 应用管理 → the app → 企业可信IP; it acts after a minute"
        )
    return _ADVICE.get((operation, code)) or _GENERAL_ADVICE.get(code, "")
