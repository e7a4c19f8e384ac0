"""Who is to send a mass message, and to whom (developer.work.weixin.qq.com/document/path/92135)."""

from array import array
from collections.abc import Iterable, Sequence

import attrs

from privcrm.sandbox.wecom.apps import App
from privcrm.sandbox.wecom.company import Company
from privcrm.sandbox.world import Follow, Staff
from privcrm.sandbox.world.messages import MassMessage, Task

TagSets = tuple[tuple[int, ...], ...]


def _numbers(numbers: Iterable[int]) -> Sequence[int]:
    """Keep many numbers small."""
    return array("q", sorted(numbers))


@attrs.frozen
class Audience:
    """Recipients by sender, and the ids that cannot be sent to."""

    recipients: dict[int, Sequence[int] | None]
    failed: list[str]

    @property
    def is_empty(self) -> bool:
        """Whether there is nobody to send, or nobody to send to."""
        return not any(numbers is None or len(numbers) for numbers in self.recipients.values())


def may_send(company: Company, app: App, staff: Staff) -> bool:
    """Whether an employee works here, serves customers and is in the app's range."""
    return staff.can_contact and company.sees(app, staff)


def carries(company: Company, staff: int, member: int, any_of_each: TagSets) -> bool:
    """Whether a relation carries one tag of each set."""
    if not any_of_each:
        return True
    tags = set(company.world.follows.tags(staff, member))
    return all(not tags.isdisjoint(one_of) for one_of in any_of_each)


def owned_groups(company: Company, staff: int) -> Sequence[int]:
    """Return the living groups of an owner."""
    groups = company.world.groups
    mine = (n for n in range(len(groups)) if groups.owner(n) == staff and not groups.dismissed(n))
    return _numbers(mine)


def of_sender(company: Company, staff: int, any_of_each: TagSets = ()) -> Sequence[int]:
    """Return all customers of an employee, those who carry the tags asked for."""
    mine = company.world.follows.of_staff(staff)
    return _numbers(member for member in mine if carries(company, staff, member, any_of_each))


def named_customers(company: Company, app: App, texts: Sequence[str], sender: Staff | None) -> Audience:
    """Return who sends to the customers named: *sender*, or whoever has them in his list."""
    wanted: dict[int, list[int]] = {}
    failed: list[str] = []
    for text in dict.fromkeys(texts):
        number = company.ids.member_number(text)
        senders = [] if number is None else _senders(company, app, number, sender)
        for staff in senders:
            wanted.setdefault(staff, []).append(number or 0)
        if not senders:
            failed.append(text)
    return Audience({staff: _numbers(numbers) for staff, numbers in wanted.items()}, failed)


def _senders(company: Company, app: App, member: int, sender: Staff | None) -> list[int]:
    if sender is not None:
        return [sender.number] if company.world.follows.holds(sender.number, member) else []
    follows = [f for f in company.world.follows.of_member(member) if f.holds]
    return _of_followers(company, [f for f in follows if may_send(company, app, company.world.staff[f.staff])])


def _of_followers(company: Company, follows: list[Follow]) -> list[int]:
    """Return which of those who could send to one member will."""
    if company.rules.mass_message_without_sender == "last_chat":
        # Adding somebody opens a chat, so it stands for the first one.
        chats = company.world.chats
        follows = sorted(follows, key=lambda f: (chats.last(f.staff, f.member) or f.added_at, f.staff))[-1:]
    return [f.staff for f in follows]


def tagged_customers(company: Company, app: App) -> Audience:
    """Return everybody in the range as sender; to whom each sends is worked out when somebody looks.

    The customers of the whole range are too many to be looked through in one call.
    """
    able = (s for s in company.employees_seen(app) if may_send(company, app, s))
    return Audience(dict.fromkeys((s.number for s in able), None), [])


def named_groups(company: Company, texts: Sequence[str], sender: Staff) -> Audience:
    """Return the groups named that belong to the sender; without names he chooses when he sends."""
    if not texts:
        return Audience({sender.number: None}, [])
    found: list[int] = []
    failed: list[str] = []
    for text in dict.fromkeys(texts):
        number = company.ids.group.decode(text)
        group = None if number is None else company.world.groups.find(number)
        if group is None or group.dismissed_at is not None or group.owner != sender.number:
            failed.append(text)
        else:
            found.append(group.number)
    return Audience({sender.number: _numbers(found)}, failed)


def settled(company: Company, message: MassMessage, task: Task) -> Task:
    """Return a task with its recipients; those of a tagged audience are worked out now and kept."""
    if task.recipients is not None or message.to_groups:
        return task
    mine = of_sender(company, task.sender, message.any_of_each)
    recipients = _numbers(member for member in mine if task.sender in _chosen(company, member, message))
    done = attrs.evolve(task, recipients=recipients)
    company.world.messages.change_task(done)
    return done


def _chosen(company: Company, member: int, message: MassMessage) -> list[int]:
    """Return who of a member's followers sends a message of a tagged audience."""

    def sends(follow: Follow) -> bool:
        has_task = company.world.messages.task(message.number, follow.staff) is not None
        return has_task and follow.holds and carries(company, follow.staff, member, message.any_of_each)

    return _of_followers(company, [f for f in company.world.follows.of_member(member) if sends(f)])
