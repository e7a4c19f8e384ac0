"""A vendor of tests: it signs by a word in the query and seals nothing, so that only what surrounds it is tested."""

import hashlib
import json
import random
from collections.abc import Callable
from typing import ClassVar
from urllib.parse import parse_qs

from attrs import evolve

from privcrm.clock import ManualClock
from privcrm.errors import CallbackRejected
from privcrm.events.codec import dump_event, load_event
from privcrm.events.inbox import Arrival, Inbox, arrival_of
from privcrm.events.policy import WebhookPolicy
from privcrm.events.router import Router
from privcrm.events.stored_inbox import StoredInbox
from privcrm.models import Content
from privcrm.models.events import Event, GroupRenamed, MemberAdded
from privcrm.provider import (
    Callback,
    CallbackApp,
    CallbackRequest,
    Opened,
    Provider,
    ProviderContext,
    SealedReply,
    Secret,
)
from privcrm.provider.limits import LimitTable
from privcrm.provider.ports import CallbacksPort
from privcrm.web.webhooks import Webhooks


class ToldCallbacks(CallbacksPort):
    """The query is ``token=…&at=…``, the body events as JSON lines, or a challenge."""

    def __init__(self, apps: tuple[CallbackApp, ...]) -> None:
        super().__init__("told", {})
        self._apps = apps
        self.opened = 0

    def apps(self):
        return self._apps

    def open(self, request: CallbackRequest, *, app="", since, until):
        query = {name: values[0] for name, values in parse_qs(request.query).items()}
        signed_at = int(query.get("at", "0"))
        if not since <= signed_at <= until:
            raise CallbackRejected("stale")
        chosen = [one for one in self._apps if app in ("", one.name) and Secret(query.get("token", "")) in one.tokens]
        if not chosen:
            raise CallbackRejected("signature")
        if request.body == b"garbage":
            raise CallbackRejected("key")
        self.opened += 1
        name = chosen[0].name
        if request.method == "GET":
            return Opened(name, signed_at, challenge=query["echo"].encode())
        lines = request.body.decode().splitlines()
        return Opened(name, signed_at, tuple(callback_of(line, name) for line in lines))

    def read(self, text, *, app):
        return evolve(load_event(text), app=app)

    def seal(self, opened, event, reply: Content, *, at, nonce=""):
        return SealedReply(f"sealed {reply.text}".encode(), "text/xml")


class ToldProvider(Provider):
    name = "told"
    capabilities: ClassVar = {}
    default_limits = LimitTable({})

    def __init__(self, company="acme", *apps: CallbackApp, clock=None) -> None:
        super().__init__(ProviderContext(clock=clock or ManualClock()))
        self._company = company
        self.callbacks = ToldCallbacks(apps or (CallbackApp("main", "", (Secret("ours"),)),))

    @property
    def company(self):
        return self._company

    @property
    def host(self):
        return "nowhere"


def callback_of(line: str, app: str) -> Callback:
    event = evolve(load_event(line), app=app)
    bare = json.loads(line)
    bare.pop("welcome_code", None)
    return Callback(event, line, _key(app, line), _key("", json.dumps(bare, sort_keys=True)))


def _key(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def body_of(*events: Event) -> bytes:
    return "\n".join(dump_event(event) for event in events).encode()


AT = int(ManualClock().time())


def added(number: int = 0, **more) -> MemberAdded:
    return MemberAdded(**{"at": AT, "staff_id": "zhaoyi", "member_id": f"wm{number}", **more})


def renamed(group: str, at: int) -> GroupRenamed:
    return GroupRenamed(at=at, group_id=group)


def arrival(event: Event, app: str = "main", *, received_at: float = 1000.0) -> Arrival:
    return arrival_of(callback_of(dump_event(event), app), received_at=received_at, stale=False)


class Place:
    """Everything of one company that takes callbacks, on clocks of its own."""

    def __init__(
        self,
        inbox: Inbox | Callable[[], Inbox],
        *,
        provider: ToldProvider | None = None,
        clock: ManualClock | None = None,
        **policy,
    ) -> None:
        self.clock = clock or ManualClock()
        self.real = ManualClock(self.clock.time())
        self.router = Router()
        self.provider = provider or ToldProvider(clock=self.clock)
        self.webhooks = Webhooks(
            self.provider,
            self.router,
            inbox if callable(inbox) else lambda: inbox,
            durable=isinstance(inbox, StoredInbox),
            policy=WebhookPolicy(clock=self.real, **policy),
            clock=self.clock,
            rng=random.Random(1),
        )

    def post(self, *events: Event, token: str = "ours", age: float = 0.0, path: str = "", body: bytes | None = None):
        query = f"token={token}&at={int(self.real.time() - age)}"
        return self.webhooks.handle("POST", query, [], body_of(*events) if body is None else body, path)
