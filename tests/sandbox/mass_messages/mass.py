"""What the tests of mass messages share: paths, time, and reading of lists."""

from datetime import timedelta, timezone

ADD, LIST = "externalcontact/add_msg_template", "externalcontact/get_groupmsg_list_v2"
TASKS, RESULTS = "externalcontact/get_groupmsg_task", "externalcontact/get_groupmsg_send_result"
REMIND, CANCEL = "externalcontact/remind_groupmsg_send", "externalcontact/cancel_groupmsg_send"
LEGACY = "externalcontact/get_group_msg_result"
TEXT = {"content": "周末到店有礼"}
DAY = 86_400
BEIJING = timezone(timedelta(hours=8))


def now(control):
    return int(control.ok("GET", "clock")["now"])


def advance(control, seconds):
    control.ok("POST", "clock", {"advance_seconds": seconds})


def begin_a_day(control):
    """Move to the beginning of the next day in Beijing."""
    advance(control, DAY - (now(control) + 8 * 3600) % DAY)


def listed(vendor, control, kind="single", **body):
    at = now(control)
    return vendor.post(LIST, chat_type=kind, start_time=at - DAY, end_time=at + 60, **body)["group_msg_list"]


def pages(vendor, path, key, **body):
    rows, cursor, sizes = [], "", []
    while True:
        reply = vendor.post(path, cursor=cursor, **body)
        assert reply["errcode"] == 0, reply
        rows += reply[key]
        sizes.append(len(reply[key]))
        cursor = reply["next_cursor"]
        if not cursor:
            return rows, sizes


def results(vendor, msgid, userid, **body):
    return pages(vendor, RESULTS, "send_list", msgid=msgid, userid=userid, **body)[0]
