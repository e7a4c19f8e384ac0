"""Mass messages (企业群发) and welcomes (欢迎语)."""

from privcrm.provider import Effect, Paging, Repeat
from privcrm_wecom.endpoints.row import row

MESSAGE_ADD = row(
    "add_msg_template",
    "externalcontact/add_msg_template",
    92135,
    used_by=("messages.create",),
    effect=Effect.REACHES_CUSTOMERS,
    repeat=Repeat.AFTER_LOOKUP,
    batch={"external_userid": 10000, "chat_id_list": 2000, "attachments": 9},
    answers=("msgid",),
    # A list of chats means nothing to a message to members, which would go to everybody: the sender alone decides.
    ids={"staff": ("sender",)},
)
MESSAGE_LIST = row(
    "get_groupmsg_list_v2",
    "externalcontact/get_groupmsg_list_v2",
    93338,
    used_by=("messages.list", "messages.settle"),
    paging=Paging.CURSOR,
    answers=("group_msg_list",),
)
MESSAGE_TASKS = row(
    "get_groupmsg_task",
    "externalcontact/get_groupmsg_task",
    93338,
    used_by=("messages.tasks", "messages.settle"),
    paging=Paging.CURSOR,
    answers=("task_list",),
)
MESSAGE_DELIVERIES = row(
    "get_groupmsg_send_result",
    "externalcontact/get_groupmsg_send_result",
    93338,
    used_by=("messages.deliveries", "messages.settle"),
    paging=Paging.CURSOR,
    answers=("send_list",),
)
MESSAGE_REMIND = row(
    "remind_groupmsg_send",
    "externalcontact/remind_groupmsg_send",
    97610,
    used_by=("messages.remind",),
    effect=Effect.WRITE,
    repeat=Repeat.NEVER,
)
MESSAGE_CANCEL = row(
    "cancel_groupmsg_send",
    "externalcontact/cancel_groupmsg_send",
    97611,
    used_by=("messages.cancel",),
    effect=Effect.WRITE,
)
WELCOME_SEND = row(
    "send_welcome_msg",
    "externalcontact/send_welcome_msg",
    92137,
    used_by=("messages.welcome",),
    effect=Effect.REACHES_CUSTOMERS,
    batch={"attachments": 9},
)
GROUP_WELCOME_ADD = row(
    "group_welcome_template_add",
    "externalcontact/group_welcome_template/add",
    92366,
    used_by=("messages.create_group_welcome",),
    effect=Effect.WRITE,
    repeat=Repeat.NEVER,
    answers=("template_id",),
)
GROUP_WELCOME_EDIT = row(
    "group_welcome_template_edit",
    "externalcontact/group_welcome_template/edit",
    92366,
    used_by=("messages.update_group_welcome",),
    effect=Effect.WRITE,
)
GROUP_WELCOME_GET = row(
    "group_welcome_template_get",
    "externalcontact/group_welcome_template/get",
    92366,
    used_by=("messages.get_group_welcome",),
    answers=("text",),
)
GROUP_WELCOME_DELETE = row(
    "group_welcome_template_del",
    "externalcontact/group_welcome_template/del",
    92366,
    used_by=("messages.delete_group_welcome",),
    effect=Effect.WRITE,
    repeat=Repeat.AFTER_LOOKUP,
)

ROWS = (
    MESSAGE_ADD,
    MESSAGE_LIST,
    MESSAGE_TASKS,
    MESSAGE_DELIVERIES,
    MESSAGE_REMIND,
    MESSAGE_CANCEL,
    WELCOME_SEND,
    GROUP_WELCOME_ADD,
    GROUP_WELCOME_EDIT,
    GROUP_WELCOME_GET,
    GROUP_WELCOME_DELETE,
)
