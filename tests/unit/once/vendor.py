"""A vendor made of lists: it forgets to answer when told to, and can be asked what it has."""

from collections import Counter
from typing import ClassVar

from privcrm import CRM, ManualClock
from privcrm.errors import InputError, NotFound, OutcomeUnknown, PreconditionFailed
from privcrm.models import (
    CodeId,
    ContactCode,
    GroupCode,
    HandoverReceipt,
    MassMessageReceipt,
    MessageId,
    MessageTask,
    Moment,
    MomentId,
    MomentJob,
    MomentJobState,
    Page,
    Pages,
)
from privcrm.provider import NATIVE, CannotTell, Done, NotDone, Provider
from privcrm.provider.limits import Limit, LimitTable, Unit
from privcrm.provider.ports import GroupsPort, HandoverPort, LiveCodesPort, MessagesPort, MomentsPort
from tests.store.databases import ready_file

CALL = {"provider": "fake", "operation": "call"}
SPAN = 120.0


class Fake(Provider):
    """``losses`` says of each call that makes something what becomes of it: "", "before" or "after" it happened."""

    name = "fake"
    capabilities: ClassVar = dict.fromkeys(
        (
            "messages.create",
            "moments.create",
            "live_codes.create_contact_code",
            "live_codes.create_group_code",
            "handover.transfer_members",
            "handover.transfer_groups",
        ),
        NATIVE,
    )
    default_limits = LimitTable([Limit("handover_batch", 3, Unit.ITEMS, "request", "", "2026-01", "high")])

    def __init__(self, context):
        super().__init__(context)
        self.losses = []
        self.calls = Counter()
        declared = (self.name, self.capabilities)
        self.messages = Messages(*declared)
        self.moments = Moments(*declared)
        self.live_codes = LiveCodes(*declared)
        self.handover = Handover(*declared)
        self.groups = Groups(*declared)
        for port in (self.messages, self.moments, self.live_codes, self.handover, self.groups):
            port.vendor = self

    @classmethod
    def from_settings(cls, settings, context):
        return cls(context)

    company = "acme"
    host = "nowhere"

    @property
    def now(self):
        return self.context.clock.time()

    def losing(self, intent, do):
        """Do it or not, and answer or not, as the next loss says."""
        loss = self.losses.pop(0) if self.losses else ""
        made = do() if loss != "before" else None
        if loss:
            raise OutcomeUnknown("reset", intent=intent, **CALL)
        return made


class Messages(MessagesPort):
    def __init__(self, *declared):
        super().__init__(*declared)
        self.made = {}
        self.cancelled = []
        self.lose_cancel = 0
        self.tasks_ready = True
        self.looks = []

    def create(self, spec, *, intent, extra=None):
        self.vendor.calls["create"] += 1
        if len(spec.content.text) > 100:
            raise InputError("content.text has 101 characters, at most 100 in a mass message (a page)")

        def make():
            message_id = f"msg{len(self.made) + 1}"
            self.made[message_id] = (spec, self.vendor.now)
            return MassMessageReceipt(MessageId(message_id), tuple(m for m in spec.member_ids if m.startswith("gone")))

        return self.vendor.losing(intent, make)

    def settle(self, intent, spec, *, claimed=()):
        self.looks.append(set(claimed))
        fitting = [
            message_id
            for message_id, (made, at) in self.made.items()
            if (made.content, made.channel) == (spec.content, spec.channel)
            and (spec.sender_id is None or made.sender_id == spec.sender_id)
            and at >= intent.created_at - SPAN
            and message_id not in claimed
        ]
        if len(fitting) > 1:
            return CannotTell(f"one of {', '.join(fitting)}")
        return Done(MassMessageReceipt(MessageId(fitting[0]))) if fitting else NotDone()

    def tasks(self, message_id, cursor=""):
        if not self.tasks_ready:
            raise PreconditionFailed("too early", **CALL)
        sender = self.made[message_id][0].sender_id
        return Pages(lambda _: Page((MessageTask(sender, False),) if sender else ()))

    def cancel(self, message_id):
        if message_id not in self.made:
            raise NotFound("no such message", **CALL)
        if message_id not in self.cancelled:
            self.cancelled.append(message_id)
        if self.lose_cancel:
            self.lose_cancel -= 1
            raise OutcomeUnknown("reset", intent=None, **CALL)


class Moments(MomentsPort):
    def __init__(self, *declared):
        super().__init__(*declared)
        self.made = {}
        self.cancelled = []
        self.forgotten = False
        self.state = MomentJobState.DONE
        self.looks = []

    def create(self, spec, *, intent, extra=None):
        def make():
            number = len(self.made) + 1
            self.made[f"moment{number}"] = (spec, self.vendor.now)
            return f"job{number}"

        return self.vendor.losing(intent, make)

    def settle(self, intent, spec, *, claimed=()):
        self.looks.append((self.vendor.now - intent.created_at, set(claimed)))
        fitting = [
            moment_id
            for moment_id, (made, at) in self.made.items()
            if made.content == spec.content and at >= intent.created_at - SPAN and moment_id not in claimed
        ]
        if len(fitting) > 1:
            return CannotTell(f"one of {', '.join(fitting)}")
        return Done(Moment(MomentId(fitting[0]))) if fitting else NotDone()

    def job(self, job_id):
        self.vendor.calls["job"] += 1
        if self.forgotten:
            raise NotFound("no such job", **CALL)
        return MomentJob(self.state, MomentId(job_id.replace("job", "moment")))

    def cancel(self, moment_id):
        self.cancelled.append(moment_id)


class LiveCodes(LiveCodesPort):
    def __init__(self, *declared):
        super().__init__(*declared)
        self.made = {}
        self.deleted = []

    def create_contact_code(self, spec, *, intent, extra=None):
        assert not spec.state or intent.marker == spec.state
        return self._create(ContactCode, spec, intent)

    def create_group_code(self, spec, *, intent, extra=None):
        return self._create(GroupCode, spec, intent)

    def _create(self, kind, spec, intent):
        def make():
            code_id = f"code{len(self.made) + 1}"
            self.made[code_id] = (kind(CodeId(code_id), spec, f"https://qr/{code_id}"), spec.state or intent.marker)
            return self.made[code_id][0]

        return self.vendor.losing(intent, make)

    def settle_contact_code(self, intent, *, claimed=(), temporary=False):
        if temporary:
            return CannotTell("it expires by itself")
        self.vendor.calls["settle"] += 1
        fitting = [
            code for code_id, (code, state) in self.made.items() if state == intent.marker and code_id not in claimed
        ]
        return Done(fitting[0]) if fitting else NotDone()

    def settle_group_code(self, intent, *, claimed=()):
        return CannotTell(f"a group code with the state {intent.marker}")

    def get_contact_code(self, code_id):
        return self._get(code_id)

    def get_group_code(self, code_id):
        return self._get(code_id)

    def _get(self, code_id):
        if code_id not in self.made:
            raise NotFound("no such code", **CALL)
        return self.made[code_id][0]

    def delete_contact_code(self, code_id):
        self._get(code_id)
        del self.made[code_id]
        self.deleted.append(code_id)

    delete_group_code = delete_contact_code


class Handover(HandoverPort):
    def __init__(self, *declared):
        super().__init__(*declared)
        self.taken = {}
        self.batches = []
        self.refused = {}
        self.takes = 99

    def transfer_members(self, kind, from_staff_id, to_staff_id, member_ids, *, intent, message="", extra=None):
        if message == "too long":
            raise InputError("message has 201 characters, at most 200")
        return self._transfer(to_staff_id, member_ids, intent)

    def transfer_groups(self, kind, group_ids, to_staff_id, *, intent, extra=None):
        return self._transfer(to_staff_id, group_ids, intent)

    def _transfer(self, to, ids, intent):
        self.batches.append(list(ids))

        def make():
            for identifier in ids[: self.takes]:
                if identifier not in self.refused:
                    assert identifier not in self.taken, "transferred twice"
                    self.taken[identifier] = to
            return [HandoverReceipt(each, self.refused.get(each, 0), "no" * (each in self.refused)) for each in ids]

        return self.vendor.losing(intent, make)

    def settle_members(self, intent, kind, from_staff_id, to_staff_id, member_ids):
        return self._settle(member_ids)

    def settle_groups(self, intent, group_ids, to_staff_id):
        return self._settle(group_ids)

    def _settle(self, ids):
        self.vendor.calls["settle"] += 1
        return Done([HandoverReceipt(each) for each in ids if each in self.taken])


class Groups(GroupsPort):
    def get(self, group_id, **_):
        owner = self.vendor.handover.taken.get(group_id)
        return type("Owned", (), {"owner_id": owner})


def connect(path, clock=None):
    """Return a CRM over the fake vendor."""
    return CRM.connect(Fake, store=ready_file(path / "store.db"), clock=clock or ManualClock())
