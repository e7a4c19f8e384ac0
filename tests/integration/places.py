"""A simulated company over real HTTP, its CRM, and a receiver on a real port that hears its callbacks."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from privcrm import CRM
from privcrm.events import Event
from privcrm.sandbox import Sandbox, VirtualClock
from privcrm.sandbox.world import Kind
from privcrm.web import AsgiApp, WebhookServer

MAIN, SECOND = 1000002, 1000005


class Place:
    """A company, its CRM, a receiver on a real port, and all that its handlers were told."""

    def __init__(self, sandbox: Sandbox, crm: CRM) -> None:
        self.sandbox = sandbox
        self.crm = crm
        self.told: list[Event] = []
        crm.on(Event, name="test.told")(self.told.append)
        self.staff = min(relation.userid for relation in sandbox.company.relations())
        self.people = self._strangers()

    def act(self, action: str, **params: Any) -> dict[str, Any]:
        return self.sandbox.act(action, **params)

    def settle(self) -> None:
        """Let everything arrive and be handled, what is tried again included."""
        assert self.sandbox.flush_callbacks(20)
        while self.crm.webhooks.inbox.summary().new:
            if not self.crm.webhooks.work():
                self.sandbox.clock.advance(1.0)

    def kinds(self) -> Counter[str]:
        return Counter(type(event).__name__ for event in self.told)

    def fault(self, kind: str, path: str = "callback/*", **more: Any) -> None:
        self.sandbox.faults.add(path=path, kind=kind, **more)

    def add(self, **params: Any) -> dict[str, Any]:
        """Let somebody add an employee who does not know that employee yet."""
        return self.act("member_adds_staff", userid=self.staff, external_userid=next(self.people), **params)

    def _strangers(self) -> Iterator[str]:
        """Yield people who use WeChat: those of other companies bring no welcome code."""
        company, world = self.sandbox.company, self.sandbox.world
        (staff,) = (each.number for each in world.staff if each.staff_id == self.staff)
        for number in range(world.first_members):
            if world.members.kind(number) is not Kind.COLLEAGUE and world.follows.get(staff, number) is None:
                yield company.ids.member(number)


@contextmanager
def company(url: str, *, seed: int = 3, second: bool = False, listen: bool = True) -> Iterator[Place]:
    clock = VirtualClock(auto_advance=True)
    with ExitStack() as stack:
        sandbox = stack.enter_context(Sandbox(seed=seed, staff=12, members=60, groups=3, clock=clock))
        crm = stack.enter_context(
            CRM.from_env(sandbox.env | second_app(sandbox, wanted=second), store=url, clock=clock)
        )
        place = Place(sandbox, crm)
        if listen:
            # Nothing stands between the two here, so that what cannot be kept may be broken off at once.
            server = stack.enter_context(WebhookServer(AsgiApp(crm.webhooks.handle, hold_seconds=0)))
            for app in (MAIN, SECOND) if second else (MAIN,):
                sandbox.set_callback(f"http://127.0.0.1:{server.port}/", app)
        yield place


def second_app(sandbox: Sandbox, *, wanted: bool) -> dict[str, str]:
    (app,) = (row for row in sandbox.first_line()["providers"]["wecom"]["apps"] if row["agent_id"] == SECOND)
    settings = {
        "APPS": "second",
        "SECOND_SECRET": app["secret"],
        "SECOND_CALLBACK_TOKEN": app["callback_token"],
        "SECOND_CALLBACK_AES_KEY": app["callback_aes_key"],
    }
    return {f"PRIVCRM_WECOM_{name}": value for name, value in settings.items()} if wanted else {}
