"""What members do with acquisition links."""

from typing import Any

from privcrm.sandbox.control.actions.doing import Doing, action
from privcrm.sandbox.control.paging import BadRequest
from privcrm.sandbox.wecom.acquisition import balance, channel_of, host_of
from privcrm.sandbox.wecom.welcomes import added
from privcrm.sandbox.world import Staff, Way
from privcrm.sandbox.world.acquisition import Link
from privcrm.sandbox.world.happenings import LinkOpened, MemberWrote


def living_link(doing: Doing) -> Link:
    """Return the link named. Raises BadRequest."""
    number = doing.company.ids.link.decode(doing.text("link_id"))
    link = None if number is None else doing.company.world.acquisition.find(number)
    if link is None or link.deleted:
        raise BadRequest("link_id names no living link")
    return link


def _chats(doing: Doing, staff: Staff, member: int) -> bool:
    """Whether neither side has ended the relation."""
    follow = doing.company.world.follows.get(staff.number, member)
    return follow is not None and follow.ended_at is None


@action
def member_opens_link(doing: Doing) -> dict[str, Any]:
    """A person opens a link: link_id, external_userid (else a new person), customer_channel; adds=false only looks.

    Answers external_userid, and userid, welcome_code and state of who was added. Who is a customer of the employee
    already, and everybody once nothing is left of what was bought, adds nobody.
    """
    link, company = living_link(doing), doing.company
    member = doing.member_or_newcomer()
    channel = channel_of(doing.text("customer_channel", ""))
    host = host_of(company, link, member)
    person = {"external_userid": company.ids.member(member)}
    if host is None or _chats(doing, host, member) or doing.params.get("adds") is False or not balance(company):
        company.world.acquisition.open(link.number, member, channel, None, at=doing.at)
        doing.tell(LinkOpened(at=doing.at, link=link, channel=channel, leads=False))
        return person
    company.world.acquisition.open(link.number, member, channel, host.number, at=doing.at)
    follow = company.world.adds(member, host.number, at=doing.at, way=Way.LINK, channel=channel)
    doing.tell(LinkOpened(at=doing.at, link=link, channel=channel, leads=True))
    code = added(company, follow, at=doing.at, unverified=link.skips_verifying)
    return {**person, "userid": host.staff_id, "welcome_code": code, "state": channel}


@action
def member_writes(doing: Doing) -> dict[str, Any]:
    """Somebody who came through a link writes: userid, external_userid, messages (1); answers chat_key and the sum."""
    messages = doing.params.get("messages", 1)
    if not isinstance(messages, int) or messages < 1:
        raise BadRequest("messages is a number from 1")
    company = doing.company
    talk = company.world.acquisition.write(doing.staff().number, doing.member(), messages, at=doing.at)
    doing.tell(MemberWrote(at=doing.at, talk=talk, before=talk.messages - messages))
    return {"chat_key": company.ids.chat_key.encode(talk.number), "recv_msg_cnt": talk.messages}
