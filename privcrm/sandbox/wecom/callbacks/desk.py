"""Where apps say where their callbacks go, and where what happens becomes events for them."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from privcrm.sandbox.clock import VirtualClock
from privcrm.sandbox.faults import EVENT_FAULTS, FaultBook
from privcrm.sandbox.http.visitors import is_loopback
from privcrm.sandbox.wecom.apps import App
from privcrm.sandbox.wecom.callbacks import xml
from privcrm.sandbox.wecom.callbacks.courier import Courier, Push
from privcrm.sandbox.wecom.callbacks.deliveries import DeliveryBook
from privcrm.sandbox.wecom.callbacks.event import Event
from privcrm.sandbox.wecom.callbacks.events import events_of
from privcrm.sandbox.wecom.callbacks.events.acquisition import BalanceWatch
from privcrm.sandbox.wecom.callbacks.events.audience import has_app
from privcrm.sandbox.wecom.callbacks.events.staff import range_events
from privcrm.sandbox.wecom.callbacks.loop import LoopThread
from privcrm.sandbox.wecom.callbacks.receiver import Receiver
from privcrm.sandbox.wecom.company import Company
from privcrm.sandbox.world import OUR_PROGRAM, Welcome
from privcrm.sandbox.world.happenings import Happening

_LOOK_EVERY = 0.1
"""Real seconds between two looks for what falls due while nobody calls."""


class Callbacks:
    """The callbacks of one company. Addresses outlive a reset; what is on its way, and the record, do not."""

    def __init__(self, company: Company, clock: VirtualClock, *, exposed: bool) -> None:
        self._clock = clock
        self._exposed = exposed
        self._urls: dict[int, str] = {}
        self._pushed = 0
        self._loop = LoopThread(self._look_around, every=_LOOK_EVERY)
        self._receiver = Receiver(company.corp_id, company.seed, clock.real_time)
        self._courier = Courier(self._receiver, self._urls, clock.time)

    def begin(self, company: Company, faults: FaultBook) -> None:
        """Begin anew with a company just made from its seed."""
        self._company, self._faults = company, faults
        self._watch = BalanceWatch(company, self._clock.time())
        company.world.happenings.listen(self._happened)
        if self._loop.runs:
            self._loop.wait_for(self._begin())
        else:
            self._courier.begin(company.rules, faults)

    async def _begin(self) -> None:
        self._courier.begin(self._company.rules, self._faults)

    @property
    def urls(self) -> Mapping[int, str]:
        """Where the callbacks of apps go, by agent id."""
        return self._urls

    @property
    def deliveries(self) -> DeliveryBook:
        """The record of tries."""
        return self._courier.deliveries

    def set_url(self, app: App, url: str, *, verify: bool = True) -> None:
        """Send an app's callbacks to an address, or nowhere if it is empty.

        Raises ValueError with what is wrong with the address, or with its answer to echostr.
        """
        if not url:
            self._urls.pop(app.agent_id, None)
            return
        self._check(url)
        if verify and self._company.rules.callback_verify == "yes":
            objection = self._loop.wait_for(self._receiver.objection(url, app))
            if objection:
                raise ValueError(objection)
        self._urls[app.agent_id] = url
        self._loop.call(self._courier.forgive, app.agent_id)

    def _check(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
            raise ValueError("url is an address that begins with http:// or https://")
        if not self._exposed and not is_loopback(parts.hostname):
            raise ValueError("callbacks go to loopback addresses only, unless the sandbox is exposed")

    def tell(self, events: Iterable[Event]) -> None:
        """Send events to the apps that are told of them and have an address."""
        for event in events:
            for app in self._company.apps:
                if app.enabled and app.agent_id in self._urls and event.to(app):
                    self._push(event, app)

    def catch_up(self) -> None:
        """Let happen what is due by now, and tell of it."""
        now = self._clock.time()
        with self._company.world.lock:
            self._company.catch_up(now)
            self.tell(self._watch.look(now))

    def who_has(self, app: App) -> frozenset[int]:
        """Return the numbers of the employees in an app's range."""
        return frozenset(each.number for each in self._company.world.staff if has_app(self._company, app, each))

    def tell_range(self, app: App, before: frozenset[int]) -> None:
        """Tell an app who came into its range or left it."""
        after, at = self.who_has(app), int(self._clock.time())
        for number in sorted(before ^ after):
            staff = self._company.world.staff[number]
            self.tell(range_events(app, staff, was=number in before, now=number in after, at=at))

    def flush(self, within: float) -> dict[str, object]:
        """Wait until everything due was delivered or given up, *within* real seconds; say whether it was."""
        self.catch_up()
        return self._loop.wait_for(self._courier.quiet(within))

    def stop(self) -> None:
        """End all deliveries."""
        self._loop.stop()
        self._courier.drop()

    def _look_around(self) -> None:
        if self._urls:
            self.catch_up()

    def _happened(self, happening: Happening) -> None:
        if self._urls:
            self.tell(events_of(happening, self._company))

    def _push(self, event: Event, app: App) -> None:
        self._pushed += 1
        number, rules = self._pushed, self._company.rules
        text = xml.write(event, self._company.corp_id, self._code(event.welcome, app), rules.callback_xml_style, number)
        fault = self._faults.meet(event.path, EVENT_FAULTS)
        self._loop.call(self._courier.take, Push(number, app, event, text), fault)

    def _code(self, welcome: Welcome | None, app: App) -> str:
        """Return the code by which an app knows a right to greet: ours by the right's own."""
        if welcome is None:
            return ""
        ours = app.maker == OUR_PROGRAM
        return welcome.code if ours else self._company.world.welcomes.code_for(welcome, app.agent_id)
