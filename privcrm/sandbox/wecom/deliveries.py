"""What becomes of a mass message that its sender confirms (developer.work.weixin.qq.com/document/path/92135, 93338)."""

from calendar import monthrange
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

import attrs

from privcrm.sandbox.wecom.audience import owned_groups, settled
from privcrm.sandbox.wecom.company import Company
from privcrm.sandbox.wecom.quotas import BEIJING
from privcrm.sandbox.world import EndedBy
from privcrm.sandbox.world.messages import MassMessage, Result, Task

_PER_WEEK, _PER_DAY = 7, 1


def quota(rule: str, now: float) -> tuple[float, int]:
    """Return since when received messages count, and how many a member or group may receive from then on.

    A company chooses in the console: as many in a calendar month as it has days, 7 a week, or 1 a day.
    """
    today = datetime.fromtimestamp(now, BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
    if rule == "day":
        return today.timestamp(), _PER_DAY
    if rule == "week":
        return (today - timedelta(days=today.weekday())).timestamp(), _PER_WEEK
    return today.replace(day=1).timestamp(), monthrange(today.year, today.month)[1]


def over_quota(company: Company, receiver: int, *, is_group: bool, now: float) -> bool:
    """Whether a member or group may receive no further mass message."""
    start, most = quota(company.rules.mass_message_quota, now)
    return company.world.messages.received_since(receiver, start, is_group=is_group) >= most


def confirm(
    company: Company, message: MassMessage, task: Task, *, at: int, chosen: Collection[int] | None = None
) -> Task:
    """Let the sender confirm: it goes to all recipients, or to those *chosen*; the others go on waiting."""
    task = settled(company, message, task)
    if task.recipients is None:
        mine = owned_groups(company, task.sender)
        task = attrs.evolve(task, recipients=[n for n in mine if chosen is None or n in chosen])
    done = attrs.evolve(task, confirmed_at=at, results=tuple(_results(company, message, task, at, chosen)))
    company.world.messages.change_task(done)
    return done


def _results(
    company: Company, message: MassMessage, task: Task, at: int, chosen: Collection[int] | None
) -> Iterator[Result]:
    for receiver in task.recipients or ():
        if chosen is not None and receiver not in chosen:
            yield Result.WAITING
        else:
            yield _deliver(company, message, task.sender, receiver, at)


def _deliver(company: Company, message: MassMessage, sender: int, receiver: int, at: int) -> Result:
    if not (_owns if message.to_groups else _is_friend)(company, sender, receiver):
        return Result.NO_RELATION
    if over_quota(company, receiver, is_group=message.to_groups, now=at):
        return Result.OVER_QUOTA
    company.world.messages.reached(receiver, is_group=message.to_groups, at=at)
    return Result.SENT


def _is_friend(company: Company, sender: int, member: int) -> bool:
    """Whether both still have each other; the company does not see that a member deleted an employee."""
    follow = company.world.follows.get(sender, member)
    return follow is not None and follow.holds and follow.ended_by is not EndedBy.MEMBER


def _owns(company: Company, sender: int, group: int) -> bool:
    groups = company.world.groups
    return groups.owner(group) == sender and not groups.dismissed(group)
