"""When the vendor gives out a WelcomeCode (developer.work.weixin.qq.com/document/path/92137, 92130)."""

from privcrm.sandbox.wecom.company import Company
from privcrm.sandbox.world import Follow, Kind


def welcome_code(company: Company, follow: Follow, *, at: int) -> str:
    """Return the code of an add that has just been made, empty where the event carries none.

    None goes with people from other companies, with employees whose welcome stands in the console, and with those who
    chat already because the employee never deleted the member.
    """
    world = company.world
    chatting = follow.added_at != at
    if chatting or follow.staff in world.welcomes.console or world.members.kind(follow.member) is Kind.COLLEAGUE:
        return ""
    return world.welcomes.issue(follow.staff, follow.member, at=at)
