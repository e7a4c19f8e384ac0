"""Messages to employees (应用消息) and chats of the app (应用群聊)."""

from privcrm.provider import Effect, Repeat
from privcrm_wecom.endpoints.row import APP_CHATS, MESSAGES, OF_ADDRESS, USUAL, row

STAFF_MESSAGE_SEND = row(
    "message_send",
    "message/send",
    90236,
    role=MESSAGES,
    used_by=("messages.send_to_staff",),
    effect=Effect.WRITE,
    repeat=Repeat.NEVER,  # but for the port's own, which has equal ones dropped
    answers=("invaliduser",),
    # Of a directory tag nobody can tell who has it: as staff, it lies in no scope.
    ids={"staff": ("touser", "totag"), "departments": ("toparty",)},
)
STAFF_MESSAGE_RECALL = row(
    "message_recall",
    "message/recall",
    94867,
    role=MESSAGES,
    used_by=("messages.recall_from_staff",),
    effect=Effect.WRITE,
)
STAFF_CHAT_CREATE = row(
    "appchat_create",
    "appchat/create",
    90245,
    role=APP_CHATS,
    used_by=("messages.create_staff_chat",),
    effect=Effect.WRITE,
    repeat=Repeat.AFTER_LOOKUP,
    limits=(*USUAL, "staff_chats_per_day"),
    answers=("chatid",),
    ids={"staff": ("userlist", "owner")},
)
STAFF_CHAT_UPDATE = row(
    "appchat_update",
    "appchat/update",
    98913,
    role=APP_CHATS,
    used_by=("messages.update_staff_chat",),
    effect=Effect.WRITE,
    limits=("calls_per_minute", "staff_chat_changes_per_hour", "calls_in_flight", *OF_ADDRESS),
    ids={"groups": ("chatid",), "staff": ("add_user_list", "del_user_list", "owner")},
)
STAFF_CHAT_GET = row(
    "appchat_get",
    "appchat/get",
    98914,
    method="GET",
    role=APP_CHATS,
    used_by=("messages.get_staff_chat", "messages.settle_staff_chat"),
    answers=("chat_info",),
)
STAFF_CHAT_SEND = row(
    "appchat_send",
    "appchat/send",
    90248,
    role=APP_CHATS,
    used_by=("messages.send_to_staff_chat",),
    effect=Effect.WRITE,
    repeat=Repeat.NEVER,
    ids={"groups": ("chatid",)},
)

ROWS = (
    STAFF_MESSAGE_SEND,
    STAFF_MESSAGE_RECALL,
    STAFF_CHAT_CREATE,
    STAFF_CHAT_UPDATE,
    STAFF_CHAT_GET,
    STAFF_CHAT_SEND,
)
