"""Mass messages of the memory provider; employees send them through ``MemoryProvider.people``."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from attrs import asdict, evolve, frozen

from privcrm.errors import InputError, LimitReached, NotFound, PreconditionFailed
from privcrm.models import (
    Channel,
    Content,
    Delivery,
    DeliveryState,
    GroupId,
    MassMessage,
    MassMessageReceipt,
    MassMessageSpec,
    MemberId,
    MessageId,
    MessageTask,
    Pages,
    StaffId,
)
from privcrm.provider.capabilities import Capabilities
from privcrm.provider.intents import Done, Intent, NotDone, Settled
from privcrm.provider.limits import LimitTable
from privcrm.sandbox.world import OUR_PROGRAM
from privcrm.sandbox.world import messages as book
from privcrm.testing.memory import content as said
from privcrm.testing.memory import ids
from privcrm.testing.memory.audience import audience
from privcrm.testing.memory.door import NAME, Call, Door
from privcrm.testing.memory.paging import check_span, pages
from privcrm.testing.memory.welcomes import MemoryWelcomes

_DAY = 86_400
_STATES = {
    book.Result.WAITING: DeliveryState.WAITING,
    book.Result.SENT: DeliveryState.SENT,
    book.Result.NO_RELATION: DeliveryState.NOT_FOLLOWED,
    book.Result.OVER_QUOTA: DeliveryState.QUOTA_USED,
}


class MemoryMessages(MemoryWelcomes):
    """Orders mass messages; the key of its intent is kept with each, so that settling is always certain."""

    def __init__(self, door: Door, capabilities: Capabilities, limits: LimitTable) -> None:
        super().__init__(NAME, capabilities)
        self._door = door
        self._limits = limits

    def create(
        self,
        spec: MassMessageSpec,
        *,
        intent: Intent,
        extra: Mapping[str, Any] | None = None,  # noqa: ARG002 - there is no vendor to pass it on to
    ) -> MassMessageReceipt:
        """Order a mass message; without a sender the first of a member's employees is asked."""
        self._check(spec)
        with self._door.writing(
            "messages.create", intent=intent, staff_id=spec.sender_id, group_id=spec.group_ids
        ) as call:
            said.check_uploads(call, spec.content, said.MESSAGE, self._limits["media.life"].value)
            meant = audience(call, spec)
            if meant.is_empty:
                raise call.refuse(PreconditionFailed, "nobody_left", "nobody is left to send it to")
            kept = {"content": spec.content, "intent": intent.key, "rejected": meant.rejected}
            made = book.MassMessage(
                len(call.world.messages), OUR_PROGRAM, None, spec.channel is Channel.GROUPS, kept, call.now
            )
            return _receipt(call.world.messages.add(made, meant.recipients))

    def settle(
        self,
        intent: Intent,
        spec: MassMessageSpec,  # noqa: ARG002 - the intent says it all
        *,
        claimed: Collection[str] = (),
    ) -> Settled:
        """Look the intent's key up."""
        with self._door.reading("messages.settle") as call:
            for message in call.world.messages.since(0):
                if message.content.get("intent") == intent.key and _id(message) not in claimed:
                    return Done(_receipt(message))
        return NotDone()

    def list(
        self,
        channel: Channel,
        *,
        created_after: int,
        created_before: int,
        creator_id: str | None = None,
        by_company: bool | None = None,
        cursor: str = "",
    ) -> Pages[MassMessage]:
        """List mass messages, oldest first."""
        check_span(created_after, created_before, self._limits["messages.span"])
        narrowing = _Narrowing(channel, created_before, creator_id, by_company)

        def rows(call: Call, after: int) -> Iterator[tuple[int, MassMessage]]:
            found = call.world.messages.since(created_after, after)
            return ((one.number, _message(call, one)) for one in found if narrowing.takes(call, one))

        return pages(self._door, "messages.list", self._page, rows, cursor)

    def tasks(self, message_id: str, cursor: str = "") -> Pages[MessageTask]:
        """List the senders by their numbers."""

        def rows(call: Call, after: int) -> Iterator[tuple[int, MessageTask]]:
            tasks = call.world.messages.tasks(_known(call, message_id).number)
            return ((task.sender, _task(call, task)) for task in tasks if task.sender > after)

        return pages(self._door, "messages.tasks", self._page, rows, cursor)

    def deliveries(self, message_id: str, staff_id: str, cursor: str = "") -> Pages[Delivery]:
        """List the recipients of one sender by their numbers."""

        def rows(call: Call, after: int) -> Iterator[tuple[int, Delivery]]:
            message, staff = _known(call, message_id), call.world.staff.find(staff_id)
            if staff is None:
                raise call.refuse(NotFound, "unknown_staff", "no employee has this id")
            task = call.world.messages.task(message.number, staff.number)
            return iter(()) if task is None else _deliveries(call, message, task, after)

        return pages(self._door, "messages.deliveries", self._page, rows, cursor)

    def remind(self, message_id: str) -> None:
        """Remind the senders."""
        with self._door.writing("messages.remind") as call:
            message = _known(call, message_id)
            if message.cancelled_at is not None:
                raise call.refuse(PreconditionFailed, "cancelled", "the message was cancelled")
            recent = [at for at in message.reminded_at if at > call.now - _DAY]
            if len(recent) >= self._limits["messages.reminders"].value:
                raise call.refuse(LimitReached, "reminded", "the senders were reminded often enough today")
            call.world.messages.change(evolve(message, reminded_at=(*message.reminded_at, call.now)))

    def cancel(self, message_id: str) -> None:
        """Stop the senders."""
        with self._door.writing("messages.cancel") as call:
            message = _known(call, message_id)
            call.world.messages.change(evolve(message, cancelled_at=message.cancelled_at or call.now))

    @property
    def _page(self) -> int:
        return self._limits["messages.page"].value

    def _check(self, spec: MassMessageSpec) -> None:
        said.check(spec.content, said.MESSAGE, self._limits)
        if spec.channel is Channel.GROUPS:
            if spec.member_ids or spec.any_of or spec.may_edit or not spec.sender_id:
                raise InputError("a message to groups needs a sender_id, and takes no member_ids, any_of or may_edit")
        elif spec.group_ids or (spec.member_ids and spec.any_of):
            raise InputError("a message to members takes no group_ids, and not both member_ids and any_of")
        elif not (spec.sender_id or spec.member_ids or spec.any_of):
            raise InputError("a mass message needs member_ids, any_of or sender_id")
        most = self._limits["messages.recipients"].value
        for name, given in (("member_ids", spec.member_ids), ("group_ids", spec.group_ids)):
            if len(given) > most:
                raise InputError(f"{name} has {len(given):,} items, at most {most:,} are taken")


@frozen
class _Narrowing:
    """What a listing of mass messages is narrowed to."""

    channel: Channel
    created_before: int
    creator_id: str | None
    by_company: bool | None

    def takes(self, call: Call, message: book.MassMessage) -> bool:
        """Whether the listing shows a message."""
        creator = call.world.staff.find(self.creator_id) if self.creator_id else None
        return (
            message.to_groups is (self.channel is Channel.GROUPS)
            and message.created_at <= self.created_before
            and self.by_company in (None, bool(message.maker))
            and (not self.creator_id or (creator is not None and creator.number == message.creator))
        )


def _known(call: Call, message_id: str) -> book.MassMessage:
    message = call.world.messages.find(ids.number_of(ids.MESSAGE, message_id))
    if message is None:
        raise call.refuse(NotFound, "unknown_message", "no mass message has this id")
    return message


def _id(message: book.MassMessage) -> MessageId:
    return MessageId(ids.id_of(ids.MESSAGE, message.number))


def _receipt(message: book.MassMessage) -> MassMessageReceipt:
    return MassMessageReceipt(_id(message), message.content["rejected"], asdict(message, recurse=False))


def _message(call: Call, message: book.MassMessage) -> MassMessage:
    return MassMessage(
        _id(message),
        message.content.get("content", Content()),
        creator_id=None if message.creator is None else StaffId(call.world.staff[message.creator].staff_id),
        created_at=message.created_at,
        by_company=bool(message.maker),
        raw=asdict(message, recurse=False),
    )


def _task(call: Call, task: book.Task) -> MessageTask:
    staff_id = StaffId(call.world.staff[task.sender].staff_id)
    return MessageTask(staff_id, task.confirmed_at is not None, task.confirmed_at, asdict(task, recurse=False))


def _deliveries(call: Call, message: book.MassMessage, task: book.Task, after: int) -> Iterator[tuple[int, Delivery]]:
    sender = StaffId(call.world.staff[task.sender].staff_id)
    for number, result in task.outcomes():
        if number <= after or (message.to_groups and result is not book.Result.SENT):
            continue
        yield (
            number,
            Delivery(
                sender,
                _STATES[result],
                member_id=None if message.to_groups else MemberId(ids.id_of(ids.MEMBER, number)),
                group_id=GroupId(ids.id_of(ids.GROUP, number)) if message.to_groups else None,
                sent_at=task.confirmed_at if result is book.Result.SENT else None,
                raw={"number": number, "result": result},
            ),
        )
