"""When the vendor gives out a WelcomeCode (developer.work.weixin.qq.com/document/path/92137, 92130)."""

from privcrm.sandbox.wecom.company import Company
from privcrm.sandbox.world import Follow, Kind, Welcome
from privcrm.sandbox.world.happenings import MemberAdded


def added(company: Company, follow: Follow, *, at: int, unverified: bool = False) -> str:
    """Tell of an add that has just been made; return the code that our program gets, empty if there is none."""
    welcome = _welcome(company, follow, at=at)
    company.world.happenings.tell(MemberAdded(at=at, follow=follow, welcome=welcome, unverified=unverified))
    return "" if welcome is None else welcome.code


def _welcome(company: Company, follow: Follow, *, at: int) -> Welcome | None:
    """Return the right to greet that comes with an add, None where the event carries no code.

    None goes with people from other companies, with employees whose welcome stands in the console, and with those who
    chat already because the employee never deleted the member.
    """
    world = company.world
    chatting = follow.added_at != at
    if chatting or follow.staff in world.welcomes.console or world.members.kind(follow.member) is Kind.COLLEAGUE:
        return None
    return world.welcomes.grant(follow.staff, follow.member, at=at)
