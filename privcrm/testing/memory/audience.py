"""Who sends a mass message of the memory provider, and to whom."""

from collections.abc import Iterable, Sequence

from attrs import frozen

from privcrm.errors import NotFound, PreconditionFailed
from privcrm.models import Channel, MassMessageSpec
from privcrm.sandbox import world as simulated
from privcrm.testing.memory import ids
from privcrm.testing.memory.door import Call
from privcrm.testing.memory.staff import present


@frozen
class Audience:
    """Numbers of recipients by sender (None: the sender chooses), and the ids that cannot be sent to."""

    recipients: dict[int, Sequence[int] | None]
    rejected: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nobody to send, or nobody to send to."""
        return not any(numbers is None or numbers for numbers in self.recipients.values())


def audience(call: Call, spec: MassMessageSpec) -> Audience:
    """Work out an audience as it is now; raises ``NotFound`` for an unknown sender or tag."""
    sender = _sender(call, spec.sender_id) if spec.sender_id else None
    if spec.channel is Channel.GROUPS and sender is not None:
        return _of_groups(call, spec, sender)
    named = [(ids.number_of(ids.MEMBER, one), one) for one in dict.fromkeys(spec.member_ids)]
    tags = [_tags(call, one_of) for one_of in spec.any_of]
    recipients: dict[int, list[int]] = {}
    rejected: list[str] = []
    for number, text in named or ((number, "") for number in call.world.customers()):
        staff = _speaker(call, number, sender, tags)
        if staff is not None:
            recipients.setdefault(staff, []).append(number)
        elif text:
            rejected.append(text)
    return Audience({staff: sorted(numbers) for staff, numbers in recipients.items()}, tuple(rejected))


def _sender(call: Call, staff_id: str) -> simulated.Staff:
    staff = present(call, staff_id)
    if not staff.can_contact:
        raise call.refuse(PreconditionFailed, "not_serving", "the sender does not serve customers")
    return staff


def _of_groups(call: Call, spec: MassMessageSpec, sender: simulated.Staff) -> Audience:
    groups = call.world.groups
    named = [(groups.find(ids.number_of(ids.GROUP, one)), one) for one in dict.fromkeys(spec.group_ids)]
    own = {text: group.number for group, text in named if group is not None and _owns(sender, group)}
    rejected = tuple(text for _, text in named if text not in own)
    return Audience({sender.number: sorted(own.values()) if named else None}, rejected)


def _owns(sender: simulated.Staff, group: simulated.Group) -> bool:
    return group.owner == sender.number and group.dismissed_at is None


def _tags(call: Call, tag_ids: Iterable[str]) -> set[int]:
    numbers = {ids.number_of(ids.TAG, one) for one in tag_ids}
    if not all(call.world.tags.has(number) for number in numbers):
        raise call.refuse(NotFound, "unknown_tag", "no tag has this id")
    return numbers


def _speaker(call: Call, member: int, sender: simulated.Staff | None, any_of: Sequence[set[int]]) -> int | None:
    """Return who speaks to a member: the first of those who follow, and whose relation carries the tags."""
    world = call.world
    if not world.is_person(member):
        return None
    able = [
        follow.staff
        for follow in world.follows.of_member(member)
        if follow.holds
        and (world.staff[follow.staff].can_contact if sender is None else follow.staff == sender.number)
        and all(one_of.intersection(world.live_tags(follow.staff, member)) for one_of in any_of)
    ]
    return min(able, default=None)
