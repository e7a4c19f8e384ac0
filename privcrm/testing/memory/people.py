"""What employees and members of the memory provider's company do: what no program can do for them."""

from collections.abc import Generator
from contextlib import contextmanager

from attrs import evolve

from privcrm.clock import Clock
from privcrm.errors import NotFound, PreconditionFailed
from privcrm.models import MemberId
from privcrm.sandbox import world as simulated
from privcrm.sandbox.world import messages, moments
from privcrm.testing.memory import ids
from privcrm.testing.memory.door import Call
from privcrm.testing.memory.moments import known, publish
from privcrm.testing.memory.staff import present


class People:
    """People of the company, named by the ids that the ports use; what cannot be is refused as a call would be."""

    def __init__(self, world: simulated.World, clock: Clock) -> None:
        self._world = world
        self._clock = clock

    @contextmanager
    def _acting(self, deed: str) -> Generator[Call]:
        with self._world.lock:
            yield Call(self._world, f"people.{deed}", int(self._clock.time()))

    def adds(self, staff_id: str, member_id: str = "") -> tuple[MemberId, str]:
        """Let a member, or somebody never seen before, add an employee; return the member and a welcome code."""
        with self._acting("adds") as call:
            staff, world = present(call, staff_id).number, call.world
            member = ids.number_of(ids.MEMBER, member_id) if member_id else world.newcomer()
            if not world.is_person(member):
                raise call.refuse(NotFound, "unknown_member", "no member has this id")
            world.adds(member, staff, at=call.now)
            return MemberId(ids.id_of(ids.MEMBER, member)), world.welcomes.issue(staff, member, at=call.now)

    def sends(self, message_id: str, staff_id: str) -> None:
        """Let an employee confirm a mass message, which then reaches whoever is still there."""
        with self._acting("sends") as call:
            book, staff = call.world.messages, present(call, staff_id)
            message = book.find(ids.number_of(ids.MESSAGE, message_id))
            task = None if message is None else book.task(message.number, staff.number)
            if message is None or task is None or message.cancelled_at is not None or task.confirmed_at is not None:
                raise call.refuse(PreconditionFailed, "no_task", "the employee has nothing to send, or did so already")
            owned = [group.number for group in call.world.groups if _owns(group, staff.number)]
            task = evolve(task, recipients=owned) if task.recipients is None else task
            results = tuple(_result(call, message, task.sender, one) for one in task.recipients or ())
            book.change_task(evolve(task, confirmed_at=call.now, results=results))

    def publishes(self, moment_id: str, staff_id: str) -> None:
        """Let an employee publish a moment of the company."""
        with self._acting("publishes") as call:
            moment, staff = known(call, moment_id), present(call, staff_id).number
            asked = call.world.moments.executors(moment.number)
            if moment.cancelled_at is not None or staff not in asked:
                raise call.refuse(PreconditionFailed, "no_task", "the employee is not asked to publish this moment")
            publish(call, moment, staff)

    def likes(self, moment_id: str, staff_id: str, member_id: str) -> None:
        """Let a member like what an employee published."""
        with self._acting("likes") as call:
            moment, staff = known(call, moment_id), present(call, staff_id).number
            post, member = call.world.moments.posts(moment.number).get(staff), ids.number_of(ids.MEMBER, member_id)
            if post is None or not call.world.follows.holds(staff, member):
                raise call.refuse(PreconditionFailed, "not_seen", "the member does not see this moment")
            call.world.moments.react(post, moments.Reaction(member, is_staff=False, is_like=True, at=call.now))


def _owns(group: simulated.Group, staff: int) -> bool:
    return group.owner == staff and group.dismissed_at is None


def _result(call: Call, message: messages.MassMessage, sender: int, receiver: int) -> messages.Result:
    world = call.world
    there = _owns(world.groups[receiver], sender) if message.to_groups else world.follows.holds(sender, receiver)
    if not there:
        return messages.Result.NO_RELATION
    world.messages.reached(receiver, is_group=message.to_groups, at=call.now)
    return messages.Result.SENT
